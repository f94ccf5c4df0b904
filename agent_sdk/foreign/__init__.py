"""An agent of somebody else, reached over the Agent2Agent protocol, as an agent type of ours.

    class LegalReview(ForeignAgent):
        card = AgentCard(type="legal_review", ..., output=ForeignResult)

settings     where it is and what it may cost us        wire     HTTP within bounds: hosts, bytes
agent        sends the task once, follows it, stops it  result   what it answered, as data

A folder of services/agents with this class and a values entry is all it takes; docs/a2a.md walks through it.
"""

from agent_sdk.foreign.agent import ForeignAgent
from agent_sdk.foreign.result import ForeignResult
from agent_sdk.foreign.settings import ForeignSettings

__all__ = ["ForeignAgent", "ForeignResult", "ForeignSettings"]
