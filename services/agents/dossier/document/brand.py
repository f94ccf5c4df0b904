"""The brand as Markdown."""

from collections.abc import Iterator, Sequence

from agent_sdk import markdown as md
from agent_sdk.colour_vision import VISIONS
from services.agents.dossier.chapters.brand import BrandChapter, NameRow
from services.agents.dossier.wording import capital


def brand_text(chapter: BrandChapter) -> Iterator[str]:
    """The brand."""
    brand = chapter.brand
    yield "## Brand"
    yield f"**{md.line(brand.name)}**" if brand.name else ""
    yield md.line(brand.positioning.statement)
    if chapter.tiles:
        yield "### Logo"
        yield md.line(brand.logo.concept)
        shown = ([chapter.board] if chapter.board else []) + [tile.drawing for tile in chapter.tiles]
        files = {each.name: each for each in shown}.values()
        yield md.table(("File", "Use"), [(md.line(each.name), md.line(each.use or each.title)) for each in files])
    if chapter.swatches:
        yield "### Colours"
        yield md.line(brand.palette_idea)
        rows = [
            (
                md.line(each.colour.role),
                md.line(each.colour.name),
                each.colour.hex.upper(),
                f"{each.letters}: {each.ratio} : 1, {each.grade}",
                md.line(each.colour.reason),
            )
            for each in chapter.swatches
        ]
        yield md.table(("Role", "Name", "Colour", "Letters on it", "Why"), rows)
    if chapter.pairs:
        pairs = [
            (
                md.line(f"{pair.foreground.role} on {pair.background.role}"),
                md.line(pair.use),
                f"{pair.ratio} : 1",
                f"{pair.required} : 1",
                "yes" if pair.passes else "no",
            )
            for pair in chapter.pairs
        ]
        yield md.table(("Colours that meet", "Used for", "Measured", "Needed", "Enough"), pairs, right=(2, 3))
    if chapter.visions:
        looks = [
            (
                md.line(f"{row.first.role} and {row.second.role}"),
                *(f"{seen.difference}{'' if seen.apart else ' (too close)'}" for seen in row.seen),
            )
            for row in chapter.visions
        ]
        yield md.table(("Seen with other eyes (deltaEOK)", *(capital(each) for each in VISIONS)), looks)
    faces = [
        (job, face) for job, face in (("Headings", brand.typography.heading), ("Text", brand.typography.body)) if face
    ]
    if faces:
        yield "### Letters"
        yield md.table(
            ("For", "Family", "Kind", "Why"),
            [(job, md.line(face.family), md.line(face.category), md.line(face.reason)) for job, face in faces],
        )
    if chapter.names:
        yield "### The name"
        yield md.line(brand.name_because)
        names = [
            (
                f"**{md.line(row.candidate.name)}**" if row.chosen else md.line(row.candidate.name),
                md.line(row.candidate.pronunciation),
                md.line(row.candidate.reason),
                md.line(row.candidate.weakness),
                md.line("; ".join(_checked(row))),
            )
            for row in chapter.names
        ]
        yield md.table(("Name", "Said", "For it", "Against it", "Checked by code"), names)
    if brand.voice.traits or brand.voice.do or brand.voice.samples:
        yield "### How it speaks"
        yield md.bullets(brand.voice.traits)
        yield from _listed("It does", brand.voice.do)
        yield from _listed("It does not", brand.voice.dont)
        if brand.voice.samples:
            yield md.table(
                ("Where", "What it says"), [(md.line(each.place), md.line(each.text)) for each in brand.voice.samples]
            )
    if brand.story or brand.values:
        yield "### Why it exists"
        yield md.text(brand.story)
        yield md.bullets(brand.values)
    if brand.imagery or brand.applications:
        yield "### In use"
        yield md.text(brand.imagery)
        yield md.bullets(brand.applications)


def _checked(row: NameRow) -> Sequence[str]:
    """What code found, in full or, from agents that tell no more, the remarks."""
    return [f"{test.kind}: {test.verdict}, {test.finding}" for test in row.tests] or row.remarks


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield md.bullets(items)
