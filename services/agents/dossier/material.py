"""Everything a dossier is made of, gathered from the results of earlier tasks.

Nothing that comes in here can stop the dossier: a result that cannot be read is left out and named
in `left_out`, and so is a part of a result, a drawing that is not safe, a kind of result nobody here
knows, and a chapter nobody worked on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agent_sdk import InputError, TaskInput, TaskOutput
from agent_sdk.task_input import RESULT_FILE, TOOLS_FILE
from services.agents.dossier.readers.brand import Brand
from services.agents.dossier.readers.lenient import clean, read
from services.agents.dossier.readers.market import Market
from services.agents.dossier.readers.plan import Plan
from services.agents.dossier.readers.review import Review
from services.agents.dossier.readers.shared import Result
from services.agents.dossier.sanitise import UnsafeDrawingError, safe_svg

MARKET = "market_research"
BRAND = "branding"
PLAN = "business_plan"
REVIEW = "reviewer"
CHAPTERS = {MARKET: "Market research", BRAND: "Brand identity", PLAN: "Business plan", REVIEW: "Review"}
"""Agent types a dossier has a chapter for, with its name."""

MAX_DRAWINGS = 24
"""Drawings shown; more are left out and named."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")

MAX_FILES = 40
"""Files of one task listed; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing of the brand, sanitised."""

    name: str
    title: str
    use: str
    svg: str
    """Safe to stand in a page as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something a task made."""

    name: str
    title: str
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    address: str
    """Where it lies beside the dossier when results are saved; empty for names that are no plain file names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One earlier task and what became of its result."""

    task: str
    title: str
    agent_type: str
    simulated: bool
    """Whether any part of it was written by the offline model."""
    outside: str
    """What of it came from outside, such as a foreign agent's work; empty when nothing is known to."""
    confidence: float | None
    confidence_reasons: tuple[str, ...]
    files: tuple[File, ...]
    more_files: int
    """How many files are not listed."""
    fate: str
    """What the dossier did with it: `used`, `merged into` a whole whose part it is, `replaced` by a later result of its
    kind, `not read`, `appendix`: its files are listed, for there is no chapter for results of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a dossier is made of."""

    request: str
    day: date
    workflow: str
    market: Market | None
    brand: Brand | None
    plan: Plan | None
    review: Review | None
    drawings: Mapping[str, Drawing]
    """By file name, in the order the brand names them."""
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]
    """What is missing and why, a sentence each."""
    plan_simulated: bool = False
    """Whether the offline model decided which tasks there are."""
    feedback: tuple[str, ...] = ()
    """What people said about earlier versions of this dossier."""

    @property
    def simulated(self) -> tuple[str, ...]:
        """Names of the parts that the offline model wrote, in whole or in part."""
        return tuple(CHAPTERS.get(part.agent_type, part.title) for part in self.parts if part.simulated)

    @property
    def used(self) -> tuple[str, ...]:
        """Names of the parts the dossier is made of."""
        return tuple(CHAPTERS[part.agent_type] for part in self.parts if part.fate == "used")

    @property
    def appendix(self) -> tuple[Part, ...]:
        """Results that lie beside the dossier as they are."""
        return tuple(part for part in self.parts if part.fate == "appendix")

    @property
    def title(self) -> str:
        """The name of the business, as far as it has one."""
        named = self.brand.name if self.brand else ""
        return named or (self.plan.brand_name or "" if self.plan else "") or "Business dossier"

    @property
    def confidence(self) -> float:
        """That of the least certain part used; 0 when there is none."""
        known = [part.confidence for part in self.parts if part.fate == "used" and part.confidence is not None]
        return min(known, default=0.0)


def gather(task: TaskInput, *, day: date) -> Material:
    """Read every input of the task."""
    outputs = dict(task.inputs_by_task) or {output.task: output for output in task.inputs.values()}
    chosen = {kind: task.inputs[kind].task for kind in CHAPTERS if kind in task.inputs}
    left_out = [
        f"{name} is not part of this dossier: no task of its workflow made one."
        for kind, name in CHAPTERS.items()
        if kind not in chosen and kind != REVIEW
    ]
    found: dict[str, Result] = {}
    parts: list[Part] = []
    drawings: dict[str, Drawing] = {}
    for output in outputs.values():
        if chosen.get(output.agent_type) != output.task:
            whole = task.merged.get(output.task)
            fate = f"merged into {whole}" if whole else "replaced" if output.agent_type in CHAPTERS else "appendix"
            parts.append(_other(output, left_out, fate))
            continue
        result = _result(output, left_out)
        parts.append(_part(output, result, "used" if result else "not read"))
        if result:
            found[output.agent_type] = result
        if isinstance(result, Brand):
            drawings = _drawings(output, result, left_out)
    market, brand, plan, review = (found.get(kind) for kind in CHAPTERS)
    return Material(
        request=str(clean(task.request)),
        day=day,
        workflow=task.workflow,
        market=market if isinstance(market, Market) else None,
        brand=brand if isinstance(brand, Brand) else None,
        plan=plan if isinstance(plan, Plan) else None,
        review=review if isinstance(review, Review) else None,
        drawings=drawings,
        parts=tuple(parts),
        left_out=tuple(left_out),
        plan_simulated=task.plan_simulated,
        feedback=tuple(str(clean(each)) for each in task.feedback),
    )


