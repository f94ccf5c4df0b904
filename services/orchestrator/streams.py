"""One long-lived Work stream per agent instance, for all attempts that this orchestrator has there.

An attempt is attached here with its assignment; from then on its reports reach the given ear until it is
detached. A stream that breaks is opened again while the instance lives, and every attached attempt is
assigned again, which joins it (D5). When the instance is gone, the stored outcome is looked for; only when
there is none is the attempt reported as lost.

An agent that was away may come back with attempts that were given up meanwhile, by this orchestrator or by one that is
gone. So instances that appear are visited, each welcome names the attempts an agent has, and those
that no workflow waits for are cancelled; what they tell is booked (`late`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from datetime import datetime
from typing import Protocol

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
from services.orchestrator.inline_content import InlineContent
from services.orchestrator.work_stream import OUTBOX, OUTCOMES, Attached, Stop, WorkStream, attempt_of, ref_of

FIRST_REST, LONGEST_REST = 0.05, 1.0
"""Seconds between attempts to open a stream again."""
LOOK_EVERY = 1.0
"""Seconds between two looks whether an instance still gives signs of life while its stream is open."""
IDLE_CLOSE = 60.0
"""Seconds without an attached attempt after which a stream is closed."""

WELCOME = 5.0
"""Seconds an agent may take to answer a new stream; where a network swallows everything, trying anew helps."""

Connect = Callable[[str], AbstractAsyncContextManager[grpc.aio.Channel]]

log = structlog.get_logger(__name__)


class Late(Protocol):
    """Who takes what attempts tell that nobody follows here."""

    def hear(self, key: AttemptKey, message: pb.WorkResponse, booked: Callable[[], None]) -> None:
        """Something that tells what an attempt consumed; `booked` is called when that is on record."""
        ...

    async def awaited(self, key: AttemptKey) -> bool:
        """Whether any orchestrator waits for its outcome."""
        ...


class AgentStreams:
    """All streams of this orchestrator."""

    def __init__(
        self,
        name: str,
        connect: Connect,
        directory: AgentDirectory,
        dispatcher: Dispatcher,
        results: ResultStore,
        late: Late,
        inline: InlineContent,
    ) -> None:
        self._inline = inline
        self._name = name
        self._connect = connect
        self._directory = directory
        self._dispatcher = dispatcher
        self._results = results
        self._late = late
        self._streams: dict[str, WorkStream] = {}
        self._schemas: dict[str, str] = {}

    def attach(self, instance: str, endpoint: str, attached: Attached) -> None:
        """Assigns an attempt, or joins it again, and follows it."""
        stream = self._stream_to(instance, endpoint)
        stream.attached[attached.key] = attached
        stream.unwanted.pop(attached.key, None)
        if stream.open:
            stream.assign(attached)

    def appeared(self, instance: pb.AgentInstance) -> None:
        """An instance is there for the first time, or again: asks which attempts it has, running or untold."""
        self._stream_to(instance.instance, instance.endpoint)

    def detach(self, instance: str, key: AttemptKey, *, stop: bool) -> None:
        """Follows the attempt no more. An outcome that was heard is acknowledged; `stop` ends one that still runs."""
        stream = self._streams.get(instance)
        attached = stream.attached.pop(key, None) if stream else None
        if stream is None or attached is None:
            return
        if stop and attached.heard_outcome:
            stream.acknowledge(key)
        elif stop:
            stream.disown(key, attached.stop or Stop())

    def cancel(self, instance: str, key: AttemptKey, reason: str, requested: datetime) -> None:
        """Asks the agent to stop an attempt that is followed; asked again when the stream has to be opened again."""
        stream = self._streams.get(instance)
        if stream is not None:
            stream.cancel(key, Stop(reason, requested))

    def tell(self, instance: str, message: pb.WorkRequest) -> None:
        """Tells an instance something about an attempt there; the agent asks again for what gets lost."""
        stream = self._streams.get(instance)
        if stream is not None:
            stream.put(message)

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

    def _stream_to(self, instance: str, endpoint: str) -> WorkStream:
        stream = self._streams.get(instance)
        if stream is None:
            stream = self._streams[instance] = WorkStream(instance, endpoint)
            # A context of its own: the stream serves many workflows and belongs to the trace of none.
            stream.task = asyncio.create_task(self._keep(stream), name=f"work-{instance}", context=Context())
        return stream

    async def _stop_strays(self, stream: WorkStream, welcome: pb.Welcome) -> None:
        """Stops what the agent has and no workflow waits for."""
        for ref in welcome.attempts:
            key = attempt_of(ref)
            if key is None or key in stream.attached or key in stream.unwanted:
                continue
            if not await self._late.awaited(key) and key not in stream.attached:
                log.info("Agent has an attempt that nobody waits for", instance=stream.instance, attempt=str(key))
                stream.disown(key, Stop())

    async def _keep(self, stream: WorkStream) -> None:
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
                gone = not self._directory.alive(stream.instance) and self._directory.fresh
                if gone:
                    await self._give_up(stream)
                if not stream.attached and (gone or not stream.unwanted):
                    return
                lasted = asyncio.get_running_loop().time() - opened_at
                rest = FIRST_REST if lasted > LONGEST_REST else min(LONGEST_REST, rest * 2)
                await asyncio.sleep(rest * random.uniform(0.5, 1.0))
        finally:
            if self._streams.get(stream.instance) is stream:
                del self._streams[stream.instance]

    async def _until_over(self, stream: WorkStream, talk: asyncio.Task[None]) -> None:
        """Waits for the end of a talk, and ends it when the instance gives no sign of life.

        A frozen process, or one whose network is cut, keeps its connections: they break only minutes later.
        """
        while not talk.done():
            await asyncio.wait({talk}, timeout=LOOK_EVERY)
            if self._directory.fresh and not self._directory.alive(stream.instance):
                talk.cancel()

    async def _talk(self, stream: WorkStream) -> None:
        """Opens the stream and carries messages until it breaks or has long had nothing to do."""
        stream.outbox = asyncio.Queue(OUTBOX)
        async with self._connect(stream.endpoint) as channel:
            call = rpc.AgentServiceStub(channel).Work()
            try:
                async with asyncio.timeout(WELCOME):
                    await call.write(pb.WorkRequest(hello=pb.Hello(orchestrator=self._name)))
                    welcome = await call.read()
                if not isinstance(welcome, pb.WorkResponse) or not self._is_welcome(stream, welcome):
                    return
                stream.begin()
                beside = {
                    asyncio.create_task(self._write(stream, call), name=f"work-write-{stream.instance}"),
                    asyncio.create_task(
                        self._stop_strays(stream, welcome.welcome), name=f"work-strays-{stream.instance}"
                    ),
                }
                try:
                    await self._read(stream, call)
                finally:
                    await end_tasks(beside)
            except grpc.aio.AioRpcError as error:
                log.info("Work stream ended", instance=stream.instance, code=error.code().name)
            except TimeoutError:
                log.info("Agent does not answer a new stream", instance=stream.instance)
            finally:
                if stream.open:
                    stream.reached = asyncio.get_running_loop().time()
                stream.open = False
                call.cancel()
                self._dispatcher.forget_load(stream.instance)

    def _is_welcome(self, stream: WorkStream, message: pb.WorkResponse) -> bool:
        """Whether the process that answered is the instance, not a later one on the same port."""
        said = message.welcome.instance.instance
        if said != stream.instance:
            log.info("Another agent instance answers there", instance=stream.instance, answered=said)
            return False
        stream.inline = message.welcome.card.inline_content
        self._schemas[message.welcome.card.type] = message.welcome.card.output_schema
        return True

    async def _write(
        self, stream: WorkStream, call: grpc.aio.StreamStreamCall[pb.WorkRequest, pb.WorkResponse]
    ) -> None:
        while True:
            message = await stream.outbox.get()
            if stream.inline:
                try:
                    message = await self._inline.filled(message)
                except Unavailable:
                    log.warning(
                        "No content for an agent without a store; its stream begins anew", agent=stream.instance
                    )
                    if stream.talk:
                        stream.talk.cancel()
                    return
            await call.write(message)

    async def _read(self, stream: WorkStream, call: grpc.aio.StreamStreamCall[pb.WorkRequest, pb.WorkResponse]) -> None:
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

    def _hear(self, stream: WorkStream, message: pb.WorkResponse) -> None:
        kind = message.WhichOneof("kind")
        if kind == "load":
            self._dispatcher.load(stream.instance, message.load.in_hand, message.load.state)
        elif kind is not None and kind != "welcome":
            key = attempt_of(getattr(message, kind).ref)
            attached = stream.attached.get(key) if key else None
            if attached is not None:
                if kind == "accepted" and (seconds := attached.answered()) is not None:
                    self._dispatcher.took(stream.instance, seconds)
                attached.heard_outcome |= kind in OUTCOMES
                attached.hear(message)
            elif key is not None:
                self._hear_late(stream, key, kind, message)

    def _hear_late(self, stream: WorkStream, key: AttemptKey, kind: str, message: pb.WorkResponse) -> None:
        """Nobody follows it here any more: its outcome is on record, or it was given up, or its workflow moved on."""
        if kind == "progress":
            self._late.hear(key, message, lambda: None)
        elif kind in OUTCOMES:
            stream.unwanted.pop(key, None)
            if kind == "refused":
                stream.acknowledge(key)
            else:
                self._late.hear(key, message, lambda: stream.acknowledge(key))

    async def _give_up(self, stream: WorkStream) -> None:
        """The instance is gone: what it stored counts; what it did not is lost."""
        keys = [*stream.unwanted, *stream.attached]
        try:
            stored = {key: await self._results.load(key) for key in keys}
        except Unavailable:
            return
        for key in list(stream.unwanted):
            stream.unwanted.pop(key)
            if last := stored.get(key):
                self._late.hear(key, last, lambda: None)
        for attached in [attached for key, attached in stream.attached.items() if key in stored]:
            message = stored[attached.key] or pb.WorkResponse(
                failure=pb.AttemptFailure(
                    ref=ref_of(attached.key),
                    failure=usage_pb2.Failure(
                        failure_class=usage_pb2.FAILURE_CLASS_LOST,
                        reason="AGENT_LOST",
                        message=f"The agent instance {stream.instance} went away while it worked on this",
                    ),
                )
            )
            stream.attached.pop(attached.key, None)
            attached.hear(message)
