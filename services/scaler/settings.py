"""Every knob of the scaler."""

from collections.abc import Collection
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from chassis.settings import ServiceSettings
from chassis.spans import Seconds
from services.scaler.domain.policy import Policy


class Settings(ServiceSettings):
    """What the scaler can be told, besides what every service can.

    The `default_*` settings hold for agent types nobody wrote a policy for; UpdateScalingPolicy writes one.
    """

    anonymous_services: ClassVar[Collection[str]] = ("externalscaler.ExternalScaler",)
    """KEDA cannot send a token. It learns how much there is to do, and can change nothing."""

    orchestrator_address: str = "127.0.0.1:50051"
    """HOST:PORT of the orchestrators, whose demand is followed; a name that resolves to each of them, such as that of a
    headless service. Default: 127.0.0.1:50051."""
    analytics_address: str = "127.0.0.1:50053"
    """HOST:PORT of analytics, which knows how long attempts take; without it a queued task counts as one slot.
    Default: 127.0.0.1:50053."""
    input_timeout: Seconds = Field(default=2.0, gt=0, le=30)
    """Seconds each of them has to answer. Default: 2."""
    agent_timeout: Seconds = Field(default=1.0, gt=0, le=30)
    """Seconds an agent has to answer when it is asked to drain. Default: 1."""

    cluster: Literal["none", "kubernetes"] = "none"
    """Where the agents run: `kubernetes` reads and writes their Deployments, `none` only observes. Default: none."""
    kubeconfig: Path | None = None
    """Kubeconfig file that leads to the API server. Default: none, the service account of the pod this runs in."""
    namespace: str = Field(default="", pattern=r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$")
    """Namespace of the agent Deployments. Default: empty, that of the pod this runs in; elsewhere `default`."""
    agent_type_label: str = Field(default="heyjarvis.dev/agent-type", min_length=1, max_length=317)
    """Label of the Deployments to scale; its value is the agent type. Default: heyjarvis.dev/agent-type."""
    lease: str = Field(default="heyjarvis-scaler", pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")
    """Name of the Lease by which replicas of the scaler agree who writes. Default: heyjarvis-scaler."""
    pod_name: str = ""
    """Name of the pod this runs in, from the downward API. Default: empty, the name of the machine."""
    pod_uid: str = ""
    """UID of that pod. Default: empty, a new one for each process."""

    tick: Seconds = Field(default=5.0, gt=0, le=60)
    """Seconds between decisions; what happens meanwhile is seen sooner. Default: 5."""
    lead_for: Seconds = Field(default=15.0, gt=0, le=600)
    """Seconds after which another replica leads when the leader falls silent; more than `tick`. In a cluster whole
    seconds, of which the leader trusts two thirds and renews every two fifteenths. Default: 15."""
    default_min_replicas: int = Field(default=1, ge=0, le=1000)
    """Lower bound; 0 allows scale to zero. Default: 1."""
    default_max_replicas: int = Field(default=10, ge=1, le=1000)
    """Upper bound. Default: 10."""
    most_replicas: int = Field(default=0, ge=0, le=100_000)
    """Replicas of all agent types together; growth stops there. Default: 0, no limit."""
    provider_concurrency: int = Field(default=0, ge=0, le=1_000_000)
    """Attempts that the model provider takes at the same time, over all agent types; no more slots are added.
    Default: 0, no limit."""
    policies_file: Path | None = None
    """YAML or JSON file with the policies to start with: agent type -> policy, in the contract's JSON names. What is
    changed at run time wins over it. Default: none, and every type has the defaults."""
    decisions_kept: int = Field(default=10_000, ge=100, le=1_000_000)
    """Decisions that are kept, over all agent types. Default: 10 000."""
    operators: tuple[str, ...] = ()
    """Tenants whose callers may change policies, pause, resume and pin, as JSON list; services that speak for
    themselves always may. Agents serve every tenant, so set it where tenants do not trust each other. Default: none,
    and everybody may."""

    def default_policy(self) -> Policy:
        """The policy of agent types nobody wrote one for."""
        return Policy(
            agent_type="default",
            min_replicas=min(self.default_min_replicas, self.default_max_replicas),
            max_replicas=self.default_max_replicas,
        )
