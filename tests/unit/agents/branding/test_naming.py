import pytest

from services.agents.branding.naming import check_name, plain_letters, syllable_count


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
