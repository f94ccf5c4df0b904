"""How a service runs: start, serve, drain, stop.

    start   logs and telemetry, bind the ports, answer probes, wait for Redis, build the service, serve
    stop    NOT_SERVING and `draining`, drain callbacks, stop the server with grace, cancel background tasks,
            leave the service, close Redis, flush telemetry

`serve` is the whole life of a process. `running` is the same life inside a test or another program: no signals, and
logging stays as it is.

Exit codes: 0 stopped as asked; 1 a background task died or the service failed; 2 a wrong setting; 3 no Redis;
130 interrupted twice.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

import grpc
import structlog

from chassis import telemetry
from chassis.errors import ConfigurationError
from chassis.health import SERVICE_NAME as HEALTH_NAME
from chassis.health import Health, watch_redis
from chassis.host import Host, Servicer
from chassis.identity import Authenticator, read_tokens
from chassis.interceptors import OpenCalls, interceptors
from chassis.probes import probes
from chassis.redis import open_redis
from chassis.reflection import SERVICE_NAME as REFLECTION_NAME
from chassis.reflection import Reflection
from chassis.servicers import add_to_server
from chassis.settings import ServiceSettings
from chassis.telemetry import Telemetry
from chassis.timekeeping import Timekeeper

S = TypeVar("S", bound=ServiceSettings)
Factory = Callable[[S, Host], AbstractAsyncContextManager[Sequence[Servicer]]]
"""Builds a service: an async context manager that yields its servicers."""

LEAST_GRACE = 0.5
"""Seconds that calls under way get even when draining used up the grace."""
LAST_WORDS = 1.0
"""Seconds before the end of the grace, at most half of it, at which calls still under way are told to try again."""
INTERRUPTED_TWICE = 130

_log = structlog.get_logger(__name__)


def serve(factory: Factory[S], settings: S, *, name: str) -> None:
    """Runs a service until it is asked to stop; the whole of a `__main__.py`. Ends the process unless all went well."""
    try:
        code = _run(factory, settings, name)
    except ConfigurationError as error:
        print(f"{name} cannot start: {error.message}", file=sys.stderr, flush=True)
        code = error.exit_code
    if code:
        raise SystemExit(code)


@asynccontextmanager
async def running(
    factory: Factory[S], settings: S, *, name: str, telemetry: Telemetry | None = None
) -> AsyncIterator[Host]:
    """A running service; leaving the block stops it in order."""
    observed = telemetry or Telemetry()
    tokens = read_tokens(settings.tokens_file) if settings.tokens_file is not None else None
    calls = OpenCalls()
    server = grpc.aio.server(
        interceptors=interceptors(name, Authenticator(tokens), observed, calls, anonymous=settings.anonymous_services),
        options=_options(settings),
        maximum_concurrent_rpcs=settings.max_concurrent_rpcs,
    )
    address = _bind(server, settings)
    probe_port = settings.health_port
    probed = None if probe_port is None else _joined(settings.host, probe_port)
    try:
        async with (
            probes(probed, stall=settings.health_stall) as answers,
            open_redis(
                settings.redis_url, prefix=settings.redis_prefix, wait=settings.redis_wait, tell=_tell_waiting
            ) as redis,
        ):
            observed.watch_redis(redis.commands)
            health = Health()
            host = Host(name=name, redis=redis, address=address, token=settings.service_token, health=health)
            timekeeper = Timekeeper(redis, host.now)
            await timekeeper.begin(settings.redis_wait)
            _ = host.spawn(timekeeper.run(), name="timekeeper")
            # The tasks end before the service they belong to, also when it fails while it is built.
            async with (
                _cancelling_tasks(host),
                factory(settings, host) as servicers,
                _cancelling_tasks(host),
                _serving(server, host, servicers, health, calls, settings.drain_grace),
            ):
                answers.ready = lambda: health.serving
                yield host
    finally:
        # Does nothing after an orderly stop; without one it frees the port.
        await server.stop(None)


@asynccontextmanager
async def _serving(
    server: grpc.aio.Server,
    host: Host,
    servicers: Sequence[Servicer],
    health: Health,
    calls: OpenCalls,
    grace: float,
) -> AsyncIterator[None]:
    names = [name for servicer in servicers for name in add_to_server(servicer, server)]
    health.know(names)
    reflection = Reflection((*names, HEALTH_NAME, REFLECTION_NAME))
    for servicer in (health, reflection):
        add_to_server(servicer, server)
    _ = host.spawn(watch_redis(host.redis, health), name="watch-redis")
    await server.start()
    _log.info("Serving", address=host.address, services=names)
    try:
        yield
    finally:
        _log.info("Draining", seconds=grace, tasks=len(asyncio.all_tasks()))
        until = time.monotonic() + grace
        host.draining.set()
        health.drain()
        reflection.drain()
        await host.run_drain_callbacks(grace)
        left = max(until - time.monotonic(), LEAST_GRACE)
        last_words = asyncio.get_running_loop().call_later(left - min(LAST_WORDS, left / 2), calls.give_up)
        await server.stop(left)
        last_words.cancel()


@asynccontextmanager
async def _cancelling_tasks(host: Host) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await host.cancel_tasks()


def _run(factory: Factory[S], settings: S, name: str) -> int:
    loop_factory = None
    if settings.uvloop:
        try:
            import uvloop
        except ImportError:
            pass
        else:
            loop_factory = uvloop.new_event_loop
    observed = telemetry.configure(name, settings)
    for line in type(settings).unknown_variables(os.environ):
        _log.warning(line)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_live(factory, settings, name, observed))


async def _live(factory: Factory[S], settings: S, name: str, observed: Telemetry) -> int:
    signals = _Signals()
    try:
        async with running(factory, settings, name=name, telemetry=observed) as host:
            signals.stop_with(host)
            # What start-up made lives as long as the process, so the collector need never look at it. A launcher may
            # have switched it off until here, which makes the imports a quarter cheaper.
            gc.freeze()
            gc.enable()
            await host.stop_requested()
        _log.info("Stopped", exit_code=host.exit_code)
        return host.exit_code
    except asyncio.CancelledError:
        if not signals.asked:
            raise
        _log.info("Stopped before it served")
        return 0
    except ConfigurationError:
        raise
    except Exception:
        _log.critical("The service failed", exc_info=True)
        return 1
    finally:
        await observed.aclose()


class _Signals:
    """SIGTERM and SIGINT ask for an orderly stop; a second SIGINT stops at once."""

    def __init__(self) -> None:
        self.asked = False
        self._host: Host | None = None
        self._starting = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._received, number)

    def stop_with(self, host: Host) -> None:
        """From now on a signal asks `host` to stop; until now it ended the start, unless its cancellation was lost."""
        self._host = host
        if self.asked:
            host.request_stop()

    def _received(self, number: signal.Signals) -> None:
        if self.asked and number is signal.SIGINT:
            _log.warning("Interrupted twice; stopping at once")
            os._exit(INTERRUPTED_TWICE)
        self.asked = True
        if self._host is not None:
            self._host.request_stop()
        elif self._starting is not None:
            self._starting.cancel()


def _tell_waiting(line: str) -> None:
    _log.info(line)


def _options(settings: ServiceSettings) -> tuple[tuple[str, int], ...]:
    ages = (("grpc.max_connection_age_ms", int(settings.connection_age * 1000)),) if settings.connection_age else ()
    return (
        # A client whose connection ends looks its target up again and finds servers that came later. Calls under way,
        # endless streams among them, are never cut for it: without a grace time they keep the old connection.
        *ages,
        # Two servers must not share a port unnoticed.
        ("grpc.so_reuseport", 0),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        # Find peers whose network is cut, and let clients do the same.
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),
        # A watcher of a quiet stream pings for ever; counting that as abuse would cut it off every few minutes.
        ("grpc.http2.max_ping_strikes", 0),
        ("grpc.keepalive_permit_without_calls", 1),
    )


def _bind(server: grpc.aio.Server, settings: ServiceSettings) -> str:
    """Binds the port and gives the address to advertise."""
    try:
        port = server.add_insecure_port(_joined(settings.host, settings.port))
    except RuntimeError as error:
        raise ConfigurationError(
            f"Cannot listen on {_joined(settings.host, settings.port)}: the port is taken, or the address is not of "
            "this machine. Change HEYJARVIS_PORT or HEYJARVIS_HOST; port 0 takes a free one."
        ) from error
    if settings.advertise is not None:
        told, _, told_port = settings.advertise.rpartition(":")
        # More than one colon, and no brackets: an IPv6 address, the last part of which is no port.
        bare = ":" in told and not told.endswith("]")
        return settings.advertise if told and told_port.isdigit() and not bare else _joined(settings.advertise, port)
    everywhere = settings.host in ("0.0.0.0", "::", "[::]")
    return _joined(socket.gethostname() if everywhere else settings.host, port)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
