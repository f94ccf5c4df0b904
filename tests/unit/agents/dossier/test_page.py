"""The page stands alone, says everything, hides nothing, and cannot be made to do anything."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from agent_sdk.task_input import TaskOutput
from agent_sdk.testing import input_artifact, task_output
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.page import render_html
from tests.support import dossier_inputs as inputs

VOID = {"meta", "link", "br", "hr", "img", "input"}
NAMES = ("market_research", "branding", "business_plan")


class Page(HTMLParser):
    """A page taken apart; complains about elements that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.order: list[str] = []
        """Elements as they open."""
        self.drawings: list[dict[str, str | None]] = []
        """Attributes of every svg element."""
        self.text: list[str] = []
        self.style: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.order.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag == "svg":
            self.drawings.append(dict(attrs))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, key, value or "") for key, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.style if self._open and self._open[-1] == "style" else self.text).append(data)

    def values(self, key: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == key]

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def page(*outputs: TaskOutput, request: str = inputs.REQUEST) -> Page:
    return Page(render_html(inputs.book(*outputs, request=request)))


COMBINATIONS = {
    "everything": inputs.everything,
    "simulated": lambda: inputs.everything(simulated=True),
    "brand only": lambda: [inputs.brand()],
    "market only": lambda: [inputs.market()],
    "plan only": lambda: [inputs.plan()],
    "short results": inputs.running_app,
    "nothing": list,
}


@pytest.fixture(params=COMBINATIONS)
def any_page(request: pytest.FixtureRequest) -> Page:
    return page(*COMBINATIONS[request.param]())


def test_the_page_needs_nothing_but_itself(any_page: Page) -> None:
    fetching = {"script", "iframe", "object", "embed", "img", "base", "form", "video", "audio", "use", "image"}
    assert not set(any_page.elements) & fetching
    for tag, key, value in any_page.attributes:
        if key in ("src", "srcset", "action", "data", "poster", "xlink:href", "formaction", "ping", "background"):
            pytest.fail(f"{tag} has {key}={value}")
        if key == "href":
            here = value.startswith("#") or (tag == "link" and value.startswith("data:image/svg+xml;base64,"))
            assert here or (tag == "a" and value.startswith(("https://", "http://")))
        if key == "style":
            one = r"(background|color): #[0-9A-F]{6}"
            assert re.fullmatch(rf"{one}(; {one})?|width: \d+px", value, re.IGNORECASE)
        assert not key.startswith("on")
    css = "".join(any_page.style)
    for trace in ("url(", "@import", "@font-face", "expression", "</"):
        assert trace not in css


def test_every_place_exists_once_and_every_link_inside_leads_somewhere(any_page: Page) -> None:
    places = Counter(any_page.values("id"))
    assert [name for name, times in places.items() if times > 1] == []
    assert [href for href in any_page.values("href") if href.startswith("#") and href[1:] not in places] == []
    labels = [name for value in any_page.values("aria-labelledby") for name in value.split()]
    assert [name for name in labels if name not in places] == []


def test_the_policy_of_the_page_forbids_everything_from_outside(any_page: Page) -> None:
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in any_page.values("content")


