"""The pitch deck agent: numbers come from results, words from the model, and neither gets into the other's place."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from fpdf import FPDF

from agent_sdk import Outcome, TaskOutput
from agent_sdk.colour import TEXT, contrast
from agent_sdk.testing import InMemoryContext, ScriptedModel, input_artifact, task_input
from services.agents.pitch_deck.agent import PitchDeckAgent
from services.agents.pitch_deck.figures import PLACES, Place, Result, dig, traced_figures
from services.agents.pitch_deck.models import Bars, DeckDraft, PitchDeck, Point
from services.agents.pitch_deck.wording import untraced
from tests.support import dossier_inputs as inputs
from tests.support.deck_drafts import draft, slide

NOW = datetime(2026, 11, 27, tzinfo=UTC)


async def pitch(
    *outputs: TaskOutput, drafts: tuple[DeckDraft, ...] = (), simulated: bool = False
) -> tuple[InMemoryContext, Outcome[PitchDeck]]:
    context = InMemoryContext(model=ScriptedModel(*(drafts or (draft(),)), simulated=simulated))
    task = task_input(inputs.REQUEST, outputs=outputs)
    return context, await PitchDeckAgent(lambda: NOW).execute(context, task)


def html(context: InMemoryContext) -> str:
    return str(context.artifacts["pitch-deck.html"].content, "utf-8")


async def test_a_deck_of_ten_to_twelve_slides_as_page_and_paper() -> None:
    everything = inputs.everything()
    context, outcome = await pitch(*everything)
    _, longer = await pitch(*everything, drafts=(draft(why_now=slide(), risks=slide()),))
    assert (len(outcome.output.slides) + 1, len(longer.output.slides) + 1) == (10, 12)
    assert html(context).count('<section class="slide') == 10
    pdf = context.artifacts["pitch-deck.pdf"].content
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 10
    assert (outcome.confidence, outcome.simulated) == (0.9, False)


async def test_every_number_leads_to_the_result_it_is_taken_from() -> None:
    market, brand, plan = inputs.everything()
    _, outcome = await pitch(market, brand, plan)
    values = {"market_research": market.json(), "business_plan": plan.json()}
    places: dict[str, Place] = {place.id: place for place in PLACES}
    shown = [figure for each in outcome.output.slides for figure in each.figures]
    assert {"market.som", "plan.ask", "plan.break_even"} <= {figure.id for figure in shown}
    for figure in shown:
        assert figure.value == dig(values[figure.source], *places[figure.id].path)
    assert next(each.place for each in shown if each.id == "plan.ask") == "funding.amount_cents"
    assert next(each.place for each in shown if each.id == "plan.cash_low") == "scenarios.base.cash_low_cents"


async def test_money_below_zero_and_whose_numbers_they_are_is_written_for_people() -> None:
    context, outcome = await pitch(*inputs.everything())
    low = next(figure for each in outcome.output.slides for figure in each.figures if figure.id == "plan.cash_low")
    assert (low.value < 0, low.shown[:5]) == (True, "−EUR ")
    assert "Numbers: business plan<" in html(context)
    assert not re.search(r'class="trace">[^<]*_', html(context))


def test_all_figures_are_found_in_results_of_the_shipped_agents() -> None:
    market, _, plan = inputs.everything()
    found = traced_figures({each.agent_type: Result(each.json(), simulated=False) for each in (market, plan)})
    assert set(found) == {place.id for place in PLACES}
    assert all(figure.shown for figure in found.values())


async def test_charts_and_tables_are_rows_of_the_results() -> None:
    market, brand, plan = inputs.everything()
    _, outcome = await pitch(market, brand, plan)
    by_topic = {each.topic: each.exhibit for each in outcome.output.slides}
    rivals: Any = by_topic["competition"]
    assert [row[0] for row in rivals.rows] == [each["name"] for each in market.json()["competitors"]][:5]
    bars: Any = by_topic["projection"]
    revenue = [year["revenue_cents"] for year in plan.json()["scenarios"][1]["years"]]
    assert [bar.share for bar in bars.bars] == [each / max(revenue) for each in revenue]
    assert by_topic["problem"] is None


async def test_numbers_in_words_go_back_to_the_model() -> None:
    bad = draft(market=slide(message="A market of 4 billion."))
    context, outcome = await pitch(*inputs.everything(), drafts=(bad, draft()))
    assert outcome.output.corrections == []
    assert context.model.usage.calls == 2


async def test_numbers_it_insists_on_are_taken_out_and_named() -> None:
    bad = draft(
        market=slide(
            "Worth 4 billion", message="It grows. By 12 % a year.", notes="Say 99. Then wait.",
            points=[Point(lead="Big", text="Over a hundred shops."), Point(lead="Close", text="Around the corner.")],
        )
    )  # fmt: skip
    context, outcome = await pitch(*inputs.everything(), drafts=(bad,))
    (market,) = [each for each in outcome.output.slides if each.topic == "market"]
    assert (market.title, market.message, market.notes) == ("Market", "It grows.", "Then wait.")
    assert [point.lead for point in market.points] == ["Close"]
    assert len(outcome.output.corrections) == 4
    assert outcome.confidence == 0.6
    assert "4 billion" not in html(context)


def test_names_may_hold_digits_and_words_may_hold_them_too() -> None:
    find = untraced(["7-Eleven", "Granel 43"])
    assert find("7-Eleven and Granel 43 are B2B") == []
    assert find("They sell 43 loaves") == ["43"]


async def test_the_models_choice_of_figures_fills_what_is_left() -> None:
    problem = slide(figures=["market.growth", "market.growth", "plan.cac"])
    _, outcome = await pitch(*inputs.everything(), drafts=(draft(problem=problem),))
    assert [figure.id for figure in outcome.output.slides[0].figures] == ["market.growth", "plan.cac"]


async def test_without_results_there_is_a_deck_that_says_what_is_missing() -> None:
    _, outcome = await pitch()
    assert outcome.output.name == "Investor pitch"
    assert len(outcome.output.missing) == 3
    assert not [figure for each in outcome.output.slides for figure in each.figures]
    assert outcome.confidence == 0.6


async def test_results_of_another_form_stop_nothing() -> None:
    odd = input_artifact("result.json", json.dumps({"size": [], "scenarios": "none", "competitors": [1, {}]}),
                         media_type="application/json")  # fmt: skip
    outputs = [TaskOutput(task=kind, agent_type=kind, artifacts={"result.json": odd})
               for kind in ("market_research", "branding", "business_plan")]  # fmt: skip
    _, outcome = await pitch(*outputs)
    assert len(outcome.output.slides) == 9


async def test_what_was_simulated_is_said_on_every_slide() -> None:
    context, outcome = await pitch(*inputs.everything(simulated=True))
    assert outcome.simulated
    assert outcome.confidence == 0.5
    assert html(context).count('class="simulated"') == 10


async def test_nothing_in_the_page_acts_but_its_own_script() -> None:
    hostile = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'
    context, _ = await pitch(*inputs.everything(), drafts=(draft(problem=slide(hostile[:75], notes=hostile)),))
    page = html(context)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f"script-src 'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in page
    assert "<img src=x" not in page
    assert not re.findall(r"(?:src|href)=\"(?!data:image/svg)", page)


def brand_of(name: str, primary: str) -> TaskOutput:
    """A brand nobody has corrected."""
    told = json.dumps({"name": name, "palette": [{"role": "primary", "hex": primary}]})
    result = input_artifact("result.json", told, media_type="application/json")
    return TaskOutput(task="b", agent_type="branding", artifacts={"result.json": result})


async def test_the_brand_sets_the_look_only_where_it_can_be_read() -> None:
    context, _ = await pitch(brand_of("Loud", "#FFFF00"))
    worn = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", html(context)))
    assert worn["cover"] == "#FFFF00"
    for ink, ground in (("cover-ink", "cover"), ("key", "paper"), ("key", "card"), ("muted", "card")):
        assert contrast(worn[ink], worn[ground]) >= TEXT, (ink, ground)
    context, outcome = await pitch(brand_of("Café <b>", "red;}"))
    assert outcome.output.name == "Café <b>"
    assert "red;}" not in html(context)


async def test_page_and_paper_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout exists twice; what stands on it must not."""
    written: list[str] = []
    multi_cell = FPDF.multi_cell

    def noted(self: FPDF, w: float, h: float | None = None, text: str = "", *rest: Any, **how: Any) -> Any:
        if not how.get("dry_run"):
            written.append(text)
        return multi_cell(self, w, h, text, *rest, **how)

    monkeypatch.setattr(FPDF, "multi_cell", noted)
    context, outcome = await pitch(*inputs.everything())
    on_paper, page = " ".join(written), unescape(html(context))
    for each in outcome.output.slides:
        said = [each.title, each.message, *(text for point in each.points for text in (point.lead, point.text))]
        said += [text for figure in each.figures for text in (figure.label, figure.shown)]
        if isinstance(each.exhibit, Bars):
            said += [text for bar in each.exhibit.bars for text in (bar.label, bar.shown, bar.remark)]
        elif each.exhibit:
            said += [cell for row in each.exhibit.rows for cell in row]
        for text in said:
            assert text in on_paper
            assert text in page


async def test_the_same_deck_is_the_same_bytes() -> None:
    first, _ = await pitch(*inputs.everything())
    second, _ = await pitch(*inputs.everything())
    for name in ("pitch-deck.html", "pitch-deck.pdf"):
        assert first.artifacts[name].content == second.artifacts[name].content


@pytest.mark.parametrize("word", ["Überlebensfähigkeit", "Ωμέγα", "Хлеб", "面包"])
async def test_words_of_any_script_and_length_fit(word: str) -> None:
    long = slide((word + " ") * (75 // (len(word) + 1)), message=(word + " ") * (190 // (len(word) + 1)))
    context, _ = await pitch(*inputs.everything(), drafts=(draft(ask=long, team=long),))
    assert context.artifacts["pitch-deck.pdf"].content.startswith(b"%PDF-")


async def test_the_work_of_others_is_data_in_the_prompt() -> None:
    context, _ = await pitch(*inputs.everything())
    (call,) = context.model.calls
    assert "<market_research>" in call.prompt
    assert "<figures>" in call.prompt
    assert "EUR" in call.prompt[call.prompt.index("<figures>") :]
