"""How a customer is named, placed and recognised at a glance."""

from __future__ import annotations

import unicodedata
from zlib import crc32

from console.model import Customer
from console.show.cells import Part, fit, width_of
from console.show.clean import clean
from console.tty.tones import TILES


def name(customer: Customer) -> str:
    """The customer's name, or the next best thing to call them."""
    for said in (customer.name, customer.email, customer.phone):
        if said and (words := clean(said).strip()):
            return words
    for identity in customer.identities:
        return clean(identity.value, 40)
    return f"customer {customer.id}"


def initials(customer: Customer) -> str:
    """One or two letters for the tile."""
    words = name(customer).split("@")[0].replace(".", " ").split()
    letters = [first for word in words if (first := _letter(word))]
    if not letters:
        return "?"
    first = letters[0]
    if width_of(first) > 1:
        return first
    if len(letters) > 1:
        return first + letters[-1] if width_of(letters[-1]) == 1 else first
    rest = [letter for letter in words[0][1:] if letter.isalnum() and width_of(letter) == 1]
    return first + (rest[0] if rest else "")


def _letter(word: str) -> str:
    return next((letter.upper()[:1] for letter in word if letter.isalnum()), "")


def tile(customer: Customer) -> Part:
    """The avatar: two letters on the customer's own colour, the same wherever they appear."""
    key = (customer.email or customer.name or str(customer.id)).casefold()
    number = crc32(key.encode("utf-8", "replace")) % TILES
    letters = unicodedata.normalize("NFC", initials(customer))
    return (fit(letters, 2, "centre"), f"bold $tile-ink on $tile-{number}")


def place(customer: Customer) -> str:
    """City and country, as far as known: "Malmö, SE"."""
    said = [part for part in (customer.city, customer.country) if part and part.strip()]
    return clean(", ".join(said))


def country(customer: Customer) -> str:
    """The country's two letters, or as much of its name as two cells hold."""
    return fit((customer.country or "").strip().upper()[:2], 2)


def flag(code: str | None) -> str:
    """The flag of an ISO 3166 country code, empty for anything else."""
    letters = (code or "").strip().upper()
    if len(letters) != 2 or not (letters.isascii() and letters.isalpha()):
        return ""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in letters)
