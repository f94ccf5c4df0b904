"""What the branding agent asks of the model, and what it hands on.

Two drafts are filled by the model, one call each: the strategy (names, positioning, voice) and the
visuals (palette, type, a logo as a specification). `BrandIdentity` is the agent's output: both
drafts with what code computed from them: checks of the names, contrast ratios, corrected colours.
The model never draws: `logo.py` composes the SVG from the specification.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent_sdk.evidence import Assumption, Line, Paragraph

HexColour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]

Role = Literal["primary", "secondary", "accent", "background", "surface", "text"]
ROLES: tuple[Role, ...] = ("primary", "secondary", "accent", "background", "surface", "text")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- call 1: the strategy


class NameCandidate(_Model):
    """A name the business could carry."""

    name: Annotated[
        str, Field(min_length=2, max_length=24, description="The name as it is written, 2 to 24 characters.")
    ]
    style: Literal["descriptive", "metaphor", "invented", "compound", "person or place"]
    reason: Paragraph = Field(description="Why it fits: meaning, sound, what it promises, in which languages it works.")
    pronunciation: Line = Field(description="How it is said, respelled simply with the stressed syllable in capitals.")
    weakness: Line = Field(description="The strongest argument against it.")


class Positioning(_Model):
    """The place the brand takes in the customer's head."""

    audience: Line = Field(description="For whom.")
    need: Line = Field(description="The need or problem they have.")
    category: Line = Field(description="What kind of thing it is to them.")
    difference: Line = Field(description="What it does that the alternatives do not.")
    proof: Line = Field(description="Why that can be believed.")
    statement: Paragraph = Field(description="One sentence that joins the five.")


class VoiceSample(_Model):
    """A line the brand would say in one place."""

    place: Line = Field(description="Where it appears, for example 'home page', 'push message', 'complaint reply'.")
    text: Line


class Voice(_Model):
    """How the brand speaks."""

    traits: list[Line] = Field(
        min_length=3, max_length=4, description="Three or four traits, each with its limit: 'warm, never cute'."
    )
    do: list[Line] = Field(min_length=3, max_length=6)
    dont: list[Line] = Field(min_length=3, max_length=6)
    samples: list[VoiceSample] = Field(min_length=3, max_length=5)


class BrandStrategyDraft(_Model):
    """Names, positioning and voice."""

    candidates: list[NameCandidate] = Field(
        min_length=4, max_length=8, description="Names of at least three styles, the best first."
    )
    chosen: str = Field(description="The name of the recommended candidate, exactly as written in candidates.")
    chosen_because: Paragraph = Field(description="Why it wins over the second best.")
    tagline: Line = Field(description="At most eight words.")
    tagline_alternatives: list[Line] = Field(min_length=2, max_length=4)
    positioning: Positioning
    story: Paragraph = Field(
        description="Why this brand exists, in four to six sentences a founder could say aloud. No invented history."
    )
    values: list[Line] = Field(min_length=3, max_length=5, description="Each a value and what it costs to keep it.")
    voice: Voice
    assumptions: list[Assumption] = Field(
        max_length=10, description="What is assumed about audience, language and availability of the name."
    )
    confidence: float = Field(ge=0, le=1, description="How well strategy and request fit, 0 to 1.")

    @model_validator(mode="after")
    def _chosen_is_a_candidate(self) -> Self:
        names = [candidate.name for candidate in self.candidates]
        if self.chosen not in names:
            raise ValueError(f"chosen is {self.chosen!r}; it must be exactly one of the candidates {names}")
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError(f"two candidates have the same name: {names}")
        return self


# ---------------------------------------------------------------- call 2: the visuals


class PaletteColour(_Model):
    """One colour and its job."""

    role: Role = Field(
        description="Each role occurs exactly once: primary, secondary, accent, background, surface, text."
    )
    name: Line = Field(description="A short name taken from the brand's world.")
    hex: HexColour = Field(description="# and six hexadecimal digits.")
    reason: Line = Field(description="Why this colour in this role.")


class Typeface(_Model):
    """One family of letters and its job."""

    family: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 +-]{0,39}$", description="Name of an openly licensed family.")
    ]
    category: Literal["sans-serif", "serif", "monospace"]
    weights: list[Literal[300, 400, 500, 600, 700, 800]] = Field(min_length=1, max_length=4)
    reason: Line


class Typography(_Model):
    """The letters of the brand."""

    heading: Typeface
    body: Typeface
    scale_ratio: float = Field(
        ge=1.1, le=1.6, description="Each heading level is the one below times this; 1.125 calm to 1.5 loud."
    )


MarkFamily = Literal["monogram", "petals", "orbit", "wave", "facets", "sunrise", "ascent", "link", "leaf"]


class LogoSpec(_Model):
    """What the logo shall be; code draws it. No SVG, no coordinates."""

    concept: Paragraph = Field(
        description="The idea behind the mark and what it should be read as, two or three sentences."
    )
    family: MarkFamily = Field(
        description="Shape of the mark: monogram (initials), petals (flower, community), orbit (circles around a "
        "centre: technology, "
        "care), wave (flow, sound, water), facets (cut stone, precision), sunrise (morning, energy, baking), "
        "ascent (rising "
        "bars: growth, training, finance), link (joined rings: partnership, exchange), leaf (nature, food, "
        "sustainability)."
    )
    container: Literal["none", "circle", "rounded square", "hexagon"] = Field(description="Shape behind the mark.")
    elements: int = Field(
        ge=2, le=8, description="How many petals, rings, rays, bars or facets, 2 to 8; fewer is calmer."
    )
    initials: Annotated[
        str, Field(pattern=r"^[A-Z]{1,2}$", description="One or two capital letters A to Z for monogram and favicon.")
    ]
    wordmark_case: Literal["title", "lower", "upper"]
    wordmark_weight: Literal["light", "regular", "bold"]
    avoid: list[Line] = Field(max_length=4, description="What the mark must not be mistaken for.")


