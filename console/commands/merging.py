"""``console merge`` and ``console unmerge``: two customers who are one."""

from __future__ import annotations

import click

from console.commands.common import (
    Given,
    Refused,
    reading,
    refusals,
    refuse_readonly,
    signed,
    typed,
)
from console.commands.people import one_customer
from console.commands.said import tell
from console.commands.triage import NOTEBOOK_STAYS


@click.command()
@click.argument("one")
@click.argument("other")
@click.pass_obj
def merge(given: Given, one: str, other: str) -> None:
    """Make customers ONE and OTHER one, for good or until they are unmerged.

    Everything both did and are known by is then one customer's; imports and syncs keep it so.
    """
    from console import merging
    from console.show.people import name

    refuse_readonly(given, NOTEBOOK_STAYS)
    with reading(given) as db, refusals():
        first, second = one_customer(db, one), one_customer(db, other)
        merging.merge(db, given.config, first.id, second.id, signed(given))
    tell(f"Merged {name(first)} and {name(second)}")


@click.command()
@click.argument("one")
@click.argument("other", required=False)
@click.pass_obj
def unmerge(given: Given, one: str, other: str | None) -> None:
    """Take back that ONE and OTHER were merged by hand.

    OTHER is needed where ONE was merged more than once: an email or id that tells which.
    """
    from console import merging

    refuse_readonly(given, NOTEBOOK_STAYS)
    with reading(given) as db, refusals():
        found = one_customer(db, one)
        pairs = list(merging.merged(db, given.config, found.id))
        if not pairs:
            raise Refused(f"customer {found.id} was not merged by hand")
        wanted = merging.meant_by(pairs, typed(other)) if other else pairs
        if len(wanted) != 1:
            known = "; ".join(" and ".join(merging.names_of(pair)) for pair in pairs)
            raise Refused(f"which merge? There are {known}; name one side of it")
    with refusals():
        merging.unmerge(given.config, wanted[0], signed(given))
    tell("Unmerged {} and {}".format(*merging.names_of(wanted[0])))
