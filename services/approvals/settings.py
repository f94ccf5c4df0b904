"""Every knob of the approvals service."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import ServiceSettings
from chassis.spans import Seconds, Span
from services.approvals.domain.model import ExpiryOutcome, Policy, Risk
from services.approvals.store.limits import Limits


class Settings(ServiceSettings):
    """What approvals can be told, besides what every service can.

    The `default_*` settings fill `policies/default` of a tenant that has none yet. Afterwards it changes through
    UpdatePolicy alone, so that every version in the audit stays what it was.
    """

    default_ask_from_risk: Risk = Risk.MEDIUM
    """Under ASSISTED, gates of this risk (1 low, 2 medium, 3 high) and above ask a person. Default: 2."""
    default_ask_below_confidence: float = Field(default=0.6, ge=0, le=1)
    """Under ASSISTED, results of less confidence ask a person, from 0 (never) to 1. Default: 0.6."""
    default_ask_above_cost_usd: float = Field(default=5.0, ge=0)
    """Under ASSISTED, gates of more expected cost ask a person, in US dollars. Default: 5."""
    default_time_to_decide: Span | None = Field(default=None, gt=timedelta(0))
    """How long people have, in seconds or as ISO 8601 duration. Default: none, no deadline."""
    default_expiry_outcome: ExpiryOutcome = ExpiryOutcome.KEEP_WAITING
    """What happens when that time is over: KEEP_WAITING or EXPIRE. Default: KEEP_WAITING."""

    sweep_interval: Seconds = Field(default=1.0, gt=0, le=60)
    """Seconds between looks for passed deadlines. Default: 1."""
    retention: Span = Field(default=timedelta(days=90), ge=timedelta(minutes=1))
    """How long an ended approval is kept. Default: 90 days."""
    max_pending: int = Field(default=10_000, ge=1)
    """Approvals of one tenant that may wait at once. Default: 10 000."""
    log_length: int = Field(default=20_000, ge=100)
    """Changes that can be watched again, over all tenants. Default: 20 000."""
    audit_length: int = Field(default=50_000, ge=100)
    """Audit lines kept of a tenant. Default: 50 000."""
    max_watchers: int = Field(default=500, ge=1)
    """WatchApprovals streams served at once. Default: 500."""

    def limits(self) -> Limits:
        """The bounds of the store."""
        return Limits(retention=self.retention, pending=self.max_pending, log=self.log_length, audit=self.audit_length)

    def default_policy(self) -> Policy:
        """The first version of `policies/default`."""
        return Policy(
            ask_from_risk=self.default_ask_from_risk,
            ask_below_confidence=self.default_ask_below_confidence,
            ask_above_cost_usd=self.default_ask_above_cost_usd,
            time_to_decide=self.default_time_to_decide,
            expiry_outcome=self.default_expiry_outcome,
        )
