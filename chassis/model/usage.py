"""What model calls consumed. A value that adds up: of one call, one task, one workflow."""

from dataclasses import dataclass
from typing import Self

MOST_MODELS = 8
"""Names of models without a price that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens, calls and cost. `Usage()` is nothing spent; `a + b` is both."""

    input_tokens: int = 0
    """Prompt tokens neither read from nor written to the prompt cache."""
    output_tokens: int = 0
    """Tokens the model wrote, thinking included."""
    cache_read_tokens: int = 0
    """Prompt tokens read from the prompt cache."""
    cache_write_tokens: int = 0
    """Prompt tokens written to the prompt cache."""
    calls: int = 0
    """Requests sent to the model, failed ones included."""
    searches: int = 0
    """Searches of the web the model's server made."""
    cost_usd: float | None = 0.0
    """List price in US dollars; None when the price of a model involved is not known.
    What a simulated model answered is priced as if the real one had."""
    beside_usd: float = 0.0
    """Beside an unknown cost: what the calls with a known price cost, in US dollars."""
    price_date: str = ""
    """The day the prices were looked up that this was counted by, such as `2026-11-22`: the oldest, where they differ;
    empty when no price was used."""
    unpriced_models: tuple[str, ...] = ()
    """The models without a known price that were asked, or would have been; sorted, at most `MOST_MODELS`."""
    estimated_calls: int = 0
    """Calls that broke off before the server's final count: their output is an estimate from the text received."""

    @property
    def prompt_tokens(self) -> int:
        """The whole prompt: fresh, cached and newly cached tokens."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def priced_usd(self) -> float:
        """The least it can have cost, in US dollars: the calls with a known price."""
        return self.beside_usd if self.cost_usd is None else self.cost_usd

    def beyond(self, before: "Usage") -> "Usage":
        """What came after `before`, figure by figure, never below nothing."""
        priced = max(0.0, self.priced_usd - before.priced_usd)
        newly_unknown = self.cost_usd is None and before.cost_usd is not None
        return Usage(
            input_tokens=max(0, self.input_tokens - before.input_tokens),
            output_tokens=max(0, self.output_tokens - before.output_tokens),
            cache_read_tokens=max(0, self.cache_read_tokens - before.cache_read_tokens),
            cache_write_tokens=max(0, self.cache_write_tokens - before.cache_write_tokens),
            calls=max(0, self.calls - before.calls),
            searches=max(0, self.searches - before.searches),
            cost_usd=None if newly_unknown else priced,
            beside_usd=priced if newly_unknown else 0.0,
            price_date=self.price_date if priced else "",
            unpriced_models=tuple(model for model in self.unpriced_models if model not in before.unpriced_models),
            estimated_calls=max(0, self.estimated_calls - before.estimated_calls),
        )

    def __add__(self, other: Self) -> "Usage":
        if not isinstance(other, Usage):
            return NotImplemented
        priced = self.priced_usd + other.priced_usd
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            calls=self.calls + other.calls,
            searches=self.searches + other.searches,
            cost_usd=None if unknown else priced,
            beside_usd=priced if unknown else 0.0,
            price_date=min(filter(None, (self.price_date, other.price_date)), default=""),
            unpriced_models=tuple(sorted({*self.unpriced_models, *other.unpriced_models})[:MOST_MODELS]),
            estimated_calls=self.estimated_calls + other.estimated_calls,
        )
