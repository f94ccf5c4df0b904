"""Gates in a conversation: which one is before the person now, and what a line means while one is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from heyjarvis.approvals.v1 import approval_pb2
from rich.console import RenderableType
from rich.text import Text

from chassis.errors import HeyJarvisError
from tools.jarvis.ask import everything, picture
from tools.jarvis.client import Client
from tools.jarvis.decisions import decide, get_approval
from tools.jarvis.output import Output


class Gates:
    """The approvals that were brought to the prompt, one open at a time, the others in line behind it."""

    def __init__(self, client: Client, output: Output, above: Callable[[RenderableType], None]) -> None:
        self.open: approval_pb2.Approval | None = None
        self._client = client
        self._output = output
        self._above = above
        self._line: deque[tuple[str, str]] = deque()

    async def present(self, name: str, workflow: str) -> None:
        """Shows an approval at the prompt, now or after those before it."""
        if self.open is not None:
            self._line.append((name, workflow))
            return
        try:
            found = await get_approval(self._client, name)
            if found.state != approval_pb2.APPROVAL_STATE_PENDING:
                return
            self.open = found
            self._above(await picture(self._client, found))
        except HeyJarvisError as error:
            self._above(Text(f"  ✗ {error.message}", style="red"))

    def close(self, name: str) -> None:
        """It has been decided, here or elsewhere."""
        self._line = deque(waiting for waiting in self._line if waiting[0] != name)
        if self.open is not None and self.open.name == name:
            self.open = None

    def drop(self, workflow: str) -> None:
        """The workflow has ended; nothing of it is asked any more."""
        self._line = deque(waiting for waiting in self._line if waiting[1] != workflow)
        if self.open is not None and self.open.workflow == workflow:
            self.open = None

    async def answer(self, line: str) -> bool:
        """Whether the line was an answer to the open gate; if so, it has been given. Raises a HeyJarvisError."""
        gate = self.open
        if gate is None:
            return False
        word, _, rest = line.strip().partition(" ")
        match word.lower():
            case "a" | "y" | "yes" | "approve" if not rest:
                await self._decide(gate, approval_pb2.DECISION_APPROVE, "")
            case "r" | "n" | "no" | "reject":
                if not rest.strip():
                    self._output.say("  Say what should be better: r WHY")
                    return True
                await self._decide(gate, approval_pb2.DECISION_REJECT, rest.strip())
            case "s" if not rest:
                self._output.show(await everything(self._client, gate))
            case "l" | "later" if not rest:
                self._output.say(f"  Later, then: approve {gate.name.partition('/')[2]}")
                await self._next()
            case _:
                return False
        return True

    async def _decide(self, gate: approval_pb2.Approval, decision: approval_pb2.Decision, feedback: str) -> None:
        try:
            await decide(self._client, gate, decision, feedback)
        finally:
            await self._next()

    async def _next(self) -> None:
        self.open = None
        if self._line:
            await self.present(*self._line.popleft())
