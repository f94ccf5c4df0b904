"""What an author writes is checked when it is written, and what an author is given behaves."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from typing import Any

import pytest
from pydantic import BaseModel

import agent_sdk
from agent_sdk import AgentCard, ArtifactError, InputError, Outcome
from agent_sdk.names import AttemptKey, attempt_key, is_file_name
from agent_sdk.runtime.products import ArtifactBounds, Products
from agent_sdk.testing import InMemoryContext, ScriptedModel, input_artifact, task_input, task_output
from tests.support.agents import Echo, EchoAgent, Haiku, PoetAgent

CARD: dict[str, Any] = {
    "type": "echo",
    "title": "Echo",
    "description": "",
    "version": "1",
    "capabilities": ("echo",),
    "output": Echo,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Echo!"},
        {"capabilities": ()},
        {"capabilities": ("two words",)},
        {"consumes": ("Market",)},
        {"title": " "},
        {"version": ""},
        {"capacity": 0},
        {"capacity": 100_000},
    ],
)
def test_a_wrong_card_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        AgentCard(**(CARD | wrong))


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        Outcome(output=Echo(said=""), summary="", confidence=confidence)


def test_the_public_names_are_these() -> None:
    assert sorted(agent_sdk.__all__) == agent_sdk.__all__
    for name in agent_sdk.__all__:
        assert getattr(agent_sdk, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = agent_sdk.something


def test_an_agents_unit_tests_load_neither_grpc_nor_redis_nor_claude() -> None:
    code = "import sys, agent_sdk.testing; print(sorted({'grpc', 'redis', 'anthropic'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


class Other(BaseModel):
    """Another shape."""

    colour: str


def test_the_output_of_another_task_is_read_typed() -> None:
    output = task_output("echo", Echo(said="hi"), input_artifact("logo.svg", "<svg/>", media_type="image/svg+xml"))
    assert output.json() == {"said": "hi", "count": 0}
    assert output.parse(Echo) == Echo(said="hi")
    assert output.artifacts["logo.svg"].text() == "<svg/>"
    with pytest.raises(InputError, match="colour"):
        output.parse(Other)
    with pytest.raises(InputError, match="UTF-8"):
        input_artifact("x", b"\xff", media_type="image/png").text()


async def test_an_agent_works_without_any_network() -> None:
    context = InMemoryContext(answers={"branding": task_output("branding", Echo(said="Nice"))})
    task = task_input("progress 0.5\ntext hello\nartifact a.txt\nmemory k\nask branding")
    outcome = await EchoAgent().execute(context, task)
    assert outcome.output.said == "Nice"
    assert context.steps == [(0.5, "at 0.5")]
    assert context.texts == ["hello"]
    assert list(context.artifacts) == ["a.txt"]
    assert context.asked == [("branding", "What do you think?")]
    assert task.deadline.tzinfo is UTC


async def test_a_scripted_model_answers_and_remembers() -> None:
    model = ScriptedModel(Haiku(lines=["first"]), Haiku(lines=["second"]), simulated=True)
    context = InMemoryContext(model=model)
    outcome = await PoetAgent().execute(context, task_input("rain\nsnow"))
    assert outcome.output.lines == ["second"]
    assert [call.prompt for call in model.calls] == ["A haiku about rain", "A haiku about snow"]
    assert model.usage.calls == 2
    model.script(Haiku, RuntimeError("no more"))
    with pytest.raises(RuntimeError):
        await PoetAgent().execute(InMemoryContext(model=model), task_input("wind\nfog"))


@pytest.mark.parametrize("name", ["logo.svg", "a", "A-1_b.tar.gz", "0"])
def test_file_names(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a..b", "../x", "a/b", ".hidden", "a b", "x" * 101, "ü.txt", "a.", "a\n"]
)
def test_names_that_are_not_file_names(name: str) -> None:
    assert not is_file_name(name)


def test_names_of_attempts() -> None:
    assert attempt_key("workflows/w-1/tasks/t_2", 3) == AttemptKey("w-1", "t_2", 3)
    for name in ("t1", "workflows/w/tasks/", "workflows/{w}/tasks/t", "workflows/w/tasks/t/x", "workflows/w/tasks/t\n"):
        with pytest.raises(ValueError, match="workflows/"):
            attempt_key(name, 1)


BOUNDS = ArtifactBounds(bytes_each=100, count=3, bytes_total=150)


def test_artifacts_are_bounded_with_clear_errors() -> None:
    products = Products(BOUNDS)
    products.add("a", "x" * 90, media_type="text/plain")
    with pytest.raises(ArtifactError, match="150 are allowed"):
        products.add("b", "x" * 90, media_type="text/plain")
    products.add("a", "x" * 50, media_type="text/plain")
    products.add("b", "x" * 90, media_type="text/plain")
    with pytest.raises(ArtifactError, match="100 are allowed"):
        products.add("c", "x" * 101, media_type="text/plain")
    with pytest.raises(ArtifactError, match="media type"):
        products.add("c", "", media_type="text")
    with pytest.raises(ArtifactError, match=r"result\.json"):
        products.add("result.json", "", media_type="application/json")
    products.add("c", b"", media_type="text/plain; charset=utf-8")
    with pytest.raises(ArtifactError, match="artifact 4"):
        products.add("d", "", media_type="text/plain")
    made = products.messages(AttemptKey("w1", "t1", 1), inline=False)
    assert [(artifact.name.rpartition("/")[2], artifact.size_bytes) for artifact in made] == [
        ("a", 50),
        ("b", 90),
        ("c", 0),
    ]
    assert not any(artifact.content for artifact in made)


def test_inline_artifacts_are_bounded_together() -> None:
    products = Products(ArtifactBounds(bytes_each=2_000_000, count=3, bytes_total=2_000_000))
    products.add("a", b"x" * 1_100_000, media_type="text/plain")
    with pytest.raises(ArtifactError, match="inline"):
        products.messages(AttemptKey("w1", "t1", 1), inline=True)
