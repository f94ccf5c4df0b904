"""One long-lived Work stream per agent instance, for all attempts that this orchestrator has there.

An attempt is attached here with its assignment; from then on its reports reach the given ear until it is
detached. A stream that breaks is opened again while the instance lives, and every attached attempt is
assigned again, which joins it (D5). When the instance is gone, the stored outcome is looked for; only when
there is none is the attempt reported as lost.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from dataclasses import dataclass, field

import grpc
import structlog
from heyjarvis.agents.v1 import agent_service_pb2 as pb
from heyjarvis.agents.v1 import agent_service_pb2_grpc as rpc
from heyjarvis.agents.v1 import usage_pb2

from agent_sdk.names import AttemptKey
from agent_sdk.results import ResultStore
from chassis.errors import Unavailable
from chassis.tasks import end_tasks
from services.orchestrator.agents import AgentDirectory, Dispatcher

FIRST_REST, LONGEST_REST = 0.05, 2.0
"""Seconds between attempts to open a stream again."""
LOOK_EVERY = 1.0
"""Seconds between two looks whether an instance still gives signs of life while its stream is open."""
OUTBOX = 10_000
"""Messages that may wait for a slow stream."""
MAX_UNWANTED = 1000
"""Attempts of one instance that shall stop and have not been heard of; what goes beyond stops at its deadline."""
IDLE_CLOSE = 60.0
"""Seconds without an attached attempt after which a stream is closed."""

Ear = Callable[[pb.WorkResponse], None]
Connect = Callable[[str], AbstractAsyncContextManager[grpc.aio.Channel]]

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Attached:
    """An attempt that this orchestrator follows."""

    key: AttemptKey
    assignment: pb.Assignment
    hear: Ear
    heard_outcome: bool = False
    cancelled: str | None = None
    """Why the agent was asked to stop it; asked again on every new stream."""


@dataclass(eq=False)
class _Stream:
    """The stream to one instance and who listens on it."""

    instance: str
    endpoint: str
    attached: dict[AttemptKey, Attached] = field(default_factory=dict)
    unwanted: dict[AttemptKey, str] = field(default_factory=dict)
    """Attempts that nobody follows any more and that were not heard to stop, and why they shall."""
    outbox: asyncio.Queue[pb.WorkRequest] = field(default_factory=lambda: asyncio.Queue(OUTBOX))
    open: bool = False
    reached: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    """When it was last open, or began to be tried, on the loop's clock."""
    task: asyncio.Task[None] | None = None
    """Keeps it, for as long as anything is attached."""
    talk: asyncio.Task[None] | None = None
    """What is said now; broken off, the next one starts from the state."""


OUTCOMES = ("result", "failure", "cancelled", "refused")


