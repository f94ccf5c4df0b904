"""The Messages API as bytes: what a model server sends, piece by piece, for tests of the door to Claude."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

import httpx2

SSE = {"content-type": "text/event-stream"}

Handler = Callable[[httpx2.Request], Awaitable[httpx2.Response] | httpx2.Response]


def event(kind: str, **fields: Any) -> bytes:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def start(model: str = "claude-opus-5-5", **usage: Any) -> bytes:
    """The event that opens a message."""
    opening: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": model,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 1, **usage},
    }
    return event("message_start", message=opening)


def text_block(*pieces: str, index: int = 0) -> list[bytes]:
    """A text block, one delta for each piece."""
    return _block(index, {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces])


def thinking_block(*pieces: str, index: int = 0) -> list[bytes]:
    """A thinking block with a signature."""
    deltas: list[dict[str, Any]] = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
    deltas.append({"type": "signature_delta", "signature": "c2ln"})
    return _block(index, {"type": "thinking", "thinking": "", "signature": ""}, deltas)


def tool_block(name: str, arguments: str, index: int = 0) -> list[bytes]:
    """A call of a tool nobody offered."""
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
    return _block(index, block, [{"type": "input_json_delta", "partial_json": arguments}])


def end(stop_reason: str | None = "end_turn", *, details: Mapping[str, Any] | None = None, **usage: Any) -> list[bytes]:
    """The events that close a message."""
    delta = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": details}
    return [event("message_delta", delta=delta, usage={"output_tokens": 20, **usage}), event("message_stop")]


def message(*pieces: str, stop_reason: str | None = "end_turn", details: Mapping[str, Any] | None = None) -> bytes:
    """A whole answer of one text block."""
    return b"".join([start(), *text_block(*pieces), *end(stop_reason, details=details)])


def error_body(kind: str, text: str = "no", code: str | None = None) -> dict[str, Any]:
    """The JSON of an error."""
    details = {"error_code": code} if code else None
    return {"type": "error", "error": {"type": kind, "message": text, "details": details}, "request_id": "req_1"}


def ok(content: bytes, **headers: str) -> httpx2.Response:
    """A streamed answer, arriving in one piece."""
    return httpx2.Response(200, headers={**SSE, **headers}, content=content)


def failure(status: int, kind: str, code: str | None = None, **headers: str) -> httpx2.Response:
    """An error answer; a header's `_` stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, headers=named, json=error_body(kind, code=code))


class Pieces(httpx2.AsyncByteStream):
    """A body that arrives in pieces, and knows whether it was closed."""

    def __init__(self, pieces: Iterable[bytes | Callable[[], Awaitable[None]]]) -> None:
        """A callable among the pieces is awaited in its turn."""
        self._pieces = list(pieces)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                await piece()

    async def aclose(self) -> None:
        self.closed = True


class ScriptedModel:
    """A transport that gives prepared answers in order and keeps what it was asked."""

    def __init__(self, *answers: httpx2.Response | Exception | Handler) -> None:
        self._answers = list(answers)
        self.requests: list[httpx2.Request] = []
        self.transport = httpx2.MockTransport(self._handle)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of the requests."""
        return [json.loads(request.content) for request in self.requests]

    async def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        assert self._answers, f"call {len(self.requests)} was not expected"
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        made = answer(request)
        return made if isinstance(made, httpx2.Response) else await made


def _block(index: int, block: dict[str, Any], deltas: list[dict[str, Any]]) -> list[bytes]:
    return [
        event("content_block_start", index=index, content_block=block),
        *(event("content_block_delta", index=index, delta=delta) for delta in deltas),
        event("content_block_stop", index=index),
    ]
