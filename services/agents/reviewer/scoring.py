"""From findings to scores: what code found bounds what anybody says, and the confidence falls with what is open."""

from collections.abc import Mapping, Sequence

from agent_sdk.evidence import SIMULATED_LIMIT, Rating
from services.agents.reviewer.deliverables import Deliverable
from services.agents.reviewer.models import Finding, ReviewDraft, Score, Severity
from services.agents.reviewer.rubric import Item, rubric

AT_MOST: Mapping[Severity, float] = {"critical": 0.2, "major": 0.5, "minor": 0.85}
"""Highest score of a question with such a finding."""
JUDGED_AT_MOST: Mapping[Severity, float] = {"critical": 0.5, "major": 0.7, "minor": 1.0}
"""Highest score the model may give a deliverable in which code found such a fault."""
TRUST: Mapping[Severity, float] = {"critical": 0.3, "major": 0.5, "minor": 1.0}
"""Highest confidence in the whole while such a finding is open."""
ORDER: tuple[Severity, ...] = ("critical", "major", "minor")


def scores(all_: Sequence[Deliverable], findings: Sequence[Finding], draft: ReviewDraft) -> list[Score]:
    """One for each question to each deliverable."""
    return [_score(each, item, findings, draft) for each in all_ for item in rubric(each.kind)]


def _score(each: Deliverable, item: Item, findings: Sequence[Finding], draft: ReviewDraft) -> Score:
    mine = [finding for finding in findings if finding.task == each.task]
    bounds = [AT_MOST[finding.severity] for finding in mine if finding.item == item.id]
    value: float | None = 1.0
    reason = "; ".join(finding.problem for finding in mine if finding.item == item.id) or "Nothing was found."
    if item.by == "model":
        judged = next((one for one in draft.items if (one.task, one.item) == (each.task, item.id)), None)
        value, reason = (judged.score, judged.reason) if judged else (None, "It was not judged.")
        bounds += [JUDGED_AT_MOST[finding.severity] for finding in mine if finding.by == "code"]
    return Score(
        deliverable=each.kind,
        task=each.task,
        item=item.id,
        question=item.question,
        by=item.by,
        score=None if value is None else min([value, *bounds]),
        reason=reason,
    )


def confidence(draft: ReviewDraft, findings: Sequence[Finding], given: Sequence[Score], *, simulated: bool) -> Rating:
    """How far the whole can be relied on: the model's word, the mean score, and what is open bound it."""
    rating = Rating(draft.confidence)
    known = [score.score for score in given if score.score is not None]
    if known:
        mean = sum(known) / len(known)
        rating.cap(mean, f"The mean score is {mean:.2f}")
    for severity in ORDER:
        count = sum(finding.severity == severity for finding in findings)
        rating.cap(TRUST[severity], f"Findings that are open: {count} {severity}", when=count > 0)
    rating.cap(SIMULATED_LIMIT, "The offline model wrote part of it", when=simulated)
    return rating


def numbered(findings: Sequence[Finding]) -> list[Finding]:
    """The most severe first, with their ids."""
    ordered = sorted(findings, key=lambda finding: ORDER.index(finding.severity))
    return [finding.model_copy(update={"id": f"F{number}"}) for number, finding in enumerate(ordered, start=1)]
