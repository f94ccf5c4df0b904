"""What the Dockerfile is told, and what a person is told when there is no engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.images.build import release_of
from tools.images.catalogue import ROOT, images
from tools.images.engine import Engine, EngineError


def release(tmp_path: Path, **told: str) -> tuple[str, dict[str, str]]:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "4.5.6"\n')
    words = {"prefix": "registry/", "version": "", "python_image": "", "source": ""} | told
    made = release_of(tmp_path, **words)
    image = next(image for image in images() if image.name == "scaler")
    return made.tag(image), made.arguments(image)


def test_the_version_of_the_project_is_the_tag_unless_another_is_named(tmp_path: Path) -> None:
    assert release(tmp_path)[0] == "registry/scaler:4.5.6"
    assert release(tmp_path, version="7")[0] == "registry/scaler:7"


def test_the_time_of_the_sources_is_the_time_of_creation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert release(tmp_path)[1]["CREATED"] == "2001-09-09T01:46:40Z"


def test_the_base_is_the_dockerfiles_own_choice_unless_named(tmp_path: Path) -> None:
    assert "PYTHON_IMAGE" not in release(tmp_path)[1]
    assert release(tmp_path, python_image="python:3.13-slim")[1]["PYTHON_IMAGE"] == "python:3.13-slim"


def test_the_dockerfile_knows_every_argument_it_is_told(tmp_path: Path) -> None:
    known = set(re.findall(r"^ARG (\w+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    assert release(tmp_path, python_image="x")[1].keys() == known


def test_an_engine_that_is_not_there_is_named_with_the_remedy() -> None:
    with pytest.raises(EngineError, match=r"no 'no-such-engine' here.*apt-get install docker\.io.*ENGINE=podman"):
        Engine("no-such-engine").check()


def test_an_engine_that_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho 'Cannot connect to the daemon' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(EngineError, match=r"does not answer(.|\n)*Start it(.|\n)*Cannot connect to the daemon"):
        Engine(str(program)).check()
