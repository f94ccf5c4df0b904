"""Writes a valid instance of any schema, with content from records where their fields are known.

Two layers meet here. The schema decides the shape: types, limits, choices, references. The record
proposes the content: the field's entry under its own name or a synonym, fitted to the limits. What
no record knows gets a plain sentence, a number inside its bounds, or a draw. Draws depend on the
path of the value alone, so that one changed field does not change its neighbours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.offline_model.writing.bounds import MANY, Bounds, prose, read_bounds
from tools.offline_model.writing.fit import Draw, fit_choice, fit_number, fit_text, keeps
from tools.offline_model.writing.guesses import guess_number, line_of, number_of, text_of
from tools.offline_model.writing.lookup import NOTHING, look_up
from tools.offline_model.writing.places import with_article
from tools.offline_model.writing.prose import label, paragraph, sentence
from tools.offline_model.writing.schema import Schema, SchemaError, flatten, kind_of
from tools.offline_model.writing.world import World

Record = Mapping[str, Any]
Path = tuple[str | int, ...]

MAX_VALUES = 20_000
"""Values in one answer at most; a schema that asks for more is refused."""
USUAL_ITEMS = 3
"""Entries of a list whose length nobody names."""


@dataclass(slots=True)
class Walker:
    """Fills one schema from one record."""

    world: World
    schema: Schema
    key: str
    """Distinguishes the draws of this schema from those of others: its title."""
    _values: int = field(default=0)
    _bounds: dict[int, tuple[Any, Bounds]] = field(default_factory=dict)

    def write(self, record: Record) -> Any:
        """The instance."""
        return self._value(self.schema.root, (), record, NOTHING)

    def _draw(self, path: Path) -> Draw:
        """The generator of a value, made when it is needed."""
        return lambda: self.world.draw(self.key, self.world.brief.feedback, *path)

    def _limits(self, node: Mapping[str, Any]) -> Bounds:
        known = self._bounds.get(id(node))
        if known is None:
            known = self._bounds[id(node)] = (node, read_bounds(node))  # the node is kept: its id stays its own
        return known[1]

    def _value(self, node: Any, path: Path, record: Record, proposed: Any) -> Any:
        self._values += 1
        if self._values > MAX_VALUES:
            raise SchemaError(f"the schema asks for more than {MAX_VALUES} values")
        flat = flatten(self.schema, node)
        if "const" in flat:
            return flat["const"]
        if flat.get("enum"):
            return fit_choice(_scalar(proposed), list(flat["enum"]), self._draw(path))
        variants = flat.get("anyOf") or flat.get("oneOf")
        if variants:
            return self._value({**_outer(flat), **self._variant(variants, path, proposed)}, path, record, proposed)
        writers: dict[str, Callable[[Mapping[str, Any], Path, Record, Any], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._number,
            "number": self._number,
        }
        kind = kind_of(flat, proposed)
        if kind == "boolean":
            return bool(proposed) if isinstance(proposed, bool) else self._draw(path)().random() < 0.7
        return writers[kind](flat, path, record, proposed) if kind in writers else None

    def _variant(self, variants: Sequence[Any], path: Path, proposed: Any) -> Mapping[str, Any]:
        """Which of several schemas: null only for a proposed None, otherwise one that ends and suits."""
        flats = [flatten(self.schema, one) for one in variants]
        nulls = [one for one in flats if kind_of(one, NOTHING) == "null"]
        if proposed is None and nulls:
            return nulls[0]
        deep = len(path) > self.schema.depth_limit
        usable = [one for one in flats if one not in nulls] or flats
        if deep:
            return min(flats, key=self.schema.height)
        usable = [one for one in usable if self.schema.height(one) < self.schema.endless] or flats
        wanted = _kind_of_value(proposed)
        suited = [one for one in usable if kind_of(one, NOTHING) in wanted]
        if suited:
            return suited[0]
        objects = [one for one in usable if kind_of(one, NOTHING) == "object"]
        return self._draw(path)().choice(objects) if len(objects) > 1 else usable[0]

    # -- containers

    def _object(self, node: Mapping[str, Any], path: Path, record: Record, proposed: Any) -> dict[str, Any]:
        inner: Record = proposed if isinstance(proposed, Mapping) else record
        if proposed is not NOTHING and not isinstance(proposed, Mapping | list) and proposed is not None:
            inner = _around(proposed)
        properties: Mapping[str, Any] = node.get("properties") or {}
        required = set(node.get("required") or ())
        deep = len(path) > self.schema.depth_limit
        written: dict[str, Any] = {}
        for name, sub in properties.items():
            if name not in required and (deep or self.schema.height(sub) >= self.schema.endless):
                continue
            written[name] = self._value(sub, (*path, name), inner, look_up(inner, name))
        missing = [name for name in node.get("required") or () if name not in written]
        missing += [
            f"entry_{n}" for n in range(1, int(node.get("minProperties") or 0) - len(written) - len(missing) + 1)
        ]
        extra = node.get("additionalProperties")
        for name in missing:
            written[name] = self._value(
                extra if isinstance(extra, Mapping) else {}, (*path, name), inner, look_up(inner, name)
            )
        return written

    def _array(self, node: Mapping[str, Any], path: Path, record: Record, proposed: Any) -> list[Any]:
        bounds = self._limits(node)
        prefix = list(node.get("prefixItems") or ())
        given = (
            list(proposed) if isinstance(proposed, list | tuple) else [] if proposed in (NOTHING, None) else [proposed]
        )
        items = node.get("items", {})
        said = isinstance(proposed, list | tuple)
        count = max(self._count(bounds, len(given) if said or given else None, path, items), len(prefix))
        if items is False:
            count = len(prefix)
        written: list[Any] = []
        for index in range(count):
            sub = prefix[index] if index < len(prefix) else items
            entry = given[index] if index < len(given) else NOTHING
            value = self._value(sub, (*path, index), _numbered(record, index, given), entry)
            if bounds.unique and value in written:
                value = self._another(sub, (*path, index), record, written)
                if value is NOTHING:
                    continue
            written.append(value)
        return written

    def _count(self, bounds: Bounds, given: int | None, path: Path, items: Any) -> int:
        """Entries of a list: as many as the record has, also none; a usual number where it says nothing."""
        if len(path) > self.schema.depth_limit or self.schema.height(items) >= self.schema.endless:
            return bounds.min_items
        most = bounds.max_items if bounds.max_items is not None else max(MANY, bounds.min_items)
        wanted = USUAL_ITEMS if given is None else given
        return max(bounds.min_items, min(wanted, most))

    def _another(self, node: Any, path: Path, record: Record, taken: Sequence[Any]) -> Any:
        """A value that is not taken yet; `NOTHING` when twenty tries find none."""
        for attempt in range(20):
            value = self._value(node, (*path, f"again {attempt}"), record, NOTHING)
            if isinstance(value, str) and value in taken:
                value = f"{value} {attempt + 2}"
            if value not in taken:
                return value
        return NOTHING

    # -- scalars

    def _string(self, node: Mapping[str, Any], path: Path, record: Record, proposed: Any) -> str:
        bounds, draw = self._limits(node), self._draw(path)
        proposed = with_article(proposed) if isinstance(proposed, str) else proposed
        text = text_of(proposed, bounds)
        if text is None and proposed is not NOTHING and bounds.max_length is not None:
            text = line_of(proposed)
        if text is None:
            text = self._invented(node, path, bounds, draw)
        elif not keeps(text, bounds) and bounds.pattern is None:
            short = line_of(proposed)
            text = short if short and keeps(short, bounds) else text
        return fit_text(text, bounds, draw)

    def _invented(self, node: Mapping[str, Any], path: Path, bounds: Bounds, draw: Draw) -> str | None:
        if bounds.pattern is not None or bounds.format is not None:
            return None
        rng = draw()
        names = [part for part in path if isinstance(part, str)]
        name = names[-1] if names else "answer"
        number = path[-1] if path and isinstance(path[-1], int) else 0
        room = bounds.max_length if bounds.max_length is not None else 400
        hint = f"{name} {prose(node)}".lower()
        if room < 60 or (number == 0 and any(word in hint for word in ("name", "title", "label"))):
            return label(self.world, name, number, rng)
        long = room > 400 or any(word in hint for word in ("paragraph", "sentences", "summary", "story"))
        return paragraph(self.world, name, rng) if long else sentence(self.world, name, rng)

    def _number(self, node: Mapping[str, Any], path: Path, record: Record, proposed: Any) -> int | float:
        bounds, draw = self._limits(node), self._draw(path)
        value = number_of(proposed)
        if value is None:
            names = [part for part in path if isinstance(part, str)]
            value = guess_number(self.world, names[-1] if names else "", prose(node), bounds, draw())
        return fit_number(value, bounds, draw, integer=kind_of(node, NOTHING) == "integer")


def _outer(flat: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside `anyOf` and holds for every variant."""
    return {key: value for key, value in flat.items() if key not in ("anyOf", "oneOf", "default", "title")}


def _scalar(proposed: Any) -> Any:
    return number_of(proposed) if isinstance(proposed, Mapping) else proposed


def _around(value: Any) -> Record:
    """A plain value where an object is asked for: it is the object's main part."""
    if isinstance(value, bool | None):
        return {}
    if isinstance(value, int | float):
        return {"value": value, "amount": value, "base": value, "low": value * 0.75, "high": value * 1.3}
    return {"name": value, "text": value, "description": value, "statement": value, "value": value}


def _numbered(record: Record, index: int, given: Sequence[Any]) -> Record:
    """Entries beyond what the record holds must not repeat its fields."""
    return record if given and index < len(given) else {}


def _kind_of_value(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int | float):
        return ("integer", "number") if isinstance(value, int) else ("number",)
    if isinstance(value, str):
        return ("string",)
    if isinstance(value, Mapping):
        return ("object", "number", "integer", "string")
    return ("array",) if isinstance(value, list | tuple) else ()
