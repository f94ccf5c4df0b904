"""The people: they ask, watch over connections that break, decide, and sometimes change their minds.

Every call is repeated while the system is away, as the contracts allow: with a request id, or because it is a read.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import grpc
from heyjarvis.approvals.v1 import approval_pb2, approval_service_pb2
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from chassis.channels import connect

T = TypeVar("T")

TEMPLATES = ("standard-business", "brand-identity", "market-research")
REQUESTS = ("A bakery in Lyon", "An app for dog walkers", "Create an AI-powered fitness coaching app", "A bicycle shop")
PATIENCE = 4.0
"""Seconds without an answer after which a watcher opens a new connection."""
CALL_OFF = 20.0
"""Seconds that cancelling what is left may take."""
# CANCELLED: a server that ends may break calls off in the middle, though nobody here has cancelled them.
_AWAY = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.CANCELLED,
)
_OVER = (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED)

MANUAL, FULL = approval_pb2.AUTOPILOT_MODE_MANUAL, approval_pb2.AUTOPILOT_MODE_FULL
REJECT, APPROVE = approval_pb2.DECISION_REJECT, approval_pb2.DECISION_APPROVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How people are; each a share from 0 to 1."""

    cancelling: float = 0.08
    """Of workflows that are cancelled."""
    asking: float = 0.4
    """Of workflows in which people decide at every gate."""
    rejecting: float = 0.25
    """Of gates that are first answered with a rejection."""


@dataclass(slots=True)
class Order:
    """One workflow, as the one who asked for it sees it."""

    number: int
    name: str = ""
    seen: list[pb.WatchWorkflowResponse] = field(default_factory=list)
    """Everything the watcher got, over all its connections."""
    decided: dict[str, approval_pb2.Decision] = field(default_factory=dict)
    """Decisions that were answered with yes, by approval."""
    cancelled: bool = False
    trouble: str = ""
    """What the watcher cannot explain."""

    @property
    def over(self) -> bool:
        """Whether the watcher saw the end."""
        return bool(self.seen) and _is_the_end(self.seen[-1])


