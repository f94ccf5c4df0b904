"""A zero-waste bakery in Lisbon, as full as a good model would write it: the long texts a dossier has to carry.

Fictional throughout: the competitors, the publications and their addresses do not exist.
"""

from typing import Any

from services.agents.branding.models import BrandStrategyDraft, BrandVisualsDraft
from services.agents.business_plan.models import BusinessModelDraft, ExecutionDraft, FinancialAssumptionsDraft
from services.agents.market_research.models import MarketFiguresDraft, MarketOutlookDraft, MarketPlayersDraft

REQUEST = (
    "Open a zero-waste bakery in Lisbon. Sourdough and a short lunch menu, everything that is not sold is turned into "
    "something else, customers bring their own bags. We are two founders with EUR 40,000 of our own."
)

BREAD = "Bread and pastry consumption in Portugal"
CITY = "Residents and visitors of Lisbon by parish"
WASTE = "Food waste in small bakeries: a field study"
INTENT = "What Lisbon residents say about packaging"


def _source(title: str, slug: str, publisher: str, date: str, supports: str) -> dict[str, str]:
    return {
        "title": title,
        "url": f"https://example.org/{slug}" if slug else "",
        "publisher": publisher,
        "date": date,
        "supports": supports,
    }


def _range(low: float, base: float, high: float, basis: str = "Comparison with three districts") -> dict[str, object]:
    evidence = "source" if basis in (BREAD, CITY, WASTE, INTENT) else "assumption"
    return {"low": low, "base": base, "high": high, "evidence": evidence, "basis": basis}


def _assumed(statement: str, basis: str) -> dict[str, str]:
    return {"statement": statement, "basis": basis}


def figures() -> MarketFiguresDraft:
    """Inputs of the market size."""
    segments = [
        ("Neighbours who cook", (14_000, 18_000, 22_000), (12, 20, 28), (5, 9, 13), (160, 220, 280)),
        ("Office lunch within 600 metres", (6_000, 9_000, 11_000), (15, 25, 35), (6, 10, 14), (180, 260, 340)),
        ("Cafés that buy bread", (60, 90, 120), (10, 20, 30), (15, 25, 35), (5_000, 7_500, 10_000)),
    ]
    return MarketFiguresDraft.model_validate(
        {
            "market_definition": "Fresh bread, pastry and simple lunches bought over the counter in the municipality of "
            "Lisbon, by residents and by people who work there. Supermarket bread is left out.",
            "region": "Municipality of Lisbon",
            "currency": "EUR",
            "reference_year": 2026,
            "top_down": {
                "buyer_definition": "Residents and commuters who buy from a bakery at least twice a month",
                "buyers": _range(380_000, 430_000, 480_000, CITY),
                "annual_spend": _range(170, 210, 250, BREAD),
                "serviceable_share": _range(7, 10, 13),
                "obtainable_share": _range(2, 4, 6),
            },
            "bottom_up": [
                {
                    "segment": name,
                    "customers": _range(*customers, CITY),
                    "reachable_share": _range(*reached),
                    "conversion_share": _range(*converted),
                    "annual_revenue": _range(*revenue),
                }
                for name, customers, reached, converted, revenue in segments
            ],
            "annual_growth": 4.2,
            "annual_growth_basis": BREAD,
            "sources": [
                _source(BREAD, "bread", "Institute of Household Statistics", "2025-03", "Yearly spend per buyer and growth"),
                _source(CITY, "parishes", "City of Lisbon", "2024", "Number of buyers and of households in reach"),
            ],
            "assumptions": [
                _assumed("One household in ten within reach tries a new bakery in its first three years", "Two openings nearby"),
                _assumed("Lunch is bought on 180 days a year", "Working days without holidays and home office"),
            ],
            "confidence": 0.72,
        }
    )


def _competitor(name: str, kind: str, offer: str, price: float | None, good: str, bad: str, source: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "offer": offer,
        "price": f"EUR {price:.2f} per loaf" if price else "not published",
        "monthly_price": price,
        "strengths": good.split("; "),
        "weaknesses": bad.split("; "),
        "source": source,
    }


