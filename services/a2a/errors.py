"""Our errors in the words of A2A. What nobody foresaw is logged here and never told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import grpc
import structlog
from a2a.utils.errors import (
    A2AError,
    InternalError,
    InvalidParamsError,
    InvalidRequestError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from opentelemetry import trace

from chassis.errors import (
    AlreadyExists,
    FailedPrecondition,
    HeyJarvisError,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from chassis.status import from_rpc_error

_log = structlog.get_logger(__name__)

_HTTP = {
    NotFound: HTTPStatus.NOT_FOUND,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    PermissionDenied: HTTPStatus.FORBIDDEN,
    ResourceExhausted: HTTPStatus.TOO_MANY_REQUESTS,
    InvalidArgument: HTTPStatus.BAD_REQUEST,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


@contextmanager
def told(*, cancelling: bool = False, missing: type[A2AError] = TaskNotFoundError) -> Iterator[None]:
    """Within the block errors leave as A2A errors. `missing` is what a NOT_FOUND means there."""
    try:
        yield
    except A2AError:
        raise
    except (HeyJarvisError, grpc.RpcError) as raised:
        error = ours(raised)
        raise _translated(error, cancelling=cancelling, missing=missing) from raised
    except Exception as raised:
        _log.error("A request failed unexpectedly", exc_info=raised)
        trace_id = f"{trace.get_current_span().get_span_context().trace_id:032x}"
        raise InternalError(
            f"Something went wrong inside the service; its log says more under trace {trace_id}.",
            data={"reason": "INTERNAL", "traceId": trace_id},
        ) from raised


def ours(raised: HeyJarvisError | grpc.RpcError) -> HeyJarvisError:
    """The error of our tree behind what was raised."""
    return raised if isinstance(raised, HeyJarvisError) else from_rpc_error(raised)


def http_status(error: HeyJarvisError) -> HTTPStatus:
    """The status of an error outside JSON-RPC."""
    return next((_HTTP[kind] for kind in type(error).__mro__ if kind in _HTTP), HTTPStatus.INTERNAL_SERVER_ERROR)


def _translated(error: HeyJarvisError, *, cancelling: bool, missing: type[A2AError]) -> A2AError:
    data: dict[str, object] = {"reason": error.reason, **error.metadata}
    if isinstance(error, ResourceExhausted | Unavailable) and error.retry_after is not None:
        data["retryAfterSeconds"] = error.retry_after
    if isinstance(error, InvalidArgument):
        data["errors"] = [{"field": v.field, "message": v.description} for v in error.violations]
        return InvalidParamsError(error.message, data=data)
    if isinstance(error, NotFound):
        return missing(error.message, data=data)
    if isinstance(error, AlreadyExists):
        return InvalidParamsError(error.message, data=data)
    if isinstance(error, FailedPrecondition):
        return (TaskNotCancelableError if cancelling else UnsupportedOperationError)(error.message, data=data)
    if isinstance(error, Unauthenticated | PermissionDenied):
        return InvalidRequestError(error.message, data=data)
    return InternalError(error.message, data=data)
