"""One draft: the model is asked, its answer is checked, and what came of it is told in one value.

The client's own repair is switched off here: a draft that is no valid JSON, breaks the schema or is not sound is one
and the same thing, a refused draft, and each is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chassis.model import ErrorClass, ModelClient, ModelError, ModelRequest
from chassis.model import Usage as ModelUsage
from services.orchestrator.domain.commands import NoteDraft
from services.orchestrator.domain.outcomes import Usage
from services.orchestrator.domain.plan import Plan
from services.orchestrator.domain.plan_checks import Bounds, problems
from services.orchestrator.planner import prompt
from services.orchestrator.planner.draft import Estimate, PlanDraft, draft_model, plan_of, specs_of
from services.orchestrator.planner.knowledge import AgentFacts

PURPOSE = "plan workflow"
"""Of the model calls, in traces, logs and the offline model's ledger."""
MAX_TOKENS = 16_000
"""Most that one draft may be, thinking included."""
MAX_PROBLEM = 400
"""Characters of a problem that enter the run log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What came of one draft."""

    noted: NoteDraft
    plan: Plan | None = None
    hopeless: bool = False
    """Whether asking again would not help: the model is away, or time is up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """What all drafts of a plan share."""

    model: ModelClient
    request: str
    origin: Mapping[str, str]
    offered: Sequence[Plan]
    facts: Mapping[str, AgentFacts]
    estimate: Estimate
    again: prompt.Again | None = None
    """Why a plan is made anew; None for the first."""

    async def draft(
        self, bounds: Bounds, wrong: Sequence[str], seconds: float, stopped: Callable[[NoteDraft], None]
    ) -> Drafted:
        """Asks for a draft within so many seconds; `wrong` is what was wrong with the one before.

        `stopped` is told what was consumed when this is cancelled; the socket is closed by then.
        """
        spent: list[ModelUsage] = []
        done = False
        try:
            answer = await self.model.generate(self._question(bounds, wrong), deadline=seconds, on_usage=spent.append)
            done = True
        except ModelError as error:
            done = True
            told = [f"The answer is no plan: {problem}." for problem in error.problems] or [error.message]
            noted = NoteDraft(problems=tuple(map(_short, told)), usage=_usage(error.usage))
            return Drafted(noted=noted, hopeless=error.kind is not ErrorClass.INVALID_OUTPUT)
        finally:
            if not done and spent:
                used = sum(spent, ModelUsage())
                stopped(NoteDraft(problems=("It was stopped while it was made.",), usage=_usage(used)))
        template = next((plan for plan in self.offered if plan.template == answer.output.template), None)
        base = template or (self.offered[0] if self.offered else None)
        items = {task.id: task.items for task in answer.output.tasks}
        tasks = bounds.split(specs_of(answer.output.tasks, base, self.estimate), items)
        # The budget has paid for this draft already.
        unsound = problems(tasks, bounds.less(answer.usage.priced_usd))
        noted = NoteDraft(
            problems=tuple(_short(each.description) for each in unsound),
            usage=_usage(answer.usage),
            model=answer.model,
            simulated=answer.simulated,
        )
        if unsound:
            return Drafted(noted=noted)
        plan = plan_of(answer.output, tasks, bounds.kept, base, model=answer.model, simulated=answer.simulated)
        return Drafted(noted=noted, plan=plan)

    def _question(self, bounds: Bounds, wrong: Sequence[str]) -> ModelRequest[PlanDraft]:
        facts = list(self.facts.values())
        asked = prompt.ask(
            request=self.request,
            templates=self.offered,
            agents=facts,
            cost_usd=bounds.cost_usd,
            time=bounds.time,
            again=self.again,
        )
        return ModelRequest(
            output=draft_model(tuple(sorted(bounds.agents)), tuple(plan.template for plan in self.offered)),
            system=prompt.system_prompt(facts),
            prompt=f"{asked}\n\n{prompt.repair(wrong)}" if wrong else asked,
            max_tokens=MAX_TOKENS,
            purpose=PURPOSE,
            origin=self.origin,
        )


def _usage(usage: ModelUsage) -> Usage:
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        calls=usage.calls,
        cost_usd=usage.cost_usd,
        beside_usd=usage.beside_usd,
        price_date=usage.price_date,
        unpriced_models=usage.unpriced_models,
    )


def _short(problem: str) -> str:
    line = " ".join(problem.split())
    return line if len(line) <= MAX_PROBLEM else line[: MAX_PROBLEM - 1] + "…"
