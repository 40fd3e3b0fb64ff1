"""Lanes: who sends each item, and along which lane: from what country and by what mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints


@dataclass(frozen=True, slots=True)
class Lanes:
    """
    Items under suppliers under lanes, as numbers.

    Parameters
    ----------
    supplier : (n_items,)
        -1 where nobody says.
    lane : (n_suppliers + 1,)
        The last entry is that of items without a supplier, lane 0.
    names : (n_suppliers,)
        Suppliers in the order of their numbers.
    """

    supplier: Ints
    lane: Ints
    names: list[str]


def lanes_of(plant: Plant) -> Lanes:
    """Supplier and lane of every item, in the order of ``plant.items``; suppliers of unknown country and mode share a lane."""
    usual = supplier_names(plant)
    codes = pl.DataFrame({"supplier": usual.drop_nulls().unique().sort()}).with_row_index("code")
    supplier = usual.to_frame("supplier").join(codes, on="supplier", how="left", maintain_order="left")["code"]
    lanes = np.append(lane_numbers(plant, codes["supplier"]), 0).astype(np.int64)
    return Lanes(supplier.cast(pl.Int64).fill_null(-1).to_numpy(), lanes, codes["supplier"].to_list())


def lane_numbers(plant: Plant, suppliers: pl.Series) -> Ints:
    """Number of each supplier's lane; those of unknown country and mode share one. (n_suppliers,)"""
    told = plant.tables["suppliers"].select("supplier", "country", "mode").unique("supplier", keep="first", maintain_order=True)
    lane = (
        suppliers.alias("supplier")
        .to_frame()
        .join(told, on="supplier", how="left", maintain_order="left")
        .select(pl.concat_str(pl.col("country").fill_null(""), pl.lit("\n"), pl.col("mode").fill_null("")).rank("dense").cast(pl.Int64) - 1)
    )
    return lane.to_series().to_numpy().astype(np.int64)


def supplier_names(plant: Plant) -> pl.Series:
    """Supplier of each item, null when nobody says: the items table's, else its latest order's. (n_items,)"""
    latest = (
        plant.receipts.filter(pl.col("supplier").is_not_null())
        .sort("ordered", "supplier")
        .group_by("item")
        .agg(pl.col("supplier").last().alias("seen"))
    )
    named = plant.items.select("item", "supplier").join(latest, on="item", how="left", maintain_order="left")
    return named.select(pl.col("supplier").fill_null(pl.col("seen"))).to_series()
