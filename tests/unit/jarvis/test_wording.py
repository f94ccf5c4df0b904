"""Times, numbers, names, errors and places, as they are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from heyjarvis.agents.v1 import artifact_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2

from chassis.errors import FieldViolation, InvalidArgument, NotFound, ResourceExhausted, Unimplemented
from tools.jarvis import exits, wording
from tools.jarvis.addresses import find_addresses
from tools.jarvis.artifacts import places, safe
from tools.jarvis.client import NotReachable
from tools.jarvis.errors import exit_code, explain
from tools.jarvis.names import template_name
from tools.jarvis.run import submission
from tools.jarvis.run_options import RunOptions
from tools.jarvis.view import Spending


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (-3, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1:00"), (185, "3:05"), (3727, "1:02:07")],
)
def test_spans(seconds: float, text: str) -> None:
    assert wording.span(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (999, "999"), (1000, "1.0k"), (999_960, "1.0M")])
def test_tokens(count: int, text: str) -> None:
    assert wording.tokens(count) == text


@pytest.mark.parametrize(
    ("cost", "text"), [(None, "unknown"), (0, "$0.00"), (0.0001, "< $0.001"), (0.0341, "$0.034"), (12.4, "$12.40")]
)
def test_money(cost: float | None, text: str) -> None:
    assert wording.money(cost) == text


@pytest.mark.parametrize(
    ("spending", "text"),
    [
        (Spending(tokens=10, calls=1, cost_usd=0.0341), "$0.034"),
        (Spending(tokens=10, calls=1, cost_usd=None), "unknown"),
        (Spending(tokens=10, calls=1, cost_usd=None) + Spending(calls=1, cost_usd=0.02), "≥ $0.020"),
    ],
)
def test_an_unknown_cost_is_never_told_as_nothing(spending: Spending, text: str) -> None:
    assert wording.cost(spending) == text
    assert wording.spent(spending) == f"10 tokens, {'cost ' if text == 'unknown' else ''}{text}"


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("1.5m", 90)])
def test_times_that_are_typed(text: str, seconds: int) -> None:
    assert wording.parse_span("--timeout", text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["0", "soon", "-5", "9999h", "5 m"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(InvalidArgument, match="--timeout"):
        wording.parse_span("--timeout", text)


def test_no_time_is_no_limit() -> None:
    assert wording.parse_span("--timeout", "") is None


def test_long_instance_names_are_cut_to_their_end() -> None:
    assert wording.instance("market-research-1k0wx829rv7dwxhwmasv") == "market-research-…hwmasv"
    assert wording.instance("branding-0a1b2c") == "branding-0a1b2c"


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (NotReachable("No HeyJarvis at x."), exits.UNREACHABLE, "No HeyJarvis at x."),
        (InvalidArgument(FieldViolation("request", "say something")), exits.USAGE, "request: say something"),
        (NotFound("workflow", "w", message="There is no w."), exits.NOT_FOUND, "There is no w."),
        (ResourceExhausted("Full.", retry_after=5), exits.FAILED, "Full."),
        (Unimplemented("Not built."), exits.FAILED, "Not built."),
    ],
)
def test_errors_have_one_line_and_one_code(error: Exception, code: int, line: str) -> None:
    assert exit_code(error) == code  # type: ignore[arg-type]
    assert explain(error)[0] == line  # type: ignore[arg-type]


def test_every_wrong_field_gets_its_line() -> None:
    error = InvalidArgument([FieldViolation("a", "is wrong"), FieldViolation("b", "is\nwrong too")])
    assert explain(error) == ["a: is wrong", "b: is wrong too"]


def artifact(task: str, file: str) -> artifact_pb2.Artifact:
    return artifact_pb2.Artifact(name=f"workflows/x/tasks/{task}/artifacts/{file}")


def test_the_dossier_lies_on_top_and_the_rest_in_folders() -> None:
    found = places([artifact("brand", "logo.svg"), artifact("end", "dossier.html"), artifact("end", "dossier.md")])
    assert [str(path) for path in found.values()] == ["brand/logo.svg", "dossier.html", "dossier.md"]


def test_a_second_dossier_does_not_cover_the_first() -> None:
    found = places([artifact("a", "dossier.html"), artifact("b", "dossier.html")])
    assert [str(path) for path in found.values()] == ["dossier.html", "b/dossier.html"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", ".hidden", "a/b", "", "x" * 200, "nul\0", "CON:"])
def test_no_name_leaves_its_folder(name: str) -> None:
    made = safe(name)
    assert made
    assert made not in (".", "..")
    assert "/" not in made
    assert len(made) <= 127
    assert (Path("out") / made).resolve().parent == Path("out").resolve()


def test_template_names_are_completed() -> None:
    assert template_name("brand-identity@2") == "templates/brand-identity@2"
    assert template_name("templates/x") == "templates/x"
    assert template_name("") == ""
    with pytest.raises(InvalidArgument):
        template_name("No Such")


def test_a_submission_says_everything() -> None:
    options = RunOptions(request="a bakery", template="x", timeout="5m", budget=2.5, request_id="id-1")
    message = submission(options, "manual")
    assert (message.template, message.timeout.seconds, message.budget_usd) == ("templates/x", 300, 2.5)
    assert (message.request_id, message.autopilot) == ("id-1", 1)
    assert message.planning == workflow_pb2.PLANNING_MODE_UNSPECIFIED
    planned = submission(replace(options, planning="template"), "manual")
    assert planned.planning == workflow_pb2.PLANNING_MODE_TEMPLATE
    with pytest.raises(InvalidArgument, match="planning"):
        submission(replace(options, planning="never"), "manual")
    with pytest.raises(InvalidArgument, match="autopilot"):
        submission(options, "sometimes")


def test_addresses_come_from_the_command_line_then_the_environment_then_the_defaults(tmp_path: Path) -> None:
    environment = {"HEYJARVIS_HOME": str(tmp_path), "HEYJARVIS_APPROVALS_ADDRESS": "approvals.example:443"}
    found = find_addresses("[::1]:7000", environment)
    assert found.of("orchestrator") == "[::1]:7000"
    assert found.of("approvals") == "approvals.example:443"
    assert found.of("templates") == "127.0.0.1:50052"
    assert found.system is None


@pytest.mark.parametrize("address", ["nonsense", "host:port", "http://127.0.0.1:50051", ":50051"])
def test_what_is_no_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="no address"):
        find_addresses(address, {"HEYJARVIS_HOME": str(tmp_path)})
