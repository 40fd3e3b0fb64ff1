"""Own tables: files that are called as one of our tables and have its columns, which are taken as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.schema import TABLES
from justenough.sources.looking import quoted
from justenough.sources.vocabulary import MOMENT_FORMATS, WORDS

if TYPE_CHECKING:
    from justenough.sources.looking import Look

OWN = tuple(name for name in TABLES if name not in WORDS)  # the others are recognised by what exports call their columns


def own_table(look: Look) -> str:
    """The table that such a file is; empty where it is none."""
    name = (look.sheet or look.name.rpartition("/")[2].partition(".")[0]).lower()
    there = set(look.rows.columns)
    return name if name in OWN and set(TABLES[name].required) <= there <= set(TABLES[name].names) else ""


def own_draft(look: Look, table: str) -> str:
    """The TOML of it."""
    look.used |= set(look.rows.columns)
    for column in TABLES[table].columns:
        if column.name in look.rows.columns and column.kind == "moment":
            look.dates(column.name, MOMENT_FORMATS)
        elif column.name in look.rows.columns and column.kind == "date":
            look.dates(column.name)
    return f"[tables.{table}]\nfile = {quoted(look.key)}\nsame_names = true"
