"""Words of a text, reduced to stems, so that `launching products` meets `product launch`.

A handful of English endings and no dictionary: good enough to choose among a few recipes, the same on every machine,
and easy to explain to whoever wonders why.
"""

import re

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LONGEST = 40
_UNCHANGED = frozenset({"marketing", "business", "news", "ios", "saas", "bus", "gas", "this", "always", "named"})
"""Words whose ending is no ending: marketing is not what a market does, and who is named needs no name."""
_STOP_WORDS = """
a about all also am an and any are as at be been but by can could do does for from get give had has have help how i if
in into is it its just let like make me more my need not of on or out please she should so some than that the their
them then there these they to up us very want was we what when where which who will with would you your
"""
_STOP = frozenset(_STOP_WORDS.split())
_ENDINGS = {
    "ations": "at",
    "ation": "at",
    "itions": "it",
    "ition": "it",
    "itors": "it",
    "itor": "it",
    "itive": "it",
    "ysis": "ys",
    "yses": "ys",
    "ies": "y",
    "sses": "ss",
    "ches": "ch",
    "shes": "sh",
    "xes": "x",
}
"""Endings and what stands in their place, longer ones first."""
_SHORTEST_STEM = 3


def stems(text: str) -> list[str]:
    """The stems of the words of `text`, in order, without words that say nothing."""
    return [stem(word) for word in words(text) if word not in _STOP]


def words(text: str) -> list[str]:
    """The words of `text` in lower case, each cut at a length no real word has."""
    return [match.group()[:_LONGEST] for match in _WORD.finditer(text.lower())]


def stem(word: str) -> str:
    """The word without its ending."""
    if len(word) <= _SHORTEST_STEM or word in _UNCHANGED:
        return word
    for ending, instead in _ENDINGS.items():
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= _SHORTEST_STEM:
            return _without_e(word[: -len(ending)] + instead)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return stem(word[:-1])
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return stem(_undoubled(word[: -len(ending)]))
    return _without_e(word)


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "lsz" else word


def _without_e(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST_STEM and word.endswith("e") else word
