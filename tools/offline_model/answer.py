"""What the model says to a request: blocks, a reason to stop, tokens. No time, no socket.

An `Answer` depends on the request and the seed alone, so equal requests share one (`service.py`
keeps them). What differs from call to call, ids and the state of the prompt cache, is added when
the answer is sent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tools.offline_model.errors import bad_request
from tools.offline_model.message_request import MessageRequest
from tools.offline_model.searching import cited_blocks, page_blocks, result_row, search_blocks
from tools.offline_model.tokens import CHARS_PER_TOKEN, estimate
from tools.offline_model.toolcalls import client_calls
from tools.offline_model.writing import Author, SchemaError
from tools.offline_model.writing.records.reading import Found

Block = Mapping[str, Any]

GARBAGE = "%PDF-1.7 \x07\x1b[31m ÿþ <html><b>502</b> {{{ not json at all ]]"
"""The answer of the fault `garbage`."""
WRONG_JSON = '{"unexpected": true, "items": null}'
"""The answer of the fault `wrong_json`: JSON, but not what the schema asks for."""
THINKING_TOKENS: Mapping[str, int] = {"low": 20, "medium": 60, "high": 160, "xhigh": 320, "max": 640}
"""Tokens spent thinking per effort; they count as output, whatever of the thinking is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One complete message without its id."""

    blocks: tuple[Block, ...]
    stop_reason: str
    stop_sequence: str | None = None
    stop_details: Mapping[str, Any] | None = None
    output_tokens: int
    thinking_tokens: int = 0
    searches: int = 0
    """Web searches done on the server's side."""

    def output_usage(self) -> dict[str, Any]:
        """The output half of `usage`."""
        used: dict[str, Any] = {
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"thinking_tokens": self.thinking_tokens},
        }
        if self.searches:
            used["server_tool_use"] = {"web_search_requests": self.searches, "web_fetch_requests": 0}
        return used


def answer_to(request: MessageRequest, seed: int, purpose: str) -> Answer:
    """The answer to a checked request. Raises the API's 400 for a schema no value can satisfy."""
    author = Author(request.prompt, seed)
    blocks: list[Block] = []
    thinking = 0
    if request.thinking != "none":
        thinking = THINKING_TOKENS[request.effort]
        shown = author.thoughts() if request.thinking == "summarized" else ""
        blocks.append({"type": "thinking", "thinking": shown, "signature": _signature(request.prompt)})
    calls = client_calls(request, author)
    if calls:
        return _limited(request, [*blocks, *calls], "tool_use", thinking)
    found = search_blocks(request, author)
    blocks += found
    if found and request.schema is None:
        blocks += cited_blocks(author)
    else:
        blocks.append({"type": "text", "text": _text(request, author, purpose)})
    done = _limited(request, blocks, "end_turn", thinking)
    return replace(done, searches=sum(block["type"] == "server_tool_use" for block in found))


def _text(request: MessageRequest, author: Author, purpose: str) -> str:
    try:
        return author.json(request.schema, purpose) if request.schema is not None else author.text()
    except SchemaError as error:
        raise bad_request(f"output_config.format.schema: {error}") from error


def with_text(answer: Answer, text: str, stop_reason: str = "end_turn") -> Answer:
    """The same answer saying something else, for faults."""
    blocks = [block for block in answer.blocks if block["type"] == "thinking"]
    tokens = answer.thinking_tokens + estimate(text)
    return Answer(
        blocks=(*blocks, {"type": "text", "text": text}),
        stop_reason=stop_reason,
        output_tokens=max(1, tokens),
        thinking_tokens=answer.thinking_tokens,
    )


def with_page(answer: Answer, page: Found) -> Answer:
    """The same answer after a web search that found one more page and cites all of it; unchanged without a search."""
    results = [index for index, block in enumerate(answer.blocks) if block["type"] == "web_search_tool_result"]
    if not results:
        return answer
    blocks = list(answer.blocks)
    last = blocks[results[-1]]
    blocks[results[-1]] = {**last, "content": [*last["content"], result_row(page)]}
    return replace(answer, blocks=(*blocks, *page_blocks(page)))


def text_of(answer: Answer) -> str:
    """All text of an answer."""
    return "".join(str(block["text"]) for block in answer.blocks if block["type"] == "text")


def refusal(answer: Answer) -> Answer:
    """The model declines: HTTP 200, no content."""
    details = {
        "type": "refusal",
        "category": "general_harms",
        "explanation": "Declined by a scripted fault (simulated).",
    }
    return Answer(blocks=(), stop_reason="refusal", stop_details=details, output_tokens=1, thinking_tokens=0)


def _limited(request: MessageRequest, blocks: Sequence[Block], stop_reason: str, thinking: int) -> Answer:
    """The blocks as far as stop sequences and max_tokens let them through."""
    room = request.max_tokens - thinking
    kept: list[Block] = []
    spent = 0
    for block in blocks:
        if block["type"] == "thinking":
            kept.append(block)
            continue
        shown, sequence = _until_sequence(block, request.stop_sequences)
        size = _size(shown)
        if spent + size > room:
            kept += _cut(shown, max(0, room - spent))
            return _answer(kept, "max_tokens", thinking, min(request.max_tokens, thinking + max(0, room)))
        kept.append(shown)
        spent += size
        if sequence is not None:
            return replace(_answer(kept, "stop_sequence", thinking, thinking + spent), stop_sequence=sequence)
    return _answer(kept, stop_reason, thinking, thinking + spent)


def _answer(blocks: Sequence[Block], stop_reason: str, thinking: int, output: int) -> Answer:
    return Answer(
        blocks=tuple(blocks),
        stop_reason=stop_reason,
        output_tokens=output,
        thinking_tokens=min(thinking, output),
    )


def _until_sequence(block: Block, sequences: Sequence[str]) -> tuple[Block, str | None]:
    if block["type"] != "text" or not sequences:
        return block, None
    text = str(block["text"])
    found = [(text.find(sequence), sequence) for sequence in sequences if sequence in text]
    if not found:
        return block, None
    at, sequence = min(found)
    return {**block, "text": text[:at]}, sequence


def _cut(block: Block, tokens: int) -> list[Block]:
    """The beginning of a text; other blocks are whole or not there at all."""
    if block["type"] != "text" or tokens <= 0:
        return []
    head = str(block["text"]).encode()[: int(tokens * CHARS_PER_TOKEN)]
    return [{**block, "text": head.decode(errors="ignore")}]


def _size(block: Block) -> int:
    if block["type"] == "text":
        return estimate(str(block["text"]))
    return estimate(str(block.get("input", ""))) + 12 if block["type"] in ("tool_use", "server_tool_use") else 0


def _signature(prompt: str) -> str:
    return f"simulated-{hashlib.blake2b(prompt.encode(), digest_size=12).hexdigest()}"
