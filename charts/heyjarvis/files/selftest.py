"""What `helm test` runs, in pods made of the images that are tested. Exit code 0 when all is well.

    selftest.py health               every service answers SERVING
    selftest.py rights FILE          the Kubernetes API grants the scaler all rights of FILE, and none it must not have
    selftest.py workflow SECONDS     a workflow, from the request to the finished dossier, on full autopilot

The services' addresses come from HEYJARVIS_*_ADDRESS, the credential from HEYJARVIS_SERVICE_TOKEN.
"""

import asyncio
import json
import os
import ssl
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ACCOUNT = Path(os.environ.get("KUBERNETES_ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"))
TENANT = "selftest"


async def health() -> None:
    """Fails with the names of those that do not serve."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    sick = []
    for name, address in _addresses().items():
        async with grpc.aio.insecure_channel(address) as channel:
            try:
                ask = health_pb2_grpc.HealthStub(channel).Check
                answer = await ask(
                    health_pb2.HealthCheckRequest(), timeout=10, wait_for_ready=True, metadata=_metadata()
                )
                told = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
            except grpc.aio.AioRpcError as error:
                told = f"{error.code().name}: {error.details()}"
        print(f"{name} at {address}: {told}")
        if told != "SERVING":
            sick.append(name)
    if sick:
        raise SystemExit(f"Not well: {', '.join(sick)}. `kubectl logs` and `kubectl describe` of its pods say why.")


async def workflow(seconds: float) -> None:
    """Fails with the state it stands in, or with what was wrong."""
    import grpc
    from heyjarvis.approvals.v1 import approval_pb2
    from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as pb
    from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc, workflow_pb2

    until = time.monotonic() + seconds
    ended = (
        workflow_pb2.WORKFLOW_STATE_SUCCEEDED,
        workflow_pb2.WORKFLOW_STATE_FAILED,
        workflow_pb2.WORKFLOW_STATE_CANCELLED,
    )
    async with grpc.aio.insecure_channel(_addresses()["orchestrator"]) as channel:
        orchestrator = orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)
        asked = pb.SubmitWorkflowRequest(
            request="A small bakery, to see whether all of this works", autopilot=approval_pb2.AUTOPILOT_MODE_FULL
        )
        asked.timeout.FromSeconds(int(seconds))
        answer = await orchestrator.SubmitWorkflow(asked, timeout=30, wait_for_ready=True, metadata=_metadata())
        found = answer.workflow
        while found.state not in ended and time.monotonic() < until:
            await asyncio.sleep(1)
            asked_again = pb.GetWorkflowRequest(name=found.name)
            found = (
                await orchestrator.GetWorkflow(asked_again, timeout=30, wait_for_ready=True, metadata=_metadata())
            ).workflow
    told = workflow_pb2.WorkflowState.Name(found.state)
    print(f"{found.name}: {told}")
    for task in found.tasks:
        print(f"  {task.name}: {workflow_pb2.TaskState.Name(task.state)}")
    if found.state != workflow_pb2.WORKFLOW_STATE_SUCCEEDED:
        raise SystemExit(f"The workflow is {told} after {seconds:g} s at most; it should have SUCCEEDED.")


def rights(file: str) -> None:
    """Asks the API what the account of this pod may do, right by right."""
    wrong = []
    listed = json.loads(Path(file).read_text("utf-8"))
    for wanted, each in [(True, one) for one in listed["allowed"]] + [(False, one) for one in listed["denied"]]:
        allowed = _may(each)
        told = f"{each['verb']} {each['resource']}{'.' + each['group'] if each['group'] else ''} {each['name']}".strip()
        print(f"{'may' if allowed else 'may not'} {told}")
        if allowed != wanted:
            wrong.append(f"{'lacks' if wanted else 'must not have'} the right to {told}")
    if wrong:
        raise SystemExit("The scaler " + "; ".join(wrong) + ". Its Role and the RoleBinding come with the chart.")


def _may(right: dict[str, str]) -> bool:
    """One SelfSubjectAccessReview, with nothing but the standard library: any image can do it."""
    resource, _, below = right["resource"].partition("/")
    attributes = {"namespace": (ACCOUNT / "namespace").read_text("utf-8"), "resource": resource, "verb": right["verb"]}
    attributes |= {"group": right["group"], "subresource": below, "name": right["name"]}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    request = urllib.request.Request(
        f"https://{f'[{host}]' if ':' in host else host}:{port}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        data=json.dumps(review).encode(),
        headers={
            "Authorization": f"Bearer {(ACCOUNT / 'token').read_text('utf-8')}",
            "Content-Type": "application/json",
        },
    )
    trust = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    with urllib.request.urlopen(request, timeout=30, context=trust) as answer:
        found: dict[str, Any] = json.load(answer)
    return bool(found["status"]["allowed"])


def _addresses() -> dict[str, str]:
    """By service."""
    begin, end = "HEYJARVIS_", "_ADDRESS"
    named = {name: value for name, value in sorted(os.environ.items()) if name.startswith(begin) and name.endswith(end)}
    return {name.removeprefix(begin).removesuffix(end).lower(): address for name, address in named.items()}


def _metadata() -> tuple[tuple[str, str], ...]:
    """A service token speaks for a tenant that it names."""
    token = os.environ.get("HEYJARVIS_SERVICE_TOKEN", "")
    return (("authorization", f"Bearer {token}"), ("x-heyjarvis-tenant", TENANT)) if token else ()


def main() -> None:
    """The command line."""
    match sys.argv[1:]:
        case ["health"]:
            asyncio.run(health())
        case ["rights", file]:
            rights(file)
        case ["workflow", seconds]:
            asyncio.run(workflow(float(seconds)))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
