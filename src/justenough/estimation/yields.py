"""Yields: the share of what arrives that is fit for use, by supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.inspected import counted
from justenough.estimation.lanes import lanes_of
from justenough.estimation.pooling import pooled_shares

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

USUAL_SHARE = 0.99  # what one lot's worth of belief says before any lot was judged


@dataclass(frozen=True, slots=True)
class Yield:
    """
    Usable share of an arriving lot of each item; each array is (n_items,).

    An order for ``q`` usable units is one for ``q / share``; a lot drawn in simulation has a beta distributed
    share with this mean and ``lot_sd``.

    Parameters
    ----------
    share, share_lower, share_upper
        Mean usable share and its 95 % bounds; 1 where no lot of the plant was ever judged. [fraction]
    lot_sd
        Spread of one lot's share around the mean. [fraction]
    lots
        Judged lots of the item's supplier.
    """

    share: Floats
    share_lower: Floats
    share_upper: Floats
    lot_sd: Floats
    lots: Ints


def yield_of(plant: Plant) -> Yield:
    """
    Usable share of what each item's supplier sends, in the order of ``plant.items``.

    Units of one lot are good or bad together: by how much, is told by how far lots of one supplier lie apart
    (intraclass correlation by moments, Kleinman 1973). A lot counts as the number of independent units
    it is worth. Suppliers' shares are then beta-binomial, drawn to the plant's. A row repeated exactly counts once;
    a row that names no rejected quantity was not judged and is left out, unless rejects alone are on
    record (`counted`). A rejected unit may yet be replaced by a later receipt
    of the same line, which is a lot of its own.
    """
    n, lanes = len(plant), lanes_of(plant)
    codes = pl.DataFrame({"supplier": pl.Series(lanes.names, dtype=pl.String)}).with_row_index("code")
    usual = plant.items.select("item", pl.Series("usual", lanes.supplier))
    lots = (
        counted(plant.receipts)
        .filter(pl.col("quantity_rejected").is_not_null())
        .unique()
        .join(usual, on="item", how="inner")
        .join(codes, on="supplier", how="left")
        .with_columns(pl.col("code").cast(pl.Int64).fill_null(pl.col("usual")))
        .filter(pl.col("code") >= 0)
        .select("code", "quantity_received", "quantity_rejected")
        .sort("code", "quantity_received", "quantity_rejected")
    )
    if lots.height == 0:
        one = np.ones(n)
        return Yield(one, one, one, np.zeros(n), np.zeros(n, np.int64))
    supplier, size = lots["code"].to_numpy(), np.maximum(lots["quantity_received"].to_numpy(), 1.0)
    share = np.clip(1.0 - lots["quantity_rejected"].to_numpy() / lots["quantity_received"].to_numpy(), 0.0, 1.0)
    groups = len(lanes.names)
    count = np.bincount(supplier, minlength=groups)
    alike = _alike(supplier, size, share, count)
    worth = size / (1.0 + (size - 1.0) * alike)
    good, judged = (np.bincount(supplier, units, groups).astype(np.float64) for units in (worth * share, worth))
    known = pooled_shares(good, judged, prior_mean=USUAL_SHARE)
    own = np.where(lanes.supplier >= 0, lanes.supplier, 0)
    said = lanes.supplier >= 0
    mean, low, high = known.mean, known.quantile(0.025), known.quantile(0.975)
    typical = known.prior_hits / (known.prior_hits + known.prior_misses)
    each = np.where(said, mean[own], typical)
    return Yield(
        each,
        np.where(said, low[own], low.min()),
        np.where(said, high[own], high.max()),
        np.sqrt(each * (1.0 - each) * alike),
        np.where(said, count[own], 0),
    )


def _alike(supplier: Ints, size: Floats, share: Floats, count: Ints) -> float:
    """Correlation of two units of one lot, common to the plant. [fraction]"""
    mean = np.bincount(supplier, share, len(count)) / np.maximum(count, 1)
    spread, chance = np.square(share - mean[supplier]), (mean * (1.0 - mean))[supplier]
    # A supplier's mean is its own lots': one lot tells nothing, n lots tell n - 1 times.
    told = count[supplier] > 1
    spread = np.where(told, spread * count[supplier] / np.maximum(count[supplier] - 1, 1), 0.0)
    chance = np.where(told, chance, 0.0)
    between, room = spread.sum() - (chance / size).sum(), (chance * (1.0 - 1.0 / size)).sum()
    return float(np.clip(between / room, 0.0, 1.0)) if room > 0 else 0.0
