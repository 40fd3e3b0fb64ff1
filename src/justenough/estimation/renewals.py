"""Renewals: suppliers up and down in turn, as far as their records and each other's tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.lane_rates import lane_rates
from justenough.estimation.lanes import lane_numbers, supplier_names
from justenough.estimation.pooling import Rates, pooled_rates
from justenough.estimation.receipts import joined_outages, outages_on_record

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

LEAST_EVIDENCE = 2.0  # outages' worth of the common length; with less the spread of the next one is infinite
POINTS = 256  # of the joint uncertainty of up and down times


@dataclass(frozen=True, slots=True)
class Renewals:
    """
    Suppliers that are up and down in turn, for exponential times whose means are not well known.

    Parameters
    ----------
    stops
        Outages a day up, of each supplier.
    ends
        Ends a day down.
    n_outages, longest_days : (n_suppliers,)
        On record. [outages], [days]
    """

    stops: Rates
    ends: Rates
    n_outages: Ints
    longest_days: Floats

    def meets(self, lead_days: Floats) -> Floats:
        """
        Chance that an order, placed at any time, meets an outage before it arrives.

        Down when placed, or up and stopping within the lead time (Ross 1996, ch. 3: alternating renewal):
        ``1 - exp(-stop lead) / (1 + stop / end)``, the mean over what is not known of both rates.

        Parameters
        ----------
        lead_days : (n_times,) [days]

        Returns
        -------
        chance : (n_suppliers, n_times) [fraction]
        """
        stops, up = self._points()
        return np.stack([1.0 - (up * np.exp(-stops * days)).mean(axis=0) for days in lead_days], axis=1)

    def meets_between(self, lead_days: Floats) -> tuple[Floats, Floats]:
        """95 % bounds of `meets`: lower, upper. (n_suppliers, n_times) each [fraction]"""
        stops, up = self._points()
        bounds = np.array([np.quantile(1.0 - up * np.exp(-stops * days), [0.025, 0.975], axis=0) for days in lead_days])
        return bounds[:, 0].T, bounds[:, 1].T

    def _points(self) -> tuple[Floats, Floats]:
        """Rates of stopping and shares of time up that spread over what is not known. (n_points, n_suppliers) each"""
        from scipy.stats import qmc  # takes half a second to load, and not every plant records outages

        points = qmc.Halton(2, scramble=False).random(POINTS + 1)[1:]
        stops = self.stops.quantile(points[:, :1])
        return stops, 1.0 / (1.0 + stops / np.maximum(self.ends.quantile(points[:, 1:]), 1e-300))


def renewals_of(plant: Plant, *, prior_outages: float = 1.0, least_watched_days: float = 365.0) -> tuple[Renewals, list[str]]:
    """
    Up and down times of every supplier that sends an item or is known to have stopped, and their names.

    Parameters
    ----------
    plant
        With at least one disruption.
    prior_outages, least_watched_days
        See `SupplierParams`.
    """
    watched = _watched(plant)
    down = joined_outages(plant).with_columns(((pl.col("end") - pl.col("start")).dt.total_days() + 1).cast(pl.Float64).alias("days"))
    record = watched.join(
        down.group_by("supplier").agg(
            pl.len().alias("outages"), pl.col("ended").sum(), pl.col("days").sum().alias("down"), pl.col("days").max().alias("longest")
        ),
        on="supplier",
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("outages", "ended", "down", "longest").fill_null(0))
    outages, ended, days_down, longest, days = (
        record[name].to_numpy().astype(np.float64) for name in ("outages", "ended", "down", "longest", "days")
    )
    ends = pooled_rates(ended, days_down, prior_events=2.0 * prior_outages, least_events=LEAST_EVIDENCE)
    # Time up is what is left of the time watched, but for at least one usual outage.
    up = np.maximum(np.maximum(days, least_watched_days) - days_down, ends.wait_mean())
    stops = lane_rates(outages, up, lane_numbers(plant, record["supplier"]), prior_events=prior_outages)
    return Renewals(stops, ends, outages.astype(np.int64), longest), record["supplier"].to_list()


def _watched(plant: Plant) -> pl.DataFrame:
    """Every supplier and the ``days`` its outages are on record, from the day it declares or its own first record to the last of any."""
    usual = plant.items.select("item", supplier_names(plant).alias("usual"))
    bought = plant.receipts.join(usual, on="item", how="left").select(
        pl.col("supplier").fill_null(pl.col("usual")),
        pl.col("ordered").alias("first"),
        pl.max_horizontal("ordered", "received").alias("last"),
    )
    wanted = plant.first_wanted().join(usual, on="item", how="inner").select(pl.col("usual").alias("supplier"), "first", "last")
    stopped = outages_on_record(plant).select("supplier", pl.col("start").alias("first"), pl.max_horizontal("start", "end").alias("last"))
    records = pl.concat([bought, wanted, stopped])
    last = records["last"].max()
    if not isinstance(last, date):
        raise TypeError("disruptions without a date passed the checks")
    everyone = pl.concat([usual.select(pl.col("usual").alias("supplier")), stopped.select("supplier")]).drop_nulls().unique()
    firsts = records.drop_nulls("supplier").group_by("supplier").agg(pl.col("first").min())
    said = plant.tables["suppliers"].select("supplier", "outages_since").unique("supplier", keep="first")
    since = ((pl.lit(last) - pl.coalesce("outages_since", "first")).dt.total_days() + 1).fill_null(0).clip(0).cast(pl.Float64)
    told = everyone.join(firsts, on="supplier", how="left").join(said, on="supplier", how="left")
    return told.select("supplier", since.alias("days")).sort("supplier")
