"""The branding agent: strategy and visuals from the model; checks, corrections and drawings from code."""

from collections.abc import Mapping
from typing import Any

from agent_sdk import Agent, AgentCard, Outcome, TaskContext, TaskInput
from agent_sdk.evidence import SIMULATED_LIMIT, Rating
from agent_sdk.prompting import request_block
from services.agents.branding import prompt
from services.agents.branding.board import Board, draw_board
from services.agents.branding.logo import Drawing, Logo, draw_logo
from services.agents.branding.models import (
    BrandIdentity,
    BrandStrategyDraft,
    BrandVisualsDraft,
    LogoFile,
)
from services.agents.branding.naming import check_names, clashes
from services.agents.branding.palette import check_palette, contrast_pairs, vision_pairs
from services.agents.branding.render import render

RESEARCH = "market_research"
"""Agent type whose result the brand is built on when there is one."""

UNRESEARCHED_LIMIT = 0.7
"""Confidence without a market research."""

CLASH_LIMIT = 0.4
"""Confidence when the chosen name may be confused with a competitor's."""


class BrandingAgent(Agent[BrandIdentity]):
    """Names a business, finds its voice, and draws its logo."""

    card = AgentCard(
        type="branding",
        title="Brand designer",
        description="Proposes names with reasons, positioning, tagline and voice, a palette with computed contrast, "
        "typography, a logo as SVG in several variants, and a brand board.",
        version="1",
        capabilities=("brand_identity", "naming", "logo"),
        consumes=(RESEARCH,),
        output=BrandIdentity,
        capacity=4,
        uses_model=True,
    )

    async def execute(self, context: TaskContext, task: TaskInput) -> Outcome[BrandIdentity]:
        """Two model calls, then checks and drawings."""
        upstream = task.inputs.get(RESEARCH)
        research = upstream.json() if upstream else None
        opening = request_block(task.request, instructions=task.instructions, feedback=task.feedback)
        base = f"{opening}\n\n{prompt.research_block(research)}"

        looked = "Reading the market research" if research else "No market research at hand: starting from the request"
        await context.progress(0.05, f"{looked}; looking for a name, a position and a voice")
        first = await context.model.generate(
            BrandStrategyDraft, system=prompt.SYSTEM, prompt=prompt.strategy_prompt(base), purpose="brand strategy"
        )

        strategy = first.output
        # For who works beside: the drawings take a while yet, the name stands.
        await context.publish("brand.name", strategy.chosen)
        await context.progress(
            0.5, f"{len(strategy.candidates)} names weighed, '{strategy.chosen}' chosen; choosing colours and a mark"
        )
        second = await context.model.generate(
            BrandVisualsDraft,
            system=prompt.SYSTEM,
            prompt=prompt.visuals_prompt(base, strategy),
            purpose="brand visuals",
        )

        await context.progress(0.9, "Measuring contrast and colour vision, drawing the logo and the brand board")
        simulated = first.simulated or second.simulated or bool(upstream and upstream.simulated)
        brand, drawings = assemble(strategy, second.output, research, simulated=simulated)
        for drawing in drawings:
            await context.artifact(drawing.name, drawing.svg, media_type="image/svg+xml", title=drawing.title)
        await context.artifact(
            "brand.md", render(brand), media_type="text/markdown", title=f"Brand book of {brand.name}"
        )
        return Outcome(
            output=brand,
            summary=f"{brand.name}: {brand.tagline}",
            confidence=brand.confidence,
            simulated=simulated,
        )


def assemble(
    strategy: BrandStrategyDraft, visuals: BrandVisualsDraft, research: Mapping[str, Any] | None, *, simulated: bool
) -> tuple[BrandIdentity, list[Drawing]]:
    """Join the drafts with what code computes from them: checks, corrected colours, drawings."""
    palette = check_palette(visuals.palette)
    logo = Logo.of(strategy.chosen, visuals.logo, palette)
    board = Board(logo=logo, strategy=strategy, palette=palette, typography=visuals.typography, simulated=simulated)
    drawings = [*draw_logo(logo), draw_board(board)]
    checks = check_names(strategy.candidates, competitor_names(research))
    clash = clashes(next(check for check in checks if check.name == strategy.chosen))
    rating = Rating(min(strategy.confidence, visuals.confidence))
    rating.cap(SIMULATED_LIMIT, "The offline model wrote it", when=simulated)
    rating.cap(UNRESEARCHED_LIMIT, "No market research was at hand", when=research is None)
    rating.cap(CLASH_LIMIT, "The chosen name may be confused with a competitor's", when=clash)
    brand = BrandIdentity(
        name=strategy.chosen,
        name_because=strategy.chosen_because,
        candidates=strategy.candidates,
        name_checks=checks,
        tagline=strategy.tagline,
        tagline_alternatives=strategy.tagline_alternatives,
        positioning=strategy.positioning,
        story=strategy.story,
        values=strategy.values,
        voice=strategy.voice,
        palette=palette,
        palette_idea=visuals.palette_idea,
        contrast=contrast_pairs(palette),
        colour_vision=vision_pairs(palette),
        typography=visuals.typography,
        logo=visuals.logo,
        logo_files=[LogoFile(artifact=drawing.name, use=drawing.use) for drawing in drawings],
        imagery=visuals.imagery,
        applications=visuals.applications,
        used_research=research is not None,
        assumptions=[*strategy.assumptions, *visuals.assumptions],
        confidence=rating.value,
        confidence_reasons=rating.reasons,
        simulated=simulated,
    )
    return brand, drawings


def competitor_names(research: Mapping[str, Any] | None) -> list[str] | None:
    """Names of the competitors a research found, None without one; what does not look like a name is passed over."""
    if research is None:
        return None
    found = research.get("competitors")
    if not isinstance(found, list):
        return []
    return [each["name"] for each in found if isinstance(each, dict) and isinstance(each.get("name"), str)]
