"""Signs: what sets an item apart from others of its class, read from its own record and learned by likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import Past

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats

    Objective = Callable[[Floats], tuple[float, Floats]]

N_SIGNS = 9
_ONE_SIZE = 0.45  # squared variation of sizes of an item wanted once; near the cut-off between even and uneven
_CELL = 0.05  # of a mean demand: the least that counts as a quantity where quantities are divisible
_LEAST_EXCESS, _LEAST_SHARE = 0.02, 0.1  # relative variance beyond counting, and its share of the whole, whichever is less
_TAILS = (0.005, 0.995)  # of each sign; what is beyond was hardly learned on
_MOST_COUNT = 150.0  # demands expected in an exposed time; beyond, none at all is out of the question
_STEPS = 200  # of the search


@dataclass(frozen=True, slots=True)
class Foretold:
    """
    Demand over each item's exposed time, as a past or the present moment foretells it; each array is (n_items,).

    Parameters
    ----------
    mean : [units]
    relative
        Variance over the squared mean.
    count
        Expected number of demands, if they come by chance: none comes with ``exp(-count)``.
    unit
        What is counted: 1 where quantities are whole, or the lot they come in. [units]
    """

    mean: Floats
    relative: Floats
    count: Floats
    unit: Floats

    @property
    def excess(self) -> Floats:
        """Relative variance beyond that of counting single units, not less than a little. (n_items,)"""
        return np.maximum(self.relative - self.unit / self.mean, np.minimum(_LEAST_EXCESS, _LEAST_SHARE * self.relative))

    @property
    def idle(self) -> Floats:
        """Probability of no demand, at most what the variance allows. (n_items,) [fraction]"""
        return np.minimum(np.exp(-self.count), 0.999 * self.relative / (self.relative + 1.0))

    @property
    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Mean, variance and probability of no demand, as the kernels take them."""
        return self.mean, np.maximum(self.relative * np.square(self.mean), 1e-12), self.idle

    @property
    def columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        """As they are given."""
        return self.mean, self.relative, self.count, self.unit

    def at(self, rows: NDArray[np.bool_]) -> Foretold:
        """Some of them."""
        return Foretold(self.mean[rows], self.relative[rows], self.count[rows], self.unit[rows])

    def moved(self, lift: Floats | float, spread: Floats | float, most: float) -> Foretold:
        """
        With ``lift`` times the mean and ``spread`` times the excess, but widened no further than ``most``.

        What is counted varies as counting does, however narrow the spread; an item that varies less does so still.
        """
        beyond = np.maximum(self.relative - self.unit / self.mean, 0.0)
        excess = np.minimum(self.excess * spread, np.maximum(self.excess, most)) - (self.excess - beyond)
        return replace(self, mean=self.mean * lift, relative=(self.relative - beyond) / lift + np.maximum(excess, 0.0))


@dataclass(frozen=True, slots=True)
class Signs:
    """
    What an item's record adds to what its class foretells.

    Parameters
    ----------
    low, high, middle, scale : (n_signs,)
        Range of each sign that was learned on; its mean and sd there.
    mean, excess, count : (1 + n_signs,)
        Weights of 1 and the signs in the logarithm of what each figure of `Foretold` is multiplied by.
    """

    low: Floats
    high: Floats
    middle: Floats
    scale: Floats
    mean: Floats
    excess: Floats
    count: Floats

    def of(self, past: Past, periods: Floats) -> Floats:
        """1 and the signs, within the range learned on, in sd from their mean; 0 where one is not known. (n_items, 1 + n_signs)"""
        inside = np.clip(_read(past, periods), self.low, self.high)
        away = np.where(np.isnan(inside), 0.0, (inside - self.middle) / self.scale)
        return np.column_stack([np.ones(len(periods)), away])

    def told(self, plain: Foretold, past: Past, periods: Floats, params: DemandParams) -> Foretold:
        """What the class foretells, with the item's own signs."""
        read = self.of(past, periods)
        most = np.log(params.most_lift)
        moved = plain.moved(np.exp(np.clip(_sum(read, self.mean), -most, most)), np.exp(_sum(read, self.excess)), params.most_excess)
        return replace(moved, count=np.clip(plain.count * np.exp(_sum(read, self.count)), 1e-6, _MOST_COUNT))


_NONE, _WEIGHTLESS = np.zeros(N_SIGNS), np.zeros(1 + N_SIGNS)
NO_SIGNS = Signs(_NONE, _NONE, _NONE, np.ones(N_SIGNS), _WEIGHTLESS, _WEIGHTLESS, _WEIGHTLESS)


def unit_of(past: Past) -> Floats:
    """What counts as one unit of each item: 1 or its lot, or a twentieth of a mean demand where that is less and divisible. (n_items,)"""
    size = np.where(past.mean > 0.0, past.mean * np.nan_to_num(past.adi, nan=1.0), 1.0)
    return np.where(past.whole > 0.0, past.whole, np.minimum(1.0, _CELL * size))


