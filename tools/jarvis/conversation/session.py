"""The conversation: a prompt that stays usable while workflows run beside it.

A line starts a workflow, a word does what it says (`words.py`); what happens comes in above the prompt. Modes differ
in template and autopilot, and `--intelligence` brings every gate to the prompt. Leaving leaves workflows running; at
the end of a pipe it waits for them, so that `echo "a bakery" | jarvis` is a whole conversation.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

from rich.text import Text

from chassis.errors import HeyJarvisError
from tools.jarvis import exits, wording
from tools.jarvis.addresses import find_addresses
from tools.jarvis.client import Client
from tools.jarvis.commands import workflows
from tools.jarvis.commands.shared import guarded
from tools.jarvis.commands.system import get_status
from tools.jarvis.conversation.answers import Answers
from tools.jarvis.conversation.words import Word, meaning
from tools.jarvis.conversation.workflows import Running
from tools.jarvis.errors import explain
from tools.jarvis.output import Output
from tools.jarvis.run import submission, submit
from tools.jarvis.run_options import RunOptions
from tools.jarvis.snapshot import of_snapshot
from tools.jarvis.terminal import EndOfInput, Interrupt, Keyboard
from tools.local.state import using

_MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Way:
    """How a mode carries out requests."""

    name: str
    autopilot: str
    template: str = ""
    says: str = ""


class Mode(Enum):
    """The modes of a conversation."""

    CONCURRENT = Way("concurrent", "assisted", says="Several requests at once; I ask where risk or cost is high.")
    INTELLIGENCE = Way("intelligence", "manual", says="I ask you at every gate.")
    BRANDING = Way("branding", "assisted", "brand-identity", says="Every request becomes a brand identity.")
    JARVIS = Way("jarvis", "full", "standard-business", says="The full business workflow; I decide and sum up.")


def converse(mode: Mode, address: str) -> int:
    """The exit code."""
    output = Output()
    return guarded(lambda: asyncio.run(_converse(mode, address, output)), output)


async def _converse(mode: Mode, address: str, output: Output) -> int:
    async with Client(find_addresses(address)) as client:
        await get_status(client)  # is anybody there?
        with using(client.addresses.home), Keyboard(signals=False) as keyboard:
            session = Session(mode.value, client, output, keyboard)
            try:
                return await session.hold()
            finally:
                await session.running.leave()


class Session:
    """One conversation."""

    def __init__(self, way: Way, client: Client, output: Output, keyboard: Keyboard) -> None:
        self._way = way
        self._client = client
        self._output = output
        self._keyboard = keyboard
        self.running = Running(
            client, output, keyboard, present_gates=way.autopilot == "manual", speak=way.name == "jarvis"
        )
        self.running.on_change = lambda: keyboard.change_prompt(self._prompt())
        self._answers = Answers(client, output, self.running)

    async def hold(self) -> int:
        """Until the person leaves. The exit code."""
        self._greet()
        while True:
            try:
                line = await self._keyboard.ask(self._prompt())
            except Interrupt:
                self._output.say(Text("  Ctrl-D or `quit` leaves; `cancel` ends a workflow.", style="bright_black"))
                continue
            except EndOfInput:
                break
            if not await self._understand(line):
                break
        return await self._leave()

    async def _understand(self, line: str) -> bool:
        """Does what the line says; False when the person leaves."""
        try:
            if not line.strip() or await self.running.gates.answer(line):
                return True
            meant = meaning(line, self.running.names())
            if meant.word is Word.QUIT:
                return False
            if meant.unknown:
                self._output.say(f"  There is no /{wording.one_line(meant.unknown, 40)}; `help` lists what there is.")
            elif meant.word is None:
                await self._start(meant.rest)
            else:
                await self._answers.give(meant.word, meant.rest)
        except HeyJarvisError as error:
            for told in explain(error):
                self._output.say(Text(f"  ✗ {told}", style="red"))
        return True

    async def _start(self, request: str) -> None:
        if len(self.running.active) >= _MOST_AT_ONCE:
            self._output.say(f"  {_MOST_AT_ONCE} workflows are under way; wait for one, or `cancel` one.")
            return
        options = RunOptions(request=request, template=self._way.template)
        workflow = await submit(self._client, submission(options, self._way.autopilot))
        self.running.add(of_snapshot(workflow))

    def _prompt(self) -> str:
        if self.running.gates.open:
            return "\x1b[33mapprove (a), reject (r WHY), show (s), later (l) ›\x1b[0m "
        number = len(self.running.active)
        return f"\x1b[34mjarvis{f' ({number} running)' if number else ''} ›\x1b[0m "

    def _greet(self) -> None:
        system = self._client.addresses.system
        text = Text("\n  HeyJarvis", style="bold")
        text.append(f" · {self._way.name} · {self._client.addresses.of('orchestrator')}", style="bright_black not bold")
        self._output.say(text)
        self._output.say(f"  {self._way.says} Say what you want, or `help`.")
        if system is not None and system.simulated:
            self._output.say(Text("  The offline model writes: what is made is simulated.", style="magenta"))
        self._output.say()

    async def _leave(self) -> int:
        if not self._keyboard.is_terminal:
            await self.running.finish()
            return exits.FAILED if self.running.failures else exits.OK
        if self.running.active:
            self._output.say("  These go on without you; `jarvis watch ID` follows one:")
            self._output.show(workflows.workflows_table([one.view for one in self.running.active]))
        return exits.OK
