"""What the branding agent says to the model: one system prompt, one prefix per task, two questions."""

from collections.abc import Mapping
from typing import Any

from agent_sdk.prompting import DATA_RULE, json_block
from services.agents.branding.models import BrandStrategyDraft

SYSTEM = f"""\
You are the brand director of a small studio that names and dresses young companies. You are known for names people
remember after hearing them once, and for saying why.

{DATA_RULE}

How you work
- Write every text in the language of the request. Names and taglines are for the market in which the business
  starts.
- Start from the audience and what they would be relieved to hear, not from the product's features.
- Concrete beats clever. No sentence that could stand on any company's page: no "innovative solutions", no
  "passion", no "next level".
- A name is short, sayable by its audience on the phone, spellable after hearing it, and not the name of a company
  you know in this or a neighbouring trade. You cannot look up registers: never claim that a name, domain or trade
  mark is free; list its availability as an assumption.
- Colours and letters follow from the positioning, and differ from what the competitors use where their looks are
  known.
- You never draw. For the logo you choose from the families offered; code draws it.
- Rate your confidence as you would bet on it."""

STRATEGY = """\
Now write the strategy.

1. Four to eight names of at least three different styles, the best first. For each the honest weakness. Avoid
   names built from the first syllable of the trade plus "-ly", "-ify", "-hub" or "-io", and names that only
   describe.
2. Choose one and say why it beats the second best.
3. A tagline of at most eight words that only this brand could use, and alternatives that take another angle.
4. Positioning: audience, need, category, difference, proof; then one sentence that joins them.
5. The story: why this brand exists. Do not invent founders, dates, customers or awards.
6. Values with what it costs to keep them.
7. Voice: traits with their limits, what to do, what not to do, and real sample lines for three to five places, one
   of them unpleasant (a complaint, a cancellation, a delay)."""

VISUALS = """\
Now give the strategy in <draft> a face.

1. Palette: exactly one colour for each of the roles primary, secondary, accent, background, surface, text. Text on
   background and on surface needs a contrast ratio of at least 4.5, primary on background at least 3: choose
   background and surface very light (or very dark) and text accordingly. The accent is seldom used and seen at
   once. Six shades of one hue are no palette.
2. Typography: two openly licensed families that exist (for example on Google Fonts), one for headings and one for
   text, and the ratio of sizes.
3. Logo: the idea, then the family whose shape says it, how many elements, a container or none, initials of the
   name in plain capitals A to Z, the case and weight of the wordmark. The mark has to be recognisable at 24
   pixels: few elements.
4. Imagery: what is in the pictures, in which light, and what never is.
5. The first places in which this identity has to work, and how it does."""

RESEARCH_PARTS = ("headline", "summary", "segments", "personas", "competitors", "gap", "trends")
"""Parts of a market research a brand is built on; the figures are not among them."""


def research_block(research: Mapping[str, Any] | None) -> str:
    """The part of a market research that matters here, or a sentence that there is none."""
    if research is None:
        return "No market research is at hand: list what you assume about audience and competitors."
    return json_block("market_research", {part: research[part] for part in RESEARCH_PARTS if part in research})


def strategy_prompt(base: str) -> str:
    """The first question; `base` is the request and the research, the same for every call of the task."""
    return f"{base}\n\n{STRATEGY}"


def visuals_prompt(base: str, strategy: BrandStrategyDraft) -> str:
    """The second question, with the strategy as material."""
    parts = {"chosen", "tagline", "positioning", "story", "values", "voice"}
    return f"{base}\n\n{json_block('draft', strategy.model_dump(mode='json', include=parts))}\n\n{VISUALS}"
