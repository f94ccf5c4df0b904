import pytest

from agent_sdk.name_likeness import plain_letters, sound_key
from services.agents.branding.models import NameCheck, NameTest
from services.agents.branding.naming import check_name, clashes
from services.agents.branding.sounds import hardest_cluster, syllable_count


def looked_at(check: NameCheck) -> dict[str, NameTest]:
    return {test.kind: test for test in check.tests}


@pytest.mark.parametrize(
    ("word", "syllables"), [("stridewell", 3), ("pulse", 1), ("kinetic", 3), ("maple", 2), ("brr", 1), ("", 0)]
)
def test_syllables_are_estimated(word: str, syllables: int) -> None:
    assert syllable_count(word) == syllables


def test_accents_and_signs_do_not_count_as_letters() -> None:
    assert plain_letters("Pão & Café!") == "pao cafe"


def test_a_name_like_a_competitors_is_named() -> None:
    check = check_name("Stravo", ["Runna", "Strava"])
    assert (check.closest_competitor, check.similarity) == ("Strava", 0.83)
    assert any("Strava" in remark for remark in check.remarks)


def test_an_easy_short_name_has_no_remarks() -> None:
    assert check_name("Lumo", ["Runna"]).remarks == []


def test_length_and_hard_sounds_are_remarked() -> None:
    remarks = " ".join(check_name("Angstschweissfitness", []).remarks)
    assert "letters" in remarks
    assert "in a row" in remarks


def test_a_name_in_another_script_is_counted_but_not_compared() -> None:
    check = check_name("Орбита", ["Strava"])
    assert (check.letters, check.syllables, check.closest_competitor) == (6, 0, None)
    assert looked_at(check_name("Орбита", ["Strava"]))["pronunciation"].verdict == "unchecked"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fonix", "Phonics"), ("Kwik Fit", "Quick Fit"), ("Lyra", "Lira"), ("Zara", "Sara"), ("Bexx", "Becks"),
        ("Pão Nosso", "Pao Noso"), ("Wrapt", "Rapt"),
    ],
)  # fmt: skip
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(("one", "other"), [("Strava", "Runna"), ("Tin & Loaf", "Loaf Box"), ("Lumo", "Limbo")])
def test_names_that_sound_different_have_different_keys(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


def test_pairs_of_letters_that_are_one_sound_count_as_one() -> None:
    assert hardest_cluster("schnitt") == ("schn", 2)
    assert hardest_cluster("angstschweiss")[1] >= 4
    assert hardest_cluster("oui") == ("", 0)


def test_every_name_has_the_same_checks_in_the_same_order() -> None:
    kinds = ["length", "pronunciation", "same name", "spelling", "sound"]
    for name in ("Lumo", "Орбита", "X", "<script>alert(1)</script>"):
        for competitors in (None, [], ["Strava"]):
            assert [test.kind for test in check_name(name, competitors).tests] == kinds


@pytest.mark.parametrize(
    ("name", "kind"), [("STRAVA!", "same name"), ("Stravo", "spelling"), ("Ztravah", "sound"), ("Strávä", "same name")]
)
def test_a_clash_is_found_by_name_spelling_or_sound(name: str, kind: str) -> None:
    check = check_name(name, ["Runna", "Strava"])
    assert looked_at(check)[kind].verdict == "clash"
    assert "Strava" in looked_at(check)[kind].finding
    assert clashes(check)


@pytest.mark.parametrize(
    ("competitors", "why"), [(None, "no research was at hand"), ([], "the research found no competitors")]
)
def test_without_competitors_clashes_are_unchecked_and_not_good(competitors: list[str] | None, why: str) -> None:
    check = check_name("Lumo", competitors)
    for kind in ("same name", "spelling", "sound"):
        assert (looked_at(check)[kind].verdict, looked_at(check)[kind].finding) == ("unchecked", why)
    assert not clashes(check)
    assert check.remarks == []


def test_names_of_few_sounds_are_not_said_to_sound_like_another() -> None:
    assert looked_at(check_name("Aya", ["Eo"]))["sound"].verdict == "unchecked"
