"""The agent card: who this is, how to reach it, and what can be asked of it.

Each template of the catalogue is a skill. One more leaves the choice to the planner; its tags are the kinds of agents
that live right now. The card anybody may read shows the templates of one tenant, the extended one those of its caller.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog
from a2a.types import a2a_pb2 as a2a
from heyjarvis.agents.v1 import agent_service_pb2 as agents
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2 as orchestrator
from heyjarvis.orchestrator.v1 import orchestrator_service_pb2_grpc as orchestrator_rpc
from heyjarvis.templates.v1 import template_service_pb2 as templates
from heyjarvis.templates.v1 import template_service_pb2_grpc as templates_rpc

from chassis.errors import HeyJarvisError
from chassis.identity import Identity, acting_as, calling_identity
from chassis.status import peer_errors
from services.a2a.incoming import ANY_SKILL

MOST_TEMPLATES = 200
RPC_PATH = "/a2a"
"""Where JSON-RPC is spoken."""
SUBJECT = "a2a-card"
"""As whom the card for everybody is made."""
_TEXT = ["text/plain"]
_MADE = ["application/json", "text/markdown", "text/html", "image/svg+xml"]

_log = structlog.get_logger(__name__)


class Cards:
    """Makes cards, and remembers the one for everybody for a while."""

    def __init__(
        self,
        catalogue: templates_rpc.TemplateServiceStub,
        orchestrator: orchestrator_rpc.OrchestratorServiceStub,
        *,
        url: str,
        version: str,
        wants_token: bool,
        tenant: str,
        age: float,
    ) -> None:
        self._catalogue = catalogue
        self._orchestrator = orchestrator
        self._url = url
        self._version = version
        self._wants_token = wants_token
        self._everybody = Identity(tenant, SUBJECT)
        self._age = age
        self._public: tuple[float, a2a.AgentCard] | None = None
        self._asking = asyncio.Lock()

    async def public(self) -> a2a.AgentCard:
        """The card that anybody may read; as it last was when nobody can be asked."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._public is None or now - self._public[0] > self._age:
                with acting_as(self._everybody):
                    try:
                        card = await self.card()
                    except HeyJarvisError as error:
                        _log.warning("The catalogue cannot be read; the card is what it was", error=error.message)
                        card = self._public[1] if self._public else self.bare()
                self._public = (now, card)
            return self._public[1]

    async def card(self) -> a2a.AgentCard:
        """The card as the present caller sees it."""
        _ = calling_identity()
        with peer_errors():
            listed, status = await asyncio.gather(
                self._catalogue.ListTemplates(templates.ListTemplatesRequest(page_size=MOST_TEMPLATES)),
                self._orchestrator.GetSystemStatus(orchestrator.GetSystemStatusRequest()),
            )
        return self.bare(skills=skills_from(listed.templates), agent_types=live_types(status.agents))

    def bare(self, *, skills: Sequence[a2a.AgentSkill] = (), agent_types: Sequence[str] = ()) -> a2a.AgentCard:
        """The card with these skills behind the one that is always there."""
        card = a2a.AgentCard(
            name="HeyJarvis",
            description="Turns a business request into a finished dossier: market, brand, plan and numbers, made by "
            "agents that work together, with sources, and with people asked where it matters.",
            version=self._version,
            supported_interfaces=[
                a2a.AgentInterface(url=f"{self._url}{RPC_PATH}", protocol_binding="JSONRPC", protocol_version=version)
                for version in ("1.0", "0.3")
            ],
            capabilities=a2a.AgentCapabilities(streaming=True, push_notifications=False, extended_agent_card=True),
            default_input_modes=_TEXT,
            default_output_modes=_MADE,
            skills=[_any_request(agent_types), *skills],
        )
        if self._wants_token:
            card.security_schemes["token"].http_auth_security_scheme.scheme = "Bearer"
            card.security_requirements.add().schemes["token"].SetInParent()
        return card


def skills_from(listed: Iterable[templates.Template]) -> list[a2a.AgentSkill]:
    """A skill for each template."""
    return [
        a2a.AgentSkill(
            id=template.name.removeprefix("templates/"),
            name=template.title,
            description=f"{template.description} About {_minutes(template)}; send it with metadata.skill.",
            tags=list(dict.fromkeys([*(task.agent_type for task in template.tasks), *template.keywords]))[:20],
            input_modes=_TEXT,
            output_modes=_MADE,
        )
        for template in listed
    ]


def live_types(instances: Iterable[agents.AgentInstance]) -> list[str]:
    """The kinds of agents that can be given work, sorted."""
    gone = (agents.AGENT_STATE_STOPPED, agents.AGENT_STATE_UNHEALTHY, agents.AGENT_STATE_DRAINING)
    return sorted({instance.type for instance in instances if instance.state not in gone})


def _any_request(agent_types: Sequence[str]) -> a2a.AgentSkill:
    return a2a.AgentSkill(
        id=ANY_SKILL,
        name="Business request",
        description="Plans whatever business request comes, and carries the plan out with the agents that are there"
        f"{': ' + ', '.join(agent_types) if agent_types else ''}.",
        tags=["planning", *agent_types],
        examples=["Create an AI-powered fitness coaching app", "Open a zero-waste bakery in Lisbon"],
        input_modes=_TEXT,
        output_modes=_MADE,
    )


def _minutes(template: templates.Template) -> str:
    minutes = max(1, round(template.estimated_duration.ToTimedelta().total_seconds() / 60))
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
