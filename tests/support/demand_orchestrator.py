"""An orchestrator that says what a test says: WatchDemand over a real stream, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc

Context = grpc.aio.ServicerContext[Any, Any]


class DemandOrchestrator(rpc.OrchestratorServiceServicer):
    """Tells the queues it is told, and tells them again when they change."""

    def __init__(self, name: str = "orchestrator-1") -> None:
        self.name = name
        self.queues: dict[str, tuple[int, int, float]] = {}
        """Waiting, running and the oldest wait, by agent type."""
        self.leases: dict[str, int] = {}
        """Attempts by agent instance."""
        self.unfinished: dict[str, int] = {}
        """Workflows that name a type, besides those of `queues`; a type only named here has nothing to do now."""
        self.silent = False
        """Refuses."""
        self.frozen = False
        """Takes streams and says nothing."""
        self.opened = 0

    async def WatchDemand(
        self, request: pb.WatchDemandRequest, context: Context
    ) -> AsyncIterator[pb.WatchDemandResponse]:
        self.opened += 1
        said, at = None, 0.0
        while True:
            if self.silent:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
            now = asyncio.get_running_loop().time()
            message = self._message()
            if not self.frozen and (said != message or now - at > 1):
                said, at = message, now
                yield message
            await asyncio.sleep(0.01)

    def _message(self) -> pb.WatchDemandResponse:
        types = self.queues.keys() | self.unfinished.keys()
        return pb.WatchDemandResponse(
            orchestrator=self.name,
            agents=[self._agent(agent_type) for agent_type in sorted(types)],
            leases=[pb.InstanceLease(instance=name, running=count) for name, count in self.leases.items() if count],
            unclaimed_workflows=0,
        )

    def _agent(self, agent_type: str) -> pb.AgentDemand:
        waiting, running, wait = self.queues.get(agent_type, (0, 0, 0.0))
        return pb.AgentDemand(
            agent_type=agent_type,
            waiting=waiting,
            running=running,
            oldest_wait=Duration(seconds=int(wait)),
            forecasts=[pb.Forecast(within=Duration(seconds=5))],
            unfinished_workflows=self.unfinished.get(agent_type, 0),
        )


@asynccontextmanager
async def demand_orchestrator(name: str = "orchestrator-1") -> AsyncIterator[tuple[DemandOrchestrator, str]]:
    """One that serves, and its address."""
    server, servicer = grpc.aio.server(), DemandOrchestrator(name)  # type: ignore[abstract]  # one rpc is enough
    rpc.add_OrchestratorServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield servicer, f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
