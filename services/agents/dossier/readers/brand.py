"""The part of a brand identity that a dossier shows."""

from typing import Annotated

from pydantic import Field

from services.agents.dossier.readers.lenient import Lenient, Name, Text
from services.agents.dossier.readers.shared import Result

Hex = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""A colour. The pattern lets it stand in a style sheet without further ado."""

Family = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 +-]{0,39}$")]
"""Name of a family of letters; the same holds."""

Ratio = Annotated[float, Field(ge=1, le=21)]
"""A contrast ratio by WCAG."""


class Candidate(Lenient):
    """A name the business could carry."""

    name: Name
    style: Text = ""
    reason: Text = ""
    pronunciation: Text = ""
    weakness: Text = ""


class NameTest(Lenient):
    """One thing code looked at in a name."""

    kind: Name
    verdict: Text = ""
    finding: Text = ""


class NameCheck(Lenient):
    """What code found out about a name."""

    name: Name
    tests: tuple[NameTest, ...] = ()
    remarks: tuple[Text, ...] = ()


class Positioning(Lenient):
    """The place in the customer's head."""

    audience: Text = ""
    need: Text = ""
    category: Text = ""
    difference: Text = ""
    proof: Text = ""
    statement: Text = ""


class Sample(Lenient):
    """A line the brand would say."""

    place: Text = ""
    text: Name


class Voice(Lenient):
    """How the brand speaks."""

    traits: tuple[Text, ...] = ()
    do: tuple[Text, ...] = ()
    dont: tuple[Text, ...] = ()
    samples: tuple[Sample, ...] = ()


class Colour(Lenient):
    """A colour of the palette and its job."""

    role: Name
    hex: Hex
    name: Text = ""
    proposed_hex: Hex | None = None
    correction: Text = ""
    reason: Text = ""


class ContrastPair(Lenient):
    """Two colours that meet in use."""

    foreground: Name
    background: Name
    use: Text = ""
    required: Ratio | None = None


class VisionPair(Lenient):
    """Two colours that have to be told apart by every colour vision."""

    first: Name
    second: Name


class Typeface(Lenient):
    """A family of letters and its job."""

    family: Family
    category: Text = "sans-serif"
    weights: tuple[int, ...] = ()
    reason: Text = ""


class Typography(Lenient):
    """The letters of the brand."""

    heading: Typeface | None = None
    body: Typeface | None = None
    scale_ratio: float | None = Field(default=None, gt=1, le=2)


class LogoSpec(Lenient):
    """The idea of the logo."""

    concept: Text = ""
    avoid: tuple[Text, ...] = ()


class LogoFile(Lenient):
    """A file that shows the logo."""

    artifact: Name
    use: Text = ""


class Brand(Result):
    """A brand identity."""

    name: Text = ""
    name_because: Text = ""
    candidates: tuple[Candidate, ...] = ()
    name_checks: tuple[NameCheck, ...] = ()
    tagline: Text = ""
    tagline_alternatives: tuple[Text, ...] = ()
    positioning: Positioning = Positioning()
    story: Text = ""
    values: tuple[Text, ...] = ()
    voice: Voice = Voice()
    palette: tuple[Colour, ...] = ()
    palette_idea: Text = ""
    contrast: tuple[ContrastPair, ...] = ()
    colour_vision: tuple[VisionPair, ...] = ()
    typography: Typography = Typography()
    logo: LogoSpec = LogoSpec()
    logo_files: tuple[LogoFile, ...] = ()
    imagery: Text = ""
    applications: tuple[Text, ...] = ()