def test_headings_go_down_one_level_at_a_time(any_page: Page) -> None:
    levels = [int(tag[1]) for tag in any_page.order if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(following <= level + 1 for level, following in pairwise(levels))


def test_every_landmark_is_there_and_every_chapter_has_a_name(any_page: Page) -> None:
    assert any_page.elements["main"] == any_page.elements["nav"] == 1
    named = [value for tag, key, value in any_page.attributes if tag == "section" and key == "aria-labelledby"]
    assert len(named) == any_page.elements["section"]


def test_every_drawing_is_told_or_hidden(any_page: Page) -> None:
    for attributes in any_page.drawings:
        assert attributes.keys() & {"aria-label", "aria-labelledby", "aria-hidden"}, attributes


def test_every_key_figure_leads_to_where_it_is_derived() -> None:
    book = inputs.book(*inputs.everything())
    places = {figure.label: figure.place for figure in book.summary.figures}
    assert places["Market growth"] == "market"
    for label, formula in (
        ("Whole market", "Whole market (TAM)"),
        ("Obtainable market", "Obtainable market (SOM)"),
        ("Break-even", "Break-even: no loss any more"),
        ("Revenue in year 3", "Revenue of a year"),
        ("Funding need", "Funding need"),
    ):
        number = int(places[label].removeprefix("formula-"))
        assert book.evidence.formulas[number - 1][0] == formula
    links = page(*inputs.everything()).values("href")
    assert {f"#{place}" for place in places.values()} <= set(links)


def test_the_cover_wears_the_mark_and_reads_it_to_nobody() -> None:
    html = render_html(inputs.book(inputs.brand()))
    cover = html[html.index('<header class="cover marked">') : html.index("</header>")]
    assert cover.count("<svg") == 2
    assert '<div class="cover-mark" aria-hidden="true"><svg xmlns="http://www.w3.org/2000/svg"' in cover
    assert "Mark of" not in cover
    assert '<header class="cover">' in render_html(inputs.book())


def test_about_these_numbers_counts_what_they_rest_on() -> None:
    book, words = inputs.book(*inputs.everything()), page(*inputs.everything()).words()
    figures, sourced = len(book.evidence.figures), book.evidence.sourced
    assert f"Inputs {figures} {sourced} supported, {figures - sourced} assumed" in words
    assert f"Formulas {len(book.evidence.formulas)}" in words
    assert "from inputs that mean nothing" not in words
    assert "from inputs that mean nothing" in page(*inputs.everything(simulated=True)).words()


def test_the_brand_shows_its_board_its_checks_and_other_eyes() -> None:
    words = page(inputs.market(), inputs.brand()).words()
    for expected in ("Checked by code", "Pronunciation:", "Same name", "Seen with other eyes", "Machado"):
        assert expected in words
    assert "<title>" not in render_html(inputs.book(inputs.brand())).split("</head>")[1]
    assert 'aria-label="Brand board of Terceiro Dia"' in render_html(inputs.book(inputs.brand()))


def brand_made_beside(competitor: str) -> list[TaskOutput]:
    """A brand whose names could not be compared when it was made, and a research that found one competitor."""
    brand, market = inputs.brand(), inputs.market()
    identity, research = brand.json(), market.json()
    for check in identity["name_checks"]:
        for test in check["tests"]:
            if test["kind"] in ("same name", "spelling", "sound"):
                test |= {"verdict": "unchecked", "finding": "no research was at hand"}
    research["competitors"] = [research["competitors"][0] | {"name": competitor}]
    return [with_result(market, research), with_result(brand, identity)]


def with_result(output: TaskOutput, value: Any) -> TaskOutput:
    content = input_artifact("result.json", json.dumps(value), media_type="application/json")
    return TaskOutput(
        task=output.task,
        agent_type=output.agent_type,
        title=output.title,
        artifacts=dict(output.artifacts) | {"result.json": content},
    )


def test_names_are_compared_with_a_research_that_was_made_beside_the_brand() -> None:
    words = page(*brand_made_beside("Forno Antigo")).words()
    assert "no research was at hand" not in words
    assert "none of 1 competitors has it" in words


def test_a_clash_with_a_competitor_is_what_to_look_at_first() -> None:
    book = inputs.book(*brand_made_beside("Tercero Dia"))
    assert "The name Terceiro Dia: easily confused with the competitor Tercero Dia." in book.summary.checks


def test_there_is_one_main_heading(any_page: Page) -> None:
    assert any_page.elements["h1"] == 1
    assert any_page.elements["title"] >= 1


def test_a_whole_dossier_says_what_the_results_say() -> None:
    words = page(*inputs.everything()).words()
    for expected in (
        "Bread that is still good on the third day",
        "Lisbon's good bakeries sell out by noon",
        "EUR 90.3 million",
        "4 May 2026",
        "Refilling Rita",
        "Forno da Graça",
        "#7A3E1D",
        "7.7 : 1",
        "Month 16",
        "EUR 151,000",
        "Collective agreement",
        "https://example.org/bread",
        "projection.csv",
        "Nothing: every part of every result was understood",
    ):
        assert expected in words.replace("\u00a0", " "), expected


def test_a_whole_dossier_has_its_charts_in_both_widths() -> None:
    html = render_html(inputs.book(*inputs.everything()))
    names = (
        "market-size", "market-methods", "market-drivers", "market-growth", "market-segments", "market-prices",
        "plan-timeline", "plan-prices", "plan-result", "plan-break-even", "plan-costs", "plan-revenue", "plan-cash",
        "plan-sensitivity", "plan-funding", "risk-matrix",
    )  # fmt: skip
    for name in names:
        assert f'id="{name}-w-t"' in html
        assert f'id="{name}-n-t"' in html
    assert "Break-even: month 16" in html


def test_simulated_results_are_said_to_be_so_at_the_top_and_at_each_chapter() -> None:
    found = page(*inputs.everything(simulated=True))
    words = found.words()
    assert words.index("Simulated: written by the offline model, not by Claude.") < words.index("Bread that is still")
    assert found.values("class").count("tag simulated") >= 3
    assert 'content: "Simulated by the offline model"' in "".join(found.style)


def test_only_what_is_simulated_is_said_to_be_so() -> None:
    words = page(inputs.market(simulated=True), inputs.brand()).words()
    assert "This holds for: Market research." in words
    assert "imulated" not in page(*inputs.everything()).words()


def test_chapters_appear_only_when_there_is_something_in_them() -> None:
    found = page(inputs.brand())
    assert {"brand", "making"} <= set(found.values("id"))
    assert not {"market", "plan", "risks"} & set(found.values("id"))
    assert "Market research is not part of this dossier" in found.words()
    assert "Who buys" not in found.words()


def test_an_empty_dossier_is_a_page_that_says_what_is_missing() -> None:
    found = page(request="")
    assert "No request was given." in found.words()
    assert found.words().count("is not part of this dossier") == 3


HOSTILE = (
    "</style></title></script><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\"' onload='x' {{ 7*7 }} {% raw %} &lt;b"
)


def poisoned(output: TaskOutput) -> TaskOutput:
    """The result with hostile text in place of every text that is free."""

    def poison(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poison(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [poison(each, key) for each in value]
        if isinstance(value, str) and key not in KEPT:
            return f"{value[:3]}{HOSTILE}"
        return value

    artifacts = dict(output.artifacts)
    content = json.dumps(poison(output.json()))
    artifacts["result.json"] = input_artifact("result.json", content, media_type="application/json")
    return TaskOutput(task=output.task, agent_type=output.agent_type, title=HOSTILE, artifacts=artifacts)


KEPT = ("hex", "proposed_hex", "role", "artifact", "likelihood", "impact", "foreground", "background")
"""Fields whose value has to fit something, so that their surroundings are shown at all."""


def test_hostile_texts_stay_texts() -> None:
    found = page(*(poisoned(output) for output in inputs.everything()), request=HOSTILE)
    assert found.elements["script"] == found.elements["img"] == 0
    assert not [key for _, key, _ in found.attributes if key.startswith("on")]
    assert "<script>alert(1)</script>" in found.words()
    assert "{{ 7*7 }}" in found.words()
    assert not [href for href in found.values("href") if "script" in href.lower()]
    assert "alert" not in "".join(found.style)


def test_hostile_texts_stay_texts_in_markdown() -> None:
    text = render_markdown(inputs.book(*(poisoned(output) for output in inputs.everything()), request=HOSTILE))
    assert re.search(r"(?<!\\)<script", text) is None
    assert re.search(r"(?<!\\)<img", text) is None


def changed(value: Any, path: list[int], other: Any) -> Any:
    """The value with what stands at the path replaced."""
    if not path or not isinstance(value, dict | list) or not value:
        return other
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    copy = value.copy()
    copy[key] = changed(value[key], path[1:], other)
    return copy


WHOLE = {output.agent_type: output.json() for output in inputs.everything()}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from([0, -1, 1e14, -1e14, 10**16, "", "x" * 5_000, [None], {"base": 1}, "2", "low"]),
)
PATHS = st.lists(st.integers(0, 40), min_size=1, max_size=5)
CHANGES = st.lists(st.tuples(st.sampled_from(NAMES), PATHS, ODD), max_size=12)


@settings(max_examples=60, phases=[Phase.generate])  # making an example smaller would take minutes
@given(CHANGES)
def test_whatever_the_results_hold_there_is_a_dossier(changes: list[tuple[str, list[int], Any]]) -> None:
    results = dict(WHOLE)
    for name, path, other in changes:
        results[name] = changed(results[name], path, other)
    outputs = [
        TaskOutput(
            task=name,
            agent_type=name,
            artifacts={"result.json": input_artifact("result.json", json.dumps(value), media_type="application/json")},
        )
        for name, value in results.items()
    ]
    book = inputs.book(*outputs)
    assert "</html>" in render_html(book)
    assert render_markdown(book).startswith("# ")


def test_files_without_a_chapter_are_linked_in_the_appendix() -> None:
    slides = input_artifact("deck<1>.pdf", b"%PDF", media_type="application/pdf")
    deck = input_artifact("deck.html", b"<p>", media_type="text/html", title="The deck")
    other = task_output("pitch_deck", inputs.business_plan(), slides, deck, task="pitch-deck", title="Pitch <b>")
    page = render_html(inputs.book(inputs.market(), other))
    assert '<a href="pitch-deck/deck.html">deck.html</a>: The deck' in page
    assert "deck&lt;1&gt;.pdf" in page
    assert "Pitch <b>" not in page
