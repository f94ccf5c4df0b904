"""Plain tables without lines, alike in every command: the columns named give way, all others keep their width.

Cells are text as it is: brackets that come from a request or a server are no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

Cell = str | Text


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Sequence[str] = (), shrinks: Sequence[str] = ()
) -> Table:
    """`right`: heads of the columns set to the right; `shrinks`: heads of those that give way in a narrow terminal."""
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    found = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bright_black", show_header=any(head))
    for number, name in enumerate(head):
        widest = max([len(name), *(row[number].cell_len for row in cells)])
        found.add_column(
            Text(name, no_wrap=True, overflow="ellipsis"),
            justify="right" if name in right else "left",
            # Only a column that may wrap gives way; its cells do not wrap, they are cut.
            no_wrap=name not in shrinks,
            min_width=1 if name in shrinks else widest,
        )
    for row in cells:
        for cell in row:
            cell.no_wrap, cell.overflow = True, "ellipsis"
        found.add_row(*row)
    return found
