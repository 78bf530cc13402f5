"""How somebody who was erased is remembered: by what tells whether they come, not who they were."""

from __future__ import annotations

import hashlib

from console.model.terms import Tomb

_LOCAL = frozenset({"source_id", "anonymous_id"})
"""What means something within its source only."""


def tomb(secret: bytes, source: str, kind: str, value: str) -> Tomb:
    """What is kept of one way in which a source knew somebody, under a key."""
    where = source if kind in _LOCAL else ""
    said = "\0".join((where, kind, value)).encode("utf-8", "replace")
    return secret, hashlib.blake2b(said, key=secret, digest_size=16).digest()
