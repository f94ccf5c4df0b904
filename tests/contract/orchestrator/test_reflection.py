"""The README's grpcurl calls, made by a client that knows nothing of the contracts but what the servers tell it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from tests.contract.orchestrator.conftest import Office, office
from tests.integration.orchestrator.conftest import gate, task

ORCHESTRATOR = "heyjarvis.orchestrator.v1.OrchestratorService"
APPROVALS = "heyjarvis.approvals.v1.ApprovalService"
DEADLINE = 30.0
"""Seconds for any call; only a broken one needs them."""


class Stranger:
    """What grpcurl is: JSON in, JSON out, everything else from reflection. Blocking: it lives in a thread."""

    def __init__(self, address: str) -> None:
        self._channel = grpc.insecure_channel(address)
        self._database = ProtoReflectionDescriptorDatabase(self._channel)
        self._pool = descriptor_pool.DescriptorPool(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()

    def list(self) -> set[str]:
        """`grpcurl ADDRESS list`."""
        return set(self._database.get_services())

    def methods(self, service: str) -> dict[str, str]:
        """`grpcurl ADDRESS describe SERVICE`: what each method takes and gives."""
        found = self._pool.FindServiceByName(service).methods
        return {
            method.name: f"{method.input_type.name} -> {'stream ' * method.server_streaming}{method.output_type.name}"
            for method in found
        }

    def fields(self, message: str) -> set[str]:
        """`grpcurl ADDRESS describe MESSAGE`."""
        return set(self._pool.FindMessageTypeByName(message).fields_by_name)

    def call(self, method: str, request: dict[str, Any]) -> Any:
        """`grpcurl -d REQUEST ADDRESS METHOD`."""
        path, question, answer = self._prepare(method, request)
        unary = self._channel.unary_unary(
            path, request_serializer=type(question).SerializeToString, response_deserializer=answer.FromString
        )
        return json_format.MessageToDict(unary(question, timeout=DEADLINE), descriptor_pool=self._pool)

    def stream(self, method: str, request: dict[str, Any]) -> Iterator[Any]:
        """The same, when the answer is a stream."""
        path, question, answer = self._prepare(method, request)
        streaming = self._channel.unary_stream(
            path, request_serializer=type(question).SerializeToString, response_deserializer=answer.FromString
        )
        for each in streaming(question, timeout=DEADLINE):
            yield json_format.MessageToDict(each, descriptor_pool=self._pool)

    def _prepare(self, method: str, request: dict[str, Any]) -> tuple[str, Any, Any]:
        service, _, name = method.partition("/")
        found = self._pool.FindServiceByName(service).methods_by_name[name]
        question = message_factory.GetMessageClass(found.input_type)()
        json_format.ParseDict(request, question, descriptor_pool=self._pool)
        return f"/{method}", question, message_factory.GetMessageClass(found.output_type)


def _look_around(stranger: Stranger, service: str) -> None:
    assert stranger.list() == {service, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
    assert stranger.call("grpc.health.v1.Health/Check", {}) == {"status": "SERVING"}


def _drive(place: Office, template: str, watched: Callable[[], object]) -> tuple[list[Any], list[Any]]:
    """From list to the last event; returns what the watch told and what was decided. Calls `watched` once it tells."""
    with Stranger(place.addresses["orchestrator"]) as jarvis, Stranger(place.addresses["approvals"]) as people:
        _look_around(jarvis, ORCHESTRATOR)
        _look_around(people, APPROVALS)
        assert jarvis.methods(ORCHESTRATOR)["WatchWorkflow"] == "WatchWorkflowRequest -> stream WatchWorkflowResponse"
        assert {"request", "template", "autopilot"} <= jarvis.fields("heyjarvis.orchestrator.v1.SubmitWorkflowRequest")

        submitted = jarvis.call(
            f"{ORCHESTRATOR}/SubmitWorkflow",
            {"request": "A fitness app", "template": template, "autopilot": "AUTOPILOT_MODE_MANUAL"},
        )
        name = submitted["workflow"]["name"]
        told, decided = [], []
        for message in jarvis.stream(f"{ORCHESTRATOR}/WatchWorkflow", {"name": name}):
            told.append(message)
            if "snapshot" in message:
                watched()
            if "approvalRequested" not in message.get("event", {}):
                continue
            waiting = people.call(f"{APPROVALS}/ListApprovals", {"workflow": name, "state": "APPROVAL_STATE_PENDING"})[
                "approvals"
            ]
            decided += [
                people.call(f"{APPROVALS}/DecideApproval", {"name": approval["name"], "decision": "DECISION_APPROVE"})[
                    "approval"
                ]
                for approval in waiting
            ]
        ended = jarvis.call(f"{ORCHESTRATOR}/GetWorkflow", {"name": name})["workflow"]
        assert ended["state"] == "WORKFLOW_STATE_SUCCEEDED"
        assert ended["cursor"] == told[-1]["cursor"]
        return told, decided


async def test_a_client_that_knows_only_reflection_drives_a_workflow(redis_url: str) -> None:
    from heyjarvis.approvals.v1 import approval_pb2
    from heyjarvis.templates.v1 import template_service_pb2 as templates_pb

    before = gate(approval_pb2.GATE_KIND_BEFORE_TASK)
    template = templates_pb.Template(title="Asked", tasks=[task("a", do="hold"), task("b", "a", gates=[before])])
    async with office(redis_url) as place:
        made = await place.ana.templates.CreateTemplate(
            templates_pb.CreateTemplateRequest(template_id="asked", template=template)
        )
        # What happens before the snapshot is in it: the first task ends after.
        go = functools.partial(asyncio.get_running_loop().call_soon_threadsafe, place.agent.go.set)
        told, decided = await asyncio.to_thread(_drive, place, made.template.name, go)
    assert "snapshot" in told[0]
    assert "ended" in told[-1]["event"]
    assert [approval["state"] for approval in decided] == ["APPROVAL_STATE_APPROVED"]
    assert [message["event"]["task"] for message in told if "succeeded" in message.get("event", {})] == ["a", "b"]
