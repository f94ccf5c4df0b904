"""Every knob of the business plan agent, beside those of every agent: which model does which work."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import LayeredSettings


class PlanSettings(LayeredSettings):
    """Models are `small`, `large` (the configured one, or the plan's choice) or a model id."""

    model_config = SettingsConfigDict(env_prefix="HEYJARVIS_PLAN_")

    judging_model: str = Field(default="large", min_length=1)
    """Who describes the business, states its numbers and writes how it is carried out."""
    correcting_model: str = Field(default="small", min_length=1)
    """Who takes figures that come from nowhere out of two texts; code checks what is left."""
