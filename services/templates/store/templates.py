"""Templates in Redis: what a tenant sees is its own, over what is shipped.

A tenant that updates a shipped template gets versions of its own, which hide the shipped ones from then on. A version
never changes once it is written, so everything that names `templates/{id}@{version}` stays true.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import msgspec

from chassis.errors import AlreadyExists, NotFound, ResourceExhausted
from chassis.redis import RedisAccess
from services.templates.domain.model import BUILT_IN, Template
from services.templates.store.keys import REMEMBERED, Keys

_CHUNK = 50
"""Templates read at once; one has at most a few hundred KiB."""
_PAGE_BYTES = 2 * 1024 * 1024
"""A page ends early at this size, so that it stays below what a gRPC message may carry."""
_SCRIPTS = files(__package__) / "lua"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Template).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A template as a writer saw it: what a write compares with."""

    own: int
    """The tenant's own newest version, 0 for none."""
    shipped: int
    """The newest shipped version, 0 for none."""
    current: Template | None
    """What the tenant sees under the id; None when nothing, or when it is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Under which request id a template is written."""

    request_id: str
    fingerprint: str
    """Of what is asked; another one under the same request id is no repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    fingerprint: str
    id: str
    version: int


_decode_answer = msgspec.json.Decoder(_Answer).decode


class RedisTemplateStore:
    """Reads and writes templates."""

    def __init__(self, redis: RedisAccess, *, most_templates: int, most_versions: int) -> None:
        self._redis = redis.commands
        self._keys = Keys(redis)
        self._write = redis.script((_SCRIPTS / "write.lua").read_text(encoding="utf-8"))
        self._retire = redis.script((_SCRIPTS / "retire.lua").read_text(encoding="utf-8"))
        self._most_templates = most_templates
        self._most_versions = most_versions

    async def newest(self, tenant: str, id: str) -> Template:
        """What the tenant sees under the id; NotFound when nothing."""
        current = (await self.look(tenant, id)).current
        if current is None:
            raise NotFound("template", f"templates/{id}")
        return current

    async def version(self, tenant: str, id: str, version: int) -> Template:
        """One version, also of a deleted template; NotFound when there is none."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for owner in (tenant, BUILT_IN):
                _ = pipeline.hget(self._keys.template(owner, id), f"v:{version}")
            found: list[bytes | None] = await pipeline.execute()
        stored = found[0] or found[1]
        if stored is None:
            raise NotFound("template", f"templates/{id}@{version}")
        return _decode(stored)

    async def look(self, tenant: str, id: str) -> Sight:
        """What is there under the id, for a write that compares."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for owner in (tenant, BUILT_IN):
                _ = pipeline.hmget(self._keys.template(owner, id), ["newest", "current"])
            own, shipped = await pipeline.execute()
        own_newest, shipped_newest = int(own[0] or 0), int(shipped[0] or 0)
        stored = own[1] or shipped[1]
        return Sight(own=own_newest, shipped=shipped_newest, current=_decode(stored) if stored else None)

    async def write(self, template: Template, seen: Sight, ticket: Ticket | None = None) -> Template | None:
        """Writes a version onto what was seen; None when that is no longer so. A repeated ticket finds its answer."""
        owner, id = template.owner, template.id
        answer = _Answer(fingerprint=ticket.fingerprint, id=id, version=template.version) if ticket else None
        said: list[bytes] = await self._write(
            keys=[
                self._keys.template(owner, id),
                self._keys.ids(owner),
                self._keys.template(BUILT_IN, id),
                self._keys.request(owner, _digest(ticket.request_id) if ticket else ""),
            ],
            args=[
                seen.own,
                seen.shipped,
                template.version,
                _encode(template),
                id,
                self._most_templates,
                self._most_versions,
                _encode(answer) if answer else "",
                int(REMEMBERED.total_seconds()),
            ],
        )
        match said[0]:
            case b"written":
                return template
            case b"repeat" if ticket:
                return await self._first(owner, ticket, said[1])
            case b"full":
                raise ResourceExhausted(
                    f"There are {self._most_templates} templates already, which is the most; delete one first.",
                    reason="TOO_MANY_TEMPLATES",
                    metadata={"limit": str(self._most_templates)},
                )
            case b"full of versions":
                raise ResourceExhausted(
                    f"'templates/{id}' has {self._most_versions} versions, which is the most; go on under a new id.",
                    reason="TOO_MANY_VERSIONS",
                    metadata={"limit": str(self._most_versions)},
                )
        return None

    async def repeated(self, tenant: str, ticket: Ticket) -> Template | None:
        """What this request wrote before; AlreadyExists when its id was used for another request."""
        stored = await self._redis.get(self._keys.request(tenant, _digest(ticket.request_id)))
        return await self._first(tenant, ticket, stored) if stored else None

    async def retire(self, template: Template) -> bool:
        """Takes a template out of lists; False when it has changed meanwhile."""
        keys = [self._keys.template(template.owner, template.id), self._keys.ids(template.owner)]
        left: int = await self._retire(keys=keys, args=[template.version, template.id])
        return left == 1

    async def shipped_ids(self) -> list[str]:
        """The ids of the built-in templates that are listed."""
        return await self._ids(BUILT_IN, "", self._most_templates)

    async def page(self, tenant: str, *, after: str, size: int) -> tuple[list[Template], str]:
        """The templates the tenant sees, by name, after the id `after`; and the id to go on after, empty at the end."""
        found: list[Template] = []
        weight = 0
        while True:
            ids = await self._seen_ids(tenant, after, min(size - len(found) + 1, _CHUNK))
            for template, template_weight in await self._read_many(tenant, ids):
                if len(found) == size or (found and weight + template_weight > _PAGE_BYTES):
                    return found, found[-1].id
                found.append(template)
                weight += template_weight
            if not ids:
                return found, ""
            after = ids[-1]

    async def everything(self, tenant: str) -> list[Template]:
        """All templates the tenant sees; at most the limit of its own and of the shipped ones."""
        found: list[Template] = []
        after = ""
        while ids := await self._seen_ids(tenant, after, _CHUNK):
            found.extend(template for template, _ in await self._read_many(tenant, ids))
            after = ids[-1]
        return found

    async def _seen_ids(self, tenant: str, after: str, limit: int) -> list[str]:
        both = {*await self._ids(tenant, after, limit), *await self._ids(BUILT_IN, after, limit)}
        return sorted(both)[:limit]

    async def _ids(self, owner: str, after: str, limit: int) -> list[str]:
        found = await self._redis.zrangebylex(self._keys.ids(owner), f"({after}" if after else "-", "+", 0, limit)
        return [id.decode() if isinstance(id, bytes) else str(id) for id in found]

    async def _read_many(self, tenant: str, ids: Sequence[str]) -> list[tuple[Template, int]]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for id in ids:
                _ = pipeline.hget(self._keys.template(tenant, id), "current")
                _ = pipeline.hget(self._keys.template(BUILT_IN, id), "current")
            rows: list[bytes | None] = await pipeline.execute()
        seen = (own or shipped for own, shipped in zip(rows[::2], rows[1::2], strict=True))
        return [(_decode(stored), len(stored)) for stored in seen if stored]

    async def _first(self, tenant: str, ticket: Ticket, stored: bytes | str) -> Template:
        answer = _decode_answer(stored)
        if answer.fingerprint != ticket.fingerprint:
            raise AlreadyExists(
                "request",
                ticket.request_id,
                message=f"The request_id {ticket.request_id!r} was used for another request; choose a new one.",
                reason="REQUEST_ID_TAKEN",
            )
        return await self.version(tenant, answer.id, answer.version)


def _digest(request_id: str) -> str:
    return hashlib.sha256(request_id.encode()).hexdigest()[:32]