def players() -> MarketPlayersDraft:
    """Segments, personas, competitors."""
    return MarketPlayersDraft.model_validate(
        {
            "segments": [
                {
                    "name": "Neighbours who cook",
                    "description": "Households of one to three within ten minutes on foot, who already sort, refill and compost.",
                    "needs": ["Bread that is still good on the third day", "Less packaging at home", "A place that knows them"],
                    "share_of_demand": 52,
                    "willingness_to_pay": "high",
                    "priority": "primary",
                },
                {
                    "name": "Office lunch within 600 metres",
                    "description": "People with forty minutes at noon who are tired of the same three counters.",
                    "needs": ["Served within five minutes", "Something vegetarian that fills"],
                    "share_of_demand": 33,
                    "willingness_to_pay": "medium",
                    "priority": "secondary",
                },
                {
                    "name": "Cafés that buy bread",
                    "description": "Independent cafés without an oven that want one good loaf and a story to tell with it.",
                    "needs": ["Reliable at seven in the morning", "Crates instead of cartons"],
                    "share_of_demand": 15,
                    "willingness_to_pay": "medium",
                    "priority": "later",
                },
            ],
            "personas": [
                {
                    "name": "Refilling Rita",
                    "segment": "Neighbours who cook",
                    "situation": "Thirty-four, designer, lives with her partner in two rooms in Arroios. She shops on foot, three times a "
                    "week, with the same cotton bags she has had for years.",
                    "goals": ["Throw away less", "Know who made it"],
                    "frustrations": ["Paper bags for one croissant", "Bread that is stone by the evening"],
                    "buying_trigger": "Her old bakery becomes another brunch place",
                    "quote": "I would rather buy less bread, and finish it.",
                },
                {
                    "name": "Hurried Hugo",
                    "segment": "Office lunch within 600 metres",
                    "situation": "Forty-one, accountant at Saldanha. He eats at his desk twice a week and would prefer not to.",
                    "goals": ["Eat something warm", "Be back by two"],
                    "frustrations": ["Queues", "Single-use boxes in every bin"],
                    "buying_trigger": "A colleague comes back with a returnable bowl",
                    "quote": "If it takes longer than the lift, I will not go.",
                },
            ],
            "competitors": [
                _competitor("Forno da Graça", "direct", "Sourdough and coffee in two shops", 5.2, "Known for its crust; Long queue on Saturday", "Sold out by noon; No lunch", CITY),
                _competitor("Massa & Tempo", "direct", "Organic bakery with café", 5.9, "Certified organic; Good site", "Expensive; Plastic lids", "assumption"),
                _competitor("Padaria Alba", "direct", "Neighbourhood bakery since 1961", 2.1, "Cheap; Open at six", "White bread only; Throws away a fifth", WASTE),
                _competitor("Granel 43", "indirect", "Packaging-free grocer that resells bread", 4.6, "Same customers; Trusted", "Bread arrives cold", "assumption"),
                _competitor("Supermarket bake-off", "substitute", "Baked from frozen all day", 1.4, "Everywhere; Always warm", "No story; Stale by evening", BREAD),
                _competitor("Baking at home", "substitute", "Flour and a weekend", None, "Cheapest", "Takes a day", "assumption"),
            ],
            "gap": "Nobody sells a loaf made to last together with a way to hand back what packages it. The good bakeries are sold out by "
            "noon, because selling out is their only answer to waste.",
            "sources": [
                _source(WASTE, "waste", "Journal of Urban Food", "2023-11", "Share of bread thrown away"),
                _source(INTENT, "", "City of Lisbon", "2025", "Willingness to bring containers"),
            ],
            "assumptions": [_assumed("Prices on the counter were read in one week", "No published price lists")],
        }
    )


