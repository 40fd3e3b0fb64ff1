"""Delays: log times of orders, done, still open or come in part, as a hierarchy with a tail.

An order's log time is normal around its item's mean with its item's spread but, with a small probability common to
the plant, lies elsewhere and wide (Tukey 1960, contaminated normal): an order that goes unlike the others takes so
many *times* as long, whether the item's other orders are punctual to the day or not. A wide part within the
log-normal keeps every moment finite, which a log-Student does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtr

from justenough.estimation.nested import nested_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.ragged import Floats, Ints

LOG_ROOT_2PI = 0.5 * np.log(2.0 * np.pi)
LEAST_VARIANCE = 1e-6
SETTLED = 1e-5  # change of every mean in one round that is none
USUAL_WIDTH = 0.7  # of a tail, before any order has shown it: half to twice as long


@dataclass(frozen=True, slots=True)
class Waits:
    """
    Order lines as log times; an item is a row of the plant.

    Parameters
    ----------
    done_item, done_log : (n_done,)
        Lines that have come.
    open_item, open_log : (n_open,)
        Lines of which nothing has come; the time waited so far.
    short_item, short_log, short_wait : (n_short,)
        Lines of which a part has come; time to its last arrival, and waited so far.
    n_completed
        Done lines whose first arrival was not enough: remainders that did come.
    """

    done_item: Ints
    done_log: Floats
    open_item: Ints
    open_log: Floats
    short_item: Ints
    short_log: Floats
    short_wait: Floats
    n_completed: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The orders that go unlike the others: their share, and where from their item's mean and how wide they lie, in logs."""

    share: float
    shift: float
    width: float


NO_TAIL = Tail(0.0, 0.0, USUAL_WIDTH)


@dataclass(frozen=True, slots=True)
class Delays:
    """
    The fitted hierarchy.

    Parameters
    ----------
    mean, variance : (n_items,)
        Of each item's mean log time, as far as known.
    spread : (n_items,)
        Standard deviation of one ordinary order around it.
    tail
        Common to the plant.
    furthest
        Longest order that came, in logs above its item's mean; no tail is believed beyond it.
    forgotten_share, settled_share
        Of the open lines, and of the remainders of short ones, that will never come. [fraction]
    open_weight, short_weight : (n_open,), (n_short,)
        Probability that each open line and each remainder is still to come.
    """

    mean: Floats
    variance: Floats
    spread: Floats
    tail: Tail
    furthest: float
    forgotten_share: float
    settled_share: float
    open_weight: Floats
    short_weight: Floats


@dataclass(frozen=True, slots=True)
class FitParams:
    """
    How `fit_delays` goes about it.

    Parameters
    ----------
    prior_orders
        See `LeadTimeParams`.
    most_log_sd
        See `LeadTimeParams`.
    rounds
        Passes of the expectation-maximisation.
    prior_lines
        Lines' worth of belief that no open line is forgotten.
    tailed
        Whether to look for a tail.
    """

    prior_orders: float
    most_log_sd: float
    rounds: int
    prior_lines: float
    tailed: bool