_MODELS: dict[str, type[Result]] = {MARKET: Market, BRAND: Brand, PLAN: Plan, REVIEW: Review}

_WANTED = {
    MARKET: (("segments", "no customer segments"), ("competitors", "no competitors"), ("sources", "no source")),
    BRAND: (("name", "no name"), ("palette", "no colours")),
    REVIEW: (("scores", "no score"),),
    PLAN: (("pricing", "no prices"), ("scenarios", "no projection"), ("assumptions_table", "no table of assumptions")),
}
"""Fields whose absence a reader has to know of, with what to call it."""


def _result(output: TaskOutput, left_out: list[str]) -> Result | None:
    name = CHAPTERS[output.agent_type]
    try:
        value = output.json()
    except InputError as error:
        left_out.append(f"{name} (task {output.task}) could not be read: {error}")
        return None
    result, problems = read(_MODELS[output.agent_type], value)
    left_out.extend(f"{name} (task {output.task}): {problem}." for problem in problems)
    if result:
        missing = [words for field, words in _WANTED[output.agent_type] if not getattr(result, field)]
        if missing:
            left_out.append(f"{name} (task {output.task}) names {_joined(missing)}.")
    return result


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _other(output: TaskOutput, left_out: list[str], fate: str) -> Part:
    """A result without a chapter: a part or an earlier version of one, or of a kind unknown here."""
    if fate == "appendix" and not output.artifacts.keys() - {RESULT_FILE}:
        left_out.append(
            f"{_title(output)} (task {output.task}): there is no chapter for results of '{clean(output.agent_type)}', "
            "and it made no files."
        )
    return _part(output, _said_of_itself(output), fate)


def _said_of_itself(output: TaskOutput) -> Result | None:
    """What a result without a chapter has in common with all others."""
    try:
        return read(Result, output.json())[0]
    except InputError:
        return None


def _outside(output: TaskOutput, result: Result | None) -> str:
    """As `Part.outside`; what tools brought is a file of the task, and listed with it."""
    said = [f"a foreign agent, {result.foreign_agent}"] if result and result.foreign_agent else []
    said += [f"what tools of other programs brought ({TOOLS_FILE})"] if TOOLS_FILE in output.artifacts else []
    return "; ".join(said)


def _part(output: TaskOutput, result: Result | None, fate: str) -> Part:
    files = [
        File(
            name=str(clean(artifact.name)),
            title=str(clean(artifact.title)),
            media_type=str(clean(artifact.media_type)),
            size=len(artifact.content),
            sha256=str(clean(artifact.sha256)),
            address=_address(output.task, artifact.name),
        )
        for artifact in output.artifacts.values()
    ]
    return Part(
        task=output.task,
        title=_title(output),
        agent_type=str(clean(output.agent_type)),
        simulated=output.simulated or bool(result and result.simulated),
        outside=_outside(output, result),
        confidence=result.confidence if result else None,
        confidence_reasons=result.confidence_reasons if result else (),
        files=tuple(files[:MAX_FILES]),
        more_files=max(len(files) - MAX_FILES, 0),
        fate=fate,
    )


def _address(task: str, name: str) -> str:
    """As `jarvis` saves results: a folder for each task."""
    return f"{task}/{name}" if _PLAIN_NAME.fullmatch(task) and _PLAIN_NAME.fullmatch(name) else ""


def _title(output: TaskOutput) -> str:
    return str(clean(output.title)) or output.agent_type


def _drawings(output: TaskOutput, brand: Brand, left_out: list[str]) -> dict[str, Drawing]:
    """The brand's drawings: those its result names first, then other SVG files of the task."""
    uses = {file.artifact: file.use for file in brand.logo_files}
    svgs = [artifact.name for artifact in output.artifacts.values() if artifact.media_type.startswith("image/svg")]
    names = [*(name for name in uses if name in output.artifacts), *(name for name in svgs if name not in uses)]
    absent = [name for name in uses if name not in output.artifacts]
    if absent:
        left_out.append(f"{CHAPTERS[BRAND]} (task {output.task}) names files it did not deliver: {', '.join(absent)}.")
    if len(names) > MAX_DRAWINGS:
        left_out.append(
            f"{CHAPTERS[BRAND]} (task {output.task}): only the first {MAX_DRAWINGS} of {len(names)} drawings are shown."
        )
    found: dict[str, Drawing] = {}
    for name in names[:MAX_DRAWINGS]:
        artifact = output.artifacts[name]
        title = str(clean(artifact.title)) or name
        try:
            svg = safe_svg(artifact.content, label=title)
        except UnsafeDrawingError as error:
            left_out.append(
                f"{CHAPTERS[BRAND]} (task {output.task}): the drawing {clean(name)} is not shown, because {error}."
            )
            continue
        found[name] = Drawing(name=str(clean(name)), title=title, use=uses.get(name, ""), svg=svg)
    return found
