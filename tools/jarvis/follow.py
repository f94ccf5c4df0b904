"""Follows a workflow to its end over connections that may break.

After every message the cursor is kept; a broken stream is taken up again after it, with growing rests. When
nothing at all arrives for `PATIENCE` seconds of trying, the error is the caller's. A stream that ends although the
workflow has not (a server that shuts down) is taken up again in the same way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import DeadlineExceeded, HeyJarvisError, Internal, ResourceExhausted, Unavailable
from tools.jarvis.client import Client, NotReachable
from tools.jarvis.snapshot import workflow_state

PATIENCE = 60.0
"""Seconds without any message after which a broken connection is given up."""
_FIRST_REST = 0.2
_LONGEST_REST = 5.0
_PASSING = (Unavailable, DeadlineExceeded, Internal, ResourceExhausted)


async def follow(
    client: Client,
    name: str,
    *,
    cursor: str = "",
    from_start: bool = False,
    without_text: bool = False,
    patience: float = PATIENCE,
    on_trouble: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[pb.WatchWorkflowResponse]:
    """Every message of WatchWorkflow, each once, until the workflow has ended. Raises a HeyJarvisError."""
    door = client.orchestrator
    ended = False
    rest, last_message = _FIRST_REST, time.monotonic()
    while not ended:
        request = pb.WatchWorkflowRequest(
            name=name, cursor=cursor, without_text=without_text, from_start=from_start and not cursor
        )
        error: HeyJarvisError = Unavailable("The stream ended before the workflow did.")
        try:
            async for message in door.stream(door.stub.WatchWorkflow, request):
                cursor, rest, last_message = message.cursor, _FIRST_REST, time.monotonic()
                ended = _has_ended(message, ended)
                yield message
            ended = ended or await _is_over(client, name)
        except _PASSING as problem:
            error = problem
        if ended:
            return
        if time.monotonic() - last_message > patience:
            raise error
        if rest in (_FIRST_REST, _LONGEST_REST):  # once when it breaks, and again only when it stays broken
            why = "" if isinstance(error, NotReachable) else f" ({error.message.rstrip('.')})"
            on_trouble(f"the connection to {door.address} is lost{why}; trying again")
        await asyncio.sleep(rest)
        rest = min(rest * 2, _LONGEST_REST)


def _has_ended(message: pb.WatchWorkflowResponse, before: bool) -> bool:
    match message.WhichOneof("kind"):
        case "snapshot":
            return workflow_state(message.snapshot.state).ended
        case "event":
            kind = message.event.WhichOneof("kind")
            return kind == "ended" or (before and kind != "reset")
    return before


async def _is_over(client: Client, name: str) -> bool:
    """Whether a stream that ended without an end event ended because there is nothing more to come."""
    door = client.orchestrator
    answer = await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=name))
    return workflow_state(answer.workflow.state).ended
