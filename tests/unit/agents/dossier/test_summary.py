"""The summary repeats figures of the chapters and warns where they do not fit together."""

from pydantic import BaseModel

from agent_sdk.testing import task_output
from services.agents.dossier.chapters.plan_charts import quarters_of
from services.agents.dossier.readers.plan import MonthRow
from services.agents.dossier.wording import cents, money, opening
from tests.support import dossier_inputs as inputs


class Anything(BaseModel, extra="allow"):
    """A result of any form."""


def test_key_figures_are_those_of_the_results() -> None:
    plan, size = inputs.business_plan(), inputs.research().size
    figures = {
        each.label: each.value.replace("\u00a0", " ") for each in inputs.book(*inputs.everything()).summary.figures
    }
    base = plan.scenarios[1]
    assert figures == {
        "Whole market": "EUR 90.3 million",
        "Obtainable market": f"EUR {size.som.base:,}",
        "Market growth": "4.2 %",
        "Break-even": f"Month {base.break_even_month}",
        "Revenue in year 3": f"EUR {base.years[2].revenue_cents / 100:,.0f}",
        "Funding need": f"EUR {plan.funding.amount_cents // 100:,}",
    }


def test_a_brand_alone_has_figures_of_its_own() -> None:
    summary = inputs.book(inputs.brand()).summary
    assert [figure.label for figure in summary.figures] == ["Name", "Text contrast", "Headings"]
    assert summary.lead.startswith("For neighbours who hate to throw bread away")


def test_a_plan_that_earns_more_than_its_market_gives_is_pointed_out() -> None:
    checks = " ".join(inputs.book(*inputs.everything()).summary.checks).replace("\u00a0", " ")
    assert "Revenue in year 3 is 215 % of the obtainable market as measured bottom-up (EUR 163,530)." in checks
    assert "as measured top-down" not in checks


def test_a_research_without_sources_is_pointed_out() -> None:
    output = task_output("market_research", Anything(headline="Grows"), task="t1")
    assert "The market research cites no source: all its figures are assumptions." in inputs.book(output).summary.checks


def test_contrast_that_fails_is_pointed_out_whatever_the_brand_says_of_it() -> None:
    checks = " ".join(inputs.book(inputs.brand()).summary.checks)
    assert "accent on background (2.0)" in checks


def test_there_is_nothing_to_summarise_without_results() -> None:
    book = inputs.book()
    assert (book.summary.lead, book.summary.figures, book.summary.findings) == ("", (), ())
    assert [chapter.anchor for chapter in book.contents] == ["making"]


def test_risks_of_market_and_plan_stand_together_the_most_severe_first() -> None:
    book = inputs.book(*inputs.everything())
    assert book.risks
    assert [each.sign for each in book.risks.risks] == [f"R{number}" for number in range(1, 7)]
    assert {each.origin for each in book.risks.risks} == {"Market", "Plan"}
    assert "high" in (book.risks.risks[0].risk.likelihood, book.risks.risks[0].risk.impact)


def test_a_risk_that_market_and_plan_both_name_is_told_once() -> None:
    risk = {"title": "Rents rise", "likelihood": "low", "impact": "low"}
    market = task_output("market_research", Anything(risks=[risk]), task="t1")
    plan = task_output(
        "business_plan", Anything(risks=[risk | {"title": "RENTS RISE", "early_sign": "A letter"}]), task="t3"
    )
    risks = inputs.book(market, plan).risks
    assert risks
    (told,) = risks.risks
    assert (told.origin, told.risk.early_sign) == ("Market and plan", "A letter")


def row(month: int, revenue: int = 100) -> MonthRow:
    return MonthRow(month=month, revenue_cents=revenue, result_cents=1, staff_cents=2, fixed_cents=3)


def test_quarters_add_up_their_months() -> None:
    first, second = quarters_of([row(month, month) for month in range(1, 8)])
    assert (first.label, first.total("revenue_cents"), first.total("costs_cents")) == ("Y1 Q1", 6, 15)
    assert (second.label, second.total("revenue_cents")) == ("Y1 Q2", 15)


def test_quarters_are_not_made_of_months_with_gaps() -> None:
    assert quarters_of([row(1), row(2), row(4)]) == []
    assert quarters_of([row(1), row(1), row(2)]) == []


def test_amounts_in_words() -> None:
    shown = [
        money(value, "EUR").replace("\u00a0", " ") for value in (0, 4.5, 999.99, 1_500, 90_300_000, -3.2, -0.001, 2.5e9)
    ]
    assert shown == [
        "EUR 0", "EUR 4.50", "EUR 999.99", "EUR 1,500", "EUR 90.3 million", "−EUR 3.20", "EUR 0.00", "EUR 2.5 billion",
    ]  # fmt: skip
    assert cents(-14_750_400, "EUR").replace("\u00a0", " ") == "−EUR 147,504"
    assert money(5, "") == "5"


def test_the_opening_of_a_text_is_its_first_sentence_or_nothing() -> None:
    assert opening("Short and good. Then more.") == "Short and good"
    assert opening("x" * 200) == ""
    assert opening("") == ""
