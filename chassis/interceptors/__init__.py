"""What every call passes on its way in, outermost first: observed, mapped, identified, validated."""

from collections.abc import Collection, Sequence

import grpc

from chassis.identity import Authenticator
from chassis.interceptors.errors import ErrorInterceptor, OpenCalls
from chassis.interceptors.identity import IdentityInterceptor
from chassis.interceptors.observation import ObservationInterceptor
from chassis.interceptors.validation import ValidationInterceptor
from chassis.telemetry import Telemetry

__all__ = ["OpenCalls", "interceptors"]


def interceptors(
    service: str,
    authenticator: Authenticator,
    telemetry: Telemetry,
    calls: OpenCalls,
    *,
    anonymous: Collection[str] = (),
) -> Sequence[grpc.aio.ServerInterceptor]:
    """The interceptors of one server, in order. `anonymous` are services that anybody may call, by full name."""
    return (
        ObservationInterceptor(service, telemetry),
        ErrorInterceptor(service, calls),
        IdentityInterceptor(authenticator, anonymous),
        ValidationInterceptor(),
    )
