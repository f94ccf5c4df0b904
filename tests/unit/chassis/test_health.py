from typing import Any, cast

from grpc_health.v1 import health_pb2

from chassis.health import Health

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
NO_CONTEXT = cast(Any, None)


async def test_a_drain_between_two_answers_is_told_before_the_end() -> None:
    health = Health(["a.B"])
    watch = health.Watch(health_pb2.HealthCheckRequest(service="a.B"), NO_CONTEXT)
    assert (await anext(watch)).status == SERVING
    health.drain()
    assert [answer.status async for answer in watch] == [NOT_SERVING]


async def test_a_watch_is_told_changes_and_nothing_twice() -> None:
    health = Health([])
    watch = health.Watch(health_pb2.HealthCheckRequest(), NO_CONTEXT)
    assert (await anext(watch)).status == SERVING
    health.set_healthy(True)
    health.set_healthy(False)
    assert (await anext(watch)).status == NOT_SERVING
    health.set_healthy(True)
    assert (await anext(watch)).status == SERVING


async def test_what_drains_never_serves_again() -> None:
    health = Health([])
    health.drain()
    health.set_healthy(True)
    assert not health.serving
