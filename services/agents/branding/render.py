"""The brand as Markdown for people: the decision first, then what backs it."""

from agent_sdk import markdown as md
from agent_sdk.colour_vision import APART
from services.agents.branding.models import BrandIdentity, CheckedColour, Typeface, Verdict


def render(brand: BrandIdentity) -> str:
    """The whole brand book."""
    parts = [
        f"# {md.line(brand.name)}\n\n**{md.line(brand.tagline)}**",
        md.SIMULATED if brand.simulated else "",
        f"![Logo](logo.svg)\n\n{md.text(brand.name_because)}",
        "Or: " + " · ".join(md.line(each) for each in brand.tagline_alternatives),
        _positioning(brand),
        f"## Story\n\n{md.text(brand.story)}\n\n### Values\n\n{md.bullets(brand.values)}",
        _names(brand),
        _voice(brand),
        _palette(brand),
        _typography(brand),
        _logo(brand),
        f"## Imagery\n\n{md.text(brand.imagery)}",
        f"## First applications\n\n{md.bullets(brand.applications)}",
        f"## Assumptions\n\n{md.assumptions(brand.assumptions)}",
        _basis(brand),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _positioning(brand: BrandIdentity) -> str:
    place = brand.positioning
    parts = {
        "For": place.audience,
        "Need": place.need,
        "What it is": place.category,
        "Difference": place.difference,
        "Proof": place.proof,
    }
    listed = "\n".join(f"- **{name}**: {md.line(said)}" for name, said in parts.items())
    return f"## Positioning\n\n> {md.line(place.statement)}\n\n{listed}"


def _names(brand: BrandIdentity) -> str:
    rows = [
        (
            _chosen(each.name, brand),
            each.style,
            md.line(each.pronunciation),
            md.line(each.reason),
            md.line(each.weakness),
        )
        for each in brand.candidates
    ]
    checks = [
        (_chosen(check.name, brand), test.kind, VERDICTS[test.verdict], md.line(test.finding))
        for check in brand.name_checks
        for test in check.tests
    ]
    return (
        f"## Names considered\n\n{md.table(('Name', 'Style', 'Said', 'For it', 'Against it'), rows)}\n\n"
        f"### Checked by code\n\n{md.table(('Name', 'Check', 'Verdict', 'Found'), checks)}\n\n"
        "Pronunciation and sound are guessed from letters by a heuristic that knows no language. Compared are the "
        "competitors of the research. No trade mark register or domain was looked up: do that before printing "
        "anything."
    )


VERDICTS: dict[Verdict, str] = {
    "good": "good",
    "look again": "**look again**",
    "clash": "**clash**",
    "unchecked": "*unchecked*",
}


def _chosen(name: str, brand: BrandIdentity) -> str:
    return f"**{md.line(name)}**" if name == brand.name else md.line(name)


def _voice(brand: BrandIdentity) -> str:
    voice = brand.voice
    samples = md.table(("Where", "What we say"), [(md.line(each.place), md.line(each.text)) for each in voice.samples])
    rules = f"**Do**\n\n{md.bullets(voice.do)}\n\n**Do not**\n\n{md.bullets(voice.dont)}"
    return f"## Voice\n\n{md.bullets(voice.traits)}\n\n{rules}\n\n{samples}"


def _palette(brand: BrandIdentity) -> str:
    colours = [
        (
            each.role,
            md.line(each.name),
            _usable(each),
            f"`{each.on_hex}` ({md.compact(each.on_ratio)})",
            md.line(each.reason),
        )
        for each in brand.palette
    ]
    pairs = [
        (
            f"{each.foreground} on {each.background}",
            md.line(each.use),
            md.compact(each.ratio),
            md.compact(each.required),
            each.grade if each.passes else f"**{each.grade}**",
        )
        for each in brand.contrast
    ]
    visions = [
        (
            f"{each.first} and {each.second}",
            *(f"{value:.2f}" for value in (each.usual, each.protan, each.deutan, each.tritan)),
            "yes" if each.passes else "**no**",
        )
        for each in brand.colour_vision
    ]
    return (
        f"## Colours\n\n{md.text(brand.palette_idea)}\n\n"
        f"{md.table(('Role', 'Name', 'Colour', 'Letters on it (contrast)', 'Why'), colours)}\n\n"
        "### Contrast\n\nComputed by WCAG 2.2.\n\n"
        f"{md.table(('Pair', 'Use', 'Ratio', 'Needed', 'Grade'), pairs, right=(2, 3))}\n\n"
        "### Seen with other eyes\n\nDifference of colours that carry a meaning (deltaEOK; at least "
        f"{APART:g} counts as told apart), by usual vision and, after Machado, Oliveira and Fernandes (2009), "
        "without the receptors for red (protan), green (deutan), blue (tritan).\n\n"
        f"{md.table(('Pair', 'Usual', 'Protan', 'Deutan', 'Tritan', 'Told apart'), visions, right=(1, 2, 3, 4))}"
    )


def _usable(colour: CheckedColour) -> str:
    if colour.correction == "none":
        return f"`{colour.hex}`"
    return f"`{colour.hex}` (proposed `{colour.proposed_hex}`, corrected for {colour.correction})"


def _typography(brand: BrandIdentity) -> str:
    def row(use: str, face: Typeface) -> tuple[str, ...]:
        return (
            use,
            md.line(face.family),
            face.category,
            ", ".join(str(weight) for weight in face.weights),
            md.line(face.reason),
        )

    faces = brand.typography
    table = md.table(
        ("For", "Family", "Kind", "Weights", "Why"), [row("Headings", faces.heading), row("Text", faces.body)]
    )
    return f"## Typography\n\n{table}\n\nEach heading level is the one below times {faces.scale_ratio:g}."


def _logo(brand: BrandIdentity) -> str:
    files = md.table(("File", "Use"), [(f"`{each.artifact}`", md.line(each.use)) for each in brand.logo_files])
    avoid = f"\n\nMust not be mistaken for:\n\n{md.bullets(brand.logo.avoid)}" if brand.logo.avoid else ""
    return f"## Logo\n\n{md.text(brand.logo.concept)}\n\n{files}{avoid}"


def _basis(brand: BrandIdentity) -> str:
    used = (
        "Built on the market research of this workflow." if brand.used_research else "No market research was at hand."
    )
    return f"## Confidence\n\n{used} {md.confidence(brand.confidence, brand.confidence_reasons)}"
