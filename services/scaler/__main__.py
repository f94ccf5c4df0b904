"""The scaler: how many workers each agent gets."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import chassis
from agent_sdk.registry import AgentRegistry
from chassis import Host
from chassis.clock import new_id
from chassis.host import Servicer
from services.scaler.acting import Actor
from services.scaler.cluster import Cluster
from services.scaler.cluster.authorship import Authored
from services.scaler.cluster.observe import Unclustered
from services.scaler.control import Control
from services.scaler.drainer import AgentDrainer
from services.scaler.gauges import Gauges
from services.scaler.inputs.orchestrators import Orchestrators
from services.scaler.inputs.reader import InputReader
from services.scaler.inputs.service_times import ServiceTimes
from services.scaler.keda import KedaScaler
from services.scaler.leadership import Leadership
from services.scaler.leadership.redis import RedisLeadership
from services.scaler.pacer import Pacer
from services.scaler.seeds import seeds_from
from services.scaler.service import ScalerService
from services.scaler.settings import Settings
from services.scaler.store.counts import WrittenCounts
from services.scaler.store.decisions import DecisionLog
from services.scaler.store.policies import PolicyStore
from services.scaler.strategies import installed


@asynccontextmanager
async def scaler(settings: Settings, host: Host) -> AsyncIterator[list[Servicer]]:
    """Wires the service."""
    registry, strategies = AgentRegistry(host.redis), installed()
    happened = asyncio.Event()
    default = settings.default_policy()
    policies = PolicyStore(host.redis, default, seeds_from(settings.policies_file, default, strategies))
    decisions = DecisionLog(host.redis, kept=settings.decisions_kept)
    clock = asyncio.get_running_loop().time

    def awaited() -> None:
        happened.set()
        keda.wake()

    orchestrators = Orchestrators(
        host, settings.orchestrator_address, timeout=settings.input_timeout, awaited=awaited, clock=clock
    )
    gauges = Gauges()
    async with (
        _cluster(settings, host, happened.set) as (cluster, leadership),
        host.connect(settings.analytics_address, timeout=settings.input_timeout) as analytics,
        aclosing(AgentDrainer(host, timeout=settings.agent_timeout)) as drainer,
        aclosing(Actor(cluster=cluster, drainer=drainer, leadership=leadership, gauges=gauges, clock=clock)) as actor,
    ):
        times = ServiceTimes(analytics, timeout=settings.input_timeout, clock=clock)
        control = Control(
            inputs=InputReader(
                registry=registry,
                demands=orchestrators,
                times=times,
                cluster=cluster,
                clock=clock,
            ),
            policies=policies,
            decisions=decisions,
            leadership=leadership,
            cluster=cluster,
            actor=actor,
            strategies=strategies,
            now=host.now,
            clock=clock,
            gauges=gauges,
            tick=settings.tick,
            most_replicas=settings.most_replicas,
            provider_concurrency=settings.provider_concurrency,
        )
        keda = KedaScaler(
            control=control, policies=policies, strategies=strategies, draining=host.draining, clock=clock
        )
        channels = (registry.channel, policies.channel)
        pacer = Pacer(
            control,
            leadership,
            host.redis,
            channels,
            heard=orchestrators.heard,
            happened=happened,
            tick=settings.tick,
            draining=host.draining,
        )
        _ = host.spawn(orchestrators.run(), name="scaler-demand")
        _ = host.spawn(times.run(), name="scaler-service-times")
        host.on_drain(pacer.resign)
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
                now=host.now,
            ),
            keda,
        ]


@asynccontextmanager
async def _cluster(
    settings: Settings, host: Host, changed: Callable[[], None]
) -> AsyncIterator[tuple[Cluster, Leadership]]:
    """Where the agents run, and how replicas of the scaler agree who writes there."""
    process = settings.pod_uid or new_id()
    if settings.cluster == "none":
        yield Unclustered(), RedisLeadership(host.redis, f"{host.address}/{process}", lasts=settings.lead_for)
        return
    from services.scaler.cluster.kubernetes.api import open_api
    from services.scaler.cluster.kubernetes.assemble import FIELD_MANAGER
    from services.scaler.cluster.kubernetes.cluster import KubernetesCluster
    from services.scaler.leadership.lease import LeaseLeadership

    pod = settings.pod_name or socket.gethostname()
    async with open_api(
        kubeconfig=settings.kubeconfig, namespace=settings.namespace, agent=f"heyjarvis-scaler/{pod}"
    ) as api:
        leadership = LeaseLeadership(
            api, settings.lease, f"{pod}_{process}", duration=settings.lead_for, changed=changed
        )
        cluster = KubernetesCluster(
            api,
            label=settings.agent_type_label,
            instance=pod,
            fence=leadership.fence,
            changed=changed,
            now=host.now,
        )
        _ = host.spawn(cluster.run(), name="cluster")
        _ = host.spawn(leadership.run(), name="lease")
        await cluster.settled(within=settings.input_timeout)
        yield Authored(cluster, WrittenCounts(host.redis), manager=FIELD_MANAGER, now=host.now), leadership


if __name__ == "__main__":
    chassis.serve(scaler, Settings(), name="scaler")
