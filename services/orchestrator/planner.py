"""The planner: a request becomes a plan. Templates make the graph; the model will, later."""

from __future__ import annotations

import grpc
from heyjarvis.templates.v1 import template_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc

from chassis.errors import HeyJarvisError
from chassis.identity import Identity, acting_as
from chassis.status import from_rpc_error
from services.orchestrator.convert import gate_from_pb, spec_from_pb
from services.orchestrator.domain.plan import Plan, ordered

TIMEOUT = 5.0
"""Seconds a call to the templates service may take."""
TITLE_LENGTH = 80


class Planner:
    """Makes plans from templates."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._templates: rpc.TemplateServiceStub = rpc.TemplateServiceStub(channel)

    async def plan(self, request: str, template: str, caller: Identity) -> Plan:
        """A plan for a request, from the template named or, without one, the best that fits.

        Raises:
            NotFound: no such template.
            InvalidArgument: the template's graph is not sound.
            Unavailable: the templates service is away.
        """
        with acting_as(caller):
            try:
                if template:
                    got = await self._templates.GetTemplate(pb.GetTemplateRequest(name=template), timeout=TIMEOUT)
                    return _plan(got.template, "It was asked for")
                best = await self._templates.RecommendTemplates(
                    pb.RecommendTemplatesRequest(request=request, max_results=1), timeout=TIMEOUT
                )
            except grpc.aio.AioRpcError as error:
                raise from_rpc_error(error) from error
        if not best.recommendations:
            raise HeyJarvisError("There is no template at all; create one first.", reason="NO_TEMPLATE")
        first = best.recommendations[0]
        return _plan(first.template, first.reason)


def _plan(template: pb.Template, reason: str) -> Plan:
    return Plan(
        template=f"{template.name}@{template.version}",
        reason=reason,
        tasks=ordered(spec_from_pb(task) for task in template.tasks),
        gate=gate_from_pb(template.plan_gate) if template.HasField("plan_gate") else None,
        retry_budget=template.retry_budget if template.HasField("retry_budget") else None,
    )


def title_of(request: str) -> str:
    """One line for people: the beginning of the request."""
    line = " ".join(request.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
