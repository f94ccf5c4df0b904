"""Markdown out of text nobody has checked: escaped, in tables that stay tables.

Agents render their results for people with these few functions. Text from the model is escaped, so
that no answer can smuggle HTML, links or table cells into a document.
"""

import re
from collections.abc import Iterable, Sequence

from agent_sdk.evidence import Assumption, Source

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_LINE_START = re.compile(r"(?m)^(\s*)([-+#=]|\d+[.)](?=\s|$))")


def text(value: str) -> str:
    """Escape what Markdown or HTML would read as markup; keep line breaks."""
    escaped = _SPECIAL.sub(r"\\\1", value.strip())
    return _LINE_START.sub(lambda match: match[1] + match[2][:-1] + "\\" + match[2][-1], escaped)


def line(value: str) -> str:
    """The same on a single line, for headings, list items and table cells."""
    return text(" ".join(value.split()))


def bullets(items: Iterable[str]) -> str:
    """A list, one escaped item a line."""
    return "\n".join(f"- {line(item)}" for item in items)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """A table; cells arrive escaped (`line`) or trusted. Columns named in `right` hold numbers."""
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def sources(items: Sequence[Source]) -> str:
    """The sources as a table, or a sentence that there is none."""
    if not items:
        return "No source is cited: every figure above is an assumption."
    rows = [
        (
            f"[{line(item.title)}](<{item.url}>)" if item.url else line(item.title),
            line(item.publisher),
            item.date or "not known",
            line(item.supports),
        )
        for item in items
    ]
    return table(("Source", "Publisher", "Date", "Supports"), rows)


def assumptions(items: Sequence[Assumption]) -> str:
    """The assumptions as a table, or a sentence that none is stated."""
    if not items:
        return "None stated."
    return table(("Assumption", "Basis"), [(line(item.statement), line(item.basis)) for item in items])


def whole(value: float) -> str:
    """A number with thousands separated, without decimals: 1234567.4 becomes 1,234,567."""
    return f"{value:,.0f}"


def amount(value: float, currency: str) -> str:
    """An amount of money for people, short from a million on: EUR 1.2 million."""
    size = abs(value)
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= limit:
            return (
                f"{currency} {value / limit:,.3g} {word}"
                if size < limit * 100
                else f"{currency} {value / limit:,.0f} {word}"
            )
    return f"{currency} {whole(value)}"


def ranged(low: float, base: float, high: float) -> str:
    """A range around its most likely value."""
    return f"{compact(base)} ({compact(low)} to {compact(high)})"


def compact(value: float) -> str:
    """A number as it was stated: whole ones with thousands separated, others without trailing zeros."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0").rstrip(".")


SIMULATED = (
    "> **Simulated.** The offline model wrote this: the texts and figures show the form of the result, not facts. "
    "Set ANTHROPIC_API_KEY for a real answer."
)
"""Opens every document any part of which the offline model wrote."""


def confidence(value: float, reasons: Sequence[str]) -> str:
    """The confidence in a result, and why it is not higher."""
    head = f"{value:.0%} by the agent's own rating" + (", lowered by rule:" if reasons else ".")
    return f"{head}\n\n{bullets(reasons)}" if reasons else head
