"""What the app says of a thing done: the properties of its events."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from maker.company import FIRST_BATCH, RECIPES, SETUP_STEPS, Feature
from maker.people import Call, Person

RECIPES_BAKED = (
    "Cardamom bun", "Country sourdough", "Rye tin loaf", "Butter croissant", "Semla", "Brioche",
    "Pain au chocolat", "Seeded spelt", "Lemon tart", "Focaccia", "メロンパン", "Kanelbulle",
)  # fmt: skip
FAILURES = (
    "Row 212: weight “1/2 dl” is not a number",
    "The file has no column named Ingredient",
    "Two recipes are both called “Grunddeg”",
)


def step_details(roll: random.Random, step: str) -> dict[str, Any]:
    """What the app says of a step."""
    details: dict[str, Any] = {"step": SETUP_STEPS.index(step) + 1, "of": len(SETUP_STEPS)}
    if step == RECIPES:
        details |= {"recipes": roll.randint(6, 140), "from": roll.choice(("csv", "photo", "hand"))}
    if step == FIRST_BATCH:
        details |= {"items": roll.randint(3, 24), "recipe": roll.choice(RECIPES_BAKED)}
    return details


def failed_import(roll: random.Random, person: Person, moment: datetime, error: str = "") -> Call:
    """An import of recipes that stopped."""
    body = {"error": error or roll.choice(FAILURES), "file": "recept.csv", "rows": 340}
    return Call(moment, "track", person, "Import Failed", body)


def details(roll: random.Random, feature: Feature) -> dict[str, Any]:
    """What the app says of one use of a feature."""
    recipe = roll.choice(RECIPES_BAKED)
    match feature.name:
        case "planner":
            return {"items": roll.randint(3, 30), "recipe": recipe}
        case "recipes":
            return {"recipe": recipe, "factor": roll.choice((0.5, 1.5, 2, 3))}
        case "labels":
            return {"labels": roll.randint(4, 180), "recipe": recipe}
        case "pre-orders":
            return {"items": roll.randint(1, 9), "pickup": roll.choice(("today", "tomorrow"))}
        case "stock":
            return {"lines": roll.randint(8, 70)}
        case "waste":
            return {"grams": roll.randrange(200, 5000, 50), "recipe": recipe}
        case "reports":
            return {"report": roll.choice(("Waste by day", "Margin by recipe", "Pre-orders"))}
        case "rota":
            return {"shifts": roll.randint(1, 14)}
        case _:
            return {"sheets": roll.randint(1, 5)}
