"""Writing templates: each write is made from what is there and written only onto that, so it is tried again when
somebody else was faster. What a slower writer then finds is the answer it gets."""

from chassis.clock import Clock
from chassis.errors import Aborted, AlreadyExists, FailedPrecondition, NotFound
from services.templates.domain import update as versions
from services.templates.domain.learn import FinishedWorkflow, learn
from services.templates.domain.model import Origin, Recipe, Template
from services.templates.store.templates import RedisTemplateStore, Sight, Ticket

_ROUNDS = 20


class Bookkeeper:
    """Creates, updates, deletes and learns templates of tenants."""

    def __init__(self, store: RedisTemplateStore, now: Clock) -> None:
        self._store = store
        self._now = now

    async def create(
        self, tenant: str, id: str, recipe: Recipe, *, origin: Origin = Origin.CREATED, ticket: Ticket | None = None
    ) -> Template:
        """Version 1 under a free id."""
        template = versions.create(id, tenant, recipe, origin=origin, now=self._now())
        for _ in range(_ROUNDS):
            if ticket and (before := await self._store.repeated(tenant, ticket)):
                return before
            seen = await self._store.look(tenant, id)
            if seen.own or seen.shipped:
                raise _taken(id, seen)
            if written := await self._store.write(template, seen, ticket):
                return written
        raise _contended(id)

    async def update(
        self, tenant: str, id: str, wanted: Recipe, *, mask: tuple[str, ...], etag: str, ticket: Ticket | None
    ) -> Template:
        """The next version; of a shipped template the tenant's own first one."""
        for _ in range(_ROUNDS):
            if ticket and (before := await self._store.repeated(tenant, ticket)):
                return before
            seen = await self._store.look(tenant, id)
            if seen.current is None:
                raise NotFound("template", f"templates/{id}")
            newest = max(seen.own, seen.shipped)
            following = versions.update(
                seen.current, wanted, newest=newest, mask=mask, etag=etag, owner=tenant, now=self._now()
            )
            if written := await self._store.write(following, seen, ticket):
                return written
        raise _contended(id)

    async def delete(self, tenant: str, id: str, *, etag: str) -> None:
        """Takes a template of the tenant's own out of lists."""
        for _ in range(_ROUNDS):
            seen = await self._store.look(tenant, id)
            if seen.current is None:
                raise NotFound("template", f"templates/{id}")
            if seen.shipped:
                raise FailedPrecondition(
                    f"'templates/{id}' is built in and stays; update it to make it yours, or create another.",
                    subject=f"templates/{id}",
                    reason="TEMPLATE_BUILT_IN",
                    metadata={"template": f"templates/{id}"},
                )
            versions.check_etag(seen.current, etag)
            if await self._store.retire(seen.current):
                return
        raise _contended(id)

    async def learn(self, tenant: str, id: str, workflow: FinishedWorkflow) -> Template:
        """A template from a finished workflow: a new one, or the next version of one that was learned before."""
        recipe = learn(workflow, await self._base(tenant, workflow.template))
        for _ in range(_ROUNDS):
            seen = await self._store.look(tenant, id)
            if not (seen.own or seen.shipped):
                return await self.create(tenant, id, recipe, origin=Origin.LEARNED)
            current = seen.current
            if current is None or current.origin is not Origin.LEARNED:
                raise _taken(id, seen)
            if current.recipe == recipe:
                return current
            following = Template(
                id=id,
                owner=tenant,
                version=max(seen.own, seen.shipped) + 1,
                recipe=recipe,
                origin=Origin.LEARNED,
                create_time=self._now(),
            )
            if written := await self._store.write(following, seen):
                return written
        raise _contended(id)

    async def _base(self, tenant: str, ref: str) -> Recipe | None:
        """The recipe a workflow was planned from, where it is still known."""
        id, _, version = ref.removeprefix("templates/").partition("@")
        if not version.isdecimal():
            return None
        try:
            return (await self._store.version(tenant, id, int(version))).recipe
        except NotFound:
            return None


def _taken(id: str, seen: Sight) -> AlreadyExists:
    name = f"templates/{id}"
    deleted = " It was deleted, and its versions stay readable." if seen.current is None else ""
    return AlreadyExists(
        "template", name, message=f"The template {name!r} exists already.{deleted} Choose another id, or update it."
    )


def _contended(id: str) -> Aborted:
    return Aborted(f"'templates/{id}' changes all the time; read it again, then write.", reason="CONTENDED")
