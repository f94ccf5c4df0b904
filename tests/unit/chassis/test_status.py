import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from chassis import errors
from chassis.errors import FieldViolation, HeyJarvisError
from chassis.status import DETAILS_KEY, LARGEST_DETAILS, from_rpc_error, peer_errors, to_status

EVERY_ERROR = [
    (errors.InvalidArgument([FieldViolation("title", "is empty")], reason="TITLE_EMPTY"), StatusCode.INVALID_ARGUMENT),
    (errors.NotFound("approval", "approvals/42"), StatusCode.NOT_FOUND),
    (errors.AlreadyExists("workflow", "workflows/1"), StatusCode.ALREADY_EXISTS),
    (errors.FailedPrecondition("It ended.", subject="workflows/1", reason="ENDED"), StatusCode.FAILED_PRECONDITION),
    (errors.Aborted("The etag is stale.", metadata={"etag": "7"}), StatusCode.ABORTED),
    (errors.ResourceExhausted("The queue is full.", retry_after=1.5), StatusCode.RESOURCE_EXHAUSTED),
    (errors.Unavailable("Redis is away.", retry_after=0.25), StatusCode.UNAVAILABLE),
    (errors.Unauthenticated("Who?"), StatusCode.UNAUTHENTICATED),
    (errors.PermissionDenied("No."), StatusCode.PERMISSION_DENIED),
    (errors.DeadlineExceeded("Late."), StatusCode.DEADLINE_EXCEEDED),
    (errors.Unimplemented("Not yet."), StatusCode.UNIMPLEMENTED),
    (errors.Internal("A bug."), StatusCode.INTERNAL),
]


def over_the_wire(error: HeyJarvisError) -> grpc.aio.AioRpcError:
    code, text, trailing = to_status(error, "approvals")
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(*trailing), details=text)


@pytest.mark.parametrize(("error", "code"), EVERY_ERROR, ids=lambda value: type(value).__name__)
def test_an_error_survives_the_wire(error: HeyJarvisError, code: StatusCode) -> None:
    sent = over_the_wire(error)
    assert sent.code() is code
    rebuilt = from_rpc_error(sent)
    assert vars(rebuilt) == vars(error)
    assert type(rebuilt) is type(error)
    assert rebuilt.__cause__ is sent


def test_every_status_carries_reason_and_domain() -> None:
    _, _, trailing = to_status(errors.Aborted("Lost.", reason="RACE_LOST", metadata={"etag": "7"}), "approvals")
    status = status_pb2.Status.FromString(trailing[0][1])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (info.reason, info.domain, dict(info.metadata)) == ("RACE_LOST", "heyjarvis.approvals", {"etag": "7"})


def test_details_stay_small_enough_for_the_trailing_metadata() -> None:
    violations = [FieldViolation("x" * 5000, "y" * 5000) for _ in range(500)]
    code, text, trailing = to_status(errors.InvalidArgument(violations, metadata={"a": "z" * 9000}), "approvals")
    assert code is StatusCode.INVALID_ARGUMENT
    assert len(text) <= 1000
    assert len(trailing[0][1]) <= LARGEST_DETAILS


def test_a_subclass_has_the_code_of_its_ancestor() -> None:
    class QueueFull(errors.ResourceExhausted):
        pass

    assert to_status(QueueFull("Full."), "x")[0] is StatusCode.RESOURCE_EXHAUSTED


def test_a_status_without_details_is_understood() -> None:
    sent = grpc.aio.AioRpcError(StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata(), details="refused")
    rebuilt = from_rpc_error(sent)
    assert isinstance(rebuilt, errors.Unavailable)
    assert (rebuilt.message, rebuilt.retry_after, rebuilt.reason) == ("refused", None, "UNAVAILABLE")


def test_a_call_that_a_peer_breaks_off_may_be_made_again() -> None:
    sent = grpc.aio.AioRpcError(StatusCode.CANCELLED, grpc.aio.Metadata(), grpc.aio.Metadata(), details="cancelled")
    assert isinstance(from_rpc_error(sent), errors.Unavailable)


def test_a_call_under_which_a_peer_dies_may_be_made_again() -> None:
    text = "Received RST_STREAM with error code 2"
    sent = grpc.aio.AioRpcError(StatusCode.INTERNAL, grpc.aio.Metadata(), grpc.aio.Metadata(), details=text)
    assert isinstance(from_rpc_error(sent), errors.Unavailable)
    assert isinstance(from_rpc_error(over_the_wire(errors.Internal(f"It said: {text}"))), errors.Internal)


def test_garbage_in_the_details_is_ignored() -> None:
    trailing = grpc.aio.Metadata((DETAILS_KEY, b"\xff\xff\xff"))
    sent = grpc.aio.AioRpcError(StatusCode.UNKNOWN, grpc.aio.Metadata(), trailing, details="?")
    assert isinstance(from_rpc_error(sent), errors.Internal)


def test_peer_errors_translates_within_its_block() -> None:
    with pytest.raises(errors.NotFound) as raised, peer_errors():
        raise over_the_wire(errors.NotFound("template", "templates/x"))
    assert raised.value.name == "templates/x"
