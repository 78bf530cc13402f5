"""Names of people and of bakeries, drawn so that no two are alike.

A name that is not in Latin letters carries its Latin spelling after a slash; addresses are
made of that.
"""

from __future__ import annotations

import random
import unicodedata

FIRST: dict[str, str] = {
    "SE": "Anna Erik Karin Lars Elin Oskar Maja Nils Saga Viktor Ebba Axel Linnea Björn Åsa Tove "
    "Göran Märta Sixten Ulrika Ylva Håkan Tuva Pär Signe Alva",
    "GB": "Alice Tom Priya George Hattie Callum Imogen Rhys Nadia Jack Freya Owen Poppy Kwame "
    "Martha Duncan Amara Ewan Beatrix Hugo Safiya Leo",
    "IE": "Aoife Ciarán Niamh Eoin Gráinne Cormac Róisín Fergal",
    "DE": "Lena Jonas Greta Lukas Frieda Jürgen Käthe Moritz Anneliese Till Marlene Özlem Björn "
    "Heike Emre Sophie Ruprecht Birgit",
    "FR": "Camille Théo Inès Baptiste Chloé Rémi Élodie Lucas Agnès Noémie Hervé Anaïs Jérôme "
    "Maëlle Gaël Solène",
    "US": "Emma Marcus Olivia Diego Harper Malik Sierra Ethan Naomi Wyatt Grace Andre Paige Caleb "
    "Tasha Miles Jolene Hector Ruth Desmond",
    "ES": "Lucía Álvaro Marta Íñigo Begoña Núria Sergio Rocío",
    "PT": "Inês João Beatriz Tiago Conceição Nuno",
    "JP": "結衣/Yui 陽菜/Hina 蓮/Ren 大翔/Hiroto さくら/Sakura 健太/Kenta 美咲/Misaki 悠真/Yuma",
    "AE": "ليلى/Layla عمر/Omar فاطمة/Fatima يوسف/Yousef مريم/Maryam خالد/Khaled",
}
LAST: dict[str, str] = {
    "SE": "Andersson Lindqvist Bergström Nyström Sjöberg Holmgren Åkesson Wallin Ekström Dahl "
    "Lundgren Öberg Hedlund Norén Forsberg Söderlund Blomqvist Strand Ahlgren Byström Höglund",
    "GB": "Hughes Patel Ashworth Mensah Fairfax Campbell Pryce Okafor Thornton Baxter Sinclair "
    "Whitlock Bright Kaur Penrose Dunmore Ferrars Lockwood",
    "IE": "O'Connor Byrne Gallagher O'Sullivan Kinsella Ní_Dhomhnaill Brennan",
    "DE": "Schneider Krüger Weiß Hoffmann Vogel Schäfer Böhm Lindner Yıldız Groß Kaiser Jäger "
    "Mühlbauer Roth Winkler Brandt",
    "FR": "Moreau Lefèvre Girard Fontaine Mercier Béranger Chevalier Dufour Gauthier Lemaître "
    "Picard Renard Delacroix",
    "US": "Carter Ramirez Nguyen Sullivan Washington Brooks Delgado Kowalski Freeman Hayes Jimenez "
    "Sorensen Whitfield Chen Vasquez Doyle",
    "ES": "García Muñoz Ibáñez Ortega Peña Castaño Vidal",
    "PT": "Ferreira Gonçalves Magalhães Simões",
    "JP": "佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 中村/Nakamura 小林/Kobayashi 山本/Yamamoto 森/Mori",
    "AE": "حداد/Haddad النجار/Alnajjar منصور/Mansour الخطيب/Alkhatib سالم/Salem",
}
FAMILY_FIRST = {"JP"}
"""Countries where the family's name comes first when a name is said."""

