import pytest

from chassis import errors
from chassis.errors import FieldViolation, HeyJarvisError, InvalidArgument, NotFound, ResourceExhausted


def test_invalid_argument_tells_every_field() -> None:
    error = InvalidArgument([FieldViolation("title", "is empty"), FieldViolation("tasks[2].agent", "is unknown")])
    assert error.message == "title: is empty; tasks[2].agent: is unknown"
    assert error.reason == "INVALID_ARGUMENT"


def test_one_violation_needs_no_list() -> None:
    assert InvalidArgument(FieldViolation("title", "is empty")).violations == (FieldViolation("title", "is empty"),)


def test_not_found_names_the_resource_and_its_reason() -> None:
    error = NotFound("approval", "approvals/42")
    assert error.reason == "APPROVAL_NOT_FOUND"
    assert error.metadata == {"name": "approvals/42"}
    assert "'approvals/42'" in error.message


def test_a_reason_of_ones_own_wins() -> None:
    assert ResourceExhausted("full", retry_after=2.5, reason="QUEUE_FULL").reason == "QUEUE_FULL"


@pytest.mark.parametrize("kind", HeyJarvisError.__subclasses__())
def test_every_error_has_a_reason_in_upper_snake(kind: type[HeyJarvisError]) -> None:
    reason = kind.default_reason
    assert reason == reason.upper()
    assert reason.replace("_", "").isalpha()


def test_the_tree_is_the_documented_one() -> None:
    drawn = errors.__doc__ or ""
    public = [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, HeyJarvisError) and not name.startswith("_")
    ]
    assert [name for name in public if name not in drawn] == []
