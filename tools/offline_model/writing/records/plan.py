"""Records for the business plan: canvas, prices, way to market, the numbers, carrying it out."""

from tools.offline_model.writing.records.execution import carrying_out, summary
from tools.offline_model.writing.records.figures import Figures
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
        "business_model": world.text(f"{trade.model} {NOTE}; the prices have not been tested."),
        "customer_word": trade.customer,
        "canvas": canvas(world),
        "pricing": tiers(figures),
        "pricing_logic": world.text(
            f"Each price is net of sales tax. {_ladder(figures)} Comparable offers cost from nothing to "
            f"{world.say(max(world.price(one.monthly or 0, f'rival {one.name}') for one in trade.rivals))}; "
            "we stay below those who sell people's hours and above those who sell attention."
        ),
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


def canvas(world: World) -> Record:
    """The lean canvas, every box in words of the trade."""
    trade = world.trade
    return {
        "problem": [trade.need, *lines(world, trade.personas[0].frustrations)],
        "customer_segments": [one.name for one in world.segments],
        "unique_value_proposition": world.text(trade.difference),
        "solution": lines(world, ["[feature]", *trade.tiers[-1].includes[:2]]),
        "channels": [world.text(one.name) for one in trade.channels],
        "revenue_streams": [f"{one.name}, billed {one.billing}" for one in trade.tiers if one.price > 0],
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
    paid = [row for row in world.remember("competitors", competitors) if row["monthly_price"]]
    rows = []
    for index, one in enumerate(world.trade.tiers):
        segment = world.segments[min(index, len(world.segments) - 1)].name
        near = sorted(paid, key=lambda row: abs(float(row["monthly_price"]) - figures.monthly(one)))[:2]
        rows.append(
            {
                "name": one.name,
                "audience": segment,
                "includes": lines(world, one.includes),
                "price": figures.prices[one.name],
                "amount": figures.prices[one.name],
                "currency": world.currency,
                "billing": one.billing,
                "period": one.billing,
                "purchases_per_month": 0 if one.billing == "per year" else one.purchases,
                "customer_share": one.share,
                "basis": _basis(one, near),
                "comparables": [
                    {"name": row["name"], "price": row["price"], "source": "market research"} for row in near
                ],
                "description": ", ".join(lines(world, one.includes)),
            }
        )
    return rows


def _basis(tier: Tier, near: list[Record]) -> str:
    if tier.price == 0:
        return "Free: shows the offer and costs little to give"
    return (
        f"Close to {near[0]['name']} ({near[0]['price']}); the share is an estimate"
        if near
        else "Cost plus margin; an estimate"
    )


def _ladder(figures: Figures) -> str:
    paid = [one for one in figures.world.trade.tiers if one.price > 0]
    if len(paid) < 2:
        return "One price keeps the choice simple."
    first, last = paid[0], paid[-1]
    return f"{first.name} is the way in, {last.name} rewards those who stay and brings predictable revenue."


def numbers(world: World, figures: Figures) -> Record:
    """The assumptions the projection starts from."""
    trade, money = world.trade, world.trade.money

    def assumed(value: float, basis: str, *, evidence: str = "assumption") -> Record:
        return {"value": value, "amount": value, "evidence": evidence, "basis": basis}

    cost = world.amount(money.acquisition_cost, "acquisition cost")
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
        "acquisition_cost": assumed(cost, f"Cost per new {trade.customer} in the paid channels of the trade"),
        "organic_share": assumed(money.organic_share, "Recommendation and search, without spending"),
        "monthly_churn": assumed(
            round(world.vary(money.monthly_churn, "churn", 0.1), 1),
            f"Share of {trade.customers} who usually leave each month",
        ),
        "customer_ceiling": assumed(
            figures.ceiling, "Capacity, or the obtainable market if that is smaller", evidence="research"
        ),
        "variable_cost_share": assumed(
            round(world.vary(money.variable_share, "variable", 0.06), 1), "Usual in the trade"
        ),
        "payment_fee_share": assumed(money.fee_share, "Published fees of payment services and marketplaces"),
        "price_increase": assumed(2.5, "A little below the rise of wages"),
        "cost_inflation": assumed(3.0, "Recent years of the region"),
        "opening_cash": assumed(
            world.amount(money.opening_cash, "cash"), "What two founders of this trade usually bring"
        ),
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
        "cautious": {
            "price_change": -8,
            "acquisition_cost_change": 35,
            "churn_change": 25,
            "cost_change": 8,
            "reason": world.text("[audience] wait and see, and advertising gets dearer"),
        },
        "ambitious": {
            "price_change": 4,
            "acquisition_cost_change": -20,
            "churn_change": -15,
            "cost_change": -3,
            "reason": world.text("Recommendation carries further than planned"),
        },
    }
