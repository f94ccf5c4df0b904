"""The scaler: how many workers each agent gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import chassis
from agent_sdk.registry import AgentRegistry
from chassis import Host
from chassis.clock import new_id, utc_now
from services.scaler.cluster.observe import Unclustered
from services.scaler.control import Control
from services.scaler.gauges import Gauges
from services.scaler.inputs.queues import Orchestrators
from services.scaler.inputs.reader import InputReader
from services.scaler.inputs.service_times import ServiceTimes
from services.scaler.leadership.redis import RedisLeadership
from services.scaler.pacer import Pacer
from services.scaler.service import ScalerService
from services.scaler.settings import Settings
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore
from services.scaler.strategies import installed


@asynccontextmanager
async def scaler(settings: Settings, host: Host) -> AsyncIterator[list[ScalerService]]:
    """Wires the service."""
    registry, cluster, strategies = AgentRegistry(host.redis), Unclustered(), installed()
    happened = asyncio.Event()
    policies = PolicyStore(host.redis, settings.default_policy())
    decisions = DecisionLog(host.redis, kept=settings.decisions_kept)
    leadership = RedisLeadership(host.redis, f"{host.address}/{new_id()}", lasts=settings.lead_for)
    orchestrators = Orchestrators(host, settings.orchestrator_address, timeout=settings.input_timeout)
    async with (
        host.connect(settings.analytics_address, timeout=settings.input_timeout) as analytics,
        aclosing(orchestrators),
    ):
        control = Control(
            inputs=InputReader(
                registry=registry,
                queues=orchestrators,
                times=ServiceTimes(analytics, timeout=settings.input_timeout),
                cluster=cluster,
                clock=asyncio.get_running_loop().time,
            ),
            policies=policies,
            decisions=decisions,
            leadership=leadership,
            cluster=cluster,
            strategies=strategies,
            now=utc_now,
            gauges=Gauges(),
        )
        channels = (registry.channel, policies.channel)
        pacer = Pacer(
            control,
            leadership,
            host.redis,
            channels,
            happened=happened,
            tick=settings.tick,
            draining=host.draining,
        )
        _ = host.spawn(pacer.run(), name="scaler-pacer")
        _ = host.spawn(pacer.listen(), name="scaler-listener")
        yield [
            ScalerService(
                control=control,
                policies=policies,
                decisions=decisions,
                leadership=leadership,
                cluster=cluster,
                strategies=strategies,
                operators=settings.operators,
                now=utc_now,
            )
        ]


if __name__ == "__main__":
    chassis.serve(scaler, Settings(), name="scaler")
