"""The words of every state that is not a list: empty, loading, failed; with the next step."""

from __future__ import annotations

from textual.content import Content

from console.show.lines import BLANK, line, wrap


def state(title: str, body: str, step: str = "", *, bad: bool = False) -> tuple[Content, ...]:
    """A title, a sentence or two, and what to do next."""
    lines = [line((title, "bold $bad" if bad else "bold $ink")), BLANK]
    lines += [line((part, "$quiet")) for part in wrap(body, 60)]
    if step:
        lines += [BLANK, *(line((part, "$primary")) for part in wrap(step, 60))]
    return tuple(lines)


def loading(what: str) -> tuple[Content, ...]:
    """While an answer is out for longer than a blink."""
    return (line((f"Reading {what} …", "$faint")),)


def failed(sentence: str) -> tuple[Content, ...]:
    """The mirror could not answer."""
    return state("That did not work", sentence, "r tries again", bad=True)


def too_small(columns: int, rows: int) -> tuple[Content, ...]:
    """The terminal is smaller than a list needs."""
    return (line((f"Too small: {columns}×{rows} needed", "bold $ink")),)


def no_mirror(path: str, asked: bool = False) -> tuple[Content, ...]:
    """There is no mirror yet: what this is and the ways on.

    asked: whether sources are configured, so that a sync would bring something.
    """
    ask = (
        line(("R", "bold $ink"), (" asks the systems that are configured, or", "$quiet")), BLANK,
    )  # fmt: skip
    return (
        line(("Customer Console", "bold $primary")),
        BLANK,
        line(("There is nothing to show yet.", "bold $ink")),
        BLANK,
        *(ask if asked else ()),
        line(("Read the exports of your shop, mail and support systems:", "$quiet")),
        line(("console import PATH…", "bold $ink")),
        BLANK,
        line(("or look around in invented data first:", "$quiet")),
        line(("console demo", "bold $ink")),
        BLANK,
        line(("This screen fills by itself as soon as there is a mirror at", "$faint")),
        *(line((part, "$faint")) for part in wrap(path, 58)),
    )
