"""The templates servicer keeps what its contract promises: every rpc, every status."""

import json
import math
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.templates.v1 import template_service_pb2 as pb
from heyjarvis.templates.v1 import template_service_pb2_grpc as rpc

from services.templates.catalogue_files import SHIPPED
from tests.contract.templates.conftest import ServerStart
from tests.support.rpc_errors import refused

Stub = rpc.TemplateServiceStub
BUILT_IN = sorted(file.stem for file in SHIPPED.glob("*.yaml"))


def task(id: str, *needs: str, **changes: Any) -> pb.TaskSpec:
    fields: dict[str, Any] = {"id": id, "title": id, "agent_type": "dossier", "depends_on": needs}
    return pb.TaskSpec(**fields | changes)


def template(*tasks: pb.TaskSpec, **changes: Any) -> pb.Template:
    fields: dict[str, Any] = {"title": "Legal review", "tasks": tasks or [task("a")], "keywords": ["contract"]}
    return pb.Template(**fields | changes)


async def create(stub: Stub, id: str = "mine", made: pb.Template | None = None, request_id: str = "") -> pb.Template:
    request = pb.CreateTemplateRequest(template_id=id, template=made or template(), request_id=request_id)
    return (await stub.CreateTemplate(request)).template


async def get(stub: Stub, name: str) -> pb.Template:
    return (await stub.GetTemplate(pb.GetTemplateRequest(name=name))).template


async def update(stub: Stub, wanted: pb.Template, *paths: str, request_id: str = "") -> pb.Template:
    request = pb.UpdateTemplateRequest(template=wanted, update_mask=FieldMask(paths=list(paths)), request_id=request_id)
    return (await stub.UpdateTemplate(request)).template


async def names(stub: Stub, **fields: Any) -> list[str]:
    answer = await stub.ListTemplates(pb.ListTemplatesRequest(**fields))
    return [one.name.removeprefix("templates/") for one in answer.templates]


async def test_the_built_in_templates_are_there_from_the_start(stub: Stub) -> None:
    assert await names(stub) == BUILT_IN
    standard = await get(stub, "templates/standard-business")
    assert (standard.version, standard.origin) == (1, pb.TEMPLATE_ORIGIN_BUILT_IN)
    assert standard.complexity == pb.COMPLEXITY_MEDIUM
    assert standard.estimated_duration == Duration(seconds=9 * 60 + 50)
    assert standard.estimated_cost_usd == pytest.approx(1.28)
    assert standard.plan_gate.kind == approval_pb2.GATE_KIND_PLAN
    assert standard.HasField("create_time")
    assert await get(stub, "templates/standard-business@1") == standard


async def test_a_template_reads_back_as_created(stub: Stub) -> None:
    gate = approval_pb2.Gate(
        kind=approval_pb2.GATE_KIND_RESULT, risk=approval_pb2.RISK_HIGH, human_only=True, question="Sure?"
    )
    full = task(
        "b",
        "a",
        capability="c",
        instructions="Do it",
        optional=True,
        gates=[gate],
        timeout=Duration(seconds=90),
        max_attempts=3,
        priority=-5,
        estimated_duration=Duration(seconds=30, nanos=500_000_000),
        estimated_cost_usd=0.25,
        fallback=pb.Fallback(agent_type="lawyer", capability="brief", model="small"),
        budget_usd=1.5,
    )
    sent = template(task("a"), full, description="What for")
    made = await create(stub, made=sent)
    assert list(made.tasks) == list(sent.tasks)
    assert (made.name, made.version, made.origin) == ("templates/mine", 1, pb.TEMPLATE_ORIGIN_CREATED)
    assert (made.title, made.description, list(made.keywords)) == ("Legal review", "What for", ["contract"])
    assert not made.HasField("plan_gate")
    assert not made.HasField("retry_budget")
    assert made.complexity == pb.COMPLEXITY_LOW
    assert await get(stub, "templates/mine") == made
    assert "mine" in await names(stub)


async def test_a_retry_budget_of_none_is_kept_apart_from_no_word_on_it(stub: Stub) -> None:
    made = await create(stub, made=pb.Template(title="No second try", tasks=[task("a")], retry_budget=0))
    assert made.HasField("retry_budget")
    assert made.retry_budget == 0


@pytest.mark.parametrize("id", ["mine", "standard-business"])
async def test_a_taken_id_already_exists(stub: Stub, id: str) -> None:
    await create(stub)
    error = await refused(create(stub, id))
    assert error.code is grpc.StatusCode.ALREADY_EXISTS
    assert error.resource.resource_name == f"templates/{id}"


