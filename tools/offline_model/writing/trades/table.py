"""Reads the tables of the trades: one row per line, cells between ` | `, lists inside a cell between `; `.

Tables are data a person edits, so a wrong cell says which one it is. `rows` runs when a trade is
imported; a table that cannot be read stops the server at its start, not in the middle of a request.
"""

from collections.abc import Callable
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Row = TypeVar("Row")

NONE = "-"
"""The cell of a value that is not there."""


def lines(text: str) -> tuple[str, ...]:
    """The lines that are not empty, without the indentation."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def rows(kind: Callable[..., Row], text: str) -> tuple[Row, ...]:
    """One `kind`, a named tuple, for every line. Raises ValueError for a cell that does not fit its column."""
    columns = get_type_hints(kind)
    return tuple(_row(kind, columns, line) for line in lines(text))


def _row(kind: Callable[..., Row], columns: dict[str, Any], line: str) -> Row:
    cells = [cell.strip() for cell in line.split(" | ")]
    if len(cells) != len(columns):
        raise ValueError(f"a row of {len(columns)} cells ({', '.join(columns)}) has {len(cells)}: {line!r}")
    return kind(*(_value(name, hint, cell) for (name, hint), cell in zip(columns.items(), cells, strict=True)))


def _value(name: str, hint: Any, cell: str) -> Any:
    """A cell as its column wants it."""
    if NoneType in get_args(hint):
        return None if cell == NONE else _value(name, get_args(hint)[0], cell)
    if get_origin(hint) is Literal:
        if cell not in get_args(hint):
            raise ValueError(f"{name} is {cell!r}; use one of {', '.join(get_args(hint))}")
        return cell
    if get_origin(hint) is tuple:
        return tuple(part.strip() for part in cell.split(";"))
    if hint in (int, float):
        try:
            return hint(cell)
        except ValueError as error:
            raise ValueError(f"{name} is {cell!r}; a number is needed") from error
    if not cell:
        raise ValueError(f"{name} is empty")
    return cell
