"""Besides: what further lists of items say beside the main one, joined by their code: a list of prices, a list of stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.sources.looking import quoted
from justenough.sources.table_drafts import column_draft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justenough.sources.looking import Look


@dataclass(frozen=True, slots=True)
class Besides:
    """The TOML of further columns of items and of the joins that bring them, and the files they come from."""

    columns: dict[str, str]
    joins: tuple[str, ...]
    looks: tuple[Look, ...]


def besides(master: Look, others: Iterable[Look]) -> Besides:
    """
    Columns of items that the main list lacks and others have.

    A list with one row for each code gives all it has; where codes repeat, as stock by place does, only stock in hand is taken, added
    up over the rows, unless those are days.
    """
    have = set(master.columns("items"))
    code = master.columns("items")["item"]
    columns: dict[str, str] = {}
    joins: list[str] = []
    takes: list[Look] = []
    for look in others:
        mine = look.columns("items")
        if "item" not in mine:
            continue
        once = look.all_rows[mine["item"]].drop_nulls().is_unique().all()
        if not once and "date" in look.columns("demand"):
            continue  # stock day by day: its days are not places
        new = {column: name for column, name in mine.items() if column not in have and (once or column == "on_hand") and column != "source"}
        if not new:
            continue
        join = [f"file = {quoted(look.key)}", f"on = {quoted(code)}", f"to = {quoted(mine['item'])}"]
        if not once:
            join.append(f"sum = [{quoted(new['on_hand'])}]")
        joins.append(f"{{ {', '.join(join)} }}")
        columns |= {column: column_draft(look, "items", column, name, f"{look.key}.") for column, name in new.items()}
        look.used |= {mine["item"], *new.values()}
        have |= set(new)
        takes.append(look)
    return Besides(columns, tuple(joins), tuple(takes))
