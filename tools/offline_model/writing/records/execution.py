"""Records for carrying out a plan: phases, milestones, risks, people, the summary and the case for money."""

from tools.offline_model.writing.records.figures import Figures
from tools.offline_model.writing.records.market import openings, risks
from tools.offline_model.writing.records.shared import Record, lines, low
from tools.offline_model.writing.world import NOTE, World


def carrying_out(world: World, figures: Figures) -> Record:
    """Phases, milestones, risks, people."""
    trade, customers, start = world.trade, world.trade.customers, world.trade.money.launch_month
    place = world.place.name
    first = figures.customers(min(36, start + 2))
    return {
        "phases": phases(world, figures),
        "operations": lines(world, trade.operations),
        "team": world.text(
            f"The plan pays for {_and([one.title.lower() for one in trade.staff])}. What is missing at the start "
            "is experience in finance and "
            f"in {trade.label} beyond {place}; an adviser with a small share and an accountant by the hour close "
            "the gap."
        ),
        "milestones": [
            {
                "month": max(1, start - 2),
                "title": f"Fifty talks with {world.audience}",
                "measure": "Notes of 50 talks, ten people who would pay",
            },
            {"month": start, "title": f"First paying {trade.customer}", "measure": "Money on the account"},
            {
                "month": min(36, start + 2),
                "title": f"{first:,} {customers}",
                "measure": f"{first:,} paid in the same month",
            },
            {
                "month": 12,
                "title": "The offer carries its variable costs",
                "measure": "Gross profit above marketing in one month",
            },
            {"month": 24, "title": f"{figures.customers(24):,} {customers}", "measure": world.text(trade.metrics[0])},
            {
                "month": 36,
                "title": "Ready for a second place or product",
                "measure": "Three months in a row with a positive result",
            },
        ],
        "risks": plan_risks(world),
        "opportunities": openings(world),
        "executive_summary": summary(world),
        "funding_case": _funding(world),
        "next_steps": lines(
            world,
            [
                f"Talk to ten [audience] in {place} this week; write down their words",
                "Ask three of them for a small prepayment",
                f"Build the smallest version of “{world.offer.name}”: {low(world.offer.includes[0])}",
                f"Check name and permits in {world.place.country.name}",
                "Collect two offers for the largest fixed cost",
            ],
        ),
        "goals": lines(
            world,
            [
                f"{first:,} [customers] three months after launch",
                "A positive month in the third year",
                *trade.metrics[:1],
            ],
        ),
    }


def phases(world: World, figures: Figures) -> list[Record]:
    """The way to market."""
    start, customers = world.trade.money.launch_month, world.trade.customers
    channels = world.trade.channels
    rows = [
        ("Prepare", 1, max(1, start - 1), f"Know that {world.audience} want it", ["Fifty talks", "A waiting list", world.text(world.trade.openings[0].first_step)], "Ten people have paid in advance"),  # noqa: E501
        ("Open", start, start + 2, f"First {figures.customers(start + 2):,} {customers}", [f"Start {channels[0].name}", "Ask every leaver why"], "Two thirds come back in the second month"),  # noqa: E501
        ("Grow", start + 3, 18, "Growth from channels that pay for themselves", [f"Add {channels[1].name}", "Raise the budget only where the measure holds"], "Cost of a new customer below four months of margin"),  # noqa: E501
        ("Extend", 19, 36, f"{figures.customers(36):,} {customers} and a positive result", ["Second place or product", world.text(world.trade.openings[-1].title)], "Three positive months in a row"),  # noqa: E501
    ]  # fmt: skip
    return [
        {
            "name": name,
            "from_month": begin,
            "to_month": max(begin, end),
            "goal": goal,
            "actions": actions,
            "exit_criterion": done,
            "title": name,
        }
        for name, begin, end, goal, actions, done in rows
    ]


def plan_risks(world: World) -> list[Record]:
    """What breaks plans, and what breaks this one."""
    common = [
        {
            "title": f"Fewer {world.trade.customers} than planned",
            "description": world.text(
                "The paid channels bring [customers] more slowly or at a higher price than assumed, and the money "
                "runs out sooner."
            ),
            "likelihood": "medium",
            "impact": "high",
            "response": "Budget released month by month, only while the cost per customer holds",
            "early_sign": "Cost per new customer a third above plan in two months running",
        },
        {
            "title": "Everything hangs on the founders",
            "description": "Two people know everything; an illness of four weeks stops sales and delivery.",
            "likelihood": "medium",
            "impact": "medium",
            "response": "Written steps for the five most frequent tasks by month six",
            "early_sign": "Holidays get postponed",
        },
    ]
    return [*risks(world)[:2], *common, *risks(world)[2:]]


def summary(world: World) -> str:
    trade, model = world.trade, world.remember("figures", Figures).model
    text = world.text(
        f"[brand] is a [category] for [audience] in {world.place.name}. {model} "
        f"The first [customers] come through {low(trade.channels[0].name)}, the next through "
        f"{low(trade.channels[1].name)}."
    )
    wanted = (
        ("revenue_year_3", "In the third year the base case reaches a revenue of {}."),
        ("break_even_month", "It breaks even in month {}."),
        ("funding", "The plan asks for {}."),
        ("funding_ask", "The plan asks for {}."),
        ("funding_need", "The plan asks for {}."),
    )
    offered = [sentence.format("{" + name + "}") for name, sentence in wanted if name in world.placeholders]
    if "revenue_year_3" in world.placeholders and "break_even_month" not in world.placeholders:
        offered.insert(1, "It does not break even within the plan.")
    return " ".join([text, *offered[:3], f"{NOTE}."])


def _funding(world: World) -> str:
    name = next(
        (n for n in ("funding", "funding_ask", "funding_need", "funding_amount") if n in world.placeholders), None
    )
    ask = f"The plan asks for {{{name}}}. " if name else ""
    return world.text(
        f"{ask}The money buys the time until [customers] carry the fixed costs: preparation, the first months of "
        "wages and "
        f"{world.trade.channels[0].name.lower()}. A loan fits the equipment; the rest should come from people who "
        "can wait, because the "
        "first year is a test. It is called in parts, each after a milestone."
    )


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
