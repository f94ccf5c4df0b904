"""`make new-agent`: which names it takes, and that it writes all of an agent or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.tree_copy import Tree, copied_tree
from tools.images.catalogue import images
from tools.images.skaffold import skaffold_text
from tools.local.processes import agent_types
from tools.new_agent.__main__ import main
from tools.new_agent.names import NameRefused, agent_name


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return copied_tree(tmp_path)


def test_a_name_has_every_spelling() -> None:
    name = agent_name("legal_review2")
    assert (name.slug, name.words, name.title, name.pascal) == (
        "legal-review2", "legal review2", "Legal review2", "LegalReview2",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "make new-agent NAME="),
        ("Legal-Review", "such as legal_review"),
        ("legal__review", "such as legal_review"),
        ("../etc", "such as etc"),
        ("1st", "such as legal_review"),
        ("a" * 33, "at most 32"),
        ("class", "word of Python"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(NameRefused, match=says):
        agent_name(text)


def test_an_agent_is_a_folder_and_one_entry_wherever_agents_are_named(tree: Tree) -> None:
    before = tree.files()
    assert main(["legal_review"], tree.root) == 0
    after = tree.files()
    assert {path for path in after if path not in before} == {
        *(f"services/agents/legal_review/{file}" for file in (
            "__main__.py", "agent.py", "models.py", "prompt.py", "render.py", "README.md",
        )),
        "services/templates/catalogue/legal-review.yaml",
        "tests/unit/agents/legal_review/test_agent.py",
        "tests/contract/agents/test_legal_review.py",
    }  # fmt: skip
    changed = {path for path in before if after[path] != before[path]}
    assert changed == {"README.md", "charts/heyjarvis/values.yaml", "skaffold.yaml"}
    values: Any = yaml.safe_load(after["charts/heyjarvis/values.yaml"])
    assert values["agents"]["legal_review"] == {}
    assert set(values["agents"]) == set(agent_types(tree.root))
    assert "agent-legal-review" in {image.name for image in images(tree.root)}
    skaffold = after["skaffold.yaml"].decode()
    assert skaffold == skaffold_text(skaffold, images(tree.root))


def test_the_same_again_changes_nothing(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    main(["legal_review"], tree.root)
    first = tree.files()
    assert main(["legal_review"], tree.root) == 0
    assert "is there already" in capsys.readouterr().out
    assert tree.files() == first


def test_what_a_kill_left_half_done_is_completed(tree: Tree) -> None:
    main(["legal_review"], tree.root)
    whole = tree.files()
    for path in ("services/agents/legal_review/__main__.py", "services/agents/legal_review/agent.py"):
        (tree.root / path).unlink()
    assert main(["legal_review"], tree.root) == 0
    assert tree.files() == whole


@pytest.mark.parametrize("name", ["branding", "standard_business"])
def test_a_taken_name_is_refused_and_nothing_is_touched(
    tree: Tree, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree.files()
    assert main([name], tree.root) == 1
    assert f"'{name}' is taken" in capsys.readouterr().err
    assert tree.files() == before


def test_an_agent_somebody_worked_on_is_not_written_over(tree: Tree) -> None:
    main(["legal_review"], tree.root)
    (tree.root / "services/agents/legal_review/prompt.py").write_text("mine")
    before = tree.files()
    assert main(["legal_review"], tree.root) == 1
    assert tree.files() == before


@pytest.mark.parametrize("writes", [0, 2, 4, 11])
def test_a_failure_half_way_leaves_everything_as_it_was(
    tree: Tree, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, left = tree.files(), [writes]

    def full_disk(beside: Path, target: Path) -> None:
        if left[0] == 0:
            left[0] = -1  # only once: what puts things back may write
            raise OSError(28, "No space left on device")
        left[0] -= 1
        os.rename(beside, target)

    monkeypatch.setattr("tools.new_agent.writing.os.replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        main(["legal_review"], tree.root)
    assert tree.files() == before
    assert not (tree.root / "services/agents/legal_review").exists()


@pytest.mark.parametrize("name", ["abc", "a" * 15 + "_" + "b" * 16])
def test_the_style_is_kept_whatever_the_name(tree: Tree, name: str) -> None:
    main([name], tree.root)
    folders = (f"services/agents/{name}", f"tests/unit/agents/{name}", f"tests/contract/agents/test_{name}.py")
    tree.run(".venv/bin/ruff", "check", "--no-cache", *folders)
    tree.run(".venv/bin/ruff", "format", "--check", "--no-cache", *folders)
