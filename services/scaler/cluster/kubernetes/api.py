"""One request to the API server: what it answers, or one of our errors that says what to do.

`kubernetes.aio` brings the configuration, the credentials (a token file in a pod is read again by itself) and the
transport. Its generated models stay asleep: they cost 50 MB with the pods of a mid-sized cluster, and the scaler reads
a few fields of each object (`objects.py`). The why in figures: docs/adr/0020-the-scaler-reads-few-fields.md.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config

from chassis.errors import (
    Aborted,
    ConfigurationError,
    HeyJarvisError,
    Internal,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from services.scaler.cluster.kubernetes.objects import Status

CONNECT_TIMEOUT = 3.0
"""Seconds until an attempt to connect fails."""
READ_TIMEOUT = 10.0
"""Seconds without a byte of an answer after which a request fails."""
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of one event of a watch at most; objects of an API server are smaller."""
MERGE_PATCH = "application/merge-patch+json"

_NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_decode_status = msgspec.json.Decoder(Status).decode


class TooOld(Exception):
    """The place in the history that a watch or a list wants to go on from is gone: list again."""


class Api:
    """Sends requests of one namespace."""

    def __init__(self, client: ApiClient, namespace: str) -> None:
        self._client = client
        self.namespace = namespace

    async def get(self, resource: str, path: str, query: Mapping[str, str] | None = None) -> bytes:
        """Reads. The verb is `list` for a collection, told by its query."""
        verb = "get" if query is None else "list"
        return await self._answer("GET", verb, resource, path, query)

    async def create(self, resource: str, path: str, body: Any) -> bytes:
        """Creates an object."""
        return await self._answer("POST", "create", resource, path, None, body)

    async def update(self, resource: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> bytes:
        """Replaces an object; one with a `resourceVersion` only as it was read."""
        return await self._answer("PUT", "update", resource, path, query, body)

    async def patch(self, resource: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> bytes:
        """Merges a few fields into an object."""
        return await self._answer("PATCH", "patch", resource, path, query, body)

    async def watch(
        self, resource: str, path: str, query: Mapping[str, str], *, lasts: float
    ) -> AsyncGenerator[bytes, None]:
        """The events of a watch, one JSON document each, for about `lasts` seconds."""
        told = {**query, "watch": "true", "timeoutSeconds": str(max(1, round(lasts)))}
        # The server ends the watch by itself; silence well after that is a dead connection.
        async with self._sent("GET", "watch", resource, path, told, read_timeout=lasts + READ_TIMEOUT) as response:
            try:
                while line := await response.content.readline(max_line_length=LONGEST_LINE):
                    yield line
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _away(error) from error

    async def _answer(
        self, method: str, verb: str, resource: str, path: str, query: Mapping[str, str] | None, body: Any = None
    ) -> bytes:
        async with self._sent(method, verb, resource, path, query, body=body) as response:
            try:
                return await response.read()
            except (aiohttp.ClientError, OSError) as error:
                raise _away(error) from error

    @asynccontextmanager
    async def _sent(
        self,
        method: str,
        verb: str,
        resource: str,
        path: str,
        query: Mapping[str, str] | None,
        *,
        body: Any = None,
        read_timeout: float = READ_TIMEOUT,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A response that is no refusal. TimeoutError is an OSError."""
        headers = {"Content-Type": MERGE_PATCH if method == "PATCH" else "application/json"}
        try:
            method, url, headers, body, _ = await self._client.param_serialize(
                method,
                path,
                query_params=list((query or {}).items()),
                header_params=headers,
                body=body,
                auth_settings=["BearerToken"],
            )
            answer = await self._client.rest_client.request(
                method,
                url,
                headers=headers,
                body=body,
                _request_timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_TIMEOUT, connect=READ_TIMEOUT, sock_read=read_timeout
                ),
            )
        except (aiohttp.ClientError, OSError, ConfigException) as error:
            raise _away(error) from error
        response: aiohttp.ClientResponse = answer.response
        try:
            if response.status >= 300:
                raise await self._refusal(response, verb, resource)
            yield response
        finally:
            # Does nothing to a connection that was read to its end; that one waits for the next request.
            response.close()

    async def _refusal(self, response: aiohttp.ClientResponse, verb: str, resource: str) -> HeyJarvisError | TooOld:
        try:
            body = await response.read()
            told = _decode_status(body).message or f"status {response.status}"
        except (aiohttp.ClientError, OSError, msgspec.DecodeError):
            told = f"status {response.status}"
        metadata = {"verb": verb, "resource": resource}
        code = response.status
        if code == 403:
            return PermissionDenied(
                f"The scaler may not {verb} {resource} in namespace {self.namespace!r}; grant it in the Role of its "
                f"service account. The API server says: {told}",
                reason="RBAC_DENIED",
                metadata=metadata,
            )
        if code in (400, 422):
            return PermissionDenied(
                f"The API server refuses to {verb} {resource}: {told}", reason="ADMISSION_DENIED", metadata=metadata
            )
        if code == 404:
            return NotFound(resource, _last_part(str(response.url.path)), message=f"{told}.", metadata=metadata)
        if code == 409:
            return Aborted(f"{told}; read it again, then decide.", reason="CONFLICT", metadata=metadata)
        if code == 410:
            return TooOld(told)
        if code in (401, 408, 429) or code >= 500:
            wait = response.headers.get("Retry-After", "")
            return Unavailable(
                f"The API server does not {verb} {resource} now ({code}): {told}",
                retry_after=float(wait) if wait.isdigit() else None,
                reason="API_SERVER_UNAVAILABLE",
                metadata=metadata,
            )
        return Internal(f"The API server answers {verb} {resource} with {code}: {told}", metadata=metadata)


def _namespace_of_pod() -> str:
    return _NAMESPACE_FILE.read_text(encoding="utf-8").strip()


def _last_part(path: str) -> str:
    """The last part of a path: the name of an object."""
    return path.rstrip("/").rpartition("/")[2]


def _away(error: BaseException) -> Unavailable:
    told = str(error) or type(error).__name__
    return Unavailable(f"The API server does not answer: {told}.", reason="API_SERVER_UNAVAILABLE")


@asynccontextmanager
async def open_api(*, kubeconfig: Path | None, namespace: str, agent: str) -> AsyncIterator[Api]:
    """The way to the API server: that of a kubeconfig file, or of the pod this runs in.

    An empty `namespace` is that of the pod, with a kubeconfig `default`; `agent` is how the audit log knows us. Raises
    ConfigurationError when neither leads anywhere.
    """
    configuration = Configuration()
    try:
        if kubeconfig is None:
            load_incluster_config(configuration)
            namespace = namespace or _namespace_of_pod()
        else:
            await load_kube_config(str(kubeconfig), client_configuration=configuration, persist_config=False)
    except (ConfigException, OSError) as error:
        where = f"the file {str(kubeconfig)!r}" if kubeconfig else "this pod's service account"
        raise ConfigurationError(
            f"HEYJARVIS_CLUSTER is kubernetes, and {where} does not lead to an API server: {error}. Outside of a pod, "
            "HEYJARVIS_KUBECONFIG names a kubeconfig file; in one, the pod needs automountServiceAccountToken."
        ) from error
    async with ApiClient(configuration) as client:
        client.user_agent = agent
        yield Api(client, namespace or "default")
