"""Everything a new agent changes, worked out before anything is touched: new files, and lines in files there are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tools.images.catalogue import images
from tools.images.skaffold import SKAFFOLD, skaffold_text
from tools.local.processes import agent_types
from tools.new_agent.names import AgentName, NameRefused

_TEMPLATES = Path(__file__).parent / "templates"
VALUES = "charts/heyjarvis/values.yaml"
README = "README.md"


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths from the root of the repository, with the whole text each will have."""

    new: dict[str, str]
    changed: dict[str, str]

    @property
    def nothing(self) -> bool:
        return not self.new and not self.changed


def changes_for(name: AgentName, root: Path) -> Changes:
    """What is still to be written for this agent; nothing when all of it is there as it would be written.

    Raises NameRefused when the name is taken: a file of it exists and is another.
    """
    wanted = dict(_new_files(name))
    there = {path for path in wanted if (root / path).exists()}
    taken = sorted(path for path in there if (root / path).read_text("utf-8") != wanted[path])
    if not there and (root / "services" / "agents" / name.type).exists():
        taken = [f"services/agents/{name.type}"]
    if taken:
        raise NameRefused(f"The name {name.type!r} is taken: {taken[0]} is there already. Nothing was changed.")
    new = {path: text for path, text in wanted.items() if path not in there}
    edits = {
        VALUES: _with_values_entry((root / VALUES).read_text("utf-8"), name),
        README: _with_table_row((root / README).read_text("utf-8"), name),
        SKAFFOLD: _with_image((root / SKAFFOLD).read_text("utf-8"), name, root),
    }
    changed = {path: text for path, text in edits.items() if text != (root / path).read_text("utf-8")}
    return Changes(new, changed)


def _new_files(name: AgentName) -> Iterator[tuple[str, str]]:
    """The folder's `__main__.py` is last: it is what makes the folder an agent."""
    folder = f"services/agents/{name.type}"
    places = {
        "unit_test.py": f"tests/unit/agents/{name.type}/test_agent.py",
        "contract_test.py": f"tests/contract/agents/test_{name.type}.py",
        "template.yaml": f"services/templates/catalogue/{name.slug}.yaml",
        "README.md": f"{folder}/README.md",
        "models.py": f"{folder}/models.py",
        "prompt.py": f"{folder}/prompt.py",
        "render.py": f"{folder}/render.py",
        "agent.py": f"{folder}/agent.py",
        "__main__.py": f"{folder}/__main__.py",
    }
    for source, path in places.items():
        text = (_TEMPLATES / f"{source}.txt").read_text("utf-8")
        yield path, _in_style(Template(text).substitute(name.spellings), path)


def _in_style(text: str, path: str) -> str:
    """Python as `make fmt` leaves it: how lines break and imports sort depends on the name."""
    if not path.endswith(".py"):
        return text
    for words in (("check", "--fix-only", "--select=I"), ("format",)):
        command = [sys.executable, "-m", "ruff", *words, "--quiet", f"--stdin-filename={path}", "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60).stdout
    return text


def _with_values_entry(values: str, name: AgentName) -> str:
    """One entry at the end of the chart's `agents`."""
    lines = values.splitlines(keepends=True)
    start = lines.index("agents:\n")
    end = next((at for at in range(start + 1, len(lines)) if not lines[at].startswith("  ")), len(lines))
    if any(line.startswith(f"  {name.type}:") for line in lines[start:end]):
        return values
    return "".join(_inserted(lines, end, f"  {name.type}: {{}}\n"))


def _with_table_row(readme: str, name: AgentName) -> str:
    """One row after those of the other agents."""
    lines = readme.splitlines(keepends=True)
    rows = [at for at, line in enumerate(lines) if line.startswith("| agents: ")]
    if any(lines[at].startswith(f"| agents: {name.type} |") for at in rows):
        return readme
    row = f"| agents: {name.type} | {name.words} | any free | [README](services/agents/{name.type}/README.md) |\n"
    return "".join(_inserted(lines, rows[-1] + 1, row))


def _inserted(lines: Sequence[str], at: int, line: str) -> list[str]:
    return [*lines[:at], line, *lines[at:]]


def _with_image(skaffold: str, name: AgentName, root: Path) -> str:
    """Its image among those of all agents, in their order."""
    return skaffold_text(skaffold, images(root, agents=sorted({*agent_types(root), name.type})))