class BrandVisualsDraft(_Model):
    """Palette, letters and the specification of a logo."""

    palette: list[PaletteColour] = Field(min_length=6, max_length=6, description="Six colours, one for each role.")
    palette_idea: Paragraph = Field(
        description="What the colours have in common and what they should make people feel."
    )
    typography: Typography
    logo: LogoSpec
    imagery: Paragraph = Field(description="Photographs and illustrations: subject, light, what to avoid.")
    applications: list[Line] = Field(
        min_length=3, max_length=6, description="The first places this identity has to work, and how."
    )
    assumptions: list[Assumption] = Field(max_length=6)
    confidence: float = Field(ge=0, le=1, description="How well the visuals fit strategy and audience, 0 to 1.")

    @model_validator(mode="after")
    def _each_role_once(self) -> Self:
        roles = sorted(colour.role for colour in self.palette)
        if roles != sorted(ROLES):
            raise ValueError(f"palette must hold each of the roles {list(ROLES)} exactly once, got {roles}")
        return self


# ---------------------------------------------------------------- the output


CheckKind = Literal["length", "pronunciation", "same name", "spelling", "sound"]
Verdict = Literal["good", "look again", "clash", "unchecked"]


class NameTest(_Model):
    """One thing code looked at in a name."""

    kind: CheckKind
    verdict: Verdict = Field(
        description="'look again' is a reason to think, 'clash' a likely confusion with a competitor; 'unchecked' "
        "when there was nothing to compare with or the script is not known."
    )
    finding: str = Field(description="What was found, or why it could not be looked at.")


class NameCheck(_Model):
    """What code can say about a name. It does not look up registers."""

    name: str
    letters: int
    syllables: int = Field(description="Estimated from groups of vowels; 0 when the script is not Latin.")
    closest_competitor: str | None = Field(
        description="The known competitor whose name is most similar, null when none is known."
    )
    similarity: float = Field(description="Similarity to that competitor, 0 (nothing in common) to 1 (equal).")
    tests: list[NameTest] = Field(description="Every check with its verdict, in one order for all names.")
    remarks: list[str] = Field(description="What should be looked at; empty when nothing stands out.")


Correction = Literal["none", "contrast", "colour vision"]


class CheckedColour(_Model):
    """A palette colour as it may be used."""

    role: Role
    name: str
    hex: str = Field(description="The usable colour, #RRGGBB in capitals.")
    proposed_hex: str = Field(description="What the model proposed; differs from hex when it had to be corrected.")
    correction: Correction = Field(description="Why code made it lighter or darker.")
    reason: str
    on_hex: str = Field(
        description="The colour for letters on this one: the palette's text or background, black or white."
    )
    on_ratio: float = Field(description="Contrast ratio of on_hex on this colour (WCAG 2.2), 1 to 21.")


class ContrastPair(_Model):
    """A pair of colours that meet in use, with its WCAG 2.2 contrast ratio."""

    foreground: Role
    background: Role
    use: str
    ratio: float
    required: float = Field(description="4.5 for text, 3 for large text and shapes.")
    passes: bool
    grade: Literal["AAA", "AA", "AA large", "fail"]


class VisionPair(_Model):
    """Two colours that carry a meaning, and how different they look to each kind of colour vision.

    Differences are deltaEOK: 0 is equal, about 0.02 just noticeable, 1 black against white. The lesser visions are
    simulated by the model of Machado, Oliveira and Fernandes (2009).
    """

    first: Role
    second: Role
    usual: float
    protan: float = Field(description="Without the receptors for red.")
    deutan: float = Field(description="Without the receptors for green.")
    tritan: float = Field(description="Without the receptors for blue.")
    required: float = Field(description="The least difference that counts as told apart.")
    passes: bool = Field(description="Whether every vision tells them apart.")


class LogoFile(_Model):
    """An artifact that shows the logo."""

    artifact: str = Field(description="Name of the artifact, for example logo.svg.")
    use: str


class BrandIdentity(_Model):
    """Output of the agent: the brand with its computed checks. The drawings are artifacts of the same task."""

    name: str = Field(description="The recommended name.")
    name_because: str
    candidates: list[NameCandidate]
    name_checks: list[NameCheck]
    tagline: str
    tagline_alternatives: list[str]
    positioning: Positioning
    story: str
    values: list[str]
    voice: Voice
    palette: list[CheckedColour]
    palette_idea: str
    contrast: list[ContrastPair]
    colour_vision: list[VisionPair]
    typography: Typography
    logo: LogoSpec
    logo_files: list[LogoFile]
    imagery: str
    applications: list[str]
    used_research: bool = Field(description="True when the result of a market research was at hand.")
    assumptions: list[Assumption]
    confidence: float = Field(description="The model's own rating, lowered by rules of the agent, 0 to 1.")
    confidence_reasons: list[str] = Field(description="Why it was lowered; empty when it was not.")
    simulated: bool = Field(description="True when the offline model wrote any part of it.")
