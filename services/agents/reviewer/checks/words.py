"""Texts: unfinished, full of markup, or meant for an agent instead of a reader."""

import re
from collections.abc import Iterator

from services.agents.reviewer.deliverables import Deliverable
from services.agents.reviewer.models import Finding, Severity

_PLACEHOLDER = re.compile(
    r"(?i:lorem ipsum)|\bTODO\b|\bTBD\b|\bFIXME\b|\bX{3,}\b|\[(?:insert|your|name|company|placeholder)[^\]]*\]"
    r"|\{[a-z][a-z0-9_]*\}|<placeholder>",
)
_MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|```|&(?:lt|gt|amp|quot|#\d+);|\]\(\s*javascript:", re.IGNORECASE
)
_TO_AGENTS = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|rules?|rubric)\b"
    r"|\breviewers?\s*[:,]|\b(?:dear|to the|attention)\s+reviewer"
    r"|\bapprove (?:everything|all|this)\b|\b(?:give|score|rate)\b.{0,30}\b(?:1\.0|10/10|full marks|highest score)",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[re.Pattern[str], Severity, str, str], ...] = (
    (_TO_AGENTS, "critical", "A text speaks to those who review it instead of its readers", "Take it out."),
    (_PLACEHOLDER, "major", "A placeholder was left in a text", "Write what belongs there."),
    (_MARKUP, "major", "A text holds left-over markup", "Write plain text."),
)
_LEFT_OVER = (_PLACEHOLDER, _MARKUP)
"""What the request says itself is meant, such as a label called TBD. A good review cannot be ordered that way."""
_AROUND = 80


def word_findings(deliverable: Deliverable, request: str) -> Iterator[Finding]:
    """One finding for each kind of fault, with its first place and how many there are."""
    texts, asked = list(deliverable.texts()), request.casefold()
    for pattern, severity, problem, suggestion in _KINDS:
        meant = asked if pattern in _LEFT_OVER else ""
        hits = [
            (text, hit)
            for text in texts
            if (hit := next((one for one in pattern.finditer(text) if one[0].casefold() not in meant), None))
        ]
        if hits:
            text, hit = hits[0]
            evidence = text[max(0, hit.start() - _AROUND) : hit.end() + _AROUND]
            more = f" ({len(hits)} places)" if len(hits) > 1 else ""
            yield deliverable.finding("text", severity, f"{problem}{more}", evidence=evidence, suggestion=suggestion)
