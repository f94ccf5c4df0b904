"""For whom approvals are followed."""

from chassis.identity import current_identity


def followed_tenant() -> str | None:
    """The tenant whose approvals the caller follows; None for a service, which follows all of them."""
    identity = current_identity()
    return None if identity.sees_every_tenant else identity.tenant
