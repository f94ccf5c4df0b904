"""Every number of a plan is an assumption of its table or follows from a formula it prints; nothing else is printed."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from services.agents.business_plan.render import render
from services.agents.business_plan.results import BusinessPlan
from services.agents.dossier.chapters.plan import plan_chapter
from services.agents.dossier.document.plan import plan_text
from services.agents.dossier.page import render_html
from tests.support import dossier_inputs as inputs
from tests.support.plans import plan_of_kind
from tools.eval.plan_evaluator import Evaluator, Value

KINDS = ("shop", "subscription", "services", "marketplace", "products")


@pytest.fixture(params=KINDS)
def plan(request: pytest.FixtureRequest) -> BusinessPlan:
    return inputs.business_plan() if request.param == "shop" else plan_of_kind(request.param)


def stored(value: Value, name: str) -> float | None:
    """A recomputed value as the result stores it."""
    return None if value is None else float(value * 100) if name.endswith("_cents") else float(value)


def check(row: dict[str, Any], ids: Evaluator, *, prefix: str = "", period: int = 0, skip: tuple[str, ...] = ()) -> int:
    """Every field of a row is what the formula of its name gives; returns how many were compared."""
    names = [name for name in row if name not in skip]
    for name in names:
        assert row[name] == stored(ids.value(prefix + name.removesuffix("_cents"), period), name), (name, period)
    return len(names)


def test_every_number_follows_from_the_table_of_assumptions_alone(plan: BusinessPlan) -> None:
    result = plan.model_dump(mode="json")
    compared = 0
    for scenario in result["scenarios"]:
        ids = Evaluator(result, scenario["name"])
        for month in scenario["months"]:
            compared += check(month, ids, period=month["month"], skip=("month",))
        for year in scenario["years"]:
            compared += check(year, ids, prefix="year.", period=year["year"], skip=("year",))
        compared += check(scenario["unit_economics"], ids)
        compared += check(scenario, ids, skip=("name", "reason", "months", "years", "unit_economics"))
    assert compared == 3 * (36 * 12 + 3 * 13 + 8 + 4)


def test_the_money_asked_for_is_computed_and_split_without_rest(plan: BusinessPlan) -> None:
    result, ids = plan.model_dump(mode="json"), Evaluator(plan.model_dump(mode="json"))
    ask = result["funding"]
    assert ask["amount_cents"] == stored(ids.value("funding"), "amount_cents")
    assert sum(use["amount_cents"] for use in ask["uses"]) == ask["amount_cents"]
    for use in ask["uses"]:
        assert use["amount_cents"] == stored(ids.value(use["id"]), "amount_cents")
        assert use["percent"] == stored(ids.value(use["id"].replace("use.", "part.")), "percent")


def test_every_bar_of_the_tornado_can_be_computed_again(plan: BusinessPlan) -> None:
    result = plan.model_dump(mode="json")
    table = {row["id"]: Fraction(str(row["value"])) for row in result["assumptions_table"]}
    units = {row["id"]: row["unit"] for row in result["assumptions_table"]}
    assert len(result["sensitivity"]) > 10
    for row in result["sensitivity"]:
        for side, factor in (("lower", Fraction(4, 5)), ("higher", Fraction(6, 5))):
            moved = {id_: table[id_] * factor for id_ in row["ids"]}
            moved = {id_: min(v, Fraction(100)) if "percent of" in units[id_] else v for id_, v in moved.items()}
            if row["ids"] == ["launch_month"]:
                moved = {"launch_month": table["launch_month"] + (1 if side == "higher" else -1)}
            ids = Evaluator(result, moved=moved)
            assert row[f"cash_if_{side}_cents"] == stored(ids.value("cash_end"), "_cents"), row["driver"]
            assert row[f"break_even_if_{side}"] == stored(ids.value("break_even_month"), ""), row["driver"]


def test_prices_and_their_comparables_are_rows_of_the_table(plan: BusinessPlan) -> None:
    result = plan.model_dump(mode="json")
    ids, table = Evaluator(result), {row["id"]: row for row in result["assumptions_table"]}
    by_tier = {each["tier"]: each for each in result["price_comparisons"]}
    for number, tier in enumerate(result["pricing"], start=1):
        key = f"pricing.{number}"
        assert table[f"{key}.price"]["value"] == tier["price"]
        assert table[f"{key}.customer_share"]["value"] == tier["customer_share"]
        compared = by_tier.get(tier["name"])
        if compared is None:
            continue
        for index, each in enumerate(compared["comparables"], start=1):
            row = table[f"{key}.comparables.{index}.amount"]
            assert (each["amount_cents"], each["source"]) == (round(row["value"] * 100), row["source"])
        for name in ("low", "median", "high"):
            assert compared[f"{name}_cents"] == pytest.approx(stored(ids.value(f"{key}.{name}"), "_cents"), abs=0.5)
        assert compared["against_median"] == stored(ids.value(f"{key}.against_median"), "")


def test_ids_are_unique_and_each_row_has_a_source_or_is_an_assumption_with_a_reason(plan: BusinessPlan) -> None:
    ids = [*(row.id for row in plan.assumptions_table), *(row.id for row in plan.formulas)]
    assert len(ids) == len(set(ids))
    for row in plan.assumptions_table:
        assert row.basis
        assert (row.evidence == "assumption") == (row.source == "")
        if row.source.startswith("plan:"):
            assert plan.sources[int(row.source.removeprefix("plan:")) - 1].title.casefold() in row.basis.casefold()


# ---------------------------------------------------------------- what is printed

_FIGURE = re.compile(r"(?<![\w.,#])\d[\d,]*(?:\.\d+)?(?:\s*million)?(?![\w])")
_STRUCTURE = {1.0, 2.0, 3.0, 20.0, 36.0, 100.0}
"""Year 1 to 3, 20 percent of the sensitivity, 36 months, at most 100 percent."""


def numbers(value: object) -> Iterator[float]:
    """All numbers of the result: amounts in whole units too."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, int | float) and not isinstance(each, bool):
                yield abs(each / 100 if name.endswith("_cents") else each)
            else:
                yield from numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from [abs(float(each))] if isinstance(each, int | float) else numbers(each)


