"""The catalogue: one YAML file per built-in template, named after its id.

Read once, at start, and checked as strictly as a request: a file that is wrong stops the service with a message that
names the file, the field and what would be right.
"""

import re
from collections.abc import Hashable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chassis.errors import ConfigurationError
from services.templates.domain.graph import violations
from services.templates.domain.model import Fallback, Gate, GateKind, Recipe, Risk, Task

SHIPPED = Path(__file__).parent / "catalogue"
"""The catalogue that comes with the service."""

_ID = r"^[a-z0-9][a-z0-9-]{0,62}$"
_SPAN = re.compile(r"(?P<number>[0-9]{1,6})(?P<unit>[smh])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def _span(value: object) -> timedelta:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is no length of time; write for example 30s, 4m or 1h")
    return timedelta(**{_UNITS[match["unit"]]: int(match["number"])})


Span = Annotated[timedelta, BeforeValidator(_span)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class GateEntry(_Model):
    """A gate as it is written in a file."""

    kind: GateKind
    risk: Risk = Risk.UNSPECIFIED
    human_only: bool = False
    question: str = Field(default="", max_length=500)

    def gate(self) -> Gate:
        return Gate(kind=self.kind, risk=self.risk, human_only=self.human_only, question=self.question)


class PlanGateEntry(_Model):
    """A gate on the whole plan; its kind goes without saying."""

    risk: Risk = Risk.UNSPECIFIED
    human_only: bool = False
    question: str = Field(default="", max_length=500)

    def gate(self) -> Gate:
        return Gate(kind=GateKind.PLAN, risk=self.risk, human_only=self.human_only, question=self.question)


class FallbackEntry(_Model):
    """A fallback as it is written in a file."""

    agent_type: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,62})?$")
    capability: str = Field(default="", max_length=63)
    model: str = Field(default="", max_length=128)

    def fallback(self) -> Fallback:
        return Fallback(**dict(self))


class TaskEntry(_Model):
    """A task as it is written in a file."""

    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1, max_length=120)
    agent_type: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    capability: str = Field(default="", max_length=63)
    instructions: str = Field(default="", max_length=8000)
    depends_on: list[str] = Field(default=[], max_length=100)
    optional: bool = False
    gates: list[GateEntry] = Field(default=[], max_length=4)
    timeout: Span = timedelta(0)
    max_attempts: int = Field(default=0, ge=0, le=10)
    priority: int = Field(default=0, ge=-100, le=100)
    estimated_duration: Span = timedelta(0)
    estimated_cost_usd: float = Field(default=0.0, ge=0)
    fallback: FallbackEntry | None = None
    budget_usd: float | None = Field(default=None, gt=0)

    def task(self) -> Task:
        fields = dict(self)
        return Task(
            **fields
            | {
                "depends_on": tuple(self.depends_on),
                "gates": tuple(gate.gate() for gate in self.gates),
                "fallback": self.fallback.fallback() if self.fallback else None,
            }
        )


class TemplateFile(_Model):
    """A template as it is written in a file."""

    title: str = Field(min_length=1, max_length=120)
    description: str = Field(default="", max_length=4000)
    keywords: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default=[], max_length=100)
    plan_gate: PlanGateEntry | None = None
    retry_budget: int | None = Field(default=None, ge=0, le=1000)
    tasks: list[TaskEntry] = Field(min_length=1, max_length=100)

    def recipe(self) -> Recipe:
        return Recipe(
            title=self.title,
            description=self.description,
            tasks=tuple(task.task() for task in self.tasks),
            keywords=tuple(self.keywords),
            plan_gate=self.plan_gate.gate() if self.plan_gate else None,
            retry_budget=self.retry_budget,
        )


def read_catalogue(folder: Path) -> dict[str, Recipe]:
    """Every template of the folder by id; ConfigurationError for a wrong file, or when there is none."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise ConfigurationError(
            f"There is no template in the catalogue folder {str(folder)!r}; HEYJARVIS_CATALOGUE names the folder, "
            "and each template is a .yaml file in it."
        )
    return {file.stem: read_template(file) for file in files}


def read_template(file: Path) -> Recipe:
    """The recipe in one file."""
    if not re.fullmatch(_ID, file.stem):
        raise _wrong(file, f"the file's name is the template's id and must be [a-z0-9-], not {file.stem!r}")
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)
        recipe = TemplateFile.model_validate(content).recipe()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(file, f"cannot be read: {error}") from error
    except ValidationError as error:
        raise _wrong(file, "; ".join(f"{_field(e['loc'])}: {e['msg']}" for e in error.errors())) from error
    if found := violations(recipe, path=""):
        raise _wrong(file, "; ".join(f"{violation.field.lstrip('.')}: {violation.description}" for violation in found))
    return recipe


def _wrong(file: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{file}: {problem}", reason="CATALOGUE_WRONG", metadata={"file": file.name})


def _field(path: tuple[int | str, ...]) -> str:
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return told.lstrip(".") or "the file"


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is written twice, where YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    "while reading a mapping", node.start_mark, f"the key {key!r} is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)
