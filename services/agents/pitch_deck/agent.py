"""The pitch deck agent: the model writes the words, code puts in the numbers and sets the slides, twice.

`figures.py` finds every number in the results of others, `wording.py` keeps all others out, `deck.py` joins both;
`page.py` sets the deck as HTML, `paper.py` as PDF.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from agent_sdk import Agent, AgentCard, InputError, Outcome, TaskContext, TaskInput
from chassis.clock import utc_now
from services.agents.pitch_deck import prompt
from services.agents.pitch_deck.deck import assemble, names_in
from services.agents.pitch_deck.figures import BRAND, PLAN, RESEARCH, Result, traced_figures
from services.agents.pitch_deck.look import look_of
from services.agents.pitch_deck.models import DeckDraft, PitchDeck
from services.agents.pitch_deck.page import render_html
from services.agents.pitch_deck.paper import render_pdf
from services.agents.pitch_deck.wording import complaints, untraced


class PitchDeckAgent(Agent[PitchDeck]):
    """Turns research, brand and plan into slides."""

    card = AgentCard(
        type="pitch_deck",
        title="Pitch deck",
        description="Turns market research, brand and business plan into ten to twelve slides for investors, with "
        "speaker notes: one HTML file that opens offline, and a PDF. Every number leads to a result.",
        version="1",
        capabilities=("pitch_deck", "slides"),
        consumes=(RESEARCH, BRAND, PLAN),
        output=PitchDeck,
        capacity=4,
        uses_model=True,
    )

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[PitchDeck]:
        """Ask for the words, join them with the figures, set them."""
        results = _results(context, task)
        figures = traced_figures(results)
        await context.progress(0.1, f"{len(figures)} figures at hand; writing the story")
        answer = await context.model.generate(
            DeckDraft,
            system=prompt.SYSTEM,
            prompt=prompt.question(task, results, figures),
            purpose="pitch deck",
            check=complaints(untraced(names_in(results))),
        )

        await context.progress(0.7, "Putting in the numbers, setting the slides")
        deck = assemble(answer.output, results, figures, simulated=answer.simulated)
        brand = results.get(BRAND)
        look = look_of(task.inputs.get(BRAND), brand.values if brand else None)
        now = self._now()
        pdf = await asyncio.to_thread(render_pdf, deck, look, now)
        title = f"Pitch deck: {deck.name}"
        await context.artifact(
            "pitch-deck.html", render_html(deck, look, now.date()), media_type="text/html", title=title
        )
        await context.artifact("pitch-deck.pdf", pdf, media_type="application/pdf", title=title)
        return Outcome(
            output=deck,
            summary=f"{deck.name}: {len(deck.slides) + 1} slides. {deck.one_liner}",
            confidence=deck.confidence,
            simulated=deck.simulated,
        )


def _results(context: TaskContext, task: TaskInput) -> dict[str, Result]:
    """What can be read of the results this agent makes use of."""
    found = {}
    for kind in (RESEARCH, BRAND, PLAN):
        output = task.inputs.get(kind)
        if output is None:
            continue
        try:
            values = output.json()
        except InputError as error:
            context.log.warning("a result cannot be read", agent_type=kind, error=str(error))
            continue
        found[kind] = Result(values, simulated=output.simulated or values.get("simulated") is True)
    return found
