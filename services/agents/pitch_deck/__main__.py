"""Starts the pitch_deck agent: the SDK serves the class, settings come from the environment."""

import agent_sdk
from services.agents.pitch_deck.agent import PitchDeckAgent

if __name__ == "__main__":
    agent_sdk.serve(PitchDeckAgent)
