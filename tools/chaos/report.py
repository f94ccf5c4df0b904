"""What is told at the end, to people and to programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.chaos.judges import Verdict

TOLD = 30
"""Broken promises that are told one by one."""
KEPT = "nothing was lost, nothing finished ran twice, every stream was whole"


@dataclass(slots=True)
class Report:
    """What came of a run."""

    verdict: Verdict
    seconds: float
    faults: Mapping[str, int] | None = None
    """How often each was inflicted; None when there were none to be."""
    growth: tuple[float, int] | None = None
    """By how much a process grew at most, in megabytes and in open files; None when nobody looked."""
    tasks: int | None = None
    """The most asyncio tasks that a process had left at the end; None when nobody looked."""
    waited: float | None = None
    """Seconds that a workflow was due and taken by nobody at most; None when nobody looked."""
    unseen: tuple[str, ...] = field(default=())
    """What could not be judged, and why."""

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.verdict.violations

    def lines(self) -> Iterator[str]:
        """For people."""
        verdict = self.verdict
        yield f"took       {self.seconds:.0f} s"
        yield f"workflows  {_counted(verdict.states)}"
        if self.faults is not None:
            yield f"faults     {sum(self.faults.values())}: {_counted(self.faults)}"
        yield f"paid       {_counted(verdict.faults_paid)}"
        yield f"stood      {verdict.silence:.0f} s at most, without anything happening in a workflow"
        if self.waited is not None:
            yield f"waited     {self.waited:.0f} s at most, due and taken by nobody"
        if self.growth is not None:
            yield f"grew       {self.growth[0]:.0f} MB and {self.growth[1]} open files at most, of any process"
        if self.tasks is not None:
            yield f"left       {self.tasks} asyncio tasks at most, in any process with nothing left to do"
        for what in self.unseen:
            yield f"? {what}"
        for violation in verdict.violations[:TOLD]:
            yield f"✗ {violation}"
        if len(verdict.violations) > TOLD:
            yield f"✗ and {len(verdict.violations) - TOLD} more"
        if self.kept:
            yield f"✓ {KEPT}"

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "kept": self.kept,
            "seconds": round(self.seconds, 1),
            "states": dict(self.verdict.states),
            "paid": dict(self.verdict.faults_paid),
            "longestSilence": round(self.verdict.silence, 1),
            "faults": None if self.faults is None else dict(self.faults),
            "growth": None if self.growth is None else {"megabytes": round(self.growth[0], 1), "files": self.growth[1]},
            "tasksLeft": self.tasks,
            "longestWait": None if self.waited is None else round(self.waited, 1),
            "unseen": list(self.unseen),
            "violations": self.verdict.violations,
        }


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
