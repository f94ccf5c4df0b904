"""Domain values to stored bytes and back: JSON, readable in redis-cli, unknown fields ignored when reading."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.orchestrator.domain.events import Event, TaskTextStreamed
from services.orchestrator.domain.workflow import SCHEMA, Workflow

LEAVES_STATE = (TaskTextStreamed,)
"""Events after which the state is the same but for its sequence, which stands beside it: no need to write it again."""

_encoder = msgspec.json.Encoder()
_events = msgspec.json.Decoder(Event)
_workflows = msgspec.json.Decoder(Workflow)


def encode_event(event: Event) -> bytes:
    """The bytes of one log entry."""
    return _encoder.encode(event)


def decode_event(stored: bytes) -> Event:
    """The event of a log entry."""
    event: Event = _events.decode(stored)
    return event


def encode_workflow(workflow: Workflow) -> bytes:
    """The bytes of a workflow's state."""
    return _encoder.encode(workflow)


def decode_workflow(stored: bytes, sequence: int) -> Workflow:
    """The workflow as of `sequence`, which may be later than the stored state's own.

    What an older generation wrote becomes one of ours: so far each one only added fields that have defaults. A newer
    one keeps its number, so that whoever looks sees that it was written by a later release.
    """
    workflow: Workflow = _workflows.decode(stored)
    return replace(workflow, schema=max(workflow.schema, SCHEMA), sequence=sequence)
