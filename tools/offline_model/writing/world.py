"""The facts of one simulated business: the same for every call about the same request.

Market research, branding and plan are asked for in separate calls, perhaps from separate processes.
So that they speak of one business, every fact comes from (seed, request, feedback) alone: the trade,
the order of the names, the place and its currency, the figures. `records/` turns facts into answers.
"""

import hashlib
import random
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast

from tools.offline_model.writing.brief import MAX_REQUEST, Brief, read_brief
from tools.offline_model.writing.colours import readable, turned
from tools.offline_model.writing.places import FIRST_NAMES
from tools.offline_model.writing.trades.index import GENERAL, recognise
from tools.offline_model.writing.trades.shape import Mark, NameIdea, Palette, Persona, Segment, Tier

NOTE = "Simulated by the offline model"
"""The words that mark every place where a reader could take an answer for research."""

YEAR = 2026
"""The year the figures stand for. Fixed: answers must not change at midnight."""

TURN = 16.0
"""Degrees by which hues of a palette are turned at most."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{2,60})\}")
_LISTED = re.compile(r"\"placeholders\":\s*\{([^{}]*)\}")
_KEY = re.compile(r"\"([a-z][a-z0-9_]{2,60})\":")
_BRAND = re.compile(r"<brand(?:ing)?>.{0,400}?\"(?:brand_name|name|chosen)\":\s*\"([^\"\n]{1,60})\"", re.DOTALL)
_VOWELS = ("a", "e", "i", "o", "u")
_ONE_WORD = re.compile(r"\b(?:one|single)[ -]word\b", re.IGNORECASE)
T = TypeVar("T")

_SLOT = re.compile(r"(?:(^|[.!?] )|\b([Aa])n? )?\[(\w+)\]")


def stable_random(*parts: object) -> random.Random:
    """A generator that depends on the parts and nothing else, in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return random.Random(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))


def world_for(prompt: str, seed: int) -> "World":
    """The world of a prompt. An earlier result in the prompt may name the brand; then that name is used."""
    brief = read_brief(prompt)
    own = _world(brief, seed, "", frozenset())
    brand, placeholders = own.named_in(prompt), _placeholders(prompt)
    return own if brand == own.brand and not placeholders else _world(brief, seed, brand, placeholders)


def _placeholders(prompt: str) -> frozenset[str]:
    """Names a prompt offers for figures: in braces, or as the keys of an object `placeholders`."""
    listed = "".join(_LISTED.findall(prompt))
    return frozenset([*_PLACEHOLDER.findall(prompt), *_KEY.findall(listed)])


@lru_cache(maxsize=128)
def _world(brief: Brief, seed: int, brand: str, placeholders: frozenset[str]) -> "World":
    return World(brief, seed, brand, placeholders)


