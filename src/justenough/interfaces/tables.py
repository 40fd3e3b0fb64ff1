"""Tables: columns on a terminal; where it is narrow whole columns go, never the first ones and never a digit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

WHOLE = 20  # signs of a text that never break over two lines
GAP = 1  # between two columns


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of texts.

    Parameters
    ----------
    head
        Its name; may have two lines.
    cells
        A text a row.
    number
        Whether it is right-aligned, and never broken.
    rank
        What goes first where there is no room: the highest rank; 0 never goes.
    """

    head: str
    cells: Sequence[str]
    number: bool = False
    rank: int = 0

    @property
    def least(self) -> int:
        """Signs it needs."""
        wide = max((_signs(line) for text in (self.head, *self.cells) for line in text.split("\n")), default=0)
        return wide if self.number else max(min(wide, WHOLE), _signs(self.head))


def laid_out(title: str, columns: Sequence[Column], width: int) -> Table:
    """The table in that width; its foot names the columns that found no room."""
    from rich import box
    from rich.table import Table

    kept = fitting(columns, width)
    gone = [" ".join(column.head.split()) for column in columns if column not in kept]
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        min_width=min(_signs(title), width),  # a title is one line
        caption=f"No room for {', '.join(gone)}: widen the terminal, or use --json." if gone else None,
        caption_justify="left",
        caption_style="",
        box=box.SIMPLE_HEAD,
        padding=(0, GAP, 0, 0),
        show_edge=False,
        pad_edge=False,
    )
    for column in kept:
        if column.number:
            table.add_column(column.head, justify="right", no_wrap=True, min_width=column.least)
        else:
            table.add_column(column.head, overflow="fold", min_width=min(column.least, width))
    for cells in zip(*(column.cells for column in kept), strict=True):
        table.add_row(*cells)
    return table


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that find room, in their order."""
    kept = list(columns)
    while sum(column.least + GAP for column in kept) - GAP + len(kept) - 1 > width and any(column.rank for column in kept):
        kept.remove(max(kept, key=lambda column: column.rank))
    return kept


def _signs(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
