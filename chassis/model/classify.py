"""From whatever the Anthropic library raises to one `ModelError` with a class and a cause.

The error's `type` decides before the HTTP status: an error in mid-stream arrives with status 200.
Messages say what to do and quote what the server said, cut to a readable length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from chassis.model.errors import BrokenStreamError, ErrorClass, ModelError

if TYPE_CHECKING:
    import anthropic
    import httpx2

MAX_QUOTE = 400
LONGEST_RETRY_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Verdict:
    kind: ErrorClass
    reason: str
    advice: str


_BUSY = _Verdict(ErrorClass.RETRYABLE, "MODEL_OVERLOADED", "Try again later.")
_SERVER = _Verdict(ErrorClass.RETRYABLE, "MODEL_SERVER_ERROR", "Try again later.")
_LIMITED = _Verdict(ErrorClass.RATE_LIMITED, "MODEL_RATE_LIMITED", "Wait as long as the provider asks.")
_SPENT = _Verdict(ErrorClass.BUDGET, "MODEL_SPEND_LIMIT", "Raise the limit or add credit at the provider.")
_INVALID = _Verdict(ErrorClass.PERMANENT, "MODEL_REQUEST_INVALID", "The request itself has to change.")
_TOO_LARGE = _Verdict(ErrorClass.PERMANENT, "MODEL_REQUEST_TOO_LARGE", "Shorten the prompt.")
_KEY = _Verdict(ErrorClass.PERMANENT, "MODEL_CREDENTIALS_REFUSED", "Check ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN.")
_FORBIDDEN = _Verdict(ErrorClass.PERMANENT, "MODEL_PERMISSION_DENIED", "Check what the key may use.")
_NOT_FOUND = _Verdict(
    ErrorClass.PERMANENT, "MODEL_NOT_FOUND", "Check HEYJARVIS_MODEL, HEYJARVIS_SMALL_MODEL and ANTHROPIC_BASE_URL."
)

_BY_CODE = {
    "enforced_spend_limit_reached": _SPENT,
    "contract_spend_limit_reached": _SPENT,
    "linked_organization_spend_limit_reached": _SPENT,
    "linked_organization_billing_unavailable": _SPENT,
    "ramp_limit_exceeded": _LIMITED,
}
_BY_TYPE = {
    "overloaded_error": _BUSY,
    "api_error": _SERVER,
    "timeout_error": _SERVER,
    "conflict_error": _SERVER,
    "rate_limit_error": _LIMITED,
    "billing_error": _SPENT,
    "invalid_request_error": _INVALID,
    "request_too_large": _TOO_LARGE,
    "authentication_error": _KEY,
    "permission_error": _FORBIDDEN,
    "not_found_error": _NOT_FOUND,
}
_BY_STATUS = {
    401: _KEY,
    402: _SPENT,
    403: _FORBIDDEN,
    404: _NOT_FOUND,
    408: _SERVER,
    409: _SERVER,
    413: _TOO_LARGE,
    429: _LIMITED,
    501: _INVALID,
    529: _BUSY,
}


def classify(error: Exception, *, model: str, host: str) -> ModelError | None:
    """The ModelError of what the library raised; None for an exception that is not the library's."""
    import anthropic
    import httpx2

    where = {"model": model, "host": host}
    if isinstance(error, anthropic.APIStatusError):
        return _from_status(error, where)
    if isinstance(error, anthropic.APITimeoutError | httpx2.TimeoutException):
        return ModelError(
            f"The model server '{host}' was silent for too long. Try again later.",
            kind=ErrorClass.RETRYABLE,
            reason="MODEL_TIMEOUT",
            metadata=where,
        )
    if isinstance(error, anthropic.APIConnectionError | httpx2.HTTPError):
        return ModelError(
            f"The connection to the model server '{host}' failed ({_quote(error.__cause__ or error)}). "
            "Check that it runs and that ANTHROPIC_BASE_URL is right.",
            kind=ErrorClass.RETRYABLE,
            reason="MODEL_UNREACHABLE",
            metadata=where,
        )
    if isinstance(error, anthropic.CredentialsError):
        return ModelError(
            f"The credentials for the model cannot be loaded: {_quote(error)}. Check the ANTHROPIC_* settings.",
            kind=ErrorClass.PERMANENT,
            reason="MODEL_CREDENTIALS_REFUSED",
            metadata=where,
        )
    if isinstance(error, BrokenStreamError | anthropic.AnthropicError | httpx2.StreamError):
        return ModelError(
            f"The model server '{host}' sent something that is not a message stream ({_quote(error)}). "
            "If it stays so, check that ANTHROPIC_BASE_URL names a server that speaks the Messages API.",
            kind=ErrorClass.RETRYABLE,
            reason="MODEL_PROTOCOL",
            metadata=where,
        )
    return None


def told_headers(error: Exception) -> Mapping[str, str]:
    """The headers of the answer that was an error; empty when there was no answer."""
    import anthropic

    return error.response.headers if isinstance(error, anthropic.APIStatusError) else {}


def retry_after(headers: "httpx2.Headers", now: datetime | None = None) -> float | None:
    """The seconds a server asked to wait: `retry-after-ms`, or `retry-after` as seconds or as a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            continue
        # Also false for NaN.
        if seconds >= 0:
            return min(seconds, LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


def _from_status(error: "anthropic.APIStatusError", where: dict[str, str]) -> ModelError:
    verdict = _verdict(error)
    passes = verdict.kind in (ErrorClass.RATE_LIMITED, ErrorClass.RETRYABLE)
    told_not_to = verdict.kind is ErrorClass.RETRYABLE and error.response.headers.get("x-should-retry") == "false"
    said = error.api_message or error.message
    metadata = {**where, "status": str(error.status_code), "type": str(error.type or "")}
    if error.request_id:
        metadata["request_id"] = error.request_id
    return ModelError(
        f"The model server '{where['host']}' answered {error.type or error.status_code} for '{where['model']}': "
        f"{_quote(said)}. {verdict.advice}",
        kind=verdict.kind,
        reason=verdict.reason,
        retry_after=retry_after(error.response.headers) if passes else None,
        repeat=False if told_not_to else None,
        metadata=metadata,
    )


def _verdict(error: "anthropic.APIStatusError") -> _Verdict:
    by_name = _BY_CODE.get(error.error_code or "") or _BY_TYPE.get(str(error.type or ""))
    if by_name is not None:
        return by_name
    if error.status_code in _BY_STATUS:
        return _BY_STATUS[error.status_code]
    # A status below 400 is an error event in mid-stream of a type we do not know: the server's trouble.
    return _SERVER if error.status_code >= 500 or error.status_code < 400 else _INVALID


def _quote(value: object) -> str:
    text = str(value) or type(value).__name__
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= MAX_QUOTE else text[: MAX_QUOTE - 1] + "…"
