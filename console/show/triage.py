"""The inbox in words: rows, facts, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from console.clock import Clock
from console.model import Customer, Inbox, InboxItem, Note, Remarks
from console.show import levels, people, states
from console.show.choices import Paint
from console.show.lines import BLANK, Part, count, cut, fit, line, number, width_of, wrap
from console.show.pulse import sparkline
from console.show.sentences import says
from console.show.times import ago, brief, when

DONE: Mapping[str, str] = {
    "done": "Done: {whom}",
    "wait": "Put off: {whom}",
    "claim": "Yours for ten minutes: {whom}",
    "release": "Given up: {whom}",
    "note": "Noted on {whom}",
    "note removed": "Note removed",
    "tag": "Tagged {whom}",
    "untag": "Tag taken from {whom}",
    "merge": "Merged {whom}",
    "unmerge": "Unmerged {whom}",
    "segment": "Segment saved",
    "segment removed": "Segment removed",
    "view": "View saved",
    "view removed": "View removed",
}


def done(action: str, whom: str) -> str:
    """What an action did, to whom, and how to take it back."""
    return f"{DONE[action].format(whom=whom)} · z takes it back"


def turned(action: str, n: int, at: int, clock: Clock, *, undone: bool) -> str:
    """What undo or redo turned: which change, of how many, when it was made."""
    what = action if n <= 1 else f"{action} of {number(n)}"
    return f"{'Undone' if undone else 'Done again'}: {what}, {ago(at, clock)}"


def called(customer: Customer) -> str:
    """What to call a customer."""
    return people.name(customer)


def whom(one: str, n: int) -> str:
    """Whom something was done to: a name, or how many."""
    return cut(one, 40) if n == 1 else one


def note_head(whom: str) -> Content:
    """Above the box a note is written in."""
    return line((" Note on ", "$quiet"), (cut(whom, 60), "bold $ink"))


def note_foot() -> Content:
    """Below it."""
    return line((" ⏎ save   ctrl+j new line   esc leaves it as a draft", "$faint"))


def merge_line(one: Customer, clock: Clock) -> Paint:
    """Somebody to merge with."""

    def paint(width: int) -> Content:
        said = " · ".join(part for part in (one.email, one.account, people.place(one)) if part)
        return line(
            " ", people.tile(one), (" " + fit(people.name(one), 24) + " ", "$ink"),
            (fit(said, max(4, width - 44)), "$quiet"),
            (fit(ago(one.last_seen_at, clock), 14, "right"), "$faint"),
        )  # fmt: skip

    return paint


def unmerge_line(one: str, other: str) -> Paint:
    """A merge that can be taken back."""
    return lambda width: line(
        (" unmerge ", "bold $accent"), (cut(f"{one} and {other}", width - 10), "$ink")
    )


def merge_foot() -> Content:
    """Below the box that asks whom with."""
    return line((" ⏎ makes them one; z or unmerge takes it back exactly   esc leaves it", "$faint"))


def row_line(
    item: InboxItem,
    width: int,
    clock: Clock,
    who: str,
    *,
    marked: bool = False,
    gone: bool = False,
    weeks: Sequence[int] | None = None,
) -> Content:
    """One customer to be handled, in `width` cells.

    who: the person who looks. gone: they are in the list no longer. weeks: days active in each,
    oldest first; shown where there is room, None when that is not known yet.
    """
    roomy, narrow = width >= 96, width < 62
    name = 16 if narrow else 26 if roomy else 20
    aside = "left this list" if gone else _aside(item, clock, who)
    bars = sparkline(weeks, 12 if width >= 110 else 8) + "  " if width >= 88 else ""
    room = width - 8 - name - 3 - len(bars) - (width_of(aside) + 1 if aside else 0)
    words = cut(says(item.event), max(4, room - 5))
    more = f" +{number(item.n - 1)}" if item.n > 1 else ""
    rest = fit(more, room - width_of(words))
    urgent, mine = item.level == "urgent", item.remarks.claimed_by == who and not gone
    return line(
        ("✓", "bold $accent") if marked else (" ", ""),
        levels.sign(item.level),
        (fit(brief(item.newest_at, clock), 4, "right") + " ", "$quiet"),
        people.tile(item.customer),
        (" " + fit(people.name(item.customer), name) + " ", "$ink"), (bars, "$quiet"),
        (words, "$level-urgent" if urgent else "$ink"), (rest, "$faint"),
        (f" {aside}" if aside else "", "$accent" if mine else "$faint"),
    )  # fmt: skip


def _aside(item: InboxItem, clock: Clock, who: str) -> str:
    one = item.remarks
    if one.claimed_by is not None:
        return "yours" if one.claimed_by == who else f"{cut(one.claimed_by, 12)} is at it"
    if one.wait_until is not None and one.wait_until > clock.now:
        return f"back {when(one.wait_until, clock)}"
    if one.tags:
        return cut("#" + " #".join(one.tags), 16)
    return "✎" if one.notes else ""


def status(found: Inbox | None, clock: Clock, *, days: int, waiting: bool, marked: int) -> Content:
    """How many are to be handled, how many wait, how far back it looks."""
    if found is None:
        return line((" …", "$faint"))
    parts: list[Part]
    if waiting:
        parts = [(f" {number(found.waiting)} waiting", "bold $primary")]
        parts += [(" · ", "$faint"), ("soonest first", "$quiet")]
    else:
        parts = [(f" {number(found.total)} to handle", "bold $primary")]
        urgent = sum(item.level == "urgent" for item in found.items)
        if urgent:
            parts += [(" · ", "$faint"), (f"{number(urgent)} urgent", "bold $level-urgent")]
        if found.waiting:
            parts += [(" · ", "$faint"), (f"{number(found.waiting)} waiting", "$quiet")]
        parts += [(" · ", "$faint"), (f"of the last {_span(days)}", "$quiet")]
    if marked:
        parts += [(" · ", "$faint"), (f"{number(marked)} marked", "bold $accent")]
    return line(*parts)


def nothing(days: int, *, waiting: bool, text: str, put_off: int) -> tuple[Content, ...]:
    """The list is empty: why, and the way on."""
    if text:
        return states.state(
            "Nobody", f"Nobody here holds “{cut(text, 30)}”.", "esc clears the filter"
        )
    if waiting:
        return states.state("Nothing waits", "Nobody is put off.", "f shows what is to be handled")
    step = f"f shows the {number(put_off)} that wait" if put_off else "tab goes back to the feed"
    return states.state(
        "All done", f"Nothing urgent or notable of the last {_span(days)} is left.", step
    )


def remark_lines(one: Remarks, clock: Clock, width: int, who: str = "") -> list[Content]:
    """What people here wrote of a customer, for the profile; nothing where they did not.

    who: the person who looks.
    """
    made: list[Content] = []
    state = _state(one, clock, who)
    if state:
        made += [line((f" {cut(state, width - 2)}", "$accent"))]
    if one.tags:
        made += [
            line((f" {part}", "$accent")) for part in wrap("#" + " #".join(one.tags), width - 2)
        ]
    for note in one.notes:
        made += _note(note, clock, width)
    return [BLANK, line((" Written here", "bold $primary")), *made] if made else []


def _state(one: Remarks, clock: Clock, who: str) -> str:
    said = []
    if one.claimed_by is not None:
        mine = one.claimed_by == who
        said.append("you are at it" if mine else f"{one.claimed_by} is at it")
    if one.wait_until is not None and one.wait_until > clock.now:
        said.append(f"waits until {when(one.wait_until, clock)}")
    if one.done_through is not None:
        said.append(f"handled up to {when(one.done_through, clock)}")
    return " · ".join(said)


def _note(note: Note, clock: Clock, width: int) -> list[Content]:
    head = line((f" {cut(note.who, 20)}", "bold $quiet"), (f", {when(note.at, clock)}", "$quiet"))
    return [head, *(line((f"   {part}", "$ink")) for part in wrap(note.text, width - 4))]


def _span(days: int) -> str:
    return "day" if days == 1 else count(days, "day")
