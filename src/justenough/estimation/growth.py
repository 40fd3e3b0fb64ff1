"""Growth: the power law of a machine whose failures become rarer, or more frequent (Crow-AMSAA)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import chdtri, digamma, gammainc, gammaincinv, gammaln, ndtri, polygamma

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.trends import Watch

POINTS, NEWTON = 64, 12  # of the uncertainty of one of two factors; steps to a quantile of their product


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """
    ``lambda t^beta`` failures in t days of operation; columns (k,), NaN without failures.

    Parameters
    ----------
    confidence [fraction]
        Of the bounds.
    beta, lambda_
        Maximum likelihood; a beta below 1 improves. [1], [days^-beta]
    beta_bias_corrected
        Needs two failures or more.
    beta_lower, beta_upper
        Exact.
    intensity_end, instantaneous_mtbf_end
        Failures a day now, and its inverse. [1/day], [days]
    mtbf_lower, mtbf_upper
        Of that inverse; exact where the watch ended with a failure. [days]
    cramer_von_mises
        Distance of the failures from the power law.
    counted, logs
        Failures that tell of beta, and the sum of the logarithms of time watched over their moment: what `draws` needs.
    """

    confidence: float
    beta: Floats
    lambda_: Floats
    beta_bias_corrected: Floats
    beta_lower: Floats
    beta_upper: Floats
    intensity_end: Floats
    instantaneous_mtbf_end: Floats
    mtbf_lower: Floats
    mtbf_upper: Floats
    cramer_von_mises: Floats
    n: Floats
    end: Floats
    counted: Floats
    logs: Floats


def power_law_of(watch: Watch, *, confidence: float = 0.95) -> PowerLaw:
    """
    Power law process of every machine.

    Parameters
    ----------
    watch
        Their failures.
    confidence [fraction]
        Of the bounds.

    References
    ----------
    Crow 1974; MIL-HDBK-189C, ch. 5; Finkelstein 1976 (bounds of the present MTBF).

    Examples
    --------
    The handbook's system of 27 failures in 300 h ends with an MTBF of 15.5 h; here the NIST/SEMATECH repair data.

    >>> from justenough.domain.ragged import Ragged
    >>> from justenough.estimation.trends import Watch
    >>> hours = Ragged.of([[5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]])
    >>> law = power_law_of(Watch(hours, np.array([1500.0]), np.array([False])))
    >>> print(law.beta.round(3), law.instantaneous_mtbf_end.round(1), law.mtbf_lower.round(0), law.mtbf_upper.round(0))
    [0.537] [279.2] [132.] [798.]
    """
    n, counted, inside, end = watch.n, watch.counted, watch.inside, watch.end
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        logs = -watch.summed(np.where(inside, np.log(watch.share), 0.0))
        beta = np.where(counted > 0, n / logs, np.nan)
        unbiased = np.where(counted > 1, (counted - 1.0) / n * beta, np.nan)
        order = np.arange(len(watch.machine)) - watch.failures.offsets[:-1][watch.machine] + 0.5
        misses = (watch.share ** unbiased[watch.machine] - order / counted[watch.machine]) ** 2
        distance = 1.0 / (12.0 * counted) + watch.summed(np.where(inside, misses, 0.0))
        intensity = n * beta / end
        tails = (0.5 + confidence / 2.0, 0.5 - confidence / 2.0)
        beta_bounds = [chdtri(np.maximum(2.0 * counted, 1.0), tail) / (2.0 * logs) for tail in tails]
        mtbf_bounds = [end / _product_quantile(n, counted, logs, tail) for tail in tails]
        low, high = (np.where(counted > 0, bound, np.nan) for bound in beta_bounds)
        now = (intensity, 1.0 / intensity, mtbf_bounds[0], mtbf_bounds[1])
        return PowerLaw(confidence, beta, n / end**beta, unbiased, low, high, *now, distance, n, end, counted, logs)


def _product_quantile(n: Floats, counted: Floats, logs: Floats, probability: float) -> Floats:
    """Quantile of the product of two independent gammas, of shape n and of shape ``counted`` over ``logs``. (k,)"""
    points, weights = leggauss(POINTS)
    told = (counted > 0) & (logs > 0)
    shape_n, shape = np.where(told, n, 1.0)[:, None], np.where(told, counted, 1.0)[:, None]
    first = gammaincinv(shape_n, 0.5 * (points + 1.0))
    spread = np.sqrt(polygamma(1, shape_n) + polygamma(1, shape))[:, 0]
    at = digamma(shape_n)[:, 0] + digamma(shape)[:, 0] + spread * ndtri(probability)  # of the logarithm, as if it were normal
    for _ in range(NEWTON):
        x = np.exp(at)[:, None] / first
        density = np.exp(shape * np.log(x) - x - gammaln(shape)) @ weights
        gap = 2.0 * probability - gammainc(shape, x) @ weights
        at += np.clip(gap / np.maximum(density, 1e-300), -spread, spread)
    return np.where(told, np.exp(at) / np.where(told, logs, 1.0), np.nan)
