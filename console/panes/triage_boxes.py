"""The boxes that ask until when, and for a tag."""

from __future__ import annotations

from collections.abc import Sequence

from console.clock import Clock
from console.later import later
from console.notebook.notes import BadText, proper_tag
from console.show import choices as words
from console.show.times import when
from console.widgets.chooser import Choice, Chooser

_TIMES = ("tomorrow", "monday", "3 days", "1 week", "2 hours")


def wait_box(clock: Clock) -> Chooser[int]:
    """Until when: a few that are common, or a time of one's own."""

    def offer(text: str) -> Sequence[Choice[int]]:
        typed = text.strip()
        common = [
            Choice(at, words.choice(f"{said}: {when(at, clock)}"))
            for said in _TIMES
            if words.matches(typed, said)
            for at in (later(said, clock),)
        ]
        if not typed:
            return common
        try:
            own = later(typed, clock)
        except ValueError as error:
            return common or [Choice(0, words.wrong(str(error), bad=False), able=False)]
        return [Choice(own, words.choice(f"{typed}: {when(own, clock)}", own=True))]

    return Chooser(offer, "tomorrow, friday, 3 days, 2026-12-01 14:30", foot=words.foot(free=False))


def tag_box(theirs: Sequence[str], others: Sequence[str]) -> Chooser[tuple[str, bool]]:
    """A tag to give (True), or one of theirs to take away (False)."""
    have = {tag.casefold() for tag in theirs}

    def offer(text: str) -> Sequence[Choice[tuple[str, bool]]]:
        typed = text.strip().removeprefix("#")
        found = [
            Choice((tag, False), words.choice(f"take #{tag} away"))
            for tag in theirs if words.matches(typed, tag)
        ]  # fmt: skip
        found += [
            Choice((tag, True), words.choice(f"#{tag}"))
            for tag in others if words.matches(typed, tag) and tag.casefold() not in have
        ]  # fmt: skip
        known = {choice.value[0].casefold() for choice in found}
        if typed and typed.casefold() not in known:
            try:
                tag = proper_tag(typed)
            except BadText as error:
                return found or [Choice(("", True), words.wrong(str(error)), able=False)]
            found.append(Choice((tag, True), words.choice(f"new tag #{tag}", own=True)))
        return found or [Choice(("", True), words.wrong("Which tag?", bad=False), able=False)]

    return Chooser(offer, "a tag", foot=words.foot(free=False))
