"""The servicer: message in, rule asked, message out."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import grpc
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from heyjarvis.scaler.v1 import scaler_service_pb2_grpc as rpc

from chassis.clock import Clock
from chassis.errors import FieldViolation, InvalidArgument, ResourceExhausted
from chassis.paging import page_position, page_size, page_token
from services.scaler import convert
from services.scaler.caller import operator
from services.scaler.cluster import Cluster
from services.scaler.control import Control, unknown_type
from services.scaler.domain.decide import effective_mode
from services.scaler.domain.model import Hold, Mode
from services.scaler.domain.policy import LONGEST_WINDOW, Policy, update
from services.scaler.domain.strategy import Strategy, problems
from services.scaler.leadership import Leadership
from services.scaler.simulation.autoscalers.heyjarvis import HeyJarvis
from services.scaler.simulation.engine import TooLong, play
from services.scaler.simulation.load import Job, load_of
from services.scaler.simulation.outcome import Outcome
from services.scaler.simulation.setting import Setting
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore

_LARGEST_PAGE = 200
MOST_SIMULATIONS = 2
"""Simulations played at once; one more waits its turn elsewhere."""
LONGEST_SIMULATION = timedelta(hours=48).total_seconds()
"""Seconds of simulated time; a load that takes longer is refused."""
_LONGEST_PIN = timedelta(days=365).total_seconds()

Context = grpc.aio.ServicerContext[Any, Any]


class ScalerService(rpc.ScalerServiceServicer):
    """Explains every decision, and takes what people say about scaling."""

    def __init__(
        self,
        *,
        control: Control,
        policies: PolicyStore,
        decisions: DecisionLog,
        leadership: Leadership,
        cluster: Cluster,
        strategies: Mapping[str, Strategy],
        operators: Collection[str],
        now: Clock,
    ) -> None:
        self._control = control
        self._policies = policies
        self._decisions = decisions
        self._leadership = leadership
        self._cluster = cluster
        self._strategies = strategies
        self._operators = operators
        self._now = now
        self._simulations = 0

    async def GetScalingStatus(
        self, request: pb.GetScalingStatusRequest, context: Context
    ) -> pb.GetScalingStatusResponse:
        known = await self._control.known_types(request.agent_type)
        if request.agent_type:
            if request.agent_type not in known:
                raise unknown_type(request.agent_type)
            known = {request.agent_type}
        return pb.GetScalingStatusResponse(
            agents=await self._statuses(known),
            cluster=self._cluster.reachable,
            leader=await self._leadership.leader(),
        )

    async def ListDecisions(self, request: pb.ListDecisionsRequest, context: Context) -> pb.ListDecisionsResponse:
        scope = f"decisions {request.agent_type}"
        found, place = await self._decisions.page(
            request.agent_type,
            before=page_position(request.page_token, scope=scope),
            size=page_size(request.page_size, largest=_LARGEST_PAGE),
        )
        return pb.ListDecisionsResponse(
            decisions=[convert.decision_message(decision) for decision in found],
            next_page_token=page_token(place, scope=scope),
        )

    async def ExplainScaling(self, request: pb.ExplainScalingRequest, context: Context) -> pb.ExplainScalingResponse:
        decision, lines = await self._control.explain(request.agent_type)
        return pb.ExplainScalingResponse(decision=convert.decision_message(decision), what_would_change_it=lines)

    async def SimulateScaling(self, request: pb.SimulateScalingRequest, context: Context) -> pb.SimulateScalingResponse:
        policy = convert.policy_from(request.policy)
        strategy = self._checked(policy)
        jobs = convert.jobs_from(request.tasks)
        cold_start = convert.seconds(request.cold_start)
        if not 0 <= cold_start <= LONGEST_WINDOW:
            told = f"is {cold_start:g} s; it must be from 0 to {LONGEST_WINDOW:g} s."
            raise InvalidArgument(FieldViolation("cold_start", told))
        setting = Setting(slots=request.slots_per_replica, cold_start=cold_start, slo_wait=policy.slo_wait)
        outcome = await self._play(policy, strategy, jobs, setting)
        return convert.outcome_message(outcome)

    async def GetScalingPolicy(
        self, request: pb.GetScalingPolicyRequest, context: Context
    ) -> pb.GetScalingPolicyResponse:
        agent_type = convert.agent_type_of(request.name)
        policy = await self._policies.get(agent_type)
        if policy is None:
            if agent_type not in await self._control.known_types(agent_type):
                raise unknown_type(agent_type)
            policy = self._policies.default(agent_type)
        overridden = await self._policies.override(agent_type) is not None
        return pb.GetScalingPolicyResponse(policy=convert.policy_message(policy, overridden=overridden))

    async def ListScalingPolicies(
        self, request: pb.ListScalingPoliciesRequest, context: Context
    ) -> pb.ListScalingPoliciesResponse:
        size = page_size(request.page_size, largest=_LARGEST_PAGE)
        after = page_position(request.page_token, scope="policies")
        stored, overrides = await self._policies.stored(), await self._policies.overrides()
        names = [name for name in sorted(stored) if name > after]
        return pb.ListScalingPoliciesResponse(
            policies=[convert.policy_message(stored[name], overridden=name in overrides) for name in names[:size]],
            next_page_token=page_token(names[size - 1] if len(names) > size else "", scope="policies"),
        )

    async def ResetScalingPolicy(
        self, request: pb.ResetScalingPolicyRequest, context: Context
    ) -> pb.ResetScalingPolicyResponse:
        _ = operator(self._operators)
        policy = await self._policies.reset(convert.agent_type_of(request.name))
        return pb.ResetScalingPolicyResponse(policy=convert.policy_message(policy))

    async def UpdateScalingPolicy(
        self, request: pb.UpdateScalingPolicyRequest, context: Context
    ) -> pb.UpdateScalingPolicyResponse:
        _ = operator(self._operators)
        wanted = convert.policy_from(request.policy)

        def step(current: Policy) -> Policy:
            updated = update(current, wanted, mask=tuple(request.update_mask.paths), etag=request.policy.etag)
            _ = self._checked(updated)
            return updated

        if request.validate_only:
            current = await self._policies.get(wanted.agent_type)
            policy = step(current or self._policies.default(wanted.agent_type))
        else:
            policy = await self._policies.update(wanted.agent_type, step)
        return pb.UpdateScalingPolicyResponse(policy=convert.policy_message(policy, overridden=True))

    async def PauseScaling(self, request: pb.PauseScalingRequest, context: Context) -> pb.PauseScalingResponse:
        hold = Hold(mode=Mode.PAUSED, by=operator(self._operators).subject, reason=request.reason)
        return pb.PauseScalingResponse(status=await self._held(request.agent_type, hold))

    async def ResumeScaling(self, request: pb.ResumeScalingRequest, context: Context) -> pb.ResumeScalingResponse:
        _ = operator(self._operators)
        return pb.ResumeScalingResponse(status=await self._held(request.agent_type, None))

    async def PinScaling(self, request: pb.PinScalingRequest, context: Context) -> pb.PinScalingResponse:
        by = operator(self._operators).subject
        until = None
        if request.HasField("duration"):
            lasts = convert.seconds(request.duration)
            if not 0 < lasts <= _LONGEST_PIN:
                told = f"is {lasts:g} s; it must be above 0 to {_LONGEST_PIN:g} s. Leave it out to pin until resumed."
                raise InvalidArgument(FieldViolation("duration", told))
            until = self._now().timestamp() + lasts
        hold = Hold(mode=Mode.PINNED, by=by, replicas=request.replicas, until=until)
        return pb.PinScalingResponse(status=await self._held(request.agent_type, hold))

    async def _held(self, agent_type: str, hold: Hold | None) -> pb.ScalingStatus:
        if agent_type not in await self._control.known_types(agent_type):
            raise unknown_type(agent_type)
        if hold is None:
            await self._policies.resume(agent_type)
        else:
            await self._policies.hold(agent_type, hold)
        (status,) = await self._statuses({agent_type})
        return status

    async def _statuses(self, agent_types: Collection[str]) -> list[pb.ScalingStatus]:
        policies, newest = await self._policies.stored(), await self._decisions.newest()
        overrides = await self._policies.overrides()
        holds = await self._policies.holds(self._now().timestamp())
        statuses = []
        for agent_type in sorted(agent_types):
            policy = policies.get(agent_type) or self._policies.default(agent_type)
            hold = holds.get(agent_type)
            mode = effective_mode(policy, hold, cluster=self._cluster.reachable)
            message = convert.policy_message(policy, overridden=agent_type in overrides)
            statuses.append(convert.status_message(agent_type, newest.get(agent_type), message, mode, hold))
        return statuses

    def _checked(self, policy: Policy) -> Strategy:
        """The policy's strategy. Raises InvalidArgument with everything that is wrong with the policy."""
        wrong = problems(policy, self._strategies)
        if wrong:
            raise InvalidArgument(wrong, reason="SCALING_POLICY_INVALID")
        return self._strategies[policy.strategy]

    async def _play(self, policy: Policy, strategy: Strategy, jobs: list[Job], setting: Setting) -> Outcome:
        if self._simulations >= MOST_SIMULATIONS:
            raise ResourceExhausted(
                f"{MOST_SIMULATIONS} simulations are played already; try again.",
                reason="TOO_MANY_SIMULATIONS",
                retry_after=2.0,
            )
        load = load_of("request", jobs)
        if load.work > LONGEST_SIMULATION * policy.max_replicas * setting.slots:
            raise _does_not_finish()
        self._simulations += 1
        gone = False
        try:
            return await asyncio.to_thread(
                play,
                load,
                HeyJarvis(policy, strategy, setting),
                setting,
                longest=LONGEST_SIMULATION,
                stopped=lambda: gone,
            )
        except TooLong as error:
            raise _does_not_finish() from error
        finally:
            # Should the caller have gone away, the thread notices.
            gone = True
            self._simulations -= 1


def _does_not_finish() -> InvalidArgument:
    told = f"do not finish within {LONGEST_SIMULATION / 3600:g} h of simulated time; send fewer, or raise max_replicas."
    return InvalidArgument(FieldViolation("tasks", told))