BAKERIES: dict[str, tuple[str, ...]] = {
    "SE": ("Bageri {}", "{} Konditori", "{} Stenugnsbageri", "Kafé {}", "{} Surdeg"),
    "DE": ("Bäckerei {}", "{} Brotmanufaktur", "Café {}", "Backstube {}"),
    "FR": ("Boulangerie {}", "Maison {}", "Le Fournil {}", "Café {}"),
    "ES": ("Panadería {}", "Horno {}", "Obrador {}"),
    "PT": ("Padaria {}", "Pastelaria {}"),
    "JP": ("{}ベーカリー", "パン工房{}", "喫茶{}"),
    "AE": ("مخبز {}", "مقهى {}"),
}
ENGLISH_BAKERIES = ("{} Bakery", "{} Bakehouse", "{} Bread Co.", "Café {}", "{} & Daughters")
WORDS: dict[str, str] = {
    "SE": "Kornet Solrosen Kvarnen Degen Mandeln Råglimpan Kummin Vetet Lingonet Björken Smulan "
    "Havet Månen Ugglan Gården Elden Stenen Granen Bullen Kardemumma Morgonen Brödkorgen Havren",
    "DE": "Ährenfeld Mohnblume Morgenrot Kornblume Zimtstern Sauerteig Kruste Brezelglück Mehlwerk "
    "Sonnenkorn Grünkern Roggenhof Butterberg",
    "FR": "Blé_d'Or Levain Mie_Dorée Saint-Honoré Quatre_Grains Petit_Four Farine Hirondelle "
    "Moulin Croustade Épi",
    "ES": "La_Espiga San_Blas Trigal La_Miga El_Alba Levadura La_Noria Candelas",
    "PT": "Sol_Nascente A_Broa Doce_Mar Moinho_Velho Farinha Alfama",
    "JP": "こむぎ/komugi ひより/hiyori つむぎ/tsumugi あさひ/asahi 麦の花/muginohana "
    "月と麦/tsukimugi 風車/fusha 小鳥/kotori",
    "AE": "الفجر/alfajr السنبلة/alsunbula البيت/albayt النخيل/alnakhil "
    "القمح/alqamh الياسمين/alyasmin",
}
ENGLISH_WORDS = (
    "Copper Harbour Juniper Rye Bluebird Tinderbox Old_Mill Wren Larkspur Night_Owl Salt Sixpenny "
    "Crumb Marigold Fern Poppyseed Lantern Cobblestone Barley Ember Foxglove Driftwood Thistle "
    "Sugarloaf Windmill Clementine Goldcrest Plum Ladle Firefly Hearth Quince Two_Spoons Meadow"
)

TRIES = 400

_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "ł": "l", "ı": "i", "æ": "ae", "'": "", "’": ""}
)


def latin(text: str) -> str:
    """Lower-case ASCII letters, digits and dots only, as people do in addresses."""
    flat = unicodedata.normalize("NFKD", text.translate(_LETTERS)).lower()
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in flat if ord(c) < 0x300)
    return ".".join(kept.split())


def spelt(word: str) -> tuple[str, str]:
    """A word of these lists as it is written, and its Latin spelling."""
    shown, _, roman = word.replace("_", " ").partition("/")
    return shown, roman or shown


class Register:
    """Gives out names, addresses and anything else of which there may be only one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, value: str) -> bool:
        """Whether `value` was still free; it no longer is."""
        if value.casefold() in self._taken:
            return False
        self._taken.add(value.casefold())
        return True

    def person(self, roll: random.Random, country: str) -> tuple[str, str, str]:
        """A first name, a last name, and both in Latin letters with a dot between.

        Raises LookupError when a country's lists are too short for so many people.
        """
        for _ in range(TRIES):
            first, first_latin = spelt(roll.choice(FIRST[country].split()))
            last, last_latin = spelt(roll.choice(LAST[country].split()))
            if self.take(f"{first} {last}"):
                return first, last, f"{latin(first_latin)}.{latin(last_latin).replace('.', '')}"
        raise LookupError(f"no name is left in {country}")

    def bakery(self, roll: random.Random, country: str) -> tuple[str, str]:
        """A bakery's name and its domain, which ends in the reserved ``.example``.

        Raises LookupError when a country's lists are too short for so many bakeries.
        """
        words = WORDS.get(country, ENGLISH_WORDS).split()
        for _ in range(TRIES):
            word, word_latin = spelt(roll.choice(words))
            pattern = roll.choice(BAKERIES.get(country, ENGLISH_BAKERIES))
            name = pattern.format(word)
            domain = latin(name if word.isascii() or word_latin == word else word_latin)
            domain = domain.replace(".", "-") + ".example"
            if self.take(name) and self.take(domain):
                return name, domain
        raise LookupError(f"no bakery is left in {country}")
