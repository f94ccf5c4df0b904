"""Learning asks the orchestrator, and says so when it cannot."""

from datetime import UTC, datetime, timedelta

import grpc
from google.protobuf.duration_pb2 import Duration
from heyjarvis.agents.v1 import usage_pb2
from heyjarvis.orchestrator.v1 import workflow_pb2
from heyjarvis.templates.v1 import template_service_pb2 as pb

from tests.contract.templates.conftest import ServerStart, Workflows
from tests.contract.templates.test_service import create, get, task
from tests.support.rpc_errors import refused
from tools.local.ports import free_port

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def workflow(state: workflow_pb2.WorkflowState = workflow_pb2.WORKFLOW_STATE_SUCCEEDED) -> workflow_pb2.Workflow:
    return workflow_pb2.Workflow(
        name="workflows/w1",
        request="Review the contract of my landlord",
        title="Contract review",
        state=state,
        template="templates/standard-business@1",
        tasks=[
            workflow_pb2.Task(
                spec=task("a", instructions="Read it."),
                state=workflow_pb2.TASK_STATE_SUCCEEDED,
                start_time=NOW,
                end_time=NOW + timedelta(seconds=42),
                usage=usage_pb2.Usage(cost_usd=0.5),
                feedback=["name the clauses"],
            ),
            workflow_pb2.Task(spec=task("b", "a", optional=True), state=workflow_pb2.TASK_STATE_SKIPPED),
        ],
    )


def learning(name: str = "workflows/w1", id: str = "contract-review") -> pb.LearnTemplateRequest:
    return pb.LearnTemplateRequest(workflow=name, template_id=id)


async def test_a_finished_workflow_becomes_a_template(
    start: ServerStart, orchestrator: str, workflows: Workflows
) -> None:
    workflows["workflows/w1"] = workflow()
    async with start(orchestrator_address=orchestrator) as stub:
        learned = (await stub.LearnTemplate(learning())).template
        assert (learned.origin, learned.version) == (pb.TEMPLATE_ORIGIN_LEARNED, 1)
        (only,) = learned.tasks
        assert only.instructions.endswith("- name the clauses")
        assert (only.estimated_duration, only.estimated_cost_usd) == (Duration(seconds=42), 0.5)
        assert "contract" in learned.keywords
        assert "startup" in learned.keywords  # of the template it was planned from
        answer = await stub.RecommendTemplates(pb.RecommendTemplatesRequest(request="a contract of a landlord"))
        assert answer.recommendations[0].template == learned

        assert (await stub.LearnTemplate(learning())).template == learned
        workflows["workflows/w1"].tasks[0].feedback.append("and the dates")
        again = (await stub.LearnTemplate(learning())).template
        assert again.version == 2
        assert await get(stub, "templates/contract-review@1") == learned


async def test_only_success_teaches(start: ServerStart, orchestrator: str, workflows: Workflows) -> None:
    workflows["workflows/w1"] = workflow(workflow_pb2.WORKFLOW_STATE_RUNNING)
    async with start(orchestrator_address=orchestrator) as stub:
        error = await refused(stub.LearnTemplate(learning()))
        assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "WORKFLOW_NOT_SUCCEEDED")
        assert error.precondition.violations[0].subject == "workflows/w1"


async def test_learning_never_overwrites_what_a_person_wrote(
    start: ServerStart, orchestrator: str, workflows: Workflows
) -> None:
    workflows["workflows/w1"] = workflow()
    async with start(orchestrator_address=orchestrator) as stub:
        await create(stub, "mine")
        for id in ("mine", "standard-business"):
            error = await refused(stub.LearnTemplate(learning(id=id)))
            assert error.code is grpc.StatusCode.ALREADY_EXISTS


async def test_an_unknown_workflow_is_not_found(start: ServerStart, orchestrator: str) -> None:
    async with start(orchestrator_address=orchestrator) as stub:
        error = await refused(stub.LearnTemplate(learning("workflows/nobody")))
        assert (error.code, error.resource.resource_name) == (grpc.StatusCode.NOT_FOUND, "workflows/nobody")


async def test_without_an_orchestrator_it_is_unavailable(start: ServerStart) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with start(orchestrator_address=address, orchestrator_timeout=1.0) as stub:
        error = await refused(stub.LearnTemplate(learning()))
        assert (error.code, error.info.reason) == (grpc.StatusCode.UNAVAILABLE, "ORCHESTRATOR_UNAVAILABLE")
        assert address in error.text
        assert error.retry.HasField("retry_delay")
