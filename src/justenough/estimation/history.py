"""History: what was wanted of each item, period by period, on the plant's one calendar grid."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.periods import period_of, start_of, whole_periods
from justenough.domain.ragged import Ragged
from justenough.domain.spelling import check_sums_of
from justenough.estimation.stockouts import empty_days, uncover
from justenough.kernels.smoothing import undo_returns

if TYPE_CHECKING:
    from datetime import date

    from justenough.domain.plant import Period, Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.domain.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Undone:
    """
    Demand that later returns took back.

    Parameters
    ----------
    by, at : (n_undone,)
        Places in the flat series of the period of the return and of the period it took from; the same
        where there was nothing to take.
    amount : (n_undone,) [units]
    """

    by: Ints
    at: Ints
    amount: Floats


NOTHING_UNDONE = Undone(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class History:
    """
    Demand of many items on one grid of periods.

    Parameters
    ----------
    items
        Codes, in the order of ``plant.items``.
    series
        Demand of each period, returns settled; NaN where nobody recorded it. Item i's series starts
        at its first known period and ends with the plant's last; empty if it has no demand rows. [units]
    first_period : (n_items,)
        Grid index of each series' first value.
    starts : (n_periods,)
        First day of each period.
    period_days
        Mean length of a period. [days]
    returned : (n_items,) [units]
        Units sent back, whether they were undone or ignored.
    undone
        Which demand returns took back, so that the record can be read as it stood before they came.
    unit_cost : (n_items,) [money/unit]
        NaN where not known; None: of no item.
    hidden_days : (n_items,) [days]
        On which an empty shelf hid demand that was put back; None: nobody said when shelves were empty.
    """

    items: tuple[str, ...]
    series: Ragged
    first_period: Ints
    starts: tuple[date, ...]
    period_days: float
    returned: Floats
    undone: Undone = field(default=NOTHING_UNDONE, repr=False)
    unit_cost: Floats | None = field(default=None, repr=False)
    hidden_days: Floats | None = field(default=None, repr=False)

    @property
    def n_periods(self) -> int:
        """Periods on the grid."""
        return len(self.starts)

    @property
    def cycle(self) -> int:
        """Periods in a week where they are days, else 1: within it demand may follow a rhythm that says nothing of its level."""
        return 7 if self.period_days == 1.0 else 1

    def only(self, places: Ints) -> History:
        """The items at ``places``, with returns settled by all that is known."""
        series = Ragged.of([self.series[int(i)] for i in places])
        items = tuple(self.items[int(i)] for i in places)
        cost = None if self.unit_cost is None else self.unit_cost[places]
        return History(items, series, self.first_period[places], self.starts, self.period_days, self.returned[places], unit_cost=cost)

    def until(self, period: int) -> History:
        """What was known before grid period ``period``: demand that was sent back only later still stands."""
        offsets = self.series.offsets
        ends = np.clip(offsets[:-1] + period - self.first_period, offsets[:-1], offsets[1:])
        cut = self._cut(offsets[:-1], ends, np.minimum(self.first_period, period), self.starts[:period])
        if not len(self.undone.by):
            return cut
        item = np.searchsorted(offsets, self.undone.at, side="right") - 1
        moved = (cut.series.offsets[:-1] - offsets[:-1])[item]
        known, later = self.undone.by < ends[item], (self.undone.at < ends[item]) & (self.undone.by >= ends[item])
        np.add.at(cut.series.values, (self.undone.at + moved)[later], self.undone.amount[later])
        still = Undone((self.undone.by + moved)[known], (self.undone.at + moved)[known], self.undone.amount[known])
        returned = np.bincount(item[known], self.undone.amount[known], len(self.items)).astype(np.float64)
        return replace(cut, undone=still, returned=returned)

    def since(self, period: int) -> History:
        """The grid from period ``period`` on, which becomes period 0; returns are settled by all that is known."""
        offsets = self.series.offsets
        begins = np.clip(offsets[:-1] + period - self.first_period, offsets[:-1], offsets[1:])
        return self._cut(begins, offsets[1:], np.maximum(self.first_period - period, 0), self.starts[period:])

    def _cut(self, begins: Ints, ends: Ints, first: Ints, starts: tuple[date, ...]) -> History:
        values, offsets = self.series.values, np.concatenate([[0], np.cumsum(ends - begins)])
        chosen = np.repeat(begins - offsets[:-1], np.diff(offsets)) + np.arange(offsets[-1])
        series = Ragged(values[chosen], offsets)
        return History(self.items, series, first, starts, self.period_days, self.returned, unit_cost=self.unit_cost)


def history_of(plant: Plant) -> History:
    """
    Each item's demand on the plant's day, week (from Monday) or month grid.

    Rows of one item and period are added. A period without a row, between an item's first row and the
    plant's last, had no demand; one whose rows are all empty is unknown. A period that goes below zero
    takes back the latest earlier demand, or (``Terms.returns == "ignore"``) negative rows are left out.
    Days on which the shelf was empty hide demand (`justenough.estimation.stockouts`); it is put back.
    A first or last period of which less than 5/7 lies inside the record is left out, unless demand was
    recorded by period.
    """
    items, cost = tuple(plant.items["item"].to_list()), plant.items["unit_cost"].fill_null(np.nan).to_numpy()
    period, days = plant.terms.demand_period, plant.terms.period_days
    if plant.recorded is not None:
        return replace(_settled(items, plant.recorded, plant), unit_cost=cost)
    codes, periods, quantities = _rows(plant, items, period)
    n = len(items)
    if not len(codes):
        return History(items, Ragged(np.empty(0), np.zeros(n + 1, np.int64)), np.zeros(n, np.int64), (), days, np.zeros(n), unit_cost=cost)
    origin, last = int(periods.min()), int(periods.max())
    known = ~np.isnan(quantities)
    back: Floats = np.zeros(n)
    if plant.terms.returns == "ignore":
        negative = known & (quantities < 0.0)
        back = np.asarray(-np.bincount(codes[negative], quantities[negative], n), dtype=np.float64)
        quantities = np.where(negative, 0.0, quantities)
    first = np.full(n, last + 1)
    np.minimum.at(first, codes[known], periods[known])
    offsets = np.concatenate([[0], np.cumsum(last + 1 - first)])
    if known.all():
        values: Floats = np.bincount((offsets[:-1] - first)[codes] + periods, quantities, offsets[-1]).astype(np.float64, copy=False)
    else:
        inside = periods >= first[codes]
        place = ((offsets[:-1] - first)[codes] + periods)[inside]
        said = known[inside]
        values = np.bincount(place[said], quantities[inside][said], offsets[-1]).astype(np.float64, copy=False)
        spoken = np.bincount(place[said], minlength=offsets[-1]) > 0
        empty = np.bincount(place[~said], minlength=offsets[-1]) > 0
        values[empty & ~spoken] = np.nan
    undone = NOTHING_UNDONE
    if plant.terms.returns == "undo_demand":
        back, by, at, amount = undo_returns(values, offsets)
        undone = Undone(by, at, amount)
    hidden = _uncovered(plant, values, offsets, first) if plant.tables["stock"].height else None
    starts = tuple(start_of(p, period) for p in range(origin, last + 1))
    return History(items, Ragged(values, offsets), first - origin, starts, days, back, undone, cost, hidden)


def _settled(items: tuple[str, ...], recorded: Recorded, plant: Plant) -> History:
    """What was laid straight from a file, returns settled."""
    starts = tuple(start_of(p, plant.terms.demand_period) for p in range(recorded.low, recorded.high + 1))
    series, back, undone = recorded.series, recorded.returned, NOTHING_UNDONE
    if recorded.sent_back:
        values = series.values.copy()
        back, by, at, amount = undo_returns(values, series.offsets)
        series, undone = Ragged(values, series.offsets), Undone(by, at, amount)
    return History(items, series, recorded.first_period, starts, plant.terms.period_days, back, undone)


def _uncovered(plant: Plant, values: Floats, offsets: Ints, first: Ints) -> Floats:
    """Put back what empty shelves hid, and say on how many days of each item; ``first`` is the absolute period of its first value."""
    days, period = empty_days(plant), plant.terms.demand_period
    place = (offsets[:-1] - first)[days.item] + period_of(days.dates, period)
    inside = (place >= offsets[days.item]) & (place < offsets[days.item + 1])
    item, place = days.item[inside], place[inside]
    hidden: Floats = np.bincount(item, days.hidden[inside], len(offsets) - 1).astype(np.float64)
    if not len(place):
        return hidden
    lasts = (days.dates.dt.month_end().dt.day().to_numpy() if period == "month" else np.full(len(days.dates), plant.terms.period_days))[
        inside
    ]
    places, at = np.unique(place, return_index=True)
    share = np.bincount(np.searchsorted(places, place), days.hidden[inside] / lasts)
    uncover(values, offsets, check_sums_of(plant.items["item"]), item[at], places, np.minimum(share, 1.0).astype(np.float64))
    return hidden


def _rows(plant: Plant, items: tuple[str, ...], period: Period) -> tuple[Ints, Ints, Floats]:
    """Item code, absolute period and quantity of each demand row that belongs to an item and a whole period."""
    demand = plant.demand.select("item", "date", "quantity")
    runs = demand["item"].rle().struct.unnest()  # rows lie item by item, so a run is an item: few look-ups
    known = pl.DataFrame({"value": items, "code": np.arange(len(items), dtype=np.int64)}, schema={"value": pl.String, "code": pl.Int64})
    found = runs.join(known, on="value", how="left", maintain_order="left")["code"].fill_null(-1).to_numpy()
    codes = np.repeat(found, runs["len"].to_numpy())
    dates = demand["date"]
    periods = period_of(dates, period)
    quantities = demand["quantity"].fill_null(np.nan).to_numpy()
    keep = codes >= 0
    low, high = whole_periods(dates, period)
    keep &= (periods >= low) & (periods <= high)
    # Tens of millions of rows: copied only when some have to go.
    return (codes, periods, quantities) if keep.all() else (codes[keep], periods[keep], quantities[keep])
