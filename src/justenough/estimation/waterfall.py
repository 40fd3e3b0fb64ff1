"""Waterfall: from calendar time to good parts, and the ratios the standards make of it.

One calculation for every screen and command. Times are in any one unit; all arguments may be arrays of one shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Waterfall:
    """
    Times that shrink from all time to fully productive time; every column (n,) [one unit of time].

    Parameters
    ----------
    calendar
        All time; NaN where nobody asked.
    planned
        Planned production time.
    run
        Of it, while the machine ran, minor stops included.
    net_run
        Ideal time of all parts made. More than ``run`` where the ideal cycle is too slow: that is shown, never capped.
    good
        Ideal time of the good parts: fully productive time.
    """

    calendar: Floats
    planned: Floats
    run: Floats
    net_run: Floats
    good: Floats

    @property
    def availability(self) -> Floats:
        """``run / planned``; NaN where nothing was planned."""
        return _ratio(self.run, self.planned)

    @property
    def performance(self) -> Floats:
        """``net_run / run``; above 1 where parts were made faster than ideal."""
        return _ratio(self.net_run, self.run)

    @property
    def quality(self) -> Floats:
        """``good / net_run``: of parts that take equally long, the share of good ones."""
        return _ratio(self.good, self.net_run)

    @property
    def oee(self) -> Floats:
        """Availability x performance x quality, which is ``good / planned`` (Nakajima 1988)."""
        return _ratio(self.good, self.planned)

    @property
    def utilization(self) -> Floats:
        """``planned / calendar``."""
        return _ratio(self.planned, self.calendar)

    @property
    def teep(self) -> Floats:
        """Total effective equipment performance: ``good / calendar``."""
        return _ratio(self.good, self.calendar)

    @property
    def availability_loss(self) -> Floats:
        """Planned time in which the machine did not run."""
        return self.planned - self.run

    @property
    def performance_loss(self) -> Floats:
        """Running time beyond the ideal time of what was made; below 0 where performance is above 1."""
        return self.run - self.net_run

    @property
    def quality_loss(self) -> Floats:
        """Ideal time of the parts that are not good."""
        return self.net_run - self.good

    @property
    def too_fast(self) -> Bools:
        """Whether performance is above 1: the ideal cycle is too slow, or parts are counted twice. (n,)"""
        return np.asarray(self.performance > 1.0 + 1e-9)  # times of parts add up to a rounding

    def rolled_up(self) -> Waterfall:
        """All rows as one, by adding up times; ratios are never averaged."""
        return Waterfall(*(np.sum(getattr(self, name), axis=0) for name in ("calendar", "planned", "run", "net_run", "good")))


def waterfall(
    planned: ArrayLike, run: ArrayLike, ideal_cycle: ArrayLike, total: ArrayLike, good: ArrayLike, *, calendar: ArrayLike = np.nan
) -> Waterfall:
    """
    The waterfall of machines that make one kind of part.

    Parameters
    ----------
    planned, run, calendar : (n,) [time]
        Planned production time, running time, and all time.
    ideal_cycle : (n,) [time/part]
    total, good : (n,) [parts]

    Examples
    --------
    The worked example of a shift of 480 minutes with 60 of breaks and 47 of stops, at 60 parts a minute:

    >>> shift = waterfall(planned=420, run=373, ideal_cycle=1 / 60, total=19271, good=18848)
    >>> [round(float(one), 4) for one in (shift.availability, shift.performance, shift.quality, shift.oee)]
    [0.8881, 0.8611, 0.978, 0.7479]
    """
    cycle, made, fit = (np.asarray(one, dtype=np.float64) for one in (ideal_cycle, total, good))
    times = (np.asarray(one, dtype=np.float64) for one in (calendar, planned, run))
    return Waterfall(*np.broadcast_arrays(*times, cycle * made, cycle * fit))


def oee_of_factors(availability: ArrayLike, performance: ArrayLike, quality: ArrayLike) -> Floats:
    """OEE of known factors: their product (Nakajima 1988, where 0.90 x 0.95 x 0.999 is world class)."""
    product: Floats = np.asarray(availability, dtype=np.float64) * np.asarray(performance) * np.asarray(quality)
    return product


@dataclass(frozen=True, slots=True)
class Indicators:
    """
    Indicators of ISO 22400-2:2014; every column (n,) [1].

    The names are the standard's: availability APT/PBT, effectiveness PRI*PQ/APT, quality ratio GQ/PQ, net equipment
    effectiveness AUPT/PBT x effectiveness x quality ratio, allocation efficiency AUBT/PBT, utilization efficiency
    APT/AUBT, technical efficiency APT/(APT + ADET), setup ratio AUST/AUPT, scrap SQ/PQ, rework RQ/PQ.
    """

    availability: Floats
    effectiveness: Floats
    quality_ratio: Floats
    oee_index: Floats
    nee_index: Floats
    allocation_efficiency: Floats
    utilization_efficiency: Floats
    technical_efficiency: Floats
    setup_ratio: Floats
    scrap_ratio: Floats
    rework_ratio: Floats


def iso22400(
    *,
    busy: ArrayLike,
    production: ArrayLike,
    setup: ArrayLike,
    delay: ArrayLike,
    produced: ArrayLike,
    good: ArrayLike,
    scrap: ArrayLike,
    rework: ArrayLike,
    ideal: ArrayLike,
    unit_busy: ArrayLike | None = None,
    quality_ratio: ArrayLike | None = None,
) -> Indicators:
    """
    Indicators of ISO 22400-2 from its time and quantity elements.

    Parameters
    ----------
    busy, production, setup, delay : (n,) [time]
        PBT planned busy time, APT actual production time, AUST actual unit setup time, ADET actual unit delay time.
        Actual unit processing time is AUPT = APT + AUST.
    produced, good, scrap, rework : (n,) [parts]
        PQ, GQ, SQ, RQ.
    ideal : (n,) [time]
        PRI x PQ: planned run time of what was produced.
    unit_busy : (n,) [time]
        AUBT actual unit busy time; left out, AUPT + ADET: the unit is busy with nothing else.
    quality_ratio : (n,) [1]
        Left out, GQ/PQ; given where parts take unlike times, so that indices add up by time.
    """
    pbt, apt, aust, adet, pq, gq, sq, rq, ran = (
        np.asarray(one, dtype=np.float64) for one in (busy, production, setup, delay, produced, good, scrap, rework, ideal)
    )
    processing = apt + aust
    aubt = processing + adet if unit_busy is None else np.asarray(unit_busy, dtype=np.float64)
    effectiveness = _ratio(ran, apt)
    quality = _ratio(gq, pq) if quality_ratio is None else np.asarray(quality_ratio, dtype=np.float64)
    return Indicators(
        availability=_ratio(apt, pbt),
        effectiveness=effectiveness,
        quality_ratio=quality,
        oee_index=_ratio(apt, pbt) * effectiveness * quality,
        nee_index=_ratio(processing, pbt) * effectiveness * quality,
        allocation_efficiency=_ratio(aubt, pbt),
        utilization_efficiency=_ratio(apt, aubt),
        technical_efficiency=_ratio(apt, apt + adet),
        setup_ratio=_ratio(aust, processing),
        scrap_ratio=_ratio(sq, pq),
        rework_ratio=_ratio(rq, pq),
    )


@dataclass(frozen=True, slots=True)
class Efficiencies:
    """Efficiencies of SEMI E79 against total time; every column (n,) [1]. ``oee`` is their product."""

    availability_efficiency: Floats
    operational_efficiency: Floats
    rate_efficiency: Floats
    quality_efficiency: Floats
    oee: Floats


def semi_e79(
    total: ArrayLike, uptime: ArrayLike, production: ArrayLike, theoretical: ArrayLike, theoretical_good: ArrayLike
) -> Efficiencies:
    """
    SEMI E79's factors: equipment uptime, what of it was production, its rate, its quality.

    Parameters
    ----------
    total, uptime, production : (n,) [time]
    theoretical, theoretical_good : (n,) [time]
        Theoretical production time of all units and of the good ones.
    """
    factors = (_ratio(uptime, total), _ratio(production, uptime), _ratio(theoretical, production))
    return Efficiencies(*factors, _ratio(theoretical_good, theoretical), oee=_ratio(theoretical_good, total))


def _ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Part by whole; NaN where there is no whole."""
    above, below = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    out: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return out
