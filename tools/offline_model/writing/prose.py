"""Sentences for fields no record knows, and the text of an answer without a schema."""

import random

from tools.offline_model.writing.records.shared import low, shorten
from tools.offline_model.writing.trades.shape import Trade
from tools.offline_model.writing.world import NOTE, World


def words_for(field: str) -> str:
    """`next_best_action` for people: "next best action"."""
    return field.replace("_", " ").replace("-", " ").strip() or "answer"


def sentence(world: World, field: str, rng: random.Random) -> str:
    """A plausible line about a field, in words of the trade."""
    return world.text(rng.choice(_statements(world.trade))) if field else world.text("[brand]")


def paragraph(world: World, field: str, rng: random.Random) -> str:
    """A few sentences about a field."""
    pool = _statements(world.trade)
    chosen = rng.sample(pool, min(2, len(pool)))
    label = words_for(field)
    return world.text(f"{label[:1].upper()}{label[1:]} of [brand]: {low(chosen[0])}. {chosen[-1]}. {NOTE}.")


def label(world: World, field: str, number: int, rng: random.Random) -> str:
    """A short name for one of several things."""
    pool = [
        *(one.title for one in world.trade.openings),
        *(one.title for one in world.trade.trends),
        *(one.name for one in world.trade.channels),
    ]
    return world.text(pool[(rng.randrange(len(pool)) + number) % len(pool)])


def plain_answer(world: World) -> str:
    """The answer to a question without a schema."""
    trade = world.trade
    return "\n\n".join(
        [
            f"{NOTE}: no model has read this. It is written from the words of the request.",
            world.text(
                f"About “{shorten(world.brief.request, 160)}”: a [category] for [audience] in {world.place.name} "
                "stands or falls with one need. "
                f"{trade.need}. {trade.promise}"
            ),
            world.text(f"What speaks for it: {low(trade.trends[0].title)}. {trade.trends[0].description}"),
            world.text(f"What speaks against it: {low(trade.risks[0].title)}. {trade.risks[0].response}."),
            world.text(f"The next step: {low(trade.openings[0].first_step)}."),
        ]
    )


def thoughts(world: World) -> str:
    """What stands in a summarized thinking block."""
    return world.text(
        f"({NOTE}.) The request is about a [category] for [audience] in {world.place.name}. I look at the need "
        "first, then at what "
        "competitors leave open, then at the figures that have to agree with each other."
    )


def _statements(trade: Trade) -> list[str]:
    return [
        trade.need,
        trade.difference,
        trade.proof,
        trade.advantage,
        *trade.operations,
        *(one.response for one in trade.risks),
        *(one.first_step for one in trade.openings),
        *(one.approach.rstrip(".") for one in trade.channels),
    ]
