"""Whether a name can be said, guessed from its letters.

A heuristic for names in Latin letters: groups of vowels count as syllables, runs of consonants as hard to
say. It knows no language. How names sound beside one another is in `agent_sdk/name_likeness.py`.
"""

import re

_VOWELS = re.compile(r"[aeiouy]+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+")
_ONE_SOUND = re.compile(r"tch|sch|ch|ck|gh|gn|kn|lh|ll|mm|ng|nh|nn|ph|qu|rh|rr|sh|ss|th|tt|wh|wr")
"""Letters that are written as several and said as one."""

_SILENT_E = ("le", "ee", "ie", "oe", "ue", "ye")
"""Ends of a word whose e is heard."""


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