def learned_signs(plain: Foretold, past: Past, periods: Floats, wanted: Floats, params: DemandParams) -> Signs:
    """
    Weights of the signs under which what was wanted is most likely, drawn to 0: to what the class foretells.

    Mean and excess by the likelihood of the negative binomial with log-linear mean and dispersion, no demand at all by that
    of the complementary log-log model [1]_. The pull to 0 is a normal prior, as strong as ``params.sign_prior``
    says, so that few forecasts leave the class's figures as they are.

    Parameters
    ----------
    plain
        What the classes foretell.
    past, periods, wanted : (n_trials,)
        The record until then; the exposed time; what was wanted in it. [units]

    References
    ----------
    .. [1] McCullagh and Nelder, *Generalized Linear Models*, 2nd ed. 1989, ch. 4.3 (links) and 10 (joint modelling of
       mean and dispersion).
    """
    known = [sign[~np.isnan(sign)] if not np.isnan(sign).all() else np.zeros(1) for sign in _read(past, periods).T]
    low, high = np.transpose([np.quantile(sign, _TAILS) for sign in known])
    inside = [np.clip(sign, *ends) for sign, *ends in zip(known, low, high, strict=True)]
    middle, scale = np.array([sign.mean() for sign in inside]), np.array([sign.std() for sign in inside])
    signs = replace(NO_SIGNS, low=low, high=high, middle=middle, scale=np.where(scale > 1e-6, scale, 1.0))
    read = np.asfortranarray(signs.of(past, periods))  # one sign behind the other
    size = np.maximum(past.mean * past.adi, 1e-12)
    usual = size * np.maximum(periods / past.adi, 1.0)
    counts = np.rint(np.minimum(wanted, params.largest * usual) / plain.unit)
    both = _least(_counted(read, plain, counts, params), 2 * read.shape[1])
    quiet = _least(_silence(read, plain.count, wanted == 0.0, params.sign_prior), read.shape[1])
    return replace(signs, mean=both[: read.shape[1]], excess=both[read.shape[1] :], count=quiet)


def _read(past: Past, periods: Floats) -> Floats:
    """
    The signs, bare. (n_items, n_signs)

    Mean in the exposed time, demands seen, periods known, silence, mean size, exposed time, variation of sizes; by how much the
    periods before its first demand dilute its mean, since what came late goes on as since then; unit cost, since of two items seen
    alike the dear one is as a rule wanted less: NaN where not known.
    """
    uneven = np.where(past.positive > 1.0, past.cv2, _ONE_SIZE) + 0.05
    with np.errstate(divide="ignore", invalid="ignore"):
        diluted = past.known / (past.known - past.before)
        signs = [past.mean * periods, past.positive, past.known, 1.0 + past.silent, past.mean * past.adi, periods, uneven, diluted]
        logs = np.log(signs)
        cost = np.log(np.where(past.unit_cost > 0.0, past.unit_cost, np.nan))
    return np.column_stack([np.nan_to_num(logs.T, nan=0.0, posinf=0.0, neginf=0.0), cost])


def _sum(read: Floats, weights: Floats) -> Floats:
    """``read @ weights``, term by term: a product of matrices, or a sum over rows, rounds one item otherwise than a million."""
    total = np.zeros(len(read))
    for sign, weight in zip(read.T, weights, strict=True):
        total += sign * weight
    return total


def _by_sign(read: Floats, slope: Floats) -> Floats:
    """``read.T @ slope``, sign by sign: a product of matrices rounds otherwise with every number of threads. (1 + n_signs,)"""
    return np.array([(sign * slope).sum() for sign in read.T])


def _counted(read: Floats, plain: Foretold, counts: Floats, params: DemandParams) -> Objective:
    """Negative log likelihood of counts and its slope, by the weights of mean and excess."""
    n, q = read.shape
    pull = np.tile(np.append(0.0, np.full(q - 1, params.sign_prior / n)), 2)
    mean, excess = plain.mean / plain.unit, plain.excess

    def objective(weights: Floats) -> tuple[float, Floats]:
        mu = mean * np.exp(np.clip(_sum(read, weights[:q]), -4.0, 4.0))
        r = 1.0 / np.clip(excess * np.exp(np.clip(_sum(read, weights[q:]), -5.0, 5.0)), 1e-3, 1e3)
        stays = np.log(r / (r + mu))
        likely = gammaln(counts + r) - gammaln(r) - gammaln(counts + 1.0) + r * stays + counts * np.log(mu / (r + mu))
        by_mean = counts - (counts + r) * mu / (r + mu)
        by_excess = -r * (digamma(counts + r) - digamma(r) + stays + 1.0 - (r + counts) / (r + mu))
        slope = np.concatenate([_by_sign(read, by_mean), _by_sign(read, by_excess)]) / n
        return float(pull @ np.square(weights) - likely.mean()), 2.0 * pull * weights - slope

    return objective


def _silence(read: Floats, count: Floats, none: NDArray[np.bool_], prior: float) -> Objective:
    """Negative log likelihood of no demand at all and its slope, by the weights of the count."""
    n, q = read.shape
    pull = np.append(0.0, np.full(q - 1, prior / n))

    def objective(weights: Floats) -> tuple[float, Floats]:
        expected = np.clip(count * np.exp(np.clip(_sum(read, weights), -10.0, 10.0)), 1e-6, _MOST_COUNT)
        some = -np.expm1(-expected)
        likely = np.where(none, -expected, np.log(some))
        slope = np.where(none, -expected, expected * np.exp(-expected) / some)
        return float(pull @ np.square(weights) - likely.mean()), 2.0 * pull * weights - _by_sign(read, slope) / n

    return objective


def _least(objective: Objective, n_weights: int) -> Floats:
    found = minimize(objective, np.zeros(n_weights), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x, dtype=np.float64)
