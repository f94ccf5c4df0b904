"""Which images there are, and that nobody carries what it does not need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.shipped_agents import workloads
from tools.images.catalogue import ROOT, Image, images

BY_NAME = {image.name: image for image in images()}


def pins(lock: str) -> dict[str, str]:
    """Package and version of each line of a lock file."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


def test_every_program_that_can_be_started_has_an_image() -> None:
    folders = {file.parent.relative_to(ROOT).as_posix() for file in (ROOT / "services").glob("**/__main__.py")}
    assert {image.folder for image in images()} == folders | {"tools/offline_model"}


def legal_review(root: Path, code: str) -> Image:
    """The image of an agent that is not listed anywhere, with this code."""
    agent = root / "services" / "agents" / "legal_review"
    agent.mkdir(parents=True)
    (agent / "__main__.py").write_text("")
    (agent / "agent.py").write_text(code)
    (found,) = [image for image in images(root) if image.name == "agent-legal-review"]
    return found


def test_a_new_agent_is_an_image_without_a_line_here(tmp_path: Path) -> None:
    found = legal_review(tmp_path, '"""The legal review agent: finds what nobody may sign.\n\nMore."""\n')
    assert (found.folder, found.stands_on, found.extra) == ("services/agents/legal_review", "agent-sdk", "agents")
    assert found.description == "The legal review agent: finds what nobody may sign."


def test_an_agent_that_stands_for_a_foreign_one_carries_the_protocol_and_no_model_client(tmp_path: Path) -> None:
    found = legal_review(tmp_path, "from agent_sdk.foreign import ForeignAgent\n")
    assert found.extra == "a2a-bridge"
    assert {"a2a-sdk", "httpx"} <= pins(found.extra).keys()
    assert "anthropic" not in pins(found.extra)


def test_an_agent_that_asks_for_tools_carries_their_library_beside_the_model_client(tmp_path: Path) -> None:
    found = legal_review(tmp_path, "tools = await context.tools()\n")
    assert found.extra == "mcp"
    assert {"mcp", "anthropic"} <= pins(found.extra).keys()


@pytest.mark.parametrize("image", images(), ids=lambda image: image.name)
def test_the_library_of_tools_is_where_tools_are_asked_for_and_nowhere_else(image: Image) -> None:
    code = "".join(file.read_text("utf-8") for file in (ROOT / image.folder).rglob("*.py"))
    carried = pins(image.extra) if image.extra else {}
    assert ("mcp" in carried) == ("context.tools(" in code)


@pytest.mark.parametrize("image", images(), ids=lambda image: image.name)
def test_an_image_stands_on_what_its_code_imports(image: Image) -> None:
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / image.folder).rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (agent_sdk|chassis)\b", source, re.MULTILINE))
    allowed = {"nothing": set(), "chassis": {"chassis"}, "agent-sdk": {"chassis", "agent_sdk"}}[image.stands_on]
    assert imported <= allowed
    assert allowed - {"chassis"} <= imported


def test_only_who_asks_a_model_carries_its_client_and_only_the_scaler_that_of_kubernetes() -> None:
    carried = {name: pins(image.extra) if image.extra else {} for name, image in BY_NAME.items()}
    models = workloads(model=True) | {"orchestrator"}
    assert {name for name, packages in carried.items() if "anthropic" in packages} == models
    assert {name for name, packages in carried.items() if "kubernetes" in packages} == {"scaler"}
    assert not {"anthropic", "kubernetes"} & pins("common").keys()


@pytest.mark.parametrize("lock", [file.stem for file in sorted((ROOT / "requirements").glob("*.lock"))])
def test_a_lock_file_agrees_with_the_full_one_and_names_no_index(lock: str) -> None:
    full = pins("dev")
    assert pins(lock).items() <= full.items()
    assert "://" not in (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")


@pytest.mark.parametrize("extra", sorted({image.extra for image in images()} - {"", "offline-model"}))
def test_what_is_common_is_not_installed_twice(extra: str) -> None:
    assert not pins(extra).keys() & pins("common").keys()
