"""The one door to Claude: typed output, limits, cost, cancellation. See README.md beside this file.

Names are loaded when first used, so that who only counts `Usage` pays for nothing else; the Anthropic
library is not imported before the first call or `ModelClient.warm`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chassis.model.client import ModelClient
    from chassis.model.errors import ErrorClass, ModelError, UnsupportedOutputError
    from chassis.model.reading import ModelReading, Page, Passage
    from chassis.model.request import SMALL, ModelAnswer, ModelRequest, SearchRequest
    from chassis.model.schema import output_schema
    from chassis.model.settings import Effort, ModelSettings
    from chassis.model.tools import Tool, ToolBounds, ToolError
    from chassis.model.usage import Usage

__all__ = [
    "SMALL",
    "Effort",
    "ErrorClass",
    "ModelAnswer",
    "ModelClient",
    "ModelError",
    "ModelReading",
    "ModelRequest",
    "ModelSettings",
    "Page",
    "Passage",
    "SearchRequest",
    "Tool",
    "ToolBounds",
    "ToolError",
    "UnsupportedOutputError",
    "Usage",
    "output_schema",
]

_HOME = {
    "SMALL": "request",
    "Effort": "settings",
    "ErrorClass": "errors",
    "ModelAnswer": "request",
    "ModelClient": "client",
    "ModelError": "errors",
    "ModelReading": "reading",
    "ModelRequest": "request",
    "ModelSettings": "settings",
    "Page": "reading",
    "Passage": "reading",
    "SearchRequest": "request",
    "Tool": "tools",
    "ToolBounds": "tools",
    "ToolError": "tools",
    "UnsupportedOutputError": "errors",
    "Usage": "usage",
    "output_schema": "schema",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'chassis.model' has no attribute {name!r}")
    return getattr(import_module(f"chassis.model.{home}"), name)
