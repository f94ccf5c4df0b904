"""HTTP to a foreign agent within bounds: hosts that are listed, answers of a size that is known, no redirects.

The bounds are in the transport, so that nothing a card says leads around them.
"""

from collections.abc import AsyncIterator

import httpx

from agent_sdk.errors import TaskError
from agent_sdk.foreign.settings import ForeignSettings


class BoundedTransport(httpx.AsyncBaseTransport):
    """Refuses other hosts and larger answers."""

    def __init__(self, settings: ForeignSettings) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._hosts = settings.hosts
        self._most = settings.foreign_answer_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        host = request.url.netloc.decode("ascii", "replace")
        if request.url.scheme not in ("http", "https") or host not in self._hosts:
            raise TaskError(
                f"The foreign agent wants {request.url.scheme}://{host} to be called, which is not listed in "
                "HEYJARVIS_FOREIGN_HOSTS.",
                reason="FOREIGN_HOST_REFUSED",
            )
        answer = await self._inner.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        answer.stream = _Counted(answer.stream, self._most)
        return answer

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()


class _Counted(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._left = most
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            self._left -= len(piece)
            if self._left < 0:
                raise TaskError(
                    f"The foreign agent's answer has more than {self._most} bytes.", reason="FOREIGN_ANSWER_TOO_LARGE"
                )
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()


def http_client(settings: ForeignSettings) -> httpx.AsyncClient:
    """A client that keeps to the bounds; compressed answers are not asked for, so bytes are counted as they count."""
    headers = {"accept-encoding": "identity"}
    if settings.foreign_token is not None:
        headers["authorization"] = f"Bearer {settings.foreign_token.get_secret_value()}"
    return httpx.AsyncClient(
        transport=BoundedTransport(settings),
        headers=headers,
        timeout=settings.foreign_seconds,
        follow_redirects=False,
        trust_env=False,
    )
