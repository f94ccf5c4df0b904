"""What the local runner is told, and the processes that follow from it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tools.local.options import LocalOptions, OptionError, home_folder, read_options
from tools.local.processes import SERVICES, ProcessSpec, agent_types, lay_out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two agents and a folder that is none."""
    for name in ("branding", "dossier"):
        folder = tmp_path / "services" / "agents" / name
        folder.mkdir(parents=True)
        (folder / "__main__.py").touch()
    (tmp_path / "services" / "agents" / "notes").mkdir()
    return tmp_path


def laid_out(root: Path, **options: object) -> dict[str, ProcessSpec]:
    given = LocalOptions(root=root, home=root / "home", **options)  # type: ignore[arg-type]
    return {spec.name: spec for spec in lay_out(given)}


def test_the_home_folder_is_the_same_for_everybody(tmp_path: Path) -> None:
    assert home_folder({"HEYJARVIS_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({}).name == ".heyjarvis"


def test_command_line_wins_over_environment() -> None:
    environment = {"HEYJARVIS_LOCAL_INSTANCES": "branding=2, dossier=3", "HEYJARVIS_LOCAL_PORTS": "redis=0"}
    options = read_options(environment, instances=["branding=4"], ports=["orchestrator=6000,templates=0"])
    assert options.instances == {"branding": 4, "dossier": 3}
    assert options.ports == {"redis": 0, "orchestrator": 6000, "templates": 0}


@pytest.mark.parametrize(
    "environment",
    [
        {"HEYJARVIS_LOCAL_INSTANCES": "branding"},
        {"HEYJARVIS_LOCAL_INSTANCES": "branding=many"},
        {"HEYJARVIS_LOCAL_INSTANCES": "branding=1000"},
        {"HEYJARVIS_LOCAL_PORTS": "redis=70000"},
        {"HEYJARVIS_OFFLINE_LATENCY_MS": "slow"},
    ],
)
def test_what_cannot_be_understood_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        read_options(environment)


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"])
def test_a_way_to_a_model_leaves_the_offline_model_out(name: str, root: Path) -> None:
    assert read_options({}).offline_model
    assert read_options({name: ""}).offline_model
    options = read_options({name: "x"})
    assert not options.offline_model
    assert "offline-model" not in laid_out(root, offline_model=False)


def test_every_folder_with_a_main_is_an_agent(root: Path) -> None:
    assert agent_types(root) == ["branding", "dossier"]
    specs = laid_out(root, instances={"branding": 2, "dossier": 0})
    assert {name for name, spec in specs.items() if spec.agent_type} == {"branding-1", "branding-2"}


def test_processes_are_told_where_the_others_are(root: Path) -> None:
    specs = laid_out(root)
    for spec in specs.values():
        if spec.agent_type or spec.name in {service.name for service in SERVICES}:
            told = spec.environment
            assert told["REDIS_URL"] == f"redis://{specs['redis'].address}/0"
            assert told["ANTHROPIC_BASE_URL"] == f"http://{specs['offline-model'].address}"
            assert told["HEYJARVIS_PORT"] == str(spec.port)
            assert told["HEYJARVIS_APPROVALS_ADDRESS"] == specs["approvals"].address
    ports = [spec.port for spec in specs.values()]
    assert len(set(ports)) == len(ports)


def test_a_service_on_request_runs_when_it_is_asked_for_and_once(root: Path) -> None:
    assert "a2a" not in laid_out(root)
    a2a = laid_out(root, instances={"a2a": 1})["a2a"]
    assert a2a.url == f"http://127.0.0.1:{a2a.environment['HEYJARVIS_A2A_PORT']}"
    assert not a2a.essential
    with pytest.raises(OptionError, match="one process"):
        laid_out(root, instances={"a2a": 2})


def test_a_redis_that_runs_already_is_used(root: Path) -> None:
    specs = laid_out(root, redis_url="redis://elsewhere:6379/3")
    assert "redis" not in specs
    assert specs["orchestrator"].environment["REDIS_URL"] == "redis://elsewhere:6379/3"


def test_the_order_of_start_and_stop(root: Path) -> None:
    specs = list(laid_out(root).values())
    assert [spec.name for spec in specs if spec.stage == 0] == ["redis", "orchestrator", "templates", "approvals"]
    ranks = [spec.name for spec in sorted(specs, key=lambda spec: spec.stop_rank)]
    assert ranks[:3] == ["branding", "dossier", "orchestrator"]
    assert ranks[-2:] == ["offline-model", "redis"]


def test_a_taken_port_falls_back_to_a_free_one_unless_it_was_asked_for(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OptionError, match=f"Port {port}"):
            laid_out(root, ports={"orchestrator": port})
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        assert laid_out(root, ports={"orchestrator": 0})["orchestrator"].port != 0


@pytest.mark.parametrize("options", [{"instances": {"nobody": 1}}, {"ports": {"nobody": 1}}])
def test_unknown_names_are_refused_with_the_known_ones(root: Path, options: dict[str, dict[str, int]]) -> None:
    with pytest.raises(OptionError, match=r"branding|orchestrator"):
        laid_out(root, **options)
