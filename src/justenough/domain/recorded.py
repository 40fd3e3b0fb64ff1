"""Recorded: demand of very many items on the grid of their plant's periods, laid straight from a file without its rows."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from justenough.domain.errors import Complaint, ImportFailed
from justenough.domain.periods import period_of, whole_periods
from justenough.domain.ragged import Ragged
from justenough.domain.spelling import bytes_of, views_of
from justenough.kernels import laying, laying_counts, naming
from justenough.kernels.abreast import PART, abreast, cores
from justenough.kernels.backed import backed, handed_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from justenough.domain.plant import Terms
    from justenough.domain.ragged import Floats, Ints

    Told = Callable[[int, int], object]

_AHEAD = 4  # parts of the file read and named while one is laid
_UNBELIEVED = {
    laying.NO_ITEM: ("item", "an item that is not in the items table", "a known item", "Add the item, or leave its rows out."),
    laying.NO_DAY: ("date", "no date", "a date", "Fill in `date`, or leave the row out."),
    laying.NO_QUANTITY: ("quantity", "not a number, or infinite", "a number", "Correct `quantity` in the file."),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    Demand by period; as `justenough.estimation.history.History` before returns are settled.

    Parameters
    ----------
    series
        Item i's demand from its first known period to the plant's last; NaN where nobody recorded it. Whole numbers of
        16 bits where all are, else 32 bits wide where every sum fits without rounding, else 64. [units]
    first_period : (n_items,)
        Place of each series' first value, from ``low`` on.
    low, high
        First and last period that count, as `justenough.domain.periods` numbers them.
    first_day : (n_items,)
        First day on record, whole period or not; beyond ``last_day`` where there is none. [days since 1970]
    last_day
        Last day on record of any item; -1 where there is none. [days since 1970]
    returned : (n_items,) [units]
        Sent back, where returns are ignored.
    rows
        Rows of demand taken in.
    sent_back
        Whether any of them was negative.
    """

    series: Ragged
    first_period: Ints
    low: int
    high: int
    first_day: Ints
    last_day: int
    returned: Floats
    rows: int
    sent_back: bool

    def of(self, places: Ints) -> Recorded:
        """Of the items at ``places``."""
        kept = (self.first_period[places], self.low, self.high, self.first_day[places], self.last_day, self.returned[places])
        return Recorded(self.series.at(places), *kept, self.rows, self.sent_back)


def recorded_from(demand: pl.LazyFrame, items: pl.Series, terms: Terms, told: Told | None = None) -> Recorded:
    """
    Lay rows of demand onto the grid, a part of the file after the other; memory is that of the grid.

    Parameters
    ----------
    demand
        ``item, date, quantity`` in any order of rows.
    items
        Codes, one for each row of the grid.
    terms
        Of the plant: period and what returns mean.
    told
        Called with the rows read so far and those there are.

    Raises
    ------
    ImportFailed
        Rows whose item is not known, without a date, or whose quantity is no number: how many, and what to do.
    """
    rows, days = days_of(demand, by_day=terms.demand_period == "day")
    return recorded_on(days, demand, items, terms, rows=rows, told=told)


def recorded_on(
    days: pl.Series, demand: pl.LazyFrame, items: pl.Series, terms: Terms, *, rows: int = 0, told: Told | None = None
) -> Recorded:
    """`recorded_from` with the days of the whole plant known, so that some of its items can be laid apart from the others."""
    if not len(days):
        n = len(items)
        nothing = (np.zeros(n, np.int64), 0, -1, np.zeros(n, np.int64), -1, np.zeros(n))
        return Recorded(Ragged(np.empty(0, np.float32), np.zeros(n + 1, np.int64)), *nothing, 0, sent_back=False)
    for width in (np.uint16, np.float32):
        found = _laid(demand, items, terms, days, width, rows, told)
        if found is not None:
            return found
    return _laid(demand, items, terms, days, np.float64, rows, told)  # type: ignore[return-value]


def stacked(parts: Sequence[Recorded]) -> Recorded:
    """Items laid apart on the same days, one below the other; as wide as the widest of them."""
    values = np.concatenate([one.series.values for one in parts])
    lengths = np.concatenate([one.series.lengths for one in parts])
    series = Ragged(values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))
    first, day, back = (np.concatenate([getattr(one, name) for one in parts]) for name in ("first_period", "first_day", "returned"))
    low, high, last = parts[0].low, parts[0].high, parts[0].last_day
    return Recorded(series, first, low, high, day, last, back, sum(one.rows for one in parts), any(one.sent_back for one in parts))


def days_of(demand: pl.LazyFrame, *, by_day: bool) -> tuple[int, pl.Series]:
    """Rows there are, and the distinct days; of daily records the first and last will do."""
    day = pl.col("date").cast(pl.Date)
    ends = demand.select(pl.len().alias("rows"), day.min().alias("low"), day.max().alias("high")).collect(engine="streaming")
    rows = int(ends["rows"][0])
    if by_day:
        return rows, pl.concat([ends["low"].alias("date"), ends["high"].alias("date")]).drop_nulls()
    return rows, demand.select(day.unique()).collect(engine="streaming").to_series().drop_nulls()


