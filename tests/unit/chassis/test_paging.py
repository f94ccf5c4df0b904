import pytest

from chassis.errors import InvalidArgument
from chassis.paging import page_position, page_size, page_token


def test_zero_is_the_default_and_too_large_is_lowered() -> None:
    assert page_size(0, default=50, largest=100) == 50
    assert page_size(7, default=50, largest=100) == 7
    assert page_size(10_000, default=50, largest=100) == 100


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InvalidArgument) as raised:
        page_size(-1)
    assert raised.value.violations[0].field == "page_size"


def test_a_token_brings_back_the_position() -> None:
    token = page_token("01abc|ü", scope="approvals?state=PENDING")
    assert page_position(token, scope="approvals?state=PENDING") == "01abc|ü"


def test_the_ends_have_no_token() -> None:
    assert page_token("") == ""
    assert page_position("") == ""


@pytest.mark.parametrize("token", ["x", "%%%", "bm90IGpzb24", "W10", "WzEsMl0", "MQ", "W1tb" * 400, "A" * 5000, "ü"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(InvalidArgument, match="next_page_token"):
        page_position(token)


def test_a_token_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        page_position(page_token("7", scope="a"), scope="b")


@pytest.mark.parametrize("position", ["-1", "1 2", "a", "1\n"])
def test_a_token_somebody_built_is_held_against_the_shape(position: str) -> None:
    with pytest.raises(InvalidArgument, match="next_page_token"):
        page_position(page_token(position, scope="a"), scope="a", shape="[0-9]{1,9}")


def test_a_position_of_the_shape_comes_back() -> None:
    assert page_position(page_token("40", scope="a"), scope="a", shape="[0-9]{1,9}") == "40"
