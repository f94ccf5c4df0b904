"""Every knob of the reviewer agent, beside those of every agent: which model judges."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import LayeredSettings


class ReviewSettings(LayeredSettings):
    """Models are `small`, `large` (the configured one, or the plan's choice) or a model id."""

    model_config = SettingsConfigDict(env_prefix="HEYJARVIS_REVIEW_")

    judging_model: str = Field(default="large", min_length=1)
    """Who judges what code cannot: argument, place, tone."""
