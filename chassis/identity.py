"""Who is calling. Identity comes from the credential, never from the request.

Without a tokens file (development) nobody needs a credential: the tenant is `default`, the subject is what the
metadata `x-heyjarvis-subject` says, or `local`. With one, every call brings `authorization: Bearer TOKEN`; a token of
tenant `*` belongs to a service, which may act for the tenant and subject it names in the metadata.

The interceptor sets the identity for the length of a call; work that runs outside a call says for whom with
`acting_as`. Channels pass the identity on by themselves.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from chassis.errors import ConfigurationError, PermissionDenied, Unauthenticated

TENANT_HEADER = "x-heyjarvis-tenant"
SUBJECT_HEADER = "x-heyjarvis-subject"
ANY_TENANT = "*"
"""The tenant of a service that speaks for itself: it sees every tenant."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SUBJECT = re.compile(r"[\w.@+:/-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller."""

    tenant: str
    """Whose things it sees: [a-z0-9-], at most 63 characters, or `*` for a service that speaks for itself."""
    subject: str
    """Who it is within the tenant: a person or a service."""

    @property
    def sees_every_tenant(self) -> bool:
        """True for a service that speaks for itself and not for a caller of its own."""
        return self.tenant == ANY_TENANT


LOCAL = Identity(tenant="default", subject="local")
"""The caller when nobody asks for credentials."""

_current: ContextVar[Identity | None] = ContextVar("heyjarvis_identity", default=None)


def current_identity() -> Identity:
    """The caller this code works for."""
    identity = _current.get()
    if identity is None:
        raise Unauthenticated(
            "Nobody is calling here: outside a call, say for whom the work is done with acting_as().",
            reason="NO_IDENTITY",
        )
    return identity


def calling_identity() -> Identity:
    """The caller, who is of one tenant: a service token has to say for which one it acts.

    Raises PermissionDenied when it does not.
    """
    identity = current_identity()
    if identity.sees_every_tenant:
        raise PermissionDenied(
            f"A service token acts for a tenant: name it in the metadata {TENANT_HEADER!r}, and the person in "
            f"{SUBJECT_HEADER!r}.",
            reason="TENANT_MISSING",
        )
    return identity


def identity_or_none() -> Identity | None:
    """The caller, or None outside a call."""
    return _current.get()


def set_identity(identity: Identity) -> None:
    """Sets the caller for the rest of this asyncio task; for the door of a call, elsewhere use `acting_as`."""
    _current.set(identity)


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """Within the block, calls to other services are made for `identity`."""
    token = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(token)


class Authenticator:
    """Tells from a call's metadata who is calling."""

    def __init__(self, tokens: Mapping[str, Identity] | None) -> None:
        # Only digests are kept: no timing tells how much of a guess was right, no dump shows a token.
        self._callers = None if tokens is None else {_digest(token): caller for token, caller in tokens.items()}

    def identify(self, metadata: Mapping[str, str]) -> Identity:
        """The caller; raises Unauthenticated or PermissionDenied."""
        tenant = metadata.get(TENANT_HEADER, "")
        subject = _checked_subject(metadata.get(SUBJECT_HEADER, ""))
        if self._callers is None:
            return Identity(LOCAL.tenant, subject or LOCAL.subject)
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated(
                "This server wants a credential: send the metadata 'authorization: Bearer TOKEN'.",
                reason="CREDENTIAL_MISSING",
            )
        caller = self._callers.get(_digest(token.strip()))
        if caller is None:
            raise Unauthenticated(
                "Nobody has this token; check that it is complete and still listed.", reason="CREDENTIAL_UNKNOWN"
            )
        if caller.sees_every_tenant:
            return Identity(_checked_tenant(tenant) or ANY_TENANT, subject or caller.subject)
        if tenant and tenant != caller.tenant:
            raise PermissionDenied(
                f"This token is of tenant {caller.tenant!r} and cannot act for {tenant!r}.",
                reason="TENANT_FOREIGN",
                metadata={"tenant": tenant},
            )
        return caller


def read_tokens(path: Path) -> dict[str, Identity]:
    """Reads a tokens file: `{"token": {"tenant": "acme", "subject": "ana"}}`; read once, at start."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        callers = {token: Identity(str(who["tenant"]), str(who["subject"])) for token, who in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"The tokens file {str(path)!r} cannot be read ({type(error).__name__}). It is JSON of the form "
            '{"TOKEN": {"tenant": "acme", "subject": "ana"}}; HEYJARVIS_TOKENS_FILE names it.'
        ) from error
    for token, who in callers.items():
        if len(token) < 16 or not (who.sees_every_tenant or _TENANT.fullmatch(who.tenant)):
            raise ConfigurationError(
                f"The tokens file {str(path)!r} has a wrong entry for subject {who.subject!r}: a token has at least "
                f"16 characters, a tenant is [a-z0-9-] or '*', not {who.tenant!r}."
            )
        if not _SUBJECT.fullmatch(who.subject):
            raise ConfigurationError(
                f"The tokens file {str(path)!r} names the subject {who.subject!r}; letters, digits and ._@+:/- are "
                "allowed, 1 to 128 of them."
            )
    return callers


def _checked_tenant(tenant: str) -> str:
    if tenant and tenant != ANY_TENANT and not _TENANT.fullmatch(tenant):
        raise PermissionDenied(
            f"{TENANT_HEADER} {tenant[:80]!r} is no tenant: [a-z0-9-], at most 63.", reason="TENANT_MALFORMED"
        )
    return tenant


def _checked_subject(subject: str) -> str:
    if subject and not _SUBJECT.fullmatch(subject):
        raise Unauthenticated(
            f"{SUBJECT_HEADER} {subject[:80]!r} is no subject: letters, digits and ._@+:/-, at most 128.",
            reason="SUBJECT_MALFORMED",
        )
    return subject


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
