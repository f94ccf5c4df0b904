"""A small HeyJarvis in this process: templates, approvals, orchestrator and echo agents over a real Redis and real
sockets. `async with world(...) as jarvis` gives stubs and the few moves that tests repeat."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import grpc
import pytest
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc
from pydantic import SecretStr

from agent_sdk import AgentSettings, Outcome, TaskContext, TaskInput
from agent_sdk.serving import agent_service
from chassis.host import Host
from chassis.redis import RedisAccess, open_redis
from chassis.server import running
from services.approvals.__main__ import approvals
from services.approvals.settings import Settings as ApprovalSettings
from services.orchestrator.__main__ import orchestrator
from services.orchestrator.durations import KnownDurations
from services.orchestrator.settings import Settings
from services.templates.__main__ import templates
from services.templates.settings import Settings as TemplateSettings
from tests.support.agents import Echo, EchoAgent
from tools.offline_model.options import Options
from tools.offline_model.service import OfflineModel

NOBODY = "127.0.0.1:9"
"""An address nobody listens at: analytics is away."""
FULL = approval_pb2.AUTOPILOT_MODE_FULL
MANUAL = approval_pb2.AUTOPILOT_MODE_MANUAL
SILENCE = timedelta(seconds=5)
"""How long agents may be silent in tests that lose one: longer than a busy machine stands still. In the others nobody
is ever given up: agents and orchestrator share a process, and when it stood still all of them seem silent."""


class ScriptAgent(EchoAgent):
    """An EchoAgent that follows its task's instructions, so that tasks of one workflow behave differently."""

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Echo]:
        """Do what the instructions say."""
        return await super().execute(context, dataclasses.replace(task, request=task.instructions))


def script_agent(type_: str, capacity: int = 4) -> ScriptAgent:
    """An agent of a type of its own."""
    card = dataclasses.replace(EchoAgent.card, type=type_, capacity=capacity)
    made: type[ScriptAgent] = type(f"Agent_{type_}", (ScriptAgent,), {"card": card})
    return made()


def task(id_: str, *depends_on: str, do: str = "", agent: str = "echo", **fields: Any) -> templates_pb.TaskSpec:
    """A task that follows the script `do`."""
    return templates_pb.TaskSpec(id=id_, title=id_, agent_type=agent, depends_on=depends_on, instructions=do, **fields)


def gate(kind: int, **fields: Any) -> approval_pb2.Gate:
    return approval_pb2.Gate(kind=kind, risk=approval_pb2.RISK_HIGH, **fields)  # type: ignore[arg-type]


@dataclass
class World:
    """Stubs and moves."""

    redis: RedisAccess
    stack: AsyncExitStack
    start_orchestrator: Callable[..., AbstractAsyncContextManager[Host]]
    start_agent: Callable[..., AbstractAsyncContextManager[Host]]
    orchestrator: rpc.OrchestratorServiceStub
    approvals: approvals_rpc.ApprovalServiceStub
    templates: templates_rpc.TemplateServiceStub
    agent: ScriptAgent
    environment: dict[str, str] = field(default_factory=dict)
    """With which an orchestrator in a process of its own belongs to it."""
    made: int = field(default=0)

    async def template(self, *tasks: templates_pb.TaskSpec, **fields: Any) -> str:
        self.made += 1
        template = templates_pb.Template(title="Test", tasks=tasks, **fields)
        request = templates_pb.CreateTemplateRequest(template_id=f"test-{self.made}", template=template)
        return (await self.templates.CreateTemplate(request)).template.name

    async def submit(self, *tasks: templates_pb.TaskSpec, **fields: Any) -> str:
        """Starts a workflow of these tasks, on full autopilot unless told otherwise; returns its name."""
        template_fields = {"plan_gate": fields.pop("plan_gate")} if "plan_gate" in fields else {}
        name = await self.template(*tasks, **template_fields)
        known: dict[str, Any] = {"request": "A test", "template": name, "autopilot": FULL}
        request = pb.SubmitWorkflowRequest(**(known | fields))
        return (await self.orchestrator.SubmitWorkflow(request)).workflow.name

    async def get(self, name: str) -> wf.Workflow:
        return (await self.orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))).workflow

    async def watch(
        self, name: str, until: str | None = None, task: str = "", **fields: Any
    ) -> list[pb.WatchWorkflowResponse]:
        """Everything a watcher gets, until the workflow ends or an event of the kind (of the task) arrives."""
        known: dict[str, Any] = {"from_start": True} if until and "cursor" not in fields else {}
        call = self.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, **(known | fields)))
        seen = []
        try:
            async for message in call:
                seen.append(message)
                event = message.event if message.WhichOneof("kind") == "event" else None
                if until and event and event.WhichOneof("kind") == until and task in ("", event.task):
                    break
        finally:
            call.cancel()
        return seen

    async def kinds(self, name: str) -> list[str]:
        """The kinds of all events of a workflow that has ended, text left out."""
        seen = await self.watch(name, from_start=True, without_text=True)
        return [str(message.event.WhichOneof("kind")) for message in seen]

    async def finished(self, name: str) -> wf.Workflow:
        await self.watch(name)
        return await self.get(name)

    async def queues(self) -> list[pb.QueueStatus]:
        return list((await self.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())).queues)

    async def begun(self, agent: ScriptAgent | None = None) -> None:
        """Returns when the agent has begun to work, the first one unless told; that it shall is on record before."""
        async with asyncio.timeout(30):
            while not (agent or self.agent).runs:
                await asyncio.sleep(0.01)

    async def let_go(self) -> None:
        """Returns when the first orchestrator owns no workflow."""
        async with asyncio.timeout(30):
            while (await self.orchestrator.GetSystemStatus(pb.GetSystemStatusRequest())).owned_workflows:
                await asyncio.sleep(0.02)

    async def decide(self, name: str, decision: int, **fields: Any) -> None:
        """Decides the one approval the workflow waits for."""
        from heyjarvis.approvals.v1 import approval_service_pb2

        (approval,) = (await self.get(name)).pending_approvals
        request = approval_service_pb2.DecideApprovalRequest(name=approval, decision=decision, **fields)  # type: ignore[arg-type]
        await self.approvals.DecideApproval(request)


