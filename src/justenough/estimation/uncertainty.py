"""Uncertainty: possible MTBF, MTTR and repair-time spread of every machine, as far as its records leave them open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from justenough.estimation.lifetimes import Law, Lives, scv_of
from justenough.estimation.trends import Trend
from justenough.kernels import posterior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.growth import PowerLaw

# Medians of ln sigma before any life is seen: those of exponential lives, and of lognormal ones that vary as much.
PRIOR_SIGMA = {Law.WEIBULL: 0.0, Law.LOGNORMAL: 0.5 * float(np.log(np.log(2.0)))}


@dataclass(frozen=True, slots=True)
class Draws:
    """
    Possible machines; draw ``j`` of machine ``i`` is one machine that its records allow.

    Parameters
    ----------
    mtbf_days, mttr_days : (k, n) [days]
        Operating time between failures, and time to repair.
    repair_scv : (k, n)
        Squared coefficient of variation of the time to repair.
    borrowed : (k,)
        Machines without a finished repair: theirs are drawn from the other machines; NaN where no machine has any.
    """

    mtbf_days: Floats
    mttr_days: Floats
    repair_scv: Floats
    borrowed: Bools

    @property
    def availability(self) -> Floats:
        """(k, n) [fraction]"""
        return self.mtbf_days / (self.mtbf_days + self.mttr_days)


def mtbf_draws(
    machines: Sequence[str], lives: Lives, operated: Floats, trend: Ints, growth: PowerLaw, *, n: int, seed: int, prior_sd: float
) -> Floats:
    """
    Possible MTBF. (k, n) [days]

    With a trend, the power law's present MTBF: the inverse of two gammas' product. Else the mean of a Weibull law drawn with
    its shape, so that regular lives are known better than constant rates would have it, and irregular ones worse.
    Without a failure, a constant rate under Jeffreys' prior.
    """
    words = seeds_of(machines, seed)
    out = _means(Law.WEIBULL, *_drawn(Law.WEIBULL, lives, words, n, prior_sd))
    rare = np.flatnonzero(lives.failures == 0)
    going = np.flatnonzero((trend == Trend.IMPROVING) | (trend == Trend.WORSENING))
    for rows, purpose in ((rare, 1), (going, 2)):
        for row in rows:
            rng = np.random.default_rng([int(words[row]), purpose])
            if purpose == 1:
                with np.errstate(divide="ignore"):
                    out[row] = operated[row] / rng.standard_gamma(0.5, n) if operated[row] > 0 else np.nan
            else:
                rate = rng.standard_gamma(growth.n[row], n) * rng.standard_gamma(growth.counted[row], n)
                out[row] = growth.end[row] * growth.logs[row] / rate
    return out


def repair_draws(machines: Sequence[str], repairs: Lives, law: Ints, *, n: int, seed: int, prior_sd: float) -> tuple[Floats, Floats, Bools]:
    """
    Possible MTTR, (k, n) [days], possible SCV of repairs, (k, n), and which machines had none of their own, (k,).

    ``law`` is of each machine's repairs: Weibull, else lognormal, each drawn with its shape.
    """
    words = seeds_of(machines, seed)
    mttr, scv = np.full((len(machines), n), np.nan), np.full((len(machines), n), np.nan)
    for one in (Law.WEIBULL, Law.LOGNORMAL):
        rows = (law == Law.WEIBULL) == (one == Law.WEIBULL)
        mine = repairs.where(rows[repairs.machine])
        scale, sigma = _drawn(one, mine, words, n, prior_sd)
        mttr[rows] = _means(one, scale, sigma)[rows]
        scv[rows] = scv_of(one, np.exp(-sigma if one == Law.WEIBULL else sigma))[rows]
    none = repairs.failures == 0
    if bool(none.any()) and not bool(none.all()):
        known = np.flatnonzero(~none)
        for row in np.flatnonzero(none):
            rng = np.random.default_rng([int(words[row]), 3])
            other, draw = known[rng.integers(len(known), size=n)], rng.integers(n, size=n)
            mttr[row], scv[row] = mttr[other, draw], scv[other, draw]
    return mttr, scv, none


def seeds_of(machines: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """Word of each machine's stream, from its name and the seed alone. (k,)"""
    salt = (seed % 2**64).to_bytes(8, "little")
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8, salt=salt).digest() for name in machines)
    return np.frombuffer(digests, dtype=np.uint64).copy()


def _drawn(law: Law, lives: Lives, words: NDArray[np.uint64], n: int, prior_sd: float) -> tuple[Floats, Floats]:
    """Draws of ln scale and of ln sigma. (k, n) each"""
    lives = lives.lifted()
    out = np.empty((len(lives), n, 2))
    draw = posterior.weibull_draws if law == Law.WEIBULL else posterior.lognormal_draws
    draw(lives.days, lives.failed, lives.offsets, PRIOR_SIGMA[law], prior_sd, words, out)
    return out[..., 0].copy(), out[..., 1].copy()


def _means(law: Law, log_scale: Floats, log_sigma: Floats) -> Floats:
    with np.errstate(over="ignore"):
        spread = gammaln(1.0 + np.exp(log_sigma)) if law == Law.WEIBULL else 0.5 * np.exp(2.0 * log_sigma)
        return np.asarray(np.exp(log_scale + spread))
