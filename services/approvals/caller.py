"""For whom a call is made: the tenant whose approvals it sees, and who decides."""

from chassis.errors import PermissionDenied
from chassis.identity import SUBJECT_HEADER, TENANT_HEADER, Identity, current_identity


def caller() -> Identity:
    """The caller; a service has to say for which tenant it acts."""
    identity = current_identity()
    if identity.sees_every_tenant:
        raise PermissionDenied(
            f"A service token acts for a tenant: name it in the metadata {TENANT_HEADER!r}, and the person in "
            f"{SUBJECT_HEADER!r}.",
            reason="TENANT_MISSING",
        )
    return identity


def followed_tenant() -> str | None:
    """The tenant whose approvals the caller follows; None for a service, which follows all of them."""
    identity = current_identity()
    return None if identity.sees_every_tenant else identity.tenant