class World:
    """One business. Without a `brand` it bears the first of its names."""

    def __init__(self, brief: Brief, seed: int, brand: str = "", placeholders: frozenset[str] = frozenset()) -> None:
        self.brief = brief
        self.seed = seed
        self.placeholders = placeholders
        """Names the prompt offers for figures that code fills in."""
        self.trade = recognise(brief.request[:MAX_REQUEST])
        self._key = hashlib.blake2b(f"{seed}|{' '.join(brief.request.split())}".encode(), digest_size=16).hexdigest()
        self._made: dict[str, Any] = {}
        self.category = self.trade.category if self.guessed else brief.category
        self.audience = brief.audience or self.trade.audience
        self.place = brief.place
        self.currency = brief.place.country.currency
        self.brand = brand or self.names[0].name

    @property
    def guessed(self) -> bool:
        """True when the request does not say what kind of business it is, as "asdf" does not."""
        unknown = self.trade is GENERAL and len(self.brief.request.split()) < 2
        return unknown or not self.brief.category

    def remember(self, key: str, make: Callable[["World"], T]) -> T:
        """What `make` builds from this world, built once."""
        if key not in self._made:
            self._made[key] = make(self)
        return cast("T", self._made[key])

    def draw(self, *parts: object) -> random.Random:
        """A generator for one detail, independent of the order in which details are asked for."""
        return stable_random(self._key, *parts)

    # -- words

    def text(self, template: str) -> str:
        """Fills the slots of a vocabulary text: a capital at the start of a sentence, "an" where it has to be."""

        def fill(found: re.Match[str]) -> str:
            start, article, slot = found.groups()
            value = self.slots.get(slot, f"[{slot}]")
            if article is not None:
                return f"{article}{'n' if value[:1].lower() in _VOWELS else ''} {value}"
            return start + value[:1].upper() + value[1:] if start is not None else value

        return _SLOT.sub(fill, template)

    @cached_property
    def slots(self) -> dict[str, str]:
        """What the slots stand for."""
        return {
            "brand": self.brand,
            "category": self.category,
            "customer": self.trade.customer,
            "customers": self.trade.customers,
            "audience": self.audience,
            "place": self.place.name,
            "country": self.place.country.name,
            "feature": self.brief.feature or self.trade.difference[:1].lower() + self.trade.difference[1:],
            "label": self.trade.label,
        }

    @cached_property
    def names(self) -> list[NameIdea]:
        """Name candidates, the best first: the request's own, then the trade's in an order of the seed."""
        ideas = [*self.trade.names, *self._invented_names()]
        self.draw("names").shuffle(ideas)
        if self.brief.feedback:  # whoever asks for a change gets another name
            first, *others = ideas
            turn = self.draw("feedback", self.brief.feedback).randrange(len(others))
            ideas = [*others[turn:], *others[:turn], first]
        if _ONE_WORD.search(self.brief.feedback):
            ideas.sort(key=lambda idea: " " in idea.name)
        local = f"{self.place.name} {self.category.split()[-1].title()}"
        if self.brief.place_given and len(local) <= 24:
            ideas.append(
                NameIdea(
                    local,
                    "person or place",
                    _said(local),
                    "Says where it is at home and what it is.",
                    "Hard to carry to a second place.",
                )
            )
        if self.brief.name and not self.brief.feedback:
            given = self.brief.name
            ideas.insert(
                0,
                NameIdea(
                    given,
                    "compound",
                    _said(given),
                    "The name the request already carries.",
                    "Not chosen for this market.",
                ),
            )
        return list({idea.name.casefold(): idea for idea in reversed(ideas)}.values())[::-1]

    def _invented_names(self) -> list[NameIdea]:
        """Two names no table holds, so that two requests of one trade need not share theirs."""
        beginnings, endings = self.trade.sounds
        made = self.draw("sounds")
        pairs = zip(made.sample(beginnings, 2), made.sample(endings, 2), strict=True)
        return [
            NameIdea(
                start + end,
                "invented",
                f"{start.upper()}-{end}",
                f"Put together from {start}- and -{end}, sounds near {self.trade.label}; it carries no meaning of "
                "its own yet.",
                "Means nothing until it has been explained.",
            )
            for start, end in pairs
        ]

    def named_in(self, prompt: str) -> str:
        """The name a prompt uses: that of a brand in it, or the candidate it mentions most."""
        given = _BRAND.search(prompt)
        if given:
            return given.group(1)
        if self.brief.feedback:  # on a brand: the name it mentions is the one that was sent back
            return self.brand
        rest = prompt.replace(self.brief.request, "")
        said = {idea.name: rest.count(idea.name) for idea in self.names}
        best = max(said, key=lambda name: said[name])
        return best if said[best] > 0 else self.brand

    @cached_property
    def palette(self) -> Palette:
        """The colours: the trade's, the strong ones turned a little, so that two bakeries do not look alike."""
        drawn = self.draw("palette", self.brief.feedback)
        chosen, angle = drawn.choice(self.trade.palettes), drawn.uniform(-TURN, TURN)
        strong = {
            role: getattr(chosen, role)._replace(
                hex=readable(turned(getattr(chosen, role).hex, angle), chosen.background.hex)
            )
            for role in ("primary", "secondary", "accent")
        }
        return chosen._replace(**strong)

    @cached_property
    def mark(self) -> Mark:
        """The sign of the logo."""
        return self.draw("mark", self.brief.feedback).choice(self.trade.marks)

    @property
    def offer(self) -> Tier:
        """What most customers buy."""
        return max(self.trade.tiers, key=lambda one: one.share)

    # -- people

    @cached_property
    def segments(self) -> list[Segment]:
        """Groups of customers; the audience the request names comes first."""
        segments = [one._replace(name=self.text(one.name)) for one in self.trade.segments]
        if not self.brief.audience:
            return segments
        words = {word.lower() for word in self.audience.split() if len(word) > 3}
        for index, one in enumerate(segments):
            if words & set(re.findall(r"\w+", f"{one.name} {one.description}".lower())):
                return [one, *segments[:index], *segments[index + 1 :]]
        asked = Segment(
            self.audience[:1].upper() + self.audience[1:],
            f"The group the request names: {self.audience}. Reached first, because everything else is built for them.",
            (f"An offer made for {self.audience}", self.trade.need),
            34,
            "medium",
        )
        return [asked, *(one._replace(share=one.share * 6 // 10) for one in segments)]

    @cached_property
    def personas(self) -> list[tuple[str, Segment, Persona]]:
        """First name, segment and portrait of each persona."""
        first = list(FIRST_NAMES[self.place.country.names])
        self.draw("people").shuffle(first)
        portraits = [(self.trade.segments[one.segment].name, one) for one in self.trade.personas]
        by_name = {segment.name: segment for segment in self.segments}
        found = [(by_name[self.text(name)], one) for name, one in portraits if self.text(name) in by_name]
        lead = self.segments[0]
        if self.brief.audience and all(segment.name != lead.name for segment, _ in found):
            found.insert(0, (lead, self._lead_persona()))
        found.sort(key=lambda pair: self.segments.index(pair[0]))
        return [(name, segment, one) for name, (segment, one) in zip(first, found, strict=False)]

    def _lead_persona(self) -> Persona:
        age = self.draw("age").randint(27, 58)
        return Persona(
            "the first customer",
            0,
            f"{age}, one of the {self.audience} in {self.place.name}; has tried two other offers and kept neither.",
            (self.trade.need, "A choice that needs no research"),
            ("Offers made for everybody and nobody", "Small print"),
            "A recommendation from somebody in the same situation",
            "If it is really made for me, I notice in the first minute.",
        )

    # -- money

    @property
    def factor(self) -> float:
        """Euros of the vocabulary times this are amounts in the currency, at the local level."""
        return self.place.country.factor

    def vary(self, value: float, name: str, spread: float = 0.15) -> float:
        """The value moved by up to `spread`, always the same for the same name."""
        return value * self.draw("vary", name).uniform(1 - spread, 1 + spread)

    def amount(self, euros: float, name: str, spread: float = 0.1) -> float:
        """A sum of money in the currency of the place, rounded as people round estimates."""
        return round_to(self.vary(euros, name, spread) * self.factor, 2)

    def price(self, euros: float, name: str) -> float:
        """A price as it would stand on a label."""
        value = self.vary(euros, name, 0.08) * self.factor
        if value <= 0:
            return 0.0
        if value < 20:
            return max(0.5, round(value * 10) / 10)
        return max(1.0, round(value) - 1.0 if value < 100 else round_to(value, 2) - (1 if value >= 200 else 0))

    def say(self, amount: float) -> str:
        """An amount for people: `9.90 EUR`, `12,000 EUR`."""
        text = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
        return f"{text} {self.currency}"


def round_to(value: float, digits: int) -> float:
    """Rounds to that many leading digits: 1234 to 2 digits is 1200."""
    if value == 0:
        return 0.0
    magnitude = 10.0 ** (len(str(int(abs(value)))) - digits)
    return float(round(value / magnitude) * magnitude) if abs(value) >= 10 else round(value, 1)


def _said(name: str) -> str:
    """A simple respelling: the first word stressed."""
    words = name.split()
    return " ".join([words[0].upper(), *(word.lower() for word in words[1:])])
