"""How much the store keeps."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of everything that grows. The settings of the service fill them."""

    retention: timedelta = timedelta(days=90)
    """How long an ended approval is kept."""
    pending: int = 10_000
    """Approvals of one tenant that may wait at once."""
    log: int = 20_000
    """Entries in the log of changes, over all tenants."""
    audit: int = 50_000
    """Lines in the audit of a tenant."""
    policies: int = 100
    """Policies of a tenant."""
    policy_versions: int = 1_000
    """Versions kept of a policy."""
