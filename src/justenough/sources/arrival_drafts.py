"""Arrival drafts: a file of what came of orders, found beside the order lines and joined to them as the profile's TOML says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from justenough.sources.central_words import BASE_UNITS
from justenough.sources.looking import quoted
from justenough.sources.postings import signs_of
from justenough.sources.vocabulary import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justenough.sources.looking import Look

SHARED = 0.5  # of the arrivals whose order is among the order lines: fewer are of other orders


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The TOML of the columns arrivals bring, of their join and of the rows it leaves out, and the file they come from."""

    columns: dict[str, str]
    join: str
    leave_out: str
    look: Look


def arrivals(orders: Look, others: Iterable[Look]) -> Arrivals | None:
    """
    The file of arrivals of a file of order lines; None where there is none, or where a line of it cannot be told from another.

    Lines are known by the number of their order and their item, which both files must call alike.
    """
    mine = orders.columns("receipts")
    line = [mine["order"], mine["item"]]
    if orders.all_rows.select(line).drop_nulls().is_duplicated().any():
        return None
    for look in others:
        day = look.columns("receipts").get("received") or look.columns("demand").get("date")
        quantity = look.columns("receipts").get("quantity_received") or look.columns("demand").get("quantity")
        number = _number(orders, mine["order"], look)
        if look.lists_arrivals() and mine["item"] in look.rows.columns and day and quantity and number:
            return _joined(orders, look, mine["item"], number, day, quantity)
    return None


def _number(orders: Look, order: str, look: Look) -> str:
    """The column of arrivals that holds the numbers of the orders."""
    known = orders.all_rows[order].cast(pl.String).str.strip_chars().drop_nulls().unique()
    found = {}
    for name in look.named(WORDS["receipts"]["order"]):
        values = look.all_rows[name].cast(pl.String).str.strip_chars().drop_nulls()
        found[name] = values.is_in(known.implode()).mean() or 0.0
    best = max(found, key=lambda name: found[name], default="")
    return best if best and found[best] >= SHARED else ""  # type: ignore[operator]


def _joined(orders: Look, look: Look, item: str, number: str, day: str, quantity: str) -> Arrivals:
    look.decimals(quantity)
    look.dates(day)
    look.used |= {item, number, day, quantity}
    order = orders.columns("receipts")["order"]
    join = f"{{ file = {quoted(look.key)}, on = {quoted(order)}, to = {quoted(number)}, also = [{quoted(item)}], every = true }}"
    came = quoted(f"{look.key}.{quantity}")
    bases = (f"{look.key}.{name}" for name in look.named(BASE_UNITS))
    base = next(bases, "") or next(iter(orders.named(BASE_UNITS)), "")
    columns = {
        "received": quoted(f"{look.key}.{day}"),
        "quantity_received": f"{{ column = {came}, times = {quoted(base)} }}" if base else came,
    }
    back = bool((signs_of(look.all_rows[quantity]) < 0).any())
    leave_out = f'leave_out = [{{ column = {came}, at_most = 0, why = "sent back to the supplier" }}]' if back else ""
    return Arrivals(columns, join, leave_out, look)
