"""Stays with a workflow until it ends: follows it, shows it, and asks a person at its gates when there is one.

Questions are asked beside the following: what happens meanwhile is kept, a question that somebody else answers
goes away, and one that is put off is not asked again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rich.text import Text

from tools.jarvis.ask import Answer, ask_person
from tools.jarvis.client import Client
from tools.jarvis.fold import fold
from tools.jarvis.follow import PATIENCE, follow
from tools.jarvis.output import Output
from tools.jarvis.screens import Screen, screen_for
from tools.jarvis.terminal import EndOfInput, Interrupt, Keyboard
from tools.jarvis.view import WorkflowView

_REMIND_SECONDS = 5.0


class Companion:
    """One workflow, one watcher."""

    def __init__(
        self,
        client: Client,
        name: str,
        output: Output,
        *,
        ask: bool,
        cursor: str = "",
        from_start: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """
        ask: whether a person is asked at the gates; otherwise a line says what waits.
        cursor, from_start: where to begin; by default with a snapshot.
        patience: seconds without any message after which a broken connection is given up.
        """
        self.view = WorkflowView(name=name)
        self._client = client
        self._output = output
        self._ask = ask
        self._cursor = cursor
        self._from_start = from_start
        self._patience = patience
        self._changed = asyncio.Event()
        self._put_off: set[str] = set()
        self._screen: Screen | None = None

    def note(self, text: str) -> None:
        """Shows something that happened beside the workflow."""
        if self._screen is not None:
            self._screen.note(text)

    async def stay(self) -> WorkflowView:
        """The view once the workflow has ended. Raises a HeyJarvisError when the connection is gone for good."""
        with screen_for(self._output) as screen:
            self._screen = screen
            work = self._ask_at_gates(screen) if self._ask else self._name_gates(screen)
            gates = asyncio.create_task(work, name="approvals")
            reminders = asyncio.create_task(_remind(screen), name="reminders")
            gates.add_done_callback(lambda task: self._changed.set())
            try:
                await self._follow(screen, gates)
            finally:
                reminders.cancel()
                gates.cancel()
                with suppress(asyncio.CancelledError):
                    await gates
                self._screen = None
        return self.view

    async def _follow(self, screen: Screen, gates: asyncio.Task[None]) -> None:
        messages = follow(
            self._client,
            self.view.name,
            cursor=self._cursor,
            from_start=self._from_start,
            patience=self._patience,
            on_trouble=screen.note,
        )
        async for message in messages:
            self.view = fold(self.view, message)
            screen.show(self.view, message)
            self._changed.set()
            if gates.done() and (defect := gates.exception()):
                raise defect

    async def _ask_at_gates(self, screen: Screen) -> None:
        while True:
            await self._next_change()
            for name in self._waiting():
                with screen.paused(), Keyboard() as keyboard:
                    await self._ask_about(name, keyboard)

    async def _ask_about(self, name: str, keyboard: Keyboard) -> None:
        # The event of the person's own decision may come before the answer to it: that is not somebody else's.
        answered = asyncio.Event()
        asking = ask_person(self._client, name, self._output, keyboard, answered)
        question = asyncio.create_task(asking, name="question")
        try:
            while not question.done():
                change = asyncio.create_task(self._next_change())
                await asyncio.wait([question, change], return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                if name not in self.view.approvals and not question.done() and not answered.is_set():
                    self._output.say(Text("  It was decided elsewhere.", style="yellow"))
                    return
            if question.result() is Answer.LATER:
                self._leave(name)
        except (EndOfInput, Interrupt):
            self._leave(name)
        finally:
            # A decision on its way is heard out, even when the workflow has ended over it.
            if not answered.is_set():
                question.cancel()
            with suppress(asyncio.CancelledError, EndOfInput, Interrupt):
                await question
            # Until the decision has come back as an event, the question must not be asked again.
            self._put_off.add(name)

    async def _name_gates(self, screen: Screen) -> None:
        while True:
            await self._next_change()
            for name in self._waiting():
                self._leave(name)

    def _leave(self, name: str) -> None:
        self._put_off.add(name)
        id_ = name.removeprefix("approvals/")
        self._output.say(f"  ◆ It waits for a person: `jarvis approvals show {id_}`, then approve or reject it.")

    def _waiting(self) -> list[str]:
        return [name for name in self.view.approvals if name not in self._put_off and not self.view.state.ended]

    async def _next_change(self) -> None:
        await self._changed.wait()
        self._changed.clear()


async def _remind(screen: Screen) -> None:
    while True:
        await asyncio.sleep(_REMIND_SECONDS)
        screen.remind()
