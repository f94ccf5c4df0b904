"""What model calls consumed, in whole numbers, so that any order of adding gives the same sum."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

NANOS = 1_000_000_000
"""Billionths of a US dollar in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """Tokens, calls and cost. `Consumption()` is nothing; `a + b` is both."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    calls: int = 0
    cost_nano: int = 0
    """The cost that is known, in billionths of a US dollar."""
    unpriced: int = 0
    """How many of the parts have a price nobody knows. Above 0, the cost of the whole is unknown."""

    def __add__(self, other: "Consumption") -> "Consumption":
        return Consumption(**{name: value + getattr(other, name) for name, value in self.items()})

    def __bool__(self) -> bool:
        return any(value for _, value in self.items())

    @property
    def tokens(self) -> int:
        """Every token, read or written."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def cost_usd(self) -> float | None:
        """US dollars; None when any part has a price nobody knows."""
        return None if self.unpriced else self.cost_nano / NANOS

    def items(self) -> Iterator[tuple[str, int]]:
        """Names and values of the fields."""
        for name in FIELDS:
            yield name, getattr(self, name)


FIELDS = tuple(field.name for field in fields(Consumption))


def consumption_of(counters: Mapping[str, int], prefix: str) -> Consumption:
    """What counters named `PREFIX.FIELD` add up to."""
    return Consumption(**{name: counters.get(f"{prefix}.{name}", 0) for name in FIELDS})


NOTHING = Consumption()
