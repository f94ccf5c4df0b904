"""Whom a name may be taken for: the same name, a like spelling, a like sound among names that are known.

The sound is guessed from letters: a heuristic for names in Latin letters, and said to be one wherever it is shown.
Its key keeps what the Metaphone family of keys has in common over languages (ph is f; c, k and q are one
sound; so are s and z, v and w; doubled and silent letters fall away) and forgets which vowel it
was. It knows no language, no stress and no accent. Pure; no register is asked.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same name", "spelling", "sound"]
KINDS: tuple[Kind, ...] = ("same name", "spelling", "sound")
"""What is compared, in the order of `compare`."""

CLASH = 0.75
"""Likeness in writing from which two names may be confused."""

SHORTEST_SOUND = 3
"""Sounds a key needs to be compared: shorter ones are equal by chance."""

MAX_NAMES = 60
"""Names compared with; more are not looked at."""

UNKNOWN_SCRIPT = "not in Latin letters: this heuristic does not know them"

_SOUNDS = (
    (r"ph", "f"), (r"tch|sch|sh|ch", "s"), (r"gh(?=[aeiouy])", "g"), (r"gh", ""), (r"^(?:kn|gn)", "n"), (r"^wr", "r"),
    (r"c(?=[eiy])", "s"), (r"x+", "ks"), (r"ck|c|qu|kw|q", "k"), (r"z", "s"), (r"w", "v"), (r"j", "y"), (r"h", ""),
    (r"(?<=.)e$", ""), (r"(?<=.)[aeiouy]+", "a"), (r"^[aeiouy]+", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip
"""What is replaced by what, in this order."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What one comparison found."""

    kind: Kind
    verdict: Literal["good", "clash", "unchecked"]
    """`unchecked` when the script or the shortness of the name leaves nothing to compare."""
    finding: str


def compare(name: str, others: Sequence[str]) -> list[Likeness]:
    """The three comparisons of a name with at least one other."""
    known = others[:MAX_NAMES]
    return [_same(name, known), _spelling(name, known), _sound(name, known)]


def nearest(name: str, others: Sequence[str]) -> tuple[str | None, float]:
    """The name most alike in writing, and how alike (0 to 1); None when nothing can be compared."""
    mine = _run_together(name)
    rated = [(_alike(mine, _run_together(other)), other) for other in others[:MAX_NAMES]]
    if not mine or not rated:
        return None, 0.0
    best, other = max(rated, key=lambda pair: pair[0])
    return other, best


def plain_letters(name: str) -> str:
    """Lower case Latin letters without accents; anything else becomes a space."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"[^a-z]+", " ", bare).strip()


def sound_key(name: str) -> str:
    """Equal for names that sound alike; empty when the script is not Latin."""
    return "".join(_word_key(word) for word in plain_letters(name).split())


def _same(name: str, known: Sequence[str]) -> Likeness:
    plain = plain_letters(name)
    if not plain:
        return Likeness("same name", "unchecked", UNKNOWN_SCRIPT)
    same = next((other for other in known if plain_letters(other) == plain), None)
    if same is not None:
        return Likeness("same name", "clash", f"the competitor {same} has this name")
    return Likeness("same name", "good", f"none of {len(known)} competitors has it")


def _spelling(name: str, known: Sequence[str]) -> Likeness:
    closest, alike = nearest(name, known)
    if closest is None:
        return Likeness("spelling", "unchecked", UNKNOWN_SCRIPT)
    if alike >= CLASH:
        return Likeness("spelling", "clash", f"easily confused with the competitor {closest}")
    return Likeness("spelling", "good", f"nearest is {closest}, {alike:.0%} alike")


def _sound(name: str, known: Sequence[str]) -> Likeness:
    key = sound_key(name)
    if len(key) < SHORTEST_SOUND:
        return Likeness("sound", "unchecked", "too few sounds to compare" if key else UNKNOWN_SCRIPT)
    same = next((other for other in known if sound_key(other) == key), None)
    if same is not None:
        return Likeness("sound", "clash", f"sounds like the competitor {same}")
    return Likeness("sound", "good", "sounds like none of them")


def _alike(first: str, second: str) -> float:
    """Twice the letters in matching blocks over all letters (Ratcliff and Obershelp)."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


def _run_together(name: str) -> str:
    return plain_letters(name).replace(" ", "")


def _word_key(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return word
