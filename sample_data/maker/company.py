"""Morning Batch AB of Stockholm: its app, its plans, its shop.

The app plans tomorrow's bake for bakeries and cafés; the shop sells what they print on, time
with and pack in. Both opened on 5 January 2026.
"""

from __future__ import annotations

from typing import NamedTuple

NAME = "Morning Batch"
SITE = "https://morningbatch.example"
APP = "https://app.morningbatch.example"

PLANS = ("Free", "Starter", "Pro", "Scale")
MONTHLY: dict[str, dict[str, int]] = {
    "EUR": {"Starter": 2900, "Pro": 7900, "Scale": 24900},
    "USD": {"Starter": 2900, "Pro": 7900, "Scale": 24900},
    "SEK": {"Starter": 32900, "Pro": 89900, "Scale": 279000},
    "JPY": {"Starter": 4500, "Pro": 12000, "Scale": 38000},
}
"""The price of a month in minor units; a year costs ten months."""

TRIAL_DAYS = 14
NEW_SETUP = (2026, 5, 18)
"""Since this day a sample bakery is filled in at sign-up: more people finish on the day."""

PROFILE, RECIPES, HOURS, TEAM, FIRST_BATCH = SETUP_STEPS = (
    "Bakery Profile Completed",
    "Recipes Imported",
    "Opening Hours Set",
    "Teammate Invited",
    "First Batch Planned",
)
"""The five steps of set-up; the last is what the company calls activated."""


class Feature(NamedTuple):
    """A part of the app: the event it sends, and how many take to it."""

    name: str
    event: str
    page: str
    popularity: float
    """Of the active, how many ever use it."""
    weight: float
    """How often those who do use it, against the other features."""
    plans: tuple[str, ...]


FEATURES = (
    Feature("planner", "Batch Planned", "/planner", 1.00, 7.0, PLANS),
    Feature("recipes", "Recipe Scaled", "/recipes", 0.78, 5.0, PLANS),
    Feature("labels", "Labels Printed", "/labels", 0.58, 4.0, PLANS),
    Feature("pre-orders", "Pre-order Taken", "/pre-orders", 0.50, 6.0, PLANS),
    Feature("stock", "Stock Counted", "/stock", 0.40, 2.0, PLANS),
    Feature("waste", "Waste Logged", "/waste", 0.30, 3.0, PLANS),
    Feature("reports", "Report Built", "/reports", 0.28, 1.2, PLANS[1:]),
    Feature("loyalty", "Loyalty Stamp Given", "/loyalty", 0.24, 5.0, PLANS[1:]),
    Feature("rota", "Shift Posted", "/rota", 0.30, 1.5, PLANS[2:]),
    Feature("allergens", "Allergen Sheet Exported", "/allergens", 0.20, 0.6, PLANS[2:]),
)

SITE_PAGES = (
    ("Home", "/"), ("Pricing", "/pricing"), ("For bakeries", "/bakeries"), ("For cafés", "/cafes"),
    ("The label printer", "/shop/crumb-one"), ("Guide: less waste by Friday", "/guides/waste"),
    ("Guide: costing a croissant", "/guides/costing"), ("Stories", "/stories"),
)  # fmt: skip
APP_PAGES = (
    ("Today", "/today"), ("Planner", "/planner"), ("Recipes", "/recipes"), ("Team", "/team"),
    ("Help", "/help"), ("Settings", "/settings"), ("Billing", "/billing"),
)  # fmt: skip


class Product(NamedTuple):
    """Something on the shop's shelf; `cents` is its price in euro."""

    sku: str
    name: str
    cents: int
    weight: float


PRODUCTS = (
    Product("LBL-500", "Label roll, 500 - 57 × 32 mm", 950, 9.0),
    Product("LBL-FRZ", "Freezer labels, roll of 250", 1200, 4.0),
    Product("BOX-25", 'Cake boxes, 50 - 25 cm / 10"', 3250, 4.0),
    Product("CRD-500", "Loyalty cards, box of 500", 4500, 2.5),
    Product("STK-ALG", "Allergen stickers, roll of 1,000", 2200, 2.5),
    Product("BAN-OV", "Proofing basket - oval, 1 kg", 1800, 2.5),
    Product("BAN-RD", "Proofing basket - round, 750 g", 1650, 2.0),
    Product("SCR-ST", "Bench scraper", 1250, 2.0),
    Product("LAM-01", "Scoring knife with ten blades", 1400, 1.5),
    Product("TMR-03", "Triple dough timer", 3400, 1.5),
    Product("THM-01", "Probe thermometer", 3900, 1.2),
    Product("APR-NV", "Apron - navy", 2900, 1.0),
    Product("PRN-01", "Crumb One label printer", 18900, 1.3),
)
"""The first four are used up and bought again."""

_RATES = {"EUR": 100, "USD": 110, "SEK": 1100, "JPY": 165}
EUR_PER_UNIT = {"EUR": 1.0, "USD": 0.91, "SEK": 0.091, "JPY": 0.0061}


def price(cents: int, currency: str) -> int:
    """A shelf price in minor units of `currency`, rounded as price tags are."""
    amount = cents * _RATES[currency] / 100
    step = {"EUR": 5, "USD": 50, "SEK": 500, "JPY": 10}[currency]
    return max(step, round(amount / step) * step)


def in_words(minor: int, currency: str, thousands: bool = False) -> str:
    """An amount as exports write it: ``"1,235.50"`` with `thousands`, ``"4200"`` in yen."""
    comma = "," if thousands else ""
    return f"{minor:{comma}}" if currency == "JPY" else f"{minor / 100:{comma}.2f}"
