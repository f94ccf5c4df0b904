"""Who may do what at the A2A door when callers have to show a token."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from a2a.types import a2a_pb2 as a2a
from a2a.utils.errors import InvalidParamsError, TaskNotFoundError

from tests.support.a2a_client import PATIENCE, a2a_client, request, sent
from tests.support.local_system import LocalHeyJarvis

ANA, BOB, SERVICE = "token-of-ana-1234567", "token-of-bob-1234567", "token-of-services-123"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The door of a system that knows its callers; no agents are needed."""
    home = tmp_path_factory.mktemp("tenants")
    tokens = home / "tokens.json"
    tokens.write_text(
        json.dumps(
            {
                ANA: {"tenant": "acme", "subject": "ana"},
                BOB: {"tenant": "globex", "subject": "bob"},
                SERVICE: {"tenant": "*", "subject": "service"},
            }
        )
    )
    with LocalHeyJarvis(
        home, instances={"a2a": 1}, HEYJARVIS_TOKENS_FILE=str(tokens), HEYJARVIS_SERVICE_TOKEN=SERVICE
    ) as system:
        system.wait_url("a2a")
        yield str(system.state["a2a"])


async def test_the_card_is_open_and_says_that_a_token_is_wanted(url: str) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        card = (await http.get(f"{url}/.well-known/agent-card.json")).json()
    assert card["securitySchemes"]["token"]["httpAuthSecurityScheme"]["scheme"] == "Bearer"
    assert "standard-business" in {skill["id"] for skill in card["skills"]}


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer nobody-has-this-one"}])
async def test_nobody_comes_in_without_a_token(url: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(headers=headers, timeout=PATIENCE) as http:
        for answer in (await http.post(f"{url}/a2a", json={}), await http.get(f"{url}/artifacts/workflows/x")):
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_foreign_task_is_not_found_whatever_the_request_claims(url: str) -> None:
    async with a2a_client(url, token=ANA) as ana, a2a_client(url, token=BOB) as bob:
        wishes = {"skill": "standard-business", "autopilot": "manual"}
        hers = await sent(ana, request("A tea shop", message_id="same", metadata=wishes))
        assert (await ana.get_task(a2a.GetTaskRequest(id=hers.id))).id == hers.id
        for claimed in ("", "acme"):
            with pytest.raises(TaskNotFoundError):
                await bob.get_task(a2a.GetTaskRequest(id=hers.id, tenant=claimed))
            with pytest.raises(TaskNotFoundError):
                await bob.cancel_task(a2a.CancelTaskRequest(id=hers.id, tenant=claimed))
        his = await sent(bob, request("A tea shop", message_id="same", metadata=wishes))
        assert his.id != hers.id
        with pytest.raises((TaskNotFoundError, InvalidParamsError)):
            await sent(bob, request(data={"approval": "approvals/x", "decision": "approve"}, task_id=hers.id))
        await ana.cancel_task(a2a.CancelTaskRequest(id=hers.id))
        await bob.cancel_task(a2a.CancelTaskRequest(id=his.id))
