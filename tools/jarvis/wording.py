"""How times, tokens, money and states are said. Pure, so that every command says them alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis.view import Spending, TaskState, WorkflowState

_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_CHANGES = {"new": "+", "gone": "−", "changed": "~", "as before": "="}

TASK_MARKS: dict[TaskState, tuple[str, str, str]] = {
    TaskState.PENDING: ("·", "bright_black", "waits"),
    TaskState.READY: ("○", "cyan", "waits for an agent"),
    TaskState.AWAITING_APPROVAL: ("◆", "yellow", "waits for your approval to start"),
    TaskState.RUNNING: ("●", "blue", "works"),
    TaskState.AWAITING_REVIEW: ("◆", "yellow", "its result waits for your approval"),
    TaskState.RETRY_WAIT: ("↻", "yellow", "is tried again"),
    TaskState.SUCCEEDED: ("✓", "green", "done"),
    TaskState.FAILED: ("✗", "red", "failed"),
    TaskState.SKIPPED: ("–", "bright_black", "skipped"),
    TaskState.CANCELLED: ("■", "bright_black", "cancelled"),
    TaskState.UNSPECIFIED: ("?", "bright_black", "in a state this program does not know"),
}
"""Glyph, colour and words for each state of a task."""

WORKFLOW_MARKS: dict[WorkflowState, tuple[str, str, str]] = {
    WorkflowState.PLANNING: ("○", "cyan", "planning"),
    WorkflowState.AWAITING_APPROVAL: ("◆", "yellow", "waits for you"),
    WorkflowState.RUNNING: ("●", "blue", "running"),
    WorkflowState.PAUSED: ("‖", "yellow", "paused"),
    WorkflowState.SUCCEEDED: ("✓", "green", "done"),
    WorkflowState.FAILED: ("✗", "red", "failed"),
    WorkflowState.CANCELLED: ("■", "bright_black", "cancelled"),
    WorkflowState.UNSPECIFIED: ("?", "bright_black", "unknown"),
}
"""Glyph, colour and word for each state of a workflow."""


def span(seconds: float) -> str:
    """How long: `0.4 s`, `12 s`, `3:05`, `1:02:07`."""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def between(start: datetime | None, end: datetime | None) -> str:
    """How long from one moment to the other; empty when one is missing."""
    return span((end - start).total_seconds()) if start and end else ""


def day(at: datetime | None) -> str:
    """Local day and time: `23 Nov 14:05`; empty when there is none."""
    return at.astimezone().strftime("%d %b %H:%M") if at else ""


def tokens(count: int) -> str:
    """`812`, `12.4k`, `3.1M`."""
    if count < 1000:
        return str(count)
    if count < 999_950:
        return f"{count / 1000:.1f}k"
    return f"{count / 1_000_000:.1f}M"


def money(cost: float | None) -> str:
    """`$0.034`, `$12.40`; `unknown` when a price is not known. Something is never told as nothing."""
    if cost is None:
        return "unknown"
    if 0 < cost < 0.0005:
        return "< $0.001"
    return f"${cost:.3f}" if 0 < cost < 1 else f"${cost:.2f}"


def cost(spending: Spending) -> str:
    """What calls cost: `$0.034`; `≥ $0.034` when some have no price; `unknown` when none has."""
    if spending.cost_usd is None and spending.priced_usd > 0:
        return f"≥ {money(spending.priced_usd)}"
    return money(spending.cost_usd)


def first_of(texts: Sequence[str], most: int = 200) -> str:
    """The first of several texts in one line, and how many more there are."""
    more = f" (and {len(texts) - 1} more)" if len(texts) > 1 else ""
    return one_line(texts[0], most) + more


def plan_change(line: str) -> tuple[str, str]:
    """A glyph and the words of a line of Markdown that tells what differs from the plan before."""
    words = one_line(line.removeprefix("- ").replace("**", ""), 300)
    return _CHANGES.get(words.partition(":")[0], "·"), words


def expected(cost_usd: float) -> str:
    """What work is expected to cost; nothing expected is nothing known."""
    return money(cost_usd or None)


def estimate(cost_usd: float, seconds: float) -> str:
    """What work is expected to take: `about 2:10, $0.60`; what nobody estimated is unknown."""
    return f"about {span(seconds) if seconds else 'an unknown time'}, {money(cost_usd) if cost_usd else 'cost unknown'}"


def spent(spending: Spending) -> str:
    """Tokens and cost in one breath; empty when there was no call."""
    if not spending.calls and not spending.tokens:
        return ""
    known = cost(spending)
    return f"{tokens(spending.tokens)} tokens, {'cost unknown' if known == money(None) else known}"


def prices(day: str) -> str:
    """Which prices costs were counted by; empty when none was used."""
    return f"prices of {one_line(day, 20)}" if day else ""


def count(number: int, word: str) -> str:
    """`1 task`, `3 tasks`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def one_line(text: str, most: int = 200) -> str:
    """Text from elsewhere in one line: no control characters, no more than `most`."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def instance(name: str) -> str:
    """An instance's name short enough for a column: `branding-…k3m9x2`."""
    kind, dash, unique = name.rpartition("-")
    return f"{kind}{dash}…{unique[-6:]}" if len(unique) > 9 else name


def clean(text: str) -> str:
    """Text from elsewhere without what would move the cursor, ring the bell or turn the writing around."""
    return _CONTROL.sub("", text)


def parse_span(source: str, text: str) -> timedelta | None:
    """`90`, `90s`, `5m`, `1h30m`; empty is None. Raises InvalidArgument."""
    if not text:
        return None
    match = _SPAN.fullmatch(text.strip().lower())
    hours, minutes, seconds = (float(part or 0) for part in (match.groups() if match else ("", "", "")))
    found = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < found <= timedelta(days=30):
        raise InvalidArgument(FieldViolation(source, f"{text!r} is no time; write 90s, 5m or 1h30m, at most 720h"))
    return found
