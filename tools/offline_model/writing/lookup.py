"""Which entry of a record a schema's field means.

Schemas change; so a field is looked for under its own name, then singular and plural, then the
synonyms below, then without the usual decorations (`target_audience` is `audience`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

NOTHING: Any = object()
"""No entry; None is a value."""

_SYNONYMS = (
    "name title label headline heading candidate",
    "description summary details explanation text body overview content situation profile bio about",
    "reason rationale reasoning why because justification basis evidence_note argument",
    "statement assumption claim hypothesis",
    "competitors rivals competition alternatives players incumbents competitor_analysis",
    "segments customer_segments target_segments market_segments audiences customer_groups",
    "personas customer_personas buyer_personas user_personas",
    "risks market_risks threats_and_risks key_risks challenges",
    "opportunities openings market_opportunities chances",
    "trends market_trends developments",
    "sources references citations bibliography evidence_sources",
    "open_questions questions unknowns to_find_out",
    "market_size size sizing market_sizing",
    "annual_growth growth growth_rate cagr growth_percent annual_growth_percent",
    "candidates name_candidates names name_ideas brand_names proposals",
    "chosen recommended selected chosen_name recommended_name winner best",
    "chosen_because name_because why_chosen choice_reason",
    "tagline slogan claim_line motto strapline",
    "tagline_alternatives alternative_taglines other_taglines taglines slogans",
    "palette colors colours color_palette colour_palette swatches brand_colors",
    "hex value color colour hex_code code",
    "typography fonts typefaces type_system lettering",
    "heading heading_font display headline_font",
    "body body_font text_font copy_font",
    "family font font_family typeface",
    "voice tone_of_voice brand_voice tone_and_voice",
    "traits personality characteristics attributes",
    "do dos say",
    "dont donts avoid never",
    "imagery photography image_style visual_style illustration",
    "story brand_story origin narrative",
    "values brand_values principles core_values",
    "audience target_audience target target_group target_customer who for_whom",
    "need problem pain pain_point need_statement job_to_be_done",
    "difference differentiator differentiation usp unique_selling_point uniqueness edge",
    "proof reason_to_believe evidence_of_claim support",
    "frustrations pains pain_points problems obstacles",
    "goals objectives aims wants jobs",
    "buying_trigger trigger purchase_trigger moment",
    "likelihood probability chance",
    "impact severity consequence",
    "response mitigation countermeasure action answer remedy handling",
    "early_sign early_warning indicator warning_sign signal",
    "first_step next_step test experiment",
    "pricing tiers plans price_points packages prices price_list offers",
    "includes features benefits included contents",
    "price amount fee rate cost_per_unit monthly_price",
    "billing period billing_period interval frequency",
    "channels marketing_channels go_to_market gtm_channels acquisition_channels distribution",
    "phases roadmap stages launch_phases timeline rollout",
    "milestones checkpoints deadlines",
    "fixed_costs monthly_costs running_costs operating_costs overheads",
    "staff team_roles roles hires personnel headcount_plan positions",
    "one_off_costs startup_costs investments setup_costs initial_costs capex",
    "next_steps actions todo recommendations immediate_steps",
    "measure metric kpi indicator_of_success success_metric",
    "key_metrics metrics kpis indicators",
    "approach tactic method how activity",
    "unique_value_proposition uvp value_proposition_line",
    "value_proposition promise offer_statement",
    "business_model revenue_model how_it_earns",
    "executive_summary abstract management_summary",
    "region market_region territory area geography",
    "currency currency_code iso_currency",
    "reference_year year base_year",
    "notes note remarks comment comments caveat caveats",
    "methodology method_note approach_note",
    "share_of_demand share percent percentage weight share_percent",
    "url link address href uri",
    "date published published_at publication_date as_of",
    "publisher organisation organization issuer",
    "kind type category_of",
    "strengths advantages pros",
    "weaknesses disadvantages cons drawbacks",
    "logo logo_spec logo_brief mark symbol_spec",
    "container frame shape background_shape",
    "low min minimum lower pessimistic cautious_value",
    "base mid typical expected most_likely median realistic",
    "high max maximum upper optimistic",
)
_PREFIXES = (
    "brand_",
    "business_",
    "market_",
    "target_",
    "key_",
    "main_",
    "company_",
    "product_",
    "proposed_",
    "primary_",
    "core_",
    "customer_",
)
_SUFFIXES = (
    "_text",
    "_statement",
    "_list",
    "_items",
    "_summary",
    "_description",
    "_name",
    "_overview",
    "_analysis",
    "_estimate",
    "_percent",
    "_value",
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def look_up(record: Mapping[str, Any], field: str) -> Any:
    """The record's entry for a field, `NOTHING` without one."""
    names = _candidates(field)
    for layer in record.layers() if isinstance(record, Layered) else (record,):
        for name in names:
            if name in layer:
                return layer[name]
    return NOTHING


@runtime_checkable
class Layered(Protocol):
    """Records behind each other: a synonym in an earlier one beats the very word in a later one."""

    def layers(self) -> Iterable[Mapping[str, Any]]:
        """Earlier ones first."""


def plain(field: str) -> str:
    """`buyingTrigger` and `Buying trigger` are `buying_trigger`."""
    return _CAMEL.sub("_", field).lower().replace(" ", "_").replace("-", "_").strip("_")


@lru_cache(maxsize=4096)
def _candidates(field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_spellings(plain(field))))


def _spellings(name: str) -> Iterator[str]:
    bare = [name, *_numbered(name)]
    yield from bare
    for one in bare:
        for group in _GROUPS.get(one, ()):
            yield from group
    for one in bare:
        for short in _undecorated(one):
            yield short
            yield from _numbered(short)
            for group in _GROUPS.get(short, ()):
                yield from group


def _numbered(name: str) -> Iterator[str]:
    yield name[:-1] if name.endswith("s") else f"{name}s"
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    elif name.endswith("y"):
        yield f"{name[:-1]}ies"


def _undecorated(name: str) -> Iterator[str]:
    for prefix in _PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            yield name[len(prefix) :]
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            yield name[: -len(suffix)]


def _groups() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in _SYNONYMS:
        words = tuple(line.split())
        for word in words:
            found[word] = (*found.get(word, ()), words)
    return found


_GROUPS = _groups()
