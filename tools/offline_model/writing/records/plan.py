"""Records for the business plan: canvas, prices, way to market, the numbers, carrying it out."""

import math
from collections.abc import Callable

from tools.offline_model.writing.records.execution import carrying_out, summary
from tools.offline_model.writing.records.figures import REPEATING, TAKE_RATE, Figures
from tools.offline_model.writing.records.market import competitors
from tools.offline_model.writing.records.shared import Record, assumptions, basics, lines, sources
from tools.offline_model.writing.trades.shape import Tier
from tools.offline_model.writing.world import NOTE, World


def plan(world: World) -> Record:
    """Everything a plan may be asked for."""
    trade, figures = world.trade, world.remember("figures", Figures)
    return {
        **basics(world),
        "name": f"Business plan of {world.brand}",
        "headline": world.text(f"[brand]: {trade.promise}"),
        "summary": summary(world),
        "kind": figures.kind,
        "business_model": world.text(f"{figures.model} {NOTE}; the prices have not been tested."),
        "customer_word": trade.customer,
        "canvas": canvas(figures),
        "pricing": tiers(figures),
        "pricing_logic": world.text(f"Each price is net of sales tax. {_ladder(figures)} {_others(world)}"),
        "channels": [
            {
                "name": world.text(one.name),
                "role": one.role,
                "approach": world.text(one.approach),
                "measure": world.text(one.measure),
                "cost": "low",
            }
            for one in trade.channels
        ],
        **numbers(world, figures),
        **carrying_out(world, figures),
        "sources": sources(world, "Prices and costs of comparable offers"),
        "assumptions": assumptions(
            (world.text("[customers] accept a new name at these prices"), "Comparable offers found buyers"),
            ("No price war in the first year", "Competitors react late to a small newcomer"),
        ),
    }


def canvas(figures: Figures) -> Record:
    """The lean canvas, every box in words of the trade."""
    world = figures.world
    trade = world.trade
    return {
        "problem": [trade.need, *lines(world, trade.personas[0].frustrations)],
        "customer_segments": [one.name for one in world.segments],
        "unique_value_proposition": world.text(trade.difference),
        "solution": lines(world, ["[feature]", *world.offer.includes[:2]]),
        "channels": [world.text(one.name) for one in trade.channels],
        "revenue_streams": [f"{one.name}, billed {one.billing}" for one in figures.tiers if one.price > 0],
        "cost_structure": [*(one.name for one in trade.fixed), "Wages", "Marketing"][:5],
        "key_metrics": lines(world, trade.metrics),
        "key_activities": lines(world, trade.operations),
        "key_partners": [one.name for one in trade.channels if one.role == "referral"]
        or [world.text(trade.rivals[-1].name)],
        "key_resources": [one.title for one in trade.staff],
        "customer_relationships": lines(world, [one.approach for one in trade.channels if one.role == "retention"]),
        "unfair_advantage": world.text(trade.advantage),
    }


def tiers(figures: Figures) -> list[Record]:
    """The prices, with what others charge."""
    world = figures.world
    rows = []
    for index, one in enumerate(figures.tiers):
        near = _comparables(figures, one)
        rows.append(
            {
                "name": one.name,
                "audience": _audience(world, one, index),
                "includes": lines(world, one.includes),
                "price": figures.prices[one.name],
                "amount": figures.prices[one.name],
                "currency": world.currency,
                "billing": one.billing,
                "period": one.billing,
                "purchases_per_month": 0 if one.billing == "per year" else one.purchases,
                "customer_share": one.share,
                "basis": _basis(one, near),
                "comparables": near,
                "description": ", ".join(lines(world, one.includes)),
            }
        )
    return rows


def _audience(world: World, tier: Tier, index: int) -> str:
    """The segment whose name shares a word with the tier's; else the one in its place."""
    words = set(tier.name.lower().split())
    named = (one.name for one in world.segments if words & set(one.name.lower().split()))
    return next(named, world.segments[min(index, len(world.segments) - 1)].name)


def _comparables(figures: Figures, tier: Tier) -> list[Record]:
    """Up to three rivals whose published price is for the same billing and of the same size, the nearest first."""
    world, price = figures.world, figures.prices[tier.name]
    if price == 0 or figures.kind == "marketplace" or figures.by_purchase != (tier.billing not in REPEATING):
        return []
    months = 12 if tier.billing == "per year" else 1
    found = [
        {
            "name": row["name"],
            "price": row["price"],
            "amount": round(float(row["monthly_price"]) * months, 2),
            "source": "market research" if world.brief.researched else "assumption",
        }
        for row in world.remember("competitors", competitors)
        if row["monthly_price"] and 0.6 < price / months / float(row["monthly_price"]) < 1.45
    ]
    return sorted(found, key=lambda row: abs(float(str(row["amount"])) - price))[:3]


def _basis(tier: Tier, near: list[Record]) -> str:
    if tier.price == 0:
        return "Free: shows the offer and costs little to give"
    return (
        f"Close to {near[0]['name']} ({near[0]['price']}); the share is an estimate"
        if near
        else "Cost plus margin; an estimate"
    )


def _ladder(figures: Figures) -> str:
    paid = [one for one in figures.tiers if one.price > 0]
    if len(paid) < 2:
        return "One price keeps the choice simple."
    first, *others = paid
    last = next((one for one in reversed(others) if one.billing in REPEATING), None)
    if last:
        return f"{first.name} is the way in; {last.name} rewards those who stay and brings revenue that can be planned."
    return f"{first.name} is the way in; {others[-1].name} is for those who want more."


