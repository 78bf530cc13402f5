"""What the commands about activity share: a question from options, and the people behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from console.commands.common import Command, Given, Misused, answer, reader, reading

if TYPE_CHECKING:
    from console.analytics.question import CohortQuestion
    from console.clock import Clock
    from console.mirror.activity import Activity


def question_options(command: Any) -> Any:
    """Give a command the options that every question about activity shares."""
    options = [
        click.option("--period", default="week", show_default=True, help="hour, day, week, month."),
        click.option("--intervals", default=12, show_default=True, type=int,
                     help="Columns, the first included; rows too unless --from is given."),
        click.option("--from", "since", metavar="TIME", help="The first row's interval holds it."),
        click.option("--until", metavar="TIME", help="The last row's interval holds it (now)."),
        click.option("--start-event", metavar="E", help="A verb or a source's event name; any."),
        click.option("--start-where", metavar="K=V", multiple=True, help="Of the start event."),
        click.option("--segment", "-s", metavar="CONDITION", help="Only customers of whom this "
                     "is true, e.g. 'country=SE plan!=free'."),
        click.option("--by", default="customer", show_default=True, help="customer or account."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def min_occurrences(tells: str) -> Callable[[Command], Command]:
    """The option ``--min-occurrences``. tells: how often what must happen."""
    return click.option("--min-occurrences", default=1, show_default=True, type=int, help=tells)


def question_of(options: dict[str, Any], clock: Clock) -> CohortQuestion:
    """The command line's options as a question.

    Raises QuestionError when they are out of range or cannot be read.
    """
    from console.analytics.question import CohortQuestion, Where, parse_brackets
    from console.config import ConfigError
    from console.settings import parse_now

    made = dict(options)
    try:
        for name in ("since", "until"):
            made[name] = parse_now(made[name], clock.zone) if made[name] else None
    except ConfigError as error:
        raise ValueError(str(error).replace("now:", "--from/--until:")) from None
    for name in ("start_where", "return_where"):
        made[name] = tuple(Where.parse(text) for text in made.get(name, ()))
    if "brackets" in made:
        made["brackets"] = parse_brackets(made["brackets"]) if made["brackets"] else ()
    return CohortQuestion(**made)


def print_people(
    given: Given,
    activity: Activity,
    question: CohortQuestion,
    ids: Sequence[int],
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print the customers (accounts, when asked by account) behind a number, in order."""
    from console.mirror import customers as people
    from console.model import CustomerPage
    from console.show import documents
    from console.show.tables import label, table
    from console.show.times import ago

    clock = given.clock
    if question.by == "account":
        accounts = activity.account_names(ids)
        answer(
            as_json=as_json,
            as_csv=as_csv,
            document=lambda: {
                "total": len(ids),
                "accounts": [{"id": id, "name": accounts.get(id)} for id in ids],
            },
            rows=lambda: [{"id": id, "name": accounts.get(id)} for id in ids],
            text=lambda: table(("#", "company"), [(id, accounts.get(id)) for id in ids]),
        )
        return
    found = people.as_of(activity.db, people.by_ids(activity.db, ids), clock.now)
    page = CustomerPage(len(ids), found)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.customers(page, clock),
        rows=lambda: [documents.customer(one, clock) for one in page.customers],
        text=lambda: table(
            ("#", "name", "email", "company", "last seen"),
            [
                (one.id, label(one), one.email, one.account, ago(one.last_seen_at, clock))
                for one in page.customers
            ],
            right=("#",),
        ),
    )


def print_answer(
    given: Given,
    options: dict[str, Any],
    forms: dict[str, bool],
    *,
    whole: Callable[[Activity, CohortQuestion], Any],
    part: str,
    document: Callable[[Any], dict[str, Any]],
    text: Callable[[Any], str],
    people: Callable[[Activity, CohortQuestion], Sequence[int]] | None,
) -> None:
    """Ask about activity, and print the whole answer or the people behind one number of it.

    options: the command line's. forms: `as_json` and `as_csv`. whole: asks for the answer;
    document and text say it; part: the member of the document whose rows are the CSV.
    people: asks for the people instead. Raises Misused when a question cannot be asked so.
    """
    with reading(given) as db:
        try:
            question = question_of(options, given.clock)
            activity = reader(given, db)
            if people is not None:
                ids = people(activity, question)
                print_people(given, activity, question, ids, **forms)
                return
            found = whole(activity, question)
        except ValueError as error:
            raise Misused(str(error)) from None
    made = document(found)
    answer(**forms, document=lambda: made, rows=lambda: made[part], text=lambda: text(found))