def fit_delays(waits: Waits, parents: Sequence[Ints], n: int, params: FitParams) -> Delays:
    """
    Fit the hierarchy by expectation-maximisation (Dempster, Laird & Rubin 1977).

    An open line has taken *at least* so long, or it is one of the few that will never come and were not
    closed in the books (Boag 1949, cure fraction). A short line either was settled short, and took until its
    last arrival, or is still open. Both are weighed by what the fit itself says of such long waits. The tail's
    place and width are told by lines that came: a wait without an end would fit any tail.

    Parameters
    ----------
    parents
        Item's supplier, supplier's lane, lane's plant; see `nested_means`.
    n
        Items.
    """
    done, groups = np.concatenate([waits.done_item, waits.short_item]), len(parents[1])
    done_log = np.concatenate([waits.done_log, waits.short_log])
    late, late_log = np.concatenate([waits.open_item, waits.short_item]), np.concatenate([waits.open_log, waits.short_wait])
    n_open, n_done = len(waits.open_item), len(waits.done_item)
    spare = max(float(done_log.var()), 1e-4)
    mean, spread2 = np.full(n, done_log.mean()), np.full(n, spare)
    variances, tail = (
        [spare / 3.0] * len(parents),
        Tail(0.03, 0.0, max(USUAL_WIDTH, 2.0 * float(np.sqrt(spare)))) if params.tailed else NO_TAIL,
    )
    open_weight, short_weight = np.ones(n_open), np.full(len(waits.short_item), 0.5)
    forgotten = 1.0 / (n_done + params.prior_lines)
    settled = 0.5
    fixed = _sums(waits.done_item, waits.done_log, np.square(waits.done_log), np.ones(n_done), n)
    nodes = nested_means(mean, np.zeros(n), parents, variances)
    for _ in range(params.rounds):
        sd = np.sqrt(spread2)
        # Is it still coming? Of a remainder: given that it had not come with the last arrival.
        alive = _outlives(waits.open_log - mean[waits.open_item], sd[waits.open_item], tail)
        open_weight = _still(alive, forgotten)
        short_weight = _still(_outlives_further(waits, mean, sd), settled)
        forgotten = (float((1.0 - open_weight).sum()) + 1e-9) / (n_done + n_open + params.prior_lines)
        settled = (float((1.0 - short_weight).sum()) + 0.5) / (len(short_weight) + waits.n_completed + 1.0)
        weight = np.concatenate([open_weight, short_weight])
        far, before = np.zeros((3, n)), (mean, tail)
        if params.tailed:
            whole = np.concatenate([np.ones(n_done), 1.0 - short_weight])
            near, far, tail = _mixed(done, done_log, whole, late, late_log, weight, mean, sd, tail)
        else:
            near = fixed + _sums(waits.short_item, waits.short_log, np.square(waits.short_log), 1.0 - short_weight, n)
            near += _sums(late, *_beyond(late_log, mean[late], sd[late]), weight, n)
        count, total, squares = near
        precision = count / spread2 + far[0] / tail.width**2
        own = (total / spread2 + far[1] / tail.width**2) / np.where(precision > 0, precision, 1.0)
        nodes = nested_means(own, precision, parents, variances)
        mean = nodes.mean[0]
        variances = [_kept(nodes.step_variance(k), variances[k]) for k in range(len(variances))]
        # Spreads: an item's drawn to its supplier's, that to the plant's.
        rest = np.maximum(squares - 2.0 * mean * total + np.square(mean) * count, 0.0) + count * nodes.variance[0]
        k, plant = params.prior_orders, rest.sum() / count.sum()
        group = (np.bincount(parents[0], rest, groups) + k * plant) / (np.bincount(parents[0], count, groups) + k)
        spread2 = np.clip((rest + k * group[parents[0]]) / (count + k), LEAST_VARIANCE, params.most_log_sd**2)
        if np.abs(mean - before[0]).max() < SETTLED and abs(tail.shift - before[1].shift) < SETTLED:
            break
    spread = np.sqrt(spread2)
    furthest = float(np.max(waits.done_log - mean[waits.done_item], initial=0.0))
    return Delays(mean, nodes.variance[0], spread, tail, furthest, forgotten, settled, open_weight, short_weight)


