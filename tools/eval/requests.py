"""What is asked for, read from a YAML file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

REQUESTS = Path(__file__).with_name("requests.yaml")
MOST_REQUESTS = 200


class RequestsError(Exception):
    """The requests cannot be read, or none has that id; the message says which."""


class Request(BaseModel):
    """One request, and what is known beforehand about a good answer to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    field: str
    tone: str
    request: str = Field(min_length=1, max_length=20_000)
    expects: tuple[str, ...] = ("market_research", "branding", "business_plan", "dossier")
    """Agent types that must have delivered."""
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """What the amounts are in, where the place leaves no doubt. Empty: any."""
    places: tuple[str, ...] = ()
    """Words of which the measured market must name one. Empty: no place is asked for."""
    name: str = ""
    """The name the request gives and the brand keeps. Empty: it gives none."""
    absent: tuple[str, ...] = ()
    """Words that may stand in no artifact."""

    @property
    def digest(self) -> str:
        """Changes with everything a result is judged by."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def read_requests(path: Path = REQUESTS) -> list[Request]:
    """All of a file. Raises RequestsError."""
    try:
        found = TypeAdapter(list[Request]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise RequestsError(f"{path} cannot be read: {error}") from error
    ids = [each.id for each in found]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise RequestsError(f"{path} has more than one request called {', '.join(twice)}")
    if not 0 < len(found) <= MOST_REQUESTS:
        raise RequestsError(f"{path} holds {len(found)} requests; it may hold 1 to {MOST_REQUESTS}")
    return found


def chosen(requests: Sequence[Request], only: Sequence[str], limit: int | None) -> list[Request]:
    """Those named, all when none is, at most `limit`. Raises RequestsError."""
    if unknown := sorted(set(only) - {each.id for each in requests}):
        raise RequestsError(f"there is no request {', '.join(unknown)}; there are {', '.join(r.id for r in requests)}")
    return [each for each in requests if not only or each.id in only][:limit]
