"""Names people type: `workflows/x`, `x`, the beginning of an id, or `last`."""

from __future__ import annotations

import re

from heyjarvis.approvals.v1 import approval_pb2
from heyjarvis.approvals.v1 import approval_service_pb2 as approvals
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb

from chassis.errors import FieldViolation, InvalidArgument, NotFound
from tools.jarvis.client import Client

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_PAGES = 5
_PAGE_SIZE = 200
_MOST_NAMED = 5


async def workflow_name(client: Client, given: str) -> str:
    """The full name of the workflow that is meant. Raises NotFound, or InvalidArgument when several are."""
    door = client.orchestrator
    if given == "last":
        page = await door.ask(door.stub.ListWorkflows, pb.ListWorkflowsRequest(page_size=1), repeatable=True)
        if not page.workflows:
            raise NotFound("workflow", "last", message='There is no workflow yet. Start one with `jarvis run "..."`.')
        return page.workflows[0].name
    id_ = _checked_id(given, "workflows", "workflow")
    name = f"workflows/{id_}"
    try:
        await door.ask(door.stub.GetWorkflow, pb.GetWorkflowRequest(name=name), repeatable=True)
    except NotFound:
        return _one_of(await _workflows_from(client, name), "workflow", id_)
    return name


async def approval_name(client: Client, given: str) -> str:
    """The full name of the approval that is meant: `approvals/x`, `x`, the beginning of an id, or `last`."""
    door = client.approvals
    if given != "last":
        given = _checked_id(given, "approvals", "approval")
        try:
            request = approvals.GetApprovalRequest(name=f"approvals/{given}")
            return (await door.ask(door.stub.GetApproval, request, repeatable=True)).approval.name
        except NotFound:
            pass
    pending = approval_pb2.APPROVAL_STATE_PENDING if given == "last" else approval_pb2.APPROVAL_STATE_UNSPECIFIED
    page = await door.ask(
        door.stub.ListApprovals, approvals.ListApprovalsRequest(page_size=_PAGE_SIZE, state=pending), repeatable=True
    )
    names = [approval.name for approval in page.approvals]
    if given == "last":
        if not names:
            raise NotFound("approval", "last", message="No approval waits for a decision.")
        return names[0]
    return _one_of([name for name in names if name.startswith(f"approvals/{given}")], "approval", given)


def template_name(given: str) -> str:
    """`templates/x@2` from that or `x@2`; empty stays empty."""
    if not given:
        return ""
    base, at, version = given.removeprefix("templates/").partition("@")
    if not _ID.fullmatch(base) or (at and not version.isdecimal()):
        raise InvalidArgument(
            FieldViolation("template", f"{given!r} is no template name; `jarvis templates` lists them")
        )
    return f"templates/{base}{at}{version}"


def _checked_id(given: str, collection: str, word: str) -> str:
    id_ = given.strip().removeprefix(f"{collection}/")
    if not _ID.fullmatch(id_):
        hint = f"{given!r} is no {word} name; it looks like {collection}/0abc, 0abc, the beginning of it, or last"
        raise InvalidArgument(FieldViolation(word, hint))
    return id_


async def _workflows_from(client: Client, prefix: str) -> list[str]:
    door = client.orchestrator
    found: list[str] = []
    token = ""
    for _ in range(_PAGES):
        request = pb.ListWorkflowsRequest(page_size=_PAGE_SIZE, page_token=token)
        page = await door.ask(door.stub.ListWorkflows, request, repeatable=True)
        found += [workflow.name for workflow in page.workflows if workflow.name.startswith(prefix)]
        token = page.next_page_token
        if not token:
            break
    return found


def _one_of(names: list[str], word: str, given: str) -> str:
    if len(names) == 1:
        return names[0]
    if not names:
        raise NotFound(word, given, message=f"There is no {word} {given!r}. `jarvis {_LISTED_BY[word]}` shows them.")
    shown = ", ".join(name.partition("/")[2] for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    raise InvalidArgument(FieldViolation(word, f"{given!r} fits several: {shown}{more}; write more of it"))


_LISTED_BY = {"workflow": "list", "approval": "approvals list"}
