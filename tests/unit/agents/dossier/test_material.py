"""Whatever earlier tasks made, the dossier knows what it has and what it has not."""

from pydantic import BaseModel

from agent_sdk.task_input import TaskOutput
from agent_sdk.testing import input_artifact, task_output
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.evidence import evidence_of
from services.agents.dossier.material import MAX_DRAWINGS, MAX_FILES
from services.agents.dossier.page import render_html
from tests.support import dossier_inputs as inputs


class Anything(BaseModel, extra="allow"):
    """A result of any form."""


def with_files(output: TaskOutput, **files: bytes) -> TaskOutput:
    added = {
        name: input_artifact(name, content, media_type="image/svg+xml")
        for name, content in ((name.replace("_", "."), content) for name, content in files.items())
    }
    return TaskOutput(
        task=output.task, agent_type=output.agent_type, title=output.title, artifacts={**output.artifacts, **added}
    )


def test_three_results_leave_nothing_out() -> None:
    found = inputs.material(*inputs.everything())
    assert found.left_out == ()
    assert [part.fate for part in found.parts] == ["used", "used", "used"]
    assert found.title == "Terceiro Dia"
    assert found.confidence == 0.6
    assert list(found.drawings) == [
        "logo.svg", "logo-reversed.svg", "logo-black.svg", "logo-white.svg", "wordmark.svg", "mark.svg",
        "mark-reversed.svg", "favicon.svg", "brand-board.svg",
    ]  # fmt: skip


def test_chapters_nobody_worked_on_are_named() -> None:
    found = inputs.material(inputs.brand())
    assert found.market is None
    assert found.left_out == (
        "Market research is not part of this dossier: no task of its workflow made one.",
        "Business plan is not part of this dossier: no task of its workflow made one.",
    )


def test_a_result_that_is_not_json_is_named_and_the_rest_stays() -> None:
    broken = TaskOutput(
        task="t1",
        agent_type="market_research",
        artifacts={"result.json": input_artifact("result.json", "{", media_type="application/json")},
    )
    found = inputs.material(broken, inputs.brand())
    assert found.market is None
    assert found.brand
    assert [part.fate for part in found.parts] == ["not read", "used"]
    assert any("Market research (task t1) could not be read" in each for each in found.left_out)


def test_a_result_without_its_json_is_named() -> None:
    found = inputs.material(TaskOutput(task="t1", agent_type="business_plan", artifacts={}))
    assert any("Business plan (task t1) could not be read" in each for each in found.left_out)


def test_parts_that_are_not_understood_or_empty_are_named() -> None:
    output = task_output("market_research", Anything(headline="Grows", competitors="many", sources=[]), task="t1")
    found = inputs.material(output)
    assert found.market
    assert found.market.headline == "Grows"
    assert "Market research (task t1): competitors: not understood." in found.left_out
    assert "Market research (task t1) names no customer segments, no competitors and no source." in found.left_out


def test_an_agent_without_a_chapter_is_in_the_appendix_with_its_files() -> None:
    slides = input_artifact("deck.pdf", b"%PDF", media_type="application/pdf")
    odd = input_artifact("../deck.html", b"<p>", media_type="text/html")
    found = inputs.material(task_output("pitch_deck", Anything(), slides, odd, task="t8", title="Pitch deck"))
    assert [part.title for part in found.appendix] == ["Pitch deck"]
    assert [file.address for file in found.parts[0].files] == ["t8/result.json", "t8/deck.pdf", ""]
    assert not [each for each in found.left_out if "Pitch deck" in each]


def test_what_came_from_outside_is_said_to_be_so_wherever_it_stands() -> None:
    brought = input_artifact("from-tools.json", b"[]", media_type="application/json")
    foreign = task_output("legal_review", Anything(foreign_agent="Lex <b>", confidence=0.5), brought, task="t7")
    research = task_output("market_research", Anything(headline="Grows"), brought, task="t1")
    book = inputs.book(foreign, research, inputs.brand())
    assert {part.task: (part.outside, part.confidence) for part in book.material.parts if part.outside} == {
        "t7": ("a foreign agent, Lex <b>; what tools of other programs brought (from-tools.json)", 0.5),
        "t1": ("what tools of other programs brought (from-tools.json)", None),
    }
    page, text = render_html(book), render_markdown(book)
    for shown in (page, text):
        assert "From outside: a foreign agent, Lex" in shown
        assert "from outside: a foreign agent, Lex" in shown
        assert "from outside: what tools of other programs brought" in shown
    assert "Lex <b>" not in page


def test_an_agent_without_a_chapter_and_without_files_is_named() -> None:
    found = inputs.material(task_output("pitch_deck", Anything(), task="t8", title="Pitch deck"))
    assert any(each.startswith("Pitch deck (task t8): there is no chapter") for each in found.left_out)


def test_of_two_results_of_a_kind_the_one_the_task_is_given_counts() -> None:
    first, second = inputs.plan(), task_output("business_plan", Anything(value_proposition="Later"), task="t7")
    found = inputs.material(first, second)
    assert found.plan
    assert found.plan.value_proposition == "Later"
    assert [part.fate for part in found.parts] == ["replaced", "used"]


def test_a_part_of_split_work_is_said_to_be_merged() -> None:
    part = task_output("business_plan", Anything(value_proposition="Lyon"), task="plan-part-1")
    whole = task_output("business_plan", Anything(value_proposition="Both"), task="plan")
    assert [each.fate for each in inputs.material(part, whole).parts] == ["merged into plan", "used"]


