"""The dossier as one Markdown file: the same chapters as the page, tables where the page has charts.

Every text of others is escaped by `agent_sdk.markdown`, so that it stays text.
"""

import re
from collections.abc import Iterator, Sequence

from agent_sdk import markdown as md
from agent_sdk.task_input import RESULT_FILE
from services.agents.dossier.book import Book
from services.agents.dossier.document.brand import brand_text
from services.agents.dossier.document.market import market_text
from services.agents.dossier.document.plan import plan_text, risk_text
from services.agents.dossier.document.review import review_text
from services.agents.dossier.entries import Entry, Figure
from services.agents.dossier.evidence import Evidence
from services.agents.dossier.material import File, Material, Part
from services.agents.dossier.summary import Summary
from services.agents.dossier.wording import SIMULATED_PLAN, formula, long_date, percent, simulated_notice, size

_PLAIN_ID = re.compile(r"[a-z0-9_.]+")
"""Ids that may stand as code; others are left out, as the text of others they are."""


def render_markdown(book: Book) -> str:
    """The whole document."""
    material = book.material
    parts = [
        *_cover(book),
        *_summary(book.summary),
        *(market_text(book.market, book.evidence) if book.market else ()),
        *(brand_text(book.brand) if book.brand else ()),
        *(plan_text(book.plan) if book.plan else ()),
        *(risk_text(book.risks) if book.risks else ()),
        *(review_text(material.review) if material.review else ()),
        *(
            _evidence(book.evidence)
            if book.evidence.figures or book.evidence.statements or book.evidence.sources
            else ()
        ),
        *_appendix(material),
        *_making(material),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _cover(book: Book) -> Iterator[str]:
    material = book.material
    yield f"# {md.line(material.title)}"
    if material.brand and material.brand.tagline:
        yield f"*{md.line(material.brand.tagline)}*"
    head, rest = simulated_notice(material.simulated, material.used)
    if head:
        yield f"> **{head}** {md.line(rest)}"
    certain = f" · Confidence {percent(material.confidence * 100)}" if material.confidence else ""
    yield f"Business dossier · {long_date(material.day)}{certain}"
    if material.request:
        yield "**The request**"
        yield "\n".join(f"> {md.text(row)}" for row in material.request.splitlines() if row.strip())


def _summary(summary: Summary) -> Iterator[str]:
    if not summary.lead and not summary.findings:
        return
    yield "## Summary"
    if summary.lead:
        yield f"**{md.line(summary.lead)}**"
    if summary.figures:
        rows = [(md.line(each.label), md.line(each.value), md.line(each.note)) for each in summary.figures]
        yield md.table(("Figure", "Value", ""), rows)
    for finding in summary.findings:
        yield f"**{md.line(finding.title)}.** {md.line(finding.text)}"
    if summary.checks:
        yield "### Look at this before you rely on it"
        yield md.bullets(summary.checks)
    if summary.next_steps:
        yield "### The next thirty days"
        yield "\n".join(f"{number}. {md.line(step)}" for number, step in enumerate(summary.next_steps, start=1))


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield "## About these numbers"
    titles = {"Market size": "Inputs of the market size", "Projection": "Inputs of the projection"}
    for group, title in titles.items():
        rows = [_input(each) for each in evidence.figures if each.group == group]
        if rows:
            yield f"### {title}"
            yield md.table(("Input", "Value", "Evidence", "Basis"), rows, right=(1,))
    if evidence.formulas:
        yield "### Formulas"
        yield md.table(
            ("Figure", "Formula"), [(md.line(name), md.line(formula(text))) for name, text in evidence.formulas]
        )
    if evidence.statements:
        yield "### Also assumed"
        stated = [(md.line(each.statement), md.line(each.basis), md.line(each.chapter)) for each in evidence.statements]
        yield md.table(("Assumption", "Basis", "In"), stated)
    yield "### Sources"
    yield _sources(evidence.sources)


def _input(figure: Figure) -> tuple[str, ...]:
    shown = f"{figure.shown} ({figure.span})" if figure.span else figure.shown
    cited = f"{md.line(figure.basis)} [{figure.source}]" if figure.source else md.line(figure.basis)
    label = f"{md.line(figure.label)} (`{figure.id}`)" if _PLAIN_ID.fullmatch(figure.id) else md.line(figure.label)
    return label, md.line(shown), md.line(figure.evidence), cited


def _sources(sources: Sequence[Entry]) -> str:
    if not sources:
        return "No source is cited: every figure above is an assumption."
    rows = [
        (
            str(each.number),
            f"[{md.line(each.title)}](<{each.url}>)" if each.url else md.line(each.title),
            md.line(each.publisher),
            md.line(each.date) or "not known",
            md.line(each.seen) or "no",
            md.line("; ".join(each.supports)),
            md.line(", ".join(each.used_by)),
        )
        for each in sources
    ]
    table = md.table(("No.", "Source", "Publisher", "Date", "Read", "For", "Used in"), rows, right=(0,))
    quotes = "\n".join(f"- [{each.number}] “{md.line(each.excerpt)}”" for each in sources if each.excerpt)
    return f"{table}\n\nWhat was cited of them:\n\n{quotes}" if quotes else table


def _appendix(material: Material) -> Iterator[str]:
    if material.appendix:
        yield "## Appendix"
    for part in material.appendix:
        files = (each for each in part.files if each.name != RESULT_FILE)
        yield f"### {md.line(part.title)}{' (simulated)' if part.simulated else ''}"
        if part.outside:
            yield f"From outside: {md.line(part.outside)}."
        yield "\n".join(f"- {_linked(each)}: {md.line(each.title)} ({size(each.size)})" for each in files)


def _linked(file: File) -> str:
    return f"[{md.line(file.name)}](<{file.address}>)" if file.address else md.line(file.name)


def _making(material: Material) -> Iterator[str]:
    yield "## About this dossier"
    if material.plan_simulated:
        yield f"> {SIMULATED_PLAN}"
    if material.parts:
        yield "### Who did what"
        yield md.table(("Task", "Agent", "Confidence", "Files"), [_task(part) for part in material.parts])
    if material.feedback:
        yield "### Feedback on earlier versions"
        yield md.bullets(material.feedback)
    yield "### What is missing"
    yield md.bullets(material.left_out) or "Nothing: every part of every result was understood and shown or listed."
    yield (
        f"Composed by code on {long_date(material.day)} from the results of workflow {md.line(material.workflow)}. "
        "Contrasts, market sizes and projections are computed; texts are the agents'."
    )


def _task(part: Part) -> tuple[str, ...]:
    title = f"{md.line(part.title)} ({md.line(part.task)})" + ("" if part.fate == "used" else f": {part.fate}")
    agent = md.line(part.agent_type) + (" (simulated)" if part.simulated else "")
    agent += f", from outside: {md.line(part.outside)}" if part.outside else ""
    certain = percent(part.confidence * 100) if part.confidence is not None else "not stated"
    reasons = "; ".join(md.line(reason) for reason in part.confidence_reasons)
    files = [f"{md.line(file.name)} ({size(file.size)})" for file in part.files]
    more = [f"{part.more_files} more"] if part.more_files else []
    return title, agent, f"{certain}: {reasons}" if reasons else certain, ", ".join([*files, *more])
