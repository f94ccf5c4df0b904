"""What code can say about a name: its length, how many syllables, and whom it sounds like.

No register is asked; the report says so. A remark is a reason to look again, not a verdict.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from services.agents.branding.models import NameCandidate, NameCheck

LONG = 12
"""Letters from which a name is called long."""

MANY_SYLLABLES = 4
"""Syllables from which a name is called hard to say."""

CLASH = 0.75
"""Similarity to a competitor's name from which the two may be confused."""

_VOWELS = re.compile(r"[aeiouy]+")
_HARD_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}")


def check_names(candidates: Sequence[NameCandidate], competitors: Sequence[str]) -> list[NameCheck]:
    """Check every candidate against the competitors known."""
    return [check_name(candidate.name, competitors) for candidate in candidates]


def check_name(name: str, competitors: Sequence[str]) -> NameCheck:
    """Measure one name."""
    plain = plain_letters(name)
    letters = sum(character.isalpha() for character in name)
    syllables = sum(syllable_count(word) for word in plain.split())
    closest, similarity = _closest(name, competitors)
    remarks = []
    if letters >= LONG:
        remarks.append(f"{letters} letters: long for an app icon and a sign")
    if syllables >= MANY_SYLLABLES:
        remarks.append(f"about {syllables} syllables: people will shorten it")
    if hard := _HARD_RUN.search(plain):
        remarks.append(f"the consonants '{hard.group()}' in a row are hard to say")
    if closest is not None and similarity >= CLASH:
        remarks.append(f"easily confused with the competitor {closest}")
    return NameCheck(
        name=name,
        letters=letters,
        syllables=syllables,
        closest_competitor=closest,
        similarity=round(similarity, 2),
        remarks=remarks,
    )


def plain_letters(name: str) -> str:
    """Lower case Latin letters without accents; anything else becomes a space."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"[^a-z]+", " ", bare).strip()


def syllable_count(word: str) -> int:
    """Groups of vowels in a word of plain letters, at least one; a silent final e does not count."""
    groups = len(_VOWELS.findall(word))
    if word.endswith("e") and groups > 1 and not word.endswith(("le", "ee", "ie", "oe", "ue", "ye")):
        groups -= 1
    return max(groups, 1) if word else 0


def _closest(name: str, competitors: Sequence[str]) -> tuple[str | None, float]:
    mine = plain_letters(name).replace(" ", "")
    rated = [(_similarity(mine, plain_letters(other).replace(" ", "")), other) for other in competitors]
    if not mine or not rated:
        return None, 0.0
    best, other = max(rated, key=lambda pair: pair[0])
    return other, best


def _similarity(mine: str, other: str) -> float:
    return SequenceMatcher(None, mine, other, autojunk=False).ratio() if other else 0.0