def log_score(delays: Delays, item: Ints, log_days: Floats, still_open: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Log probability density of each order's log time, of having waited so long if it is open. (n_orders,)"""
    m, v, s2, tail = delays.mean[item], delays.variance[item], np.square(delays.spread[item]), delays.tail
    scores = []
    for share, shift, variance in ((1.0 - tail.share, 0.0, s2), (tail.share, tail.shift, tail.width**2)):
        sd = np.sqrt(v + variance)
        z = (log_days - m - shift) / sd
        scores.append(np.log(max(share, 1e-300)) + np.where(still_open, log_ndtr(-z), -0.5 * z * z - LOG_ROOT_2PI - np.log(sd)))
    return np.logaddexp(*scores)


def _kept(found: float, before: float) -> float:
    return before if np.isnan(found) else max(found, LEAST_VARIANCE)


def _outlives(above: Floats, sd: Floats, tail: Tail) -> Floats:
    return np.asarray((1.0 - tail.share) * ndtr(-above / sd) + tail.share * ndtr((tail.shift - above) / tail.width))


def _outlives_further(waits: Waits, mean: Floats, sd: Floats) -> Floats:
    """Chance that a remainder is not there yet, given that it had not come with the last arrival."""
    m, s = mean[waits.short_item], sd[waits.short_item]
    return np.exp(np.minimum(log_ndtr(-(waits.short_wait - m) / s) - log_ndtr(-(waits.short_log - m) / s), 0.0))


def _still(alive: Floats, never: float) -> Floats:
    return np.asarray((1.0 - never) * alive / ((1.0 - never) * alive + never))


def _beyond(cut: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Mean and mean square of a normal known to lie beyond ``cut``."""
    z = (cut - mean) / sd
    hazard = np.exp(-0.5 * z * z - LOG_ROOT_2PI - log_ndtr(-z))
    return mean + sd * hazard, np.square(mean) + 2.0 * mean * sd * hazard + sd * sd * (1.0 + z * hazard)


def _sums(item: Ints, first: Floats, second: Floats, weight: Floats, n: int) -> Floats:
    """Count, sum and sum of squares by item. (3, n)"""
    return np.array([np.bincount(item, weight, n), np.bincount(item, weight * first, n), np.bincount(item, weight * second, n)])


def _mixed(
    done: Ints, done_log: Floats, whole: Floats, late: Ints, late_log: Floats, weight: Floats, mean: Floats, sd: Floats, tail: Tail
) -> tuple[Floats, Floats, Tail]:
    """`_sums` of the ordinary orders, those of the tail's with its shift taken out, and the tail they show."""
    n = len(mean)
    m, m_late, s, s_late = mean[done], mean[late], sd[done], sd[late]
    z, z_late = (done_log - m) / s, (late_log - m_late) / s_late
    far, far_late = (done_log - m - tail.shift) / tail.width, (late_log - m_late - tail.shift) / tail.width
    # Odds of the tail; of an open order, by its chance to wait as long.
    odds = np.log(max(tail.share, 1e-300)) - np.log1p(-tail.share)
    is_tail = _logistic(odds + np.log(s / tail.width) - 0.5 * far * far + 0.5 * z * z)
    is_tail_late = _logistic(odds + log_ndtr(-far_late) - log_ndtr(-z_late))
    near_sums = _sums(done, done_log, np.square(done_log), whole * (1.0 - is_tail), n)
    near_sums += _sums(late, *_beyond(late_log, m_late, s_late), weight * (1.0 - is_tail_late), n)
    ours = whole * is_tail
    shifted = done_log - tail.shift
    far_sums = _sums(done, shifted, np.square(shifted), ours, n)
    far_sums += _sums(late, *_beyond(late_log - tail.shift, m_late, np.full(len(late), tail.width)), weight * is_tail_late, n)
    n_tail, n_all = float(ours.sum()), float(whole.sum() + weight.sum())
    share = (n_tail + float((weight * is_tail_late).sum()) + 0.03) / (n_all + 1.0)
    shift = float((ours * (done_log - m)).sum() / (n_tail + 1.0))
    # One order's worth of belief in the usual width, so that a handful cannot be a spike.
    square = float((ours * np.square(done_log - m - shift)).sum())
    # A tail narrower than what it is the tail of would be the body.
    ordinary = float(np.sqrt(np.square(s).mean()))
    width = float(np.sqrt((square + USUAL_WIDTH**2) / (n_tail + 1.0)))
    return near_sums, far_sums, Tail(float(np.clip(share, 1e-4, 0.3)), shift, max(width, ordinary))


def _logistic(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0))))
