"""Who may change how agents are scaled."""

from collections.abc import Collection

from chassis.errors import PermissionDenied
from chassis.identity import Identity, current_identity


def operator(operators: Collection[str]) -> Identity:
    """The caller, who may change scaling. Raises PermissionDenied for a tenant that is not among `operators`."""
    identity = current_identity()
    if operators and not identity.sees_every_tenant and identity.tenant not in operators:
        raise PermissionDenied(
            f"Scaling concerns every tenant, and {identity.tenant!r} may not change it; ask an operator "
            "(HEYJARVIS_OPERATORS lists who is one).",
            reason="NOT_AN_OPERATOR",
            metadata={"tenant": identity.tenant},
        )
    return identity
