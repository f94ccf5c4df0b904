"""Record for a pitch deck: words without numbers, figures named by the ids the asker offers."""

import re
from collections.abc import Iterable, Sequence

from tools.offline_model.writing.records.figures import Figures
from tools.offline_model.writing.records.shared import Record, assumptions, low, shorten
from tools.offline_model.writing.world import NOTE, World

_NUMBER = re.compile(r"\d|%|\b(?:percent|hundred|thousand|million|billion)", re.I)
_TITLE, _MESSAGE, _LEAD, _POINT, _NOTES = 75, 190, 48, 150, 700


def pitch(world: World) -> Record:
    """A slide for each step of the story."""
    trade, place, model = world.trade, world.place.name, world.remember("figures", Figures).model
    first, *others = world.offer.includes
    helps = next((one for one in trade.trends if one.effect == "helps"), trade.trends[0])
    people = [one.title.lower() for one in trade.staff]
    return {
        "one_liner": _words(world, 110, "A [category] for [audience]", "[brand] for [audience]"),
        "problem": _slide(
            world, f"Today {low(trade.need)} is hard to find", "What people do instead costs them time, and leaves the "
            "need open.", [(one.epithet.capitalize(), one.frustrations[0]) for one in trade.personas], (),
            otherwise="The need is there every week, and nobody serves it well",
        ),
        "solution": _slide(
            world, trade.difference, trade.promise,
            [("What it is", first),
             ("What else is in it", "; ".join([*others[:1], *map(low, others[1:])]) or trade.difference),
             ("How people notice", trade.proof)], (),
            otherwise="[brand] makes the usual way the easy way",
        ),
        "why_now": _slide(
            world, helps.title, helps.description,
            [(one.title, one.description) for one in trade.trends if one is not helps], ("market.growth",),
            otherwise="Habits change, and the offer has not followed",
        ),
        "market": _slide(
            world, f"We start in {place}, where the need can be seen", "The whole market is the frame; what can be won "
            "in three years is the part that counts.", [(one.name, one.description) for one in world.segments],
            ("market.tam", "market.sam", "market.som"),
        ),
        "competition": _slide(
            world, "Others are good at something else", trade.gap,
            [(world.text(one.name), f"Good at: {low(one.strengths[0])}. Weak at: {low(one.weaknesses[0])}.")
             for one in trade.rivals], (), otherwise="Everybody leaves the same gap",
        ),
        "business_model": _slide(
            world, f"{world.trade.customers.capitalize()} pay for what they use", model,
            [("Why they stay", trade.advantage), ("What it costs us", "Variable costs are known for every sale")],
            ("plan.revenue_per_customer", "plan.gross_margin", "plan.payback"),
        ),
        "go_to_market": _slide(
            world, f"The first {world.trade.customers} come through {low(trade.channels[0].name)}",
            "One channel after the other; money follows only where the measure holds.",
            [(world.text(one.name), one.approach) for one in trade.channels], ("plan.cac", "plan.ltv_to_cac"),
            otherwise="The first customers come through people who know us",
        ),
        "projection": _slide(
            world, "It carries itself within the plan, in the base case",
            "Three scenarios, one table of assumptions; every number can be followed to it.",
            [("What it depends on", f"How many {world.trade.customers} come back every month"),
             ("What we watch", trade.metrics[0])],
            ("plan.break_even", "plan.customers_year_3", "plan.cash_low"),
        ),
        "team": _slide(
            world, "Few people, each for one thing", f"Needed are {_and(people)}.",
            [(one.title, "Part of the plan from the start" if one.month <= 1 else "Joins once the work is there")
             for one in trade.staff], (),
        ),
        "risks": _slide(
            world, "We know what could stop us", "Each risk has an answer and a sign that is seen early.",
            [(one.title, one.response) for one in trade.risks], (),
        ),
        "ask": _slide(
            world, "The money buys proof, step by step", "It lasts to the month in which the business earns money, and "
            "a little longer.",
            [("Then proven", "That people pay, come back, and tell others"),
             ("The next step", trade.openings[0].first_step)],
            ("plan.ask", "plan.break_even", "plan.cash_low"),
        ),
        "assumptions": assumptions((world.text("[customers] come back as often as in comparable offers"), NOTE)),
        "confidence": 0.35,
    }  # fmt: skip


def _slide(
    world: World,
    title: str,
    message: str,
    points: Sequence[tuple[str, str]],
    figures: Iterable[str],
    *,
    otherwise: str = "[brand]",
) -> Record:
    said = [
        {"lead": world.text(lead).rstrip("."), "text": shorten(_sentence(world.text(text)), _POINT)}
        for lead, text in points
        if len(lead) <= _LEAD and not _NUMBER.search(world.text(lead + text))
    ]
    spare = [("Close to people", "We hear at once what is missing."), ("In small steps", "Each pays for the next one.")]
    said += [{"lead": lead, "text": text} for lead, text in spare[: max(0, 2 - len(said))]]
    heading = _words(world, _TITLE, title, otherwise)
    return {
        "title": heading,
        "message": _words(world, _MESSAGE, message, "What follows from it is in the plan."),
        "points": said[:3],
        "figures": list(figures),
        "notes": shorten(
            f"{NOTE}. {_sentence(heading)} {' '.join(_sentence(one['text']) for one in said[:2])} If they ask what is "
            "not known yet: say so, and how we find out.",
            _NOTES,
        ),
    }


def _words(world: World, limit: int, *texts: str) -> str:
    """The first of the texts that holds no number and fits; the last one is shortened until it does."""
    filled = [world.text(text).rstrip(".") if limit == _TITLE else world.text(text) for text in texts]
    for text in filled:
        if not _NUMBER.search(text) and len(text) <= limit:
            return text[:1].upper() + text[1:]
    first = filled[0].partition(". ")[0] if limit == _MESSAGE else filled[-1]
    return shorten(first if not _NUMBER.search(first) else filled[-1], limit)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
