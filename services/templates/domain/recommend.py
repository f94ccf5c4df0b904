"""Which template fits a request, and why.

A template's keywords are phrases; each that stands in the request speaks for it, longer ones more, and the more
templates share a phrase the less. Words of title and description count a little. The fallback is what a request gets
that asks for nothing in particular, and what one gets that asks for several things of which each has its own
template. The same request over the same templates always gives the same answer.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.templates.domain.model import Template
from services.templates.domain.words import stems

FALLBACK = "standard-business"
"""Id of the template that takes what no other one fits."""

_KEYWORD, _TITLE, _DESCRIPTION = 3.0, 1.0, 0.3
_MOST_OF_PROSE = 2.5
"""The most that title and description may add: less than one keyword."""
_HALF = 3.0
"""The points that make a score of one half."""
_FLOOR = 0.3
"""Score of the fallback for a request that says nothing."""
_MOST_NAMED = 5

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """What is looked at in a template, as stems."""

    template: Template
    keywords: tuple[tuple[str, Phrase], ...]
    """Each keyword as people wrote it, and its stems."""
    title: frozenset[str]
    description: frozenset[str]
    agents: frozenset[str]

    @classmethod
    def of(cls, template: Template) -> "Index":
        recipe = template.recipe
        phrases = ((keyword, tuple(stems(keyword))) for keyword in recipe.keywords)
        unique = {phrase: keyword for keyword, phrase in reversed(list(phrases)) if phrase}
        return cls(
            template=template,
            keywords=tuple((keyword, phrase) for phrase, keyword in reversed(unique.items())),
            title=frozenset(stems(recipe.title)),
            description=frozenset(stems(recipe.description)),
            agents=frozenset(task.agent_type for task in recipe.tasks),
        )


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A template and why it fits."""

    template: Template
    score: float
    """From 0 to 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class _Match:
    index: Index
    points: float
    keywords: tuple[str, ...]
    """The keywords that stand in the request, as people wrote them."""

    @property
    def is_fallback(self) -> bool:
        return self.index.template.id == FALLBACK


def recommend(request: str, indexes: Sequence[Index], limit: int) -> list[Recommendation]:
    """The best templates first; never empty while there is any template."""
    asked = _Asked(request)
    shared = Counter(phrase for index in indexes for _, phrase in index.keywords)
    common = Counter(word for index in indexes for word in index.title | index.description)
    matches = [_match(asked, index, shared, common, len(indexes)) for index in indexes]
    told = [_told(match, matches) for match in matches]
    # Of equals the special one goes first: what has a template of its own is meant.
    ranked = sorted(told, key=lambda r: (-r.score, r.template.id == FALLBACK, r.template.id))
    fitting = [recommendation for recommendation in ranked if recommendation.score > 0]
    return (fitting or ranked[:1])[:limit]


class _Asked:
    """The request, ready to be searched."""

    def __init__(self, request: str) -> None:
        in_order = stems(request)
        self.words = frozenset(in_order)
        self._text = f" {' '.join(in_order)} "

    def contains(self, phrase: Phrase) -> bool:
        return f" {' '.join(phrase)} " in self._text


def _match(asked: _Asked, index: Index, shared: Counter[Phrase], common: Counter[str], templates: int) -> _Match:
    found = [(keyword, phrase) for keyword, phrase in index.keywords if asked.contains(phrase)]
    points = math.fsum(_KEYWORD * len(phrase) / shared[phrase] for _, phrase in found)
    if index.template.id != FALLBACK:
        points += min(_prose(asked, index, common, templates), _MOST_OF_PROSE)
    longest_first = sorted((keyword for keyword, _ in found), key=lambda keyword: (-len(keyword.split()), keyword))
    return _Match(index=index, points=points, keywords=tuple(longest_first))


def _prose(asked: _Asked, index: Index, common: Counter[str], templates: int) -> float:
    def rarity(word: str) -> float:
        return math.log((1 + templates) / (1 + common[word]))

    in_title = asked.words & index.title
    in_description = (asked.words & index.description) - in_title
    return math.fsum(
        [*(_TITLE * rarity(word) for word in in_title), *(_DESCRIPTION * rarity(word) for word in in_description)]
    )


def _told(match: _Match, matches: Sequence[_Match]) -> Recommendation:
    points, template = match.points, match.index.template
    if not match.is_fallback:
        return Recommendation(template, _score(points), _reason(match))
    parts = _parts(match, matches)
    if len(parts) > 1:
        named = _named(keyword for part in parts for keyword in part.keywords[:2])
        points += math.fsum(part.points for part in parts)
        return Recommendation(
            template, _score(points), f"The request asks for several things ({named}); this template does all of them."
        )
    if match.keywords:
        return Recommendation(template, max(_score(points), _FLOOR), _reason(match))
    return Recommendation(
        template, _FLOOR, "No special kind of work is asked for, so this goes the whole way from idea to dossier."
    )


def _parts(fallback: _Match, matches: Sequence[_Match]) -> list[_Match]:
    """Matched templates that do different work each, all of it work the fallback does too."""
    everywhere = frozenset.intersection(*(match.index.agents for match in matches))
    chosen: list[_Match] = []
    covered: frozenset[str] = frozenset()
    for match in sorted(matches, key=lambda match: (-match.points, match.index.template.id)):
        work = match.index.agents - everywhere
        special = match.keywords and not match.is_fallback and work <= fallback.index.agents
        if special and work and not work & covered:
            chosen.append(match)
            covered |= work
    return chosen


def _score(points: float) -> float:
    return round(points / (points + _HALF), 4)


def _reason(match: _Match) -> str:
    if match.keywords:
        return f"The request speaks of {_named(match.keywords)}."
    if match.points > 0:
        return "Some words of the request are in its description."
    return "Nothing in the request speaks for it."


def _named(keywords: Iterable[str]) -> str:
    unique = list(dict.fromkeys(keywords))
    shown = [f'"{keyword}"' for keyword in unique[:_MOST_NAMED]]
    return ", ".join(shown) if len(unique) <= _MOST_NAMED else ", ".join(shown) + " and more"
