"""The people worth finding: those the README names, each planted by hand."""

from __future__ import annotations

from datetime import date, timedelta

from maker.cast import Stage
from maker.company import APP, FEATURES, HOURS, PRODUCTS, PROFILE, Product
from maker.details import failed_import
from maker.mails import LETTERS, answer, opened
from maker.odd_names import names_that_break_things
from maker.people import Call, Folk, Setup, World, app_id
from maker.shop import Order
from maker.support import Ticket
from maker.when import LAST_DAY, ago, dice

EVERYTHING = tuple(feature.name for feature in FEATURES)


def tell(world: World, folk: Folk) -> None:
    """Put everyone on the stage."""
    stage = Stage(world, folk)
    stuck_in_set_up(stage)
    big_account_going_quiet(stage)
    payment_that_failed(stage)
    refund_after_a_bad_ticket(stage)
    three_emails(stage)
    came_back(stage)
    trial_ending(stage)
    champion(stage)
    leaving_today(stage)
    names_that_break_things(stage)


def product(sku: str) -> Product:
    """Something on the shop's shelf, by its number."""
    return next(product for product in PRODUCTS if product.sku == sku)


def stuck_in_set_up(stage: Stage) -> None:
    """Hanna signed up twelve days ago, did two of five steps, and her import fails each time."""
    joined = ago(12, 14.3)
    bakery = stage.bakery("Wikströms Surdeg", "wikstroms-surdeg.example", "SE", joined, "Pro")
    hanna = stage.person("Hanna", "Wikström", "hanna@wikstroms-surdeg.example", "Umeå", bakery)
    hanna.joined, hanna.app_id, hanna.consent = joined, app_id(hanna.seed), "SUBSCRIBED"
    steps = [(joined + timedelta(minutes=9), PROFILE), (joined + timedelta(minutes=26), HOURS)]
    hanna.setup = Setup(steps)
    roll = dice("hanna")
    tries = (
        (ago(11, 9.1), "The file has no column named Ingredient"),
        (ago(9, 20.4), "Row 212: weight “1/2 dl” is not a number"),
        (ago(6, 15.2), "Row 212: weight “1/2 dl” is not a number"),
    )
    for moment, error in tries:
        stage.did(hanna, moment - timedelta(minutes=7), "Logged In", method="password")
        stage.call(failed_import(roll, hanna, moment, error))
        page = {"title": "Help: importing recipes", "path": "/help/import", "url": f"{APP}/help"}
        stage.call(Call(moment + timedelta(minutes=3), "page", hanna, page["title"], page))
    stage.did(hanna, ago(2, 19.6), "Logged In", method="password")
    stage.ticket(
        Ticket(
            hanna,
            ago(6, 15.6),
            "Importen stannar på rad 212 – vad gör jag för fel?",
            priority="High",
            tags="app import",
            replies=1,
            updated=ago(5, 9.2),
        )
    )


def big_account_going_quiet(stage: Stage) -> None:
    """Seven people at Brioche Brothers came every day; for three weeks nobody has."""
    joined = ago(231, 16.2, "America/Los_Angeles")
    bakery = stage.bakery("Brioche Brothers", "briochebrothers.example", "US", joined, "Scale")
    bakery.gone, bakery.yearly = ago(22, 17.0, "America/Los_Angeles"), True
    team = (
        ("Benedict", "Fournier", EVERYTHING[:9]), ("Augie", "Fournier", EVERYTHING[:7]),
        ("Dolores", "Park", ("planner", "stock", "waste", "reports")),
        ("Kenji", "Watts", ("planner", "recipes", "labels", "allergens")),
        ("Shanice", "Boyd", ("planner", "pre-orders", "loyalty")),
        ("Lupe", "Arroyo", ("planner", "labels", "rota")), ("Finn", "Osei", ("planner", "recipes")),
    )  # fmt: skip
    people = [
        stage.person(first, last, f"{first.lower()}@briochebrothers.example", "Portland", bakery)
        for first, last, _ in team
    ]
    for number, (person, (_, _, features)) in enumerate(zip(people, team, strict=True)):
        since = joined + timedelta(days=3 * number, hours=number * 0.7)
        gone = bakery.gone - timedelta(days=number / 3)
        stage.settle(person, since, habit=6.4 - number * 0.35, features=features, gone=gone)
    owner = people[0]
    asked = bakery.gone - timedelta(hours=3)
    stage.did(owner, asked, "Data Export Requested", scope="everything", format="csv")
    stage.ticket(
        Ticket(
            people[2],
            asked + timedelta(minutes=20),
            "How do we take all our recipes with us?",
            "Closed",
            tags="app",
            solved=ago(20, 9),
            updated=ago(20, 9),
            rating="Offered",
            replies=2,
        )
    )


