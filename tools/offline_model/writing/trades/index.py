"""Which table of words belongs to which request.

Every trade is imported here by name: one without a table is an error at start and in the type check,
not an answer that fails.
"""

import re
from collections.abc import Mapping

from tools.offline_model.writing.trades import (
    agriculture,
    bakery,
    beauty,
    climate,
    education,
    finance,
    fitness,
    gaming,
    general,
    healthcare,
    legal,
    media,
    mobility,
    pets,
    realestate,
    restaurant,
    retail,
    software,
    travel,
)
from tools.offline_model.writing.trades.shape import Trade

TRADES: Mapping[str, Trade] = {
    "agriculture": agriculture.TRADE,
    "bakery": bakery.TRADE,
    "beauty": beauty.TRADE,
    "climate": climate.TRADE,
    "education": education.TRADE,
    "finance": finance.TRADE,
    "fitness": fitness.TRADE,
    "gaming": gaming.TRADE,
    "healthcare": healthcare.TRADE,
    "legal": legal.TRADE,
    "media": media.TRADE,
    "mobility": mobility.TRADE,
    "pets": pets.TRADE,
    "realestate": realestate.TRADE,
    "restaurant": restaurant.TRADE,
    "retail": retail.TRADE,
    "software": software.TRADE,
    "travel": travel.TRADE,
}
"""All trades a request may be recognised as."""

GENERAL = general.TRADE
"""The trade of a request nobody recognises."""

KEYWORDS: Mapping[str, str] = {
    "fitness": "fitness workout gym yoga pilates training exercise running runner wellness wellbeing meditation "
    "crossfit sport coach trainer",
    "bakery": "bakery baker bread sourdough pastry pastries croissant cake cupcake patisserie bäckerei padaria "
    "boulangerie panadería",
    "restaurant": "restaurant cafe café coffee bistro bar brewery catering kitchen food meal menu chef vegan wine tea "
    "snack delivery lunch",
    "education": "education school learning learn tutor tutoring course student teacher language university classroom "
    "teaching homework exam kids",
    "finance": "finance fintech bank banking payment invoice accounting budget savings invest investment insurance "
    "loan pension wealth crypto tax",
    "travel": "travel tourism tourist trip hotel hostel tour vacation holiday booking guesthouse hiking surf "
    "itinerary retreat flight",
    "legal": "legal law lawyer attorney contract compliance notary gdpr paralegal litigation immigration court patent",
    "climate": "climate energy solar carbon renewable wind battery heat-pump emission sustainability recycling "
    "circular electricity insulation",
    "gaming": "videogame game gaming esports gamer multiplayer puzzle boardgame console indie arcade roleplaying",
    "pets": "pet dog cat veterinary vet puppy kitten grooming kennel animal aquarium leash horse",
    "realestate": "estate realestate property apartment rent rental housing mortgage coworking landlord tenant flat "
    "renovation construction",
    "retail": "shop store e-commerce ecommerce fashion clothing jewelry jewellery marketplace boutique retail "
    "furniture secondhand shoes gift bookstore",
    "healthcare": "health healthcare clinic doctor patient medical therapy telemedicine hospital dental dentist nurse "
    "pharmacy mental physiotherapy elderly",
    "software": "software saas developer api devops platform cloud code programming cybersecurity data analytics "
    "automation crm b2b database testing",
    "agriculture": "farm farmer agriculture crop harvest vineyard soil greenhouse hydroponic livestock irrigation "
    "vegetable organic seeds beekeeping",
    "mobility": "mobility bike bicycle scooter car taxi ride carsharing ev charging vehicle logistics parking courier "
    "fleet transport",
    "media": "music podcast film streaming band concert media news magazine festival artist record radio "
    "photography audio",
    "beauty": "beauty cosmetics skincare salon hair makeup perfume spa barber nails soap",
}
"""Stems in English and a few other languages, for each of `TRADES`. A word counts when it equals a stem, with or
without a plural s, or starts with a stem of five letters or more."""

_WORD = re.compile(r"[^\W\d_][\w-]*")
_STEMS = {trade: KEYWORDS[trade].split() for trade in TRADES}


def recognise(text: str) -> Trade:
    """The trade with the most keywords in the text; earlier words and earlier trades win a tie."""
    words = [part for word in _WORD.findall(text.lower()) for part in dict.fromkeys((word, *word.split("-")))]
    best, best_score = GENERAL, 0.0
    for trade, stems in _STEMS.items():
        hits = {
            stem: place for place, word in reversed(list(enumerate(words))) for stem in stems if _matches(word, stem)
        }
        score = sum(1 + 1 / (2 + place) for place in hits.values())
        if score > best_score:
            best, best_score = TRADES[trade], score
    return best


def _matches(word: str, stem: str) -> bool:
    return word in (stem, stem + "s") or (len(stem) > 4 and word.startswith(stem))
