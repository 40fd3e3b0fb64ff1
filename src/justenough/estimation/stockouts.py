"""Stockouts: demand that could not be seen because the shelf was empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

_SOLD_OUT = 0.5  # of a day on which the last unit went: of a Poisson process its hour is uniform


@dataclass(frozen=True, slots=True)
class EmptyDays:
    """
    Days on which an empty shelf hid demand; one row per such day.

    Parameters
    ----------
    item : (n_days,)
        Row of the item in ``plant.items``.
    dates : (n_days,)
    hidden : (n_days,) [days]
        How much of the day: all of it, or half where something was still sold.
    """

    item: Ints
    dates: pl.Series
    hidden: Floats


def empty_days(plant: Plant) -> EmptyDays:
    """
    Days that ``plant.tables["stock"]`` closes at exactly zero.

    A day without a row was in stock, and one below zero too: what waits is on record.
    """
    stock = plant.tables["stock"]
    zero = stock.lazy().filter(pl.col("on_hand") == 0.0).select("item", "date").unique(maintain_order=True).collect()
    codes = plant.items.select("item").with_row_index("_code")
    sold = (
        plant.demand.lazy()
        .filter(pl.col("quantity") > 0.0)
        .select("item", "date")
        .unique()
        .with_columns(pl.lit(_SOLD_OUT).alias("_hidden"))
    )
    rows = zero.lazy().join(codes.lazy(), on="item").join(sold, on=["item", "date"], how="left").sort("_code", "date").collect()
    return EmptyDays(rows["_code"].cast(pl.Int64).to_numpy(), rows["date"], rows["_hidden"].fill_null(1.0).to_numpy())


def uncover(values: Floats, offsets: Ints, marks: Ints, item: Ints, place: Ints, hidden: Floats) -> None:
    """
    Put what an empty shelf hid back into the flat series ``values``, in place.

    The item's rate is all it sold over its periods in stock: the maximum-likelihood rate of a Poisson process
    watched until a stopping time, and the fixed point of EM. Each hidden stretch gets as many demands of the
    item's mean size as a Poisson draw of that rate gives, so that neither level nor dispersion is lost. The
    draw belongs to the item's mark and the period, whatever else the plant holds.

    Parameters
    ----------
    marks : (n_items,)
        A number of each item's own.
    item, place, hidden : (n_hidden,)
        Of each period with empty days: its item, its place in ``values``, its share hidden in (0, 1].
    """
    from scipy.stats import poisson  # takes half a second to load, and few plants record empty shelves

    n = len(offsets) - 1
    owner = np.repeat(np.arange(n), np.diff(offsets))
    known = ~np.isnan(values)
    sold = np.bincount(owner[known], np.maximum(values[known], 0.0), n)
    demands = np.bincount(owner[known], values[known] > 0.0, n)
    seen = np.bincount(owner[known], minlength=n) - np.bincount(item, hidden * known[place], n)
    uneven = np.bincount(owner[known], values[known] != np.floor(values[known]), n) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, size = np.where(seen > 0.0, sold / seen, 0.0), np.where(demands > 0, sold / demands, 1.0)
    # Where most periods sell, a period's demand is many small ones rather than one.
    size = np.maximum(size * np.where(seen > 0.0, 1.0 - demands / np.maximum(seen, demands + 1.0), 1.0), np.where(uneven, 0.0, 1.0))
    size = np.where(size > 0.0, size, 1.0)
    turn = _uniform(marks[item], place - offsets[:-1][item], 1)
    drawn = poisson.ppf(turn, rate[item] * hidden / size[item]) * size[item]
    whole = np.floor(drawn + _uniform(marks[item], place - offsets[:-1][item], 2))
    values[place] += np.where(uneven[item], drawn, whole)


def _uniform(mark: Ints, period: Ints, turn: int) -> Floats:
    """A number in (0, 1) for each item's mark and period (the finaliser of Steele, Lea & Flood's SplitMix64, 2014)."""
    with np.errstate(over="ignore"):
        z = mark.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + period.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
        z += np.uint64(turn) * np.uint64(0x8CB92BA72F3D8DD7)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return np.asarray(((z >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53)
