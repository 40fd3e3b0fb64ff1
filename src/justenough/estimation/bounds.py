"""Bounds: exact ones on mean time between failures and on availability, for constant rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, fdtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class MtbfBounds:
    """
    Mean operating time between failures. (k,) each [days]

    Without a failure ``mtbf`` and ``upper_two_sided`` are infinite; the lower bounds stand.
    """

    mtbf: Floats
    lower_two_sided: Floats
    upper_two_sided: Floats
    lower_one_sided: Floats


@dataclass(frozen=True, slots=True)
class AvailabilityBounds:
    """Share of time up, of time up and in repair together. (k,) each [fraction]"""

    availability: Floats
    lower_two_sided: Floats
    upper_two_sided: Floats
    lower_one_sided: Floats


def mtbf_bounds(
    operating_days: ArrayLike, failures: ArrayLike, *, failure_terminated: ArrayLike = False, confidence: float = 0.95
) -> MtbfBounds:
    """
    Exact chi-square bounds on the MTBF of a machine that fails at a constant rate.

    Parameters
    ----------
    operating_days : (k,) [days]
        Total operating time.
    failures : (k,)
        Failures in it.
    failure_terminated : (k,)
        Whether watching stopped at the last failure; else it stopped at a time fixed beforehand.
    confidence [fraction]
        Of the two-sided bounds together, and of the one-sided bound alone.

    Raises
    ------
    ValueError
        Where a time is negative, a count negative, or confidence does not lie between 0 and 1.

    References
    ----------
    NIST/SEMATECH e-Handbook, 8.4.5.1; Epstein & Sobel 1953: ``2 T / MTBF`` is chi-square with 2 r degrees of freedom,
    with 2 r + 2 for the lower bound where time ended the watch.

    Examples
    --------
    >>> watched = mtbf_bounds([1500.0, 1680.0], [10, 0], confidence=0.9)
    >>> print(watched.lower_two_sided.round(1), watched.upper_two_sided.round(1))
    [ 88.4 560.8] [276.5   inf]
    """
    total, r = np.asarray(operating_days, dtype=np.float64), np.asarray(failures, dtype=np.float64)
    _between(confidence)
    if bool((total < 0).any()) or bool((r < 0).any()):
        raise ValueError("operating_days and failures must be at least 0")
    low = 2.0 * r + np.where(np.asarray(failure_terminated, dtype=bool), 0.0, 2.0)
    rest = 1.0 - confidence
    with np.errstate(divide="ignore", invalid="ignore"):
        mtbf = np.where(r > 0, total / r, np.inf)
        upper = np.where(r > 0, 2.0 * total / chdtri(np.maximum(2.0 * r, 1.0), 1.0 - rest / 2.0), np.inf)
        two = np.where(low > 0, 2.0 * total / chdtri(np.maximum(low, 1.0), rest / 2.0), 0.0)
        one = np.where(low > 0, 2.0 * total / chdtri(np.maximum(low, 1.0), rest), 0.0)
    return MtbfBounds(mtbf, two, upper, one)


def availability_bounds(
    up_days: ArrayLike, failures: ArrayLike, down_days: ArrayLike, repairs: ArrayLike, *, confidence: float = 0.95, open_end: bool = False
) -> AvailabilityBounds:
    """
    F bounds on steady availability, exact for exponential up and down times.

    Parameters
    ----------
    up_days, failures : (k,)
        Operating time and the failures that ended it. [days]
    down_days, repairs : (k,)
        Time in repair and the repairs finished. [days]
    confidence [fraction]
        Of the two-sided bounds together, and of the one-sided bound alone.
    open_end
        Whether watching stopped at a time fixed beforehand; the lower bounds then count one failure more, as
        `mtbf_bounds` does. Else it stopped as the last cycle ended.

    References
    ----------
    ``(down / MTTR) / (up / MTBF)``, each divided by its count, is F with 2 repairs and 2 failures degrees of freedom
    (Barlow & Proschan 1975; Mann, Schafer & Singpurwalla 1974, ch. 10).

    Examples
    --------
    >>> print(availability_bounds(1180.0, 12, 96.0, 12).lower_one_sided.round(4))
    0.861
    """
    up, f = np.asarray(up_days, dtype=np.float64), np.asarray(failures, dtype=np.float64)
    down, m = np.asarray(down_days, dtype=np.float64), np.asarray(repairs, dtype=np.float64)
    _between(confidence)
    more = f + 1.0 if open_end else f

    def bound(count: Floats, tail: float) -> Floats:
        """Availability where the ratio of rates is at this quantile; NaN where nothing was repaired."""
        known = (m > 0) & (count > 0) & (up > 0)
        safe_m, safe_count = np.where(known, m, 1.0), np.where(known, count, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = down / safe_m * safe_count / up * fdtri(2.0 * safe_count, 2.0 * safe_m, tail)
            return np.where(known, 1.0 / (1.0 + ratio), np.nan)

    rest = 1.0 - confidence
    with np.errstate(divide="ignore", invalid="ignore"):
        mttr_over_mtbf = np.where(m > 0, down / np.maximum(m, 1.0) * f / up, np.where(f > 0, np.nan, 0.0))
    available = np.where(up > 0, 1.0 / (1.0 + mttr_over_mtbf), np.nan)
    upper = np.where(f > 0, bound(f, rest / 2.0), np.where(up > 0, 1.0, np.nan))
    return AvailabilityBounds(available, bound(more, 1.0 - rest / 2.0), upper, bound(more, confidence))


def _between(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence!r}")
