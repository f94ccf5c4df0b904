"""Orchestrator, templates, approvals and an echo agent in this process, as a caller on the wire sees them.

`office(redis_url)` asks nobody who they are; with a tokens file there are two tenants: Ana of `acme`, Bob of `rival`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio
import redis
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2_grpc as approvals_rpc
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf
from heyjarvis.templates.v1 import template_service_pb2 as templates_pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc
from pydantic import SecretStr

from agent_sdk import AgentSettings
from agent_sdk.serving import agent_service
from chassis import connect
from chassis.server import running
from services.approvals.__main__ import approvals
from services.approvals.settings import Settings as ApprovalSettings
from services.orchestrator.__main__ import orchestrator
from services.orchestrator.settings import Settings
from services.templates.__main__ import templates
from services.templates.settings import Settings as TemplateSettings
from tests.integration.orchestrator.conftest import NOBODY, ScriptAgent, gate, script_agent, task
from tools.local.redis_server import RedisServer

ANA, BOB, SERVICE = "token-of-ana-of-acme", "token-of-bob-of-rival", "token-of-the-services"
_CALLERS = {
    ANA: {"tenant": "acme", "subject": "ana"},
    BOB: {"tenant": "rival", "subject": "bob"},
    SERVICE: {"tenant": "*", "subject": "services"},
}


@dataclass(frozen=True)
class Desk:
    """What one caller reaches."""

    orchestrator: rpc.OrchestratorServiceStub
    approvals: approvals_rpc.ApprovalServiceStub
    templates: templates_rpc.TemplateServiceStub

    async def submit(self, template: str, *tasks: templates_pb.TaskSpec, **fields: Any) -> str:
        """Starts a workflow of these tasks, on full autopilot unless told otherwise; returns its name."""
        made = templates_pb.Template(title="Test", tasks=tasks)
        await self.templates.CreateTemplate(templates_pb.CreateTemplateRequest(template_id=template, template=made))
        known: dict[str, Any] = {
            "request": "A test",
            "template": f"templates/{template}",
            "autopilot": approval_pb2.AUTOPILOT_MODE_FULL,
        }
        answer = await self.orchestrator.SubmitWorkflow(pb.SubmitWorkflowRequest(**(known | fields)))
        return answer.workflow.name

    async def get(self, name: str) -> wf.Workflow:
        return (await self.orchestrator.GetWorkflow(pb.GetWorkflowRequest(name=name))).workflow

    async def watch(self, name: str, until: str = "", **fields: Any) -> list[pb.WatchWorkflowResponse]:
        """What a watcher is told, until the workflow ends or an event of the kind `until`."""
        call = self.orchestrator.WatchWorkflow(pb.WatchWorkflowRequest(name=name, **({"from_start": True} | fields)))
        seen = []
        try:
            async for message in call:
                seen.append(message)
                if until and message.event.WhichOneof("kind") == until:
                    break
        finally:
            call.cancel()
        return seen


@dataclass(frozen=True)
class Office:
    """The running services."""

    addresses: dict[str, str]
    """HOST:PORT of orchestrator, approvals and templates."""
    ana: Desk
    bob: Desk
    agent: ScriptAgent


@asynccontextmanager
async def office(redis_url: str, tokens_file: Path | None = None) -> AsyncIterator[Office]:
    """Everything runs; with a tokens file only known callers are served."""
    quick: dict[str, Any] = {"redis_url": SecretStr(redis_url), "drain_grace": 2.0}
    if tokens_file is not None:
        tokens_file.write_text(json.dumps(_CALLERS), encoding="utf-8")
        quick |= {"tokens_file": tokens_file, "service_token": SecretStr(SERVICE)}
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        for_templates = await enter(running(templates, TemplateSettings(**quick), name="templates"))
        for_approvals = await enter(running(approvals, ApprovalSettings(**quick), name="approvals"))
        peers: dict[str, Any] = {
            "templates_address": for_templates.address,
            "approvals_address": for_approvals.address,
            "analytics_address": NOBODY,
        }
        host = await enter(running(orchestrator, Settings(**quick, **peers), name="orchestrator"))
        agent = script_agent("echo")
        await enter(running(agent_service(agent), AgentSettings(**quick, agent_heartbeat=0.5), name="echo"))

        async def desk(token: str) -> Desk:
            async def channel(address: str) -> Any:
                return await enter(connect(address, token=token if tokens_file else None, max_message_bytes=1 << 26))

            return Desk(
                orchestrator=rpc.OrchestratorServiceStub(await channel(host.address)),
                approvals=approvals_rpc.ApprovalServiceStub(await channel(for_approvals.address)),
                templates=templates_rpc.TemplateServiceStub(await channel(for_templates.address)),
            )

        yield Office(
            addresses={each.name: each.address for each in (host, for_approvals, for_templates)},
            ana=await desk(ANA),
            bob=await desk(BOB),
            agent=agent,
        )


@dataclass(frozen=True)
class Scene:
    """Workflows of Ana in the states that requests get wrong."""

    office: Office
    raw: grpc.aio.Channel
    """To the orchestrator, as Ana; for requests that no stub would send."""
    held: str
    """Runs: its task `done` has succeeded, its task `held` is in hand until `office.agent.go` is set."""
    over: str
    """Has succeeded."""
    asking: str
    """Waits for the one approval `approval`."""
    approval: str

    @property
    def ana(self) -> Desk:
        return self.office.ana

    async def release(self) -> wf.Workflow:
        """Lets the held task go; the workflow as it ended."""
        self.office.agent.go.set()
        await self.ana.watch(self.held)
        return await self.ana.get(self.held)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One for all tests of a module: what they do must leave no trace."""
    with redis.Redis.from_url(redis_server.url) as eraser:
        eraser.flushall()
    async with office(redis_server.url, tmp_path_factory.mktemp("tokens") / "tokens.json") as place:
        ana = place.ana
        held = await ana.submit(
            "held", task("done", do="artifact a.txt"), task("held", "done", do="hold"), request_id="held-1"
        )
        over = await ana.submit("over", task("t", do="artifact a.txt"))
        before = gate(approval_pb2.GATE_KIND_BEFORE_TASK)
        manual = approval_pb2.AUTOPILOT_MODE_MANUAL
        asking = await ana.submit("asking", task("t", gates=[before]), autopilot=manual)
        await asyncio.gather(
            ana.watch(held, until="succeeded"), ana.watch(over), ana.watch(asking, until="approval_requested")
        )
        (approval,) = (await ana.get(asking)).pending_approvals
        async with connect(place.addresses["orchestrator"], token=ANA, max_message_bytes=1 << 26) as raw:
            yield Scene(office=place, raw=raw, held=held, over=over, asking=asking, approval=approval)
        place.agent.go.set()
