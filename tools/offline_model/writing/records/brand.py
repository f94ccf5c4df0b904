"""Records for branding: names, positioning, voice, colours, letters, the specification of a logo."""

import re

from tools.offline_model.writing.records.shared import Record, assumptions, basics, lines, low
from tools.offline_model.writing.trades.shape import Colour, Font
from tools.offline_model.writing.world import NOTE, World

_ROLES = ("primary", "secondary", "accent", "background", "surface", "text")


def brand(world: World) -> Record:
    """Everything a brand may be asked for."""
    trade, names = world.trade, world.names
    best, second = names[0], names[1]
    taglines = list(trade.taglines)
    world.draw("taglines", world.brief.feedback).shuffle(taglines)
    return {
        **basics(world),
        "name": world.brand,
        "brand_name": world.brand,
        "candidates": [
            {
                "name": one.name,
                "style": one.style,
                "reason": f"{world.text(one.reason)} {NOTE}; registers were not searched."
                if index == 0
                else world.text(one.reason),
                "pronunciation": one.pronunciation,
                "weakness": world.text(one.weakness),
                "score": 0.9 - index * 0.08,
                "available": False,
            }
            for index, one in enumerate(names)
        ],
        "chosen": best.name,
        "recommended": best.name,
        "chosen_because": world.text(
            f"{best.name} wins over {second.name}: {low(best.reason)} {second.name} would work too, but "
            f"{low(second.weakness)}"
        ),
        "tagline": taglines[0],
        "tagline_alternatives": taglines[1:],
        "taglines": taglines,
        "positioning": positioning(world),
        "story": world.text(
            f"[brand] begins with an observation in {world.place.name}: {low(trade.need)} is what [audience] miss. "
            f"{trade.gap} So "
            f"we build a [category] that does one thing better than anybody: {low(trade.difference)}. We say "
            "plainly what it costs and "
            "what it cannot do. If it works, people will not talk about us but about their day."
        ),
        "values": lines(world, trade.values),
        "personality": list(trade.traits),
        "voice": voice(world),
        "tone_of_voice": voice(world),
        **visuals(world),
        "summary": world.text(f"[brand]: {taglines[0]}. A [category] for [audience]. {NOTE}."),
        "headline": f"{world.brand}: {taglines[0]}",
        "assumptions": assumptions(
            (f"The name {best.name} is free in the trade '{trade.label}'", "No register has been searched"),
            (world.text("[audience] read the language the name was made for"), "Follows from the request"),
        ),
    }


def positioning(world: World) -> Record:
    """The place in the customer's head."""
    trade = world.trade
    feature = f" with {world.brief.feature}" if world.brief.feature else ""
    also = "and who" if re.search(r"\b(?:who|that|whose)\b", world.audience) else "who"
    return {
        "audience": world.audience[:1].upper() + world.audience[1:],
        "need": trade.need,
        "category": world.category[:1].upper() + world.category[1:],
        "difference": world.text(trade.difference),
        "proof": trade.proof,
        "statement": world.text(
            f"For [audience] {also} look for {low(trade.need)}, [brand] is the [category]{feature} with a difference: "
            f"{low(trade.difference)}."
        ),
    }


def voice(world: World) -> Record:
    """How the brand speaks."""
    trade = world.trade
    return {
        "traits": list(trade.traits),
        "do": [
            "Say the number, the date and the price in the first sentence",
            world.text("Use the words [customers] use themselves"),
            "Admit what does not work yet",
            "End with one thing to do",
        ],
        "dont": [
            "Promise what the offer cannot keep",
            "Use three adjectives where one verb would do",
            world.text("Talk about ourselves before the [customer]"),
            "Frighten people into buying",
        ],
        "samples": [{"place": place, "text": world.text(text)} for place, text in trade.samples],
        "description": "; ".join(trade.traits),
    }


def visuals(world: World) -> Record:
    """Colours, letters, logo."""
    palette, trade = world.palette, world.trade
    family, container, idea = world.mark
    colours: dict[str, Colour] = {role: getattr(palette, role) for role in _ROLES}
    swatches = [
        {
            "role": role,
            "name": one.name,
            "hex": one.hex,
            "value": one.hex,
            "reason": f"{one.reason[:1].upper()}{one.reason[1:]}",
            "usage": role,
        }
        for role, one in colours.items()
    ]
    letters = [word[0] for word in re.findall(r"[A-Za-z]+", world.brand)]
    return {
        "palette": swatches,
        "colors": swatches,
        **{f"{role}_color": one.hex for role, one in colours.items()},
        "palette_idea": palette.idea,
        "typography": {
            "heading": font(trade.heading),
            "body": font(trade.body),
            "scale_ratio": world.draw("scale").choice((1.2, 1.25, 1.333)),
        },
        "fonts": [font(trade.heading), font(trade.body)],
        "logo": {
            "concept": world.text(f"{idea} {NOTE}."),
            "family": family,
            "container": container,
            "elements": world.draw("elements", world.brief.feedback).randint(3, 6),
            "initials": "".join(letters[:2]).upper() or "HJ",
            "wordmark_case": world.draw("case").choice(("title", "lower")),
            "wordmark_weight": world.draw("weight").choice(("regular", "bold")),
            "avoid": ["A loading symbol", world.text(f"The sign of {trade.rivals[0].name}")],
            "description": world.text(idea),
            "symbol": family,
            "shape": container,
        },
        "imagery": world.text(trade.imagery),
        "applications": lines(world, trade.applications),
    }


def font(one: Font) -> Record:
    """A family of letters."""
    return {
        "family": one.family,
        "name": one.family,
        "category": one.category,
        "weights": [400, 600, 700],
        "reason": f"{one.reason[:1].upper()}{one.reason[1:]}",
    }
