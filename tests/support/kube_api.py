"""A small API server: collections with versions, conflicts, watches and refusals, over real HTTP.

It knows no schema and no controller; `tests/k8s` has the real ones. What it is for: faults at a chosen moment.
"""

import asyncio
import copy
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

Json = dict[str, Any]

DEPLOYMENTS = "/apis/apps/v1/namespaces/test/deployments"
REPLICA_SETS = "/apis/apps/v1/namespaces/test/replicasets"
PODS = "/api/v1/namespaces/test/pods"
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/test/horizontalpodautoscalers"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/test/leases"
EVENTS = "/apis/events.k8s.io/v1/namespaces/test/events"


class KubeApi:
    """What a test says is there."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Json]] = defaultdict(dict)
        self.history: dict[str, list[tuple[int, str, Json]]] = defaultdict(list)
        self.version = 100
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        """Method, path, query and body of everything that was asked."""
        self.callers: set[tuple[str, str]] = set()
        """Authorization and user agent of whoever asked."""
        self.refusals: dict[tuple[str, str], tuple[int, str]] = {}
        """(method, last part of the path) -> status and message."""
        self.down = False
        """Cuts every connection that asks something."""
        self.hangs = asyncio.Event()
        self.hangs.set()
        """Cleared, nothing is answered."""
        self.forgotten = 0
        """Watches from a version before this one are told that it is too old."""
        self.half_a_line = 0
        """So many watches end in the middle of an event."""
        self.race: Callable[[], object] | None = None
        """Happens once, just before the next update of an object."""
        self._moved = asyncio.Event()
        self._generation = 0

    def put(self, collection: str, name: str, **fields: Any) -> Json:
        """Writes an object as it shall be; metadata is filled in."""
        known = self.objects[collection].get(name)
        self.version += 1
        metadata = {
            **(known["metadata"] if known else {}),
            "name": name,
            "uid": known["metadata"]["uid"] if known else str(uuid.uuid4()),
            "creationTimestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            **fields.pop("metadata", {}),
            "resourceVersion": str(self.version),
        }
        made = {"metadata": metadata, **fields}
        self._note(collection, "MODIFIED" if known else "ADDED", made)
        self.objects[collection][name] = made
        return made

    def delete(self, collection: str, name: str) -> None:
        """Takes an object away."""
        gone = self.objects[collection].pop(name)
        self.version += 1
        gone["metadata"]["resourceVersion"] = str(self.version)
        self._note(collection, "DELETED", gone)

    def asked(self, method: str, ending: str) -> list[tuple[dict[str, str], Any]]:
        """Queries and bodies of the requests of a method to paths that end so."""
        return [(query, body) for verb, path, query, body in self.requests if verb == method and path.endswith(ending)]

    def drop_watches(self) -> None:
        """Cuts the connections of all watches."""
        self._generation += 1
        self._kick()

    def _kick(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _note(self, collection: str, kind: str, made: Json) -> None:
        self.history[collection].append((self.version, kind, copy.deepcopy(made)))
        self._kick()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers anything."""
        body: Any = await request.json() if request.can_read_body else None
        query = dict(request.query)
        self.callers.add((request.headers.get("Authorization", "").replace("B", "b"), request.headers["User-Agent"]))
        self.requests.append((request.method, request.path, query, body))
        await self.hangs.wait()
        if self.down:
            _cut(request)
            return web.Response()
        collection, _, name = request.path.rpartition("/")
        refusal = self.refusals.get((request.method, name))
        if refusal is None and name in ("scale",):
            collection, _, name = collection.rpartition("/")
            return self._scale(request.method, collection, name, query, body)
        if refusal is not None:
            return _status(*refusal)
        if request.path.endswith(("deployments", "replicasets", "pods", "autoscalers", "leases", "events")):
            if request.method == "POST":
                return self._create(request.path, body)
            if "watch" in query:
                return await self._watch(request, query)
            items = list(self.objects[request.path].values())
            return web.json_response({"metadata": {"resourceVersion": str(self.version)}, "items": items})
        return self._one(request.method, collection, name, body)

    def _create(self, collection: str, body: Json) -> web.Response:
        name = body["metadata"].get("name") or body["metadata"]["generateName"] + uuid.uuid4().hex[:5]
        if name in self.objects[collection]:
            return _status(409, "already exists")
        return web.json_response(self.put(collection, name, **body))

    def _one(self, method: str, collection: str, name: str, body: Any) -> web.Response:
        race, self.race = (None, self.race) if method == "GET" else (self.race, None)
        if race is not None:
            race()
        known = self.objects[collection].get(name)
        if known is None:
            return _status(404, f"{name} not found")
        if method == "GET":
            return web.json_response(known)
        if method == "PATCH":
            merged = copy.deepcopy(known)
            _merge(merged, body)
            return web.json_response(self.put(collection, name, **merged))
        if body["metadata"].get("resourceVersion") != known["metadata"]["resourceVersion"]:
            return _status(409, "the object has been modified")
        return web.json_response(self.put(collection, name, **body))

    def _scale(self, method: str, collection: str, name: str, query: dict[str, str], body: Any) -> web.Response:
        known = self.objects[collection].get(name)
        if known is None:
            return _status(404, f"{name} not found")
        if body["metadata"].get("resourceVersion") != known["metadata"]["resourceVersion"]:
            return _status(409, "the object has been modified")
        if "dryRun" not in query:
            changed = copy.deepcopy(known)
            changed["spec"]["replicas"] = body["spec"]["replicas"]
            known = self.put(collection, name, **changed)
        version = known["metadata"]["resourceVersion"]
        return web.json_response({"metadata": {"resourceVersion": version}, "spec": body["spec"]})

    async def _watch(self, request: web.Request, query: dict[str, str]) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        sent = int(query["resourceVersion"])
        if sent < self.forgotten:
            await _line(response, "ERROR", {"code": 410, "message": "too old resource version"})
            return response
        if self.half_a_line:
            self.half_a_line -= 1
            await response.write(b'{"type": "MODIFIED", "obj')
            return response
        ends = asyncio.get_running_loop().time() + float(query["timeoutSeconds"])
        generation = self._generation
        while generation == self._generation:
            moved = self._moved
            for version, kind, made in self.history[request.path]:
                if version > sent:
                    await _line(response, kind, made)
            sent = self.version
            try:
                async with asyncio.timeout_at(ends):
                    await moved.wait()
            except TimeoutError:
                await _line(response, "BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}})
                return response
        _cut(request)
        return response


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _line(response: web.StreamResponse, kind: str, made: Json) -> None:
    await response.write(json.dumps({"type": kind, "object": made}).encode() + b"\n")


def _status(code: int, message: str) -> web.Response:
    return web.json_response({"kind": "Status", "code": code, "message": message}, status=code)


def _merge(known: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            known.pop(key, None)
        elif isinstance(value, dict):
            _merge(known.setdefault(key, {}), value)
        else:
            known[key] = value


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[KubeApi, Path]]:
    """A server, and the kubeconfig file that leads to it."""
    api = KubeApi()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", api.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    file = folder / "kubeconfig"
    file.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
                "clusters": [{"name": "test", "cluster": {"server": f"http://{address[0]}:{address[1]}"}}],
                "users": [{"name": "test", "user": {"token": "secret"}}],
            }
        ),
        encoding="utf-8",
    )
    try:
        yield api, file
    finally:
        api.down = True
        api.hangs.set()
        api.drop_watches()
        await runner.cleanup()
