"""The reviewer agent: code checks what can be checked, the model judges the rest, what is severe is sent back once."""

import asyncio
from collections.abc import Sequence

from agent_sdk import Agent, AgentCard, InputError, Outcome, TaskContext, TaskInput
from agent_sdk.settings import model_id
from services.agents.reviewer import checks, prompt
from services.agents.reviewer.deliverables import deliverables
from services.agents.reviewer.models import Finding, Review, ReviewDraft
from services.agents.reviewer.render import render
from services.agents.reviewer.scoring import confidence, numbered, scores
from services.agents.reviewer.settings import ReviewSettings

SEVERE = ("critical", "major")
"""What is sent back."""
MOST_FINDINGS = 60
"""Kept; the most severe."""
MOST_SENT = 10
"""Findings sent back to one task."""


class ReviewerAgent(Agent[Review]):
    """Reviews what the other agents made."""

    card = AgentCard(
        type="reviewer",
        title="Reviewer",
        description="Reviews what the other agents made by a rubric: sums, sources, contrast, names, prices and "
        "consistency by code, argument and tone by judgement. Sends severe findings back once, and says what is open. "
        "Goes right before the dossier and depends on all that it reviews.",
        version="1",
        capabilities=("review",),
        consumes=("market_research", "branding", "business_plan", "pitch_deck"),
        output=Review,
        capacity=4,
        uses_model=True,
    )

    def __init__(self, settings: ReviewSettings | None = None) -> None:
        self._settings = settings or ReviewSettings()

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Review]:
        """Code first, then one question to the model, then what becomes of it."""
        first = _first_look(task)
        all_, broken = deliverables(task)
        if not all_ and not broken:
            raise InputError("There is nothing to review: the task depends on no deliverable.", reason="INPUT_MISSING")
        await context.progress(0.1, f"Checking {len(all_)} deliverables by code")
        found = [*broken, *await asyncio.to_thread(checks.findings, all_, task.request)]
        await context.progress(0.4, f"Found by code: {len(found)}; judging argument, place and tone")
        answer = await context.model.generate(
            ReviewDraft,
            system=prompt.SYSTEM,
            prompt=prompt.review_prompt(task.request, task.instructions, task.feedback, all_, found),
            purpose="review",
            model=model_id(self._settings.judging_model),
            check=lambda draft: prompt.objections(draft, all_),
        )
        draft = answer.output
        findings = numbered([*found, *prompt.judged(draft, all_)])[:MOST_FINDINGS]
        simulated = answer.simulated or any(each.simulated for each in task.inputs_by_task.values())
        given = scores(all_, findings, draft)
        rating = confidence(draft, findings, given, simulated=simulated)
        back = _by_task(findings) if task.earlier is None else {}
        review = Review(
            headline=draft.headline,
            look=1 if task.earlier is None else 2,
            scores=given,
            findings=findings,
            mended=_mended(first, findings),
            sent_back=first.sent_back if first else list(back),
            confidence=rating.value,
            confidence_reasons=rating.reasons,
            simulated=simulated,
        )
        for name, faults in back.items():
            await context.send_back(name, feedback(faults))
        await context.progress(0.95, headline(review))
        await context.artifact("review.md", render(review), media_type="text/markdown", title="Review")
        return Outcome(output=review, summary=headline(review), confidence=review.confidence, simulated=simulated)


def feedback(findings: Sequence[Finding]) -> str:
    """What the task is told that made it: each finding with where it stands and what to do."""
    return "\n".join(
        f"- {each.problem}." + (f" It says: “{each.evidence}”." if each.evidence else "") + f" {each.suggestion}"
        for each in findings
    )


def headline(review: Review) -> str:
    """The review in one line."""
    counts = [f"{n} {word}" for word in (*SEVERE, "minor") if (n := sum(f.severity == word for f in review.findings))]
    mended = f", {len(review.mended)} mended" if review.mended else ""
    look = " after the revision" if review.look == 2 else ""
    findings = "finding" if len(review.findings) == 1 else "findings"
    return f"{', '.join(counts) or 'no'} {findings} open{look}{mended}; confidence {review.confidence:.2f}"


def _by_task(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The severe findings of each task, so many at most."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        if each.severity in SEVERE and len(found.setdefault(each.task, [])) < MOST_SENT:
            found[each.task].append(each)
    return {task: faults for task, faults in found.items() if faults}


def _mended(earlier: Review | None, findings: Sequence[Finding]) -> list[Finding]:
    """What was sent back and is not found any more, by question of the rubric."""
    if earlier is None:
        return []
    still = {(each.task, each.item) for each in findings}
    return [each for each in earlier.findings if each.task in earlier.sent_back and (each.task, each.item) not in still]


def _first_look(task: TaskInput) -> Review | None:
    """The first review, when there was one and it can be read."""
    try:
        return task.earlier.parse(Review) if task.earlier else None
    except InputError:
        return None