def _laid(
    demand: pl.LazyFrame, items: pl.Series, terms: Terms, days: pl.Series, width: type[np.number[Any]], rows: int, told: Told | None
) -> Recorded | None:
    """The grid laid and packed; None as soon as a sum needs more bits than ``width`` has."""
    low, high = whole_periods(days, terms.demand_period)
    ends = days.to_physical().to_numpy()
    origin, by_day = int(ends.min()), terms.demand_period == "day"
    calendar = pl.Series(np.arange(origin, ends.max() + 1, dtype=np.int32)).cast(pl.Date)
    period = period_of(calendar, terms.demand_period)
    columns = np.where((period >= low) & (period <= high), period - low, -1)
    kernels: Any = laying_counts if width is np.uint16 else laying
    grid = backed((len(items), high - low + 1), width)
    if width is not np.uint16:
        abreast(lambda start, stop: grid[start:stop].fill(kernels.UNSPOKEN), len(grid))
    first_day = np.full(len(items), origin + len(columns))
    returned, counts = np.zeros(len(items)), np.zeros(laying.N_COUNTS, np.int64)
    ignored = terms.returns == "ignore"
    seen = 0
    with handed_out(grid):
        for codes, dates, quantities in _parts(demand, items):
            kernels.lay(codes, dates, quantities, origin, columns, int(ignored), grid, returned, counts)
            if not by_day:
                laying.first_days(codes, dates, first_day)
            if counts[laying.ROUNDED]:
                return None
            seen += len(codes)
            if told is not None:
                told(seen, rows)
    _refuse(counts)
    first = np.empty(len(items), np.int64)
    series = _packed(kernels, grid, first, first_day if by_day else None)
    if by_day:
        first_day += origin
    return Recorded(
        series, first, low, high, first_day, origin + len(columns) - 1,
        returned, int(counts[laying.LAID]), bool(counts[laying.NEGATIVE]) and not ignored,
    )  # fmt: skip


def _packed(kernels: Any, grid: NDArray[Any], first: Ints, first_day: Ints | None) -> Ragged:
    """The grid as series in its own memory, and their first periods, and days if they are asked for, filled in."""
    n, n_periods = grid.shape
    flat = grid.reshape(-1)

    def settled(start: int, stop: int) -> None:  # of some items all at once, while they are in the nearest memory
        if first_day is not None:
            kernels.first_spoken(start, stop, grid, first_day)
        kernels.settle(start, stop, grid, first)
        begins = np.concatenate([[0], np.cumsum(n_periods - first[start:stop])])
        laying.pack(flat[start * n_periods : stop * n_periods], first[start:stop], begins, n_periods)

    abreast(settled, n, PART)
    offsets = np.concatenate([[0], np.cumsum(n_periods - first)])
    for start in range(0, n, PART):
        begin, end = offsets[start], offsets[min(start + PART, n)]
        flat[begin:end] = flat[start * n_periods : start * n_periods + end - begin]
    return Ragged(flat[: offsets[-1]], offsets)


class _Names:
    """Rows of the items by name."""

    def __init__(self, items: pl.Series) -> None:
        self.slots = np.zeros((1 << (2 * len(items)).bit_length(), 2), np.uint64)
        if not naming.enter(*bytes_of(items), self.slots):
            raise ValueError("items must differ: two of them have the same name")

    def rows_of(self, names: pl.Series) -> NDArray[np.uint32]:
        """Row of each name; `naming.ABSENT` where there is none, or no name."""
        found = np.empty(len(names), np.uint32)
        views, inline = views_of(names)
        if inline:
            naming.rows_of_views(views, views.view(np.uint8).reshape(-1), self.slots, found)
        else:
            run, heads = np.empty(len(names), np.uint32), np.empty(len(names), np.uint32)
            heads = heads[: naming.runs_of_views(views, run, heads)]
            of_heads, marks = np.empty(len(heads), np.uint32), np.empty(len(heads), np.uint64)
            several = len(heads) < len(names)
            naming.rows_of(*bytes_of(names.gather(heads) if several else names), self.slots, marks, of_heads)
            found = np.take(of_heads, run, out=found, mode="clip") if several else of_heads  # runs are within; else there is a copy more
        if names.null_count():
            found[names.is_null().to_numpy()] = naming.ABSENT
        return found


def _parts(demand: pl.LazyFrame, items: pl.Series) -> Iterator[tuple[Any, Any, Any]]:
    """Rows, days and quantities of a part of the file after the other, in their order; the next are read and named meanwhile."""
    wanted = demand.select(
        pl.col("item").cast(pl.String), pl.col("date").cast(pl.Date).to_physical().alias("day"), pl.col("quantity").cast(pl.Float64)
    )
    batches = iter(wanted.collect_batches(maintain_order=True))

    def named(batch: pl.DataFrame) -> tuple[Any, Any, Any]:
        day, quantity = batch["day"], batch["quantity"]
        if day.null_count():
            day = day.fill_null(np.iinfo(np.int32).min)
        if quantity.null_count() or quantity.min() == -np.inf:  # an infinite quantity is not an empty one
            quantity = batch.select(pl.when(pl.col("quantity").is_infinite()).then(np.inf).otherwise("quantity")).to_series()
            quantity = quantity.fill_null(laying.EMPTY)
        return names.result().rows_of(batch["item"].rechunk()), day.to_numpy(), quantity.to_numpy()

    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(cores()) as namers:
        names = namers.submit(_Names, items)  # while the first rows are read

        def read() -> Future[tuple[Any, Any, Any]] | None:
            batch = next(batches, None)
            return None if batch is None else namers.submit(named, batch)

        coming = deque(reader.submit(read) for _ in range(_AHEAD))
        while (part := coming.popleft().result()) is not None:
            coming.append(reader.submit(read))
            yield part.result()
        names.result()  # of a file without rows too


def _refuse(counts: Ints) -> None:
    """Say what rows could not be believed, if there are any."""
    wrong = []
    for kind, (column, found, expected, remedy) in _UNBELIEVED.items():
        if counts[kind]:
            wrong.append(Complaint("demand", 0, column, f"{counts[kind]:,} rows: {found}", expected, remedy))
    if wrong:
        raise ImportFailed(wrong)
