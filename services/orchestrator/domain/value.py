"""What every stored value is: frozen, keyword-only, JSON with its defaults left out.

What is made of these is also the stored format: fields are added with defaults, never renamed.
"""

from __future__ import annotations

import hashlib

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything that is stored: frozen, keyword-only, defaults left out."""


def digest(value: msgspec.Struct) -> str:
    """SHA-256 of a value's canonical JSON, lower-case hexadecimal: what an approval decides on."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
