"""What a prompt asks for: the request itself and the few facts a writer needs from it.

The prompt of an agent holds the person's text between `<request>` tags; everything else in it
(instructions, earlier results) must not decide what kind of business this is. Without the tags
the whole text counts. Parsing is by plain patterns in English, with keywords of other languages.
"""

import re
from dataclasses import dataclass

from tools.offline_model.writing.places import (
    ALIASES,
    ANYWHERE,
    CITIES,
    COUNTRIES,
    CURRENCY_SIGNS,
    LANGUAGES,
    UNKNOWN_CITY_THOUSANDS,
    Country,
    Place,
)

MAX_REQUEST = 4000
"""Characters of a request that are looked at; the rest changes the seed but not the facts."""
MAX_SOURCES = 100
"""Pages of a prompt that are looked at."""

_REQUEST = re.compile(r"<request\b[^>]*>(.*?)</request>", re.DOTALL | re.IGNORECASE)
_FEEDBACK = re.compile(r"<feedback\b[^>]*>(.*?)</feedback>", re.DOTALL | re.IGNORECASE)
_SOURCES = re.compile(r"<sources\b[^>]*>(.*?)</sources>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"\"id\":\s*\"(\w{1,12})\",\s*\"url\":\s*\"([^\"]{1,500})\"")
_RESEARCH = re.compile(r"<market_research>\s*\{")
_OPENING = re.compile(
    r"^(?:please\s+|hi[,!]?\s+|hello[,!]?\s+)*(?:(?:i|we)(?:'d| would)?\s+(?:want|like|need|plan)\s+(?:to\s+)?|help\s+(?:me|us)\s+(?:to\s+)?"  # noqa: E501
    r"|can you\s+|let's\s+|(?:i|we)\s+intend\s+to\s+)?(?:(?:create|build|launch|start|open|found|establish|design|develop|make|plan|set up|run|write|prepare|research|brand)"  # noqa: E501
    r"\s+)*(?:(?:an?\s+)?(?:complete\s+|full\s+|new\s+)*(?:business plan|market research|brand(?: identity)?|(?:investor )?pitch(?: deck)?|slides|logo|dossier|business case|launch)"  # noqa: E501
    r"(?:\s+for\s+investors)?\s+(?:for|of|about)\s+)?(?:(?:an?|the|my|our|new|small|own)\s+)*",
    re.IGNORECASE,
)  # fmt: skip
_END = re.compile(
    r"[.,;:!?\n(]|\s(?:for|in|near|at|on|by|from|about|between|like|across|around|throughout|that|which|who|with|to"
    r"|called|named|selling|aimed|targeting|and|but)\s",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"[A-Za-z][\w'’-]*(?: [A-Za-z][\w'’-]*){0,5}", re.ASCII)
"""Words and nothing else: no braces, no signs, no figure that a reader would take for one of the business."""
_NAME_FIRST = re.compile(r"(?!H(?:i|ello)\b|Dear\b|Please\b)([A-Z][\w&'’-]*(?:\s[A-Z][\w&'’-]*){0,2}),\s(?=an?\s)")
"""A name that a request opens with: "Nordwind, a coffee roaster in Hamburg"."""
_PEOPLE = frozenset([
    "people", "children", "kids", "adults", "women", "men", "students", "patients", "parents", "families", "couples",
    "households", "residents", "restaurants", "hotels", "cafés", "cafes", "offices", "schools", "clinics",
    "companies", "firms", "shops", "businesses", "startups", "teams", "tourists", "foreigners", "neighbours",
    "neighbors", "dogs", "cats", "nurses", "athletes"
])  # fmt: skip
_PEOPLE_ENDINGS = ("ers", "ors", "ists", "ians", "ees")
_NO_PEOPLE = frozenset([
    "numbers", "orders", "offers", "papers", "letters", "answers", "flowers", "others", "computers", "containers",
    "dinners", "summers", "winters", "corners", "doors", "floors", "colors", "sensors", "trees", "fees", "coffees",
    "degrees"
])  # fmt: skip
"""Words that end as people do."""
_AUDIENCE = re.compile(
    r"\b(?:for|aimed at|targeting)\s+((?!an?\s|the\s|my\s|our\s)[a-zà-ÿ][\w'’-]*(?:\s+[\w'’-]+){0,4}?)"
    r"(?=[.,;:!?\n)]|\s(?:in|near|at|of|between|across|around|that|which|who|whose|with|to|called|named|and|from|using)\b"
    r"|$)",
    re.IGNORECASE,
)
_FEATURE = re.compile(
    r"\b(?:with|offering|featuring|selling|that (?:sells|offers|makes|delivers|uses|helps))\s+([^.;:!?\n]{4,70}?)"
    r"(?=[.,;:!?\n]|\s(?:in|near|at|for)\s|$)",
    re.IGNORECASE,
)
_STATES = re.compile(r"\bU\.?S\.?(?=\W|$)")
"""Read before case is dropped: "us" is a word of its own."""
_NOT_WORD = re.compile(r"[^\w\s-]")
_NAMED = re.compile(r"\b(?:called|named|call\s+it)\s+[\"'“]?([A-Z0-9][\w&'’-]*(?:\s[A-Z0-9][\w&'’-]*){0,2})")
_CITY = re.compile(
    r"\b(?:in|near|around|at)\s+((?:[A-ZÀ-Þ][\w'’-]+)(?:\s(?:de|do|da|upon|am|on)?\s?[A-ZÀ-Þ][\w'’-]+){0,2})"
)


