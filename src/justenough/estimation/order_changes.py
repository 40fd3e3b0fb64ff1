"""Order changes: items and suppliers whose lead times are not what they were, open orders counted as far as they have waited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.changes import YEAR, alarm_frame, compared, words_of
from justenough.estimation.detection import Alarms, Streams, alarms_in, scores_of
from justenough.estimation.receipts import order_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.changes import Since

OWN_ORDERS = 5  # an item with fewer earlier orders is ranked among its supplier's other such items
NOBODY = "(no supplier)"


@dataclass(frozen=True, slots=True)
class _Orders:
    """
    Order lines, stratum after stratum and in the order they were placed.

    An order is ranked among earlier ones of its stratum: its item's, or those of all the supplier's items with few
    orders, held against their planned lead times.
    """

    stratum: Ints
    own: NDArray[np.bool_]  # whether the stratum is one item
    code: Ints
    supplier: Ints
    ordered: NDArray[np.datetime64]
    days: Floats  # from order to receipt, or how long it has waited
    held: Floats  # log of days over the planned, or of days
    waiting: NDArray[np.bool_]
    tested: NDArray[np.bool_]
    ended: NDArray[np.datetime64]  # received, or the last day on record


def order_changes(plant: Plant, since: Since, false_alarms_a_year: float) -> list[tuple[str, pl.DataFrame, Ints]]:
    """
    Test the lead times of items with orders of their own, and of suppliers over all their items.

    Orders placed up to a usual lead time before ``since`` are tested too: they were still open then. An open order is
    taken to be at least as late as it is; orders open during a known disruption are left out, as they are of the estimate.
    """
    suppliers, orders = _orders(plant, since)
    if not len(orders.days):
        return []
    n = int(orders.stratum[-1]) + 1
    offsets = np.searchsorted(orders.stratum, np.arange(n + 1)).astype(np.int64)
    untested = np.bincount(orders.stratum, ~orders.tested, n).astype(np.int64)
    names = _named(plant, suppliers, orders, offsets[:-1])
    streams = Streams(orders.held, orders.waiting, offsets, offsets[:-1] + untested, np.ones(n), words_of(names))
    scores = scores_of(streams)
    rows = np.flatnonzero(orders.tested)
    found = []
    for name, subjects, group, chosen in (
        ("lead_time", plant.items["item"].to_list(), orders.code, orders.own[rows]),
        ("supplier_lead_time", suppliers, orders.supplier, orders.supplier[rows] >= 0),
    ):
        found.append(_tested(name, subjects, orders, rows[chosen], scores[chosen], group, false_alarms_a_year))
    return found


def _tested(
    name: str, subjects: list[str], orders: _Orders, rows: Ints, scores: Floats, group: Ints, false_alarms_a_year: float
) -> tuple[str, pl.DataFrame, Ints]:
    """Alarms of the tested orders ``rows`` by ``group`` (place in ``subjects``), in the order they were placed."""
    turn = np.lexsort((orders.ordered[rows], group[rows]))
    rows, scores = rows[turn], scores[turn]
    offsets = np.searchsorted(group[rows], np.arange(len(subjects) + 1)).astype(np.int64)
    yearly = _yearly(orders, group, np.diff(offsets), len(subjects))
    alarms = alarms_in(scores, offsets, yearly, false_alarms_a_year)
    frame, at = alarm_frame(subjects, alarms)
    return name, frame.with_columns(_described(orders, rows, offsets, group, alarms, at, frame["direction"])), alarms.tested


def _yearly(orders: _Orders, group: Ints, tested: Ints, n: int) -> Floats:
    """
    Orders a year of each group: since its first, or in the time that is tested, whichever is more. (n,)

    When orders are placed says nothing of how long they take, so the limit may be chosen by all of it.
    """
    named = np.flatnonzero(group >= 0)
    day = orders.ordered.astype(np.int64)
    first, first_tested = np.full(n, day.max(initial=0)), np.full(n, day.max(initial=0))
    np.minimum.at(first, group[named], day[named])
    late = named[orders.tested[named]]
    np.minimum.at(first_tested, group[late], day[late])
    end = int(orders.ended.max().astype(np.int64))
    counts = np.bincount(group[named], minlength=n)
    spans = (np.maximum((end - since) / YEAR, 1.0) for since in (first, first_tested))
    return np.maximum(counts / next(spans), tested / next(spans))


def _described(orders: _Orders, rows: Ints, offsets: Ints, group: Ints, alarms: Alarms, at: Ints, direction: pl.Series) -> list[pl.Series]:
    """When the orders of each group that alarmed changed, and their lead times before and since. [days]"""
    columns: dict[str, list[object]] = {"changed_on": [], "detected_on": [], "assumed": [], "found": []}
    for i, word in zip(at, direction, strict=True):
        mine = rows[offsets[i] : offsets[i + 1]]
        day = orders.ordered[mine[alarms.since[i]]]
        columns["changed_on"].append(day.item())
        columns["detected_on"].append(orders.ended[mine[alarms.at[i]]].item())
        all_mine = np.flatnonzero(group == i)
        days = np.where(orders.waiting[all_mine] & (word in ("lower", "narrower")), np.nan, orders.days[all_mine])
        late = orders.ordered[all_mine] >= day
        before, after = compared(days[~late], days[late], word)
        columns["assumed"].append(before)
        columns["found"].append(after)
    kinds = {"changed_on": pl.Date, "detected_on": pl.Date, "assumed": pl.Float64, "found": pl.Float64}
    return [pl.Series(key, values, dtype=kinds[key]) for key, values in columns.items()]


def _orders(plant: Plant, since: Since) -> tuple[list[str], _Orders]:
    # A line of which a part has come may never be made up: its last arrival stands for it.
    lines = order_lines(plant).filter(~pl.col("disrupted")).with_columns(pl.coalesce("received", "short").alias("received"))
    suppliers = sorted(lines["supplier"].drop_nulls().unique().to_list())
    supplier = lines["supplier"].replace_strict(suppliers, range(len(suppliers)), default=None, return_dtype=pl.Int64)
    place = supplier.fill_null(-1).to_numpy()
    code = lines["code"].to_numpy()
    ordered, ended = lines["ordered"].to_numpy().astype("datetime64[D]"), lines["received"].fill_null(lines["seen"])
    waiting = lines["received"].is_null().to_numpy()
    ended_days = ended.to_numpy().astype("datetime64[D]")
    days = (ended_days - ordered).astype(np.float64)
    planned = plant.items["lead_time_days"].fill_null(np.nan).to_numpy()[code]
    held = np.log(np.maximum(days, 0.5)) - np.where(planned > 0, np.log(np.maximum(planned, 0.5)), 0.0)
    held = np.where(ordered < since.orders_from[code], np.nan, held)  # never so where there is no such day
    begins = since.items[code] - _usual_days(place, days, waiting, ordered, since)
    tested = ordered >= begins
    own = np.bincount(code, ~tested, len(plant))[code] >= OWN_ORDERS
    # Items with few orders share a stratum, which is tested from one day on.
    tested = np.where(own, tested, ordered >= np.datetime64(since.day, "D") - _usual_days(place, days, waiting, ordered, since))
    _, stratum = np.unique(np.where(own, code, len(plant) + 1 + place), return_inverse=True)
    turn = np.lexsort((~waiting, ordered, stratum))
    turn = turn[np.lexsort((ordered[turn], tested[turn], stratum[turn]))]  # those that are tested come last
    columns = (stratum, own, code, place, ordered, days, held, waiting, tested, ended_days)
    return suppliers, _Orders(*(np.ascontiguousarray(column[turn]) for column in columns))


def _usual_days(supplier: Ints, days: Floats, waiting: NDArray[np.bool_], ordered: NDArray[np.datetime64], since: Since) -> Ints:
    """Median days from order to receipt of each order's supplier, of orders that had come before ``since``. (n,) [days]"""
    came = ~waiting & (ordered + days.astype(np.int64) < np.datetime64(since.day, "D"))
    known = pl.DataFrame({"supplier": supplier, "days": np.where(came, days, np.nan)}).with_columns(pl.col("days").fill_nan(None))
    usual = known.select(pl.col("days").median().over("supplier").fill_null(pl.col("days").median()).fill_null(0.0)).to_series()
    return usual.round().cast(pl.Int64).to_numpy()


def _named(plant: Plant, suppliers: list[str], orders: _Orders, firsts: Ints) -> list[str]:
    """A name for each stratum, from which its ties are broken."""
    items = plant.items["item"].to_list()
    return [
        items[orders.code[row]] if orders.own[row] else f"few orders of {suppliers[s] if (s := orders.supplier[row]) >= 0 else NOBODY}"
        for row in firsts
    ]
