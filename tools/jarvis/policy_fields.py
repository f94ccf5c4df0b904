"""A scaling policy as `field=value` words: which fields there are, what they hold, and how a change is read.

Fields come from the contract, so that a new one needs no line here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from heyjarvis.scaler.v1 import scaler_service_pb2 as pb

from chassis.errors import FieldViolation, InvalidArgument
from tools.jarvis import wording

_NOT_SET = ("name", "version", "etag")
_WHOLE = (Field.TYPE_INT32, Field.TYPE_INT64)


def fields_of(policy: pb.ScalingPolicy) -> Iterator[tuple[str, str]]:
    """Every field with its value in words."""
    for path, message, field in _fields(policy):
        yield path, _told(field, getattr(message, field.name))


def change(policy: pb.ScalingPolicy, words: Sequence[str]) -> list[str]:
    """Sets `field=value` words in the policy; the fields that an update has to name. Raises InvalidArgument."""
    known = {path: (message, field) for path, message, field in _fields(policy)}
    wrong, changed = [], []
    for word in words:
        path, equals, text = word.partition("=")
        if not equals:
            wrong.append(FieldViolation(word, "write it as field=value, such as max_replicas=20 or target_wait=20s"))
        elif path not in known:
            wrong.append(FieldViolation(path, f"is no field of a policy; these are: {', '.join(known)}"))
        else:
            message, field = known[path]
            try:
                ParseDict({field.name: _read(path, field, text)}, message)
            except ParseError:
                wrong.append(FieldViolation(path, f"{text!r} does not fit; it is now {_now(field, message)}"))
            except InvalidArgument as error:
                wrong.extend(error.violations)
            changed.append(path.partition(".")[0])
    if wrong:
        raise InvalidArgument(wrong)
    return list(dict.fromkeys(changed))


def _fields(message: Message, prefix: str = "") -> Iterator[tuple[str, Message, Field]]:
    # Two kinds of descriptors, alike in all that is asked of them here.
    for field in cast("Sequence[Field]", message.DESCRIPTOR.fields):
        if field.name in _NOT_SET:
            continue
        nested = field.message_type
        if nested is None or nested.full_name.startswith("google.protobuf."):
            yield prefix + field.name, message, field
        else:
            yield from _fields(getattr(message, field.name), f"{prefix}{field.name}.")


def _read(path: str, field: Field, text: str) -> Any:
    """The word in protobuf's JSON."""
    if field.enum_type is not None:
        return _member(path, field, text)
    if _is(field, Duration):
        span = wording.parse_span(path, text) if text.strip("0s") else None
        return f"{span.total_seconds():g}s" if span else "0s"
    if _is(field, Struct):
        try:
            return json.loads(text or "{}")
        except ValueError:
            raise InvalidArgument(FieldViolation(path, f"{text!r} is no JSON object")) from None
    if field.type == Field.TYPE_STRING:
        return text
    if field.type == Field.TYPE_BOOL:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return int(text) if field.type in _WHOLE else float(text)
    except ValueError:
        kind = "whole number" if field.type in _WHOLE else "number"
        raise InvalidArgument(FieldViolation(path, f"{text!r} is no {kind}")) from None


def _member(path: str, field: Field, text: str) -> str:
    assert field.enum_type is not None
    words = {_word(field, value.name): value.name for value in field.enum_type.values if value.number}
    if text.lower() not in words:
        raise InvalidArgument(FieldViolation(path, f"{text!r} is none of {', '.join(words)}"))
    return words[text.lower()]


def _word(field: Field, name: str) -> str:
    """`native` of SCALING_MODE_NATIVE: what the members of an enumeration have in common is left out."""
    assert field.enum_type is not None
    common = field.enum_type.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return name.removeprefix(common).lower()


def _is(field: Field, kind: type[Message]) -> bool:
    return field.message_type is not None and field.message_type.full_name == kind.DESCRIPTOR.full_name


def _now(field: Field, message: Message) -> str:
    return _told(field, getattr(message, field.name))


def _told(field: Field, value: Any) -> str:
    if isinstance(value, Duration):
        seconds = value.ToTimedelta().total_seconds()
        return f"{seconds:g} s"
    if isinstance(value, Struct):
        return json.dumps(MessageToDict(value)) if value.fields else "{}"
    if field.enum_type is not None:
        return _word(field, field.enum_type.values_by_number[value].name)
    return f"{value:g}" if isinstance(value, float) else str(value)
