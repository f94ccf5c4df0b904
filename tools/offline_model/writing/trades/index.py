"""Which words of a request point to which trade. The tables themselves are loaded when first needed."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import cast

from tools.offline_model.writing.trades.shape import Trade

GENERAL = "general"
"""The trade of a request nobody recognises."""

KEYWORDS: Mapping[str, str] = {
    "fitness": "fitness workout gym yoga pilates training exercise running runner wellness wellbeing meditation crossfit sport coach trainer",
    "bakery": "bakery baker bread sourdough pastry pastries croissant cake cupcake patisserie bäckerei padaria boulangerie panadería",
    "restaurant": "restaurant cafe café coffee bistro bar brewery catering kitchen food meal menu chef vegan wine tea snack delivery lunch",
    "education": "education school learning learn tutor tutoring course student teacher language university classroom teaching homework exam kids",
    "finance": "finance fintech bank banking payment invoice accounting budget savings invest investment insurance loan pension wealth crypto tax",
    "travel": "travel tourism tourist trip hotel hostel tour vacation holiday booking guesthouse hiking surf itinerary retreat flight",
    "legal": "legal law lawyer attorney contract compliance notary gdpr paralegal litigation immigration court patent",
    "climate": "climate energy solar carbon renewable wind battery heat-pump emission sustainability recycling circular electricity insulation",
    "gaming": "game gaming esports videogame gamer multiplayer puzzle boardgame console indie arcade roleplaying",
    "pets": "pet dog cat veterinary vet puppy kitten grooming kennel animal aquarium leash horse",
    "realestate": "real-estate realestate property apartment rent rental housing mortgage coworking landlord tenant flat renovation construction",
    "retail": "shop store e-commerce ecommerce fashion clothing jewelry jewellery marketplace boutique retail furniture secondhand shoes gift bookstore",
    "healthcare": "health healthcare clinic doctor patient medical therapy telemedicine hospital dental dentist nurse pharmacy mental physiotherapy elderly",
    "software": "software saas developer api devops platform cloud code programming cybersecurity data analytics automation crm b2b database testing",
    "agriculture": "farm farmer agriculture crop harvest vineyard soil greenhouse hydroponic livestock irrigation vegetable organic seeds beekeeping",
    "mobility": "mobility bike bicycle scooter car taxi ride carsharing ev charging vehicle logistics parking courier fleet transport",
    "media": "music podcast film video streaming band concert media news magazine festival artist record radio photography audio",
    "beauty": "beauty cosmetics skincare salon hair makeup perfume spa barber nails soap",
}
"""Stems in English and a few other languages. A word counts for a trade when it starts with a stem of four
letters or more, or equals a shorter one."""

_WORD = re.compile(r"[^\W\d_][\w-]*")


def recognise(text: str) -> str:
    """The trade with the most keywords in the text; earlier words and earlier trades win a tie."""
    words = _WORD.findall(text.lower())
    best, best_score = GENERAL, 0.0
    for trade, stems in _stems().items():
        hits = {
            stem: place for place, word in reversed(list(enumerate(words))) for stem in stems if _matches(word, stem)
        }
        score = sum(1 + 1 / (2 + place) for place in hits.values())
        if score > best_score:
            best, best_score = trade, score
    return best


def _matches(word: str, stem: str) -> bool:
    return word == stem or word == stem + "s" or (len(stem) > 4 and word.startswith(stem))


@cache
def _stems() -> Mapping[str, tuple[str, ...]]:
    return {trade: tuple(stems.split()) for trade, stems in KEYWORDS.items()}


@cache
def load(trade: str) -> Trade:
    """The table of a trade."""
    return cast("Trade", import_module(f"tools.offline_model.writing.trades.{trade}").TRADE)
