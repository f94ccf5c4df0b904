"""The Anthropic library, brought in late.

`import anthropic` takes about a second and 75 MB, so it happens on a thread, once, when somebody asks for
it: an agent warms it up in the background after it registered, and the first call awaits whatever is left.
The library's own retries are off (`max_retries=0`): it obeys `retry-after` without a cap and knows neither
our deadline nor our limiter. Its spans are on only where the process traces, and no trace context goes to
Anthropic's own host.
"""

import asyncio
import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pydantic import BaseModel

from chassis.errors import ConfigurationError
from chassis.model import telemetry
from chassis.model.errors import UnsupportedOutputError
from chassis.model.schema import output_schema
from chassis.model.settings import ModelSettings

if TYPE_CHECKING:
    import anthropic
    import httpx2

PLACEHOLDER_KEY = "no-key-needed"
"""Sent to a compatible server when neither key nor token is configured."""
OWN_DOMAIN = "anthropic.com"
DEFAULT_HOST = "api.anthropic.com"
MAX_HEADER_CHARS = 200


class Sdk:
    """The one `AsyncAnthropic` of a process."""

    def __init__(self, settings: ModelSettings, transport: "httpx2.AsyncBaseTransport | None" = None) -> None:
        """`transport` replaces the network, for tests."""
        self._settings = settings
        self._transport = transport
        self._loading: asyncio.Task[anthropic.AsyncAnthropic] | None = None

    async def client(self) -> "anthropic.AsyncAnthropic":
        """The client; the first caller starts the import, the others await the same one."""
        if self._loading is None or (self._loading.done() and _failed(self._loading)):
            load = asyncio.to_thread(_build, self._settings, self._transport)
            self._loading = asyncio.create_task(load, name="import-anthropic")
        # Shielded: a caller that is cancelled does not take the import from the others.
        return await asyncio.shield(self._loading)

    async def close(self) -> None:
        """Closes the connections, if there were any. The object can be used again."""
        loading, self._loading = self._loading, None
        if loading is None:
            return
        try:
            client = await loading
        except ConfigurationError:
            return
        await client.close()

    @property
    def host(self) -> str:
        """Where the calls go."""
        return urlsplit(self._settings.base_url).hostname or "" if self._settings.base_url else DEFAULT_HOST

    @property
    def is_own_host(self) -> bool:
        """Whether that is Anthropic itself."""
        return _is_own(self.host)


@lru_cache(maxsize=256)
def wire_schema(output: type[BaseModel]) -> dict[str, Any]:
    """The schema as the API takes it: what it does not enforce is moved into the descriptions."""
    import anthropic

    try:
        return anthropic.transform_schema(output_schema(output))
    except (ValueError, TypeError, AssertionError) as error:
        raise UnsupportedOutputError(f"{output.__name__} cannot be used as structured output: {error}") from error


def origin_headers(origin: Mapping[str, str], purpose: str) -> dict[str, str]:
    """Who asks, for the log of a compatible server: `heyjarvis-<key>` and `heyjarvis-purpose`."""
    named = {f"heyjarvis-{key}": value for key, value in origin.items()}
    if purpose:
        named["heyjarvis-purpose"] = purpose
    # Percent-encoded where HTTP allows no raw character, and bounded: these are notes, not data.
    return {name: quote(value[:MAX_HEADER_CHARS], safe=" !#$&'()*+,/:;=?@[]") for name, value in named.items()}


def _failed(task: "asyncio.Task[anthropic.AsyncAnthropic]") -> bool:
    return task.cancelled() or task.exception() is not None


def _is_own(host: str) -> bool:
    return host == OWN_DOMAIN or host.endswith(f".{OWN_DOMAIN}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _build(settings: ModelSettings, transport: "httpx2.AsyncBaseTransport | None") -> "anthropic.AsyncAnthropic":
    """Imports the library and makes the client; runs on a thread."""
    try:
        import anthropic
        import httpx2
    except ImportError as error:
        raise ConfigurationError(
            "The Anthropic library is not installed. Install the extra with it: pip install 'heyjarvis[agents]'.",
            reason="MODEL_LIBRARY_MISSING",
        ) from error

    host = urlsplit(settings.base_url).hostname or "" if settings.base_url else DEFAULT_HOST
    http: dict[str, Any] = {}
    if transport is not None:
        http["transport"] = transport
    elif _is_loopback(host):
        # A proxy of the environment is for the outside; a model server on this machine is not.
        http["transport"] = httpx2.AsyncHTTPTransport(trust_env=False, limits=anthropic.DEFAULT_CONNECTION_LIMITS)
    timeout = httpx2.Timeout(
        connect=settings.connect_timeout, read=settings.silence_timeout, write=settings.silence_timeout, pool=None
    )
    try:
        client = anthropic.AsyncAnthropic(
            **_credentials(settings),
            base_url=_base_url(settings),
            timeout=timeout,
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(timeout=timeout, **http),
            open_telemetry={"traces": telemetry.tracing_is_on(), "propagation": not _is_own(host)},
        )
    except (anthropic.AnthropicError, OSError, ValueError) as error:
        raise _no_credentials(str(error)) from error
    if client.api_key is None and client.auth_token is None and client.credentials is None:
        raise _no_credentials("the Anthropic library found nothing to prove who we are with")
    _ = client.messages  # Its resource modules load on first use: here, on the thread.
    return client


def _no_credentials(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The credentials for the model cannot be used: {why}. Check ANTHROPIC_PROFILE, or the ANTHROPIC_* variables "
        "of workload identity, or set ANTHROPIC_API_KEY.",
        reason="MODEL_CREDENTIALS_UNUSABLE",
    )


def _base_url(settings: ModelSettings) -> str | None:
    """The address, spelled out: left to itself the library would take an empty ANTHROPIC_BASE_URL for one. Only a
    profile may bring its own."""
    if settings.base_url is not None or settings.credential_profile is not None:
        return settings.base_url
    return f"https://{DEFAULT_HOST}"


def _credentials(settings: ModelSettings) -> dict[str, Any]:
    """The constructor's credential argument; none leaves it to the library, for workload identity."""
    if settings.api_key is not None:
        return {"api_key": settings.api_key.get_secret_value()}
    if settings.auth_token is not None:
        return {"auth_token": settings.auth_token.get_secret_value()}
    if settings.credential_profile is not None:
        return {"profile": settings.credential_profile}
    if settings.federation_rule is not None:
        return {}
    return {"api_key": PLACEHOLDER_KEY}
