"""For whom a call is made: the tenant whose numbers it sees."""

from chassis.errors import PermissionDenied
from chassis.identity import TENANT_HEADER, current_identity


def tenant_or_all() -> str | None:
    """The caller's tenant; None for a service that speaks for itself, which sees all tenants as one."""
    identity = current_identity()
    return None if identity.sees_every_tenant else identity.tenant


def one_tenant() -> str:
    """The caller's tenant; a service has to say for which one it asks."""
    tenant = tenant_or_all()
    if tenant is None:
        raise PermissionDenied(
            f"This belongs to one tenant; a service token names it in the metadata {TENANT_HEADER!r}.",
            reason="TENANT_MISSING",
        )
    return tenant
