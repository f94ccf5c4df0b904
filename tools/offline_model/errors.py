"""The errors of the Messages API, in the shape the real one gives them.

Everything here that goes wrong on purpose or by a bad request is an `ApiError`; `service.py` turns
it into a response. The status decides the `type`, as clients expect: see `ERROR_TYPES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ERROR_TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""Status to the `type` a client reads; any other status is an `api_error`."""

DEFAULT_MESSAGES: Mapping[int, str] = {
    400: "This request was refused by a scripted fault.",
    401: "invalid api key",
    403: "Your API key does not have permission to use the specified resource.",
    404: "Not found",
    413: "Request exceeds the maximum size",
    429: "This request would exceed your organization's rate limit.",
    500: "Internal server error",
    504: "Request timed out",
    529: "Overloaded",
}


@dataclass(eq=False)
class ApiError(Exception):
    """An answer other than 200. Not frozen: Python itself writes the traceback into an exception."""

    status: int
    """HTTP status."""
    message: str
    """What the caller did wrong, for a person."""
    retry_after: float | None = None
    """Seconds for the `retry-after` header; None leaves the header away."""
    type: str | None = None
    """The error type when it is not the usual one of this status."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers of the response."""

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body of the response."""
        return error_body(self.type or error_type(self.status), self.message, request_id)


def error_type(status: int) -> str:
    """The usual error type of a status."""
    return ERROR_TYPES.get(status, "api_error")


def error_body(kind: str, message: str, request_id: str) -> dict[str, Any]:
    """The envelope around every error, also inside an SSE `error` event."""
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}


def scripted_error(status: int, retry_after: float | None = None, message: str | None = None) -> ApiError:
    """The error of a fault rule: the status is all that has to be said."""
    text = message or DEFAULT_MESSAGES.get(status, f"Status {status}")
    return ApiError(status, f"{text} (simulated)", retry_after)


def bad_request(message: str) -> ApiError:
    """400 with the API's usual `field: what is wrong` text."""
    return ApiError(400, message)
