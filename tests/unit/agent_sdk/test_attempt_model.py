"""The model an attempt asks: who ends its calls."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pydantic import BaseModel

from agent_sdk.names import AttemptKey
from agent_sdk.runtime.attempt import Attempt
from agent_sdk.runtime.model import AttemptModel
from chassis.clock import utc_now
from chassis.model import ModelClient


class Poem(BaseModel):
    verse: str


class Asked(Exception):
    """What the fake client was given as a deadline."""


class Client:
    async def generate(self, request: object, *, deadline: float, **told: Any) -> None:
        raise Asked(deadline)

    search = generate


async def test_the_attempts_own_deadline_comes_before_its_model_calls() -> None:
    attempt = Attempt(AttemptKey("w1", "t1", 1), deadline=utc_now())
    model = AttemptModel(attempt, cast(ModelClient, Client()), lambda: 5.0)
    for asking in (model.generate(Poem, system="s", prompt="p"), model.search(system="s", prompt="p")):
        with pytest.raises(Asked) as asked:
            await asking
        assert asked.value.args[0] > 5.0
