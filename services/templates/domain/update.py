"""How one version of a template follows another."""

from dataclasses import replace
from datetime import datetime

from chassis.errors import Aborted, FieldViolation, InvalidArgument
from services.templates.domain.graph import check_recipe
from services.templates.domain.model import Origin, Recipe, Template

UPDATABLE = ("title", "description", "tasks", "keywords", "plan_gate", "retry_budget")
"""The fields an update may name, as the contract calls them."""


def create(id: str, owner: str, recipe: Recipe, *, origin: Origin, now: datetime) -> Template:
    """The first version."""
    check_recipe(recipe)
    return Template(id=id, owner=owner, version=1, recipe=recipe, origin=origin, create_time=now)


def update(
    current: Template, wanted: Recipe, *, newest: int, mask: tuple[str, ...], etag: str, owner: str, now: datetime
) -> Template:
    """The next version of `current`, with the fields of `mask` (none: all) from `wanted`.

    `newest` is the highest version that is taken; `owner` is whose version it becomes.
    """
    unknown = [path for path in mask if path not in UPDATABLE]
    if unknown:
        known = ", ".join(UPDATABLE)
        raise InvalidArgument(
            [FieldViolation("update_mask", f"{path!r} cannot be updated; these can: {known}") for path in unknown]
        )
    check_etag(current, etag)
    taken = {name: getattr(wanted, name) for name in mask or UPDATABLE}
    recipe = replace(current.recipe, **taken)
    check_recipe(recipe)
    return Template(
        id=current.id, owner=owner, version=newest + 1, recipe=recipe, origin=Origin.CREATED, create_time=now
    )


def check_etag(current: Template, etag: str) -> None:
    """Raises Aborted when `etag` is given and is not the one of `current`."""
    if etag and etag != current.etag:
        raise Aborted(
            f"{current.name!r} is at etag {current.etag!r} and you read {etag!r}; read it again, then change it.",
            reason="ETAG_STALE",
            metadata={"template": current.name, "etag": current.etag},
        )
