"""Who is calling is settled here, before anything else looks at the request."""

from collections.abc import Collection
from typing import Any

from structlog.contextvars import bind_contextvars

from chassis.identity import Authenticator, set_identity
from chassis.interceptors.around import AroundInterceptor, Context, Work


class IdentityInterceptor(AroundInterceptor):
    """Sets the identity for the length of the call, or refuses it."""

    def __init__(self, authenticator: Authenticator, anonymous: Collection[str] = ()) -> None:
        super().__init__()
        self._authenticator = authenticator
        self._anonymous = frozenset(anonymous)

    async def around(self, method: str, request: Any, context: Context, work: Work) -> Any:
        if method.rpartition("/")[0] in self._anonymous:
            # Nobody was identified, so nobody is: what asks who is calling is refused.
            return await work(request)
        metadata = {name: value for name, value in context.invocation_metadata() or () if isinstance(value, str)}
        identity = self._authenticator.identify(metadata)
        # Each call runs in a task of its own, so what is set here ends with the call.
        set_identity(identity)
        bind_contextvars(tenant=identity.tenant)
        return await work(request)
