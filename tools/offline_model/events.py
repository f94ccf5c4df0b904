"""An answer on the wire: one JSON message, or the server-sent events that build it.

The events of the content are encoded once per answer; the opening and closing events carry the id
and the usage of the call and are made for each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tools.offline_model.answer import Answer
from tools.offline_model.catalogue import SUFFIX
from tools.offline_model.tokens import InputUsage

PIECE = 160
"""Characters of text in one delta."""
PING = b'event: ping\ndata: {"type": "ping"}\n\n'

_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Script:
    """An answer prepared for sending."""

    answer: Answer
    content: tuple[bytes, ...]
    """The events between `message_start` and `message_delta`."""


def prepare(answer: Answer) -> Script:
    """Encodes what is the same for every call."""
    return Script(answer, tuple(_content_events(answer)))


def message(answer: Answer, identity: str, model: str, usage: InputUsage) -> bytes:
    """The body of a call without streaming."""
    return _encode(
        {
            **_head(identity, model),
            "content": list(answer.blocks),
            "stop_reason": answer.stop_reason,
            "stop_sequence": answer.stop_sequence,
            "stop_details": answer.stop_details,
            "usage": {**_input(usage), **answer.output_usage()},
        }
    )


def opening(identity: str, model: str, usage: InputUsage) -> bytes:
    """`message_start` and the first ping."""
    start = {
        **_head(identity, model),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {**_input(usage), "output_tokens": 1},
    }
    return event("message_start", {"message": start}) + PING


def closing(answer: Answer, usage: InputUsage) -> bytes:
    """`message_delta` with the cumulative usage, then `message_stop`."""
    delta = {
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "stop_details": answer.stop_details,
    }
    counted = {key: value for key, value in usage.fields().items() if key != "cache_creation"}
    used = {**counted, **answer.output_usage()}
    return event("message_delta", {"delta": delta, "usage": used}) + event("message_stop", {})


def event(name: str, body: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + _encode({"type": name, **body}) + b"\n\n"


def _head(identity: str, model: str) -> dict[str, Any]:
    return {"id": identity, "type": "message", "role": "assistant", "model": model + SUFFIX, "container": None}


def _input(usage: InputUsage) -> dict[str, Any]:
    return {**usage.fields(), "service_tier": "standard", "speed": "standard", "inference_geo": None}


def _content_events(answer: Answer) -> Iterator[bytes]:
    for index, block in enumerate(answer.blocks):
        empty, deltas = _unfolded(block)
        yield event("content_block_start", {"index": index, "content_block": empty})
        for delta in deltas:
            yield event("content_block_delta", {"index": index, "delta": delta})
        yield event("content_block_stop", {"index": index})


def _unfolded(block: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """A block as it starts, and the deltas that complete it."""
    kind = block["type"]
    if kind == "text":
        written = [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
        cited = [{"type": "citations_delta", "citation": one} for one in block.get("citations") or ()]
        return {**block, "text": "", **({"citations": []} if cited else {})}, [*written, *cited]
    if kind == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
        signature = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*deltas, signature]
    if kind in ("tool_use", "server_tool_use"):
        text = _encode(block["input"]).decode()
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in _pieces(text)]
    return block, []


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