async def test_a_repeated_create_gets_the_first_answer(stub: Stub) -> None:
    first = await create(stub, request_id="r1")
    assert await create(stub, request_id="r1") == first
    error = await refused(create(stub, "other", request_id="r1"))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_TAKEN")


@pytest.mark.parametrize(
    ("made", "fields"),
    [
        (template(task("a", "b"), task("b", "a")), ["template.tasks[0].depends_on"]),
        (template(task("a", "x")), ["template.tasks[0].depends_on[0]"]),
        (template(task("a"), task("a")), ["template.tasks[1].id"]),
        (template(title=" "), ["template.title"]),
        (pb.Template(title="Nothing to do"), ["template.tasks"]),
        (template(*(task(f"t{at}") for at in range(101))), ["template.tasks"]),
        (template(task("A")), ["template.tasks[0].id"]),
        (template(task("a", "a2", "a2")), ["template.tasks[0].depends_on"]),
        (template(task("a", estimated_cost_usd=float("inf"))), ["template.tasks[0].estimated_cost_usd"]),
        (template(task("a", timeout=Duration(seconds=-1))), ["template.tasks[0].timeout"]),
        (template(task("a", timeout=Duration(seconds=2**62))), ["template.tasks[0].timeout"]),
        (template(task("a", max_attempts=11)), ["template.tasks[0].max_attempts"]),
        (template(task("a", budget_usd=0.0)), ["template.tasks[0].budget_usd"]),
        (template(task("a", budget_usd=float("nan"))), ["template.tasks[0].budget_usd"]),
        (template(task("a", budget_usd=100_001.0)), ["template.tasks[0].budget_usd"]),
    ],
)
async def test_an_unsound_template_names_its_fields(stub: Stub, made: pb.Template, fields: list[str]) -> None:
    error = await refused(create(stub, made=made))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, fields)
    assert error.info.domain == "heyjarvis.templates"


async def test_a_cycle_is_told_by_name(stub: Stub) -> None:
    made = template(task("a", "b"), task("b", "c"), task("c", "a"))
    error = await refused(create(stub, made=made))
    assert "a -> b -> c -> a" in error.bad.field_violations[0].description


async def test_an_update_writes_a_version_and_earlier_ones_stay(stub: Stub) -> None:
    first = await create(stub)
    second = await update(stub, pb.Template(name=first.name, title="Better", etag=first.etag), "title")
    assert (second.version, second.title, list(second.tasks)) == (2, "Better", list(first.tasks))
    assert await get(stub, "templates/mine@1") == first
    assert await get(stub, "templates/mine") == second
    third = await update(stub, template(task("x"), name=first.name, keywords=[]))
    assert (third.version, [one.id for one in third.tasks], list(third.keywords)) == (3, ["x"], [])


async def test_a_stale_etag_is_aborted(stub: Stub) -> None:
    first = await create(stub)
    await update(stub, pb.Template(name=first.name, title="Better", etag=first.etag), "title")
    error = await refused(update(stub, pb.Template(name=first.name, title="Worse", etag=first.etag), "title"))
    assert (error.code, error.info.reason) == (grpc.StatusCode.ABORTED, "ETAG_STALE")
    request = pb.DeleteTemplateRequest(name=first.name, etag=first.etag)
    assert (await refused(stub.DeleteTemplate(request))).code is grpc.StatusCode.ABORTED


async def test_a_repeated_update_writes_one_version(stub: Stub) -> None:
    first = await create(stub)
    wanted = pb.Template(name=first.name, title="Better", etag=first.etag)
    second = await update(stub, wanted, "title", request_id="u1")
    assert await update(stub, wanted, "title", request_id="u1") == second


@pytest.mark.parametrize(
    ("wanted", "paths", "fields"),
    [
        (pb.Template(title="x"), ["title"], ["template.name"]),
        (pb.Template(name="templates/mine", title="x"), ["version"], ["update_mask"]),
        (pb.Template(name="templates/mine"), ["title"], ["template.title"]),
        (template(task("a", "a"), name="templates/mine"), ["tasks"], ["template.tasks[0].depends_on"]),
        (pb.Template(name="nonsense"), [], ["template.name"]),
    ],
)
async def test_a_wrong_update_names_its_fields(
    stub: Stub, wanted: pb.Template, paths: list[str], fields: list[str]
) -> None:
    await create(stub)
    error = await refused(update(stub, wanted, *paths))
    assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, fields)


