"""Analytics: what happened, counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import chassis
from chassis import Host
from chassis.clock import new_id
from services.analytics.consumer import Consumer
from services.analytics.counting import Counting
from services.analytics.lookout import Lookout
from services.analytics.service import AnalyticsService
from services.analytics.settings import Settings
from services.analytics.store.alerts import AlertStore
from services.analytics.store.measures import MeasureStore
from services.analytics.store.series import SeriesStore
from services.analytics.store.stream import EventStream
from services.analytics.watch import Bell, Watch


@asynccontextmanager
async def analytics(settings: Settings, host: Host) -> AsyncIterator[list[AnalyticsService]]:
    """Wires the service."""
    measures = MeasureStore(host.redis, settings.limits())
    series = SeriesStore(host.redis)
    alerts = AlertStore(host.redis, kept=settings.max_alerts, changes=settings.max_alerts)
    stream = EventStream(host.redis, new_id("analytics-"))
    bell = Bell(host.redis, alerts.channel)
    consumer = Consumer(stream, Counting(measures), claim_after=settings.claim_after, draining=host.draining)
    lookout = Lookout(
        host.redis,
        measures=measures,
        series=series,
        alerts=alerts,
        stream=stream,
        bounds=settings.bounds(),
        interval=settings.alert_interval,
        give_up_after=settings.give_up_after,
        now=host.now,
        new_id=new_id,
        draining=host.draining,
    )
    counting = host.spawn(consumer.run(), name="analytics-consumer")

    async def finish_counting() -> None:
        await counting

    host.on_drain(finish_counting)
    _ = host.spawn(lookout.run(), name="analytics-lookout")
    _ = host.spawn(bell.listen(), name="analytics-bell")
    yield [
        AnalyticsService(
            measures=measures,
            series=series,
            alerts=alerts,
            stream=stream,
            watch=Watch(alerts, bell, host.draining),
            now=host.now,
            max_watchers=settings.max_watchers,
        )
    ]


if __name__ == "__main__":
    chassis.serve(analytics, Settings(), name="analytics")
