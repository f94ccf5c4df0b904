"""Reading what others wrote without being stopped by it.

The results a dossier is made of come from agents of any version, ours or foreign. A `Lenient` model
takes what it understands: an unknown field is ignored, a field that does not fit falls back to its
default, an entry of a list that does not fit is left out. Each thing left out is noted, so that the
dossier can name it. Only a field without a default is insisted on, and only its own entry is lost.
"""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

ModelT = TypeVar("ModelT", bound="Lenient")

TEXT_LIMIT = 4000
"""Characters of one text; the rest is cut with an ellipsis."""

LIST_LIMIT = 120
"""Entries of one list; the rest is left out and noted."""

_KEPT_CONTROLS = "\n\t"


def clean(value: object) -> object:
    """A text without control and direction-changing characters, bounded; anything else as it is."""
    if not isinstance(value, str):
        return value
    shown = "".join(
        character
        for character in value[: TEXT_LIMIT + 1].replace("\r\n", "\n")
        if character in _KEPT_CONTROLS or not _steers(character)
    ).strip()
    return f"{shown[: TEXT_LIMIT - 1].rstrip()}…" if len(value) > TEXT_LIMIT else shown


def _steers(character: str) -> bool:
    """Whether a character does something instead of being seen; the joiners of scripts and emoji may stay."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") and character not in "\u200c\u200d\u00ad"


Text = Annotated[str, BeforeValidator(clean)]
"""Any text, cleaned; may be empty."""

Name = Annotated[str, BeforeValidator(clean), Field(min_length=1)]
"""A text that must not be empty."""

Currency = Annotated[str, Field(pattern=r"^[^\s\d<>&\"'|\\`*_~\[\](){}#]{0,8}$")]
"""A currency's code or sign; it stands beside every amount, so nothing that is markup anywhere may be in it."""

Number = Annotated[float, Field(ge=-1e15, le=1e15)]
"""A finite number of a size that can still be drawn."""

Cents = Annotated[int, Field(ge=-(10**17), le=10**17)]
"""An amount in hundredths of a currency."""

Share = Annotated[float, Field(ge=0, le=1)]
"""From 0 to 1."""


class Lenient(BaseModel):
    """Base of all readers. Give every field a default unless its entry is worthless without it."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    @field_validator("*", mode="wrap")
    @classmethod
    def _take_what_fits(cls, value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        name = info.field_name or ""
        if isinstance(value, list) and len(value) > LIST_LIMIT:
            _note(info, f"{_words(name)}: only the first {LIST_LIMIT} of {len(value)} entries are shown")
            value = value[:LIST_LIMIT]
        try:
            return handler(value)
        except ValidationError:
            field = cls.model_fields[name]
            if field.is_required():
                raise
            default = field.get_default(call_default_factory=True, validated_data={})
            if isinstance(value, list) and isinstance(default, tuple):
                return _fitting(value, handler, info)
            if value is not None:
                _note(info, f"{_words(name)}: not understood")
            return default


def _fitting(value: list[Any], handler: Callable[[Any], Any], info: ValidationInfo) -> tuple[Any, ...]:
    kept: list[Any] = []
    for entry in value:
        try:
            kept.extend(handler([entry]))
        except ValidationError:
            continue
    _note(info, f"{_words(info.field_name or '')}: {len(value) - len(kept)} of {len(value)} entries not understood")
    return tuple(kept)


def _note(info: ValidationInfo, problem: str) -> None:
    if isinstance(info.context, dict):
        info.context[problem] = None


def _words(name: str) -> str:
    return name.replace("_", " ")


def read(model: type[ModelT], value: object) -> tuple[ModelT | None, list[str]]:
    """The value as far as the model understands it, with a note on each part that is left out."""
    problems: dict[str, None] = {}  # a dictionary, because an entry tried twice is noted twice
    try:
        found = model.model_validate(value, context=problems)
    except ValidationError:
        return None, ["the result is not a JSON object of a known form"]
    return found, list(problems)
