"""The body of POST /v1/messages: checked as the API checks it, then a frozen `MessageRequest`.

Errors name the field first (`messages.0.role: …`), as the real ones do. What the offline model does
not use (metadata, service_tier, …) is accepted and dropped; what the API does not know is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tools.offline_model.catalogue import always_thinks, exists
from tools.offline_model.errors import ApiError, bad_request
from tools.offline_model.schema_rules import check_schema

KNOWN = frozenset([
    "model", "max_tokens", "messages", "system", "stream", "stop_sequences",
    "tools", "tool_choice", "thinking", "output_config", "cache_control", "container",
    "diagnostics", "inference_geo", "metadata", "service_tier", "speed", "user_profile_id",
])  # fmt: skip
SAMPLING = ("temperature", "top_p", "top_k")
EFFORTS = ("low", "medium", "high", "xhigh", "max")
MAX_OUTPUT = 128_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRequest:
    """A request that may be answered."""

    model: str
    max_tokens: int
    """Output tokens at most; 0 only warms the cache."""
    system: str
    """The system prompt as one text."""
    messages: Sequence[Mapping[str, Any]]
    stream: bool
    stop_sequences: tuple[str, ...]
    tools: tuple[Mapping[str, Any], ...]
    tool_choice: str
    """`auto`, `any`, `none` or the name of the tool to use."""
    parallel_tools: bool
    """Whether more than one tool may be asked for at once."""
    thinking: str
    """`none`, `omitted` (a block with empty text) or `summarized`."""
    effort: str
    schema: Mapping[str, Any] | None
    """Schema of the structured output, None for plain text."""
    cached_prefix: str
    """What stands before the last cache marker, empty without one."""
    cache_hour: bool
    """True when that marker asks for one hour instead of five minutes."""

    @property
    def schema_title(self) -> str:
        """The schema's name for people and for drawing words, empty without a schema."""
        return str(self.schema.get("title", "")) if self.schema else ""

    @property
    def prompt(self) -> str:
        """Every user text in one."""
        return "\n".join(text for message in self.messages if message["role"] == "user" for text in texts(message))


def texts(message: Mapping[str, Any]) -> list[str]:
    """The plain texts of a message."""
    content = message["content"]
    if isinstance(content, str):
        return [content]
    return [block["text"] for block in content if block.get("type") == "text"]


def parse_request(body: bytes, *, counting: bool = False) -> MessageRequest:
    """Checks a body. With `counting` it is one of count_tokens, which has no max_tokens."""
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request(f"The request body is not valid JSON: {error}") from error
    if not isinstance(data, dict):
        raise bad_request("The request body is not a JSON object")
    for name in SAMPLING:
        if name in data:
            raise bad_request(f"{name}: this model does not accept sampling parameters")
    unknown = sorted(set(data) - KNOWN)
    if unknown:
        raise bad_request(f"{unknown[0]}: Extra inputs are not permitted")
    model = _model(data)
    messages = _messages(data)
    tools = _tools(data)
    choice, parallel = _tool_choice(data, model, tools)
    effort, schema = _output_config(data)
    prefix, hour = _cached(data, messages)
    return MessageRequest(
        model=model,
        max_tokens=0 if counting else _max_tokens(data),
        system=_system(data),
        messages=messages,
        stream=_boolean(data, "stream"),
        stop_sequences=_stop_sequences(data),
        tools=tools,
        tool_choice=choice,
        parallel_tools=parallel,
        thinking=_thinking(data, model),
        effort=effort,
        schema=schema,
        cached_prefix=prefix,
        cache_hour=hour,
    )


def _model(data: Mapping[str, Any]) -> str:
    model = data.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("model: Field required")
    if not exists(model):
        raise ApiError(404, f"model: {model}")
    return model


def _max_tokens(data: Mapping[str, Any]) -> int:
    if "max_tokens" not in data:
        raise bad_request("max_tokens: Field required")
    value = data["max_tokens"]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise bad_request("max_tokens: Input should be an integer of 0 or more")
    if value > MAX_OUTPUT:
        raise bad_request(f"max_tokens: {value} > {MAX_OUTPUT}, which is the maximum allowed number of output tokens")
    return value


