"""What a line typed in a conversation means. Pure.

A word with a meaning counts only where it can be one: `status` alone asks for the status, `status page for bakers`
is a request. `/word` is always a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """The words with a meaning."""

    STATUS = "status"
    TEMPLATES = "templates"
    ANALYTICS = "analytics"
    HEALTH = "health"
    AGENTS = "agents"
    LIST = "list"
    SHOW = "show"
    CANCEL = "cancel"
    APPROVALS = "approvals"
    APPROVE = "approve"
    REJECT = "reject"
    CLEAR = "clear"
    HELP = "help"
    QUIT = "quit"


_ALONE = {
    Word.STATUS,
    Word.TEMPLATES,
    Word.ANALYTICS,
    Word.HEALTH,
    Word.AGENTS,
    Word.LIST,
    Word.APPROVALS,
    Word.CLEAR,
    Word.HELP,
    Word.QUIT,
}
_WITH_NAME = {Word.SHOW, Word.CANCEL, Word.APPROVE}
_SAME = {"exit": Word.QUIT, "bye": Word.QUIT, "q": Word.QUIT, "?": Word.HELP, "approval": Word.APPROVALS}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A command with what follows it, or, without a word, a request."""

    word: Word | None
    rest: str
    unknown: str = ""
    """What was typed after `/` and is no command."""


def meaning(line: str, running: frozenset[str] = frozenset()) -> Meaning:
    """`running`: ids of workflows and approvals that `cancel`, `show`, `approve` and `reject` can mean."""
    text = line.strip()
    forced = text.startswith("/")
    first, _, rest = text.removeprefix("/").strip().partition(" ")
    rest = rest.strip()
    word = _word(first)
    if forced:
        return Meaning(word, rest, "" if word else first)
    if word is None:
        return Meaning(None, text)
    if word in _ALONE and not rest:
        return Meaning(word, "")
    names = rest.split()
    if word in _WITH_NAME and (not names or (len(names) == 1 and _is_name(names[0], running))):
        return Meaning(word, rest)
    if word is Word.REJECT and (not names or _is_name(names[0], running)):
        return Meaning(word, rest)
    return Meaning(None, text)


def _word(text: str) -> Word | None:
    text = text.lower()
    return _SAME.get(text) or (Word(text) if text in set(Word) else None)


def _is_name(text: str, running: frozenset[str]) -> bool:
    id_ = text.rpartition("/")[2]
    return id_ in ("last", "all") or text.isdecimal() or any(known.startswith(id_) for known in running if id_)
