"""Spans of time in settings, as people write them: `90 s`, `5 min`, `2 h`, `30 days`; a mere number is seconds."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

_WRITTEN = re.compile(r"(?P<number>\d{1,12}(\.\d{1,9})?) ?(?P<unit>ms|s|min|m|h|d|days?)?")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "day": 86_400, "days": 86_400}


def _seconds(value: Any) -> Any:
    """Seconds, when it is written as a span; anything else as it is, for pydantic to judge."""
    if isinstance(value, str) and (written := _WRITTEN.fullmatch(value.strip().lower())):
        return float(written["number"]) * _UNITS[written["unit"] or "s"]
    return value


def _span(value: Any, otherwise: ValidatorFunctionWrapHandler) -> timedelta:
    try:
        span: timedelta = otherwise(_seconds(value))
    except ValidationError as error:
        if not any(each["type"].startswith("time_delta") for each in error.errors()):
            raise  # a span, but too long or too short
        told = "it is no span of time; write it as '90 s', '5 min', '2 h' or '30 days', a mere number is seconds"
        raise ValueError(told) from None
    return span


Span = Annotated[timedelta, WrapValidator(_span)]
"""A span of time as a field of settings; `PT90S` and `00:01:30` are understood too."""
Seconds = Annotated[float, BeforeValidator(_seconds)]
"""The same for those who count in seconds."""
SomeSeconds = Annotated[Seconds, Field(gt=0, allow_inf_nan=False)]
"""Seconds that are more than none."""
