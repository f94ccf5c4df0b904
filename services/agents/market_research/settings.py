"""Every knob of the market research agent, beside those of every agent: how much is read, and who does which work."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import LayeredSettings


class ResearchSettings(LayeredSettings):
    """Models are `small`, `large` (the configured one, or the plan's choice) or a model id."""

    model_config = SettingsConfigDict(env_prefix="HEYJARVIS_RESEARCH_")

    searches: int = Field(default=6, ge=0, le=50)
    """Most web searches of one research; 0 reads nothing. Each has a price."""
    reading_model: str = Field(default="small", min_length=1)
    """Who searches and reads: many pages go in, few sentences come out."""
    facts_model: str = Field(default="small", min_length=1)
    """Who copies the facts out of what was read; code checks every figure against the page."""
    judging_model: str = Field(default="large", min_length=1)
    """Who chooses the inputs of the size, describes buyers and sellers and judges where the market goes."""
