"""Three ways to watch a workflow: a live picture, plain lines, JSON.

Each is a context manager with `show` (the view after a message), `note` (something beside the workflow, such as a
broken connection), `remind` (time has passed) and `paused` (while entered, the terminal belongs to somebody else).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from tools.jarvis import draw, lines, talk
from tools.jarvis.output import Output, as_dict
from tools.jarvis.terminal import quiet_keyboard
from tools.jarvis.view import WorkflowView

_PICTURES_PER_SECOND = 8
_NOTE_SECONDS = 15.0
_SILENCE = timedelta(seconds=20)


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def _moment(message: pb.WatchWorkflowResponse) -> datetime:
    return message.event.time.ToDatetime(tzinfo=UTC) if message.HasField("event") else now()


class LiveScreen:
    """A picture that is drawn over, and above it what agents said. When it ends, its last state stays."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._view: WorkflowView | None = None
        self._note = ("", now())
        self._live: Live | None = None
        self._open = ExitStack()
        self._unsaid: list[RenderableType] = []

    def __enter__(self) -> LiveScreen:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._say()
        if self._view is not None:
            self._console.print(draw.workflow(self._view, now(), self._console.width))

    def show(self, view: WorkflowView, message: pb.WatchWorkflowResponse) -> None:
        self._view = view
        moment = lines.stamp(_moment(message))
        self._unsaid += [draw.said(moment, glyph, line) for glyph, line in talk.lines(view, message)]
        if self._live is not None:
            self._say()

    def note(self, text: str) -> None:
        self._note = (text, now() + timedelta(seconds=_NOTE_SECONDS))

    def remind(self) -> None:
        """The picture tells the time by itself."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        self._stop()
        if self._view is not None:
            self._console.print(draw.workflow(self._view, now(), self._console.width))
            self._console.print()
        try:
            yield
        finally:
            self._console.print()
            self._start()

    def _start(self) -> None:
        self._open.enter_context(quiet_keyboard())
        self._live = self._open.enter_context(
            Live(
                get_renderable=self._picture,
                console=self._console,
                refresh_per_second=_PICTURES_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
        )
        self._say()

    def _stop(self) -> None:
        self._open.close()
        self._live = None

    def _say(self) -> None:
        """What agents said to each other stands above the picture, and stays."""
        for line in self._unsaid:
            self._console.print(line)
        self._unsaid.clear()

    def _picture(self) -> RenderableType:
        text, until = self._note
        notes = [text] if text and now() < until else []
        if self._view is None:
            return Text("\n".join(["  ○ Connecting", *notes]), style="cyan")
        return draw.workflow(self._view, now(), self._console.width, notes)


class PlainScreen:
    """One line for each change of state."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._view: WorkflowView | None = None
        self._said = now()

    def __enter__(self) -> PlainScreen:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, view: WorkflowView, message: pb.WatchWorkflowResponse) -> None:
        if message.HasField("gap"):
            missing = message.gap.missing
            lost = "Redis lost its last writes; what comes now is what holds"
            self.note(f"{missing} events are not kept any more" if missing else lost)
        moment = _moment(message)
        for glyph, line in [*lines.lines(self._view, view), *talk.lines(view, message)]:
            self._say(moment, glyph, line)
        self._view = view

    def note(self, text: str) -> None:
        self._say(now(), "!", text)

    def remind(self) -> None:
        """After a long silence, what is under way: a log should show that something still is."""
        if self._view is not None and now() - self._said > _SILENCE:
            self._say(now(), "…", lines.under_way(self._view, now()))

    def _say(self, moment: datetime, glyph: str, line: str) -> None:
        self._said = now()
        self._output.say(f"{lines.stamp(moment)}  {glyph} {line}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        yield


class JsonScreen:
    """One JSON object for each message, one message a line."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> JsonScreen:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, view: WorkflowView, message: pb.WatchWorkflowResponse) -> None:
        self._output.emit(as_dict(message), compact=True)

    def note(self, text: str) -> None:
        self._output.say(text)

    def remind(self) -> None:
        """Programs need no reminder."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        yield


Screen = LiveScreen | PlainScreen | JsonScreen


def screen_for(output: Output) -> Screen:
    """The screen that fits where the output goes."""
    if output.json:
        return JsonScreen(output)
    return LiveScreen(output.console) if output.lively else PlainScreen(output)
