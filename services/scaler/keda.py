"""The contract by which KEDA asks: for agents whose policy says KEDA, or another autoscaler that speaks the same.

Spec and metric make the HPA that KEDA keeps come to the number we would. The spec is of the policy alone and is told
while everything else is away; a metric that rests on old numbers is UNAVAILABLE, so that KEDA holds, or does what its
user chose as fallback. `false` is never pushed to force a zero, and the optional StreamMetricSpec is not implemented.

KEDA cannot send a bearer token, so these calls need none; `Settings.anonymous_services` says so.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import grpc
from externalscaler import externalscaler_pb2 as pb
from externalscaler import externalscaler_pb2_grpc as rpc

from chassis.border import border
from chassis.errors import FieldViolation, HeyJarvisError, InvalidArgument, Unavailable, Unimplemented
from services.scaler.control import Control, View, unknown_type
from services.scaler.domain import external
from services.scaler.domain.policy import Policy
from services.scaler.domain.strategy import Strategy
from services.scaler.store.policies import PolicyStore

AGENT_TYPE = "agentType"
"""The key of the trigger's metadata that names the agent type."""
SAY_AGAIN = 30.0
"""Seconds after which a stream says its state again, although it did not change."""
LOOK_EVERY = 2.0
"""Seconds between looks of a stream, unless something happens sooner."""
VIEW_FOR = 1.0
"""Seconds for which everybody who asks is told from the same view."""

Context = grpc.aio.ServicerContext[Any, Any]


class KedaScaler(rpc.ExternalScalerServicer):
    """Tells KEDA of the demand for one agent type."""

    def __init__(
        self,
        *,
        control: Control,
        policies: PolicyStore,
        strategies: Mapping[str, Strategy],
        draining: asyncio.Event,
        clock: Callable[[], float],
    ) -> None:
        self._control = control
        self._policies = policies
        self._strategies = strategies
        self._draining = draining
        self._clock = clock
        self._looking = asyncio.Lock()
        self._seen: tuple[View, float] | None = None
        self._known: dict[str, Policy] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something happened that streams should tell at once."""
        self._seen = None
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    async def GetMetricSpec(self, request: pb.ScaledObjectRef, context: Context) -> pb.GetMetricSpecResponse:
        agent_type = _agent_type(request)
        size = external.target(await self._policy(agent_type))
        # The whole number is for a KEDA of long ago; a fraction would become a zero there.
        spec = pb.MetricSpec(metricName=_metric(agent_type), targetSize=max(1, round(size)), targetSizeFloat=size)
        return pb.GetMetricSpecResponse(metricSpecs=[spec])

    async def GetMetrics(self, request: pb.GetMetricsRequest, context: Context) -> pb.GetMetricsResponse:
        agent_type = _agent_type(request.scaledObjectRef)
        if request.metricName not in ("", _metric(agent_type)):
            raise InvalidArgument(
                FieldViolation("metricName", f"is {request.metricName!r}; this trigger has {_metric(agent_type)!r}.")
            )
        amount = await self._asked(external.metric, agent_type)
        value = pb.MetricValue(metricName=_metric(agent_type), metricValue=math.ceil(amount), metricValueFloat=amount)
        return pb.GetMetricsResponse(metricValues=[value])

    async def IsActive(self, request: pb.ScaledObjectRef, context: Context) -> pb.IsActiveResponse:
        return pb.IsActiveResponse(result=await self._asked(external.active, _agent_type(request)))

    async def StreamIsActive(self, request: pb.ScaledObjectRef, context: Context) -> AsyncIterator[pb.IsActiveResponse]:
        agent_type = _agent_type(request)
        told: bool | None = None
        at = self._clock()
        while not self._draining.is_set():
            woken = self._woken
            try:
                state: bool | None = await self._asked(external.active, agent_type)
            except HeyJarvisError:
                # Not known now; the stream says nothing, and KEDA keeps what it heard.
                state = None
            if state is not None and (state != told or self._clock() - at >= SAY_AGAIN):
                told, at = state, self._clock()
                yield pb.IsActiveResponse(result=state)
            await self._rest(woken)

    def StreamMetricSpec(
        self, request: pb.ScaledObjectRef, context: Context
    ) -> AsyncIterator[pb.GetMetricSpecResponse]:
        raise Unimplemented("Specs change with policies alone, which is seldom; KEDA asks with GetMetricSpec.")

    async def _rest(self, woken: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(event.wait()) for event in (woken, self._draining)]
        try:
            await asyncio.wait(waits, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _asked(self, ask: Callable[..., Any], agent_type: str) -> Any:
        view = await self._view()
        snapshot = view.snapshots.get(agent_type)
        if snapshot is None:
            raise unknown_type(agent_type)
        policy = view.policies.get(agent_type) or self._policies.default(agent_type)
        try:
            return ask(
                snapshot, policy, self._strategies.get(policy.strategy), {}, view.holds.get(agent_type), view.now
            )
        except external.NotKnown as error:
            raise Unavailable(
                f"The demand for agent {agent_type!r} is not known: {error}", reason="METRICS_STALE"
            ) from error

    async def _view(self) -> View:
        async with self._looking:
            if self._seen is None or self._clock() - self._seen[1] > VIEW_FOR:
                asked = self._clock()
                with border():
                    view = await self._control.view()
                self._seen = (view, asked)
                self._known = dict(view.policies)
            return self._seen[0]

    async def _policy(self, agent_type: str) -> Policy:
        """The policy in force; as it was known last while Redis is away."""
        try:
            with border():
                stored = await self._policies.get(agent_type)
        except Unavailable:
            stored = self._known.get(agent_type)
        return stored or self._policies.default(agent_type)


def _agent_type(ref: pb.ScaledObjectRef) -> str:
    agent_type = ref.scalerMetadata.get(AGENT_TYPE, "")
    if not agent_type:
        raise InvalidArgument(
            FieldViolation(
                f"scalerMetadata.{AGENT_TYPE}",
                f"is not set; the trigger of ScaledObject {ref.name!r} names the agent there, such as "
                f"{AGENT_TYPE}: branding.",
            )
        )
    return agent_type


def _metric(agent_type: str) -> str:
    return f"heyjarvis-{agent_type}"
