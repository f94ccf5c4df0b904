"""What somebody writes to have a foreign agent as an agent type; a process of its own when it is run."""

import agent_sdk
from agent_sdk import AgentCard
from agent_sdk.foreign import ForeignAgent, ForeignResult


class LegalReview(ForeignAgent):
    """Legal review, by the people next door."""

    card = AgentCard(
        type="legal_review",
        title="Legal review",
        description="Says what stands in the way of a business by law. Done by a foreign agent.",
        version="1",
        capabilities=("legal_review",),
        output=ForeignResult,
        capacity=4,
    )


if __name__ == "__main__":
    agent_sdk.serve(LegalReview)
