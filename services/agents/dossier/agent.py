"""The dossier agent: gathers what earlier tasks made and composes one dossier of it. No model, only code.

It is the last task of most workflows, so it is written never to be the one that fails: whatever
cannot be read is left out and named in the dossier itself.
"""

from collections.abc import Callable
from datetime import datetime

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput
from chassis.clock import utc_now
from services.agents.dossier.book import Book, compose
from services.agents.dossier.document.whole import render_markdown
from services.agents.dossier.material import CHAPTERS, gather
from services.agents.dossier.models import HTML_FILE, MARKDOWN_FILE, Dossier, in_short
from services.agents.dossier.page import render_html
from services.agents.dossier.wording import counted, joined


class DossierAgent(Agent[Dossier]):
    """Composes the dossier."""

    card = AgentCard(
        type="dossier",
        title="Dossier composer",
        description="Composes one dossier of everything the other agents made: a page that opens offline and prints, "
        "with logo, palette, charts, assumptions and sources, and the same as Markdown. Works without a model.",
        version="1",
        capabilities=("dossier", "report"),
        consumes=tuple(CHAPTERS),
        output=Dossier,
        capacity=8,
        uses_model=False,
    )

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Dossier]:
        """Gather, compose, render twice."""
        await context.progress(0.1, "Reading what the other tasks made")
        material = gather(task, day=self._now().date())
        await context.progress(0.4, "Drawing charts and composing chapters")
        book = compose(material)
        await context.progress(0.7, "Setting the page")
        title = f"Business dossier: {material.title}" if material.title != "Business dossier" else material.title
        await context.artifact(HTML_FILE, render_html(book), media_type="text/html", title=title)
        await context.artifact(MARKDOWN_FILE, render_markdown(book), media_type="text/markdown", title=title)
        dossier = in_short(book)
        context.log.info("dossier composed", chapters=len(dossier.chapters), missing=len(dossier.missing))
        return Outcome(
            output=dossier,
            summary=summary_line(book),
            confidence=dossier.confidence,
            simulated=dossier.simulated,
        )


def summary_line(book: Book) -> str:
    """The dossier in one line."""
    names = [
        name
        for kind, name in CHAPTERS.items()
        if any(part.agent_type == kind and part.fate == "used" for part in book.material.parts)
    ]
    beside = [part.title for part in book.material.appendix]
    if names:
        of = f"of {joined(names).lower()}, {counted(len(book.evidence.sources), 'source')}"
    elif beside:
        of = f"that lists the files of {joined(beside).lower()}"
    else:
        of = "without any result to compose from"
    return f"{book.material.title}: a dossier {of}"