def outlook() -> MarketOutlookDraft:
    """Trends, risks, openings."""
    return MarketOutlookDraft.model_validate(
        {
            "headline": "Lisbon's good bakeries sell out by noon; the afternoon, and the third day, belong to nobody",
            "summary": "The market is old, local and slow to change. Two groups grow: shops that bake well and shops that avoid packaging. "
            "They share their customers and have not met. Prices for sourdough are settled and leave a margin, as long as little is "
            "thrown away. What decides is the site: nine out of ten customers walk.",
            "trends": [
                {"title": "Sourdough became ordinary", "description": "What was an event five years ago is a weekly purchase for a third of the households asked.", "effect": "helps", "horizon": "now"},
                {"title": "Rules on single-use packaging", "description": "Charges on take-away boxes rise step by step, and shops have to offer a returnable one.", "effect": "helps", "horizon": "1-2 years"},
                {"title": "Rents on main streets", "description": "Ground floors in the centre go to chains that pay what a bakery cannot.", "effect": "hurts", "horizon": "now"},
                {"title": "Fewer office days", "description": "Lunch concentrates on three days a week.", "effect": "mixed", "horizon": "3-5 years"},
            ],
            "risks": [
                {"title": "The right site is not found", "description": "Corner shops with an extraction permit come up twice a year in these parishes.", "likelihood": "medium", "impact": "high", "response": "Look in four parishes; accept a shop without corner"},
                {"title": "Energy prices", "description": "The oven is a fifth of the running costs.", "likelihood": "medium", "impact": "medium", "response": "Fix the tariff for two years; bake once a day"},
                {"title": "Bring-your-own does not catch on", "description": "People forget their bags and will not pay a deposit.", "likelihood": "low", "impact": "medium", "response": "Deposit jars at cost; count returns from week one"},
            ],
            "opportunities": [
                {"title": "The afternoon shelf", "description": "What is left at three is turned into crackers, granola and a soup thickener with a margin above bread.", "first_step": "Sell twenty jars from a borrowed kitchen on two Saturdays"},
                {"title": "Cafés as a second oven door", "description": "Ten cafés take half a batch at six and pay for the oven before the shop opens.", "first_step": "Ask five cafés for a letter of intent"},
            ],
            "open_questions": ["Which of the four parishes has a free shop with an extraction permit?", "Do customers return jars within two weeks?", "What does the health inspectorate ask of refilled containers?"],
            "sources": [],
            "assumptions": [_assumed("Charges on single-use boxes come as announced", "Published timetable")],
            "confidence": 0.68,
        }
    )


def strategy() -> BrandStrategyDraft:
    """Names and voice."""
    names = [
        ("Terceiro Dia", "descriptive", "'Third day': the promise is the bread itself, still good on the third day. Easy in Portuguese, and easy to explain to visitors.", "ter-SAY-roo DEE-ah", "Needs one sentence for those who read no Portuguese"),
        ("Migalha", "metaphor", "'Crumb': the smallest thing, and nothing of it is lost. Warm and short.", "mee-GAH-lyah", "The lh is hard for visitors"),
        ("Miolo", "metaphor", "The soft inside of a loaf, and slang for brains.", "mee-OH-loo", "Two cafés elsewhere use it"),
        ("Pão de Volta", "compound", "'Bread and back': bags, jars and leftovers return.", "pow(n) de VOL-ta", "Sounds like a delivery service"),
        ("Restolho", "invented", "Stubble after the harvest: what is left is worth something.", "resh-TOH-lyoo", "Hard to say; hard to spell"),
    ]
    return BrandStrategyDraft.model_validate(
        {
            "candidates": [dict(zip(("name", "style", "reason", "pronunciation", "weakness"), each, strict=True)) for each in names],
            "chosen": "Terceiro Dia",
            "chosen_because": "It says what no competitor can say, and every customer can check it at home. Migalha is prettier, but describes a "
            "feeling, not a difference.",
            "tagline": "Bread that is still good on the third day",
            "tagline_alternatives": ["Nothing left over", "Bake once, eat three days"],
            "positioning": {
                "audience": "Households in walking distance that waste reluctantly",
                "need": "Good bread without a bin full of paper and crusts",
                "category": "The bakery around the corner",
                "difference": "Loaves made to last, packaging that comes back, leftovers that become something else",
                "proof": "A board at the door counts every day what was thrown away",
                "statement": "For neighbours who hate to throw bread away, Terceiro Dia is the corner bakery whose loaves last three days and whose "
                "packaging comes back.",
            },
            "story": "Bread was never meant to be thrown away. We grew up with it on the third day: toasted, in soup, in a pudding. Then bakeries "
            "learned to be full until closing time, and bins learned to be full after it. We bake once a day, as much as the street eats. What "
            "is left has a plan.",
            "values": ["Thrift: we would rather be sold out than overflow", "Openness: the bin is weighed in public", "Neighbourhood: we do not deliver across the river"],
            "voice": {
                "traits": ["warm, never sweet", "plain, never poor", "proud of the craft, never of itself"],
                "do": ["Say what it is and when it was baked", "Count in numbers people can picture", "Thank people for bringing something back"],
                "dont": ["Preach", "Say 'artisan', 'planet' or 'guilt-free'", "Make jokes about other bakeries"],
                "samples": [
                    {"place": "Door sign", "text": "Yesterday we threw away 340 grams. Sorry."},
                    {"place": "On the bread", "text": "Monday's loaf. At its best on Tuesday."},
                    {"place": "Complaint reply", "text": "You are right, that batch was too dark. Tomorrow's is on us."},
                ],
            },
            "assumptions": [_assumed("The name is free in classes 30 and 43", "Not looked up in a register")],
            "confidence": 0.78,
        }
    )


