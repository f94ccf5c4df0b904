"""How a name may sound, guessed from its letters.

A heuristic for names in Latin letters, and said to be one wherever it is shown: it counts groups of vowels
as syllables, looks for runs of consonants, and makes a key that is equal for names which sound alike.
The key keeps what the Metaphone family of keys has in common over languages (ph is f; c, k and q
are one sound; so are s and z, v and w, i and y; doubled and silent letters fall away) and forgets
which vowel it was. It knows no language, no stress and no accent.
"""

import re
import unicodedata
from difflib import SequenceMatcher

_VOWELS = re.compile(r"[aeiouy]+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+")
_ONE_SOUND = re.compile(r"tch|sch|ch|ck|gh|gn|kn|lh|ll|mm|ng|nh|nn|ph|qu|rh|rr|sh|ss|th|tt|wh|wr")
"""Letters that are written as several and said as one."""

_SILENT_E = ("le", "ee", "ie", "oe", "ue", "ye")
"""Ends of a word whose e is heard."""

_SOUNDS = (
    (r"ph", "f"), (r"tch|sch|sh|ch", "s"), (r"gh(?=[aeiouy])", "g"), (r"gh", ""), (r"^(?:kn|gn)", "n"), (r"^wr", "r"),
    (r"c(?=[eiy])", "s"), (r"x+", "ks"), (r"ck|c|qu|kw|q", "k"), (r"z", "s"), (r"w", "v"), (r"j", "y"), (r"h", ""),
    (r"(?<=.)e$", ""), (r"(?<=.)[aeiouy]+", "a"), (r"^[aeiouy]+", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip
"""What is replaced by what, in this order."""


def plain_letters(name: str) -> str:
    """Lower case Latin letters without accents; anything else becomes a space."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"[^a-z]+", " ", bare).strip()


def syllable_count(word: str) -> int:
    """Groups of vowels in a word of plain letters, at least one; a silent final e does not count."""
    groups = len(_VOWELS.findall(word))
    if word.endswith("e") and groups > 1 and not word.endswith(_SILENT_E):
        groups -= 1
    return max(groups, 1) if word else 0


def hardest_cluster(plain: str) -> tuple[str, int]:
    """The run of consonants with the most sounds, and how many; written pairs such as `sh` are one sound."""
    runs = [(run, len(_ONE_SOUND.sub("?", run))) for run in _CONSONANTS.findall(plain)]
    return max(runs, key=lambda found: found[1], default=("", 0))


def sound_key(name: str) -> str:
    """Equal for names that sound alike; empty when the script is not Latin."""
    return "".join(_word_key(word) for word in plain_letters(name).split())


def likeness(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1: twice the letters in matching blocks over all letters (Ratcliff, Obershelp)."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


def _word_key(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return word
