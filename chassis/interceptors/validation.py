"""Requests are held against the rules their contract states (protovalidate) before a service sees them."""

from collections.abc import AsyncIterator
from functools import cache
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.message import Message

from chassis.errors import FieldViolation, InvalidArgument
from chassis.interceptors.around import AroundInterceptor, Context, Undecodable, Work

if TYPE_CHECKING:
    import protovalidate
    from protovalidate._gen.buf.validate.validate_pb import FieldPath

RULES_FILE = "buf/validate/validate.proto"
_SHOWN = 80
"""Characters of a wrong value that are quoted."""


class ValidationInterceptor(AroundInterceptor):
    """Refuses a request that breaks a rule; in a stream of requests, the first that does ends the call."""

    async def around(self, method: str, request: Any, context: Context, work: Work) -> Any:
        if isinstance(request, Message | Undecodable):
            return await work(_sound(request, method))
        return await work(_checked(request, method))


async def _checked(requests: AsyncIterator[Message | Undecodable], method: str) -> AsyncIterator[Message]:
    async for request in requests:
        yield _sound(request, method)


def _sound(request: Message | Undecodable, method: str) -> Message:
    if isinstance(request, Undecodable):
        raise InvalidArgument(
            (),
            message=f"The request is no message that {method} takes ({request.why}). Encode it as the contract says, "
            "text as UTF-8; server reflection shows the contract.",
            reason="REQUEST_UNDECODABLE",
            metadata={"method": method},
        )
    check(request)
    return request


def check(request: Message) -> None:
    """Raises InvalidArgument with every violation."""
    if not _has_rules(request.DESCRIPTOR.file):
        return
    import protovalidate

    try:
        _validator().validate(request)
    except protovalidate.ValidationError as error:
        violations = [FieldViolation(_path(violation.proto.field), _told(violation)) for violation in error.violations]
        raise InvalidArgument(violations, reason="REQUEST_INVALID") from error


def _told(violation: "protovalidate.Violation") -> str:
    """What is wrong, with the value where the rule alone does not say it."""
    message = violation.proto.message
    if violation.proto.rule_id != "string.pattern":
        return message
    return f"must look like {violation.rule_value}, is {str(violation.field_value)[:_SHOWN]!r}"


@cache
def _validator() -> "protovalidate.Validator":
    # Imported with the first request that has rules: it is a tenth of a second that start-up does not have.
    import protovalidate

    return protovalidate.Validator()


@cache
def _has_rules(file: FileDescriptor) -> bool:
    return any(one.name == RULES_FILE or _has_rules(one) for one in file.dependencies)


def _path(field: "FieldPath | None") -> str:
    """A protovalidate field path as people write it: `tasks[2].title`."""
    path = ""
    for element in field.elements if field is not None else ():
        path += f".{element.field_name}" if path else element.field_name
        if element.subscript is not None:
            path += f"[{element.subscript.value!r}]"
    return path
