"""When the offline model asks for a tool, and with which input.

A tool is used once, in the first round: when `tool_choice` demands it, when the prompt names the
tool, or when it looks things up (search, fetch, look up …) and may be used freely. As soon as the
conversation holds a result of a tool, the final answer follows, so every tool loop ends.
Anthropic's own web search is played on this side, in the same message: `searching.py`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.offline_model.errors import bad_request
from tools.offline_model.message_request import MessageRequest
from tools.offline_model.writing import Author, SchemaError

MAX_PARALLEL = 4
"""Tools asked for in one message at most."""
_LOOKS_UP = re.compile(
    r"(?:^|[_\s.-])(search|fetch|look_?up|find|retrieve|browse|query|research)(?:$|[_\s.-])", re.IGNORECASE
)


def client_calls(request: MessageRequest, author: Author) -> list[Mapping[str, Any]]:
    """The `tool_use` blocks of this turn; empty when the answer comes now."""
    tools = [tool for tool in request.tools if tool.get("type", "custom") == "custom"]
    if request.tool_choice == "none" or not tools or _has_result(request):
        return []
    chosen = _chosen(request, tools)
    most = MAX_PARALLEL if request.parallel_tools else 1
    return [_call(tool, author, number) for number, tool in enumerate(chosen[:most])]


def _chosen(request: MessageRequest, tools: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if request.tool_choice == "any":
        return list(tools[:1])
    if request.tool_choice != "auto":
        return [tool for tool in tools if tool["name"] == request.tool_choice]
    named = [tool for tool in tools if re.search(rf"\b{re.escape(str(tool['name']))}\b", request.prompt)]
    return named or [tool for tool in tools if _LOOKS_UP.search(str(tool["name"]))][:1]


def _has_result(request: MessageRequest) -> bool:
    return any(
        block["type"] == "tool_result"
        for message in request.messages
        if isinstance(message["content"], list)
        for block in message["content"]
    )


def _call(tool: Mapping[str, Any], author: Author, number: int) -> Mapping[str, Any]:
    try:
        arguments = author.instance(tool["input_schema"], title=str(tool["name"]))
    except SchemaError as error:
        raise bad_request(f"tools: input_schema of {tool['name']!r}: {error}") from error
    digest = hashlib.blake2b(
        f"{author.world.seed}|{author.world.brief.request}|{tool['name']}|{number}".encode(), digest_size=12
    )
    return {"type": "tool_use", "id": f"toolu_sim_{digest.hexdigest()}", "name": tool["name"], "input": arguments}
