"""The question that the tests of `generate` ask, and its answer."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from chassis.model import ModelClient, ModelError, ModelRequest


class Bakery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2)
    ovens: int = Field(ge=1)


GOOD = '{"name": "Crust", "ovens": 2}'


def ask(**fields: Any) -> ModelRequest[Bakery]:
    return ModelRequest(output=Bakery, **{"prompt": "A bakery, please.", **fields})


async def failing(client: ModelClient, **how: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await client.generate(ask(), **how)
    return caught.value
