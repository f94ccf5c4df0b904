"""How an interceptor stands around a call, whatever its kind.

A subclass writes one method, `around`; this module makes it fit all four kinds of handlers. What is inside is always
awaited as one piece of work that returns the answer, or None when it has written its answers to the stream: so an
outer interceptor costs nothing per message.
"""

import asyncio
import inspect
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from chassis.errors import Unimplemented

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Work: TypeAlias = Callable[[Any], Awaitable[Any]]
"""The rest of the call: takes the request, or the iterator of requests."""
_Behaviour: TypeAlias = Callable[[Any, Context], Awaitable[Any]]


class AroundInterceptor(grpc.aio.ServerInterceptor):
    """Runs `around` around every call, but for gRPC's own services (health, reflection)."""

    def __init__(self) -> None:
        self._wrapped: dict[str, tuple[Handler, Handler]] = {}
        """By method: the handler as it came, and as it goes out. As many as the server has methods."""

    @abstractmethod
    async def around(self, method: str, request: Any, context: Context, work: Work) -> Any:
        """Does its part and awaits `work(request)` in between; `method` is `package.Service/Method`."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler: Handler | None = await continuation(handler_call_details)
        method = handler_call_details.method.lstrip("/")
        # None is a method nobody has: gRPC answers that itself.
        if handler is None or method.startswith("grpc."):
            return handler
        known = self._wrapped.get(method)
        if known is None or known[0] is not handler:
            known = self._wrapped[method] = (handler, self._wrap(method, handler))
        return known[1]

    def _wrap(self, method: str, handler: Handler) -> Handler:
        inner = _behaviour(method, handler)

        async def outer(request: Any, context: Context) -> Any:
            return await self.around(method, request, context, lambda passed: inner(passed, context))

        return _like(handler, outer)


def _behaviour(method: str, handler: Handler) -> _Behaviour:
    """The handler's function as one awaitable; a generator's items are written to the stream."""
    kinds: tuple[Any, ...] = (handler.unary_unary, handler.unary_stream, handler.stream_unary, handler.stream_stream)
    function = next(one for one in kinds if one is not None)
    if getattr(function, "_is_one_piece", False):
        return function  # type: ignore[no-any-return]  # made below

    async def run(request: Any, context: Context) -> Any:
        try:
            result = function(request, context)
        except NotImplementedError as error:
            # The generated base class, which is not async, raises it for what a service leaves out.
            raise Unimplemented(
                f"{method} is in the contract and this server does not do it yet.", metadata={"method": method}
            ) from error
        if isinstance(result, AsyncIterator):
            await _write_all(result, context)
            return None
        return await result if inspect.isawaitable(result) else result

    return run


async def _write_all(messages: AsyncIterator[Any], context: Context) -> None:
    if not hasattr(messages, "aclose"):
        async for message in messages:
            await _write(message, context)
        return
    async with aclosing(messages):  # type: ignore[type-var]  # asked above
        async for message in messages:
            await _write(message, context)


async def _write(message: Any, context: Context) -> None:
    try:
        await context.write(message)
    except grpc.aio.InternalError as error:
        # The caller hung up while this message was on its way; gRPC says so in two ways, this is the other one.
        raise asyncio.CancelledError("the caller is gone") from error


def _like(handler: Handler, function: _Behaviour) -> Handler:
    """A handler of the same kind that runs `function`."""
    function._is_one_piece = True  # type: ignore[attr-defined]  # read in _behaviour
    decode, encode = handler.request_deserializer, handler.response_serializer
    make: Any
    if handler.request_streaming:
        make = (
            grpc.stream_stream_rpc_method_handler
            if handler.response_streaming
            else grpc.stream_unary_rpc_method_handler
        )
    else:
        make = (
            grpc.unary_stream_rpc_method_handler if handler.response_streaming else grpc.unary_unary_rpc_method_handler
        )
    made: Handler = make(function, request_deserializer=_never_failing(decode), response_serializer=encode)
    return made


class Undecodable:
    """Stands in for a request that is no message of its type; whoever validates refuses it."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


def _never_failing(decode: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """`decode`, but giving Undecodable: gRPC would answer UNKNOWN, before any interceptor had a say."""
    if decode is None or getattr(decode, "_never_fails", False):
        return decode

    def safe(content: bytes) -> Any:
        try:
            return decode(content)
        except DecodeError as error:
            return Undecodable(str(error))

    safe._never_fails = True  # type: ignore[attr-defined]  # read above
    return safe
