"""Starts the reviewer agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.reviewer.agent import ReviewerAgent

if __name__ == "__main__":
    agent_sdk.serve(ReviewerAgent)
