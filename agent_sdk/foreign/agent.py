"""Sends a task to the foreign agent once, follows it to its end, stops it when the attempt is stopped.

    effects.once ─ SendMessage ─▶ task id ─ GetTask, again and again ─▶ artifacts

Which task it became is in the effect ledger: after our restart the next attempt goes on with it. When the process died
between sending and recording, the foreign agent is asked for the task of our context; where it cannot say, the
attempt fails as in doubt. Nothing is ever sent twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import NoReturn

import httpx
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.client.errors import A2AClientError
from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import A2AError, InternalError
from google.protobuf.struct_pb2 import Struct
from pydantic import JsonValue

from agent_sdk.agent import Agent, Outcome
from agent_sdk.context import TaskContext
from agent_sdk.errors import FailureClass, InDoubtError, TaskError
from agent_sdk.foreign.result import ForeignResult, cut, files_of, texts_of
from agent_sdk.foreign.settings import ForeignSettings
from agent_sdk.foreign.wire import http_client
from agent_sdk.task_input import TaskInput
from chassis.tasks import end_tasks

CONFIDENCE = 0.5
"""How sure we are of work whose makers we do not know: policies that ask below 0.6 have a person look at it."""
CANCEL_SECONDS = 3.0
"""Seconds that telling the foreign agent to stop may take; less than an attempt gets to stop."""
TROUBLES = 5
"""Looks at a running task that may fail in a row."""
LONGEST_WORDS = 60_000
"""Characters that are sent."""

_RUNNING = (a2a.TASK_STATE_SUBMITTED, a2a.TASK_STATE_WORKING)


class ForeignAgent(Agent[ForeignResult]):
    """Stands for a foreign agent; a subclass says which type it is here, with `output=ForeignResult`."""

    def __init__(self, settings: ForeignSettings | None = None) -> None:
        self._settings = settings or ForeignSettings()

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[ForeignResult]:
        """Send, follow, take what came of it."""
        async with self._client() as (client, card):
            words = _words(task)
            key = _key(task, words)
            await context.progress(0.05, f"Sending it to {card.name[:80]}")
            once = context.effects.once(
                f"a2a:{key}", lambda: _send(client, key, words), reconcile=lambda: _find(client, key)
            )
            sending = asyncio.create_task(_sent(once), name="foreign-send")
            try:
                # Shielded: what is sent and not yet known to be could not be stopped there.
                sent = await asyncio.shield(sending)
                if "answer" in sent:
                    return await _outcome(context, card, a2a.Task(), answer=sent["answer"])
                ended = await self._followed(context, client, sent["task"])
                return await _outcome(context, card, ended)
            except asyncio.CancelledError:
                # At a restart of ours, or past a deadline, it goes on there and the next attempt joins.
                if context.unwanted:
                    await _for_certain(_stop_sent(client, sending))
                raise
            finally:
                await end_tasks([sending])

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[tuple[Client, a2a.AgentCard]]:
        async with http_client(self._settings) as http:
            with _troubles():
                card = await A2ACardResolver(http, self._settings.foreign_url).get_agent_card()
                config = ClientConfig(streaming=False, polling=True, httpx_client=http)
                client = ClientFactory(config).create(card)
            yield client, card

    async def _followed(self, context: TaskContext, client: Client, task: str) -> a2a.Task:
        """The task once it has ended."""
        failed, seen = 0, ""
        while True:
            try:
                now = await client.get_task(a2a.GetTaskRequest(id=task, history_length=0))
                failed = 0
            except (A2AError, httpx.HTTPError) as error:
                failed += 1
                if failed >= TROUBLES or not _may_heal(error):
                    _fail(error)
            else:
                if now.status.state not in _RUNNING:
                    return await _ended(client, now)
                said = cut(texts_of(now.status.message), 200)
                if said and said != seen:
                    seen = said
                    await context.progress(0.5, said)
            await asyncio.sleep(self._settings.foreign_poll)


async def _sent(once: Awaitable[JsonValue]) -> dict[str, str]:
    """What became of the message: the `task` it is there, or the `answer` it got at once."""
    recorded = await once
    if not isinstance(recorded, dict):
        raise TaskError("The ledger holds no task of a foreign agent.", reason="EFFECT_INVALID")
    return {key: str(value) for key, value in recorded.items()}


async def _send(client: Client, key: str, words: str) -> JsonValue:
    message = a2a.Message(message_id=key, context_id=key, role=a2a.ROLE_USER, parts=[a2a.Part(text=words)])
    request = a2a.SendMessageRequest(message=message)
    request.configuration.return_immediately = True
    with _troubles():
        async for answer in client.send_message(request):
            if answer.WhichOneof("payload") == "message":
                return {"answer": cut(texts_of(answer.message), 10_000)}
            return {"task": answer.task.id}
    raise TaskError("The foreign agent gave no answer.", reason="FOREIGN_ANSWER_INVALID")


async def _find(client: Client, key: str) -> JsonValue | None:
    """The task our message became, if it did; InDoubtError when the foreign agent cannot say."""
    try:
        found = await client.list_tasks(a2a.ListTasksRequest(context_id=key, page_size=1))
    except (A2AError, httpx.HTTPError) as error:
        raise InDoubtError(f"a2a:{key}") from error
    return {"task": found.tasks[0].id} if found.tasks and found.tasks[0].context_id == key else None


async def _ended(client: Client, task: a2a.Task) -> a2a.Task:
    if task.status.state == a2a.TASK_STATE_COMPLETED:
        return task
    said = cut(texts_of(task.status.message), 500)
    if task.status.state in (a2a.TASK_STATE_INPUT_REQUIRED, a2a.TASK_STATE_AUTH_REQUIRED):
        await _tried(_stop(client, task.id))
        raise TaskError(f"The foreign agent asks back, and nobody answers: {said}", reason="FOREIGN_AGENT_ASKS")
    state = a2a.TaskState.Name(task.status.state).removeprefix("TASK_STATE_")
    raise TaskError(f"The foreign agent ended the task as {state}: {said}", reason=f"FOREIGN_{state}")


async def _stop(client: Client, task: str) -> None:
    await client.cancel_task(a2a.CancelTaskRequest(id=task))


async def _stop_sent(client: Client, sending: asyncio.Task[dict[str, str]]) -> None:
    """Stops the task that was sent, or is just being sent."""
    if task := (await sending).get("task"):
        await _stop(client, task)


async def _for_certain(stop: Coroutine[None, None, None]) -> None:
    """As `_tried`, while our own attempt is being cancelled, which is done again and again until it ends."""
    stopping = asyncio.ensure_future(_tried(stop))
    while not stopping.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait((stopping,))


async def _tried(stop: Coroutine[None, None, None]) -> None:
    """A word to the foreign agent that changes nothing for us when it does not arrive."""
    with suppress(A2AError, httpx.HTTPError, TaskError, TimeoutError):
        async with asyncio.timeout(CANCEL_SECONDS):
            await stop


async def _outcome(
    context: TaskContext, card: a2a.AgentCard, task: a2a.Task, *, answer: str = ""
) -> Outcome[ForeignResult]:
    files, links, texts = files_of(task.artifacts)
    for one in files:
        await context.artifact(one.file.name, one.content, media_type=one.file.media_type, title=one.file.title)
    said = [answer, *texts_of(task.status.message), *texts]
    kept = [one.file for one in files]
    return Outcome(
        output=ForeignResult(
            foreign_agent=card.name[:200],
            confidence=CONFIDENCE,
            confidence_reasons=["Nobody here knows how a foreign agent works"],
            task=task.id[:200],
            text=cut(said),
            files=kept,
            links=links,
        ),
        summary=f"{card.name[:80]} (a foreign agent): {len(kept)} files, {len(links)} links",
        confidence=CONFIDENCE,
        simulated=_is_simulated(task.metadata) or any(_is_simulated(one.metadata) for one in task.artifacts),
    )


def _is_simulated(told: Struct) -> bool:
    return "simulated" in told and bool(told["simulated"])


def _key(task: TaskInput, words: str) -> str:
    """Names what is sent: the id of its message and of its context there. Other words are another message."""
    return hashlib.sha256(f"{task.workflow}\0{task.task}\0{words}".encode()).hexdigest()[:32]


def _words(task: TaskInput) -> str:
    """What is sent: the request, what the plan wants, and what people said. No results of other agents."""
    parts = [task.request, task.instructions, *(f"Do better this time: {said}" for said in task.feedback)]
    return cut(parts, LONGEST_WORDS)


def _may_heal(error: Exception) -> bool:
    return isinstance(error, A2AClientError | InternalError | httpx.HTTPError)


@contextmanager
def _troubles() -> Iterator[None]:
    """Within the block, what goes wrong there becomes a failure of ours."""
    try:
        yield
    except (A2AError, httpx.HTTPError, ValueError) as error:
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    """Our failure for what went wrong there."""
    raise TaskError(
        f"The foreign agent cannot be reached or answers wrongly: {str(error)[:300]}",
        reason="FOREIGN_AGENT_FAILED",
        failure_class=FailureClass.RETRYABLE if _may_heal(error) else FailureClass.PERMANENT,
    ) from error
