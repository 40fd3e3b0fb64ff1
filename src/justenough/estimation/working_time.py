"""Working time: the share of all hours in which a line is meant to run, from its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats

WEEK_DAYS = 7


def working_share(plant: Plant, lines: pl.Series | None = None) -> Floats:
    """
    Share of all hours in which each item's line is planned to run. (n_items,) [fraction]

    Shifts less the breaks and planned stops inside them, over as many whole weeks as the calendar comes nearest to
    (over its days where it has three or fewer). A line's share is the mean of its machines'; a row of the calendar
    without a machine counts for all. NaN where the item feeds no line or the line has no calendar.

    Parameters
    ----------
    plant
        Its calendar and machines.
    lines : (n_items,)
        Line of each item; those of the items table where not given.

    Notes
    -----
    An empty shelf stops a line only while the line is meant to run, so a stockout charged by the line's hour is
    charged this share of the hours it lasts. Rows of one machine are taken not to overlap.
    """
    calendar = plant.tables["calendar"]
    shares = _shares(calendar, plant.tables["machines"].filter(pl.col("line").is_not_null())) if calendar.height else {}
    found = plant.items["line"] if lines is None else lines
    return found.replace_strict(shares or {"": None}, default=None, return_dtype=pl.Float64).fill_null(np.nan).to_numpy()


def machine_shares(plant: Plant) -> dict[str, float]:
    """Share of all hours in which each machine of the machines table is planned to run; empty without a calendar. [fraction]"""
    calendar = plant.tables["calendar"]
    return dict(_by_machine(calendar, plant.tables["machines"]).select("machine", "share").iter_rows()) if calendar.height else {}


def _shares(calendar: pl.DataFrame, machines: pl.DataFrame) -> dict[str, float]:
    return dict(_by_machine(calendar, machines).group_by("line").agg(pl.col("share").mean()).iter_rows())


def _by_machine(calendar: pl.DataFrame, machines: pl.DataFrame) -> pl.DataFrame:
    day = (pl.col("start").dt.date() - pl.col("start").dt.date().min()).dt.total_days()
    span = int(calendar.select(day.max()).item()) + 1
    days = round(span / WEEK_DAYS) * WEEK_DAYS or span  # a week that ends on Friday is a week
    within = calendar.filter(day < days)
    sign = pl.when(pl.col("kind") == "shift").then(1.0).otherwise(-1.0)
    hours = within.with_columns((sign * (pl.col("end") - pl.col("start")).dt.total_seconds() / 3600).alias("hours"))
    for_all = float(hours.filter(pl.col("machine").is_null())["hours"].sum())
    own = hours.group_by("machine").agg(pl.col("hours").sum())
    share = ((pl.col("hours").fill_null(0.0) + for_all) / (24.0 * days)).clip(0.0, 1.0).alias("share")
    return machines.join(own, on="machine", how="left").with_columns(share)
