"""The workflows of a conversation: each followed beside the prompt, told in lines, its results written when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from chassis.errors import HeyJarvisError
from tools.jarvis import lines, talk, wording
from tools.jarvis.artifacts import list_artifacts, save_artifacts
from tools.jarvis.client import Client
from tools.jarvis.conversation.gates import Gates
from tools.jarvis.conversation.speech import spoken
from tools.jarvis.fold import fold
from tools.jarvis.follow import follow
from tools.jarvis.output import Output
from tools.jarvis.run import SIMULATED, shown
from tools.jarvis.screens import now
from tools.jarvis.terminal import Keyboard
from tools.jarvis.view import WorkflowState, WorkflowView

_COLOURS = ("cyan", "magenta", "green", "blue", "yellow")


@dataclass
class Followed:
    """One workflow of this conversation."""

    number: int
    view: WorkflowView

    @property
    def tag(self) -> Text:
        """Its number in its colour."""
        return Text(f"#{self.number}", style=f"bold {_COLOURS[(self.number - 1) % len(_COLOURS)]}")


class Running:
    """All of them."""

    def __init__(self, client: Client, output: Output, keyboard: Keyboard, *, present_gates: bool, speak: bool) -> None:
        """
        present_gates: whether every gate is brought to the prompt; otherwise a line says that one waits.
        speak: whether an ended workflow is summed up as if spoken.
        """
        self.all: list[Followed] = []
        self.failures = 0
        self.on_change: Callable[[], None] = lambda: None
        """Told when the prompt may have to change."""
        self.gates = Gates(client, output, self._above)
        self._client = client
        self._output = output
        self._keyboard = keyboard
        self._present_gates = present_gates
        self._speak = speak
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> list[Followed]:
        """Those that have not ended."""
        return [one for one in self.all if not one.view.state.ended]

    def names(self) -> frozenset[str]:
        """Ids a person may mean by a word after `cancel`, `show`, `approve` or `reject`."""
        waiting = [name for one in self.active for name in one.view.approvals]
        return frozenset([one.view.id for one in self.all] + [name.rpartition("/")[2] for name in waiting])

    def add(self, view: WorkflowView) -> None:
        """Follows one more."""
        one = Followed(len(self.all) + 1, view)
        self.all.append(one)
        self._tell(one, "○", f"{wording.one_line(view.request, 100)}  ({view.id})")
        task = asyncio.create_task(self._accompany(one), name=f"follow {view.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.on_change()

    async def finish(self) -> None:
        """Returns when all have ended."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def leave(self) -> None:
        """Stops following; the workflows go on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accompany(self, one: Followed) -> None:
        try:
            messages = follow(
                self._client,
                one.view.name,
                from_start=True,
                without_text=True,
                on_trouble=lambda text: self._tell(one, "!", text),
            )
            async for message in messages:
                before, one.view = one.view, fold(one.view, message)
                self._show_change(one, before)
                for glyph, line in talk.lines(one.view, message):
                    self._tell(one, glyph, line)
            await self._deliver(one)
        except (HeyJarvisError, OSError) as error:
            self._tell(one, "✗", f"{error} Come back: jarvis watch {one.view.id}", "red")
        finally:
            self.gates.drop(one.view.name)
            self.on_change()

    def _show_change(self, one: Followed, before: WorkflowView) -> None:
        for glyph, line in lines.lines(before, one.view):
            if glyph != "◆":
                self._tell(one, glyph, line)
        for name in set(one.view.approvals) - set(before.approvals):
            short = name.partition("/")[2]
            answers = f"approve {short}, reject {short} WHY, show {short}"
            self._tell(one, "◆", f"{_asking(one.view, name)}: {answers}", "yellow")
            if self._present_gates:
                task = asyncio.create_task(self.gates.present(name, one.view.name), name=f"gate {short}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                task.add_done_callback(lambda _: self.on_change())
        for name in set(before.approvals) - set(one.view.approvals):
            self.gates.close(name)
        if before.state is not one.view.state or before.approvals != one.view.approvals:
            self.on_change()

    async def _deliver(self, one: Followed) -> None:
        view = one.view
        if view.state is not WorkflowState.SUCCEEDED:
            self.failures += 1
        saved = []
        if artifacts := await list_artifacts(self._client, view.name):
            saved = await save_artifacts(self._client, artifacts, Path("out") / view.id)
        page = next((shown(file.path) for file in saved if file.path.name == "dossier.html"), "")
        if self._speak:
            self._tell(one, " ", spoken(view, page), "bold")
            return
        if saved:
            folder = f"{shown(Path('out') / view.id)}/  {wording.count(len(saved), 'file')}"
            self._tell(one, " ", page or folder, "bold")
        if view.simulated:
            self._tell(one, " ", SIMULATED, "magenta")

    def _tell(self, one: Followed, glyph: str, line: str, style: str = "") -> None:
        text = Text.assemble((f"  {lines.stamp(now())} ", "bright_black"), one.tag, f" {glyph} ", (line, style))
        self._above(text)

    def _above(self, drawing: object) -> None:
        with suppress(BrokenPipeError):
            self._keyboard.above(lambda: self._output.console.print(drawing, markup=False, soft_wrap=False))


def _asking(view: WorkflowView, approval: str) -> str:
    """What of a workflow waits for its person."""
    task = next((each for each in view.tasks.values() if each.approval == approval), None)
    return f"{task.title}: {wording.TASK_MARKS[task.state][2]}" if task else "nothing more begins before your answer"
