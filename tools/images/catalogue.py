"""Which images there are, in one table, and what the Dockerfile is told for each.

Agents are not listed: every folder of services/agents that can be started is one. What a service needs beyond the
common packages is in the lock file of its own name, where it has one; an agent without one takes the one its code asks
for.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.local.processes import MODEL_PORT, ON_REQUEST, SERVICES, agent_types

ROOT = Path(__file__).resolve().parents[2]
AGENT_PORT = 50060
"""Where an agent listens in its container; it tells the registry."""
_NEED_THE_SDK = frozenset({"orchestrator", "scaler"})
"""Services that read what agents write: the registry, results, artifacts."""
_ASKED_FOR = {"agent_sdk.foreign": "a2a-bridge", "context.tools(": "mcp"}
"""Words in an agent's code, and the lock file of what they need: only who uses it carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image."""

    name: str
    """As in `heyjarvis/NAME`."""
    folder: str
    """The program, from the root of the repository; the build argument SERVICE."""
    stands_on: str
    """Which of our own code it needs: chassis, agent-sdk or nothing."""
    extra: str
    """Name of the lock file with what it needs beyond common.lock; empty for nothing."""
    port: int
    description: str
    """One sentence for people who find it in a registry."""

    @property
    def build_arguments(self) -> dict[str, str]:
        """What makes this image of the Dockerfile that all share."""
        return {
            "SERVICE": self.folder,
            "STANDS_ON": self.stands_on,
            "EXTRA": self.extra,
            "PORT": str(self.port),
            "DESCRIPTION": self.description,
        }


def images(root: Path = ROOT, *, agents: Sequence[str] | None = None) -> list[Image]:
    """All images: services, agents (those that are there unless named), the offline model."""
    services = [
        _image(root, service.name, f"services/{service.name}", port=service.port)
        for service in sorted((*SERVICES, *ON_REQUEST), key=lambda service: service.port)
    ]
    of_agents = [
        _image(
            root, f"agent-{kind.replace('_', '-')}", f"services/agents/{kind}", port=AGENT_PORT, stands_on="agent-sdk"
        )
        for kind in (agent_types(root) if agents is None else agents)
    ]
    model = _image(root, "offline-model", "tools/offline_model", port=MODEL_PORT, stands_on="nothing")
    return [*services, *of_agents, model]


def _image(root: Path, name: str, folder: str, *, port: int, stands_on: str = "") -> Image:
    return Image(
        name=name,
        folder=folder,
        stands_on=stands_on or ("agent-sdk" if name in _NEED_THE_SDK else "chassis"),
        extra=_extra(root, name, folder),
        port=port,
        description=_first_sentence(root / folder),
    )


def _extra(root: Path, name: str, folder: str) -> str:
    own = name.removeprefix("agent-")
    if (root / "requirements" / f"{own}.lock").exists():
        return own
    if own == name:
        return ""
    code = "\n".join(file.read_text("utf-8") for file in (root / folder).rglob("*.py"))
    return next((lock for words, lock in _ASKED_FOR.items() if words in code), "agents")


def _first_sentence(folder: Path) -> str:
    """How the program's own story begins; an agent's is in agent.py."""
    for name in ("agent.py", "__init__.py", "__main__.py"):
        file = folder / name
        story = ast.get_docstring(ast.parse(file.read_text("utf-8"))) if file.exists() else None
        if story:
            return story.partition("\n")[0]
    return folder.name
