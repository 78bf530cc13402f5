"""Names in other scripts, and names that look like markup: each did something today."""

from __future__ import annotations

from typing import NamedTuple

from maker.cast import Stage
from maker.when import ago


class Baker(NamedTuple):
    """Someone on the starter plan since so many days, at work today at `hour` in Stockholm."""

    first: str
    last: str
    email: str
    city: str
    bakery: str
    country: str
    days: int
    hour: float


BAKERS = (
    Baker("ゆき", "田中", "yuki@komugi-do.example", "京都", "小麦堂", "JP", 96, 14.2),
    Baker("نور الدين", "حسّان", "nour@bayt-alkhubz.example", "دبي", "بيت الخبز", "AE", 61, 10.1),
    Baker(
        "Zoë", "Müller-Åkesson", "zoe@naesta-brod.example", "Hamburg", "Nästa Bröd", "DE", 143, 9.6
    ),
    Baker(
        "Siobhán", "O'Neill", "siobhan@oneills-oven.example", "Galway", "O'Neill's Oven", "IE", 75,
        12.7,
    ),
    Baker(
        "Pip 🥐", "Baxter-Bright", "pip@the-flaky-one.example", "Bristol", "The Flaky One 🥐", "GB",
        40, 11.9,
    ),
    Baker(
        "Bobby [/b]", "Tables", "bobby@acme-ltd.example", "Leeds", "[Acme] Ltd", "GB", 27, 16.1
    ),
    Baker(
        "Maximiliane Josefin Antoinette Wilhelmina Clementine",
        "Freifrau von Sauerteig und Krustenfels zu Hohenbrotstein-Krümelbach",
        "maximiliane@krustenfels.example", "München", "Hofbackstube Krustenfels", "DE", 118, 13.3,
    ),
)  # fmt: skip
assert len(f"{BAKERS[-1].first} {BAKERS[-1].last}") == 120


def names_that_break_things(stage: Stage) -> None:
    """Put them on the stage; today each of them built their first report."""
    features = ("planner", "recipes", "labels", "pre-orders", "loyalty")
    for baker in BAKERS:
        joined = ago(baker.days, baker.hour - 1)
        domain = baker.email.partition("@")[2]
        bakery = stage.bakery(baker.bakery, domain, baker.country, joined, "Starter")
        person = stage.person(baker.first, baker.last, baker.email, baker.city, bakery)
        stage.settle(person, joined, days=baker.days % 8 + 0.1, habit=3.3, features=features)
        person.consent = "SUBSCRIBED"
        stage.did(person, ago(0, baker.hour), "Logged In", method="password")
        stage.did(person, ago(0, baker.hour + 0.1), "Report Built", report="Waste by day")
