"""The spellings of one agent's name, and which names may be taken."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

_FORM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 32
"""Names of Kubernetes objects hold the release's name, `agent-` and this one in 63 characters."""


class NameRefused(Exception):
    """The name cannot be an agent's; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class AgentName:
    """The name of an agent in every spelling that is needed."""

    type: str
    """As in `legal_review`: agent type, folder, package, key in the chart's values."""

    @property
    def slug(self) -> str:
        """As in `legal-review`: tasks, templates, files, images."""
        return self.type.replace("_", "-")

    @property
    def words(self) -> str:
        """As in `legal review`."""
        return self.type.replace("_", " ")

    @property
    def title(self) -> str:
        """As in `Legal review`."""
        return self.words.capitalize()

    @property
    def pascal(self) -> str:
        """As in `LegalReview`: the beginning of its classes."""
        return "".join(part.capitalize() for part in self.type.split("_"))

    @property
    def spellings(self) -> dict[str, str]:
        """What the templates call them."""
        return {
            "type": self.type, "slug": self.slug, "words": self.words, "title": self.title, "pascal": self.pascal,
        }  # fmt: skip


def agent_name(text: str) -> AgentName:
    """The name, or NameRefused."""
    if not text:
        raise NameRefused("Give the agent a name: make new-agent NAME=legal_review")
    if len(text) > _LONGEST:
        raise NameRefused(f"{text!r} has {len(text)} characters; an agent's name has at most {_LONGEST}.")
    if not _FORM.fullmatch(text):
        suggested = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
        hint = f", such as {suggested}" if _FORM.fullmatch(suggested) else ", such as legal_review"
        raise NameRefused(f"{text!r} cannot be an agent's name: small letters, digits and single underscores{hint}.")
    if keyword.iskeyword(text) or keyword.issoftkeyword(text):
        raise NameRefused(f"{text!r} is a word of Python and cannot be a package; try {text}_review.")
    return AgentName(text)
