"""Starts the branding agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.branding.agent import BrandingAgent

if __name__ == "__main__":
    agent_sdk.serve(BrandingAgent)
