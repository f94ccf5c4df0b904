"""A kind of object as the API server has it: listed once, then followed by a watch.

A watch can die without a word, so nothing here trusts silence: the server ends every watch after `WATCH_FOR`, a
connection that says nothing for longer is dropped, and everything is listed anew after `RELIST_AFTER` and after every
failure. `age` counts from the last proof; whoever rests on the objects asks `check` first and gets an error instead of
objects that are too old.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress
from typing import Generic, Protocol, TypeVar

import msgspec
import structlog

from chassis.errors import HeyJarvisError, PermissionDenied, Unavailable
from services.scaler.cluster.kubernetes.api import Api, TooOld
from services.scaler.cluster.kubernetes.objects import Bookmark, Event, Listed, Meta, Status

WATCH_FOR = 15.0
"""Seconds after which the server ends a watch, so that a quiet kind gives a proof of life at least that often."""
RELIST_AFTER = 300.0
"""Seconds after which everything is listed anew, whatever the watch said."""
MAX_AGE = 30.0
"""Seconds without a proof of life after which the objects are nothing to rest on."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between tries while the API server is away: doubling, each shortened by chance to between half and all."""
PAGE = 500
"""Objects per page of a list."""
_RECENT = 512

_log = structlog.get_logger(__name__)
_decode_event = msgspec.json.Decoder(Event).decode
_decode_mark = msgspec.json.Decoder(Bookmark).decode
_decode_status = msgspec.json.Decoder(Status).decode


class Kept(Protocol):
    """Any object with metadata."""

    @property
    def metadata(self) -> Meta:
        """Its metadata."""
        ...


T = TypeVar("T", bound=Kept)


class Mirror(Generic[T]):
    """The objects of one kind in one namespace."""

    def __init__(
        self,
        api: Api,
        kind: type[T],
        resource: str,
        path: str,
        *,
        selector: str = "",
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self._api = api
        self.resource = resource
        self._path = path
        self._query = {"labelSelector": selector} if selector else {}
        self._decode = msgspec.json.Decoder(kind).decode
        listed: type[Listed[T]] = Listed[kind]  # type: ignore[valid-type]  # the kind is known at run time
        self._decode_list = msgspec.json.Decoder(listed).decode
        self._changed = changed
        self._clock = clock
        self._longest_pause = longest_pause
        self._objects: dict[str, T] = {}
        self._version = ""
        self._heard: float | None = None
        self._error: HeyJarvisError | None = None
        self._recent: deque[str] = deque(maxlen=_RECENT)
        self._moved = asyncio.Event()
        self._settled = asyncio.Event()

    @property
    def objects(self) -> Iterable[T]:
        """Every object, as it was heard of last."""
        return self._objects.values()

    @property
    def age(self) -> float | None:
        """Seconds since the API server last proved that this is how things are; None before the first list."""
        return None if self._heard is None else self._clock() - self._heard

    def check(self) -> None:
        """Raises PermissionDenied or Unavailable when the objects are nothing to rest on."""
        if isinstance(self._error, PermissionDenied):
            raise self._error
        age = self.age
        if age is not None and age <= MAX_AGE:
            return
        how_old = "are not known yet" if age is None else f"are {age:.0f} s old"
        why = f": {self._error.message}" if self._error else "."
        raise Unavailable(f"The {self.resource} of the cluster {how_old}{why}", reason="CLUSTER_STALE")

    async def settled(self) -> None:
        """Waits until there is a first answer, or a first failure."""
        await self._settled.wait()

    async def shows(self, version: str, *, within: float) -> bool:
        """Waits until the watch has come past the write that made this `resourceVersion`; tells whether it did."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while version not in self._recent:
                    self._moved.clear()
                    await self._moved.wait()
                return True
        return False

    async def run(self) -> None:
        """Lists and watches, for ever."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._list()
                pause = FIRST_PAUSE
                await self._follow(until=self._clock() + RELIST_AFTER)
            except TooOld:
                # The list that follows is the cure; a server that says so of a fresh list must not make us spin.
                await asyncio.sleep(FIRST_PAUSE * random.uniform(0.1, 0.5))
            except (HeyJarvisError, msgspec.DecodeError) as error:
                self._failed(error)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, self._longest_pause)

    def _failed(self, error: HeyJarvisError | msgspec.DecodeError) -> None:
        if isinstance(error, msgspec.DecodeError):
            # A connection that was cut leaves half a document.
            error = Unavailable(f"What the API server said makes no sense: {error}.", reason="CLUSTER_UNREADABLE")
        news = self._error is None or self._error.reason != error.reason
        self._error = error
        self._settled.set()
        if news:
            _log.warning("The cluster cannot be read", resource=self.resource, error=error.message)
            self._changed()

    async def _list(self) -> None:
        found: dict[str, T] = {}
        query = {**self._query, "limit": str(PAGE)}
        while True:
            asked = self._clock()
            page = self._decode_list(await self._api.get(self.resource, self._path, query))
            found |= {item.metadata.uid: item for item in page.items or ()}
            if not page.metadata.continue_:
                break
            query["continue"] = page.metadata.continue_
        if self._error is not None:
            _log.info("The cluster can be read again", resource=self.resource)
        # What was true when the last page was asked for; the answer may have taken long.
        self._heard, self._error = asked, None
        self._version = page.metadata.resource_version
        moved = found != self._objects
        self._objects = found
        self._settled.set()
        self._recent.extend(item.metadata.resource_version for item in found.values())
        self._moved.set()
        if moved:
            self._changed()

    async def _follow(self, *, until: float) -> None:
        while self._clock() < until:
            query = {**self._query, "resourceVersion": self._version, "allowWatchBookmarks": "true"}
            began = self._clock()
            async with aclosing(self._api.watch(self.resource, self._path, query, lasts=WATCH_FOR)) as lines:
                async for line in lines:
                    self._take(_decode_event(line))
                    self._heard = self._clock()
            # It ended as asked: until now there was nothing else to tell.
            self._heard = self._clock()
            if self._heard - began < 1.0:
                # A proxy that cuts at once must not make us spin.
                await asyncio.sleep(1.0)

    def _take(self, event: Event) -> None:
        if event.type == "ERROR":
            status = _decode_status(event.object)
            if status.code == 410:
                raise TooOld(status.message)
            raise Unavailable(f"The watch of {self.resource} broke: {status.message}", reason="WATCH_BROKEN")
        if event.type == "BOOKMARK":
            self._version = _decode_mark(event.object).metadata.resource_version
            return
        item = self._decode(event.object)
        uid, self._version = item.metadata.uid, item.metadata.resource_version
        before = self._objects.get(uid)
        if event.type == "DELETED":
            self._objects.pop(uid, None)
        else:
            self._objects[uid] = item
        self._recent.append(self._version)
        self._moved.set()
        if before is None or event.type == "DELETED" or _without_version(before) != _without_version(item):
            self._changed()


def _without_version(item: Kept) -> object:
    metadata = msgspec.structs.replace(item.metadata, resource_version="")
    return msgspec.structs.replace(item, metadata=metadata)  # type: ignore[type-var]  # every kept object is a Struct
