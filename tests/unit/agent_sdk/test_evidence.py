import pytest
from pydantic import ValidationError

from agent_sdk.evidence import LINE_LIMIT, Rating, Source, merge_sources


def source(title: str = "Report", url: str = "https://example.org", supports: str = "Size") -> Source:
    return Source(title=title, url=url, publisher="Office", date="2025", supports=supports)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://x y", 'https://x"onload=', "example.org"])
def test_only_plain_web_addresses_are_sources(url: str) -> None:
    with pytest.raises(ValidationError):
        source(url=url)


@pytest.mark.parametrize("date", ["", "2025", "2025-04", "2025-04-01"])
def test_a_date_may_be_as_exact_as_it_is_known(date: str) -> None:
    assert source().model_copy(update={"date": date}).date == date
    Source.model_validate(source().model_dump() | {"date": date})


def test_a_source_that_supports_two_statements_stays_one() -> None:
    merged = merge_sources([source()], [source(supports="Growth"), source("Other")], [source()])
    assert [(each.title, each.supports) for each in merged] == [("Report", "Size; Growth"), ("Other", "Size")]


def test_merged_sources_still_fit_their_model() -> None:
    merged = merge_sources([source(supports="a" * 200)], [source(supports="b" * 200)])
    assert len(merged[0].supports) <= LINE_LIMIT
    Source.model_validate(merged[0].model_dump())


def test_a_rating_is_only_ever_lowered_and_says_why() -> None:
    rating = Rating(0.8)
    rating.cap(0.9, "not lower")
    rating.cap(0.5, "does not apply", when=False)
    rating.cap(0.6, "applies")
    rating.cap(0.7, "already lower")
    assert (rating.value, rating.reasons) == (0.6, ["applies"])