def _boolean(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise bad_request(f"{name}: Input should be a valid boolean")
    return value


def _stop_sequences(data: Mapping[str, Any]) -> tuple[str, ...]:
    value = data.get("stop_sequences") or []
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise bad_request("stop_sequences: each stop sequence must contain non-whitespace")
    return tuple(value)


def _system(data: Mapping[str, Any]) -> str:
    system = data.get("system") or ""
    if isinstance(system, str):
        return system
    return "\n".join(texts({"content": _blocks(system, "system")}))


def _blocks(value: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(block, dict) and "type" in block for block in value):
        raise bad_request(f"{where}: Input should be a string or a list of content blocks")
    for index, block in enumerate(value):
        if block["type"] == "text" and not isinstance(block.get("text"), str):
            raise bad_request(f"{where}.{index}.text: Input should be a valid string")
    return value


def _messages(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    messages = data.get("messages")
    if not isinstance(messages, list):
        raise bad_request("messages: Field required")
    if not messages:
        raise bad_request("messages: at least one message is required")
    for index, message in enumerate(messages):
        where = f"messages.{index}"
        if not isinstance(message, dict) or "role" not in message or "content" not in message:
            raise bad_request(f"{where}: Input should be an object with role and content")
        if message["role"] not in ("user", "assistant", "system"):
            raise bad_request(f"{where}.role: Unexpected role {message['role']!r}: use user, assistant or system")
        if not isinstance(message["content"], str):
            _blocks(message["content"], f"{where}.content")
        if not message["content"] and not (message["role"] == "assistant" and index == len(messages) - 1):
            raise bad_request(f"{where}: messages must have non-empty content")
    _check_tool_results(messages)
    last = messages[-1]
    if last["role"] == "assistant" and texts(last) and not _paused(last):
        raise bad_request("This model does not support assistant message prefill. End with a user message.")
    return messages


def _paused(message: Mapping[str, Any]) -> bool:
    """A turn the server paused comes back as it was, so it may end the conversation."""
    content = message["content"]
    return not isinstance(content, str) and any(block["type"] == "server_tool_use" for block in content)


def _check_tool_results(messages: Sequence[Mapping[str, Any]]) -> None:
    """Every tool_use is answered in the very next message, and nothing else is."""
    asked: set[str] = set()
    for index, message in enumerate(messages):
        content = message["content"] if isinstance(message["content"], list) else []
        answered = {str(b.get("tool_use_id")) for b in content if b["type"] == "tool_result"}
        if answered - asked:
            name = min(answered - asked)
            raise bad_request(f"messages.{index}.content: unexpected tool_use_id {name!r} in a tool_result block")
        if asked - answered:
            names = ", ".join(sorted(asked - answered))
            raise bad_request(f"messages.{index}: tool_use ids without tool_result in the next message: {names}")
        asked = {str(b.get("id")) for b in content if b["type"] == "tool_use"}


def _tools(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    tools = data.get("tools") or []
    if not isinstance(tools, list):
        raise bad_request("tools: Input should be a valid list")
    names: set[str] = set()
    for index, tool in enumerate(tools):
        where = f"tools.{index}"
        if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
            raise bad_request(f"{where}.name: Field required")
        if tool["name"] in names:
            raise bad_request("tools: Tool names must be unique.")
        names.add(tool["name"])
        if tool.get("type", "custom") == "custom":
            schema = tool.get("input_schema")
            if not isinstance(schema, dict) or schema.get("type") != "object":
                raise bad_request(f"{where}.custom.input_schema.type: Field required, and must be 'object'")
            if tool.get("strict"):
                check_schema(schema, f"{where}.custom.input_schema")
    return tuple(tools)


def _tool_choice(data: Mapping[str, Any], model: str, tools: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    choice = data.get("tool_choice") or {"type": "auto"}
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in ("auto", "any", "tool", "none"):
        raise bad_request("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    parallel = not choice.get("disable_parallel_tool_use", False)
    if kind in ("any", "tool"):
        if always_thinks(model):
            raise bad_request(f"tool_choice: {kind!r} is not supported by {model}, which always thinks. Use 'auto'.")
        if not tools:
            raise bad_request("tool_choice: may only be specified while providing tools")
    if kind == "tool":
        if choice.get("name") not in [tool["name"] for tool in tools]:
            raise bad_request(f"tool_choice.name: Tool {choice.get('name')!r} not found in provided tools")
        return str(choice["name"]), parallel
    return str(kind), parallel


def _thinking(data: Mapping[str, Any], model: str) -> str:
    forced = always_thinks(model)
    config = data.get("thinking")
    if config is None:
        return "omitted" if forced else "none"
    kind = config.get("type") if isinstance(config, dict) else None
    if kind not in ("adaptive", "enabled", "disabled", "between_tools"):
        raise bad_request("thinking.type: Input should be 'adaptive', 'enabled', 'disabled' or 'between_tools'")
    if forced and kind != "adaptive":
        raise bad_request(
            f"thinking.type: {kind!r} is not supported by {model}. Use 'adaptive' and output_config.effort."
        )
    if kind in ("disabled", "between_tools"):
        return "none"
    return "summarized" if config.get("display") == "summarized" else "omitted"


def _output_config(data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None]:
    config = data.get("output_config") or {}
    if not isinstance(config, dict):
        raise bad_request("output_config: Input should be an object")
    unknown = sorted(set(config) - {"effort", "format"})
    if unknown:
        raise bad_request(f"output_config.{unknown[0]}: Extra inputs are not permitted")
    effort = config.get("effort") or "medium"
    if effort not in EFFORTS:
        raise bad_request(f"output_config.effort: Input should be one of {', '.join(EFFORTS)}")
    form = config.get("format")
    if form is None:
        return effort, None
    if not isinstance(form, dict) or form.get("type") != "json_schema":
        raise bad_request("output_config.format.type: Input should be 'json_schema'")
    return effort, check_schema(form.get("schema"), "output_config.format.schema")


def _cached(data: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    """The text up to the last cache marker. Order as the API caches it: tools, system, messages."""
    parts: list[str] = [str(data.get("model"))]
    end, hour = 0, False
    system = data.get("system")
    blocks: list[Any] = list(data.get("tools") or [])
    blocks += system if isinstance(system, list) else [{"text": system or ""}]
    for message in messages:
        content = message["content"]
        blocks += content if isinstance(content, list) else [{"text": content}]
    for block in blocks:
        parts.append(block.get("text") or msgspec.json.encode(block).decode())
        if block.get("cache_control"):
            end, hour = len(parts), block["cache_control"].get("ttl") == "1h"
    if data.get("cache_control"):
        end, hour = len(parts), data["cache_control"].get("ttl") == "1h"
    return "\x00".join(parts[:end]), hour
