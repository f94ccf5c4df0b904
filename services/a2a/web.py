"""The HTTP side of this process: the routes, and the server that lives and stops with the service."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.types import a2a_pb2 as a2a
from a2a.utils.constants import AGENT_CARD_WELL_KNOWN_PATH
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chassis.errors import ConfigurationError
from chassis.host import Host
from chassis.identity import Authenticator
from services.a2a.artifacts import PATH as ARTIFACTS_PATH
from services.a2a.artifacts import Artifacts
from services.a2a.card import RPC_PATH, Cards
from services.a2a.door import Door
from services.a2a.handler import Handler
from services.a2a.settings import Settings

HEALTH_PATH = "/healthz"
_BACKLOG = 128


def application(
    handler: Handler, cards: Cards, artifacts: Artifacts, authenticator: Authenticator, settings: Settings
) -> ASGIApp:
    """Everything that is served, behind the door."""

    async def newest(_: a2a.AgentCard) -> a2a.AgentCard:
        return await cards.public()

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    routes = [
        Route(HEALTH_PATH, health),
        Route(f"{ARTIFACTS_PATH}/{{name:path}}", artifacts.serve),
        *create_agent_card_routes(
            cards.bare(), card_modifier=newest, cache_control=f"max-age={settings.a2a_card_age:.0f}"
        ),
        # Callers of the version before are understood too; one flag of the library.
        *create_jsonrpc_routes(handler, RPC_PATH, enable_v0_3_compat=True),
    ]
    return Door(
        Starlette(routes=routes),
        authenticator,
        open_paths=(HEALTH_PATH, AGENT_CARD_WELL_KNOWN_PATH),
        body_bytes=settings.a2a_body_bytes,
        body_seconds=settings.a2a_body_seconds,
    )


def listen(settings: Settings) -> socket.socket:
    """The socket A2A is spoken on; raises ConfigurationError when the port cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(
            (settings.host.strip("[]"), settings.a2a_port), family=family, backlog=_BACKLOG, reuse_port=False
        )
    except OSError as error:
        raise ConfigurationError(
            f"HEYJARVIS_A2A_PORT={settings.a2a_port} on {settings.host} is taken ({error.strerror}); choose another "
            "port; 0 takes a free one."
        ) from error


class _Server(uvicorn.Server):
    """A server that leaves signals to the process it lives in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket, host: Host, settings: Settings) -> AsyncIterator[None]:
    """Serves until the block is left; streams end when the process drains."""
    server = _Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=settings.a2a_connections,
            timeout_graceful_shutdown=max(1, round(settings.drain_grace)),
            ws="none",
        )
    )
    served = host.spawn(server.serve(sockets=[listening]), name="a2a-http")

    async def stop() -> None:
        server.should_exit = True
        await asyncio.wait((served,))

    host.on_drain(stop)
    while not server.started and not served.done():
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        server.force_exit = host.draining.is_set()