class Crowd:
    """Everybody."""

    def __init__(
        self,
        orchestrators: str,
        approvals: str,
        *,
        seed: int,
        run: str = "",
        at_once: int = 8,
        habits: Habits | None = None,
        token: str | None = None,
    ) -> None:
        """
        seed: draws who asks for what and how they decide.
        run: tells this run from others with the same seed against the same system.
        """
        self._channels = [connect(target, token=token) for target in (orchestrators, approvals)]
        self.orchestrator = rpc.OrchestratorServiceStub(self._channels[0])
        self.approvals = approvals_rpc.ApprovalServiceStub(self._channels[1])
        self._seed = seed
        self._run = run or "chaos"
        self._habits = habits or Habits()
        self._room = asyncio.Semaphore(at_once)
        self.orders: list[Order] = []
        self.ended = 0
        """Orders whose end was seen."""

    async def order(self, count: int) -> None:
        """So many more workflows, from the request to the end."""
        new = [Order(len(self.orders) + number) for number in range(count)]
        self.orders += new
        async with asyncio.TaskGroup() as tasks:
            for order in new:
                await self._room.acquire()
                tasks.create_task(self._follow(order))

    async def call_off(self) -> None:
        """Cancels what has not ended, as far as it can be reached: nobody waits for it any more."""
        open_ = [order for order in self.orders if order.name and not order.over]
        requests = [pb.CancelWorkflowRequest(name=order.name, reason="The run was called off") for order in open_]
        calls = [self.orchestrator.CancelWorkflow(request, timeout=CALL_OFF) for request in requests]
        await asyncio.gather(*calls, return_exceptions=True)

    async def aclose(self) -> None:
        """Closes the connections."""
        for channel in self._channels:
            await channel.close()

    async def persistently(self, call: Callable[[], Awaitable[T]], *, seconds: float = 120.0) -> T:
        """The answer, once there is one. Raises AioRpcError for any other refusal, and when it takes too long."""
        ends = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                return await call()
            except grpc.aio.AioRpcError as error:
                if error.code() not in _AWAY or asyncio.get_running_loop().time() > ends:
                    raise
            await asyncio.sleep(0.2)

    async def _follow(self, order: Order) -> None:
        chance = random.Random(f"{self._seed}:{order.number}")
        try:
            asks = chance.random() < self._habits.asking
            request = pb.SubmitWorkflowRequest(
                request=f"{chance.choice(REQUESTS)}, number {order.number}",
                template=f"templates/{chance.choice(TEMPLATES)}",
                autopilot=MANUAL if asks else FULL,
                request_id=f"{self._run}-{self._seed}-{order.number}",
                labels={"run": self._run},
            )
            answer = await self.persistently(lambda: self.orchestrator.SubmitWorkflow(request, timeout=5))
            order.name = answer.workflow.name
            cancel_after = chance.randint(2, 30) if chance.random() < self._habits.cancelling else 0
            await self._watch(order, chance, cancel_after)
        except (grpc.aio.AioRpcError, TimeoutError) as error:
            order.trouble = f"{type(error).__name__}: {error}"
        finally:
            self.ended += 1
            self._room.release()

    async def _watch(self, order: Order, chance: random.Random, cancel_after: int) -> None:
        while True:
            cursor = order.seen[-1].cursor if order.seen else ""
            call = self.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=order.name, cursor=cursor))
            left = chance.randint(3, 60)
            try:
                while left:
                    async with asyncio.timeout(PATIENCE):
                        message = await call.read()
                    if not isinstance(message, pb.WatchWorkflowResponse):
                        break
                    order.seen.append(message)
                    left -= 1
                    if _is_the_end(message):
                        return
                    if cancel_after and len(order.seen) == cancel_after:
                        await self._cancel(order)
                    for approval in _asked(message):
                        await self._decide(order, approval, chance)
            except TimeoutError:
                pass
            except grpc.aio.AioRpcError as error:
                if error.code() not in _AWAY:
                    raise
                await asyncio.sleep(0.2)
            finally:
                call.cancel()

    async def _cancel(self, order: Order) -> None:
        request = pb.CancelWorkflowRequest(name=order.name, reason="a change of mind")
        try:
            await self.persistently(lambda: self.orchestrator.CancelWorkflow(request, timeout=20))
            order.cancelled = True
        except grpc.aio.AioRpcError as error:
            if error.code() not in _OVER:
                raise

    async def _decide(self, order: Order, approval: str, chance: random.Random) -> None:
        rejects = chance.random() < self._habits.rejecting and not any(d == REJECT for d in order.decided.values())
        decision = REJECT if rejects else APPROVE
        request = approval_service_pb2.DecideApprovalRequest(
            name=approval,
            decision=decision,
            feedback="Bolder, please" if rejects else "",
            request_id=f"{approval.rpartition('/')[2]}-{order.number}"[:64],
        )
        try:
            await self.persistently(lambda: self.approvals.DecideApproval(request, timeout=5))
            order.decided[approval] = decision
        except grpc.aio.AioRpcError as error:
            # Taken back, because the workflow was cancelled, or it is another question by now.
            if error.code() not in _OVER:
                raise


def _is_the_end(message: pb.WatchWorkflowResponse) -> bool:
    if message.WhichOneof("kind") == "snapshot":
        return bool(message.snapshot.HasField("end_time"))
    return bool(message.event.WhichOneof("kind") == "ended")


def _asked(message: pb.WatchWorkflowResponse) -> list[str]:
    if message.WhichOneof("kind") == "event":
        asked = message.event.WhichOneof("kind") == "approval_requested"
        return [message.event.approval_requested.approval] if asked else []
    return list(message.snapshot.pending_approvals) if message.WhichOneof("kind") == "snapshot" else []


def state_name(state: wf.WorkflowState) -> str:
    """SUCCEEDED and the like."""
    return wf.WorkflowState.Name(state).removeprefix("WORKFLOW_STATE_")
