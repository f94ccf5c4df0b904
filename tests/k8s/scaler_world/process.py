"""A scaler as a process of its own, as a pod would run it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

import grpc
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb
from heyjarvis.scaler.v1 import scaler_service_pb2_grpc as rpc

from tools.local.ports import free_port

START_LIMIT = 60.0
STOP_LIMIT = 60.0
_LAST_LINES = 30


class ScalerProcess:
    """One replica of the scaler."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        """Of its pod."""
        self.log = folder / f"{name}.log"
        self.port = free_port()
        self.stub: rpc.ScalerServiceStub
        self._channel: grpc.aio.Channel | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            "HEYJARVIS_POD_NAME": name,
            "HEYJARVIS_POD_UID": str(uuid.uuid4()),
            "HEYJARVIS_PORT": str(self.port),
            "HEYJARVIS_LOG_FORMAT": "json",
            **environment,
        }

    async def start(self) -> ScalerProcess:
        """Starts it, and waits until it serves."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.scaler",
                env=os.environ | self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._channel = grpc.aio.insecure_channel(f"127.0.0.1:{self.port}")
        self.stub = rpc.ScalerServiceStub(self._channel)
        await self.stub.GetScalingStatus(pb.GetScalingStatusRequest(), timeout=START_LIMIT, wait_for_ready=True)
        return self

    def kill(self) -> None:
        """kill -9."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, unless the process is over."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def stop(self) -> None:
        """Asks it to end, and makes sure. What it logged last is printed, which pytest shows when the test failed."""
        if self._channel is not None:
            await self._channel.close()
        if self._process is None:
            return
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
        print(f"--- {self.name}", *self.log.read_text(encoding="utf-8").splitlines()[-_LAST_LINES:], sep="\n")

    async def explain(self, agent_type: str) -> pb.ScalingDecision:
        """What it would decide now."""
        return (await self.stub.ExplainScaling(pb.ExplainScalingRequest(agent_type=agent_type))).decision

    async def decisions(self, agent_type: str) -> list[pb.ScalingDecision]:
        """What is on record, newest first."""
        request = pb.ListDecisionsRequest(agent_type=agent_type, page_size=200)
        return list((await self.stub.ListDecisions(request)).decisions)
