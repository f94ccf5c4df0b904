"""Agents for tests: they work, wait, write, ask or break as the request says, and remember what they did.

Also a process: `python -m tests.support.agents` serves an EchoAgent.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

import agent_sdk
from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskError, TaskInput
from agent_sdk.errors import FailureClass
from agent_sdk.runtime.inbox import Inbox


class Echo(BaseModel):
    """What an EchoAgent makes."""

    said: str
    count: int = 0


class EchoAgent(Agent[Echo]):
    """Follows the commands in the request, one a line; then returns the request.

    `wait SECONDS` · `progress FRACTION` · `text PIECE` · `chatter COUNT` · `artifact NAME` · `ask TYPE QUESTION` (`;`
    in it begins a line) · `fail` · `refuse` · `busy SECONDS` · `invalid` · `deaf SECONDS` (or until `go`) ·
    `memory KEY` · `await KEY` · `publish TOPIC BODY` · `broadcast BODY` · `listen TOPIC COUNT` (`*`: broadcasts) ·
    `late TOPIC` · `hand TYPE INSTRUCTIONS` · `back TASK FEEDBACK` · `told` (what feedback there is) ·
    `hold` (until the test sets `EchoAgent.go`)
    """

    card = AgentCard(
        type="echo",
        title="Echo",
        description="Says what it is told.",
        version="1",
        capabilities=("echo", "shout"),
        output=Echo,
        capacity=2,
    )

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.stopped: list[str] = []
        self.go = asyncio.Event()

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Echo]:
        """Do what the request says."""
        self.runs.append(f"{task.task}/{task.attempt}")
        said: Any = task.request
        try:
            for line in task.request.splitlines():
                word, _, rest = line.partition(" ")
                said = await self._do(word, rest, context, task) or said
        except asyncio.CancelledError:
            self.stopped.append(f"{task.task}/{task.attempt}")
            raise
        output = Echo.model_construct(said=said, count=len(task.inputs_by_task))
        return Outcome(output=output, summary=f"Said {task.request!r}", confidence=0.5)

    async def _do(self, word: str, rest: str, context: TaskContext, task: TaskInput) -> Any:
        if word == "wait":
            await asyncio.sleep(float(rest))
        elif word == "hold":
            await self.go.wait()
        elif word == "progress":
            await context.progress(float(rest), f"at {rest}")
        elif word == "text":
            await context.text(rest)
        elif word == "chatter":
            for number in range(int(rest)):
                await context.text(f"{number} ")
                await asyncio.sleep(0.002)
        elif word == "artifact":
            await context.artifact(rest, f"content of {rest}", media_type="text/plain", title=rest)
        elif word == "ask":
            kind, _, question = rest.partition(" ")
            return (await context.ask(kind, question.replace(";", "\n") or "What do you think?")).json()["said"]
        elif word in ("memory", "publish", "broadcast", "listen", "late", "await", "hand", "back"):
            return await self._talk(word, rest, context, task)
        elif word == "told":
            return json.dumps(task.feedback)
        elif word == "input":
            return json.dumps(task.inputs[rest].json())
        elif word == "fail":
            raise RuntimeError("secret detail")
        elif word == "refuse":
            raise TaskError("No such thing can be echoed.", reason="NOT_ECHOABLE")
        elif word == "busy":
            raise TaskError(
                "The provider asked to wait.",
                reason="PROVIDER_BUSY",
                failure_class=FailureClass.RATE_LIMITED,
                retry_after=float(rest),
            )
        elif word == "invalid":
            return ["not", "a", "string"]
        elif word == "deaf":
            await self._deaf(float(rest))
        return None

    async def _talk(self, word: str, rest: str, context: TaskContext, task: TaskInput) -> Any:
        first, _, body = rest.partition(" ")
        if word == "memory":
            await context.memory.put(rest, {"from": task.task})
        elif word == "publish":
            await context.publish(first, body)
        elif word == "broadcast":
            await context.broadcast(rest)
        elif word == "hand":
            await context.hand_off(first, body)
        elif word == "back":
            await context.send_back(first, body)
            return json.dumps(task.earlier and task.earlier.json())
        elif word == "await":
            entry = await context.memory.wait_for(rest)
            return json.dumps(entry.value if entry else None)
        elif word == "listen":
            heard: list[str] = []
            async for message in context.subscribe("" if first == "*" else first, quiet=timedelta(minutes=5)):
                heard.append(f"{message.sender}:{message.body}")
                if len(heard) == int(body or 1_000_000):
                    break
            return ", ".join(heard)
        elif word == "late":
            subscription = context.subscribe(first, quiet=timedelta(minutes=5))
            assert isinstance(subscription, Inbox)
            while not subscription._over:  # reads nothing before all is said
                await asyncio.sleep(0.01)
            read = [message.body async for message in subscription]
            return f"{len(read)} read up to {read[-1]}, {subscription.missed} missed"
        return None

    async def _deaf(self, seconds: float) -> None:
        """Swallows every cancellation, as an author should not."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + seconds
        while not self.go.is_set() and (left := ends_at - loop.time()) > 0:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self.go.wait(), left)


class Haiku(BaseModel):
    """What a PoetAgent makes."""

    lines: list[str]


class PoetAgent(Agent[Haiku]):
    """Asks the model once for each line of the request, then returns what came last."""

    card = AgentCard(
        type="poet",
        title="Poet",
        description="Asks a model.",
        version="1",
        capabilities=("haiku",),
        output=Haiku,
        capacity=4,
        uses_model=True,
    )

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Haiku]:
        """Ask and return."""
        for line in task.request.splitlines():
            await context.progress(0.1, f"Asking about {line}")
            answer = await context.model.generate(
                Haiku, system="You write haiku.", prompt=f"A haiku about {line}", purpose="haiku", max_tokens=500
            )
        return Outcome(output=answer.output, summary="A haiku", confidence=0.9)


class ShopperAgent(PoetAgent):
    """Asks the model once, with the tools it was given."""

    card = dataclasses.replace(PoetAgent.card, type="shopper")

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[Haiku]:
        """Ask and return."""
        tools = await context.tools()
        answer = await context.model.generate(
            Haiku, system="You shop.", prompt=task.request, purpose="shopping", tools=tools
        )
        return Outcome(output=answer.output, summary=", ".join(tool.name for tool in tools), confidence=0.9)


class InlineAgent(EchoAgent):
    """An EchoAgent whose artifacts travel in messages."""

    card = dataclasses.replace(EchoAgent.card, type="inline", inline_content=True)


if __name__ == "__main__":
    agent_sdk.serve(EchoAgent)
