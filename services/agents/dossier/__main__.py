"""Starts the dossier agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.dossier.agent import DossierAgent

if __name__ == "__main__":
    agent_sdk.serve(DossierAgent)
