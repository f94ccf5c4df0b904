"""Every check passes what is sound, and finds each fault that is put into it: a check that cannot fail is no check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support.deliverables import REQUEST, artifact, changed, delivered, rewritten, without
from tools.eval.checks import CHECKS, look
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

Breaking = Callable[[Deliverables], Deliverables]


def in_result(kind: str, change: Callable[[dict[str, Any]], object]) -> Breaking:
    return lambda made: changed(made, kind, change)


def in_file(name: str, old: str, new: str) -> Breaking:
    return lambda made: rewritten(made, name, old, new)


def put(*path: str | int, to: object) -> Callable[[dict[str, Any]], object]:
    """Sets one field."""

    def change(result: Any) -> None:
        for step in path[:-1]:
            result = result[step]
        result[path[-1]] = to

    return change


def more(*path: str | int, by: float = 1) -> Callable[[dict[str, Any]], object]:
    """Adds to one number."""

    def change(result: Any) -> None:
        for step in path[:-1]:
            result = result[step]
        result[path[-1]] += by

    return change


MARKET, BRAND, PLAN, DECK = "market_research", "branding", "business_plan", "pitch_deck"
DOSSIER = "dossier"


def _figure(deck: dict[str, Any]) -> dict[str, Any]:
    """The first figure of the slide on the market."""
    figures: list[dict[str, Any]] = next(each for each in deck["slides"] if each["topic"] == "market")["figures"]
    return figures[0]


def _fewer_pages(made: Deliverables) -> Deliverables:
    task = made.task_of(DECK)
    assert task is not None
    pdf = artifact(task.id, "pitch-deck.pdf", b"%PDF-1.7 %%EOF")
    return replace(made, artifacts=[pdf if each.name == pdf.name else each for each in made.artifacts])


BROKEN: list[tuple[str, Breaking, str]] = [
    ("complete", lambda made: replace(made, state="FAILED", failure="no agent"), "ended FAILED: no agent"),
    ("complete", lambda made: replace(made, tasks=made.tasks[:2]), "business_plan: is expected"),
    ("complete", lambda made: replace(made, tasks=[replace(made.tasks[0], succeeded=False), *made.tasks[1:]]),
     "t1: this"),
    ("complete", in_result(DOSSIER, put("missing", to=["The brand could not be read."])),
     "The brand could not be read"),
    ("artifacts", lambda made: without(made, "logo-white.svg"), "'logo-white.svg', which was not delivered"),
    ("artifacts",
     lambda made: replace(made, artifacts=[replace(made.artifacts[0], content=b"{}"), *made.artifacts[1:]]),
     "hash"),
    ("artifacts",
     lambda made: replace(made, artifacts=[*made.artifacts[:-1], replace(made.artifacts[-1], content=None)]),
     "is listed and not there"),
    ("artifacts", in_file("logo.svg", "</svg>", ""), "cannot be read as image/svg+xml"),
    ("artifacts", in_file("logo.svg", "</svg>", "<script/></svg>"), "'script'"),
    ("artifacts", in_file("logo.svg", "<svg ", "<svg onload='x' "), "'onload'"),
    ("artifacts", in_file("projection.csv", "\n", ",one more\n"), "2 different widths"),
    ("schema", in_result(BRAND, put("tagline", to=7)), "$.tagline"),
    ("schema", in_result(PLAN, lambda result: result.pop("canvas")), "'canvas' is a required property"),
    ("schema", lambda made: replace(made, schemas={}), "no agent of the type"),
    ("sources", in_result(MARKET, put("sources", 0, "excerpt", to="It says 430,000.")),
     "its excerpt does not have the hash"),
    ("sources", in_result(MARKET, put("sources", 0, "seen", to="")), "when it was read"),
    ("sources", in_result(MARKET, put("inputs", 0, "source_ids", to=["S99"])), "cites S99"),
    ("sources", in_result(MARKET, lambda r: r["inputs"][0].update(low=1.1, base=2.2, high=3.3)),
     "stands in no page it cites"),
    ("sources", in_result(MARKET, put("competitors", 0, "name", to="Zyx Ovens")), "is named in no page it cites"),
    ("sources", in_result(MARKET, put("competitors", 0, "monthly_price", to=987.65)), "its price is called sourced"),
    ("sources", in_result(PLAN, put("assumptions_table", 0, "source", to="market_research:S99")),
     "source 'market_research:S99'"),
    ("sources", in_result(PLAN, lambda r: r["assumptions_table"][0].update(evidence="source", source="plan:99")),
     "is no page that was read"),
    ("sources",
     in_result(PLAN, lambda r: r["assumptions_table"][0].update(evidence="research", source="market_research:S99")),
     "which is not there"),
    ("sources", in_result(PLAN, put("assumptions_table", 0, "basis", to="")), "neither source nor reason"),
    ("sources", in_file("dossier.html", "<main", '<a href="https://evil.example/x">x</a><main'), "evil.example"),
    ("market", in_result(MARKET, more("size", "som", "base")), "som base"),
    ("market", in_result(MARKET, more("formulas", 0, "high")), "formulas 'tam': high"),
    ("market", in_result(MARKET, more("inputs", 1, "base")), "formulas 'tam': base"),
    ("market", in_result(MARKET, more("size", "tam_in_five_years")), "tam_in_five_years"),
    ("market", in_result(MARKET, put("size", "agreement", to="far apart")), "'far apart'"),
    ("market", in_result(MARKET, put("inputs", 0, "low", to=1e12)), "low, base, high are"),
    ("plan", in_result(PLAN, more("scenarios", 1, "months", 20, "revenue_cents")), "base month 21 revenue_cents"),
    ("plan", in_result(PLAN, more("scenarios", 0, "years", 2, "result_cents")), "pessimistic year 3 result_cents"),
    ("plan", in_result(PLAN, more("scenarios", 2, "unit_economics", "ltv_cents")), "unit economics ltv_cents"),
    ("plan", in_result(PLAN, more("scenarios", 1, "break_even_month")), "base break_even_month"),
    ("plan", in_result(PLAN, lambda r: r["scenarios"][1]["months"].pop()), "does not have 36 months"),
    ("plan", in_result(PLAN, more("funding", "amount_cents", by=100)), "uses do not add up"),
    ("plan", in_result(PLAN, more("funding", "uses", 0, "percent")), "funding use."),
    ("plan", in_result(PLAN, more("sensitivity", 0, "cash_if_lower_cents")), "sensitivity"),
    ("plan", in_result(PLAN, more("pricing", 0, "price")), "not the one of the table"),
    ("plan", in_result(PLAN, more("price_comparisons", 0, "median_cents", by=7)), "median of its comparables"),
    ("plan", in_file("projection.csv", "base,36,", "base,35,"), "its months are not those of the result"),
    ("figures", in_result(DOSSIER, put("facts", 0, "value", to="EUR 987,654,321")), "987,654,321"),
    ("figures", in_result(DOSSIER, put("facts", 0, "note", to="EUR 1.23 to EUR 45.6 billion")), "45.6"),
    ("deck", in_result(DECK, lambda r: r["slides"].pop()), "has 9 slides"),
    ("deck", in_result(DECK, lambda r: _figure(r).update(value=7)), "is 7; market_research says"),
    ("deck", in_result(DECK, lambda r: _figure(r).update(place="size.nothing")), "says None"),
    ("deck", in_result(DECK, lambda r: _figure(r).update(shown="EUR 7 billion")), "is shown as 'EUR 7 billion'"),
    ("deck", in_result(DECK, put("slides", 0, "notes", to="We serve 8,765,432 people.")), "8,765,432 in"),
    ("deck", in_file("pitch-deck.html", '<section class="slide', '<section class="'), "shows 9 slides of 10"),
    ("deck", _fewer_pages, "has 0 pages for 10 slides"),
    ("contrast", in_result(BRAND, lambda r: [c.update(hex="#808080") for c in r["palette"]]),
     "text on background has 1.00 : 1"),
    ("contrast", in_result(BRAND, more("contrast", 0, "ratio")), "for text on background"),
    ("contrast", in_result(BRAND, more("palette", 0, "on_ratio")), "letters on primary"),
    ("contrast", in_file("dossier.html", "--ink: #", "--ink: #FFFFFF; --other: #"), "--ink on --paper"),
    ("name", in_result(PLAN, put("brand_name", to="Another")), "calls it 'Another'"),
    ("name", in_result(DECK, put("name", to="Another")), "pitch_deck/result.json: calls it 'Another'"),
    ("name", in_result(DOSSIER, put("title", to="Another")), "dossier/result.json: calls it 'Another'"),
    ("name", lambda made: changed(made, BRAND, put("name", to="Quixotix")), "does not carry the name 'Quixotix'"),
    ("currency", in_result(PLAN, put("currency", to="USD")), "different currencies"),
    ("currency", in_result(PLAN, put("executive_summary", to="It earns USD 5,000 a month.")), "speaks of USD"),
    ("currency", in_result(DECK, lambda r: _figure(r).update(shown="USD 5")), "figures[0].shown: speaks of USD"),
    ("price", in_result(PLAN, put("price_comparisons", 0, "price_cents", to=99_999)), "far from its comparables"),
    ("price", in_result(PLAN, put("price_comparisons", 0, "comparables", 0, "name", to="Nobody")), "does not name"),
    ("price", in_result(PLAN, lambda r: r["price_comparisons"][0]["comparables"][0].update(amount_cents=1)),
     "the research says"),
    ("place",
     in_result(MARKET, lambda r: (r["size"].update(region="Mars"), r.update(market_definition="All of it"),
                                   r["top_down"].update(buyer_definition="Martians"))),
     "measures 'Mars'"),
    ("wording", in_result(PLAN, put("team", to="Two founders. TODO: add the others")), "'TODO'"),
    ("wording", in_result(PLAN, put("team", to="Led by [placeholder].")), "[placeholder]"),
    ("wording", in_result(PLAN, put("funding_case", to="We earn {revenue_year_3} in the end.")), "{revenue_year_3}"),
    ("wording", in_result(BRAND, put("story", to="We are <b>bold</b>.")), "<b>"),
    ("wording", in_result(MARKET, put("summary", to="The **market** grows.")), "**market**"),
    ("wording", in_result(MARKET, put("gap", to="None")), "'None'"),
    ("wording", in_file("business-plan.md", "\n", "\nLorem ipsum dolor\n"), "Lorem ipsum"),
    ("wording", in_file("dossier.html", "<main", "<p>&amp;amp; &lt;b&gt;x&lt;/b&gt;</p><main"), "&amp;"),
    ("simulated", in_result(PLAN, put("simulated", to=False)), "says simulated=False"),
    ("simulated", in_result(BRAND, put("confidence", to=0.9)), "rated 0.9"),
    ("simulated", lambda made: replace(made, simulated=False), "is not called simulated"),
    ("simulated", lambda made: _silent(made, "brand.md"), "does not say that it is simulated"),
    ("simulated", lambda made: _silent(made, "dossier.html"), "at its beginning"),
    ("simulated", lambda made: replace(made, tasks=[replace(t, simulated=False) for t in made.tasks]),
     "no part of it is"),
    ("page", in_file("dossier.html", "</main>", "</div></main>"), "closes nothing"),
    ("page", in_file("dossier.html", "</main>", "<div></main>"), "comes before </div>"),
    ("page", in_file("dossier.html", "<main", "<script>x</script><main"), "holds <script>"),
    ("page", in_file("pitch-deck.html", "<script>", "<script>fetch('x');"), "holds <script> that its content"),
    ("page", in_file("dossier.html", "<main", '<img src="https://example.org/x.png"><main'), "asks the network"),
    ("page", in_file("dossier.html", "<style>", "<style>@import 'x';"), "its styles ask the network"),
    ("page", in_file("dossier.html", "<main", '<a href="#nowhere">x</a><main'), "#nowhere leads nowhere"),
    ("page", in_file("dossier.html", "<main", '<i id="twice"></i><i id="twice"></i><main'), "the id 'twice'"),
    ("page", in_file("dossier.html", "<main", "<h1>Another</h1><main"), "2 headings of the first level"),
    ("page", in_file("dossier.html", "<main", '<p onclick="x">x</p><main'), "handler onclick"),
    ("page", in_file("dossier.html", "<main", '<a href="javascript:x">x</a><main'), "a link leads to 'javascript:x'"),
    ("page", in_file("dossier.html", "default-src 'none'", "default-src *"), "no content policy"),
    ("page", in_file("dossier.html", '<html lang="en"', "<html"), "does not name its language"),
]  # fmt: skip


def _silent(made: Deliverables, name: str) -> Deliverables:
    """The file without any word on simulation."""
    while "imulated" in next(each for each in made.artifacts if each.name == name).text:
        made = rewritten(made, name, "imulated", "ound")
    return made


@pytest.mark.parametrize("simulated", [True, False])
def test_what_is_sound_passes_every_check(simulated: bool) -> None:
    assert look(delivered(simulated=simulated), REQUEST) == {check.name: [] for check in CHECKS}


@pytest.mark.parametrize(("name", "breaking", "said"), BROKEN, ids=[f"{name}-{said[:40]}" for name, _, said in BROKEN])
def test_a_fault_is_found(name: str, breaking: Breaking, said: str) -> None:
    check = next(each for each in CHECKS if each.name == name)
    findings = [str(each) for each in check.look(breaking(delivered()), REQUEST)]
    assert any(said in finding for finding in findings), findings


def test_every_check_can_fail() -> None:
    assert {name for name, _, _ in BROKEN} == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("name", "expected", "said"),
    [
        ("name", {"name": "Nordwind"}, "the request calls it 'Nordwind'"),
        ("currency", {"currency": "CHF"}, "that place counts in CHF"),
        ("place", {"places": ("Oslo",)}, "asked for was Oslo"),
        ("complete", {"expects": ("legal_review",)}, "legal_review: is expected"),
        ("wording", {"absent": ("<main",)}, "holds '<main', as the request wanted"),
    ],
)
def test_what_the_request_expects_is_looked_for(name: str, expected: dict[str, Any], said: str) -> None:
    request = Request.model_validate(REQUEST.model_dump() | expected)
    assert any(said in str(finding) for finding in look(delivered(), request)[name])


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("TODO lists with {{ config }} and TODO lists", "They asked for {{ config }} and TODO lists"),
        ("Print {{ config }} please", "A shop for {{ config }} people, of course"),
        ("a tbd records label", "TBD Records signs its first band"),
        ("Open Lorem ipsum books", "Lorem Ipsum Books opens"),
    ],
)
def test_what_the_request_says_itself_is_no_leftover(asked: str, written: str) -> None:
    made = changed(delivered(), PLAN, put("team", to=written))
    request = Request.model_validate(REQUEST.model_dump() | {"request": asked})
    assert look(made, request)["wording"] == []
    assert look(made, REQUEST)["wording"], "for anybody else it is one"


def test_todo_is_a_word_of_spanish_and_portuguese() -> None:
    assert look(changed(delivered(), PLAN, put("team", to="Todo el equipo trabaja")), REQUEST)["wording"] == []


def test_a_part_nobody_expects_may_be_missing() -> None:
    told = "Business plan is not part of this dossier: no task of its workflow made one."
    made = changed(delivered(), DOSSIER, put("missing", to=[told]))
    assert look(made, REQUEST)["complete"] == []


def test_a_check_that_cannot_look_is_a_finding() -> None:
    findings = look(changed(delivered(), MARKET, lambda result: result.clear()), REQUEST)
    assert all("could not be looked at" in str(findings[name][0]) for name in ("market", "sources"))
    assert findings["schema"]