def visuals(**palette: str) -> BrandVisualsDraft:
    """Palette, letters and logo; colours can be replaced by role."""
    colours = {
        "primary": ("Crust", "#7A3E1D"),
        "secondary": ("Olive", "#6B7A3A"),
        "accent": ("Quince", "#E2A63B"),
        "background": ("Flour", "#FBF7F0"),
        "surface": ("Linen", "#F1E8DA"),
        "text": ("Rye", "#2B211B"),
    }
    return BrandVisualsDraft.model_validate(
        {
            "palette": [
                {"role": role, "name": name, "hex": palette.get(role, code), "reason": f"The colour of {name.lower()}, seen every morning"}
                for role, (name, code) in colours.items()
            ],
            "palette_idea": "The colours of a loaf from outside to inside, with the green of the jars on the shelf. They should feel like the shop at seven "
            "in the morning: warm, dry, quiet.",
            "typography": {
                "heading": {"family": "Fraunces", "category": "serif", "weights": [400, 600], "reason": "Soft serifs, like scored dough"},
                "body": {"family": "Inter", "category": "sans-serif", "weights": [400, 600], "reason": "Readable on labels and receipts"},
                "scale_ratio": 1.25,
            },
            "logo": {
                "concept": "A sun over a line and its reflection: today's bake, and what comes back of it. Three rays for three days.",
                "family": "sunrise",
                "container": "none",
                "elements": 3,
                "initials": "TD",
                "wordmark_case": "title",
                "wordmark_weight": "regular",
                "avoid": ["A beach bar", "A solar company"],
            },
            "imagery": "Hands, flour, morning light from the side. Bread cut open, never styled. No stock smiles, no wheat ears.",
            "applications": ["Shop front: mark above the door, name on the glass", "Stamp in one colour on cotton bags", "Deposit jar label that survives fifty washes"],
            "assumptions": [],
            "confidence": 0.74,
        }
    )