def payment_that_failed(stage: Stage) -> None:
    """Declan bakes every day; last night his card was declined, and he may not know.

    He signed up on 15 April, so the trial ended on the 29th, and that is when the card is charged.
    """
    joined = ago(168, 19.7, "Europe/Dublin")
    bakery = stage.bakery("Harbour Lane Bakery", "harbourlane.example", "IE", joined, "Pro")
    declan = stage.person("Declan", "Murphy", "declan@harbourlane.example", "Cork", bakery)
    stage.settle(declan, joined, days=2.7, habit=5.4, features=EVERYTHING[:6])
    declan.consent = "SUBSCRIBED"
    bakery.failing_since = ago(1, 12)


def refund_after_a_bad_ticket(stage: Stage) -> None:
    """Gustav's printer came broken, came back broken, and he said what he thought of it."""
    gustav = stage.person("Gustav", "Ångström", "gustav.angstrom@example.com", "Uppsala")
    gustav.shop_since, gustav.tags = ago(24, 11.4), "horeca"
    gustav.consent, gustav.left_list = "UNSUBSCRIBED", ago(0, 11.9)
    lines = [(product("PRN-01"), 1), (product("LBL-500"), 3)]
    order = Order(gustav, gustav.shop_since, lines, "SEK", fulfilled=ago(23, 15))
    order.status, order.refunded, order.cancelled = "refunded", order.total, ago(0, 11.7)
    stage.order(order)
    stage.ticket(
        Ticket(
            gustav,
            ago(16, 8.6),
            "Printer prints blank labels",
            "Closed",
            tags="shop printer",
            solved=ago(14, 10),
            updated=ago(14, 10),
            rating="Offered",
            replies=4,
        )
    )
    stage.ticket(
        Ticket(
            gustav,
            ago(3, 7.8),
            "THIRD time I write about this printer",
            "Solved",
            "Urgent",
            tags="shop printer refund",
            solved=ago(0, 11.5),
            updated=ago(0, 11.8),
            rating="Bad",
            replies=6,
            reopens=2,
        )
    )


def three_emails(stage: Stage) -> None:
    """Márta wrote to us from three addresses; an alias, a telephone and a shared id join her."""
    joined = ago(150, 9.8)
    bakery = stage.bakery("Kardemumma & Co", "kardemumma-co.example", "SE", joined, "Starter")
    marta = stage.person(
        "Márta", "Kovács-Lindqvist", "marta@kardemumma-co.example", "Göteborg", bakery
    )
    stage.settle(marta, joined, days=4.1, habit=3.4, features=("planner", "labels", "pre-orders"))
    marta.shop_since, marta.shop_email = ago(121, 13.5), "marta.kovacs@example.com"
    marta.consent, marta.news_email = "SUBSCRIBED", "kovacs.bakes@example.org"
    for days, sku in ((121, "CRD-500"), (80, "LBL-500"), (33, "LBL-500"), (1, "LBL-FRZ")):
        stage.order(Order(marta, ago(days, 13.5), [(product(sku), 2)], "SEK", shipping=5900))
    stage.ticket(
        Ticket(
            marta,
            ago(0, 10.4),
            "Which of my addresses do you write to?",
            "Open",
            tags="app",
            email=marta.news_email,
            updated=ago(0, 10.4),
        )
    )


