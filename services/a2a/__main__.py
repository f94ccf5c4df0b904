"""A2A: foreign agents send work and follow it, over the Agent2Agent protocol."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from heyjarvis.approvals.v1.approval_service_pb2_grpc import ApprovalServiceStub
from heyjarvis.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub
from heyjarvis.templates.v1.template_service_pb2_grpc import TemplateServiceStub

import chassis
from chassis import Host, Servicer
from chassis.identity import Authenticator, read_tokens
from services.a2a.artifacts import Artifacts
from services.a2a.card import Cards
from services.a2a.following import Following
from services.a2a.handler import Handler
from services.a2a.settings import Settings
from services.a2a.web import application, listen, serving

PATIENCE = 30.0
"""Seconds a call may take; one that finds a service away waits as long for it to come up. Foreign callers know nothing
of our restarts: they see a slow answer instead of an error."""


@asynccontextmanager
async def a2a(settings: Settings, host: Host) -> AsyncIterator[Sequence[Servicer]]:
    """Wires the service."""
    tokens = read_tokens(settings.tokens_file) if settings.tokens_file is not None else None
    listening = listen(settings)
    url = settings.a2a_url or f"http://{host.address.rpartition(':')[0]}:{listening.getsockname()[1]}"
    with listening:
        async with (
            host.connect(settings.orchestrator_address, timeout=PATIENCE, wait_for_ready=True) as to_orchestrator,
            host.connect(settings.approvals_address, timeout=PATIENCE, wait_for_ready=True) as to_approvals,
            host.connect(settings.templates_address, timeout=PATIENCE, wait_for_ready=True) as to_templates,
        ):
            orchestrator, approvals = OrchestratorServiceStub(to_orchestrator), ApprovalServiceStub(to_approvals)
            artifacts = Artifacts(
                orchestrator, url=url, largest=settings.a2a_inline_bytes, total=settings.a2a_inline_total
            )
            cards = Cards(
                TemplateServiceStub(to_templates),
                orchestrator,
                url=url,
                version=version("heyjarvis"),
                wants_token=tokens is not None,
                tenant=settings.a2a_card_tenant,
                age=settings.a2a_card_age,
            )
            following = Following(orchestrator, approvals, artifacts, host.draining)
            handler = Handler(orchestrator, approvals, following, cards, blocking=settings.a2a_blocking)
            app = application(handler, cards, artifacts, Authenticator(tokens), settings)
            async with serving(app, listening, host, settings):
                yield []


if __name__ == "__main__":
    chassis.serve(a2a, Settings(), name="a2a")
