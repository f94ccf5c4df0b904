"""Starts the market_research agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.market_research.agent import MarketResearchAgent

if __name__ == "__main__":
    agent_sdk.serve(MarketResearchAgent)
