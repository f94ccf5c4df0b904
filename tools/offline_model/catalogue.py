"""The models this server claims to have, for GET /v1/models and for the rules that differ per model."""

from collections.abc import Mapping
from typing import Any

SUFFIX = "+simulated"
"""Added to the requested model's id in every message, so that no answer passes for a real one."""

NEWEST_FIRST = (
    "claude-fable-5-2",
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-fable-5-1",
    "claude-opus-5-5",
    "claude-sonnet-5",
    "claude-opus-5",
)
"""Ids in the list. Any other id that starts with `claude-` is accepted too: models come faster than this file."""

CREATED = "2026-01-01T00:00:00Z"
"""One date for all: it is not known here, and nothing depends on it."""


def exists(model: str) -> bool:
    """Whether calls to the model are answered; others get 404."""
    return model.startswith("claude-") and len(model) > len("claude-")


def always_thinks(model: str) -> bool:
    """Models on which thinking cannot be switched off and no tool can be forced."""
    return model.startswith(("claude-opus-5-5", "claude-fable-5-1", "claude-fable-5-2"))


def describe(model: str) -> Mapping[str, Any]:
    """One entry of the list."""
    forced = always_thinks(model)
    line = model.split("-")[1]
    yes, no = {"supported": True}, {"supported": False}
    thinking = {"adaptive": yes, "between_tools": no, "disabled": no if forced else yes, "enabled": no}
    return {
        "type": "model",
        "id": model,
        "display_name": f"{model.replace('-', ' ').title()} (simulated)",
        "created_at": CREATED,
        "lifecycle": "active",
        "line": line if line in ("haiku", "sonnet", "opus", "fable", "mythos") else None,
        "deprecated_at": None,
        "retires_at": None,
        "max_input_tokens": 1_000_000,
        "max_tokens": 128_000,
        "capabilities": {
            "batch": no,
            "citations": no,
            "code_execution": no,
            "context_management": {"supported": False},
            "effort": {"supported": True} | dict.fromkeys(("low", "medium", "high", "xhigh", "max"), yes),
            "image_input": no,
            "pdf_input": no,
            "server_tools": {"supported": True, "web_search": yes, "code_execution": no},
            "structured_outputs": yes,
            "thinking": {"supported": True, "types": thinking},
        },
    }


def page(query: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer to GET /v1/models, with the API's `limit` and `after_id`."""
    ids = list(NEWEST_FIRST)
    after = query.get("after_id")
    if after in ids:
        ids = ids[ids.index(after) + 1 :]
    text = query.get("limit", "20")
    limit = max(1, min(1000, int(text))) if text.isdigit() else 20
    shown = ids[:limit]
    return {
        "data": [describe(model) for model in shown],
        "has_more": len(ids) > len(shown),
        "first_id": shown[0] if shown else None,
        "last_id": shown[-1] if shown else None,
    }
