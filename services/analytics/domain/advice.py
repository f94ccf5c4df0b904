"""Advice drawn from the measurements. Each rule says what it measured, and how much time its advice could save.

The saving orders the list: seconds of work done for nothing, of waiting beyond what is usual, or of running longer than
usual, over everything measured so far. With few measurements a rule is silent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.analytics.domain.histogram import Durations
from services.analytics.domain.numbers import AgentNumbers, TemplateNumbers, TotalNumbers

FEW = 10
"""Below so many measurements a rule is silent."""
FAILING_BELOW = 0.8
"""Share of attempts that should succeed."""
LONG_WAIT = 30.0
"""Seconds that 95 of 100 tasks should not wait longer than for an agent."""
UNEVEN = 4.0
"""Times the usual duration from which the slowest attempts stand out."""
SLOW_FROM = 60.0
"""Seconds below which nobody minds slow attempts."""
MUCH_WASTE = 0.15
"""Share of tokens that may be wasted."""
PEOPLE_SHARE = 0.5
"""Share of a workflow's duration that people may take."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice."""

    title: str
    reason: str
    subject: str
    """An agent type or a template; empty for all work."""
    saves: float
    """Seconds it could have saved so far."""


def advise(total: TotalNumbers, agents: Sequence[AgentNumbers], templates: Sequence[TemplateNumbers]) -> list[Advice]:
    """All advice, most valuable first."""
    found = [*_about_agents(agents), *_about_templates(templates), *_about_people(total)]
    return sorted(found, key=lambda advice: (-advice.saves, advice.subject, advice.title))


def _about_agents(agents: Iterable[AgentNumbers]) -> Iterator[Advice]:
    for agent in agents:
        for rule in (_failing, _waiting, _uneven, _wasteful):
            advice = rule(agent)
            if advice is not None:
                yield advice


def _failing(agent: AgentNumbers) -> Advice | None:
    tried = agent.attempts.succeeded + agent.attempts.failed
    if tried < FEW or agent.attempts.succeeded / tried >= FAILING_BELOW:
        return None
    return Advice(
        title=f"Find out why {agent.agent_type!r} fails",
        reason=f"{agent.attempts.failed} of {tried} attempts failed. Look at their failures in the run logs; with many "
        "rate limits or deadlines, lower the load or raise the timeout.",
        subject=agent.agent_type,
        saves=agent.attempts.failed * agent.duration.mean / _SECOND,
    )


def _waiting(agent: AgentNumbers) -> Advice | None:
    wait, usual = agent.wait, agent.duration.quantile(0.5)
    late = wait.quantile(0.95)
    if wait.count < FEW or late < LONG_WAIT * _SECOND or late < usual / 2:
        return None
    return Advice(
        title=f"Give {agent.agent_type!r} more replicas",
        reason=f"Tasks wait for it: 1 of 20 longer than {_span(late)}, while an attempt usually takes {_span(usual)} "
        f"({wait.count} waits measured).",
        subject=agent.agent_type,
        saves=max(wait.total / _SECOND - wait.count * LONG_WAIT / 2, 0.0),
    )


def _uneven(agent: AgentNumbers) -> Advice | None:
    duration = agent.duration
    usual, slow = duration.quantile(0.5), duration.quantile(0.95)
    if duration.count < 2 * FEW or slow < SLOW_FROM * _SECOND or slow < UNEVEN * usual:
        return None
    return Advice(
        title=f"Look at the slow attempts of {agent.agent_type!r}",
        reason=f"Half of its attempts take at most {_span(usual)}, but 1 of 20 takes longer than {_span(slow)} "
        f"({duration.count} measured). A shorter timeout would hand them to another instance sooner.",
        subject=agent.agent_type,
        saves=0.05 * duration.count * (slow - usual) / _SECOND,
    )


def _wasteful(agent: AgentNumbers) -> Advice | None:
    used, wasted = agent.usage.tokens, agent.waste.tokens
    if agent.attempts.ended < FEW or not used or wasted / used < MUCH_WASTE:
        return None
    cost = agent.waste.cost_usd
    told = f", {cost:.2f} US dollars," if cost is not None else ""
    return Advice(
        title=f"Stop the waste of {agent.agent_type!r}",
        reason=f"{wasted / used:.0%} of its tokens ({wasted:,}{told} of {used:,}) went into attempts that failed, were "
        "cancelled or thrown away. Say earlier what is wanted, or gate the task before it starts.",
        subject=agent.agent_type,
        saves=wasted / used * agent.duration.total / _SECOND,
    )


def _about_templates(templates: Iterable[TemplateNumbers]) -> Iterator[Advice]:
    for template in templates:
        tried = template.workflows.succeeded + template.workflows.failed
        if tried >= FEW and template.workflows.succeeded / tried < FAILING_BELOW:
            yield Advice(
                title=f"Mend {template.template!r}",
                reason=f"{template.workflows.failed} of {tried} of its workflows failed. See which of their tasks "
                "fail, and make those optional or give them more attempts.",
                subject=template.template,
                saves=template.workflows.failed * template.duration.mean / _SECOND,
            )


def _about_people(total: TotalNumbers) -> Iterator[Advice]:
    people, whole = total.people, total.duration
    if people.count >= FEW and whole.total and people.mean > PEOPLE_SHARE * whole.mean:
        yield Advice(
            title="Let the autopilot decide more",
            reason=f"A workflow waits {_span(people.mean)} for people on average, and takes {_span(whole.mean)} in "
            f"all ({people.count} measured). A policy that asks from a higher risk on asks less often.",
            subject="",
            saves=_waiting_for_people(people),
        )


def _waiting_for_people(people: Durations) -> float:
    return people.total / _SECOND


def _span(micros: float) -> str:
    seconds = micros / _SECOND
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
