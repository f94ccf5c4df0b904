"""Scaling as a person reads it: how agents stand, what was decided, and why."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.duration_pb2 import Duration
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from rich.console import Group, RenderableType
from rich.text import Text

from tools.jarvis import wording
from tools.jarvis.policy_fields import fields_of
from tools.jarvis.snapshot import moment
from tools.jarvis.tables import Cell, table

_HELD = ("PAUSED", "PINNED")
_INPUTS = ("in_flight", "queued", "predicted")


def status_drawing(answer: pb.GetScalingStatusResponse) -> RenderableType:
    """One line for each agent type."""
    if not answer.agents:
        return Text("No agent is known to the scaler yet. `jarvis agents` lists those that run.", style="bright_black")
    rows: list[list[Cell]] = []
    for agent in answer.agents:
        decision = agent.decision
        values = {one.name: one for one in decision.inputs}
        rows.append(
            [
                agent.agent_type,
                _replicas(agent),
                Text(mode_word(agent.mode), style="yellow" if mode_word(agent.mode).upper() in _HELD else ""),
                *(_value(values.get(name)) for name in _INPUTS),
                f"{agent.policy.min_replicas}–{agent.policy.max_replicas}",
                wording.one_line(decision.explanation or "nothing was decided yet"),
            ]
        )
    head = ["agent", "replicas", "mode", "in hand", "queued", "expected", "bounds", "decision"]
    drawn = table(head, rows, right=["in hand", "queued", "expected"], shrinks=["decision"])
    return Group(drawn, Text(), Text(_who_writes(answer), style="bright_black"))


def decisions_table(decisions: Sequence[pb.ScalingDecision]) -> RenderableType:
    """One line for each decision."""
    if not decisions:
        return Text("Nothing was decided yet.", style="bright_black")
    rows: list[list[Cell]] = [
        [
            Text(wording.day(moment(one.time)), style="bright_black"),
            one.agent_type,
            _change(one.current_replicas, one.desired_replicas),
            reason_word(one),
            _done(one),
            wording.one_line(one.explanation.partition(": ")[2] or one.explanation),
        ]
        for one in decisions
    ]
    return table(["when", "agent", "replicas", "reason", "done", "because"], rows, shrinks=["because"])


def explanation(answer: pb.ExplainScalingResponse) -> RenderableType:
    """What would be decided now, what it rests on, how it came about, and what would change it."""
    decision = answer.decision
    head = Text.assemble((decision.agent_type, "bold"), f"  {wording.one_line(decision.explanation, 400)}")
    facts = f"{reason_word(decision)} · mode {mode_word(decision.mode)} · policy version {decision.policy_version}"
    parts: list[RenderableType] = [head, Text(facts, style="bright_black"), Text()]
    inputs = [[one.name, _value(one), _age(one)] for one in decision.inputs]
    parts += [table(["it rests on", "", "age"], inputs, right=["", "age"]), Text()]
    steps: list[list[Cell]] = [
        [step.name, _change(step.before, step.after), wording.one_line(step.note, 300)] for step in decision.steps
    ]
    parts.append(table(["step", "replicas", "because"], steps, shrinks=["because"]))
    if decision.HasField("deployed_replicas") and decision.deployed_replicas != decision.desired_replicas:
        told = f"The Deployment is at {decision.deployed_replicas} meanwhile: what goes drains first."
        parts += [Text(), Text(told, style="bright_black")]
    if decision.victims:
        parts += [Text(), Text(f"Chosen to go: {', '.join(decision.victims)}", style="yellow")]
    if answer.what_would_change_it:
        parts += [Text(), Text("What would change it", style="bright_black")]
        parts += [Text(f"→ {wording.one_line(line, 300)}") for line in answer.what_would_change_it]
    return Group(*parts)


def policy_drawing(policy: pb.ScalingPolicy, changed: Sequence[str] = ()) -> RenderableType:
    """Every field with its value; those that were changed stand out."""
    rows: list[list[Cell]] = [
        [path, Text(value, style="green" if path.partition(".")[0] in changed else "")]
        for path, value in fields_of(policy)
    ]
    name = policy.name.removeprefix("scalingPolicies/")
    head = Text.assemble((name, "bold"), (f"  policy version {policy.version}", "bright_black"))
    return Group(head, table(["", ""], rows))


def mode_word(mode: pb.ScalingMode) -> str:
    """`native`, `observe`, ..."""
    return pb.ScalingMode.Name(mode).removeprefix("SCALING_MODE_").lower()


def reason_word(decision: pb.ScalingDecision) -> str:
    """`demand above target`, ..."""
    return pb.DecisionReason.Name(decision.reason).removeprefix("DECISION_REASON_").lower().replace("_", " ")


def _who_writes(answer: pb.GetScalingStatusResponse) -> str:
    if not answer.cluster:
        return "No Kubernetes API is reached: the scaler computes what it would do, and writes nothing."
    return f"{answer.leader} leads and writes." if answer.leader else "Nobody leads at this moment."


def _done(decision: pb.ScalingDecision) -> str:
    """The mode, and what the cluster said to it: `native, written`, `observe, not written`."""
    changes = decision.current_replicas != decision.desired_replicas
    result = decision.result or ("not written" if changes and not decision.applied else "")
    return ", ".join(filter(None, (mode_word(decision.mode), wording.one_line(result, 40))))


def _replicas(agent: pb.ScalingStatus) -> Text:
    if not agent.HasField("current_replicas"):
        return Text("?", style="yellow")
    return _change(agent.current_replicas, agent.desired_replicas)


def _change(before: float, after: float) -> Text:
    if before == after:
        return Text(f"{before:g}")
    return Text(f"{before:g} → {after:g}", style="green" if after > before else "cyan")


def _value(one: pb.ScalingInput | None) -> Cell:
    if one is None or not one.HasField("value"):
        return Text("?", style="yellow")
    return f"{one.value:.4g}"


def _age(one: pb.ScalingInput) -> Cell:
    return _span(one.age) if one.HasField("age") else Text("unknown", style="yellow")


def _span(duration: Duration) -> str:
    return wording.span(duration.ToTimedelta().total_seconds())
