"""The public A2A client against a door, with what its tests ask again and again."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from a2a.client import Client, ClientConfig, create_client
from a2a.types import a2a_pb2 as a2a

PATIENCE = 60.0
"""Seconds an answer may take."""


@asynccontextmanager
async def a2a_client(
    url: str, *, token: str = "", streaming: bool = True, polling: bool = False
) -> AsyncIterator[Client]:
    """A client that found the door by its card."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(headers=headers, timeout=PATIENCE) as http:
        client = await create_client(url, ClientConfig(streaming=streaming, polling=polling, httpx_client=http))
        try:
            yield client
        finally:
            await client.close()


def request(
    text: str = "", *, message_id: str = "", data: Mapping[str, Any] | None = None, **said: Any
) -> a2a.SendMessageRequest:
    """A message; `metadata` is a dict, whatever else stands in `said` is a field of the message."""
    metadata = said.pop("metadata", None)
    message = a2a.Message(message_id=message_id or uuid.uuid4().hex, role=a2a.ROLE_USER, **said)
    if text:
        message.parts.add(text=text)
    if data is not None:
        message.parts.add().data.struct_value.update(data)
    if metadata:
        message.metadata.update(metadata)
    return a2a.SendMessageRequest(message=message)


async def sent(client: Client, message: a2a.SendMessageRequest) -> a2a.Task:
    """The task that the door answers with at once."""
    message.configuration.return_immediately = True
    async for answer in client.send_message(message):
        return answer.task
    raise AssertionError("no answer")
