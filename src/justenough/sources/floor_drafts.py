"""Floor drafts: machines, what they did and what they made, as the profile's TOML says it, asking what a file leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.schema import TABLES
from justenough.sources.declarations import IN_SHIFTS
from justenough.sources.looking import quoted
from justenough.sources.parsing import CLOCK
from justenough.sources.plant_words import HOUR_RATE
from justenough.sources.table_drafts import column_draft
from justenough.sources.vocabulary import DAY, DURATION, MOMENT_FORMATS, unit_said
from justenough.sources.wordings import MOST_ASKED, worded

if TYPE_CHECKING:
    from justenough.sources.looking import Look

FLOOR = ("machines", "events", "counts")


def floor_draft(look: Look, table: str) -> str:
    """The TOML of one table of machines, events or counts."""
    columns = look.columns(table)
    look.used |= set(columns.values())
    head, body, words = [f"[tables.{table}]", f"file = {quoted(look.key)}"], [], []
    for column, name in columns.items():
        if TABLES[table].column(column).kind != "moment":
            body.append(f"{column} = {column_draft(look, table, column, name)}")
    if table == "machines":
        look.notes += [
            f"{name!r} of {look.name} is not taken for `hour_value`: what an hour costs is not what a missing hour is worth"
            for name in look.named(HOUR_RATE)
        ]
    if table in ("events", "counts"):
        body += times_draft(look, columns, head)
    if table == "events":
        kinds = _kinds(look, columns.get("state", ""))
        if kinds:
            words = worded(table, "state", kinds, look.ask, _told(look, columns))
        else:  # a list of stops
            body = [line for line in body if not line.startswith("state = ")] + ['state = { value = "down" }']
            text = f"{look.name} lists stops. Did a machine run between two of its stops: always, in its shifts, or does nobody know?"
            head.append(f"between = {look.ask('between_stops', text, ('running', IN_SHIFTS, 'unknown'))}")
    return "\n".join([*head, f"[tables.{table}.columns]", *body, *words])


def _kinds(look: Look, name: str) -> list[str]:
    """The states a file names; none where it has no such column, or too many words for states."""
    if not name:
        return []
    words = look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls().unique(maintain_order=True).to_list()
    return [word for word in words if word] if len(words) <= MOST_ASKED else []


def _told(look: Look, columns: dict[str, str]) -> dict[str, str]:
    """Each word for a state with how many rows bear it, and the reason most of them give."""
    state = pl.col(columns["state"]).cast(pl.String).str.strip_chars()
    rows = look.all_rows.select(state.alias("state"), reason=columns.get("reason") or pl.lit(None, pl.String)).drop_nulls("state")
    counted = rows.group_by("state").agg(pl.len().alias("rows"), pl.col("reason").drop_nulls().mode().sort().first())
    return {
        one["state"]: f"{one['rows']:,} {'row' if one['rows'] == 1 else 'rows'}"
        + (f", most often for {one['reason']!r}" if one["reason"] else "")
        for one in counted.to_dicts()
    }


def times_draft(look: Look, columns: dict[str, str], head: list[str]) -> list[str]:
    """Start and end: moments, times of day beside a column of days, or a start and how long it lasted."""
    start, end = columns["start"], columns.get("end", "")
    days = look.named(DAY)
    by_clock = bool(days) and bool(look.rows[start].cast(pl.String).drop_nulls().str.contains(rf"^\s*{CLOCK}\s*$").all())
    if by_clock:
        look.used.add(days[0])
        look.dates(days[0])
        head.append('day_of = "start"')
    else:
        look.dates(start, MOMENT_FORMATS)
        if end:
            look.dates(end, MOMENT_FORMATS)

    def moment(name: str) -> str:
        return f"column = {quoted(days[0])}, time = {quoted(name)}" if by_clock else f"column = {quoted(name)}"

    lines = [f"start = {{ {moment(start)} }}"]
    if end:
        return [*lines, f"end = {{ {moment(end)} }}"]
    lasted = look.named(DURATION)[0]
    look.used.add(lasted)
    look.decimals(lasted)
    units = ("minutes", "hours", "seconds")
    said = unit_said(lasted, units)
    unit = look.ask("duration_unit", f"In which unit is {lasted!r} of {look.name}?", units, said)
    return [*lines, f"end = {{ {moment(start)}, plus = {quoted(lasted)}, plus_unit = {unit} }}"]
