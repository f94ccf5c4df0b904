"""An image knows its version and its plugins although nothing is installed in it."""

from __future__ import annotations

from importlib.metadata import distribution, distributions
from pathlib import Path

from tools.images.catalogue import ROOT
from tools.images.metadata import write_metadata


def test_it_says_what_an_installation_says(tmp_path: Path) -> None:
    write_metadata(ROOT / "pyproject.toml", tmp_path)
    (written,) = distributions(path=[str(tmp_path)])
    installed = distribution("heyjarvis")
    assert (written.name, written.version) == (installed.name, installed.version)
    plugins = {point for point in installed.entry_points if point.group != "console_scripts"}
    assert plugins
    assert {(p.group, p.name, p.value) for p in written.entry_points} == {(p.group, p.name, p.value) for p in plugins}
