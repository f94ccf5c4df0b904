"""For whom a call is made: the tenant whose numbers it sees."""

from chassis.identity import calling_identity, current_identity


def tenant_or_all() -> str | None:
    """The caller's tenant; None for a service that speaks for itself, which sees all tenants as one."""
    identity = current_identity()
    return None if identity.sees_every_tenant else identity.tenant


def one_tenant() -> str:
    """The caller's tenant; a service has to say for which one it asks."""
    return calling_identity().tenant
