"""The review as Markdown for people."""

from collections.abc import Sequence

from agent_sdk import markdown as md
from services.agents.reviewer.models import Finding, Review


def render(review: Review) -> str:
    """The whole review."""
    parts = [
        "# Review",
        md.SIMULATED if review.simulated else "",
        md.text(review.headline),
        md.confidence(review.confidence, review.confidence_reasons),
        "## Open\n\n" + (_findings(review.findings) or "Nothing."),
        "## Mended in the round of revision\n\n" + _findings(review.mended) if review.mended else "",
        "## Scores\n\n"
        + md.table(
            ("Deliverable", "Question", "By", "Score", "Why"),
            (
                (
                    md.line(each.deliverable),
                    md.line(each.question),
                    each.by,
                    "not judged" if each.score is None else f"{each.score:.2f}",
                    md.line(each.reason),
                )
                for each in review.scores
            ),
            right=(3,),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _findings(findings: Sequence[Finding]) -> str:
    return "\n".join(
        f"- **{each.id}** {each.severity}, {md.line(each.deliverable)}: {md.line(each.problem)}"
        + (f" “{md.line(each.evidence)}”" if each.evidence else "")
        + (f" {md.line(each.suggestion)}" if each.suggestion else "")
        for each in findings
    )
