"""Spreading: how far today's cover of items follows what each of them needs, with its test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Spreading:
    """
    How far today's cover follows risk.

    Parameters
    ----------
    explained : [fraction]
        Share of the variation of today's cover (logarithm of days) that the cover each item needs explains.
    p_value : [fraction]
        Chance that shuffled covers are explained as well.
    today_spread, needed_spread
        Standard deviation of the logarithm of cover: 0 is the same days for all.
    items
        Items with a cover today and one of the plan.
    """

    explained: float
    p_value: float
    today_spread: float
    needed_spread: float
    items: int


def spread_over(rows: pl.DataFrame, rng: np.random.Generator, permutations: int) -> Spreading | None:
    """
    How much of the variation of today's cover the needed cover explains, and by how much chance alone would.

    Cover is the reorder point in days of demand, today's and the plan's, both as logarithms; explained is the square of
    their correlation, and its p-value that of a permutation test, ``(1 + shuffles as good) / (1 + shuffles)``.

    Returns
    -------
    Spreading
        None with fewer than three items. Where today's cover is the same for all, nothing is explained.
    """
    positive = (pl.col(name) > 0 for name in ("demand_per_day", "today_reorder_point", "reorder_point"))
    covers = rows.filter(*positive, pl.col("decision") != "ended")
    if covers.height < 3:
        return None
    today, needed = (_days(covers, name) for name in ("today_reorder_point", "reorder_point"))
    n = len(today)
    found = _squared_correlation(today[None, :], needed)[0]
    shuffled = np.concatenate([_squared_correlation(rng.permuted(np.tile(today, (k, 1)), axis=1), needed) for k in _parts(permutations, n)])
    as_good = int((shuffled >= found - 1e-12).sum())
    return Spreading(float(found), (1 + as_good) / (1 + permutations), float(today.std(ddof=1)), float(needed.std(ddof=1)), n)


def _days(rows: pl.DataFrame, name: str) -> Floats:
    return np.asarray(np.log((rows[name] / rows["demand_per_day"]).to_numpy()))


def _parts(permutations: int, n: int) -> list[int]:
    """Shuffles done at once, so that they take no more than some 80 MB."""
    most = max(10_000_000 // n, 1)
    return [min(most, permutations - done) for done in range(0, permutations, most)]


def _squared_correlation(today: Floats, needed: Floats) -> Floats:
    """Of each row with ``needed``; 0 where either does not vary. (k,)"""
    a, b = today - today.mean(axis=1, keepdims=True), needed - needed.mean()
    whole = np.square(a).sum(axis=1) * np.square(b).sum()
    return np.asarray(np.where(whole > 1e-18, np.square(a @ b) / np.maximum(whole, 1e-18), 0.0))
