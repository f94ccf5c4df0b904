"""What code can say about a name: its length, whether it can be said, and whose name it may be taken for.

Five checks stand beside every name, each with a verdict and what was found. `unchecked` is a verdict of its
own: without competitors to compare with, or in a script the heuristics do not know, nothing is
claimed. No register is asked; the brand book says so.
"""

from collections.abc import Sequence

from agent_sdk.name_likeness import KINDS, UNKNOWN_SCRIPT, compare, nearest, plain_letters
from services.agents.branding.models import CheckKind, NameCandidate, NameCheck, NameTest, Verdict
from services.agents.branding.sounds import hardest_cluster, syllable_count

LONG = 12
"""Letters from which a name is called long."""

MANY_SYLLABLES = 4
"""Syllables from which a name is called hard to say."""

HARD_CLUSTER = 4
"""Consonant sounds in a row from which a name is called hard to say."""


def check_names(candidates: Sequence[NameCandidate], competitors: Sequence[str] | None) -> list[NameCheck]:
    """Check every candidate. `competitors` is None when nobody looked for any."""
    return [check_name(candidate.name, competitors) for candidate in candidates]


def check_name(name: str, competitors: Sequence[str] | None) -> NameCheck:
    """Measure one name."""
    plain = plain_letters(name)
    known = list(competitors or ())
    closest, alike = nearest(name, known)
    tests = [_length(name), _pronunciation(plain)]
    if known:
        tests += [_test(each.kind, each.verdict, each.finding) for each in compare(name, known)]
    else:
        why = "no research was at hand" if competitors is None else "the research found no competitors"
        tests += [_test(kind, "unchecked", why) for kind in KINDS]
    return NameCheck(
        name=name,
        letters=sum(character.isalpha() for character in name),
        syllables=sum(syllable_count(word) for word in plain.split()),
        closest_competitor=closest,
        similarity=round(alike, 2),
        tests=tests,
        remarks=[test.finding for test in tests if test.verdict in ("look again", "clash")],
    )


def clashes(check: NameCheck) -> bool:
    """Whether the name may be taken for a competitor's."""
    return any(test.verdict == "clash" for test in check.tests)


def _length(name: str) -> NameTest:
    letters = sum(character.isalpha() for character in name)
    if letters >= LONG:
        return _test("length", "look again", f"{letters} letters: long for an app icon and a sign")
    return _test("length", "good", f"{letters} letters")


def _pronunciation(plain: str) -> NameTest:
    if not plain:
        return _test("pronunciation", "unchecked", UNKNOWN_SCRIPT)
    syllables = sum(syllable_count(word) for word in plain.split())
    cluster, sounds = hardest_cluster(plain)
    said = f"about {syllables} syllable{'s' if syllables != 1 else ''}"
    found = [f"{said}: people will shorten it"] if syllables >= MANY_SYLLABLES else []
    found += [f"the consonants '{cluster}' in a row are hard to say"] if sounds >= HARD_CLUSTER else []
    if found:
        return _test("pronunciation", "look again", "; ".join(found))
    return _test("pronunciation", "good", f"{said}, at most {sounds} consonant{'s' if sounds != 1 else ''} in a row")


def _test(kind: CheckKind, verdict: Verdict, finding: str) -> NameTest:
    return NameTest(kind=kind, verdict=verdict, finding=finding)
