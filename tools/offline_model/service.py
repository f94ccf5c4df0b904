"""The server's routes: the Messages API under /v1, its own controls under /_.

Every response carries `request-id` and `heyjarvis-simulated: true`. Errors have the API's shape.
"""

import asyncio
import itertools
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

import msgspec

from tools.offline_model import catalogue
from tools.offline_model.errors import ApiError
from tools.offline_model.faults import Faults
from tools.offline_model.http import Exchange, HttpServer, Request
from tools.offline_model.ledger import Ledger
from tools.offline_model.limits import RateLimits
from tools.offline_model.messages import Messages
from tools.offline_model.options import Options
from tools.offline_model.tokens import PromptCache

VERSIONS = ("2023-06-01", "2026-10-21")
"""Accepted values of the `anthropic-version` header."""

log = logging.getLogger("offline_model")

Route = Callable[[Request], Any]


class OfflineModel:
    """The server. Use it as `async with OfflineModel(options).running() as model:` and read `model.url`."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.faults = Faults(self.options.seed, self.options.fail_rate)
        self.ledger = Ledger(self.options.log)
        self.messages = Messages(
            self.options.seed,
            self.options.latency_ms / 1000,
            self.faults,
            PromptCache(time.monotonic),
            RateLimits(self.options.limits, time.monotonic),
        )
        self._http = HttpServer(self._handle, self.options.max_body)
        self._ids = (f"{os.urandom(4).hex()}{number:08x}" for number in itertools.count(1))
        self._address = ("", 0)
        self._routes: Mapping[tuple[str, str], Route] = {
            ("GET", "/healthz"): lambda request: {"status": "ok", "simulated": True},
            ("GET", "/v1/models"): lambda request: catalogue.page(request.query),
            ("POST", "/v1/messages/count_tokens"): lambda request: self.messages.count(request.body),
            ("GET", "/_calls"): self._calls,
            ("GET", "/_faults"): lambda request: {"rules": self.faults.rules},
            ("POST", "/_faults"): lambda request: {"added": self.faults.add(request.body)},
            ("DELETE", "/_faults"): self._clear_faults,
            ("POST", "/_reset"): self._reset,
        }

    @property
    def url(self) -> str:
        """Where it listens: the value for ANTHROPIC_BASE_URL."""
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["OfflineModel"]:
        """Serves while the block runs; leaving it drops every connection at once."""
        self._address = await self._http.start(self.options.host, self.options.port)
        try:
            yield self
        finally:
            await self._http.stop()
            self.ledger.close()

    # -- dispatch

    async def _handle(self, request: Request, exchange: Exchange) -> None:
        request_id = f"req_sim_{next(self._ids)}"
        try:
            if request.path == "/v1/messages" and request.method == "POST":
                await self._message(request, exchange, request_id)
            else:
                _check(request)
                await self._send(exchange, request_id, 200, self._route(request))
        except ApiError as error:
            await self._fail(exchange, request_id, error)
        except Exception:
            log.exception("request failed", extra={"path": request.path, "request_id": request_id})
            await self._fail(exchange, request_id, ApiError(500, "Internal error of the offline model; see its log"))

    def _route(self, request: Request) -> Any:
        route = self._routes.get((request.method, request.path))
        if route is not None:
            return route(request)
        if request.method == "GET" and request.path.startswith("/v1/models/"):
            model = unquote(request.path.removeprefix("/v1/models/"))
            if catalogue.exists(model):
                return catalogue.describe(model)
            raise ApiError(404, f"model: {model}")
        known = sorted({f"{method} {path}" for method, path in [*self._routes, ("POST", "/v1/messages")]})
        raise ApiError(404, f"Nothing at {request.method} {request.path}; there is {', '.join(known)}")

    async def _message(self, request: Request, exchange: Exchange, request_id: str) -> None:
        origin = {name: unquote(value) for name, value in request.headers.items() if name.startswith("heyjarvis-")}
        entry = self.ledger.begin(request.path, request_id, origin)
        outcome = "error"
        try:
            _check(request)
            outcome = await self.messages.serve(request, exchange, entry, _headers(request_id))
        except ApiError as error:
            entry.status, entry.error = error.status, error.type or error.body("")["error"]["type"]
            raise
        except asyncio.CancelledError:
            outcome = "client_disconnected" if exchange.peer_gone else "server_stopped"
            raise
        finally:
            self.ledger.end(entry, outcome)

    async def _send(self, exchange: Exchange, request_id: str, status: int, body: Any) -> None:
        headers = [*_headers(request_id), ("content-type", "application/json")]
        await exchange.respond(status, headers, msgspec.json.encode(body))

    async def _fail(self, exchange: Exchange, request_id: str, error: ApiError) -> None:
        if exchange.started:
            exchange.disconnect()
            return
        headers = [*_headers(request_id), *error.headers, ("content-type", "application/json")]
        if error.retry_after is not None:
            headers.append(("retry-after", f"{error.retry_after:g}"))
        await exchange.respond(error.status, headers, msgspec.json.encode(error.body(request_id)))

    # -- controls

    def _calls(self, request: Request) -> dict[str, Any]:
        sockets = self._http.sockets
        return {
            **self.ledger.summary(),
            "sockets": {"open": sockets.open, "max": sockets.max, "total": sockets.total},
            "calls": list(self.ledger.select(request.query)),
        }

    def _clear_faults(self, request: Request) -> dict[str, Any]:
        self.faults.clear()
        return {"cleared": True}

    def _reset(self, request: Request) -> dict[str, Any]:
        self.ledger.reset()
        self.faults.clear()
        self.messages.clear()
        self._http.sockets.max = self._http.sockets.open
        self._http.sockets.total = 0
        return {"reset": True}


def _headers(request_id: str) -> list[tuple[str, str]]:
    return [("request-id", request_id), ("heyjarvis-simulated", "true")]


def _check(request: Request) -> None:
    """Size, key and version, in the order in which the API complains."""
    if request.too_large:
        raise ApiError(413, "Request exceeds the maximum size")
    if not request.path.startswith("/v1/"):
        return
    key = request.headers.get("authorization", "").removeprefix("Bearer ").strip() or request.headers.get(
        "x-api-key", ""
    )
    if not key:
        raise ApiError(401, "Authorization: Bearer header is required; any key but 'invalid' will do")
    if key.startswith("invalid"):
        raise ApiError(401, "invalid api key")
    version = request.headers.get("anthropic-version")
    if version not in VERSIONS:
        raise ApiError(400, f"anthropic-version: {version or 'header is required'}; use {' or '.join(VERSIONS)}")
