"""Every knob of the analytics service."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import ServiceSettings
from chassis.spans import Seconds, Span
from services.analytics.domain.alerts import Bounds
from services.analytics.store.measures import Limits


class Settings(ServiceSettings):
    """What analytics can be told, besides what every service can."""

    claim_after: Seconds = Field(default=15.0, gt=0, le=3600)
    """Seconds after which events that another replica has read and not counted are taken over. Default: 15."""
    retention: Span = Field(default=timedelta(days=30), ge=timedelta(minutes=1))
    """How long the numbers of a workflow are kept after its end. Totals stay. Default: 30 days."""
    give_up_after: Span = Field(default=timedelta(days=90), ge=timedelta(hours=1))
    """Silence after which an unfinished workflow does not count as running any more. Default: 90 days."""
    max_agent_types: int = Field(default=500, ge=1, le=10_000)
    """Agent types of a tenant that are told apart; of more, those silent longest are dropped. Default: 500."""
    max_templates: int = Field(default=1000, ge=1, le=10_000)
    """Templates of a tenant that are told apart, likewise. Default: 1000."""
    max_alerts: int = Field(default=1000, ge=10, le=100_000)
    """Alerts of a tenant that are kept. Default: 1000."""
    max_watchers: int = Field(default=500, ge=1)
    """WatchAlerts streams served at once. Default: 500."""

    alert_interval: Seconds = Field(default=5.0, gt=0, le=600)
    """Seconds between looks for alerts. Default: 5."""
    alert_window: int = Field(default=20, ge=1, le=50)
    """Newest outcomes of an agent type that its success rate is of. Default: 20."""
    alert_fewest: int = Field(default=10, ge=1, le=50)
    """Outcomes below which that rate raises no alert. Default: 10."""
    alert_success_rate: float = Field(default=0.5, gt=0, le=1)
    """Success rate below which an agent type fails too often; below half of it is critical. Default: 0.5."""
    alert_unserved: Seconds = Field(default=60.0, gt=0)
    """Seconds a task may wait while nothing of its agent type starts. Default: 60."""
    alert_stuck: Seconds = Field(default=600.0, gt=0)
    """Seconds without any event after which a workflow counts as stuck. Default: 600."""
    alert_lag: int = Field(default=1000, ge=1)
    """Events that may wait to be counted. Default: 1000."""

    def limits(self) -> Limits:
        """What the store keeps."""
        return Limits(retention=self.retention, agent_types=self.max_agent_types, templates=self.max_templates)

    def bounds(self) -> Bounds:
        """From where on something should be looked at."""
        return Bounds(
            window=self.alert_window,
            fewest=min(self.alert_fewest, self.alert_window),
            success_rate=self.alert_success_rate,
            unserved=self.alert_unserved,
            stuck=self.alert_stuck,
            lag=self.alert_lag,
        )
