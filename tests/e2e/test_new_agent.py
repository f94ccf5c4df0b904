"""A new agent, as `make new-agent` writes it, in a copy of this tree: checked, tested, and at work to a result."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import grpc
import pytest
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as rpc
from heyjarvis.orchestrator.v1 import workflow_pb2 as wf

from tests.e2e.test_whole_system import content, finished, submit
from tests.support.local_system import ROOT, SERVICES, LocalHeyJarvis
from tests.support.tree_copy import Tree, copied_tree

NAME = "legal_review"
ITS_FILES = (f"services/agents/{NAME}", f"tests/unit/agents/{NAME}", f"tests/contract/agents/test_{NAME}.py")


GUIDE = ROOT / "docs" / "adding-an-agent.md"
INSTALL = "helm upgrade --install heyjarvis charts/heyjarvis --namespace heyjarvis --create-namespace"
ELSEWHERE = {
    "make images ARGS=agent-legal-review": "tests/containers/conftest.py",  # needs a container engine
    INSTALL: "tests/k8s/test_chart.py",  # needs a cluster
}
"""Commands of the guide that need more than this machine's processes, and who runs them for the shipped agents."""


def commands_of_the_guide() -> list[str]:
    """Every line of its shell blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.mark.timeout(900)
def test_the_guide_leads_from_nothing_to_a_result(tmp_path: Path) -> None:
    """Its commands as they stand there, in their order, in a tree where the agent is not yet."""
    tree, commands = copied_tree(tmp_path / "tree"), commands_of_the_guide()
    assert commands[0] == f"make new-agent NAME={NAME}"
    assert set(ELSEWHERE) <= set(commands)
    assert all((ROOT / file).exists() for file in ELSEWHERE.values())
    free_ports = " ".join(f"--port={name}=0" for name in SERVICES)
    said = {}
    for command in commands:
        if command not in ELSEWHERE:
            said[command] = tree.run(
                *shlex.split(command),
                ARGS=f"{free_ports} --autopilot full",
                HEYJARVIS_HOME=str(tmp_path / "home"),
                HEYJARVIS_OFFLINE_LATENCY_MS="0",
            )
    assert " passed" in said[f'make test ARGS="-k {NAME}" WORKERS=0']
    (result,) = tree.root.glob("out/*/legal-review/legal-review.md")
    assert "**Simulated.**" in result.read_text("utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy with the new agent in it."""
    made = copied_tree(tmp_path_factory.mktemp("tree"))
    made.run(sys.executable, "-m", "tools.new_agent", NAME)
    return made


@pytest.mark.timeout(600)
def test_it_passes_the_checks(tree: Tree) -> None:
    tree.run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")
    tree.run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".")
    tree.run(str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache")
    tree.run(sys.executable, "-m", "mypy", *ITS_FILES)


@pytest.mark.timeout(600)
def test_its_tests_and_those_of_the_lists_it_is_in_pass(tree: Tree) -> None:
    words = ("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider")
    lists = ("tests/unit/images/test_catalogue.py", "tests/unit/templates/test_catalogue.py")
    said = tree.run(sys.executable, *words, *ITS_FILES[1:], *lists)
    assert " passed" in said


@pytest.mark.timeout(400)
async def test_it_works_in_the_local_system(tree: Tree, tmp_path: Path) -> None:
    with LocalHeyJarvis(tmp_path / "home", root=tree.root, path=tree.path) as system:
        async with grpc.aio.insecure_channel(system.address("orchestrator")) as channel:
            stub = rpc.OrchestratorServiceStub(channel)
            name = await submit(stub, "A legal review of a bakery in Lyon", "templates/legal-review")
            workflow = await finished(stub, name)
            assert workflow.state == wf.WORKFLOW_STATE_SUCCEEDED, workflow.failure.message
            written = (await content(stub, f"{name}/tasks/legal-review/artifacts/legal-review.md")).decode()
            listed = await stub.ListArtifacts(pb.ListArtifactsRequest(parent=name))
    assert written.startswith("# Legal review\n")
    assert "**Simulated.**" in written
    assert any(artifact.name.endswith("dossier.html") for artifact in listed.artifacts)
