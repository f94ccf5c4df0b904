"""Starts the business_plan agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.business_plan.agent import BusinessPlanAgent

if __name__ == "__main__":
    agent_sdk.serve(BusinessPlanAgent)
