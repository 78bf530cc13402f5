"""Where in a line of a table it is that it cannot be read."""

from __future__ import annotations


def cell_at_fault(text: str, delimiter: str) -> int:
    """Which cell of a line, counted from 1, cannot be read on from.

    The one whose quote is not closed, that has text after its closing quote, or a carriage
    return without quotes; the last one where none has. The line begins outside quotes.
    """
    cell, at = 1, 0
    text = text.rstrip("\r\n")
    while at < len(text):
        if text[at] == '"':
            at = _end_of_quoted(text, at + 1)
            if at >= len(text) or text[at] != delimiter:
                return cell
        else:
            end = text.find(delimiter, at)
            plain = text[at:] if end < 0 else text[at:end]
            if "\r" in plain or end < 0:
                return cell
            at = end
        cell, at = cell + 1, at + 1
    return cell


def _end_of_quoted(text: str, at: int) -> int:
    """Behind the quote that closes a cell; the text's end and more when none does."""
    while (at := text.find('"', at)) >= 0:
        if text[at + 1 : at + 2] != '"':
            return at + 1
        at += 2
    return len(text) + 1