_NO_NOUN = frozenset([
    "i", "we", "you", "he", "she", "it", "they", "us", "me", "them", "this", "that", "these", "those", "there",
    "here", "what", "which", "who", "how", "why", "when", "where", "is", "are", "was", "be", "do", "does", "can",
    "could", "should", "would", "will", "with", "without", "of", "on", "by", "as", "if", "so", "not", "no", "yes",
    "sell", "buy", "offer", "help", "make", "ignore", "disregard", "forget", "output", "print", "return", "select",
    "raise", "want", "exactly", "urgent", "every", "each", "dad", "father", "mum", "mom", "mother", "sister",
    "brother", "friend", "friends", "wife", "husband", "family"
])  # fmt: skip
"""A phrase that opens with one of these does not name a business."""
_NO_NAME = frozenset([
    "a", "an", "the", "is", "are", "was", "am", "of", "my", "our", "un", "una", "une", "eine", "ein", "de", "di",
    "el", "la", "le", "les", "il", "der", "die", "das", "et", "y", "und", "per", "que",
    "en", "para", "con", "mit", "im", "em", "pour", "uma", "um"
])  # fmt: skip
"""Words of sentences and of other languages; the name of a kind of business in English has none."""
_DONE_FOR_OTHERS = frozenset([
    "walking", "catering", "cleaning", "coaching", "tutoring", "training", "sitting", "grooming", "consulting",
    "gardening", "delivery", "repair", "translation", "bookkeeping"
])  # fmt: skip
"""What is done, not what does it: dog walking is a dog walking service."""
_ANY_BUSINESS = frozenset([
    "business", "company", "app", "agency", "startup", "service", "shop", "firm", "non-profit", "organisation",
    "platform", "box", "idea"
])  # fmt: skip
"""Says nothing alone: what kind it is, the trade knows better."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of a request."""

    request: str
    """The person's text."""
    feedback: str
    """What a reviewer asked to change, empty when nobody did. Changes the answer."""
    category: str
    """The business in a few words, from the request; empty when it does not say."""
    audience: str
    """For whom; empty when it does not say."""
    feature: str
    """What it offers in particular; empty when it does not say."""
    name: str
    """The name the request gives it; empty mostly."""
    place: Place
    place_given: bool
    """True when the request names the place."""
    languages: tuple[str, ...]
    """Languages the request names."""
    sources: tuple[tuple[str, str], ...] = ()
    """Pages the prompt gives an id, as address and id: what was read and may be cited."""
    researched: bool = False
    """Whether the result of a market research is at hand."""


