"""How approvals are written down: JSON, readable with any Redis client."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.approvals.domain.model import Approval, AuditEntry, Policy, Question, Standing

Entries = list[tuple[bytes, dict[bytes, bytes]]]
"""Entries of a stream, as this client gives them: redis-py's own type allows for clients of other kinds."""

FIELDS = ("question", "standing", "edited")
"""The fields of an approval's hash that make an approval, in the order `read_approval` takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Under which request id a step is taken."""

    key: str
    """Request id and whose it is, hashed."""
    fingerprint: str
    """Of what is asked; another one under the same request id is no repeat."""

    @property
    def field(self) -> str:
        """Where the answer is remembered in the approval's hash."""
        return f"answer:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The answer to a request id: a repeat gets it again."""

    fingerprint: str
    standing: Standing


encode = msgspec.json.Encoder().encode
read_standing = msgspec.json.Decoder(Standing).decode
read_policy = msgspec.json.Decoder(Policy).decode
read_audit = msgspec.json.Decoder(AuditEntry).decode
read_remembered = msgspec.json.Decoder(Remembered).decode
_read_question = msgspec.json.Decoder(Question).decode


def read_approval(values: Sequence[bytes | str | None]) -> Approval | None:
    """An approval from the values of `FIELDS`; None when there is none."""
    question, standing, edited = values[:3]
    if question is None or standing is None:
        return None
    return Approval(
        question=_read_question(question), standing=read_standing(standing), edited_content=raw(edited or b"")
    )


def fingerprint(*parts: str | bytes) -> str:
    """Tells requests apart: equal parts, equal fingerprint."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()[:32]


def ms(moment: datetime) -> int:
    """Milliseconds since 1970, as scores of sorted sets."""
    return round(moment.timestamp() * 1000)


def raw(value: bytes | str) -> bytes:
    """A value of Redis as bytes, which it is with our client."""
    return value if isinstance(value, bytes) else value.encode()


def text(value: object) -> str:
    """A value of Redis as text."""
    return value.decode() if isinstance(value, bytes) else str(value)
