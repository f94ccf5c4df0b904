"""Artifacts as A2A sees them: small ones stand in the answer, all others are a URL at this door.

What an artifact holds was made by agents, so a browser is told to treat it as a file: no sniffing, no scripts.
"""

from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote

import grpc
from a2a.types import a2a_pb2 as a2a
from google.protobuf.struct_pb2 import Struct
from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from chassis.errors import HeyJarvisError
from services.a2a.errors import http_status, ours

PATH = "/artifacts"
READ_TIMEOUT = 30.0
"""Seconds reading one artifact may take."""
_TEXT = ("text/", "application/json", "image/svg+xml")


class Inline:
    """How much of an answer artifacts may still fill."""

    def __init__(self, largest: int, total: int) -> None:
        self._largest = largest
        self._left = total

    def takes(self, size: int) -> bool:
        """Whether an artifact of so many bytes fits; if so, it is counted."""
        fits = size <= min(self._largest, self._left)
        self._left -= size if fits else 0
        return fits


class Artifacts:
    """Makes parts of artifacts, and serves what the URLs name."""

    def __init__(self, orchestrator: rpc.OrchestratorServiceStub, *, url: str, largest: int, total: int) -> None:
        self._orchestrator = orchestrator
        self._url = url
        self._largest = largest
        self._total = total

    async def told(self, artifacts: Sequence[tuple[artifact_pb2.Artifact, bool]]) -> list[a2a.Artifact]:
        """Artifacts of one answer, each with whether it is simulated."""
        room = Inline(self._largest, self._total)
        return [await self._told(artifact, simulated, room) for artifact, simulated in artifacts]

    async def _told(self, artifact: artifact_pb2.Artifact, simulated: bool, room: Inline) -> a2a.Artifact:
        part = a2a.Part(filename=artifact.name.rpartition("/")[2], media_type=artifact.media_type)
        if not room.takes(artifact.size_bytes):
            part.url = f"{self._url}{PATH}/{quote(artifact.name)}"
        elif artifact.media_type.startswith(_TEXT):
            part.text = (await self._content(artifact.name)).decode("utf-8", "replace")
        else:
            part.raw = await self._content(artifact.name)
        facts = Struct()
        facts.update({"sha256": artifact.sha256, "sizeBytes": artifact.size_bytes, "simulated": simulated})
        return a2a.Artifact(
            artifact_id=artifact_id(artifact),
            name=artifact.title or part.filename,
            description="Simulated: written by the offline model." if simulated else "",
            parts=[part],
            metadata=facts,
        )

    async def _content(self, name: str) -> bytes:
        call = self._orchestrator.GetArtifact(pb.GetArtifactRequest(name=name), timeout=READ_TIMEOUT)
        return b"".join([piece.chunk async for piece in call])

    async def serve(self, request: Request) -> Response:
        """GET of a URL that `told` gave out."""
        call = self._orchestrator.GetArtifact(
            pb.GetArtifactRequest(name=request.path_params["name"]), timeout=READ_TIMEOUT
        )
        pieces = aiter(call)
        try:
            first = await anext(pieces)
        except (HeyJarvisError, grpc.RpcError) as raised:
            error = ours(raised)
            return JSONResponse({"error": error.message, "reason": error.reason}, status_code=http_status(error))
        headers = {
            "content-length": str(first.artifact.size_bytes),
            "content-disposition": f"attachment; filename*=utf-8''{quote(first.artifact.name.rpartition('/')[2])}",
            "content-security-policy": "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
            "x-content-type-options": "nosniff",
            "etag": f'"{first.artifact.sha256}"',
            "cache-control": "private",
        }
        return StreamingResponse(_body(first, pieces), media_type=first.artifact.media_type, headers=headers)


def artifact_id(artifact: artifact_pb2.Artifact) -> str:
    """Unique within its task of A2A: `{task}/{file}`."""
    _, _, _, task, _, file = artifact.name.split("/")
    return f"{task}/{file}"


async def _body(first: pb.GetArtifactResponse, pieces: AsyncIterator[pb.GetArtifactResponse]) -> AsyncIterator[bytes]:
    yield first.chunk
    async for piece in pieces:
        yield piece.chunk
