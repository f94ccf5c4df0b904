"""A short evaluation: real processes, the real client against the offline model, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.local_system import ROOT


def evaluation(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "HEYJARVIS_"))}
    command = [sys.executable, "-m", "tools.eval", f"--out={out}", *words]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=280, check=False)


@pytest.mark.timeout(600)
def test_three_requests_pass_and_a_dossier_that_is_spoiled_is_found(tmp_path: Path) -> None:
    chosen = ("--only=fitness-app", "--only=bakery-lisbon", "--only=hostile-text")
    done = evaluation(tmp_path, *chosen, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [(row["id"], row["state"]) for row in told["rows"]] == [
        ("fitness-app", "SUCCEEDED"),
        ("bakery-lisbon", "SUCCEEDED"),
        ("hostile-text", "SUCCEEDED"),
    ]
    assert told["simulated"]
    assert len(told["rows"][0]["findings"]) == 16
    assert "3/3" in done.stderr

    page = tmp_path / "dossiers/bakery-lisbon/dossier.html"
    page.write_text(page.read_text("utf-8").replace("</main>", "<script>x</script></main>"), "utf-8")
    again = evaluation(tmp_path, *chosen, "--again")
    assert again.returncode == 1, again.stdout + again.stderr
    assert "✗ bakery-lisbon: page passed before: dossier/dossier.html: holds <script>" in again.stdout
