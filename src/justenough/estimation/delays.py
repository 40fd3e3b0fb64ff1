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

from justenough.estimation.contributions import (
    LEAST_VARIANCE,
    LOG_ROOT_2PI,
    NO_TAIL,
    USUAL_WIDTH,
    Tail,
    alike_orders,
    done_sums,
    mixed_sums,
    waiting_sums,
)
from justenough.estimation.nested import nested_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.ragged import Floats, Ints

USUAL_SPREAD = 0.25  # of a log time, before any order has shown it
SETTLED = 1e-4  # change of every mean in one round that is none


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
    last arrival, or is still open. Both are weighed by what the fit itself says of such long waits. Remainders
    do not tell the tail: a wait without an end would fit any.

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
    fixed = done_sums(waits.done_item, waits.done_log, np.ones(n_done), n)
    k = max(params.prior_orders, alike_orders(*fixed))
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
        far, before = np.zeros((2, n)), (mean, tail)
        if params.tailed:
            whole = np.concatenate([np.ones(n_done), 1.0 - short_weight])
            near, waiting, far, tail = mixed_sums(done, done_log, whole, late, late_log, weight, n_open, mean, sd, tail)
        else:
            near = fixed + done_sums(waits.short_item, waits.short_log, 1.0 - short_weight, n)
            waiting = waiting_sums(late, late_log, mean[late], sd[late], weight, n)
        count, total, squares = near
        n_waiting, told, pull, square = waiting
        precision = (count + told) / spread2 + far[0] / tail.width**2
        own = ((total + pull) / spread2 + far[1] / tail.width**2) / np.where(precision > 0, precision, 1.0)
        nodes = nested_means(own, precision, parents, variances)
        mean = nodes.mean[0]
        variances = [_kept(nodes.step_variance(k), variances[k]) for k in range(len(variances))]
        # Spreads: an item's drawn to its supplier's, that to the plant's. One order lies somewhere, which is no
        # spread: n orders tell an item's n - 1 times, or else each outlier would excuse itself.
        rest = np.maximum(squares - 2.0 * mean * total + np.square(mean) * count, 0.0) + count * nodes.variance[0] + square
        orders = count + n_waiting
        # One receipt is no proof that all orders take as long: one order's worth of belief in the usual spread.
        degrees, plant = np.maximum(orders - 1.0, 0.0), (rest.sum() + USUAL_SPREAD**2) / (orders.sum() + 1.0)
        own = rest * degrees / np.maximum(orders, 1e-300)
        group = (np.bincount(parents[0], own, groups) + k * plant) / (np.bincount(parents[0], degrees, groups) + k)
        spread2 = np.clip((own + k * group[parents[0]]) / (degrees + k), LEAST_VARIANCE, params.most_log_sd**2)
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
    return np.asarray(np.logaddexp(*scores))


def _kept(found: float, before: float) -> float:
    return before if np.isnan(found) else max(found, LEAST_VARIANCE)


def _outlives(above: Floats, sd: Floats, tail: Tail) -> Floats:
    return np.asarray((1.0 - tail.share) * ndtr(-above / sd) + tail.share * ndtr((tail.shift - above) / tail.width))


def _outlives_further(waits: Waits, mean: Floats, sd: Floats) -> Floats:
    """Chance that a remainder is not there yet, given that it had not come with the last arrival."""
    m, s = mean[waits.short_item], sd[waits.short_item]
    return np.asarray(np.exp(np.minimum(log_ndtr(-(waits.short_wait - m) / s) - log_ndtr(-(waits.short_log - m) / s), 0.0)))


def _still(alive: Floats, never: float) -> Floats:
    return (1.0 - never) * alive / ((1.0 - never) * alive + never)
