"""Write the exports of an invented company, the same bytes on every run.

    python sample_data/make.py            # write them beside this file
    python sample_data/make.py --check    # say whether those beside it are what would be written

Needs the standard library only. Nothing is read, nothing is fetched, no clock is looked at.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from maker import (  # noqa: E402
    billing,
    klaviyo,
    life,
    mails,
    population,
    segment,
    shop,
    shopify,
    stories,
    stripe,
    support,
    zendesk,
)
from maker.people import Folk, World  # noqa: E402

SYSTEMS = (shopify, klaviyo, stripe, zendesk, segment)


def make_world() -> World:
    """Everyone, and everything they did; those planted by hand get their names first."""
    world, folk = World(), Folk()
    stories.tell(world, folk)
    population.sign_ups(world, folk)
    population.buyers_among_users(world)
    population.shoppers(world, folk)
    population.readers(world, folk)
    population.visitors(world, folk)
    population.number_the_shop(world)
    life.live(world)
    shop.trade(world)
    shop.abandoned(world)
    shop.number_orders(world)
    billing.bill(world)
    support.ask(world)
    support.number_tickets(world)
    mails.read_mail(world)
    mails.survey(world)
    return world


def make_files(world: World) -> dict[str, bytes]:
    """Every export by its path under this folder."""
    return {path: data for system in SYSTEMS for path, data in system.exports(world).items()}


def unpacked(data: bytes) -> bytes:
    """What is in a file: another zlib may pack the same lines into other bytes."""
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def main() -> int:
    """Write or check; the exit code is 1 when a check finds a difference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    differing = 0
    for name, data in sorted(make_files(make_world()).items()):
        path = HERE / name
        if check:
            same = path.is_file() and unpacked(path.read_bytes()) == unpacked(data)
            differing += not same
            print(f"{name:34} {'same' if same else 'DIFFERS'}")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            print(f"{name:34} {len(data):>9,} bytes")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
