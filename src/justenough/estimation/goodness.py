"""Goodness: whether lives, censored ones among them, look as a fitted law says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, log_ndtr, ndtri_exp

from justenough.domain.item import Coded
from justenough.estimation.lifetimes import Law

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.lifetimes import Fits, Lives

MOST_CELLS = 8
PER_CELL = 5  # failures that a cell of the comparison needs
LEAST_CELLS = 3


class Verdict(Coded):
    """What the comparison of a law with the lives says."""

    FITS = 0  # nothing speaks against it
    DOES_NOT_FIT = 1
    TOO_FEW = 2  # failures to tell


@dataclass(frozen=True, slots=True)
class Goodness:
    """
    Observed failures against those the law expects, by age; columns (k,).

    Parameters
    ----------
    chi2, df
        Statistic and its degrees of freedom; NaN and 0 where there are too few failures.
    p
        Chance of a distance as large if the law holds.
    verdict
        Code of `Verdict`.
    """

    chi2: Floats
    df: Ints
    p: Floats
    verdict: Ints


def goodness_of(lives: Lives, fits: Fits, *, level: float = 0.05) -> Goodness:
    """
    Hjort's chi-square for censored lives.

    Ages are cut so that every cell expects as many failures: the hazard that all of a machine's lives met in it. What
    fitting the parameters took from the differences is taken from their covariance, so that the statistic is chi-square
    whatever censored the lives, and with one degree of freedom less than cells.

    Parameters
    ----------
    lives, fits
        The lives, and the law fitted to them.
    level [fraction]
        Chance below which the law does not fit.

    References
    ----------
    Hjort 1990, "Goodness of fit tests in models for life history data", Annals of Statistics 18; Akritas 1988.
    """
    lives = lives.lifted()
    k, machine = len(lives), lives.machine
    cells = np.minimum(lives.failures // PER_CELL, MOST_CELLS)
    asked = (cells >= LEAST_CELLS) & np.isfinite(fits.log_likelihood)
    cells = np.where(asked, cells, 0)
    shape = 1.0 / fits.best.shape if fits.law == Law.LOGNORMAL else fits.best.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        standing = shape[machine] * (np.log(lives.days) - np.log(fits.best.scale)[machine])
    edges = _edges(lives, _hazards(fits.law, standing)[0], cells)
    edge_standing = _standing(fits.law, edges)
    observed, expected = np.zeros((k, MOST_CELLS)), np.zeros((k, MOST_CELLS))
    slopes = np.zeros((k, MOST_CELLS, 2))
    before: Floats = np.zeros((k, 4))
    for cell in range(MOST_CELLS):
        edge = edge_standing[machine, cell]
        reached = np.minimum(standing, edge)
        hazard, rate = _hazards(fits.law, reached)
        columns = (hazard, -rate, reached / shape[machine] * rate, (lives.failed & (standing <= edge)).astype(np.float64))
        now: Floats = np.stack([np.bincount(machine, column, minlength=k) for column in columns], axis=1).astype(np.float64)
        gained: Floats = now - before
        expected[:, cell], slopes[:, cell], observed[:, cell] = gained[:, 0], gained[:, 1:3], gained[:, 3]
        before = now
    chi2, df = np.full(k, np.nan), np.where(asked, cells - 1, 0)
    for size in np.unique(cells[asked]):
        rows = np.flatnonzero(cells == size)
        chi2[rows] = _distance(fits, rows, observed[rows, : size - 1] - expected[rows, : size - 1], expected[rows], slopes[rows], int(size))
    p = np.where(asked, chdtrc(np.maximum(df, 1), np.nan_to_num(chi2)), np.nan)
    verdict = np.where(asked, np.where(p < level, Verdict.DOES_NOT_FIT, Verdict.FITS), Verdict.TOO_FEW)
    return Goodness(chi2, df, p, verdict)


def _edges(lives: Lives, hazard: Floats, cells: Ints) -> Floats:
    """Cumulative hazards at the upper ends of cells that expect as many failures each; the last is open. (k, MOST_CELLS)"""
    k, machine = len(lives), lives.machine
    order = np.lexsort((hazard, machine))
    sorted_hazard, first = hazard[order], lives.offsets[:-1]
    running = np.cumsum(sorted_hazard)
    before = np.concatenate([[0.0], running])[first]
    left = lives.offsets[1:][machine] - np.arange(len(hazard)) - 1.0
    met = running - before[machine] + left * sorted_hazard  # failures expected up to each life's end
    total = np.bincount(machine, hazard, minlength=k)
    edges = np.full((k, MOST_CELLS), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        key = 2.0 * machine + np.where(total[machine] > 0, met / total[machine], 0.0)
    for cell in range(MOST_CELLS - 1):
        rows = np.flatnonzero(cells > cell + 1)
        share = (cell + 1.0) / cells[rows]
        at = np.clip(np.searchsorted(key, 2.0 * rows + share), first[rows], lives.offsets[1:][rows] - 1)
        # Before that life's end as many are under way as it and those after it.
        edges[rows, cell] = sorted_hazard[at] - (met[at] - share * total[rows]) / (left[at] + 1.0)
    return edges


def _standing(law: Law, hazard: Floats) -> Floats:
    """The standing at which the cumulative hazard is this."""
    with np.errstate(divide="ignore"):
        return np.asarray(-ndtri_exp(-hazard)) if law == Law.LOGNORMAL else np.log(hazard)


def _hazards(law: Law, standing: Floats) -> tuple[Floats, Floats]:
    """Cumulative hazard, and its slope in the standing."""
    if law == Law.LOGNORMAL:
        log_tail = log_ndtr(-standing)
        return -log_tail, np.exp(-0.5 * standing**2 - 0.9189385332046727 - log_tail)
    hazard = np.exp(standing)
    return hazard, hazard


def _distance(fits: Fits, rows: Ints, gap: Floats, expected: Floats, slopes: Floats, size: int) -> Floats:
    covariance = np.zeros((len(rows), size - 1, size - 1))
    covariance[:, np.arange(size - 1), np.arange(size - 1)] = expected[:, : size - 1]
    told, slope = fits.information[rows], slopes[:, : size - 1]
    if fits.law == Law.EXPONENTIAL:
        covariance -= slope[:, :, :1] * slope[:, None, :, 0] / told[:, :1, None]
    else:
        matrix = told[:, [[0, 1], [1, 2]]]
        covariance -= slope @ np.linalg.solve(matrix, slope.transpose(0, 2, 1))
    return np.asarray((gap * np.linalg.solve(covariance, gap[:, :, None])[:, :, 0]).sum(axis=1))