def came_back(stage: Stage) -> None:
    """Tomás used the app in spring, was silent for five months, and is back since Monday."""
    joined = ago(226, 10.1, "Europe/Lisbon")
    bakery = stage.bakery("Padaria Andorinha", "padaria-andorinha.example", "PT", joined, "Free")
    tomas = stage.person(
        "Tomás", "Andrade", "tomas@padaria-andorinha.example", "Porto", bakery, phone=False
    )
    stage.settle(tomas, joined, days=1.1, habit=4.6, features=("planner", "recipes", "waste"))
    tomas.away = (date(2026, 4, 20), LAST_DAY - timedelta(days=2))
    tomas.consent = "SUBSCRIBED"
    for call in opened(dice("tomas"), tomas, ago(2, 8), LETTERS[-1]):
        stage.call(call)
    for days, hour in ((2, 9.3), (1, 6.6), (0, 6.4)):
        moment = ago(days, hour, "Europe/Lisbon")
        stage.did(tomas, moment, "Logged In", method="password")
        stage.did(tomas, moment + timedelta(minutes=4), "Batch Planned", items=11, recipe="Broa")
    stage.did(tomas, ago(0, 6.6, "Europe/Lisbon"), "Stock Counted", lines=31)


def trial_ending(stage: Stage) -> None:
    """Amélie's trial ends tomorrow morning; she is set up and keen, and has not paid."""
    joined = ago(13, 10.25, "Europe/Paris")
    bakery = stage.bakery("Maison Amélie", "maison-amelie.example", "FR", joined, "Pro")
    amelie = stage.person("Amélie", "Rousseau", "amelie@maison-amelie.example", "Lyon", bakery)
    stage.settle(amelie, joined, days=0.9, habit=6.2, features=EVERYTHING[:7])
    amelie.consent = "SUBSCRIBED"
    stage.ticket(
        Ticket(
            amelie,
            ago(0, 15.2),
            "Can I pay for the year and get the invoice in April?",
            "New",
            via="Chat",
            tags="app billing",
            updated=ago(0, 15.2),
        )
    )


def champion(stage: Stage) -> None:
    """Ingrid uses all there is, every day, and tells others."""
    joined = ago(252, 8.2)
    bakery = stage.bakery("Solbergs Bageri", "solbergs-bageri.example", "SE", joined, "Scale")
    ingrid = stage.person("Ingrid", "Solberg", "ingrid@solbergs-bageri.example", "Malmö", bakery)
    stage.person("Edvin", "Solberg", "edvin@solbergs-bageri.example", "Malmö", bakery)
    edvin = bakery.team[1]
    stage.settle(ingrid, joined, days=0.03, habit=6.9, features=EVERYTHING)
    stage.settle(
        edvin, joined + timedelta(days=6), habit=5.0, features=("planner", "rota", "labels")
    )
    ingrid.shop_since, ingrid.consent, ingrid.tags = ago(245, 12.1), "SUBSCRIBED", "horeca, vip"
    for days in range(245, 0, -27):
        lines = [(product("LBL-500"), 6), (product("BOX-25"), 4), (product("CRD-500"), 1)]
        stage.order(Order(ingrid, ago(days, 12.1), lines, "SEK", fulfilled=ago(days - 1, 10)))
    for days, score in ((200, 9), (110, 10), (0, 10)):
        words = "I sent the link to four colleagues." if not days else ""
        stage.call(answer(ingrid, ago(days, 14.4), score, words))
    for days, hour in ((1, 7.2), (0, 6.9), (0, 14.3)):
        stage.did(ingrid, ago(days, hour), "Logged In", method="password")
        stage.did(ingrid, ago(days, hour + 0.1), "Batch Planned", items=26, recipe="Kanelbulle")
    stage.did(ingrid, ago(0, 14.6), "Allergen Sheet Exported", sheets=12)


def leaving_today(stage: Stage) -> None:
    """Ruthanne pressed cancel this morning and said why."""
    joined = ago(97, 9.4, "America/Chicago")
    bakery = stage.bakery("Two Ovens Café", "two-ovens.example", "US", joined, "Pro")
    ruthanne = stage.person("Ruthanne", "Pell", "ruthanne@two-ovens.example", "Chicago", bakery)
    gone = ago(9, 12, "America/Chicago")
    stage.settle(ruthanne, joined, days=6.2, habit=2.6, features=("planner", "labels"), gone=gone)
    bakery.cancelled, bakery.reason = ago(0, 7.9, "America/Chicago"), "missing_features"
    stage.ticket(
        Ticket(
            ruthanne,
            ago(12, 8.3, "America/Chicago"),
            "Still no way to plan by oven temperature?",
            "Solved",
            tags="app",
            solved=ago(11, 10),
            updated=ago(11, 10),
            rating="Bad",
            replies=3,
        )
    )
