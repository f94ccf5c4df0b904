"""Errors as a person reads them: what happened, each wrong field, what to do; never a traceback. And the exit code."""

from __future__ import annotations

from chassis.errors import (
    Aborted,
    AlreadyExists,
    ConfigurationError,
    FailedPrecondition,
    HeyJarvisError,
    Internal,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
from tools.jarvis import exits, wording
from tools.jarvis.client import NotReachable

_EXITS: tuple[tuple[type[HeyJarvisError], int], ...] = (
    (NotReachable, exits.UNREACHABLE),
    (InvalidArgument, exits.USAGE),
    (ConfigurationError, exits.USAGE),
    (NotFound, exits.NOT_FOUND),
    (FailedPrecondition, exits.REFUSED),
    (Aborted, exits.REFUSED),
    (AlreadyExists, exits.REFUSED),
    (PermissionDenied, exits.REFUSED),
    (Unauthenticated, exits.REFUSED),
)
_MOST_MESSAGE = 2000


def exit_code(error: HeyJarvisError) -> int:
    """What the program ends with."""
    return next((code for kind, code in _EXITS if isinstance(error, kind)), exits.FAILED)


def explain(error: HeyJarvisError) -> list[str]:
    """The lines to show, the most important first."""
    if isinstance(error, InvalidArgument) and error.violations:
        found = [f"{_field(violation.field)}: {_text(violation.description)}" for violation in error.violations]
        return found if len(found) > 1 else [found[0]]
    told = [_text(error.message) or error.reason]
    if isinstance(error, Unavailable | ResourceExhausted) and error.retry_after:
        told.append(f"Try again in {wording.span(error.retry_after)}.")
    elif isinstance(error, Unauthenticated):
        told.append("HEYJARVIS_TOKEN names the token to send.")
    elif isinstance(error, Unimplemented):
        told.append("This HeyJarvis does not have it yet.")
    elif isinstance(error, Internal):
        told.append("That is a bug, here or in a service; the service's log says more.")
    return told


def _field(path: str) -> str:
    return wording.one_line(path, 100) or "request"


def _text(text: str) -> str:
    return wording.one_line(text, _MOST_MESSAGE)
