"""The one door to Claude: typed output, limits, cost, cancellation. See README.md beside this file.

Importing this package does not import the Anthropic library.
"""

from chassis.model.client import ModelClient
from chassis.model.errors import ErrorClass, ModelError, UnsupportedOutputError
from chassis.model.request import SMALL, ModelAnswer, ModelRequest
from chassis.model.schema import output_schema
from chassis.model.settings import Effort, ModelSettings
from chassis.model.usage import Usage

__all__ = [
    "SMALL",
    "Effort",
    "ErrorClass",
    "ModelAnswer",
    "ModelClient",
    "ModelError",
    "ModelRequest",
    "ModelSettings",
    "UnsupportedOutputError",
    "Usage",
    "output_schema",
]
