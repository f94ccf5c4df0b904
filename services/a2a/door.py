"""What every request passes on its way in: observed, identified, and read within bounds.

The same order and the same credentials as at the gRPC doors (chassis/interceptors): identity comes from the token, and
nothing a request says can change it. A body is read whole before anything looks at it, so that its size and the time
it takes are bounded in one place.
"""

import asyncio
import time
from collections.abc import Collection
from http import HTTPStatus
from typing import TYPE_CHECKING

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import HeyJarvisError
from chassis.identity import Authenticator, acting_as
from chassis.telemetry import TRACEPARENT, extract, meter, tracer
from services.a2a.errors import http_status

if TYPE_CHECKING:
    from chassis.identity import Identity

DURATION = "http.server.request.duration"


class Refused(Exception):
    """A request that gets no further."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Door:
    """An ASGI application around another one."""

    def __init__(
        self,
        app: ASGIApp,
        authenticator: Authenticator,
        *,
        open_paths: Collection[str],
        body_bytes: int,
        body_seconds: float,
    ) -> None:
        """`open_paths` are those that anybody may ask for."""
        self._app = app
        self._authenticator = authenticator
        self._open = frozenset(open_paths)
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._tracer = tracer("heyjarvis.a2a")
        self._duration = meter("heyjarvis.a2a").create_histogram(
            DURATION, unit="s", description="Duration of HTTP requests, by method and status; streams to their end."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        started, status = time.perf_counter(), HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = extract(headers.get(TRACEPARENT, ""))
        with self._tracer.start_as_current_span(
            scope["method"],
            context=parent if trace.get_current_span(parent).get_span_context().is_valid else otel_context.Context(),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"], "url.path": scope["path"][:200]},
        ) as span:
            try:
                await self._serve(scope, headers, receive, noted)
            finally:
                self._record(span, scope["method"], status, time.perf_counter() - started)

    async def _serve(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        try:
            identity: Identity = self._authenticator.identify(dict(headers))
            body = await self._body(headers, receive)
        except HeyJarvisError as error:
            code = http_status(error)
            asked = {"www-authenticate": "Bearer"} if code is HTTPStatus.UNAUTHORIZED else None
            answer = JSONResponse({"error": error.message, "reason": error.reason}, status_code=code, headers=asked)
            await answer(scope, receive, send)
            return
        except Refused as refused:
            await JSONResponse({"error": refused.message}, status_code=refused.status)(scope, receive, send)
            return
        with acting_as(identity):
            await self._app(scope, _replayed(body, receive), send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        too_large = Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have {self._body_bytes} bytes at most; this one has more."
        )
        told = headers.get("content-length", "")
        if told.isdigit() and int(told) > self._body_bytes:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(HTTPStatus.BAD_REQUEST, "The body did not arrive.")
                    body += message.get("body", b"")
                    if len(body) > self._body_bytes:
                        raise too_large
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Refused(
                HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {self._body_seconds:g} s."
            ) from None

    def _record(self, span: Span, method: str, status: int, seconds: float) -> None:
        span.set_attribute("http.response.status_code", status)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.set_status(Status(StatusCode.ERROR))
        self._duration.record(seconds, {"http.request.method": method, "http.response.status_code": status})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What the application reads: the body, which has arrived, then whatever comes after it."""
    given = False

    async def read() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
