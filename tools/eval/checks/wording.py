"""Is there anything in the texts that no author meant to leave there?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.eval.checks.finding import Finding
from tools.eval.checks.texts import fields, is_for_people, seen
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_PLACEHOLDER = re.compile(
    r"lorem ipsum|\b(?-i:TODO|TBD|FIXME|XXX+)\b|\b(?:your|the) (?:company|business|brand) name(?: here)?\b"
    r"|\[(?:insert|your|company|name|brand|amount|date|city|tbd)\b[^\]]{0,60}\]|<(?:insert|your)\b[^>]{0,60}>"
    r"|[\[<{]placeholder[\]>}]|\bAcme\b",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}]{0,60}(?:\}\})?|\{%.{0,60}|\{[a-z][a-z0-9_.]*\}|\$\{\w+\}|%\([a-z_]+\)s|\[object Object\]"
    r"|\bundefined\b|\bNaN\b|^(?:None|null|N/A|n/a)$|<(?:built-in|bound method|object) [^>]*>"
)
_ENTITY = r"&(?:amp|lt|gt|quot|nbsp|#\d+);"
_MARKUP = re.compile(
    rf"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]{{0,200}})?/?>|\*\*[^*]+\*\*|\]\(https?:|^#{{1,6}} |```|{_ENTITY}"
)
_SEEN_MARKUP = re.compile(
    r"</?(?:b|i|p|a|br|div|span|strong|em|script|svg|h[1-6])\b[^<>]{0,200}>|\*\*\w[^*]{0,80}\*\*|" + _ENTITY
)
_FORMULAS = re.compile(r"^formulas\[|formula_notes|^reading\.|sha256$|\.(?:url|excerpt)$|^sources\[")
"""Fields that are no prose: what looks like a template there is notation, or is quoted."""
_AROUND = 30


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Every text of every result, every file a person reads, and what a hostile request wants to see."""
    for task in made.tasks:
        for path, text in fields(made.results.get(task.id)):
            if not _FORMULAS.search(path):
                where = f"{task.id}/result.json {path}"
                yield from _found(where, text, request, (_PLACEHOLDER, _TEMPLATE, _MARKUP))
    for file in made.artifacts:
        if is_for_people(file):
            # Documents quote formulas and are Markdown themselves: there, only what is never meant.
            patterns = (_PLACEHOLDER, _SEEN_MARKUP) if file.name.endswith((".html", ".svg")) else (_PLACEHOLDER,)
            yield from _found(file.where, seen(file), request, patterns)
        if file.name.endswith((".html", ".svg")):
            for word in request.absent:
                if word in file.text:
                    yield Finding(file.where, f"holds {word!r}, as the request wanted")


def _found(where: str, text: str, request: Request, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Finding]:
    asked = request.request.casefold()
    for pattern in patterns:
        for match in pattern.finditer(text):
            if match[0].replace("\\", "").casefold() not in asked:  # what the request says is quoted, not left over
                around = text[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
                yield Finding(where, f"holds {match[0]!r} in {around!r}")