def test_an_unsafe_drawing_is_left_out_and_named() -> None:
    output = with_files(inputs.brand(), bad_svg=b"<!DOCTYPE x><svg viewBox='0 0 1 1'/>", odd_svg=b"<html/>")
    found = inputs.material(output)
    assert "bad.svg" not in found.drawings
    assert "logo.svg" in found.drawings
    assert any(
        "the drawing bad.svg is not shown, because it declares a document type" in each for each in found.left_out
    )
    assert any("odd.svg" in each for each in found.left_out)


def test_drawings_are_sanitised() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x()"><script>1</script></svg>'
    found = inputs.material(with_files(inputs.brand(), extra_svg=svg))
    assert "script" not in found.drawings["extra.svg"].svg
    assert "onload" not in found.drawings["extra.svg"].svg


def test_files_a_brand_names_and_does_not_deliver_are_named() -> None:
    whole = inputs.brand()
    kept = {name: artifact for name, artifact in whole.artifacts.items() if name != "mark.svg"}
    found = inputs.material(TaskOutput(task="t2", agent_type="branding", artifacts=kept))
    assert "Brand identity (task t2) names files it did not deliver: mark.svg." in found.left_out


def test_drawings_and_files_are_bounded() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    found = inputs.material(with_files(inputs.brand(), **{f"a{number}_svg": svg for number in range(60)}))
    assert len(found.drawings) == MAX_DRAWINGS
    assert len(found.parts[0].files) == MAX_FILES
    assert found.parts[0].more_files == 70 - MAX_FILES
    assert any("only the first" in each for each in found.left_out)


def test_a_part_is_simulated_when_the_runtime_or_the_result_says_so() -> None:
    by_result = task_output("branding", Anything(name="X", simulated=True), task="t2")
    by_runtime = task_output("market_research", Anything(), task="t1", simulated=True)
    assert inputs.material(by_runtime, by_result, inputs.plan()).simulated == ("Market research", "Brand identity")


def test_a_source_two_agents_name_is_one_entry_with_both() -> None:
    found = evidence_of(inputs.material(*inputs.everything()))
    (shared,) = [entry for entry in found.sources if len(entry.used_by) > 1]
    assert shared.used_by == ("Market research", "Business plan")
    assert [entry.number for entry in found.sources] == list(range(1, len(found.sources) + 1))


def test_a_basis_that_names_a_source_gets_its_number() -> None:
    found = evidence_of(inputs.material(*inputs.everything()))
    bread = next(entry for entry in found.sources if entry.title.startswith("Bread"))
    assert found.number_of(f"Table 3 of {bread.title}") == bread.number
    assert found.number_of("assumption") is None
    spend = next(figure for figure in found.figures if figure.label == "Yearly spend per buyer")
    assert (spend.shown, spend.span, spend.source) == ("210 EUR", "170 to 250", bread.number)


def test_every_number_of_the_plan_stands_in_the_evidence() -> None:
    found = evidence_of(inputs.material(*inputs.everything()))
    labels = [figure.label for figure in found.figures if figure.group == "Projection"]
    assert labels == [row.label for row in inputs.business_plan().assumptions_table]


def test_addresses_that_are_no_web_addresses_become_no_links() -> None:
    sources = [
        {"title": f"Source {number}", "url": url}
        for number, url in enumerate(
            [
                "javascript:alert(1)",
                "https://user:pass@example.org/",
                'https://example.org/"onclick="x',
                "//example.org",
                "data:text/html,x",
                "https://",
                "https://example.org:99999/",
                "https://[x",
                "https://example.org/ok?a=1&b=2",
            ]
        )
    ]
    output = task_output("market_research", Anything(sources=sources), task="t1")
    found = evidence_of(inputs.material(output))
    assert [entry.url for entry in found.sources] == [""] * 8 + ["https://example.org/ok?a=1&b=2"]


def test_inputs_and_formulas_of_the_market_are_shown_by_their_ids() -> None:
    found = evidence_of(inputs.material(inputs.market()))
    buyers = next(each for each in found.figures if each.id == "buyers")
    assert (buyers.evidence, buyers.source) == ("source", found.ids["S2"])
    assert buyers.basis.endswith("(2024)")
    names = dict(found.formulas)
    assert names["Obtainable market (SOM)"].startswith(
        "som = buyers x annual_spend x serviceable_share x obtainable_share = EUR"
    )
    assert names["Whole market in five years"].startswith("tam_in_five_years = tam x (1 + annual_growth)^5")
    shown = {each.id for each in found.figures}
    for each in inputs.research().formulas:
        assert each.id in names[each.label]
        assert all(term in shown or term in {one.id for one in inputs.research().formulas} for term in each.terms)


def test_a_research_without_tables_is_shown_by_its_fields() -> None:
    old = inputs.research().model_dump(mode="json")
    for name in ("inputs", "formulas", "facts", "contradictions", "corrections", "reading"):
        del old[name]
    for source in old["sources"]:
        for name in ("id", "seen", "excerpt", "sha256"):
            del source[name]
    found = evidence_of(inputs.material(task_output("market_research", Anything(**old), task="t1")))
    buyers = next(each for each in found.figures if each.label == "Buyers in the whole market")
    assert (buyers.id, buyers.evidence) == ("", "source")
    assert buyers.source is not None
    assert dict(found.formulas)["Serviceable market (SAM)"].startswith("TAM x 10 % serviceable = EUR")
