"""Where people live: cities with their zones, and telephone numbers kept for fiction.

The numbers lie in ranges that regulators reserve for films and books (PTS in Sweden, Ofcom,
BNetzA, ARCEP, the North American 555-01xx); countries without such a range have none here.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A city as an address needs it."""

    city: str
    region: str
    country: str
    postcode: str
    zone: str
    area: str = ""
    """The American area code that the city's fictional numbers begin with."""


CITIES: dict[str, tuple[Place, ...]] = {
    "SE": (
        Place("Stockholm", "", "SE", "114 30", "Europe/Stockholm"),
        Place("Göteborg", "", "SE", "411 05", "Europe/Stockholm"),
        Place("Malmö", "", "SE", "211 22", "Europe/Stockholm"),
        Place("Uppsala", "", "SE", "753 20", "Europe/Stockholm"),
        Place("Umeå", "", "SE", "903 26", "Europe/Stockholm"),
        Place("Örebro", "", "SE", "702 11", "Europe/Stockholm"),
        Place("Visby", "", "SE", "621 55", "Europe/Stockholm"),
    ),
    "GB": (
        Place("London", "ENG", "GB", "E8 3PN", "Europe/London"),
        Place("Bristol", "ENG", "GB", "BS1 4QA", "Europe/London"),
        Place("Leeds", "ENG", "GB", "LS1 6DT", "Europe/London"),
        Place("Edinburgh", "SCT", "GB", "EH6 6QQ", "Europe/London"),
        Place("Cardiff", "WLS", "GB", "CF10 1EP", "Europe/London"),
    ),
    "IE": (
        Place("Cork", "CO", "IE", "T12 W8KP", "Europe/Dublin"),
        Place("Galway", "G", "IE", "H91 E2K3", "Europe/Dublin"),
        Place("Dublin", "D", "IE", "D02 X285", "Europe/Dublin"),
    ),
    "DE": (
        Place("Berlin", "", "DE", "10999", "Europe/Berlin"),
        Place("Hamburg", "", "DE", "20357", "Europe/Berlin"),
        Place("Köln", "", "DE", "50674", "Europe/Berlin"),
        Place("München", "", "DE", "80469", "Europe/Berlin"),
        Place("Leipzig", "", "DE", "04229", "Europe/Berlin"),
    ),
    "FR": (
        Place("Lyon", "", "FR", "69001", "Europe/Paris"),
        Place("Paris", "", "FR", "75011", "Europe/Paris"),
        Place("Nantes", "", "FR", "44000", "Europe/Paris"),
        Place("Bourg-en-Bresse", "", "FR", "01000", "Europe/Paris"),
    ),
    "US": (
        Place("Brooklyn", "NY", "US", "11211", "America/New_York", "718"),
        Place("Boston", "MA", "US", "02118", "America/New_York", "617"),
        Place("Chicago", "IL", "US", "60622", "America/Chicago", "312"),
        Place("Portland", "OR", "US", "97209", "America/Los_Angeles", "503"),
        Place("Oakland", "CA", "US", "94607", "America/Los_Angeles", "510"),
    ),
    "ES": (
        Place("Barcelona", "B", "ES", "08003", "Europe/Madrid"),
        Place("Sevilla", "SE", "ES", "41004", "Europe/Madrid"),
        Place("Bilbao", "BI", "ES", "48005", "Europe/Madrid"),
    ),
    "PT": (
        Place("Porto", "PT-13", "PT", "4050-253", "Europe/Lisbon"),
        Place("Lisboa", "PT-11", "PT", "1200-109", "Europe/Lisbon"),
    ),
    "JP": (
        Place("東京", "JP-13", "JP", "150-0001", "Asia/Tokyo"),
        Place("京都", "JP-26", "JP", "604-8005", "Asia/Tokyo"),
        Place("福岡", "JP-40", "JP", "810-0001", "Asia/Tokyo"),
    ),
    "AE": (
        Place("دبي", "DU", "AE", "", "Asia/Dubai"),
        Place("أبو ظبي", "AZ", "AE", "", "Asia/Dubai"),
    ),
}

WEIGHTS: dict[str, int] = {
    "SE": 30, "GB": 15, "DE": 14, "FR": 11, "US": 14, "IE": 4, "ES": 4, "PT": 2, "JP": 4, "AE": 2,
}  # fmt: skip
"""Of a hundred customers, how many live where."""

CURRENCIES: dict[str, str] = {"SE": "SEK", "US": "USD", "AE": "USD", "JP": "JPY"}
"""What a country pays in; the others pay in euro."""

STREETS: dict[str, tuple[str, ...]] = {
    "SE": ("Bagargatan", "Storgatan", "Kvarngatan", "Hamngatan"),
    "DE": ("Mühlenweg", "Marktstraße", "Am Backhaus", "Kornstraße"),
    "FR": ("rue du Four", "rue des Moulins", "place du Marché", "quai de la Farine"),
    "ES": ("Calle del Horno", "Calle Mayor", "Plaza del Pan"),
    "PT": ("Rua do Forno", "Rua das Flores"),
    "JP": ("神宮前", "中京区", "天神"),
    "AE": ("شارع الخبز", "شارع السوق"),
}
ENGLISH_STREETS = ("Mill Lane", "Baker Street", "Market Street", "Harbour Row", "Granary Road")


def phone(place: Place, number: int) -> str | None:
    """The `number`-th fictional telephone of a country, E.164; None where there is none.

    Raises IndexError when the country's reserved range is used up.
    """
    if place.country == "US":
        return f"+1{place.area}555{100 + _below(number, 100):04d}"
    if place.country == "SE":
        ranges = (("+467017406", 5, 100), ("+46846500", 400, 500), ("+463139006", 0, 100))
        for prefix, low, high in ranges:
            if number < high - low:
                return prefix + str(low + number).zfill(len(str(high - 1)))
            number -= high - low
        raise IndexError(number)
    if place.country == "GB":
        return f"+447700900{_below(number, 1000):03d}"
    if place.country == "IE":
        return f"+35320910{_below(number, 10000):04d}"
    if place.country == "DE":
        return f"+493023125{_below(number, 1000):03d}"
    if place.country == "FR":
        return f"+33639980{_below(number, 1000):03d}"
    return None


def _below(number: int, end: int) -> int:
    if number >= end:
        raise IndexError(number)
    return number