async def test_updating_a_built_in_template_makes_a_version_of_ones_own(stub: Stub) -> None:
    shipped = await get(stub, "templates/brand-identity")
    mine = await update(stub, pb.Template(name=shipped.name, title="Ours", etag=shipped.etag), "title")
    assert (mine.version, mine.origin) == (2, pb.TEMPLATE_ORIGIN_CREATED)
    assert await get(stub, "templates/brand-identity") == mine
    assert await get(stub, "templates/brand-identity@1") == shipped
    assert await names(stub) == BUILT_IN


async def test_a_deleted_template_leaves_the_lists_and_its_versions_stay(stub: Stub) -> None:
    first = await create(stub)
    await stub.DeleteTemplate(pb.DeleteTemplateRequest(name=first.name, etag=first.etag))
    assert await names(stub) == BUILT_IN
    assert await get(stub, "templates/mine@1") == first
    for call in (
        get(stub, first.name),
        update(stub, pb.Template(name=first.name, title="x"), "title"),
        stub.DeleteTemplate(pb.DeleteTemplateRequest(name=first.name)),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND
    error = await refused(create(stub))
    assert error.code is grpc.StatusCode.ALREADY_EXISTS
    assert "was deleted" in error.text


async def test_a_built_in_template_stays(stub: Stub) -> None:
    error = await refused(stub.DeleteTemplate(pb.DeleteTemplateRequest(name="templates/standard-business")))
    assert (error.code, error.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "TEMPLATE_BUILT_IN")
    assert error.precondition.violations[0].subject == "templates/standard-business"


async def test_what_is_not_there_is_not_found(stub: Stub) -> None:
    for name in ("templates/nobody", "templates/nobody@1", "templates/standard-business@2"):
        error = await refused(get(stub, name))
        assert (error.code, error.resource.resource_name) == (grpc.StatusCode.NOT_FOUND, name)


async def test_lists_page_by_name(stub: Stub) -> None:
    await create(stub)
    request = pb.ListTemplatesRequest(page_size=2)
    seen: list[str] = []
    for _ in range(math.ceil((len(BUILT_IN) + 1) / 2)):
        page = await stub.ListTemplates(request)
        seen += [one.name.removeprefix("templates/") for one in page.templates]
        request.page_token = page.next_page_token
    assert request.page_token == ""
    assert seen == sorted([*BUILT_IN, "mine"])
    for wrong, field in (({"page_size": -1}, "page_size"), ({"page_token": "x"}, "page_token")):
        error = await refused(stub.ListTemplates(pb.ListTemplatesRequest(**wrong)))
        assert (error.code, error.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


async def test_too_many_templates_and_versions_are_refused(start: ServerStart) -> None:
    async with start(max_templates=10, max_versions=2) as stub:
        for at in range(10):
            await create(stub, f"t{at}")
        error = await refused(create(stub, "one-more"))
        assert (error.code, error.info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_TEMPLATES")
        wanted = pb.Template(name="templates/t0", title="x")
        await update(stub, wanted, "title")
        error = await refused(update(stub, wanted, "title"))
        assert (error.code, error.info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_VERSIONS")


async def test_tenants_see_their_own_and_the_built_in(start: ServerStart, tmp_path: Path) -> None:
    tokens = {
        "token-of-ana-at-acme": {"tenant": "acme", "subject": "ana"},
        "token-of-eve-at-evil": {"tenant": "evil", "subject": "eve"},
        "token-of-orchestrator": {"tenant": "*", "subject": "orchestrator"},
    }
    (tmp_path / "tokens.json").write_text(json.dumps(tokens))
    ana, eve, service = ((("authorization", f"Bearer {token}"),) for token in tokens)
    async with start(tokens_file=tmp_path / "tokens.json") as stub:
        request = pb.CreateTemplateRequest(template_id="mine", template=template())
        await stub.CreateTemplate(request, metadata=ana)
        lookup = pb.GetTemplateRequest(name="templates/mine")
        for_acme = (*service, ("x-heyjarvis-tenant", "acme"))
        assert (await stub.GetTemplate(lookup, metadata=for_acme)).template.name == "templates/mine"
        for name in ("templates/mine", "templates/mine@1"):
            error = await refused(stub.GetTemplate(pb.GetTemplateRequest(name=name), metadata=eve))
            assert error.code is grpc.StatusCode.NOT_FOUND
        await stub.CreateTemplate(request, metadata=eve)
        standard = pb.GetTemplateRequest(name="templates/standard-business")
        assert (await stub.GetTemplate(standard, metadata=eve)).template.version == 1
        error = await refused(stub.GetTemplate(lookup, metadata=service))
        assert (error.code, error.info.reason) == (grpc.StatusCode.PERMISSION_DENIED, "TENANT_MISSING")
        assert (await refused(stub.GetTemplate(lookup))).code is grpc.StatusCode.UNAUTHENTICATED