def said_by_the_model(plan: BusinessPlan) -> str:
    """All texts of the result but those code puts figures into, in one."""
    computed = {
        "executive_summary",
        "funding_case",
        "funding",
        "checks",
        "confidence_reasons",
        "formulas",
        "formula_notes",
    }

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for each in value:
                yield from texts(each)
        elif isinstance(value, dict):
            for name, each in value.items():
                if name not in computed:
                    yield from texts(each)

    return "\n".join(texts(plan.model_dump(mode="json")))


def strangers(text: str, plan: BusinessPlan) -> list[str]:
    """Figures of a text that are no number of the result and nothing the model says in a basis or text of its own."""
    known, told = [*numbers(plan.model_dump(mode="json")), *_STRUCTURE], said_by_the_model(plan)
    funding = Evaluator(plan.model_dump(mode="json"))
    known += [float(part) for id_ in ("shortfall", "reserve") if (part := funding.value(id_)) is not None]
    found = []
    for match in _FIGURE.finditer(text):
        word = match[0]
        bare = word.replace(",", "").removesuffix("million").strip()
        size = 1e6 if word.endswith("million") else 1.0
        places = len(bare.partition(".")[2])
        value = float(bare)
        unit = 10**-places * size
        close = any(abs(value * size - number) <= unit * 0.5 + 1e-9 for number in known)
        if not close and re.search(rf"(?<![\d.,]){re.escape(word)}(?![\d])", told) is None:
            found.append(word)
    return found


def test_every_figure_of_the_report_is_traced(plan: BusinessPlan) -> None:
    report = re.sub(r"`[^`]*`", "", render(plan))
    report = report.partition("### Formulas")[0] + report.partition("## Other assumptions")[2]
    assert len(_FIGURE.findall(report)) > 200
    assert strangers(report, plan) == []


def test_every_figure_of_the_dossiers_chapter_is_traced() -> None:
    plan, material = inputs.business_plan(), inputs.material(*inputs.everything())
    chapter = plan_chapter(material)
    assert chapter is not None
    text = "\n".join(plan_text(chapter))
    html = render_html(inputs.book(*inputs.everything()))
    section = html[html.index('id="plan"') : html.index('id="risks"')]
    section = re.sub(r"<svg.*?</svg>", "", section, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", section).replace("\u00a0", " ")
    assert len(_FIGURE.findall(words)) > 80
    assert strangers(text.replace("\u00a0", " "), plan) == []
    assert strangers(words, plan) == []


def test_a_figure_from_nowhere_would_be_found() -> None:
    plan = inputs.business_plan()
    assert strangers("We will earn EUR 987,654,321 and 12.3456 million at 7.891 %.", plan) != []


def test_what_the_model_claims_in_a_text_is_traced_or_named() -> None:
    plan = inputs.business_plan(business_model="Guests pay EUR 6.40 each time; 41.7 % of them come back.")
    assert 6.4 in [row.value for row in plan.assumptions_table]
    named = [check for check in plan.checks if check.startswith("The text names")]
    assert named == ["The text names 41.7 %, which is neither an assumption nor computed."]
