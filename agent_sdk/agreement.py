"""What the agents of a workflow agree on, in its shared memory: who is first decides, the others take it from there."""

from __future__ import annotations

from pydantic import JsonValue

from agent_sdk.context import Memory
from agent_sdk.errors import MemoryConflictError

CURRENCY = "agreed.currency"
"""ISO 4217 code that amounts of the workflow are in."""
REGION = "agreed.region"
"""Where the business of the workflow sells."""


async def agree(memory: Memory, key: str, value: JsonValue) -> JsonValue:
    """What is agreed under the key: `value` when nobody said anything before, else what stands there already."""
    try:
        await memory.put(key, value, version=0)
    except MemoryConflictError:
        entry = await memory.get(key)
        return value if entry is None else entry.value
    return value
