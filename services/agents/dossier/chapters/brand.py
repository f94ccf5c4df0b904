"""The chapter on the brand: names, drawings on the grounds they are made for, colours with measured contrast."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.agents.dossier.colour import TEXT, WHITE, contrast, grade, letters_on, luminance, shown
from services.agents.dossier.material import Drawing, Material
from services.agents.dossier.readers.brand import Brand, Candidate, Colour, NameCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A drawing on a ground."""

    drawing: Drawing
    ground: str
    ink: str
    """What `currentColor` means inside the drawing."""
    small: bool
    """Whether it is an icon, shown in several sizes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A colour with what can be read on it."""

    colour: Colour
    letters: str
    """The colour for text on it: the palette's own, or black or white."""
    ratio: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two colours that meet, measured."""

    use: str
    foreground: Colour
    background: Colour
    ratio: str
    required: str
    passes: bool
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """A name candidate with what code found out about it."""

    candidate: Candidate
    chosen: bool
    remarks: tuple[str, ...]
    check: NameCheck | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandChapter:
    """The brand as it is shown."""

    brand: Brand
    tiles: tuple[Tile, ...]
    swatches: tuple[Swatch, ...]
    pairs: tuple[Pair, ...]
    names: tuple[NameRow, ...]


def brand_chapter(material: Material) -> BrandChapter | None:
    """The chapter, or None without a brand."""
    brand = material.brand
    if not brand:
        return None
    return BrandChapter(
        brand=brand,
        tiles=tuple(_tiles(brand, list(material.drawings.values()))),
        swatches=tuple(_swatches(brand)),
        pairs=tuple(_pairs(brand)),
        names=tuple(_names(brand)),
    )


def _roles(brand: Brand) -> dict[str, str]:
    return {colour.role.lower(): colour.hex.upper() for colour in brand.palette}


def _tiles(brand: Brand, drawings: list[Drawing]) -> Iterator[Tile]:
    """Each drawing on the ground its name speaks of; one colour is shown on light and on dark."""
    roles = _roles(brand)
    light, dark = roles.get("background", WHITE), roles.get("text", "#1B2228")
    if luminance(light) < luminance(dark):
        light, dark = dark, light
    for drawing in sorted(drawings, key=lambda each: "mono" in each.name.lower() or "icon" in each.name.lower()):
        stem = drawing.name.rsplit(".", 1)[0].lower()
        icon = any(word in stem for word in ("favicon", "icon"))
        if "mono" in stem:
            yield Tile(drawing=drawing, ground=light, ink=letters_on(light, dark), small=False)
            yield Tile(drawing=drawing, ground=dark, ink=letters_on(dark, light), small=False)
        else:
            ground = roles.get("primary", dark) if "reversed" in stem else roles.get("background", light)
            yield Tile(drawing=drawing, ground=ground, ink=letters_on(ground, light, dark), small=icon)


def _swatches(brand: Brand) -> Iterator[Swatch]:
    roles = _roles(brand)
    own = [roles[role] for role in ("text", "background") if role in roles]
    for colour in brand.palette:
        letters = letters_on(colour.hex, *own)
        ratio = contrast(letters, colour.hex)
        yield Swatch(colour=colour, letters=letters, ratio=shown(ratio), grade=grade(ratio))


def _pairs(brand: Brand) -> Iterator[Pair]:
    """The pairs the brand names, measured anew: a dossier repeats no ratio it has not computed."""
    colours = {colour.role: colour for colour in brand.palette}
    for pair in brand.contrast:
        front, back = colours.get(pair.foreground), colours.get(pair.background)
        if front and back:
            ratio, required = contrast(front.hex, back.hex), pair.required or TEXT
            yield Pair(
                use=pair.use,
                foreground=front,
                background=back,
                ratio=shown(ratio),
                required=shown(required),
                passes=ratio >= required,
                grade=grade(ratio),
            )


def _names(brand: Brand) -> Iterator[NameRow]:
    checks = {check.name: check for check in brand.name_checks}
    for each in sorted(brand.candidates, key=lambda candidate: candidate.name != brand.name):
        check = checks.get(each.name)
        yield NameRow(
            candidate=each, chosen=each.name == brand.name, remarks=check.remarks if check else (), check=check
        )
