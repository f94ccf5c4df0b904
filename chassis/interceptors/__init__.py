"""What every call passes on its way in, outermost first: observed, mapped, identified, validated."""

from collections.abc import Collection, Sequence

import grpc

from chassis.identity import Authenticator
from chassis.interceptors.errors import ErrorInterceptor
from chassis.interceptors.identity import IdentityInterceptor
from chassis.interceptors.observation import ObservationInterceptor
from chassis.interceptors.validation import ValidationInterceptor
from chassis.telemetry import Telemetry

__all__ = ["interceptors"]


def interceptors(
    service: str, authenticator: Authenticator, telemetry: Telemetry, *, anonymous: Collection[str] = ()
) -> Sequence[grpc.aio.ServerInterceptor]:
    """The interceptors of one server, in order. `anonymous` are services that anybody may call, by full name."""
    return (
        ObservationInterceptor(service, telemetry),
        ErrorInterceptor(service),
        IdentityInterceptor(authenticator, anonymous),
        ValidationInterceptor(),
    )