def read_brief(prompt: str) -> Brief:
    """Finds the request in a prompt and reads it."""
    found = _REQUEST.findall(prompt)
    request = (found[0] if found else prompt).strip()
    text = " ".join(request[:MAX_REQUEST].split())
    place, given = _place(text)
    named = _NAME_FIRST.match(text) or _NAMED.search(text)
    audience, feature = _people(_first(_AUDIENCE, text, place)), _first(_FEATURE, text, place)
    if audience and feature and f"{audience} with {feature}".lower() in text.lower():  # what they have, not what it has
        audience, feature = f"{audience} with {feature}", ""
    return Brief(
        request=request,
        feedback="\n".join(part.strip() for part in _FEEDBACK.findall(prompt)),
        category=_category(text, place),
        audience=audience,
        feature=feature,
        name=named.group(1)[:24] if named else "",
        place=place,
        place_given=given,
        languages=tuple(name for name in LANGUAGES if re.search(rf"\b{name}\b", text)),
        sources=_sources(prompt),
        researched=_RESEARCH.search(prompt) is not None,
    )


def _sources(prompt: str) -> tuple[tuple[str, str], ...]:
    found = _SOURCES.search(prompt)
    rows = _SOURCE.findall(found.group(1))[:MAX_SOURCES] if found else []
    return tuple((address, identity) for identity, address in rows)


def _category(text: str, place: Place) -> str:
    """What kind of business it is, where the request names it in a few words of English."""
    text = text.lower() if text.isupper() else text
    named = _NAME_FIRST.match(text)
    text = text[named.end() :] if named else text
    rest = text[_OPENING.match(text).end() :]  # type: ignore[union-attr]  # every part is optional: it always matches
    words = [word for word in _END.split(rest, maxsplit=1)[0].strip(" \"'").split() if not _is(word, place)]
    phrase, lowered = " ".join(words), [word.lower() for word in words]
    if not _PHRASE.fullmatch(phrase) or not 3 <= len(phrase) <= 60 or phrase.lower() in _ANY_BUSINESS:
        return ""
    if lowered[0] in _NO_NOUN or _NO_NAME.intersection(lowered):
        return ""
    return _lower_first(f"{phrase} service" if lowered[-1] in _DONE_FOR_OTHERS else phrase)


def _is(word: str, place: Place) -> bool:
    return word.strip("'’s").lower() == place.name.lower()


def _people(phrase: str) -> str:
    """The phrase when it names people, or those who buy for them: "for life" and "for six years" name nobody."""
    last = phrase.rpartition(" ")[2].lower()
    named = last in _PEOPLE or (last.endswith(_PEOPLE_ENDINGS) and last not in _NO_PEOPLE)
    return phrase if named and _PHRASE.fullmatch(phrase) else ""


def _first(pattern: re.Pattern[str], text: str, place: Place) -> str:
    found = pattern.search(text)
    phrase = found.group(1).strip(" \"'") if found else ""
    return "" if phrase.lower() in (place.name.lower(), place.country.name.lower()) else _lower_first(phrase)


def _lower_first(phrase: str) -> str:
    """ "Fitness app" becomes "fitness app"; "SaaS tool" stays."""
    return phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() else phrase


def _place(text: str) -> tuple[Place, bool]:
    lowered = " " + " ".join(_NOT_WORD.sub(" ", _STATES.sub("usa", text).lower()).split()) + " "
    said = [(lowered.index(f" {city} "), city) for city in CITIES if f" {city} " in lowered]
    if said:
        _, city = min(said)
        home_key, thousands = CITIES[city]
        return Place(city.title().replace(" De ", " de "), COUNTRIES[home_key], thousands, True), True
    country = _country(lowered)
    found = _CITY.search(text)
    if found and found.group(1).lower() not in COUNTRIES and found.group(1).lower() not in ALIASES:
        home = country or _by_sign(text)
        return Place(found.group(1), home, UNKNOWN_CITY_THOUSANDS, True), True
    if country:
        return Place(country.name, country, int(country.millions * 1000), False), True
    home = _by_sign(text)
    return Place(home.name, home, int(home.millions * 1000), False), False


def _country(lowered: str) -> Country | None:
    for name, country in COUNTRIES.items():
        if f" {name} " in lowered:
            return country
    return next((COUNTRIES[target] for alias, target in ALIASES.items() if f" {alias} " in lowered), None)


def _by_sign(text: str) -> Country:
    for sign, (currency, factor) in CURRENCY_SIGNS.items():
        if sign in text:
            return ANYWHERE.country._replace(currency=currency, factor=factor)
    return ANYWHERE.country
