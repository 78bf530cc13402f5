"""Walks along the text of a segment, word by word, and says where it stumbles."""

from __future__ import annotations

import re
from typing import NoReturn

from console.analytics.conditions import Length, SegmentError

WORD = re.compile(r"[^\s()\"“”:=!<>]+")
_VALUE = re.compile(r"[^\s()\"“”=!<>]+")
_QUOTED = re.compile(r'["“”]((?:[^"“”\\]|\\.)*)["“”]', re.DOTALL)
_OPERATOR = re.compile(r"!=|>=|<=|[:=<>]")
_LENGTH = re.compile(r"(\d{1,4})([hdwmy])(?![^\s()])")
_TIMES = re.compile(r"\d{1,9}(?![^\s()])")
_MONEY = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)(?:\s*(?!AND|NOT)([A-Z]{3}))?(?![^\s()])")
_BLANK = re.compile(r"\s*")


class Scanner:
    """A place in a text; every method starts there, past blanks, and moves past what it takes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at = 0

    @property
    def at(self) -> int:
        """The next character that is no blank."""
        found = _BLANK.match(self.text, self._at)
        return found.end() if found else self._at

    @property
    def end(self) -> int:
        """The character after the last one taken."""
        return self._at

    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.text)

    def sees(self, character: str) -> bool:
        """Whether `character` is next."""
        return self.text.startswith(character, self.at)

    def take(self, character: str) -> bool:
        """Move past `character` if it is next."""
        if not self.sees(character):
            return False
        self._at = self.at + len(character)
        return True

    def sees_keyword(self, keyword: str) -> bool:
        """Whether the word `keyword` is next, in any case, and not compared with something."""
        found = WORD.match(self.text, self.at)
        if found is None or found[0].casefold() != keyword:
            return False
        following = self.text[found.end() : found.end() + 1]
        return not following or following not in ":=!<>"

    def keyword(self, keyword: str) -> bool:
        """Move past the word `keyword` if it is next."""
        return self.sees_keyword(keyword) and self.take(self.text[self.at :][: len(keyword)])

    def word(self) -> str | None:
        """A bare word; None when something else is next."""
        return self._match(WORD)

    def operator(self) -> str | None:
        """A comparison or colon; None when something else is next."""
        return self._match(_OPERATOR)

    def times(self) -> int | None:
        """A whole number that stands alone; None when something else is next."""
        found = self._match(_TIMES)
        return None if found is None else int(found)

    def length(self) -> Length | None:
        """A length of time like ``30d``; None when something else is next."""
        found = _LENGTH.match(self.text, self.at)
        if found is None:
            return None
        self._at = found.end()
        return Length(int(found[1]), found[2])  # type: ignore[arg-type]

    def money(self) -> tuple[str, str | None] | None:
        """An amount and perhaps a currency, ``500 EUR``; None when something else is next."""
        found = _MONEY.match(self.text, self.at)
        if found is None:
            return None
        self._at = found.end()
        return found[1], found[2]

    def quoted(self) -> bool:
        """Whether a quote is next."""
        return self.text[self.at : self.at + 1] in ('"', "“", "”")

    def value(self, wanted: str, pattern: re.Pattern[str] = _VALUE) -> str:
        """A bare word or quoted text; raises SegmentError that misses `wanted`."""
        if self.quoted():
            found = _QUOTED.match(self.text, self.at)
            if found is None:
                self.fail("this quote is never closed")
            self._at = found.end()
            return re.sub(r"\\(.)", r"\1", found[1])
        bare = self._match(pattern)
        if bare is None:
            self.fail(f"{wanted} must stand here")
        return bare

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        """Raise SegmentError at a place, the present one unless told."""
        raise SegmentError(reason, self.text, self.at if at is None else at)

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]