Worlds = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def world(redis_url: str) -> Worlds:
    """Starts a world; keyword arguments are settings of its orchestrator."""
    url = SecretStr(redis_url)

    @asynccontextmanager
    async def build(*, capacity: int = 4, **settings: Any) -> AsyncIterator[World]:
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            redis = await enter(open_redis(url))
            quick: dict[str, Any] = {"redis_url": url, "drain_grace": 2.0}
            made_templates = await enter(running(templates, TemplateSettings(**quick), name="templates"))
            made_approvals = await enter(running(approvals, ApprovalSettings(**quick), name="approvals"))

            def start_orchestrator(**changes: Any) -> AbstractAsyncContextManager[Host]:
                known: dict[str, Any] = {
                    **quick,
                    "templates_address": made_templates.address,
                    "approvals_address": made_approvals.address,
                    "analytics_address": NOBODY,
                    "lease": timedelta(seconds=3),
                    "agent_silence": timedelta(minutes=5),
                    "cancel_grace": timedelta(minutes=5),
                }
                return running(orchestrator, Settings(**(known | settings | changes)), name="orchestrator")

            def start_agent(agent: ScriptAgent, **changes: Any) -> AbstractAsyncContextManager[Host]:
                known: dict[str, Any] = {**quick, "agent_heartbeat": 0.5}
                return running(agent_service(agent), AgentSettings(**(known | changes)), name=agent.card.type)

            host = await enter(start_orchestrator())
            agent = script_agent("echo", capacity)
            await enter(start_agent(agent))

            async def channel(address: str) -> grpc.aio.Channel:
                made: grpc.aio.Channel = await enter(grpc.aio.insecure_channel(address))
                return made

            yield World(
                redis=redis,
                stack=stack,
                start_orchestrator=start_orchestrator,
                start_agent=start_agent,
                orchestrator=rpc.OrchestratorServiceStub(await channel(host.address)),
                approvals=approvals_rpc.ApprovalServiceStub(await channel(made_approvals.address)),
                templates=templates_rpc.TemplateServiceStub(await channel(made_templates.address)),
                agent=agent,
                environment={
                    "REDIS_URL": redis_url,
                    "HEYJARVIS_TEMPLATES_ADDRESS": made_templates.address,
                    "HEYJARVIS_APPROVALS_ADDRESS": made_approvals.address,
                    "HEYJARVIS_ANALYTICS_ADDRESS": NOBODY,
                    "HEYJARVIS_LEASE": "3 s",
                    "HEYJARVIS_AGENT_SILENCE": "5 min",
                },
            )

    return build


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """From the call on every attempt counts as having taken so many seconds, however long it did."""

    def count_as(seconds: float) -> None:
        add = KnownDurations._add
        monkeypatch.setattr(KnownDurations, "_add", lambda known, agent_type, _: add(known, agent_type, seconds))

    return count_as


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch, anthropic_library: None) -> AsyncIterator[OfflineModel]:
    """The offline model, where the orchestrators and agents of this test look for it."""
    async with OfflineModel(Options()).running() as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.url)
        yield running