def _others(world: World) -> str:
    prices = [row["monthly_price"] for row in world.remember("competitors", competitors)]
    known = [price for price in prices if price is not None]
    if not known:
        return "Nobody publishes a price to compare with."
    low, high = min(known), max(known)
    return f"Comparable offers cost from {world.say(low) if low else 'nothing'} to {world.say(high)}."


def numbers(world: World, figures: Figures) -> Record:
    """The assumptions the projection starts from."""
    trade, money = world.trade, world.trade.money

    def assumed(value: float, basis: str, *, most: float = 1e9) -> Record:
        low, high = value * 0.8, min(value * 1.25, most)
        whole = isinstance(value, int)
        return {
            "low": int(low) if whole else round(low, 2),
            "value": value,
            "amount": value,
            "high": int(high) if whole else round(high, 2),
            "evidence": "assumption",
            "basis": basis,
        }

    conversion = CONVERSION[figures.kind]
    cost = round(world.amount(money.acquisition_cost, "acquisition cost") * conversion / 100, 2)
    return {
        "launch_month": money.launch_month,
        "launch_month_basis": f"Time the trade '{trade.label}' usually needs from decision to first {trade.customer}",
        "starting_customers": assumed(
            int(money.starting_customers * figures.scale), "People who asked to be told when it opens"
        ),
        "marketing_budget": assumed(
            world.amount(money.marketing_budget * figures.scale, "budget"),
            "What the channels of the plan can use at launch",
        ),
        "marketing_growth": assumed(money.marketing_growth, "Raised with the revenue of the month before"),
        "cost_per_lead": assumed(cost, "Cost of one interested person in the paid channels of the trade"),
        "lead_conversion": assumed(conversion, f"Of those, how many become a {trade.customer} in the trade", most=100),
        "organic_share": assumed(money.organic_share, "Recommendation and search, without spending"),
        "monthly_churn": assumed(
            round(world.vary(money.monthly_churn, "churn", 0.1), 1),
            f"Share of {trade.customers} who usually leave each month",
        ),
        "customer_ceiling": assumed(figures.ceiling, "Capacity, or the obtainable market if that is smaller"),
        "variable_cost_share": assumed(
            round(world.vary(money.variable_share, "variable", 0.06), 1), "Usual in the trade"
        ),
        "payment_fee_share": assumed(money.fee_share, "Published fees of payment services and marketplaces"),
        "price_increase": assumed(2.5, "A little below the rise of wages"),
        "cost_inflation": assumed(3.0, "Recent years of the region"),
        "opening_cash": assumed(
            world.amount(money.opening_cash, "cash"), "What two founders of this trade usually bring"
        ),
        **_capacity(figures, assumed),
        "reserve_months": 3,
        "fixed_costs": [
            {
                "name": one.name,
                "monthly_amount": world.amount(one.amount * max(0.4, figures.scale), one.name),
                "from_month": one.month,
                "basis": f"Usual offers in {world.place.name}",
            }
            for one in trade.fixed
        ],
        "staff": [
            {
                "title": one.title,
                "name": one.title,
                "headcount": one.headcount if figures.scale > 0.5 else 1,
                "monthly_cost": world.amount(one.cost, one.title, 0.05),
                "from_month": one.month,
                "basis": f"Usual pay with charges in {world.place.country.name}",
            }
            for one in trade.staff
        ],
        "one_off_costs": [
            {
                "name": one.name,
                "amount": world.amount(one.amount * max(0.4, figures.scale), one.name),
                "month": one.month,
                "basis": "One offer, not negotiated",
            }
            for one in trade.once
        ],
        "pessimistic": {
            "price_change": -8,
            "acquisition_cost_change": 35,
            "churn_change": 25,
            "cost_change": 8,
            "reason": world.text("[audience] wait and see, and advertising gets dearer"),
        },
        "optimistic": {
            "price_change": 4,
            "acquisition_cost_change": -20,
            "churn_change": -15,
            "cost_change": -3,
            "reason": world.text("Recommendation carries further than planned"),
        },
    }


CONVERSION = {"subscription": 6.0, "shop": 25.0, "services": 15.0, "marketplace": 8.0, "products": 4.0}
"""Percent of interested persons who become customers, by kind of business."""


def _capacity(figures: Figures, assumed: Callable[..., Record]) -> Record:
    """What limits each kind of business, a little above the customers it plans for."""
    needed = figures.ceiling * figures.purchases_per_customer * 1.1
    staff = sum(one.headcount for one in figures.world.trade.staff)
    hours = round(min(8.0, max(0.25, staff * SOLD_HOURS / needed)), 2)
    days = 26
    return {
        "purchases_per_day": assumed(math.ceil(needed / days), "Counter, seats and hands on a full day"),
        "opening_days": {**assumed(days, "Closed on one day of the week"), "high": 27},
        "billable_people": assumed(math.ceil(needed * hours / SOLD_HOURS), "Staff and partners who work for customers"),
        "hours_per_person": assumed(WORKED_HOURS, "Without holidays, illness and training"),
        "utilisation": assumed(SOLD_PERCENT, "The rest goes into offers, travel and learning", most=100),
        "hours_per_purchase": assumed(hours, "Average over all orders, preparation included"),
        "take_rate": assumed(TAKE_RATE, "Below what large marketplaces keep", most=50),
        "sellers": assumed(math.ceil(needed / 40), "Those who signed in the first year of comparable marketplaces"),
        "orders_per_seller": assumed(40, "Two on a working day"),
        "units_per_month": assumed(math.ceil(needed * 1.05), "What two people pack and send"),
        "return_rate": assumed(6.0, "Usual for goods that are described honestly", most=70),
    }


WORKED_HOURS, SOLD_PERCENT = 130, 70.0
SOLD_HOURS = WORKED_HOURS * SOLD_PERCENT / 100
"""Hours of one person that are sold in a month."""
