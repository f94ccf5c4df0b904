"""Stories told straight to the reducer, without a stream."""

from services.analytics.convert_events import event_from
from services.analytics.domain.events import Event
from services.analytics.domain.measured import Measured
from services.analytics.domain.numbers import (
    AgentNumbers,
    TemplateNumbers,
    TotalNumbers,
    agent_of,
    template_of,
    total_of,
)
from services.analytics.domain.reduce import fold
from services.analytics.domain.tally import TOTAL, Series, Tally
from services.analytics.store.stream import Entry
from tests.support.event_stream import Story

TEMPLATE = "templates/standard-business"


def events(story: Story) -> list[Event]:
    """The story's events as they are counted."""
    raw = [
        Entry("1-1", {k.encode(): v if isinstance(v, bytes) else v.encode() for k, v in entry.items()})
        for entry in story.entries
    ]
    return [event_from(entry)[2] for entry in raw]


def told(story: Story) -> tuple[Measured, Tally]:
    """What the story comes to."""
    workflow, tally = fold(None, events(story))
    assert workflow is not None
    return workflow, tally


def total(tally: Tally) -> TotalNumbers:
    return total_of({**tally.counts[TOTAL], **tally.peaks[TOTAL]})


def agent(tally: Tally, agent_type: str = "branding") -> AgentNumbers:
    series = Series("agent", agent_type)
    return agent_of(agent_type, {**tally.counts[series], **tally.peaks[series]})


def template(tally: Tally) -> TemplateNumbers:
    series = Series("template", TEMPLATE)
    return template_of(TEMPLATE, {**tally.counts[series], **tally.peaks[series]})
