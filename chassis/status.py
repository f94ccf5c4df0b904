"""Errors and gRPC statuses: one table, both ways.

Every status carries an ErrorInfo (reason, domain `heyjarvis.SERVICE`, the values the message mentions) and what its
kind adds: BadRequest, ResourceInfo, PreconditionFailure, QuotaFailure, RetryInfo.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
from grpc import StatusCode

from chassis.errors import (
    Aborted,
    AlreadyExists,
    ConfigurationError,
    DeadlineExceeded,
    FailedPrecondition,
    FieldViolation,
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

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from google.rpc.status_pb2 import Status

DETAILS_KEY = "grpc-status-details-bin"
MOST_VIOLATIONS = 20
"""Violations told at once; the trailing metadata of a call holds about 8 KiB."""
LONGEST_TEXT = 1000
"""Characters of one text in a status."""
LARGEST_DETAILS = 5000
"""Bytes of all details together; beyond it only the ErrorInfo is sent."""

_CODES: dict[type[HeyJarvisError], StatusCode] = {
    InvalidArgument: StatusCode.INVALID_ARGUMENT,
    NotFound: StatusCode.NOT_FOUND,
    AlreadyExists: StatusCode.ALREADY_EXISTS,
    FailedPrecondition: StatusCode.FAILED_PRECONDITION,
    Aborted: StatusCode.ABORTED,
    ResourceExhausted: StatusCode.RESOURCE_EXHAUSTED,
    Unavailable: StatusCode.UNAVAILABLE,
    Unauthenticated: StatusCode.UNAUTHENTICATED,
    PermissionDenied: StatusCode.PERMISSION_DENIED,
    DeadlineExceeded: StatusCode.DEADLINE_EXCEEDED,
    Unimplemented: StatusCode.UNIMPLEMENTED,
    Internal: StatusCode.INTERNAL,
    ConfigurationError: StatusCode.INTERNAL,
}
_ERRORS: dict[StatusCode, type[HeyJarvisError]] = {
    **{code: error for error, code in _CODES.items() if error is not ConfigurationError},
    StatusCode.OUT_OF_RANGE: InvalidArgument,
    # Where we cancel a call ourselves, asyncio says so. This is a peer that ended, or a connection, under our call.
    StatusCode.CANCELLED: Unavailable,
}

_BROKEN_OFF = "RST_STREAM"
"""In the text of a status that no peer sent: gRPC made it, often as INTERNAL, when the peer ended under the call."""


def code_of(error: HeyJarvisError) -> StatusCode:
    """The status code of an error; a subclass has that of its nearest ancestor in the table."""
    return next((_CODES[kind] for kind in type(error).__mro__ if kind in _CODES), StatusCode.INTERNAL)


def to_status(error: HeyJarvisError, service: str) -> tuple[StatusCode, str, tuple[tuple[str, bytes], ...]]:
    """What `context.abort` takes: code, text and the trailing metadata with the details."""
    from google.rpc import error_details_pb2 as details
    from google.rpc import status_pb2

    code, text = code_of(error), _cut(error.message)
    info = details.ErrorInfo(
        reason=error.reason,
        domain=f"heyjarvis.{service}",
        metadata={name: _cut(str(value)) for name, value in error.metadata.items()},
    )
    status = status_pb2.Status(code=code.value[0], message=text)
    for message in (info, *_details(error, service)):
        status.details.add().Pack(message)
    if status.ByteSize() > LARGEST_DETAILS:
        del status.details[1:]
    if status.ByteSize() > LARGEST_DETAILS:
        status.details[0].Pack(details.ErrorInfo(reason=error.reason, domain=info.domain))
    return code, text, ((DETAILS_KEY, status.SerializeToString()),)


def from_rpc_error(error: grpc.RpcError) -> HeyJarvisError:
    """The error a peer raised, rebuilt from its status; the original is its `__cause__`."""
    text, sent = str(error.details() or ""), _sent_details(error)
    kind = _ERRORS.get(error.code(), Internal)
    if sent is None and _BROKEN_OFF in text:
        kind = Unavailable
    rebuilt = _rebuild(kind, text, sent)
    rebuilt.__cause__ = error
    return rebuilt


@contextmanager
def peer_errors() -> Iterator[None]:
    """Within the block, a failed call to another service raises our error instead of grpc's."""
    try:
        yield
    except grpc.RpcError as error:
        raise from_rpc_error(error) from error


def _details(error: HeyJarvisError, service: str) -> "Iterator[Message]":
    from google.protobuf.duration_pb2 import Duration
    from google.rpc import error_details_pb2 as details

    if isinstance(error, InvalidArgument) and error.violations:
        yield details.BadRequest(
            field_violations=[
                details.BadRequest.FieldViolation(field=_cut(v.field), description=_cut(v.description))
                for v in error.violations[:MOST_VIOLATIONS]
            ]
        )
    elif isinstance(error, NotFound | AlreadyExists):
        yield details.ResourceInfo(
            resource_type=error.resource_type, resource_name=_cut(error.name), description=_cut(error.message)
        )
    elif isinstance(error, FailedPrecondition):
        violation = details.PreconditionFailure.Violation(
            type=error.reason, subject=_cut(error.subject), description=_cut(error.message)
        )
        yield details.PreconditionFailure(violations=[violation])
    elif isinstance(error, ResourceExhausted):
        quota = details.QuotaFailure.Violation(subject=f"heyjarvis.{service}", description=_cut(error.message))
        yield details.QuotaFailure(violations=[quota])
    if isinstance(error, ResourceExhausted | Unavailable) and error.retry_after is not None:
        delay = Duration()
        delay.FromNanoseconds(int(max(error.retry_after, 0.0) * 1_000_000_000))
        yield details.RetryInfo(retry_delay=delay)


def _sent_details(error: grpc.RpcError) -> "Status | None":
    from google.protobuf.message import DecodeError
    from google.rpc import status_pb2

    trailing: Iterable[Any] = error.trailing_metadata() or ()
    for name, value in trailing:
        if name == DETAILS_KEY:
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None


def _rebuild(kind: type[HeyJarvisError], text: str, status: "Status | None") -> HeyJarvisError:
    from google.rpc import error_details_pb2 as details

    info, bad, resource = details.ErrorInfo(), details.BadRequest(), details.ResourceInfo()
    failure, retry = details.PreconditionFailure(), details.RetryInfo()
    for packed in status.details if status is not None else ():
        for known in (info, bad, resource, failure, retry):
            packed.Unpack(known)
    told: dict[str, Any] = {"reason": info.reason, "metadata": dict(info.metadata)}
    if issubclass(kind, InvalidArgument):
        violations = [FieldViolation(v.field, v.description) for v in bad.field_violations]
        return kind(violations, message=text, **told)
    if issubclass(kind, NotFound | AlreadyExists):
        return kind(resource.resource_type or "resource", resource.resource_name, message=text, **told)
    if issubclass(kind, FailedPrecondition):
        return kind(text, subject=failure.violations[0].subject if failure.violations else "", **told)
    if issubclass(kind, ResourceExhausted | Unavailable):
        delay = retry.retry_delay.ToNanoseconds() / 1e9 if retry.HasField("retry_delay") else None
        return kind(text, retry_after=delay, **told)
    return kind(text, **told)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