def business() -> BusinessModelDraft:
    """Offer, prices, way to market."""
    def tier(name: str, audience: str, includes: list[str], price: float, times: float, share: float, basis: str) -> dict[str, Any]:
        return {
            "name": name, "audience": audience, "includes": includes, "price": price, "billing": "per purchase",
            "purchases_per_month": times, "customer_share": share, "basis": basis,
            "comparables": [{"name": "Forno da Graça", "price": "EUR 5.20 per loaf", "source": "market research"}],
        }  # fmt: skip

    return BusinessModelDraft.model_validate(
        {
            "currency": "EUR",
            "value_proposition": "Bread that is still good on the third day, handed over without a bag to throw away. What is not sold by three "
            "becomes something people come for.",
            "business_model": "Neighbours pay per visit at the counter; offices pay per lunch; both come back because the loaf lasts and the jar has a "
            "deposit. Leftovers are sold a second time at a higher margin than bread.",
            "customer_word": "regular guest",
            "canvas": {
                "problem": ["Good bread is sold out by noon", "A fifth of all bread is thrown away", "Every purchase comes in paper"],
                "customer_segments": ["Neighbours who cook", "Office lunch within 600 metres", "Later: cafés that buy bread"],
                "unique_value_proposition": "Bread for three days, and nothing to throw away.",
                "solution": ["High-hydration loaves, baked once a day", "Deposit jars and bags", "An afternoon shelf made of leftovers"],
                "channels": ["The shop window", "The board with yesterday's grams", "Three packaging-free grocers"],
                "revenue_streams": ["Counter sales", "Lunch", "Afternoon shelf"],
                "cost_structure": ["Wages", "Rent and energy", "Flour and vegetables"],
                "key_metrics": ["Grams thrown away a day", "Visits per guest and month", "Jars returned"],
                "unfair_advantage": "A starter and a leftover kitchen run as one recipe book; hard to copy, easy to taste.",
            },
            "pricing": [
                tier("Loaf and pastry", "Neighbours who cook", ["A loaf or pastry", "Own bag or deposit bag"], 6.4, 6, 64, "Between the cheapest and the dearest sourdough nearby"),
                tier("Lunch bowl", "Office lunch", ["One warm dish", "Bread", "Returnable bowl"], 9.8, 4, 36, "Below the offices' usual counter, above a sandwich"),
            ],
            "pricing_logic": "The loaf is priced in the upper middle because it replaces two. Lunch is priced so that it wins against a delivery without fees.",
            "channels": [
                {"name": "The street", "role": "acquisition", "approach": "A board at the door says every morning how many grams were thrown away yesterday.", "measure": "New faces a day"},
                {"name": "Packaging-free grocers", "role": "awareness", "approach": "Thirty loaves a week in three shops, each with a card.", "measure": "Cards handed in"},
                {"name": "The jar", "role": "retention", "approach": "A deposit is a reason to come back within two weeks.", "measure": "Jars returned within 14 days"},
            ],
            "phases": [
                {"name": "Borrowed oven", "from_month": 1, "to_month": 3, "goal": "Prove the loaf and the afternoon shelf", "actions": ["Rent two nights a week in a café kitchen", "Sell on two markets", "Sign the shop"], "exit_criterion": "200 loaves a week sold out, a lease signed"},
                {"name": "Opening", "from_month": 4, "to_month": 8, "goal": "Become the street's bakery", "actions": ["Open from Wednesday to Sunday", "Start the board", "Give out 400 deposit bags"], "exit_criterion": "450 regular guests"},
                {"name": "Lunch", "from_month": 9, "to_month": 18, "goal": "Fill the oven at noon", "actions": ["Four dishes a week", "Returnable bowls with three offices"], "exit_criterion": "70 lunches a day on three days"},
                {"name": "Second door", "from_month": 19, "to_month": 36, "goal": "Sell the morning to cafés", "actions": ["Ten cafés by cargo bike", "Train a second baker"], "exit_criterion": "A month without loss in summer"},
            ],
            "sources": [_source(WASTE, "waste", "Journal of Urban Food", "2023-11", "Margin of second products")],
            "assumptions": [_assumed("Two cafés lend their kitchen at night", "Asked, not signed")],
        }
    )


def _value(value: float, basis: str, evidence: str = "assumption") -> dict[str, Any]:
    return {"value": value, "evidence": evidence, "basis": basis}


