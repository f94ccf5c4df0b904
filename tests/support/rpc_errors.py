"""What a refused call says: its code and the details of our statuses.

error = await refused(stub.GetApproval(request))
assert error.code is grpc.StatusCode.NOT_FOUND
assert error.resource.resource_name == "approvals/x"
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from google.rpc import status_pb2


@dataclass
class Refused:
    """A call's refusal, unpacked."""

    code: grpc.StatusCode
    text: str
    info: details.ErrorInfo = field(default_factory=details.ErrorInfo)
    bad: details.BadRequest = field(default_factory=details.BadRequest)
    resource: details.ResourceInfo = field(default_factory=details.ResourceInfo)
    precondition: details.PreconditionFailure = field(default_factory=details.PreconditionFailure)
    quota: details.QuotaFailure = field(default_factory=details.QuotaFailure)
    retry: details.RetryInfo = field(default_factory=details.RetryInfo)

    @property
    def fields(self) -> list[str]:
        """The fields that are wrong."""
        return [violation.field for violation in self.bad.field_violations]


def unpack(error: grpc.aio.AioRpcError) -> Refused:
    """The refusal an error carries."""
    refused = Refused(code=error.code(), text=error.details() or "")
    for name, value in error.trailing_metadata() or ():
        if name != "grpc-status-details-bin" or not isinstance(value, bytes):
            continue
        for packed in status_pb2.Status.FromString(value).details:
            for known in _details(refused):
                packed.Unpack(known)
    return refused


def _details(refused: Refused) -> tuple[Message, ...]:
    return (refused.info, refused.bad, refused.resource, refused.precondition, refused.quota, refused.retry)


async def refused(call: Awaitable[Any]) -> Refused:
    """Awaits a call that must fail, and says how it failed."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return unpack(raised.value)