class AgentStreams:
    """All streams of this orchestrator."""

    def __init__(
        self,
        name: str,
        connect: Connect,
        directory: AgentDirectory,
        dispatcher: Dispatcher,
        results: ResultStore,
    ) -> None:
        self._name = name
        self._connect = connect
        self._directory = directory
        self._dispatcher = dispatcher
        self._results = results
        self._streams: dict[str, _Stream] = {}
        self._schemas: dict[str, str] = {}

    def attach(self, instance: str, endpoint: str, attached: Attached) -> None:
        """Assigns an attempt, or joins it again, and follows it."""
        stream = self._streams.get(instance)
        if stream is None:
            stream = self._streams[instance] = _Stream(instance, endpoint)
            # A context of its own: the stream serves many workflows and belongs to the trace of none.
            stream.task = asyncio.create_task(self._keep(stream), name=f"work-{instance}", context=Context())
        stream.attached[attached.key] = attached
        stream.unwanted.pop(attached.key, None)
        if stream.open:
            self._put(stream, pb.WorkRequest(assign=attached.assignment))

    def detach(self, instance: str, key: AttemptKey, *, stop: bool) -> None:
        """Follows the attempt no more. An outcome that was heard is acknowledged; `stop` ends one that still runs."""
        stream = self._streams.get(instance)
        attached = stream.attached.pop(key, None) if stream else None
        if stream is None or attached is None:
            return
        if stop and attached.heard_outcome:
            self._put(stream, pb.WorkRequest(acknowledge=pb.AcknowledgeAttempt(ref=_ref(key))))
        elif stop:
            reason = attached.cancelled or "Nobody waits for this attempt any more"
            if len(stream.unwanted) < MAX_UNWANTED:
                stream.unwanted[key] = reason
            self.cancel(instance, key, reason)

    def cancel(self, instance: str, key: AttemptKey, reason: str) -> None:
        """Asks the agent to stop an attempt; asked again when the stream has to be opened again."""
        stream = self._streams.get(instance)
        if stream is not None:
            if key in stream.attached:
                stream.attached[key].cancelled = reason
            self._put(stream, pb.WorkRequest(cancel=pb.CancelAttempt(ref=_ref(key), reason=reason)))

    def answer(self, instance: str, answer: pb.Answer) -> None:
        """Passes another agent's answer to the one that asked."""
        stream = self._streams.get(instance)
        if stream is not None:
            self._put(stream, pb.WorkRequest(answer=answer))

    def silence(self, instance: str) -> float:
        """Seconds for which nobody could talk with the instance; 0 while its stream is open or nobody tries."""
        stream = self._streams.get(instance)
        if stream is None or stream.open:
            return 0.0
        return asyncio.get_running_loop().time() - stream.reached

    def output_schema(self, agent_type: str) -> str:
        """The JSON Schema that agents of a type name for their output; empty when there is none."""
        return self._schemas.get(agent_type, "")

    async def aclose(self) -> None:
        """Closes every stream; the attempts go on without a listener."""
        tasks = [stream.task for stream in self._streams.values() if stream.task]
        self._streams.clear()
        await end_tasks(tasks)

    # -- one stream ----------------------------------------------------------------------------

    def _put(self, stream: _Stream, message: pb.WorkRequest) -> None:
        try:
            stream.outbox.put_nowait(message)
        except asyncio.QueueFull:
            # Ten thousand messages behind: the stream is dead in all but name. A new one starts from the state.
            if stream.talk and not stream.talk.cancelling():
                log.error("Agent does not read its stream; it is opened again", instance=stream.instance)
                stream.talk.cancel()

    async def _keep(self, stream: _Stream) -> None:
        rest = FIRST_REST
        try:
            while self._streams.get(stream.instance) is stream:
                opened_at = asyncio.get_running_loop().time()
                if self._directory.alive(stream.instance) or not self._directory.fresh:
                    stream.talk = asyncio.create_task(self._talk(stream), name=f"work-talk-{stream.instance}")
                    try:
                        await self._until_over(stream, stream.talk)
                        if not stream.talk.cancelled():
                            stream.talk.result()
                    except Exception:
                        # Whoever is attached here must not be left without anybody who listens.
                        log.exception("Work stream broke; it is opened again", instance=stream.instance)
                    finally:
                        await end_tasks({stream.talk})
                if not stream.attached and self._idle(stream):
                    return
                if not self._directory.alive(stream.instance) and self._directory.fresh:
                    await self._give_up(stream)
                lasted = asyncio.get_running_loop().time() - opened_at
                rest = FIRST_REST if lasted > LONGEST_REST else min(LONGEST_REST, rest * 2)
                await asyncio.sleep(rest * random.uniform(0.5, 1.0))
        finally:
            if self._streams.get(stream.instance) is stream:
                del self._streams[stream.instance]

    async def _until_over(self, stream: _Stream, talk: asyncio.Task[None]) -> None:
        """Waits for the end of a talk, and ends it when the instance gives no sign of life.

        A frozen process, or one whose network is cut, keeps its connections: they break only minutes later.
        """
        while not talk.done():
            await asyncio.wait({talk}, timeout=LOOK_EVERY)
            if self._directory.fresh and not self._directory.alive(stream.instance):
                talk.cancel()

    def _idle(self, stream: _Stream) -> bool:
        return not self._directory.alive(stream.instance) or not stream.unwanted

    async def _talk(self, stream: _Stream) -> None:
        """Opens the stream and carries messages until it breaks or has long had nothing to do."""
        stream.outbox = asyncio.Queue(OUTBOX)
        async with self._connect(stream.endpoint) as channel:
            call = rpc.AgentServiceStub(channel).Work()
            try:
                await call.write(pb.WorkRequest(hello=pb.Hello(orchestrator=self._name)))
                welcome = await call.read()
                if not isinstance(welcome, pb.WorkResponse) or not self._is_welcome(stream, welcome):
                    return
                stream.open = True
                for attached in list(stream.attached.values()):
                    self._put(stream, pb.WorkRequest(assign=attached.assignment))
                    if attached.cancelled is not None:
                        self.cancel(stream.instance, attached.key, attached.cancelled)
                for key, reason in stream.unwanted.items():
                    self.cancel(stream.instance, key, reason)
                writer = asyncio.create_task(self._write(stream, call), name=f"work-write-{stream.instance}")
                try:
                    await self._read(stream, call)
                finally:
                    await end_tasks({writer})
            except grpc.aio.AioRpcError as error:
                log.info("Work stream ended", instance=stream.instance, code=error.code().name)
            finally:
                if stream.open:
                    stream.reached = asyncio.get_running_loop().time()
                stream.open = False
                call.cancel()
                self._dispatcher.forget_load(stream.instance)

    def _is_welcome(self, stream: _Stream, message: pb.WorkResponse) -> bool:
        """Whether the process that answered is the instance, not a later one on the same port."""
        said = message.welcome.instance.instance
        if said != stream.instance:
            log.info("Another agent instance answers there", instance=stream.instance, answered=said)
            return False
        self._schemas[message.welcome.card.type] = message.welcome.card.output_schema
        return True

    async def _write(self, stream: _Stream, call: grpc.aio.StreamStreamCall[pb.WorkRequest, pb.WorkResponse]) -> None:
        while True:
            await call.write(await stream.outbox.get())

    async def _read(self, stream: _Stream, call: grpc.aio.StreamStreamCall[pb.WorkRequest, pb.WorkResponse]) -> None:
        while True:
            if stream.attached:
                message = await call.read()
            else:
                try:
                    async with asyncio.timeout(IDLE_CLOSE):
                        message = await call.read()
                except TimeoutError:
                    return
            if not isinstance(message, pb.WorkResponse):
                return
            self._hear(stream, message)

    def _hear(self, stream: _Stream, message: pb.WorkResponse) -> None:
        kind = message.WhichOneof("kind")
        if kind == "load":
            self._dispatcher.load(stream.instance, message.load.in_hand, message.load.state)
        elif kind is not None and kind != "welcome":
            key = attempt_of(getattr(message, kind).ref)
            attached = stream.attached.get(key) if key else None
            if attached is None:
                if key and kind in OUTCOMES:
                    stream.unwanted.pop(key, None)
                    # Nobody follows it any more: its outcome is on record, or it was given up.
                    self._put(stream, pb.WorkRequest(acknowledge=pb.AcknowledgeAttempt(ref=_ref(key))))
                return
            attached.heard_outcome |= kind in OUTCOMES
            attached.hear(message)

    async def _give_up(self, stream: _Stream) -> None:
        """The instance is gone: what it stored counts; what it did not is lost."""
        for attached in list(stream.attached.values()):
            try:
                stored = await self._results.load(attached.key)
            except Unavailable:
                return
            message = stored or pb.WorkResponse(
                failure=pb.AttemptFailure(
                    ref=_ref(attached.key),
                    failure=usage_pb2.Failure(
                        failure_class=usage_pb2.FAILURE_CLASS_LOST,
                        reason="AGENT_LOST",
                        message=f"The agent instance {stream.instance} went away while it worked on this",
                    ),
                )
            )
            stream.attached.pop(attached.key, None)
            attached.hear(message)


def _ref(key: AttemptKey) -> pb.AttemptRef:
    return pb.AttemptRef(task=key.task_name, attempt=key.attempt)


def attempt_of(ref: pb.AttemptRef) -> AttemptKey | None:
    """The attempt a reference names; None when it names none."""
    try:
        workflow, task = ref.task.split("/")[1::2]
    except ValueError:
        return None
    return AttemptKey(workflow, task, ref.attempt)
