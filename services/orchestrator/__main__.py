"""The orchestrator: plans workflows, hands out tasks, picks up what a crash left behind. Wiring only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from heyjarvis.approvals.v1 import approval_pb2

from agent_sdk.artifacts import ArtifactStore
from agent_sdk.registry import AgentRegistry
from agent_sdk.results import ResultStore
from chassis import Host, Servicer, new_id, serve
from services.orchestrator.agenda import Agenda
from services.orchestrator.agents import AgentDirectory, Dispatcher
from services.orchestrator.demand import Demand
from services.orchestrator.domain.selection import Preference
from services.orchestrator.domain.timeouts import TimeoutPolicy
from services.orchestrator.door import Door
from services.orchestrator.durations import KnownDurations
from services.orchestrator.gates import Gates
from services.orchestrator.inline_content import InlineContent
from services.orchestrator.late import LateReports
from services.orchestrator.lookahead import Lookahead
from services.orchestrator.outbox import Outbox
from services.orchestrator.planner import Knowledge, Planner, planning_model
from services.orchestrator.purse import Purse
from services.orchestrator.results import ResultChecker
from services.orchestrator.runner import Surroundings
from services.orchestrator.service import OrchestratorService
from services.orchestrator.settings import Settings
from services.orchestrator.status import SystemStatus
from services.orchestrator.store import AgendaStore, SpendingStore, WorkflowStore
from services.orchestrator.streams import AgentStreams
from services.orchestrator.watch import Watch


@asynccontextmanager
async def orchestrator(settings: Settings, host: Host) -> AsyncIterator[list[Servicer]]:
    """Everything the orchestrator is made of."""
    name = new_id("orchestrator-")
    store = WorkflowStore(host.redis, log_length=settings.log_length, retention=settings.retention)
    agenda_store = AgendaStore(host.redis)
    artifacts = ArtifactStore(host.redis, ttl=settings.retention)
    directory = AgentDirectory(host.redis, AgentRegistry(host.redis), silence=settings.agent_silence)
    preference = Preference(weights=settings.weights, node=settings.node, zone=settings.zone)
    dispatcher = Dispatcher(directory, host.now, preference)
    spending = SpendingStore(host.redis)
    purse = Purse(store=spending, default=settings.tenant_day_budget, by_tenant=settings.tenant_day_budgets)
    outbox = Outbox(host.redis, store, spending, length=settings.events_length)
    door = Door(
        store=store,
        agenda=agenda_store,
        now=host.now,
        lease=settings.lease,
        max_unfinished=settings.max_unfinished,
        purse=purse,
    )
    late = LateReports(door)
    stored = ResultStore(host.redis)
    streams = AgentStreams(name, host.connect, directory, dispatcher, stored, late, InlineContent(artifacts))
    directory.appeared = streams.appeared
    async with (
        host.connect(settings.templates_address) as templates,
        host.connect(settings.approvals_address) as approvals,
        host.connect(settings.analytics_address) as analytics,
        planning_model(host) as model,
    ):
        durations = KnownDurations(analytics)
        planner = Planner(
            templates,
            Knowledge(directory.live, host.connect, durations),
            model,
            thinks=settings.planner == "auto",
            timeout=settings.planning_timeout,
        )
        results = ResultChecker(artifacts, streams)
        gates = Gates(
            approvals,
            host.redis,
            artifacts,
            lambda workflow, content: planner.edit(workflow, content, host.now()),
            results.check_edit,
        )
        around = Surroundings(
            name=name,
            store=store,
            agenda=agenda_store,
            dispatcher=dispatcher,
            streams=streams,
            planner=planner,
            gates=gates,
            outbox=outbox,
            purse=purse,
            results=results,
            stored=stored,
            durations=durations,
            now=host.now,
            timeouts=TimeoutPolicy(
                default=settings.task_timeout, factor=settings.timeout_factor, floor=settings.timeout_floor
            ),
            task_attempts=settings.task_attempts,
            retry_budget=settings.retry_budget,
            ask_depth=settings.ask_depth,
            hand_off_depth=settings.hand_off_depth,
            cancel_grace=settings.cancel_grace,
        )
        agenda = Agenda(around, host.redis, lease=settings.lease, max_owned=settings.max_owned)

        demand = Demand(
            name=name,
            dispatcher=dispatcher,
            workflows=agenda.workflows,
            lookahead=Lookahead(durations.of),
            agenda=agenda_store,
            draining=host.draining,
            now=host.now,
        )

        async def on_drain() -> None:
            demand.changed()
            await agenda.aclose()

        async def on_decision(tenant: str, approval: approval_pb2.Approval) -> None:
            await gates.pass_on(door, tenant, approval)

        _ = host.spawn(directory.follow(), name="agents")
        _ = host.spawn(outbox.run(), name="outbox")
        _ = host.spawn(late.run(), name="late-reports")
        _ = host.spawn(agenda.run(), name="agenda")
        _ = host.spawn(gates.follow(on_decision), name="decisions")
        _ = host.spawn(demand.keep_counting(), name="demand")
        _ = host.spawn(durations.keep_asking(), name="durations")
        host.on_drain(on_drain)
        status = SystemStatus(
            name=name,
            store=store,
            directory=directory,
            dispatcher=dispatcher,
            purse=purse,
            price_date=planner.price_date,
            owned=lambda: agenda.owned,
            now=host.now,
            started=host.now(),
        )
        yield [
            OrchestratorService(
                door=door,
                watch=Watch(host.redis, store, host.draining),
                planner=planner,
                results=results,
                artifacts=artifacts,
                status=status,
                demand=demand,
                services_only=settings.tokens_file is not None,
                agent_types=directory.types,
                now=host.now,
            )
        ]
        await streams.aclose()


if __name__ == "__main__":
    serve(orchestrator, Settings(), name="orchestrator")