def numbers() -> FinancialAssumptionsDraft:
    """What the projection starts from."""
    def change(price: float, cac: float, churn: float, cost: float, reason: str) -> dict[str, Any]:
        return {"price_change": price, "acquisition_cost_change": cac, "churn_change": churn, "cost_change": cost, "reason": reason}

    return FinancialAssumptionsDraft.model_validate(
        {
            "launch_month": 4,
            "launch_month_basis": "Lease and extraction permit take three months",
            "starting_customers": _value(110, "Guests of the markets who left a name"),
            "marketing_budget": _value(900, "Boards, tastings, deposit bags"),
            "marketing_growth": _value(1, "Slow and steady"),
            "acquisition_cost": _value(26, "A tasting and a bag per guest"),
            "organic_share": _value(45, "People walk past; two openings nearby", "research"),
            "monthly_churn": _value(9, "People move, habits change"),
            "customer_ceiling": _value(720, "Oven and counter at full use", "research"),
            "variable_cost_share": _value(31, "Flour, vegetables, packaging that stays with us", "source"),
            "payment_fee_share": _value(1.4, "Offers of two terminals"),
            "price_increase": _value(2.5, "With inflation"),
            "cost_inflation": _value(2.8, "Average of five years"),
            "opening_cash": _value(40_000, "The founders' own money, from the request"),
            "reserve_months": 3,
            "fixed_costs": [
                {"name": "Rent", "monthly_amount": 2_900, "from_month": 3, "basis": "90 square metres off the main street"},
                {"name": "Energy", "monthly_amount": 1_450, "from_month": 4, "basis": "One bake a day"},
                {"name": "Insurance, software, accounting", "monthly_amount": 520, "from_month": 1, "basis": "Offers"},
            ],
            "staff": [
                {"title": "Founders", "headcount": 2, "monthly_cost": 1_750, "from_month": 1, "basis": "Minimum to live"},
                {"title": "Baker", "headcount": 1, "monthly_cost": 1_950, "from_month": 4, "basis": "Collective agreement"},
                {"title": "Counter", "headcount": 2, "monthly_cost": 1_380, "from_month": 4, "basis": "Collective agreement"},
                {"title": "Second baker", "headcount": 1, "monthly_cost": 1_950, "from_month": 19, "basis": "For the cafés"},
            ],
            "one_off_costs": [
                {"name": "Oven and extraction", "amount": 46_000, "month": 3, "basis": "Used deck oven, two offers"},
                {"name": "Fit-out", "amount": 28_000, "month": 3, "basis": "EUR 310 per square metre"},
                {"name": "Jars, bowls and bags", "amount": 6_500, "month": 4, "basis": "2,000 pieces"},
            ],
            "cautious": change(-4, 25, 25, 6, "The site is on the quieter side of the street"),
            "ambitious": change(4, -20, -15, -3, "Offices sign for bowls before the opening"),
            "sources": [_source(WASTE, "waste", "Journal of Urban Food", "2023-11", "Share of materials")],
            "confidence": 0.62,
        }
    )


def execution() -> ExecutionDraft:
    """How it is carried out."""
    return ExecutionDraft.model_validate(
        {
            "executive_summary": "Terceiro Dia sells bread that lasts three days, in a city where good bread is gone by noon. It earns "
            "{revenue_year_3} in its third year and breaks even in month {break_even_month}. {funding_ask} is needed beyond the founders' own money, nearly all of it "
            "for an oven and a shop that keep their value. The bin, weighed in public, is the marketing and the cost control in one.",
            "operations": ["Dough is mixed at four in the afternoon and baked once at five in the morning", "Unsold bread is dried at three and becomes crackers, granola and soup", "Jars are washed in the lunch kitchen between two and three", "Flour comes weekly in returnable sacks from one mill"],
            "team": "One founder bakes, one runs counter and numbers. Experience with a lunch kitchen is missing until the first cook is found; until then the "
            "menu stays at two dishes.",
            "milestones": [
                {"month": 3, "title": "Lease signed", "measure": "A contract with an extraction permit"},
                {"month": 4, "title": "Doors open", "measure": "First day of sales"},
                {"month": 9, "title": "Lunch begins", "measure": "Four dishes on the board"},
                {"month": 14, "title": "Half a kilo a day", "measure": "Thrown away, as the board says"},
                {"month": 24, "title": "Ten cafés", "measure": "Standing orders"},
            ],
            "risks": [
                {"title": "The fit-out costs more", "description": "Extraction in old houses hides surprises.", "likelihood": "high", "impact": "medium", "response": "Fixed price with the builder; ten percent kept back", "early_sign": "Offers further than a fifth apart"},
                {"title": "A founder falls ill", "description": "Two people carry four in the morning.", "likelihood": "low", "impact": "high", "response": "Train the baker on every dough by month six", "early_sign": "A third week without a free day"},
                {"title": "Lunch stays thin", "description": "Offices change their habits more slowly than hoped.", "likelihood": "medium", "impact": "medium", "response": "Open lunch on three days only", "early_sign": "Under 30 bowls in week six"},
            ],
            "funding_case": "A loan against oven and fit-out fits better than a partner: the money buys things, and the payback is in sight. {funding_ask} covers the "
            "deepest month and three months of reserve.",
            "next_steps": ["See every free shop in the four parishes", "Get two offers for a used deck oven", "Agree two nights a week with a café kitchen", "Bake for the first market and write down every gram"],
            "confidence": 0.6,
        }
    )
