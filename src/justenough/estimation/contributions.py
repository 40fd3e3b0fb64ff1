"""Contributions: what every order, come or still open, says of its item's mean and spread, and of the tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, log_ndtr, polygamma

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

LOG_ROOT_2PI = 0.5 * np.log(2.0 * np.pi)
LEAST_VARIANCE = 1e-6
USUAL_WIDTH = 0.7  # of a tail, before any order has shown it: half to twice as long
LEAST_ITEMS = 20  # with two orders or more, for their spreads to tell how alike they are
MOST_ALIKE = 1000.0  # orders


@dataclass(frozen=True, slots=True)
class Tail:
    """The orders that go unlike the others: their share, and where from their item's mean and how wide they lie, in logs."""

    share: float
    shift: float
    width: float


NO_TAIL = Tail(0.0, 0.0, USUAL_WIDTH)


def _beyond(cut: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Mean and mean square of a normal known to lie beyond ``cut``."""
    z = (cut - mean) / sd
    hazard = np.exp(-0.5 * z * z - LOG_ROOT_2PI - log_ndtr(-z))
    return mean + sd * hazard, np.square(mean) + 2.0 * mean * sd * hazard + sd * sd * (1.0 + z * hazard)


def done_sums(item: Ints, log_days: Floats, weight: Floats, n: int) -> Floats:
    """Count, sum and sum of squares by item. (3, n)"""
    columns = (weight, weight * log_days, weight * np.square(log_days))
    return np.array([np.bincount(item, column, n) for column in columns])


def waiting_sums(item: Ints, cut: Floats, mean: Floats, sd: Floats, weight: Floats, n: int) -> Floats:
    """
    What orders still open say by item: count, information, information times value, expected square. (4, n)

    An open order pulls its item's mean up by its hazard and tells less of it than one that has come: the curvature
    of its log survival (Laplace), in orders that have come.
    """
    z = (cut - mean) / sd
    hazard = np.exp(-0.5 * z * z - LOG_ROOT_2PI - log_ndtr(-z))
    told = np.clip(hazard * (hazard - z), 1e-12, 1.0)
    columns = (weight, weight * told, weight * (told * mean + sd * hazard), weight * np.square(sd) * (1.0 + z * hazard))
    return np.array([np.bincount(item, column, n) for column in columns])


def alike_orders(count: Floats, total: Floats, squares: Floats) -> float:
    """
    Orders' worth of belief in a common spread that the items' own spreads deserve: the more, the more alike they are.

    From how far the logs of the items' variances lie apart beyond chance (Smyth 2004, section 6.2).
    """
    told = count >= 2
    if told.sum() < LEAST_ITEMS:
        return 0.0
    degrees = count[told] - 1.0
    variance = np.maximum(squares[told] - np.square(total[told]) / count[told], LEAST_VARIANCE) / degrees
    logs = np.log(variance) - digamma(degrees / 2.0) + np.log(degrees / 2.0)
    chance = polygamma(1, degrees / 2.0)
    # An item of two orders tells little of its spread, and of how far spreads lie apart less still.
    say = np.square(1.0 / chance)
    centre = np.average(logs, weights=1.0 / chance)
    apart = float(np.average(np.square(logs - centre) - chance, weights=say))
    grid = np.exp(np.linspace(np.log(0.1), np.log(MOST_ALIKE), 200))
    return float(grid[np.searchsorted(-polygamma(1, grid / 2.0), -max(apart, 0.0)).clip(0, len(grid) - 1)])


def mixed_sums(
    done: Ints,
    done_log: Floats,
    whole: Floats,
    late: Ints,
    late_log: Floats,
    weight: Floats,
    n_open: int,
    mean: Floats,
    sd: Floats,
    tail: Tail,
) -> tuple[Floats, Floats, Floats, Tail]:
    """
    `done_sums` and `waiting_sums` of the ordinary orders; information of the tail's and that times value, its shift
    taken out; and the tail they show.

    The first ``n_open`` of the late are open orders; the others, remainders, do not tell the tail.
    """
    n = len(mean)
    m, m_late, s, s_late = mean[done], mean[late], sd[done], sd[late]
    z, z_late = (done_log - m) / s, (late_log - m_late) / s_late
    far, far_late = (done_log - m - tail.shift) / tail.width, (late_log - m_late - tail.shift) / tail.width
    # Odds of the tail; of an open order, by its chance to wait as long.
    odds = np.log(max(tail.share, 1e-300)) - np.log1p(-tail.share)
    is_tail = _logistic(odds + np.log(s / tail.width) - 0.5 * far * far + 0.5 * z * z)
    is_tail_late = _logistic(odds + log_ndtr(-far_late) - log_ndtr(-z_late))
    near = done_sums(done, done_log, whole * (1.0 - is_tail), n)
    waiting = waiting_sums(late, late_log, m_late, s_late, weight * (1.0 - is_tail_late), n)
    ours, wide, cut = whole * is_tail, np.full(len(late), tail.width), late_log - tail.shift
    far_sums = done_sums(done, done_log - tail.shift, ours, n)[:2] + waiting_sums(late, cut, m_late, wide, weight * is_tail_late, n)[1:3]
    beyond = _beyond(cut, m_late, wide)
    theirs = (weight * is_tail_late)[:n_open]
    n_tail, n_all = float(ours.sum() + theirs.sum()), float(whole.sum() + weight[:n_open].sum())
    share = (n_tail + 0.03) / (n_all + 1.0)
    away, back = done_log - m, m_late[:n_open]
    first, second = beyond[0][:n_open] + tail.shift, beyond[1][:n_open] + 2.0 * tail.shift * beyond[0][:n_open] + tail.shift**2
    shift = float(((ours * away).sum() + (theirs * (first - back)).sum()) / (n_tail + 1.0))
    centre = back + shift
    square = (ours * np.square(away - shift)).sum() + (theirs * (second - 2.0 * centre * first + centre * centre)).sum()
    # One order's worth of belief in the usual width, so that a handful cannot be a spike; and a tail narrower
    # than what it is the tail of would be the body.
    width = max(float(np.sqrt((square + USUAL_WIDTH**2) / (n_tail + 1.0))), float(np.sqrt(np.square(s).mean())))
    tail = Tail(float(np.clip(share, 1e-4, 0.3)), shift, width)
    return near, waiting, far_sums, tail


def _logistic(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0))))
