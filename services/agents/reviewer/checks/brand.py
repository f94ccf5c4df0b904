"""Brands: contrast measured again, the name compared with the competitors of the research."""

import re
from collections.abc import Iterator, Sequence

from agent_sdk.colour import TEXT, contrast
from agent_sdk.name_likeness import compare
from services.agents.reviewer.deliverables import Deliverable, number
from services.agents.reviewer.models import Finding
from services.agents.reviewer.rubric import MARKET

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_CLOSE = 0.06
"""Difference of two ratios that is rounding."""


def brand_findings(brand: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    """What is wrong with a brand, alone and beside the research."""
    yield from _contrast(brand)
    yield from _name(brand, all_)


def _contrast(brand: Deliverable) -> Iterator[Finding]:
    colours = {str(row.get("role")): str(row.get("hex")) for row in brand.rows("palette")}
    colours = {role: colour for role, colour in colours.items() if _HEX.fullmatch(colour)}
    for ground in ("background", "surface"):
        if "text" in colours and ground in colours and (ratio := contrast(colours["text"], colours[ground])) < TEXT:
            yield brand.finding(
                "contrast",
                "critical",
                f"Text cannot be read on {ground}: {ratio:.2f} to 1, {TEXT} is needed",
                evidence=f"text {colours['text']}, {ground} {colours[ground]}",
                suggestion="Make one of them darker or lighter.",
            )
    for row in brand.rows("contrast"):
        one, other = colours.get(str(row.get("foreground"))), colours.get(str(row.get("background")))
        stated, least = number(row.get("ratio")), number(row.get("required"))
        if one is None or other is None or stated is None or least is None:
            continue
        ratio = contrast(one, other)
        if abs(ratio - stated) > _CLOSE or (row.get("passes") is True and ratio < least - _CLOSE):
            yield brand.finding(
                "contrast",
                "major",
                f"{row.get('foreground')} on {row.get('background')} has {ratio:.2f} to 1, not what is stated",
                evidence=f"ratio {stated:g}, passes {row.get('passes')}",
                suggestion="Measure it again.",
            )


def _name(brand: Deliverable, all_: Sequence[Deliverable]) -> Iterator[Finding]:
    name = brand.words("name")
    rivals = [
        str(row["name"]) for each in all_ if each.kind == MARKET for row in each.rows("competitors") if row.get("name")
    ]
    for likeness in compare(name, rivals) if name and rivals else ():
        if likeness.verdict == "clash":
            yield brand.finding(
                "name",
                "major" if likeness.kind == "same name" else "minor",
                f"The name {name}: {likeness.finding}",
                evidence=name,
                suggestion="Take another candidate, or say how customers tell them apart.",
            )
