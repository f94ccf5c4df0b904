"""docs/kubernetes.md names tests that exist, and every point of the list it keeps to."""

import re

from tests.support.helm_chart import ROOT

_PAGE = (ROOT / "docs" / "kubernetes.md").read_text("utf-8")


def test_every_test_it_names_exists() -> None:
    named = set(re.findall(r"`(\w+)::(test_\w+)`", _PAGE))
    assert len(named) > 40
    for file, test in named:
        path = ROOT / "tests" / ("k8s/test_chart.py" if file == "k8s" else f"chart/test_{file}.py")
        assert re.search(rf"^(?:async )?def {test}\(", path.read_text("utf-8"), re.MULTILINE), f"{file}::{test}"


def test_no_point_is_left_out() -> None:
    points = [int(number) for number in re.findall(r"^\| (\d+) \|", _PAGE, re.MULTILINE)]
    assert sorted(set(points)) == list(range(1, 31))


def test_the_files_it_names_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", _PAGE):
        assert link.startswith("http") or (ROOT / "docs" / link).exists(), link
