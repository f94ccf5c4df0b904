"""What a call costs: the price list beside this file, and the sum.

The list is data (`prices.toml`), each price with its date and source, so that a change of price is a
change of one line. A price that is not known makes the cost of calls that used it None, never a guess.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.errors import ConfigurationError

BUILT_IN = Path(__file__).with_name("prices.toml")

PerMillion = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Tier(BaseModel):
    """US dollars per million tokens; None is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: PerMillion
    """Fresh prompt tokens."""
    output: PerMillion
    """Tokens written, thinking included."""
    cache_read: PerMillion | None = None
    """Prompt tokens read from the cache."""
    cache_write_5m: PerMillion | None = None
    """Prompt tokens written to the cache for five minutes."""
    cache_write_1h: PerMillion | None = None
    """Prompt tokens written to the cache for an hour."""


class LongTier(Tier):
    """The price of every token of a call whose prompt is long."""

    above: int = Field(gt=0)
    """Prompt tokens (fresh, cached and newly cached) above which this tier holds."""


class ModelPrice(Tier):
    """The price of one model."""

    long: LongTier | None = None
    """The tier of long prompts, where the model has one."""
    as_of: date
    """The day the price was looked up."""
    source: str = Field(min_length=1)
    """Where it was looked up."""


class SearchPrice(BaseModel):
    """The price of the server's web search."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_thousand: PerMillion
    """US dollars per thousand searches; what the model reads of them is billed as input tokens besides."""
    as_of: date
    """The day the price was looked up."""
    source: str = Field(min_length=1)
    """Where it was looked up."""


class _PriceFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    models: dict[str, ModelPrice] = Field(default_factory=dict)
    web_search: SearchPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of one call, as they are billed."""

    input: int = 0
    """Fresh prompt tokens."""
    output: int = 0
    """Tokens written."""
    cache_read: int = 0
    """Prompt tokens read from the cache."""
    cache_write_5m: int = 0
    """Prompt tokens written to the cache for five minutes."""
    cache_write_1h: int = 0
    """Prompt tokens written to the cache for an hour."""

    @property
    def cache_write(self) -> int:
        """All prompt tokens written to the cache."""
        return self.cache_write_5m + self.cache_write_1h

    @property
    def prompt(self) -> int:
        """The whole prompt."""
        return self.input + self.cache_read + self.cache_write


class PriceList:
    """The prices of the models we know, and of a search."""

    def __init__(self, models: Mapping[str, ModelPrice], web_search: SearchPrice | None = None) -> None:
        self._models = dict(models)
        self._web_search = web_search

    def price(self, model: str) -> ModelPrice | None:
        """The price of a model. Compatible servers mark theirs with a suffix (`claude-opus-5-5+simulated`)."""
        return self._models.get(model.partition("+")[0])

    def as_of(self, *models: str, searches: int = 0) -> str:
        """The day the prices of these models, and of searches, were looked up, such as `2026-11-22`: the oldest of
        those that are known; empty when none is."""
        used = [*map(self.price, models), *([self._web_search] if searches else [])]
        return min((price.as_of.isoformat() for price in used if price), default="")

    def cost(self, model: str, tokens: Tokens, searches: int = 0) -> float | None:
        """US dollars of one call, or None when a price it needs is not known."""
        price = self.price(model)
        if price is None or (searches and self._web_search is None):
            return None
        tier: Tier = price.long if price.long is not None and tokens.prompt > price.long.above else price
        total = searches * 1000 * self._web_search.per_thousand if self._web_search else 0.0
        for count, per_million in (
            (tokens.input, tier.input),
            (tokens.output, tier.output),
            (tokens.cache_read, tier.cache_read),
            (tokens.cache_write_5m, tier.cache_write_5m),
            (tokens.cache_write_1h, tier.cache_write_1h),
        ):
            if count and per_million is None:
                return None
            total += count * (per_million or 0.0)
        return total / 1_000_000


def load_prices(extra: Path | None = None) -> PriceList:
    """The built-in list, with the prices of `extra` added or replaced."""
    known = _read(BUILT_IN)
    if extra is None:
        return PriceList(known.models, known.web_search)
    own = _read(extra)
    return PriceList({**known.models, **own.models}, own.web_search or known.web_search)


def _read(path: Path) -> _PriceFile:
    try:
        return _PriceFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigurationError(
            f"The price list '{path}' cannot be used: {error}. "
            "Write it like chassis/model/prices.toml, or unset HEYJARVIS_MODEL_PRICES.",
            reason="MODEL_PRICES_UNREADABLE",
        ) from error
