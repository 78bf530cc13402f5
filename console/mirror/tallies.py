"""How much of a few things happened in a span of time: what a screen on the wall counts."""

from __future__ import annotations

from console.clock import DAY, Clock
from console.mirror.database import Connection
from console.model import Tally

VERBS = (
    "signed_up", "activated", "order_paid", "order_placed", "subscription_started",
    "subscription_cancelled", "charge_failed", "ticket_opened", "rated",
)  # fmt: skip
"""What is counted, in this order; the first of a pair that tells the same stands for both."""
_SAME = {"order_placed": "order_paid"}


def tallies(db: Connection, clock: Clock) -> tuple[Tally, ...]:
    """Today so far beside yesterday until the same hour, in the clock's zone.

    First how many customers did anything themselves (verb None), then each verb that the
    mirror knows of at all. Raises `Interrupted` when cancelled.
    """
    start = clock.start_of_day(clock.today)
    now = _counted(db, start, clock.now)
    before = _counted(db, clock.start_of_day(clock.today - 1), clock.now - DAY)
    known = {verb for (verb,) in db.execute("select distinct verb from event_kind").fetchall()}
    shown = [verb for verb in VERBS if verb in known and _SAME.get(verb) not in known]
    return tuple(
        Tally(verb, *now.get(verb, (0, ())), before.get(verb, (0, ()))[0])
        for verb in (None, *shown)
    )


def _counted(
    db: Connection, since: int, until: int
) -> dict[str | None, tuple[int, tuple[tuple[int, str], ...]]]:
    """Per verb how many events, and what they came to; under None the customers who acted."""
    span = "from event e indexed by event_at join event_kind k on k.id = e.kind"
    rows = db.execute(
        f"select k.verb, w.text, count(*), sum(e.amount) {span} left join word w"
        " on w.id = e.currency where e.at between ? and ? group by 1, 2",
        (since, until),
    ).fetchall()
    acted = db.execute(
        f"select count(distinct e.customer) {span} where e.at between ? and ? and k.own",
        (since, until),
    ).fetchone()
    found: dict[str | None, tuple[int, tuple[tuple[int, str], ...]]] = {None: (acted[0], ())}
    for verb, currency, n, amount in rows:
        if verb is not None:
            before, money = found.get(verb, (0, ()))
            more = ((amount, currency),) if currency and amount else ()
            found[verb] = (before + n, (*money, *more))
    return found
