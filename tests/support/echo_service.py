"""The smallest service that has every kind of rpc, and says on request what can go wrong.

As a program (`python -m tests.support.echo_service`) it is a service process like any other; `ECHO_GEN` names the
folder with its compiled contract.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import chassis
import chassis.health
import chassis.telemetry
from chassis import Host, ServiceSettings, current_identity

REPOSITORY = Path(__file__).resolve().parents[2]


def compile_contract(folder: Path) -> None:
    """Compiles echo.proto into `folder`."""
    target = folder / "heyjarvis" / "echo" / "v1"
    target.mkdir(parents=True)
    source = folder / "src" / "heyjarvis" / "echo" / "v1"
    source.mkdir(parents=True)
    (source / "echo.proto").write_text((Path(__file__).parent / "echo.proto").read_text())
    subprocess.run(
        [
            *(sys.executable, "-m", "grpc_tools.protoc"),
            *(f"-I{folder / 'src'}", f"-I{REPOSITORY / 'proto'}"),
            *(f"--python_out={folder}", f"--grpc_python_out={folder}"),
            "heyjarvis/echo/v1/echo.proto",
        ],
        check=True,
    )


def contract() -> tuple[Any, Any]:
    """The compiled modules: messages, and stub with servicer."""
    name = "heyjarvis.echo.v1.echo_pb2"
    return importlib.import_module(name), importlib.import_module(f"{name}_grpc")


def echo_servicer(host: Host) -> object:
    """A servicer whose answers say who called in which trace."""
    pb, rpc = contract()

    def answer(text: str) -> Any:
        from opentelemetry import trace

        who = current_identity()
        trace_id = f"{trace.get_current_span().get_span_context().trace_id:032x}"
        return pb.EchoResponse(text=text, tenant=who.tenant, subject=who.subject, trace_id=trace_id)

    class EchoService(rpc.EchoServiceServicer):  # type: ignore[misc, name-defined]  # compiled while the tests run
        calls = 0

        async def Once(self, request: Any, context: Any) -> Any:
            type(self).calls += 1
            await misbehave(request.fault, self.calls, host)
            return answer(request.text)

        Change = Once

        async def Down(self, request: Any, context: Any) -> AsyncIterator[Any]:
            for letter in request.text:
                yield answer(letter)
            await misbehave(request.fault, 0, host)

        async def Up(self, requests: Any, context: Any) -> Any:
            return answer("".join([request.text async for request in requests]))

        async def Both(self, requests: Any, context: Any) -> AsyncIterator[Any]:
            async for request in requests:
                await misbehave(request.fault, 0, host)
                yield answer(request.text)

    return EchoService()


async def misbehave(fault: str, calls: int, host: Host) -> None:
    """Does what `fault` names."""
    if fault == "bug":
        raise ValueError("the secret inside")
    if fault == "not-found":
        raise chassis.NotFound("echo", "echoes/7")
    if fault == "group":
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(misbehave("not-found", calls, host))
    if fault == "redis":
        await host.redis.commands.get("any")
    if fault == "twice" and calls < 3:
        raise chassis.Unavailable("Not yet.")
    if fault == "sleep":
        await asyncio.sleep(30)
    if fault.startswith("block "):
        while Path(fault.removeprefix("block ")).exists():
            time.sleep(0.02)  # that is the fault
    if fault == "until-draining":
        await host.draining.wait()
    if fault == "die":
        _ = host.spawn(_die(), name="mortal")


async def _die() -> None:
    raise RuntimeError("a background task had enough")


def echo(
    before: Callable[[Host], None] | None = None,
) -> Callable[[ServiceSettings, Host], AbstractAsyncContextManager[list[object]]]:
    """The factory of the service; `before` may look at the host first."""

    @asynccontextmanager
    async def factory(settings: ServiceSettings, host: Host) -> AsyncIterator[list[object]]:
        if before is not None:
            before(host)
        yield [echo_servicer(host)]

    return factory


if __name__ == "__main__":
    sys.path.append(os.environ["ECHO_GEN"])
    # On a busy machine a Redis or a collector may be slow, and is not away for that.
    chassis.health.PATIENCE = chassis.telemetry.FLUSH_TIMEOUT = 15.0
    chassis.serve(echo(), ServiceSettings(), name="echo")
