"""Places a request may name: where people live, how many they are, what they pay with.

Figures are rounded; they only have to put a simulated market into the right order of magnitude.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Country(NamedTuple):
    """A country as far as prices and first names need it."""

    name: str
    currency: str
    factor: float
    """Amounts in euros at a German level times this are amounts in the currency at the local level."""
    millions: float
    """Inhabitants in millions."""
    names: str
    """Key of `FIRST_NAMES`."""


class Place(NamedTuple):
    """Where the business is."""

    name: str
    """The city or country as people write it."""
    country: Country
    thousands: int
    """Inhabitants of the city in thousands, or of the whole country."""
    city: bool
    """True for a city."""


FIRST_NAMES: Mapping[str, tuple[str, ...]] = {
    "en": ("Maya", "Owen", "Priya", "Grace", "Liam", "Zoe"),
    "pt": ("Inês", "Tiago", "Marta", "Rui", "Beatriz", "João"),
    "es": ("Lucía", "Mateo", "Carmen", "Diego", "Elena", "Pablo"),
    "fr": ("Camille", "Hugo", "Nadia", "Théo", "Margaux", "Karim"),
    "de": ("Lena", "Jonas", "Aylin", "Markus", "Sophie", "Felix"),
    "it": ("Giulia", "Marco", "Chiara", "Davide", "Elisa", "Luca"),
    "nordic": ("Freja", "Mikkel", "Astrid", "Oskar", "Ida", "Aksel"),
    "slavic": ("Zuzanna", "Jakub", "Marta", "Tomasz", "Hana", "Pavel"),
    "asia": ("Yuki", "Wei", "Minh", "Ji-woo", "Haruto", "Mei"),
    "india": ("Ananya", "Rohan", "Meera", "Arjun", "Kavya", "Imran"),
    "africa": ("Amina", "Kofi", "Thandi", "Chidi", "Wanjiru", "Sipho"),
    "arab": ("Layla", "Omar", "Salma", "Yusuf", "Nour", "Hassan"),
}

COUNTRIES: Mapping[str, Country] = {
    key: Country(*row)
    for key, row in {
        "portugal": ("Portugal", "EUR", 0.8, 10.4, "pt"),
        "spain": ("Spain", "EUR", 0.88, 48, "es"),
        "france": ("France", "EUR", 1.02, 68, "fr"),
        "germany": ("Germany", "EUR", 1, 84, "de"),
        "austria": ("Austria", "EUR", 1.03, 9.1, "de"),
        "switzerland": ("Switzerland", "CHF", 1.45, 8.9, "de"),
        "italy": ("Italy", "EUR", 0.92, 59, "it"),
        "netherlands": ("Netherlands", "EUR", 1.05, 17.9, "de"),
        "belgium": ("Belgium", "EUR", 1.02, 11.7, "fr"),
        "ireland": ("Ireland", "EUR", 1.15, 5.2, "en"),
        "greece": ("Greece", "EUR", 0.78, 10.4, "it"),
        "denmark": ("Denmark", "DKK", 9.2, 5.9, "nordic"),
        "sweden": ("Sweden", "SEK", 12, 10.5, "nordic"),
        "norway": ("Norway", "NOK", 13, 5.5, "nordic"),
        "finland": ("Finland", "EUR", 1.1, 5.6, "nordic"),
        "poland": ("Poland", "PLN", 2.9, 37.7, "slavic"),
        "czechia": ("Czechia", "CZK", 19, 10.8, "slavic"),
        "united kingdom": ("United Kingdom", "GBP", 0.95, 68, "en"),
        "united states": ("United States", "USD", 1.25, 335, "en"),
        "canada": ("Canada", "CAD", 1.6, 40, "en"),
        "australia": ("Australia", "AUD", 1.75, 26.5, "en"),
        "new zealand": ("New Zealand", "NZD", 1.8, 5.2, "en"),
        "brazil": ("Brazil", "BRL", 3.4, 212, "pt"),
        "mexico": ("Mexico", "MXN", 12, 129, "es"),
        "argentina": ("Argentina", "USD", 0.7, 46, "es"),
        "colombia": ("Colombia", "USD", 0.5, 52, "es"),
        "chile": ("Chile", "USD", 0.75, 19.6, "es"),
        "japan": ("Japan", "JPY", 130, 124, "asia"),
        "south korea": ("South Korea", "KRW", 1300, 52, "asia"),
        "singapore": ("Singapore", "SGD", 1.5, 5.9, "asia"),
        "vietnam": ("Vietnam", "USD", 0.4, 99, "asia"),
        "india": ("India", "INR", 30, 1430, "india"),
        "united arab emirates": ("United Arab Emirates", "AED", 4, 9.5, "arab"),
        "egypt": ("Egypt", "EGP", 16, 110, "arab"),
        "kenya": ("Kenya", "KES", 60, 55, "africa"),
        "nigeria": ("Nigeria", "NGN", 500, 224, "africa"),
        "ghana": ("Ghana", "USD", 0.4, 34, "africa"),
        "south africa": ("South Africa", "ZAR", 11, 60, "africa"),
    }.items()
}

ALIASES: Mapping[str, str] = {
    "uk": "united kingdom",
    "england": "united kingdom",
    "scotland": "united kingdom",
    "britain": "united kingdom",
    "usa": "united states",
    "america": "united states",
    "deutschland": "germany",
    "españa": "spain",
    "brasil": "brazil",
    "uae": "united arab emirates",
    "holland": "netherlands",
    "korea": "south korea",
}

CITIES: Mapping[str, tuple[str, int]] = {
    "lisbon": ("portugal", 550), "lisboa": ("portugal", 550), "porto": ("portugal", 240), "braga": ("portugal", 190),
    "alentejo": ("portugal", 700),
    "sevilla": ("spain", 680), "málaga": ("spain", 590), "malaga": ("spain", 590), "bilbao": ("spain", 345),
    "mallorca": ("spain", 920), "azores": ("portugal", 240), "madeira": ("portugal", 250), "ghent": ("belgium", 265),
    "antwerp": ("belgium", 530), "utrecht": ("netherlands", 370), "naples": ("italy", 910), "florence": ("italy", 360),
    "basel": ("switzerland", 175), "bern": ("switzerland", 135), "salzburg": ("austria", 155),
    "toulouse": ("france", 500), "bordeaux": ("france", 260), "stuttgart": ("germany", 630),
    "düsseldorf": ("germany", 650), "dresden": ("germany", 560),
    "madrid": ("spain", 3300), "barcelona": ("spain", 1650), "valencia": ("spain", 800), "seville": ("spain", 680),
    "paris": ("france", 2100), "lyon": ("france", 520), "marseille": ("france", 870), "nantes": ("france", 320),
    "berlin": ("germany", 3700), "hamburg": ("germany", 1900), "munich": ("germany", 1500), "cologne": ("germany", 1080),  # noqa: E501
    "leipzig": ("germany", 620), "frankfurt": ("germany", 770), "vienna": ("austria", 1980), "graz": ("austria", 300),
    "münchen": ("germany", 1500), "köln": ("germany", 1080), "wien": ("austria", 1980), "innsbruck": ("austria", 130),
    "zürich": ("switzerland", 430), "zurich": ("switzerland", 430), "geneva": ("switzerland", 205),
    "rome": ("italy", 2750), "milan": ("italy", 1370), "turin": ("italy", 850), "bologna": ("italy", 390), "amsterdam": ("netherlands", 920), "rotterdam": ("netherlands", 660),  # noqa: E501
    "brussels": ("belgium", 1220), "dublin": ("ireland", 590), "athens": ("greece", 640), "copenhagen": ("denmark", 650),  # noqa: E501
    "stockholm": ("sweden", 980), "oslo": ("norway", 710), "helsinki": ("finland", 670), "warsaw": ("poland", 1860),
    "gdansk": ("poland", 490), "gdańsk": ("poland", 490), "krakow": ("poland", 800), "prague": ("czechia", 1350),
    "london": ("united kingdom", 8900),
    "leeds": ("united kingdom", 810), "glasgow": ("united kingdom", 640), "birmingham": ("united kingdom", 1140),
    "liverpool": ("united kingdom", 500), "cardiff": ("united kingdom", 370), "belfast": ("united kingdom", 350),
    "manchester": ("united kingdom", 560), "bristol": ("united kingdom", 480), "edinburgh": ("united kingdom", 520),
    "new york": ("united states", 8300), "brooklyn": ("united states", 2600), "san francisco": ("united states", 810),
    "austin": ("united states", 980), "chicago": ("united states", 2650), "seattle": ("united states", 750),
    "houston": ("united states", 2300), "dallas": ("united states", 1300), "miami": ("united states", 450),
    "atlanta": ("united states", 500), "portland": ("united states", 630), "detroit": ("united states", 630),
    "boston": ("united states", 650), "los angeles": ("united states", 3820), "denver": ("united states", 715),
    "toronto": ("canada", 2800), "montreal": ("canada", 1780), "vancouver": ("canada", 660),
    "sydney": ("australia", 5300), "melbourne": ("australia", 5000), "auckland": ("new zealand", 1650),
    "são paulo": ("brazil", 11500), "sao paulo": ("brazil", 11500), "rio de janeiro": ("brazil", 6200),
    "mexico city": ("mexico", 9200), "buenos aires": ("argentina", 3100), "bogota": ("colombia", 7900),
    "santiago": ("chile", 6200), "tokyo": ("japan", 14000), "osaka": ("japan", 2750), "kyoto": ("japan", 1450),
    "seoul": ("south korea", 9400),
    "hanoi": ("vietnam", 5300), "mumbai": ("india", 12500), "bangalore": ("india", 8500), "delhi": ("india", 16800),
    "dubai": ("united arab emirates", 3600), "cairo": ("egypt", 10000), "nairobi": ("kenya", 4400),
    "lagos": ("nigeria", 15000), "accra": ("ghana", 2500), "cape town": ("south africa", 4700),
    "johannesburg": ("south africa", 5600),
}  # fmt: skip

LANGUAGES = (
    "English", "Portuguese", "Spanish", "French", "German", "Italian", "Dutch", "Danish", "Swedish", "Norwegian",
    "Finnish", "Polish", "Czech", "Greek", "Japanese", "Korean", "Chinese", "Mandarin", "Hindi", "Arabic", "Swahili",
    "Turkish", "Ukrainian", "Vietnamese",
)  # fmt: skip

CURRENCY_SIGNS: Mapping[str, tuple[str, float]] = {
    "€": ("EUR", 1.0),
    "$": ("USD", 1.25),
    "£": ("GBP", 0.95),
    "¥": ("JPY", 130.0),
    "₹": ("INR", 30.0),
}
"""Currency and price factor when the request names no place."""

ANYWHERE = Place("Europe", Country("Europe", "EUR", 1.0, 450, "de"), 450_000, False)
"""Where a business is that names no place."""

UNKNOWN_CITY_THOUSANDS = 300
"""Inhabitants of a city that is not listed."""

_WITH_ARTICLE = re.compile(
    r"(?<=[a-z0-9] )(?<!\b[Tt]he )(?=(?:Netherlands|United Kingdom|United States|United Arab Emirates)\b)"
)


def with_article(text: str) -> str:
    """A sentence as people say it: "in the Netherlands". A name that stands alone stays as it is."""
    return _WITH_ARTICLE.sub("the ", text)
