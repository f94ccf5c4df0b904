"""Places of a JSON text and what is put there: how a fault lets a right answer say something else.

A place is written `pricing.0.price`: names of fields and positions in lists; `*` is every element of a list.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tools.offline_model.errors import ApiError


def edited(text: str, changes: Mapping[str, Any]) -> str:
    """The text with the value of each place put there. Raises the API's 400 when a place leads nowhere: an edit that
    changes nothing would be a test of nothing."""
    try:
        answer = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ApiError(400, f"The answer is no JSON that a fault could edit: {error}") from error
    for place, value in changes.items():
        try:
            _put(answer, place.split("."), value)
        except (LookupError, TypeError, ValueError) as error:
            raise ApiError(400, f"The answer has no place {place!r} that a fault could edit") from error
    return msgspec.json.encode(answer).decode()


def _put(value: Any, names: Sequence[str], new: Any) -> None:
    first, *rest = names
    for key in range(len(value)) if first == "*" else (int(first) if isinstance(value, list) else first,):
        if rest:
            _put(value[key], rest, new)
        else:
            value[key] = new
