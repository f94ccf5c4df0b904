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
    events,
    finance,
    fitness,
    gaming,
    general,
    healthcare,
    legal,
    media,
    mobility,
    pets,
    practice,
    produce,
    realestate,
    repair,
    restaurant,
    retail,
    sharing,
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
    "events": events.TRADE,
    "practice": practice.TRADE,
    "produce": produce.TRADE,
    "repair": repair.TRADE,
    "sharing": sharing.TRADE,
}
"""All trades a request may be recognised as."""

GENERAL = general.TRADE
"""The trade of a request nobody recognises."""

KEYWORDS: Mapping[str, str] = {
    "fitness": "fitness workout gym yoga pilates exercise running runner wellness wellbeing meditation "
    "crossfit sport coach trainer",
    "bakery": "bakery baker bread sourdough pastry pastries croissant cake cupcake patisserie bäckerei padaria "
    "boulangerie panadería",
    "restaurant": "restaurant cafe café coffee bistro bar brewery catering kitchen food meal menu chef vegan wine tea "
    "snack delivery lunch",
    "education": "education school learning learn tutor tutoring course student teacher language university classroom "
    "teaching homework exam kids maths lesson academy training chess science escuela academia schule école cours curso",
    "finance": "finance fintech bank banking payment invoice accounting budget savings investing investment insurance "
    "loan pension wealth crypto tax",
    "travel": "travel tourism tourist trip hotel hostel tour vacation holiday booking guesthouse hiking surf "
    "itinerary retreat flight",
    "legal": "legal law lawyer attorney contract compliance notary gdpr paralegal litigation immigration court patent",
    "climate": "climate energy solar carbon renewable wind battery heat-pump emission sustainability recycling "
    "circular electricity insulation",
    "gaming": "videogame game gaming esports gamer multiplayer puzzle boardgame console indie arcade roleplaying",
    "pets": "pet dog cat veterinary vet puppy kitten grooming kennel animal aquarium leash horse",
    "realestate": "estate realestate property apartment rent rental housing mortgage landlord tenant flat "
    "renovation construction",
    "retail": "shop store e-commerce ecommerce fashion clothing jewelry jewellery boutique retail furniture secondhand "
    "shoes gift book bookstore bookshop toy ski skis selling direct-to-consumer florist flower fleuriste floristería "
    "floristeria blumenladen tienda",
    "healthcare": "health healthcare clinic doctor patient medical therapy telemedicine telehealth hospital nurse "
    "pharmacy mental elderly elder ageing care caregiver visit",
    "software": "software saas developer api devops platform cloud code programming cybersecurity data analytics "
    "automation crm b2b database testing ai safety virtual",
    "agriculture": "farm farmer agriculture crop harvest vineyard soil greenhouse hydroponic livestock irrigation "
    "vegetable organic seeds beekeeping",
    "mobility": "mobility bike bicycle scooter car taxi ride carsharing ev charging vehicle logistics parking courier "
    "fleet transport",
    "media": "music podcast film streaming band concert media news magazine festival artist record radio "
    "photography audio",
    "beauty": "beauty cosmetics skincare salon hair hairdresser friseur peluquería coiffeur makeup perfume spa barber "
    "nails tattoo soap",
    "events": "choir quartet orchestra ensemble wedding theatre theater circus magician party escape-room escape gig "
    "ceremony celebration chor",
    "practice": "dental dentist orthodontist physiotherapy physiotherapist psychotherapy psychotherapist optician "
    "midwife chiropractor osteopath practice zahnarzt",
    "produce": "cheese honey mushroom salad herbs microgreens egg dairy goat orchard olive cider jam roast "
    "oyster käserei queso fromage miel",
    "repair": "repair mend plumber plumbing electrician locksmith carpenter handyman joiner mechanic bike bicycle "
    "workshop fahrradwerkstatt werkstatt reparatur taller réparation",
    "sharing": "coworking desk makerspace hackerspace library lend lending borrow sharing",
}
"""Stems in English and a few other languages, for each of `TRADES`. A word counts when it equals a stem, with or
without a plural s, or starts with a stem of five letters or more."""

EVERYDAY = (
    "translation translator office cleaning cleaner cleans laundry lavanderia laundromat funeral freight ferry airline "
    "notary removals"
)
"""Stems that lead to the general trade, whatever else the request mentions: an office that translates medical texts."""

_WORD = re.compile(r"[^\W\d_][\w-]*")
_STEMS = [*((trade, KEYWORDS[name].split()) for name, trade in TRADES.items()), (GENERAL, EVERYDAY.split())]


def recognise(text: str) -> Trade:
    """The trade with the most keywords in the text; earlier words and earlier trades win a tie."""
    words = [part for word in _WORD.findall(text.lower()) for part in dict.fromkeys((word, *word.split("-")))]
    best, best_score = GENERAL, 0.0
    for trade, stems in _STEMS:
        hits = {
            stem: place for place, word in reversed(list(enumerate(words))) for stem in stems if _matches(word, stem)
        }
        score = sum(1 + 1 / (2 + place) for place in hits.values())
        if score > best_score:
            best, best_score = trade, score
    return best


def _matches(word: str, stem: str) -> bool:
    return word in (stem, stem + "s") or (len(stem) > 4 and word.startswith(stem))
