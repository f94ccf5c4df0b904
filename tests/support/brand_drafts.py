"""A brand as a good model would fill its drafts: that of the running app."""

from agent_sdk.evidence import Assumption
from services.agents.branding.models import (
    BrandStrategyDraft,
    BrandVisualsDraft,
    LogoSpec,
    NameCandidate,
    PaletteColour,
    Positioning,
    Typeface,
    Typography,
    Voice,
    VoiceSample,
)

PALETTE = {
    "primary": "#1F3A93",
    "secondary": "#3FA7D6",
    "accent": "#F2711C",
    "background": "#FFFFFF",
    "surface": "#F3F6FB",
    "text": "#16213A",
}


def palette(**changes: str) -> list[PaletteColour]:
    """Six colours, some of them changed."""
    return [
        PaletteColour.model_validate({"role": role, "name": f"The {role}", "hex": code, "reason": "It fits"})
        for role, code in (PALETTE | changes).items()
    ]


def brand_strategy(chosen: str = "Stridewell") -> BrandStrategyDraft:
    """Four names and a voice."""
    return BrandStrategyDraft(
        candidates=[_name(name) for name in (chosen, "Second Wind", "Laufreif", "Kilometa")],
        chosen=chosen,
        chosen_because="It promises a way, not a record.",
        tagline="Further, for longer",
        tagline_alternatives=["Run on", "The next twenty years"],
        positioning=Positioning(
            audience="Runners over fifty",
            need="Running without injury",
            category="A training app",
            difference="Plans that count recovery",
            proof="Made with sports physicians",
            statement="For runners over fifty, the app that counts recovery.",
        ),
        story="Most plans are made for the young. We run on.",
        values=["Patience: we never push", "Honesty: we say when to rest", "Respect: no jokes about age"],
        voice=Voice(
            traits=["warm, never cute", "calm, never slow", "exact, never medical"],
            do=["Say what comes next", "Praise rest", "Use plain words"],
            dont=["Shout", "Compare with the young", "Use slang"],
            samples=[
                VoiceSample(place=place, text="Rest is part of the plan.") for place in ("home", "push", "complaint")
            ],
        ),
        assumptions=[Assumption(statement="The name is free", basis="Not looked up")],
        confidence=0.8,
    )


def _name(name: str) -> NameCandidate:
    return NameCandidate(
        name=name, style="metaphor", reason="Sounds like a way.", pronunciation="STRIDE-well", weakness="English"
    )


def logo_spec(**changes: object) -> LogoSpec:
    """A sunrise without container, some of it changed."""
    fields: dict[str, object] = {
        "concept": "A sun that rises over a long road.",
        "family": "sunrise",
        "container": "none",
        "elements": 5,
        "initials": "S",
        "wordmark_case": "title",
        "wordmark_weight": "regular",
        "avoid": ["A weather app"],
    }
    return LogoSpec.model_validate(fields | changes)


def brand_visuals(**logo: object) -> BrandVisualsDraft:
    """A palette, two families, a logo."""
    face = Typeface(family="Source Sans 3", category="sans-serif", weights=[400, 700], reason="Readable at any age")
    return BrandVisualsDraft(
        palette=palette(),
        palette_idea="Morning on the road.",
        typography=Typography(heading=face, body=face, scale_ratio=1.25),
        logo=logo_spec(**logo),
        imagery="People of the right age, early light, no stock smiles.",
        applications=["App icon", "Shirt", "Club poster"],
        assumptions=[],
        confidence=0.75,
    )
