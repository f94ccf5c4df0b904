"""What a web search "finds" about a business: pages that do not exist, with passages that hold its figures.

Answers after the search cite these pages by the ids their prompt gives them: a prompt that lists a page's address
with an id was written by somebody who has read it.
"""

from dataclasses import dataclass
from functools import cached_property

from tools.offline_model.writing.records.figures import Figures
from tools.offline_model.writing.records.market import competitors
from tools.offline_model.writing.records.shared import Record, page_address, sources
from tools.offline_model.writing.world import NOTE, YEAR, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page."""

    url: str
    title: str
    age: str
    """As the API says it, such as `March 2, 2026`."""
    passages: tuple[str, ...]
    """What is cited of it."""


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def queries(world: World) -> list[str]:
    """What is searched for, in order."""
    region = world.remember("figures", Figures).region
    return [
        f"{world.trade.label} {region} number of buyers spending {YEAR}",
        f"{world.category} {region} market growth",
        f"{world.category} {region} providers prices",
    ]


def found_pages(world: World) -> list[Found]:
    """The pages of all searches: statistics, growth, a trade paper that contradicts them, and prices."""
    return world.remember("pages", lambda world: Pages(world).all())


class Pages:
    """The pages by what they are about."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._figures = world.remember("figures", Figures)

    def all(self) -> list[Found]:
        """In the order they are found."""
        return [self.statistics, self.growth, self.trade_paper, self.prices]

    @cached_property
    def statistics(self) -> Found:
        """Buyers and what they spend."""
        world, figures = self._world, self._figures
        return self._printed_page(
            0,
            "statistics",
            f"{NOTE}: in {YEAR} {figures.region} counts {figures.buyers:,.0f} buyers of {world.trade.label}.",
            f"{NOTE}: one buyer spends {figures.spend:,.10g} {world.currency} a year on {world.trade.label}.",
        )

    @cached_property
    def growth(self) -> Found:
        """How the market moves."""
        figures = self._figures
        return self._printed_page(
            1, "growth", f"{NOTE}: spending in {figures.region} grew by {figures.growth:g} percent within a year."
        )

    @cached_property
    def trade_paper(self) -> Found:
        """Another figure for what a buyer spends."""
        world, figures = self._world, self._figures
        claimed = f"{figures.disputed_spend:,.10g} {world.currency}"
        return Found(
            url=page_address(world, "trade paper"),
            title=f"Trade paper on {world.trade.label}, {figures.region} (simulated)",
            age=f"{_MONTHS[world.draw('trade paper').randint(0, 8)]} 12, {YEAR - 1}",
            passages=(f"{NOTE}: according to providers, a buyer spends {claimed} a year.",),
        )

    @cached_property
    def prices(self) -> Found:
        """Who sells at what price."""
        world, where = self._world, self._figures.region
        rows: list[Record] = world.remember("competitors", competitors)
        return Found(
            url=page_address(world, "prices"),
            title=f"Providers and prices: {world.trade.label}, {where} (simulated)",
            age=f"{_MONTHS[world.draw('prices').randint(0, 8)]} 3, {YEAR}",
            passages=tuple(
                f"{NOTE}: {row['name']} asks {row['price']}."
                for row in rows
                if row["kind"] == "direct" and row["monthly_price"]
            ),
        )

    def _printed_page(self, index: int, name: str, *passages: str) -> Found:
        row = sources(self._world, "")[index]
        year, month = str(row["date"]).split("-")
        return Found(
            url=page_address(self._world, name),
            title=row["title"],
            age=f"{_MONTHS[int(month) - 1]} 1, {year}",
            passages=passages,
        )
