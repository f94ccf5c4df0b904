"""How lists page: the size a caller gets, and tokens that say where the next page begins.

A token is opaque to callers. It belongs to one list: `scope` names what was listed and how it was filtered, and a
token of another scope is refused instead of giving a page that makes no sense.
"""

import base64
import hashlib
import json
import re

from chassis.errors import FieldViolation, InvalidArgument

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
LONGEST_TOKEN = 2048
"""Characters of a token; ours are far shorter."""


def page_size(requested: int, *, default: int = DEFAULT_PAGE_SIZE, largest: int = LARGEST_PAGE_SIZE) -> int:
    """The size of the page: 0 is the default, too large is lowered, negative raises InvalidArgument."""
    if requested < 0:
        raise InvalidArgument(
            FieldViolation("page_size", f"must not be negative, is {requested}; 0 asks for {default}."),
            reason="PAGE_SIZE_NEGATIVE",
        )
    return min(requested or default, largest)


def page_token(position: str, *, scope: str = "") -> str:
    """The token for the page that begins after `position`; empty for an empty position, which is the end."""
    if not position:
        return ""
    content = json.dumps([_mark(scope), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def page_position(token: str, *, scope: str = "", shape: str = "") -> str:
    """The position in a token; empty for no token, which is the beginning. Raises InvalidArgument for a foreign one.

    Tokens are not signed: who builds one can put any text into it. `shape` is a regular expression for the whole of a
    position, for lists that read more into it than a text.
    """
    if not token:
        return ""
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("longer than any token of ours")
        mark, position = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if mark != _mark(scope) or not isinstance(position, str):
            raise ValueError("of another list")
        if shape and not re.fullmatch(shape, position):
            raise ValueError("no position of this list")
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidArgument(
            FieldViolation("page_token", "is not a token of this list; send next_page_token as it came, or nothing."),
            reason="PAGE_TOKEN_INVALID",
        ) from error
    return position


def _mark(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:8]
