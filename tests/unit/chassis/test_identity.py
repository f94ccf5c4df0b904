import json
from pathlib import Path

import pytest

from chassis.errors import ConfigurationError, PermissionDenied, Unauthenticated
from chassis.identity import Authenticator, Identity, acting_as, current_identity, identity_or_none, read_tokens

ANA = Identity("acme", "ana")
TOKENS = {"a" * 16: ANA, "s" * 16: Identity("*", "orchestrator")}


def bearer(token: str, **metadata: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in metadata.items()}}


def test_without_tokens_everybody_is_the_default_tenant() -> None:
    door = Authenticator(None)
    assert door.identify({}) == Identity("default", "local")
    assert door.identify({"x-heyjarvis-subject": "ana", "x-heyjarvis-tenant": "acme"}) == Identity("default", "ana")


def test_a_token_says_who_is_calling() -> None:
    assert Authenticator(TOKENS).identify(bearer("a" * 16, x_heyjarvis_subject="eve")) == ANA


@pytest.mark.parametrize("metadata", [{}, {"authorization": "Basic abc"}, {"authorization": "Bearer "}])
def test_a_missing_token_is_refused(metadata: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated, match="authorization: Bearer TOKEN"):
        Authenticator(TOKENS).identify(metadata)


def test_an_unknown_token_is_refused_and_not_repeated() -> None:
    with pytest.raises(Unauthenticated) as raised:
        Authenticator(TOKENS).identify(bearer("guessed-token-0000"))
    assert "guessed" not in raised.value.message


def test_a_tenant_cannot_act_for_another() -> None:
    with pytest.raises(PermissionDenied):
        Authenticator(TOKENS).identify(bearer("a" * 16, x_heyjarvis_tenant="globex"))


def test_a_service_acts_for_the_caller_it_names() -> None:
    door = Authenticator(TOKENS)
    assert door.identify(bearer("s" * 16, x_heyjarvis_tenant="acme", x_heyjarvis_subject="ana")) == ANA
    alone = door.identify(bearer("s" * 16))
    assert alone == Identity("*", "orchestrator")
    assert alone.sees_every_tenant


@pytest.mark.parametrize("tenant", ["ACME", "a b", "x" * 64, "../up"])
def test_a_malformed_tenant_is_refused(tenant: str) -> None:
    with pytest.raises(PermissionDenied):
        Authenticator(TOKENS).identify(bearer("s" * 16, x_heyjarvis_tenant=tenant))


def test_outside_a_call_nobody_is_calling() -> None:
    with pytest.raises(Unauthenticated, match="acting_as"):
        current_identity()
    with acting_as(ANA):
        assert current_identity() == ANA
    assert identity_or_none() is None


def test_tokens_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps({"a" * 16: {"tenant": "acme", "subject": "ana"}}))
    assert read_tokens(file) == {"a" * 16: ANA}


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        '{"%s": "ana"}' % ("a" * 16),
        '{"short": {"tenant": "acme", "subject": "ana"}}',
        '{"%s": {"tenant": "Not OK", "subject": "ana"}}' % ("a" * 16),
        '{"%s": {"tenant": "acme", "subject": ""}}' % ("a" * 16),
    ],
)
def test_a_wrong_tokens_file_is_explained_without_its_tokens(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(content)
    with pytest.raises(ConfigurationError) as raised:
        read_tokens(file)
    assert str(file) in raised.value.message
    assert "a" * 16 not in raised.value.message
