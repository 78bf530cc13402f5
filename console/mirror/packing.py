"""Raw data, compressed with a checksum of its own, so that a flipped bit is noticed."""

from __future__ import annotations

import zstandard

from console.mirror.database import DatabaseError


def packer() -> zstandard.ZstdCompressor:
    """What compresses raw data."""
    return zstandard.ZstdCompressor(level=3, write_checksum=True)


def unpack(data: bytes) -> bytes:
    """What was compressed. Raises DatabaseError when it is not what it was."""
    try:
        return zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise DatabaseError(f"database disk image is malformed: raw data, {error}") from None
