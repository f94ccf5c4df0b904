"""The review as Markdown."""

from collections.abc import Iterator, Sequence

from agent_sdk import markdown as md
from services.agents.dossier.readers.review import Finding, Review
from services.agents.dossier.wording import percent


def review_text(review: Review) -> Iterator[str]:
    """What the review found, open and mended, and how each question was answered."""
    yield "## What the review found"
    yield md.text(review.headline)
    yield f"### {review.of_open}"
    yield _findings(review.findings) or "Nothing."
    if review.mended:
        yield "### Mended after it was sent back"
        yield _findings(review.mended, "It said", "What was asked")
    if review.scores:
        yield "### Scores"
        rows = [
            (
                md.line(each.deliverable.replace("_", " ")),
                md.line(each.question),
                md.line(each.by),
                "not judged" if each.score is None else percent(each.score * 100),
                md.line(each.reason),
            )
            for each in review.scores
        ]
        yield md.table(("Part", "Question", "By", "Score", "Why"), rows, right=(3,))


def _findings(findings: Sequence[Finding], says: str = "It says", ask: str = "What to do") -> str:
    if not findings:
        return ""
    rows = [
        (
            md.line(each.severity),
            md.line(each.deliverable.replace("_", " ")),
            md.line(each.problem),
            md.line(each.evidence),
            md.line(each.suggestion),
        )
        for each in findings
    ]
    return md.table(("Severity", "Part", "What", says, ask), rows)
