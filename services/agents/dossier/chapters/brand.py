"""The chapter on the brand: names, drawings on the grounds they are made for, colours with measured contrast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from agent_sdk.colour import ENHANCED, SHAPE, TEXT, WHITE, contrast, letters_on, luminance
from agent_sdk.colour_vision import APART, VISIONS, difference, simulated
from agent_sdk.name_likeness import KINDS, compare
from services.agents.dossier.material import Drawing, Material
from services.agents.dossier.readers.brand import Brand, Candidate, Colour, NameTest
from services.agents.dossier.wording import joined


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
class Seen:
    """Two colours by one colour vision."""

    vision: str
    first: str
    """How the first looks, `#RRGGBB`."""
    second: str
    difference: str
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionRow:
    """Two colours by all colour visions."""

    first: Colour
    second: Colour
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """A name candidate with what code found out about it."""

    candidate: Candidate
    chosen: bool
    remarks: tuple[str, ...]
    tests: tuple[NameTest, ...]
    """What code looked at; what went unchecked for one reason is one entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandChapter:
    """The brand as it is shown."""

    brand: Brand
    board: Drawing | None
    """The whole identity as one picture."""
    tiles: tuple[Tile, ...]
    swatches: tuple[Swatch, ...]
    pairs: tuple[Pair, ...]
    visions: tuple[VisionRow, ...]
    apart: float
    """Least difference at which colours count as told apart."""
    names: tuple[NameRow, ...]


def brand_chapter(material: Material) -> BrandChapter | None:
    """The chapter, or None without a brand."""
    brand = material.brand
    if not brand:
        return None
    drawings = list(material.drawings.values())
    board = next((each for each in drawings if "board" in each.name.lower()), None)
    return BrandChapter(
        brand=brand,
        board=board,
        tiles=tuple(_tiles(brand, [each for each in drawings if each is not board])),
        swatches=tuple(_swatches(brand)),
        pairs=tuple(_pairs(brand)),
        visions=tuple(_visions(brand)),
        apart=APART,
        names=tuple(_names(brand, [each.name for each in material.market.competitors] if material.market else [])),
    )


def _roles(brand: Brand) -> dict[str, str]:
    return {colour.role.lower(): colour.hex.upper() for colour in brand.palette}


def _tiles(brand: Brand, drawings: list[Drawing]) -> Iterator[Tile]:
    """Each drawing on the ground its name speaks of; one colour is shown on light and on dark."""
    roles = _roles(brand)
    light, dark = roles.get("background", WHITE), roles.get("text", "#1B2228")
    if luminance(light) < luminance(dark):
        light, dark = dark, light
    for drawing in drawings:
        stem = drawing.name.rsplit(".", 1)[0].lower()
        icon = "icon" in stem
        if "black" in stem or "white" in stem:
            yield Tile(drawing=drawing, ground=WHITE if "black" in stem else dark, ink=light, small=False)
        elif "mono" in stem:
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


def _visions(brand: Brand) -> Iterator[VisionRow]:
    """The pairs the brand names, simulated anew for every colour vision."""
    colours = {colour.role: colour for colour in brand.palette}
    for pair in brand.colour_vision:
        first, second = colours.get(pair.first), colours.get(pair.second)
        if first and second:
            yield VisionRow(
                first=first, second=second, seen=tuple(_seen(first.hex, second.hex, vision) for vision in VISIONS)
            )


def _seen(first: str, second: str, vision: str) -> Seen:
    apart = difference(first, second, vision)
    return Seen(
        vision=vision,
        first=simulated(first, vision),
        second=simulated(second, vision),
        difference=f"{int(apart * 100) / 100:.2f}",
        apart=apart >= APART,
    )


def _names(brand: Brand, competitors: Sequence[str]) -> Iterator[NameRow]:
    checks = {check.name: check for check in brand.name_checks}
    for each in sorted(brand.candidates, key=lambda candidate: candidate.name != brand.name):
        check = checks.get(each.name)
        tests = _compared(each.name, check.tests, competitors) if check else ()
        clashes = [test.finding for test in tests if test.verdict == "clash"]
        yield NameRow(
            candidate=each,
            chosen=each.name == brand.name,
            remarks=tuple(dict.fromkeys([*check.remarks, *clashes])) if check else (),
            tests=tuple(_gathered(tests)),
        )


def _compared(name: str, tests: Sequence[NameTest], competitors: Sequence[str]) -> Sequence[NameTest]:
    """The tests, with the competitors of this dossier's research where the brand was made beside it, not after."""
    if not competitors or not any(test.kind in KINDS and test.verdict == "unchecked" for test in tests):
        return tests
    found = [
        NameTest(kind=each.kind, verdict=each.verdict, finding=each.finding) for each in compare(name, competitors)
    ]
    return [*(test for test in tests if test.kind not in KINDS), *found]


def _gathered(tests: Sequence[NameTest]) -> Iterator[NameTest]:
    for (verdict, finding), group in groupby(tests, key=lambda test: (test.verdict, test.finding)):
        yield NameTest(kind=joined([test.kind for test in group]), verdict=verdict, finding=finding)


def shown(ratio: float) -> str:
    """A ratio with one decimal, cut and not rounded: 4.46 must not be shown as a pass."""
    return f"{int(ratio * 10 + 1e-9) / 10:.1f}"


def grade(ratio: float) -> str:
    """What a ratio is good for."""
    if ratio >= ENHANCED:
        return "AAA"
    if ratio >= TEXT:
        return "AA"
    return "large text" if ratio >= SHAPE else "decoration only"
