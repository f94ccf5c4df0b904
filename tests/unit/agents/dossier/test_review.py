"""The dossier shows what the review found; nothing a review says reaches the page as markup."""

from __future__ import annotations

from typing import Any

from pydantic import RootModel

from agent_sdk.testing import task_output
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.page import render_html
from tests.support import dossier_inputs as inputs

HOSTILE = "<script>alert(1)</script>"


def review(**fields: Any) -> RootModel[dict[str, Any]]:
    fault = {"deliverable": "business_plan", "task": "t3", "by": "code", "suggestion": "Count again."}
    known = {
        "headline": "Sound but for one sum.",
        "look": 2,
        "scores": [
            {"deliverable": "business_plan", "question": "Do sums hold?", "by": "code", "score": 0.2, "reason": "No."}
        ],
        "findings": [fault | {"severity": "critical", "problem": "A sum is wrong", "evidence": HOSTILE}],
        "mended": [fault | {"severity": "major", "problem": "Counts in CHF", "evidence": "CHF"}],
        "sent_back": ["t3"],
        "confidence": 0.3,
        "simulated": True,
    }
    return RootModel(known | fields)


def test_open_and_mended_findings_stand_in_page_and_document() -> None:
    book = inputs.book(*inputs.everything(), task_output("reviewer", review(), task="t4", title="Review"))
    page, text = render_html(book), render_markdown(book)
    for whole in (page, text):
        assert "What the review found" in whole
        assert "A sum is wrong" in whole
        assert "Counts in CHF" in whole
        assert "It said" in whole[whole.index("Mended after it was sent back") :]
        assert HOSTILE not in whole
    assert "Review" in [chapter.title for chapter in book.contents if chapter.simulated]
    assert book.material.confidence == 0.3


def test_what_is_open_at_the_second_look_is_still_open() -> None:
    for look, heading in ((1, "Open"), (2, "Still open after a round of revision")):
        made = task_output("reviewer", review(look=look), task="t4")
        book = inputs.book(*inputs.everything(), made)
        assert f"<h3>{heading}</h3>" in render_html(book)
        assert f"### {heading}\n" in render_markdown(book)


def test_a_dossier_without_a_review_misses_nothing() -> None:
    book = inputs.book(*inputs.everything())
    assert "review" not in [chapter.anchor for chapter in book.contents]
    assert not any("Review" in each for each in book.material.left_out)


def test_a_review_that_cannot_be_read_is_named() -> None:
    book = inputs.book(*inputs.everything(), task_output("reviewer", review(scores=7, findings="x"), task="t4"))
    assert any("no score" in each for each in book.material.left_out)
