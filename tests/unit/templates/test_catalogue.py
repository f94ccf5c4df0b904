"""The catalogue's files: what is shipped is sound, and what is wrong is named."""

from pathlib import Path

import pytest

from chassis.errors import ConfigurationError
from services.templates.catalogue_files import SHIPPED, read_catalogue, read_template
from services.templates.domain.model import Fallback, GateKind, Recipe, Risk
from tests.support.shipped_agents import AGENTS

GOOD = """
title: A template
tasks:
  - id: research
    title: Research
    agent_type: market_research
    estimated_duration: 90s
"""


@pytest.fixture(scope="module")
def shipped() -> dict[str, Recipe]:
    return read_catalogue(SHIPPED)


def test_the_catalogue_has_what_people_ask_for(shipped: dict[str, Recipe]) -> None:
    assert set(shipped) >= {
        "standard-business",
        "brand-identity",
        "market-research",
        "go-to-market-refresh",
        "product-launch",
    }


def test_every_template_ends_in_a_dossier_of_everything(shipped: dict[str, Recipe]) -> None:
    for recipe in shipped.values():
        *work, last = recipe.tasks
        assert last.agent_type == "dossier"
        assert set(last.depends_on) == {task.id for task in work}
        assert {task.agent_type for task in recipe.tasks} <= set(AGENTS)
        assert all(task.instructions and task.estimated_duration and task.timeout for task in recipe.tasks)
        # Agents know what came before by the kind of agent that made it.
        assert len({task.agent_type for task in recipe.tasks}) == len(recipe.tasks)


REVIEWED = {"standard-business", "market-research", "go-to-market-refresh", "investor-pitch", "product-launch"}


def test_whatever_can_contradict_itself_or_mislead_is_reviewed_right_before_the_dossier(
    shipped: dict[str, Recipe],
) -> None:
    for id in REVIEWED:
        *work, review, dossier = shipped[id].tasks
        assert (review.agent_type, review.optional) == ("reviewer", True)
        assert set(review.depends_on) == {task.id for task in work}
        assert [gate.kind for gate in dossier.gates] == [GateKind.BEFORE_TASK]


def test_the_standard_business_works_on_market_and_brand_at_once(shipped: dict[str, Recipe]) -> None:
    tasks = {task.id: task for task in shipped["standard-business"].tasks}
    assert tasks["market-research"].depends_on == tasks["branding"].depends_on == ()
    assert set(tasks["business-plan"].depends_on) == {"market-research", "branding"}
    (gate,) = tasks["branding"].gates
    assert (gate.kind, gate.risk, gate.human_only) == (GateKind.RESULT, Risk.MEDIUM, False)
    assert shipped["standard-business"].plan_gate is not None


def write(folder: Path, content: str, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD.replace("A template", ""), r"title: Input should be a valid string"),
        (GOOD.replace("title: Research", "titel: Research"), r"tasks\[0\].title: Field required.*tasks\[0\].titel"),
        (GOOD.replace("90s", "90"), r"tasks\[0\].estimated_duration: .*90 is no length of time; write for example 30s"),
        (GOOD.replace("market_research", "Market"), r"tasks\[0\].agent_type"),
        (GOOD + "    depends_on: [nobody]\n", r"tasks\[0\].depends_on\[0\]: there is no task 'nobody'"),
        (GOOD + "    depends_on: [research]\n", r"research -> research"),
        (GOOD + "    gates: [{kind: LATER}]\n", r"tasks\[0\].gates\[0\].kind"),
        (GOOD + "title: Again\n", r"the key 'title' is there twice"),
        ("title: [", r"cannot be read"),
        ("", r"the file: Input should be a valid dictionary"),
        ("title: x\ntasks: []\n", r"tasks: "),
    ],
)
def test_a_wrong_file_is_named_with_its_field(tmp_path: Path, content: str, problem: str) -> None:
    file = write(tmp_path, content)
    with pytest.raises(ConfigurationError, match=problem) as wrong:
        read_template(file)
    assert wrong.value.message.startswith(f"{file}: ")


def test_a_file_name_that_is_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the file's name is the template's id"):
        read_template(write(tmp_path, GOOD, "My_Template.yaml"))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ConfigurationError, match="HEYJARVIS_CATALOGUE"):
            read_catalogue(folder)


def test_a_file_says_what_is_done_after_failures(tmp_path: Path) -> None:
    content = GOOD + "    fallback: {agent_type: other, model: small}\nretry_budget: 0\n"
    recipe = read_template(write(tmp_path, content))
    assert recipe.retry_budget == 0
    assert recipe.tasks[0].fallback == Fallback(agent_type="other", model="small")
