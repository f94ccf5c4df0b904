"""The servicer: message in, counters read, message out. It changes nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import grpc
from heyjarvis.analytics.v1 import analytics_service_pb2 as pb
from heyjarvis.analytics.v1 import analytics_service_pb2_grpc as rpc

from chassis.clock import Clock
from chassis.errors import NotFound, ResourceExhausted
from chassis.paging import page_position, page_size, page_token
from services.analytics import convert
from services.analytics.caller import one_tenant, tenant_or_all
from services.analytics.domain.advice import advise
from services.analytics.domain.alerts import Alert
from services.analytics.domain.numbers import AgentNumbers, TemplateNumbers, agent_of, template_of, total_of
from services.analytics.store.alerts import AlertStore
from services.analytics.store.measures import MeasureStore
from services.analytics.store.series import SeriesStore
from services.analytics.store.stream import EventStream
from services.analytics.watch import Watch

_LARGEST_PAGE = 200
_TENANTS = 1000
"""Tenants a service that sees all of them sees: those of the newest events."""

Context = grpc.aio.ServicerContext[Any, Any]


class AnalyticsService(rpc.AnalyticsServiceServicer):
    """Tells what was measured."""

    def __init__(
        self,
        *,
        measures: MeasureStore,
        series: SeriesStore,
        alerts: AlertStore,
        stream: EventStream,
        watch: Watch,
        now: Clock,
        max_watchers: int,
    ) -> None:
        self._measures = measures
        self._series = series
        self._alerts = alerts
        self._stream = stream
        self._watch = watch
        self._now = now
        self._max_watchers = max_watchers
        self._watchers = 0

    async def GetDashboard(self, request: pb.GetDashboardRequest, context: Context) -> pb.GetDashboardResponse:
        tenants = await self._tenants()
        total = total_of(await self._series.total(tenants))
        lag = await self._stream.lag()
        return pb.GetDashboardResponse(
            workflows=convert.outcome_message(total.workflows),
            attempts=convert.outcome_message(total.attempts),
            workflow_duration=convert.duration_message(total.duration),
            usage=convert.usage_message(total.usage),
            waste=convert.usage_message(total.waste),
            agents=[convert.agent_message(agent) for agent in await self._agents(tenants)],
            templates=[convert.template_message(template) for template in await self._templates(tenants)],
            alerts=[convert.alert_message(alert) for alert in await self._firing(tenants)],
            as_of_time=convert.stamp(total.as_of) if total.as_of else None,
            lag=lag.waiting,
        )

    async def GetAgentStats(self, request: pb.GetAgentStatsRequest, context: Context) -> pb.GetAgentStatsResponse:
        tenants = await self._tenants()
        if not request.agent_type:
            agents = await self._agents(tenants)
        else:
            counters = await self._series.agent(tenants, request.agent_type)
            agents = [agent_of(request.agent_type, counters)] if counters else []
        return pb.GetAgentStatsResponse(agents=[convert.agent_message(agent) for agent in agents])

    async def GetWorkflowStats(
        self, request: pb.GetWorkflowStatsRequest, context: Context
    ) -> pb.GetWorkflowStatsResponse:
        id = request.workflow.removeprefix("workflows/")
        (workflow,) = await self._measures.read([(one_tenant(), id)])
        if workflow is None:
            raise NotFound(
                "workflow",
                request.workflow,
                message=f"Nothing was measured for {request.workflow!r}: there is no such workflow, it began a moment "
                "ago, or it ended too long ago.",
            )
        return convert.workflow_message(id, workflow, int(self._now().timestamp() * 1_000_000))

    async def GetTemplateStats(
        self, request: pb.GetTemplateStatsRequest, context: Context
    ) -> pb.GetTemplateStatsResponse:
        tenants = await self._tenants()
        if not request.template:
            templates = await self._templates(tenants)
        else:
            counters = await self._series.template(tenants, request.template)
            templates = [template_of(request.template, counters)] if counters else []
        return pb.GetTemplateStatsResponse(templates=[convert.template_message(one) for one in templates])

    async def PredictDuration(self, request: pb.PredictDurationRequest, context: Context) -> pb.PredictDurationResponse:
        tenants = await self._tenants()
        if request.WhichOneof("subject") == "agent_type":
            durations = agent_of("", await self._series.agent(tenants, request.agent_type)).duration
        else:
            durations = template_of("", await self._series.template(tenants, request.template)).duration
        if durations.count < 1:
            return pb.PredictDurationResponse()
        return pb.PredictDurationResponse(
            p50=convert.span(durations.quantile(0.5)),
            p95=convert.span(durations.quantile(0.95)),
            sample_size=durations.count,
        )

    async def ListRecommendations(
        self, request: pb.ListRecommendationsRequest, context: Context
    ) -> pb.ListRecommendationsResponse:
        tenants = await self._tenants()
        total = total_of(await self._series.total(tenants))
        advice = advise(total, await self._agents(tenants), await self._templates(tenants))
        return pb.ListRecommendationsResponse(recommendations=[convert.advice_message(one) for one in advice])

    async def ListAlerts(self, request: pb.ListAlertsRequest, context: Context) -> pb.ListAlertsResponse:
        tenant = one_tenant()
        scope = f"alerts {tenant} {request.firing_only}"
        size = page_size(request.page_size, largest=_LARGEST_PAGE)
        before = page_position(request.page_token, scope=scope)
        if request.firing_only:
            left = [alert for alert in await self._firing([tenant]) if not before or alert.id < before]
            alerts, position = left[:size], left[size - 1].id if len(left) > size else ""
        else:
            alerts, position = await self._alerts.page(tenant, before=before, size=size)
        return pb.ListAlertsResponse(
            alerts=[convert.alert_message(alert) for alert in alerts],
            next_page_token=page_token(position, scope=scope),
        )

    async def WatchAlerts(
        self, request: pb.WatchAlertsRequest, context: Context
    ) -> AsyncIterator[pb.WatchAlertsResponse]:
        tenant = one_tenant()
        if self._watchers >= self._max_watchers:
            raise ResourceExhausted(
                f"{self._max_watchers} streams are watched already, which is the most here; try again.",
                reason="TOO_MANY_WATCHERS",
                retry_after=1.0,
            )
        self._watchers += 1
        try:
            async with aclosing(self._watch.follow(tenant)) as following:
                async for alert in following:
                    yield pb.WatchAlertsResponse(alert=convert.alert_message(alert))
        finally:
            self._watchers -= 1

    async def _tenants(self) -> list[str]:
        tenant = tenant_or_all()
        return [tenant] if tenant is not None else await self._measures.tenants(_TENANTS)

    async def _agents(self, tenants: Sequence[str]) -> list[AgentNumbers]:
        return [agent_of(name, counters) for name, counters in (await self._series.agents(tenants)).items()]

    async def _templates(self, tenants: Sequence[str]) -> list[TemplateNumbers]:
        """Most used first."""
        found = [template_of(name, counters) for name, counters in (await self._series.templates(tenants)).items()]
        return sorted(found, key=lambda one: (-one.workflows.ended - one.workflows.running, one.template))

    async def _firing(self, tenants: Sequence[str]) -> list[Alert]:
        """Newest first."""
        firing = [alert for tenant in tenants for alert in (await self._alerts.firing(tenant)).values()]
        return sorted(firing, key=lambda alert: alert.id, reverse=True)
