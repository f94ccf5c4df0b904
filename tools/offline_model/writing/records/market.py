"""Records for market research: figures, players, outlook."""

from tools.offline_model.writing.records.figures import Figures
from tools.offline_model.writing.records.shared import (
    Record,
    assumptions,
    basics,
    cited,
    lines,
    low,
    pick,
    reading,
    sources,
)
from tools.offline_model.writing.world import NOTE, YEAR, World


def market(world: World) -> Record:
    """Everything a research may be asked for."""
    trade, figures = world.trade, world.remember("figures", Figures)
    where = figures.region
    return {
        **basics(world),
        "name": f"Market of {world.category} in {where}",
        "region": where,
        "headline": world.text(
            f"[audience] in {where} are served by offers made for somebody else: that is the opening for a [category]."
        ),
        "summary": world.text(
            f"The market for {trade.label} in {where} is crowded at both ends and thin in the middle. {trade.need} "
            "is what "
            f"[audience] say they miss. What helps a newcomer now: {low(trade.trends[0].title)}. "
            f"The danger to plan for: {low(trade.risks[0].title)}. {NOTE}: the direction is typical of "
            "the trade, the figures are not research."
        ),
        "market_definition": world.text(
            f"Spending on {trade.label} in {where} in {YEAR}: {low(trade.market.buyer)}. Counted is what buyers pay to "
            "providers, without public funding and without what people do themselves."
        ),
        "market_size": {**figures.sizes(), "currency": world.currency, "year": YEAR, "region": where},
        **figures.sizes(),
        "top_down": figures.top_down(),
        "bottom_up": figures.bottom_up(),
        "annual_growth": figures.growth,
        "growth_rate": figures.growth,
        "annual_growth_basis": f"{sources(world, '')[1]['title']}",
        "annual_growth_evidence": "source" if cited(world, "growth") else "assumption",
        "annual_growth_source_ids": cited(world, "growth"),
        "annual_growth_as_of": str(YEAR) if cited(world, "growth") else "",
        "facts": figures.facts(),
        "contradictions": figures.contradictions(),
        "segments": segments(world),
        "personas": personas(world),
        "competitors": world.remember("competitors", competitors),
        "gap": world.text(trade.gap),
        **remembered(world),
        "trends": [
            {
                "title": world.text(one.title),
                "description": world.text(one.description),
                "effect": one.effect,
                "horizon": one.horizon,
                "impact": "medium",
                "source_ids": [],
            }
            for one in trade.trends
        ],
        "risks": risks(world),
        "opportunities": openings(world),
        "open_questions": lines(world, trade.questions),
        "channels": [world.text(one.name) for one in trade.channels],
        "strengths": lines(world, (trade.difference, trade.proof, trade.advantage)),
        "weaknesses": ["Unknown name", f"No customers yet in {where}", "Small team, everything at once"],
        "threats": [world.text(one.title) for one in trade.risks],
        "recommendation": world.text(f"Start with [audience] in {where}; ask fifty of them before anything is built."),
        "sources": sources(world, f"Market of {trade.label} in {where}"),
        "assumptions": assumptions(
            reading(world),
            (f"One buyer spends about {world.say(figures.spend)} a year", "Typical of the trade; not surveyed"),
            (f"Demand in {where} grows {figures.growth:g} percent a year", "Recent years go on"),
            (world.text("[audience] decide for themselves and pay themselves"), "Usual in this trade"),
        ),
    }


def segments(world: World) -> list[Record]:
    """Groups of customers, the first one to be served first."""
    order = ("primary", "secondary", "later")
    return [
        {
            "name": one.name,
            "description": world.text(one.description),
            "needs": lines(world, one.needs),
            "share_of_demand": one.share,
            "share": one.share,
            "percent": one.share,
            "willingness_to_pay": one.willingness,
            "priority": order[min(index, 2)],
            "size": world.remember("figures", Figures).buyers * one.share / 100,
        }
        for index, one in enumerate(world.segments)
    ]


def personas(world: World) -> list[Record]:
    """Believable customers."""
    return [
        {
            "name": f"{first}, {one.epithet}",
            "segment": segment.name,
            "situation": f"{first} is {one.situation}" if one.situation[:1].isdigit() else world.text(one.situation),
            "age": int(one.situation[:2]) if one.situation[:2].isdigit() else 38,
            "occupation": one.epithet,
            "goals": lines(world, one.goals),
            "frustrations": lines(world, one.frustrations),
            "buying_trigger": world.text(one.trigger),
            "quote": one.quote,
            "channel": world.trade.channels[0].name,
        }
        for first, segment, one in world.personas
    ]


def competitors(world: World) -> list[Record]:
    """Made-up rivals with prices of the place."""
    found, read, figures = [], cited(world, "prices"), world.remember("figures", Figures)
    for one in world.trade.rivals:
        monthly = None if one.monthly is None else world.price(one.monthly, f"rival {one.name}")
        said = "not published" if monthly is None else "free"
        if monthly and figures.by_purchase:
            said = f"{world.say(monthly)} per usual purchase"
        elif monthly:  # others need not bill by the month: what is paid at the vet's in a usual one
            said = f"{world.say(monthly)} {'per month' if one.kind == 'direct' else 'in a usual month'}"
        ids = read if one.kind == "direct" and monthly else []
        found.append(
            {
                "name": world.text(one.name),
                "kind": one.kind,
                "type": one.kind,
                "offer": world.text(one.offer),
                "description": world.text(one.offer),
                "price": said,
                "pricing": said,
                "monthly_price": monthly,
                "strengths": lines(world, one.strengths),
                "weaknesses": lines(world, one.weaknesses),
                "source": "assumption",
                "evidence": "source" if ids else "assumption",
                "price_evidence": "source" if ids else "assumption",
                "source_ids": ids,
                "as_of": str(YEAR) if ids else "",
                "url": "https://example.org/simulated",
                "threat": "medium",
                "notes": f"{NOTE}; the company does not exist.",
            }
        )
    kinds = {"direct": 0, "indirect": 1, "substitute": 2}
    return sorted(pick(world, found, "rivals"), key=lambda row: kinds[str(row["kind"])])


def remembered(world: World) -> Record:
    """The answer to a question about prices that nobody may look up."""
    priced = [row for row in world.remember("competitors", competitors) if row["monthly_price"]]
    told = "; ".join(f"{row['name']} asks {row['price']}" for row in priced)
    return {
        "answer": f"{told or 'Nobody is known to publish a price'}. {NOTE}: not looked up.",
        "comparables": [
            {**row, "basis": f"Usual in the trade '{world.trade.label}' in {YEAR}; not looked up"} for row in priced
        ],
    }


def risks(world: World) -> list[Record]:
    """What could go wrong in this trade."""
    return [
        {
            "title": world.text(one.title),
            "description": world.text(one.description),
            "likelihood": one.likelihood,
            "impact": one.impact,
            "response": world.text(one.response),
            "early_sign": world.text(one.sign),
        }
        for one in world.trade.risks
    ]


def openings(world: World) -> list[Record]:
    """What a newcomer can use."""
    return [
        {
            "title": world.text(one.title),
            "description": world.text(one.description),
            "first_step": world.text(one.first_step),
        }
        for one in world.trade.openings
    ]
