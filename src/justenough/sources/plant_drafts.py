"""Plant drafts: parts lists, routings, shift calendars, suppliers and stop reasons as the profile's TOML says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.schema import TABLES
from justenough.sources.floor_drafts import times_draft
from justenough.sources.looking import quoted
from justenough.sources.parsing import CLOCK
from justenough.sources.plant_words import CLOSURE, PLANT_WORDS
from justenough.sources.table_drafts import column_draft
from justenough.sources.vocabulary import DAY
from justenough.sources.wordings import MOST_ASKED, worded

if TYPE_CHECKING:
    from justenough.sources.looking import Look

PLANT = tuple(PLANT_WORDS)
NEEDED = {
    "bom": ("parent", "component", "quantity"),
    "routing": ("item", "machine", "cycle_seconds"),
    "calendar": ("start", "end"),
    "reasons": ("reason", "loss"),
    "suppliers": ("supplier",),
}
SAID = {  # what a draft takes for granted, said where it can be corrected
    "bom": "the quantity is taken as units of the component in one unit of the parent",
    "routing": "one row is one operation; a batch is the quantity a set-up is done for",
    "calendar": "rows without a machine hold for all of them; time that no shift covers is not meant to run",
}


def plant_table(look: Look) -> str:
    """The table of a plant that such a file seems to hold; empty where it is none of these."""
    return next((table for table in PLANT if set(NEEDED[table]) <= set(plant_columns(look, table)) and _fits(look, table)), "")


def plant_columns(look: Look, table: str) -> dict[str, str]:
    """Canonical column -> the file's column, for those recognised by their name."""
    found: dict[str, str] = {}
    for column, pattern in PLANT_WORDS[table].items():
        named = [name for name in look.named(f"{column.replace('_', ' ')}|{pattern}") if name not in found.values()]
        if named:
            found[column] = named[0]
    return found


def _fits(look: Look, table: str) -> bool:
    """What tells a file of the table from others that have such columns too."""
    items, events, counts = (set(look.columns(name)) for name in ("items", "events", "counts"))
    if table in ("bom", "routing") and "date" in look.columns("demand"):
        return False  # postings of a day, not what holds until it is changed
    if table == "routing":
        return not {"unit_cost", "on_hand"} & items and not {"start", "end"} & events
    if table == "calendar":
        mine = plant_columns(look, table)
        clocks = look.all_rows[mine["start"]].cast(pl.String).drop_nulls()
        if clocks.str.contains(rf"^\s*{CLOCK}\s*$").all() and not look.named(DAY):
            return False  # hours of the day that hold on many days, which nobody lists
        return bool({"kind", "shift"} & set(mine)) and not {"state", "reason"} & events and "total" not in counts
    if table == "reasons":
        return not {"start", "end", "machine"} & events and _once(look, plant_columns(look, table)["reason"])
    if table == "suppliers":
        mine = plant_columns(look, table)
        return "item" not in items and "order" not in look.columns("receipts") and len(mine) > 1 and _once(look, mine["supplier"])
    return True


def _once(look: Look, name: str) -> bool:
    codes = look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls()
    return bool(codes.len()) and bool(codes.is_unique().all())


def plant_draft(look: Look, table: str) -> str:
    """The TOML of one of these tables."""
    columns = plant_columns(look, table)
    look.used |= set(columns.values())
    said = [f"# {SAID[table]}"] if table in SAID else []
    head, lines = [*said, f"[tables.{table}]", f"file = {quoted(look.key)}"], []
    words: list[str] = []
    for column, name in columns.items():
        shape = TABLES[table].column(column)
        if shape.kind == "moment":
            continue
        if shape.choices:
            known = look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls().unique(maintain_order=True)
            words += worded(table, column, [word for word in known.head(MOST_ASKED) if word], look.ask)
        lines.append(f"{column} = {column_draft(look, table, column, name)}")
    if table == "calendar":
        lines = [*times_draft(look, columns, head), *lines]
    if table == "calendar" and "kind" not in columns:
        text = f"{look.name} does not say what its times are for. Are they shifts, or breaks or planned stops inside shifts?"
        lines.append(f"kind = {{ value = {look.ask('calendar_kind', text, TABLES[table].column('kind').choices)} }}")
    if table == "suppliers" and (closed := look.named(CLOSURE)):
        look.notes.append(
            f"{', '.join(map(repr, closed))} of {look.name} is not taken for disruptions: a closure that is announced "
            "is no outage that may come at any time (what it breaks: justenough whatif --outage SUPPLIER=DAYS --from DATE)"
        )
    return "\n".join([*head, f"[tables.{table}.columns]", *lines, *words])
