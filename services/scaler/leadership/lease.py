"""Leadership by a Lease of the API server, held as Kubernetes' own components hold theirs.

The holder renews every `retry` seconds. Who did not renew for `renew_deadline` leads no more, by its own monotonic
clock and whatever became of the request; who sees the same Lease unchanged for its whole duration, by the own clock
too, takes it. The deadline is shorter than the duration, so the old leader has stopped before the new one begins, and
no two clocks are ever compared. Taking it raises `leaseTransitions`, which is the number of the term.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from chassis.errors import Aborted, HeyJarvisError, NotFound
from services.scaler.cluster.kubernetes.api import Api
from services.scaler.cluster.kubernetes.objects import Lease, LeaseSpec
from services.scaler.leadership import Term, not_leading

_log = structlog.get_logger(__name__)
_decode = msgspec.json.Decoder(Lease).decode


class LeaseLeadership:
    """Holds the Lease, or waits for it."""

    def __init__(
        self,
        api: Api,
        lease: str,
        name: str,
        *,
        duration: float,
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._lease = lease
        self._collection = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
        self._duration = max(1, round(duration))
        self._renew_deadline = self._duration * 2 / 3
        self._retry = self._duration * 2 / 15
        self._changed = changed
        self._clock = clock
        self._term: Term | None = None
        self._renewed = 0.0
        self._seen: Lease | None = None
        self._seen_at = 0.0
        self._error = ""
        self._resigned = False
        self._one_at_a_time = asyncio.Lock()
        self.name = name

    @property
    def term(self) -> Term | None:
        """The present term; None when the last renewal is too old to rest on."""
        return self._term if self._clock() < self._renewed + self._renew_deadline else None

    async def claim(self) -> bool:
        """Whether this process leads; `run` does the claiming."""
        return self.term is not None

    def fence(self) -> Term:
        """The present term, before a write."""
        term = self.term
        if term is None:
            raise not_leading(self.name)
        return term

    async def leader(self) -> str:
        """Who leads, as the Lease said last; empty when nobody does, or it cannot be read."""
        if self.term is not None:
            return self.name
        seen = self._seen
        if seen is None or self._over(seen):
            return ""
        holder = seen.spec.holder_identity or ""
        return "" if holder == self.name else holder

    async def run(self) -> None:
        """Claims and renews, until this process resigns."""
        while not self._resigned:
            led = self.term
            try:
                # A request that hangs must not outlast the deadline it is made for.
                async with asyncio.timeout(self._renew_deadline):
                    await self.step()
            except (HeyJarvisError, TimeoutError, msgspec.DecodeError) as error:
                self._note(error)
            else:
                self._error = ""
            if self.term != led:
                _log.info("Leads" if self.term else "Leads no more", leader=self.name, term=self.term)
                self._changed()
            await asyncio.sleep(self._retry)

    async def step(self) -> None:
        """Reads the Lease once, and takes or renews it when that is due."""
        async with self._one_at_a_time:
            if not self._resigned:
                await self._step()

    async def _step(self) -> None:
        asked = self._clock()
        try:
            lease = _decode(await self._api.get("leases", f"{self._collection}/{self._lease}"))
        except NotFound:
            self._term = None
            await self._create(asked)
            return
        self._look(lease, asked)
        if lease.spec.holder_identity == self.name and self.term is not None:
            await self._write(lease, self.term.number, asked)
            return
        self._term = None
        if self._over(lease) or lease.spec.holder_identity == self.name:
            await self._write(lease, (lease.spec.lease_transitions or 0) + 1, asked)

    async def resign(self) -> None:
        """Empties the Lease for good, so that another need not wait for its end."""
        self._resigned = True
        async with self._one_at_a_time:
            lease, term = self._seen, self._term
            self._term = None
            if lease is None or term is None or lease.spec.holder_identity != self.name:
                return
            spec = msgspec.structs.replace(lease.spec, holder_identity="", lease_duration_seconds=1, renew_time=_now())
            await self._put(lease, spec)

    def _look(self, lease: Lease, at: float) -> None:
        if self._seen is None or self._seen.version != lease.version:
            self._seen, self._seen_at = lease, at

    def _over(self, lease: Lease) -> bool:
        """Whether nobody holds it, or its holder was silent for all of its duration since we first saw it so."""
        if not lease.spec.holder_identity:
            return True
        lasts = lease.spec.lease_duration_seconds or self._duration
        return self._clock() >= self._seen_at + lasts

    async def _write(self, lease: Lease, number: int, asked: float) -> None:
        now = _now()
        continues = self._term is not None
        spec = LeaseSpec(
            holder_identity=self.name,
            lease_duration_seconds=self._duration,
            acquire_time=lease.spec.acquire_time if continues else now,
            renew_time=now,
            lease_transitions=number,
        )
        try:
            written = await self._put(lease, spec)
        except Aborted:
            # Somebody wrote it since. Whoever that was, nothing here may rest on holding it.
            self._term = None
            raise
        self._holds(written, number, asked)

    async def _create(self, asked: float) -> None:
        """The chart makes the Lease, because a right to create cannot be bound to a name; elsewhere we may."""
        now = _now()
        spec = LeaseSpec(
            holder_identity=self.name,
            lease_duration_seconds=self._duration,
            acquire_time=now,
            renew_time=now,
            lease_transitions=1,
        )
        written = await self._api.create("leases", self._collection, self._body({"name": self._lease}, spec))
        self._holds(_decode(written), 1, asked)

    def _holds(self, lease: Lease, number: int, asked: float) -> None:
        # The request may have taken long: the lease counts from when it was asked for.
        self._look(lease, asked)
        self._term, self._renewed = Term(lease.uid, number), asked

    async def _put(self, lease: Lease, spec: LeaseSpec) -> Lease:
        # With all its labels and annotations: they are Helm's, and an update replaces everything.
        metadata = {name: value for name, value in lease.metadata.items() if name != "managedFields"}
        path = f"{self._collection}/{self._lease}"
        return _decode(await self._api.update("leases", path, self._body(metadata, spec)))

    def _body(self, metadata: Mapping[str, Any], spec: LeaseSpec) -> dict[str, Any]:
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {**metadata, "namespace": self._api.namespace},
            "spec": msgspec.to_builtins(spec),
        }

    def _note(self, error: Exception) -> None:
        told = str(error) or type(error).__name__
        if told != self._error:
            _log.warning("The lease cannot be held", lease=self._lease, error=told)
        self._error = told


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
