"""Figures that agree with each other: the market's size both ways, the prices, the customers to expect.

Top-down and bottom-up are computed from the same shares, moved apart a little, so that code which
compares them finds two estimates of one quantity. Nothing here is a forecast; see `world.NOTE`.
"""

from dataclasses import dataclass
from functools import cached_property

from tools.offline_model.writing.records.shared import Record, cited, sources, spread
from tools.offline_model.writing.trades.shape import Kind, Tier
from tools.offline_model.writing.world import YEAR, World, round_to

REPEATING = ("per month", "per year")
"""Ways of billing that repeat by themselves."""

TAKE_RATE = 15.0
"""Percent of an order a marketplace keeps."""

ORDERS = ("Small order", "Usual order", "Large order")
MARKETPLACE = (
    "[customers] pay by the order; the marketplace keeps a share of each, the seller gets the rest. They stay because "
    "those who did well last time are shown first."
)


@dataclass(frozen=True)
class Figures:
    """The numbers of one world."""

    world: World

    # -- prices

    @cached_property
    def kind(self) -> Kind:
        """How the business earns: as its trade does, or as a marketplace when the request says so."""
        return "marketplace" if "marketplace" in self.world.brief.request.lower() else self.world.trade.kind

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The trade's tiers; on a marketplace each is an order of which it keeps a part, the smallest first."""
        if self.kind != "marketplace":
            return self.world.trade.tiers
        paid = sorted((one for one in self.world.trade.tiers if one.price), key=self.monthly_euros)
        return tuple(
            one._replace(
                name=name, price=self.monthly_euros(one) * 100 / TAKE_RATE, billing="per purchase", purchases=1
            )
            for name, one in zip(ORDERS, paid, strict=False)
        )

    @property
    def model(self) -> str:
        """Who pays whom for what, with the slots of the trade's words."""
        return MARKETPLACE if self.kind == "marketplace" else self.world.trade.model

    @staticmethod
    def monthly_euros(tier: Tier) -> float:
        """What a customer of a tier of the trade pays in an average month, in euros."""
        if tier.billing == "per month":
            return tier.price
        return tier.price / 12 if tier.billing == "per year" else tier.price * tier.purchases

    @property
    def by_purchase(self) -> bool:
        """Whether most customers of the trade pay by the purchase: so do its rivals name their prices."""
        return max(self.world.trade.tiers, key=lambda tier: tier.share).billing not in REPEATING

    @cached_property
    def prices(self) -> dict[str, float]:
        """Tier name to its price in the currency."""
        return {tier.name: self.world.price(tier.price, f"tier {tier.name}") for tier in self.tiers}

    def monthly(self, tier: Tier) -> float:
        """What a customer of the tier brings per month."""
        price = self.prices[tier.name] * (TAKE_RATE / 100 if self.kind == "marketplace" else 1)
        if tier.billing == "per month":
            return price
        return price / 12 if tier.billing == "per year" else price * tier.purchases

    @cached_property
    def purchases_per_customer(self) -> float:
        """Average purchases of a paying customer per month."""
        often = {"per month": 1.0, "per year": 1 / 12}
        return sum(often.get(one.billing, one.purchases) * one.share for one in self.tiers) / 100

    @cached_property
    def revenue_per_month(self) -> float:
        """Average over paying customers."""
        return sum(self.monthly(tier) * tier.share / 100 for tier in self.tiers)

    @cached_property
    def revenue_per_year(self) -> float:
        """Average per paying customer, rounded as an estimate."""
        return round_to(self.revenue_per_month * 12, 2)

    # -- market

    @cached_property
    def inhabitants(self) -> float:
        """Of the city or country the trade looks at."""
        place = self.world.place
        whole = self.world.trade.market.scope == "country" or not place.city
        return place.country.millions * 1e6 if whole else place.thousands * 1e3

    @cached_property
    def region(self) -> str:
        """Where those inhabitants live."""
        place = self.world.place
        return place.name if self.world.trade.market.scope == "city" and place.city else place.country.name

    @cached_property
    def buyers(self) -> float:
        """In the whole market."""
        per_head = self.world.vary(self.world.trade.market.buyers_per_1000, "buyers") / 1000
        return max(10.0, round_to(self.inhabitants * per_head, 2))

    @cached_property
    def spend(self) -> float:
        """Per buyer and year."""
        return self.world.amount(self.world.trade.market.spend, "spend")

    @cached_property
    def disputed_spend(self) -> float:
        """What another page says instead."""
        return round_to(self.spend * 1.3, 2)

    @cached_property
    def serviceable(self) -> float:
        """Percent."""
        return round(min(90.0, self.world.vary(self.world.trade.market.serviceable, "serviceable")), 1)

    @cached_property
    def obtainable(self) -> float:
        """Percent."""
        return round(min(20.0, self.world.vary(self.world.trade.market.obtainable, "obtainable")), 2)

    @cached_property
    def obtainable_revenue(self) -> float:
        """Per year, top-down."""
        return self.buyers * self.spend * self.serviceable * self.obtainable / 10_000

    @cached_property
    def growth(self) -> float:
        """Percent per year."""
        return round(self.world.vary(self.world.trade.market.growth, "growth"), 1)

    def top_down(self) -> Record:
        """From the whole market downwards."""
        market, title = self.world.trade.market, sources(self.world, "")[0]["title"]
        read = cited(self.world, "statistics")
        spent = f"Spending of comparable offers in {self.region}"
        return {
            "buyer_definition": f"{market.buyer} in {self.region}",
            "buyers": spread(self.buyers, title, low=0.85, high=1.15, source_ids=read),
            "annual_spend": spread(self.spend, spent if read else f"{spent}; no survey was made", source_ids=read),
            "serviceable_share": spread(
                self.serviceable, "Region, channel and need this offer covers", low=0.7, most=100
            ),
            "obtainable_share": spread(
                self.obtainable, "What newcomers of the trade reach in three years", low=0.5, high=1.6, most=100
            ),
        }

    def bottom_up(self) -> list[Record]:
        """From the customers upwards."""
        rows = []
        total = sum(one.share for one in self.world.segments)
        for one in self.world.segments:
            part = one.share / total
            customers = max(1.0, round_to(self.buyers * self.serviceable / 100 * part, 2))
            wanted = self.obtainable_revenue * part * self.world.draw("bottom up", one.name).uniform(0.75, 1.35)
            joint = min(0.5, wanted / (customers * self.revenue_per_year)) if self.revenue_per_year else 0.01
            reach = round(min(75.0, max(4.0, 100 * joint**0.4)), 1)
            conversion = round(min(80.0, max(0.05, 10_000 * joint / reach)), 2)
            rows.append(
                {
                    "segment": one.name,
                    "customers": spread(customers, f"{one.share} percent of demand in {self.region}"),
                    "reachable_share": spread(
                        reach, "Channels of the plan, without a large brand", low=0.6, high=1.4, most=100
                    ),
                    "conversion_share": spread(
                        conversion, "Usual rates of comparable offers", low=0.6, high=1.5, most=100
                    ),
                    "annual_revenue": spread(
                        self.revenue_per_year, "Average of the prices of the plan", low=0.85, high=1.2
                    ),
                }
            )
        return rows

    def facts(self) -> list[Record]:
        """The figures the pages of a web search hold, for who has read them."""
        where, currency = self.region, self.world.currency
        rows = (
            (f"Buyers in {where}", self.buyers, "buyers", "statistics"),
            ("Spending of one buyer a year", self.spend, f"{currency} a year", "statistics"),
            (f"Growth of spending in {where}", self.growth, "percent a year", "growth"),
            ("Spending of one buyer a year, according to providers", self.disputed_spend, currency, "trade paper"),
        )
        return [
            {"statement": statement, "value": value, "unit": unit, "period": str(YEAR), "source_ids": ids}
            for statement, value, unit, page in rows
            if (ids := cited(self.world, page))
        ]

    def contradictions(self) -> list[Record]:
        """What two of those pages say differently."""
        ids = [*cited(self.world, "statistics"), *cited(self.world, "trade paper")]
        if len(ids) < 2:
            return []
        values = (self.spend, self.disputed_spend)
        return [
            {
                "figure": "Spending of one buyer a year",
                "claims": [
                    {"source_id": identity, "value": f"{value:,.10g} {self.world.currency}"}
                    for identity, value in zip(ids, values, strict=True)
                ],
                "used": ids[0],
                "why": "Statistics count what is paid; providers count what they hope for",
            }
        ]

    def sizes(self) -> Record:
        """TAM, SAM and SOM for schemas that ask for the products."""
        tam = self.buyers * self.spend
        return {
            "tam": spread(round_to(tam, 2), f"{self.buyers:,.0f} buyers x {self.world.say(self.spend)} a year"),
            "sam": spread(
                round_to(tam * self.serviceable / 100, 2), f"{self.serviceable:g} percent of the whole market"
            ),
            "som": spread(
                round_to(self.obtainable_revenue, 2), f"{self.obtainable:g} percent of the serviceable market"
            ),
        }

    # -- the plan

    @cached_property
    def ceiling(self) -> int:
        """Most customers at a time: capacity, or the market if that is smaller."""
        most = self.obtainable_revenue / self.revenue_per_year if self.revenue_per_year else 1
        return max(5, int(round_to(min(self.world.trade.money.customer_ceiling, 0.85 * most), 2)))

    @cached_property
    def scale(self) -> float:
        """How much smaller than the trade's usual size this place lets the business grow; 1 mostly."""
        return max(0.1, min(1.0, self.ceiling / self.world.trade.money.customer_ceiling))

    def customers(self, month: int) -> int:
        """Customers to expect at the end of a month of the plan; the rule of thumb for milestones."""
        money = self.world.trade.money
        count, budget = float(money.starting_customers), money.marketing_budget * self.scale
        for current in range(1, month + 1):
            if current < money.launch_month:
                continue
            new = budget / money.acquisition_cost / (1 - money.organic_share / 100)
            count = min(self.ceiling, count * (1 - money.monthly_churn / 100) + new)
            budget *= 1 + money.marketing_growth / 100
        return int(round_to(count, 2))
