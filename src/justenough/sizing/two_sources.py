"""Two sources: a slow cheap and a fast dear one for the same item, against either of them alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels import dual_index
from justenough.kernels.abreast import abreast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]

COARSE, FINE, ROUNDS = 17, 9, 4  # targets tried at first, around the best one, and how often


@dataclass(frozen=True, slots=True)
class Sources:
    """
    Where items come from and what it costs. Columns (n_items,).

    Parameters
    ----------
    slow_reviews, fast_reviews : [reviews]
        Whole lead times, slow >= fast; an order placed before the demand of a review with lead time 0 still serves it.
    holding, shortage : [money/unit/review]
        Of one unit on hand and one unit short at the end of a review; both > 0.
    premium : [money/unit]
        What a unit from the fast source costs more.
    step : [units]
        1 where the item is counted in whole units, else 0.
    """

    slow_reviews: Ints
    fast_reviews: Ints
    holding: Floats
    shortage: Floats
    premium: Floats
    step: Floats

    def __post_init__(self) -> None:
        if (self.slow_reviews < self.fast_reviews).any() or (self.fast_reviews < 0).any():
            raise ValueError("slow_reviews must be >= fast_reviews >= 0: the fast source is the one that arrives first")
        if not (self.holding > 0.0).all() or not (self.shortage > 0.0).all():
            raise ValueError("holding and shortage must be above 0: otherwise no level is best")


@dataclass(frozen=True, slots=True)
class Sourced:
    """
    The best of one kind of policy, and what it gives a review. Columns (n_items,).

    Parameters
    ----------
    fast_level : [units]
        Order up to this from the fast source, counting only what arrives as soon; NaN where only the slow one is used.
    slow_level : [units]
        Order up to this from the slow source, everything on order counted; NaN where it gets a constant order or none.
    base : [units/review]
        Constant order with the slow source; NaN where it is ordered by a level.
    cost : [money/review]
        Holding, shortage and premium.
    mean_stock, mean_short : [units]
        At the end of a review.
    fast_units : [units/review]
        From the fast source.
    covered : [fraction]
        Share of reviews that end with nobody waiting.
    """

    fast_level: Floats
    slow_level: Floats
    base: Floats
    cost: Floats
    mean_stock: Floats
    mean_short: Floats
    fast_units: Floats
    covered: Floats


@dataclass(frozen=True, slots=True)
class Compared:
    """One source alone beside the two ways to use both."""

    slow: Sourced
    fast: Sourced
    dual_index: Sourced
    base_surge: Sourced

    @property
    def worth(self) -> Floats:
        """What a second source saves a review: the cheaper source alone less the better use of both. (n_items,) [money/review]"""
        alone = np.minimum(self.slow.cost, self.fast.cost)
        return np.asarray(alone - np.minimum(np.minimum(self.dual_index.cost, self.base_surge.cost), alone))


def compared(demand: Floats, sources: Sources, *, down: Bools | None = None, warm_up: int = 200) -> Compared:
    """
    Best policy of each kind on the same demand.

    Parameters
    ----------
    demand : (n_items, n_reviews) [units]
        Drawn or own demand of each review.
    down : (n_items, n_reviews)
        Reviews at which the slow source is stopped; what it was ordered then leaves when it runs again. None: never.
    warm_up : [reviews]
        At the start, not counted.

    Notes
    -----
    Dual index: the fast source orders up to one level, the slow one up to another, each by its own position
    (Veeraraghavan & Scheller-Wolf 2008, *Now or Later*). Tailored base-surge: the slow source gets the same order each
    review, the fast one what is missing (Allon & Van Mieghem 2010; Janakiraman, Seshadri & Sheopuri 2015). The fast level is
    the exact best along the demand; the other figure is searched for on a grid made finer around the best. Lead times are
    constant, backorders wait, and no order costs a fixed amount.
    """
    demand = np.ascontiguousarray(demand, dtype=np.float64)
    n, life = demand.shape
    longest = int(sources.slow_reviews.max(initial=0))
    if life <= warm_up + longest + 1:
        raise ValueError(f"demand must hold more than {warm_up + longest + 1} reviews, warm-up and lead time included, got {life}")
    stopped = np.zeros(demand.shape, dtype=np.bool_) if down is None else np.ascontiguousarray(down, dtype=np.bool_)
    asked = _Asked(demand, stopped, sources, warm_up)
    mean = demand.mean(axis=1)
    nothing = np.full(n, np.nan)
    slow = asked.at(dual_index.SLOW, np.zeros((n, 1)))[:, 0]
    fast = asked.at(dual_index.FAST, np.zeros((n, 1)))[:, 0]
    # This far above the fast level the slow one never leaves anything for the fast source: one source alone again.
    away, both = _best(asked, dual_index.DUAL, np.maximum(-slow[:, dual_index.LOWEST], 0.0))
    base, surge = _best(asked, dual_index.SURGE, np.where(sources.step > 0.0, np.floor(mean), 0.999 * mean))
    level = both[:, dual_index.LEVEL]
    return Compared(
        slow=_sourced(slow, nothing, slow[:, dual_index.LEVEL], nothing, 0.0 * mean),
        fast=_sourced(fast, fast[:, dual_index.LEVEL], nothing, nothing, fast[:, dual_index.QUICK]),
        dual_index=_sourced(both, level, level + away, nothing, both[:, dual_index.QUICK]),
        base_surge=_sourced(surge, surge[:, dual_index.LEVEL], nothing, base, surge[:, dual_index.QUICK]),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    demand: Floats
    down: Bools
    sources: Sources
    warm_up: int

    def at(self, policy: int, targets: Floats) -> Floats:
        """What the policy gives at each target. (n_items, n_targets, 7)"""
        one, n = self.sources, len(self.demand)
        gap = one.slow_reviews - one.fast_reviews
        reviews = np.stack([one.fast_reviews, gap, np.full(n, self.warm_up)], axis=1).astype(np.int64)
        money = np.ascontiguousarray(np.stack([one.holding, one.shortage, one.premium], axis=1), dtype=np.float64)
        given = np.empty((n, targets.shape[1], dual_index.N_GIVEN))
        tried = np.ascontiguousarray(targets, dtype=np.float64)
        abreast(lambda a, b: dual_index.policies_at(a, b, self.demand, self.down, reviews, money, policy, tried, given), n)
        return given


def _best(asked: _Asked, policy: int, widest: Floats) -> tuple[Floats, Floats]:
    """The best target of each item between 0 and ``widest``, and what it gives. (n_items,), (n_items, 7)"""
    step, row = asked.sources.step, np.arange(len(widest))
    low, high = np.zeros(len(widest)), widest
    target, found = low, asked.at(policy, low[:, None])[:, 0]
    for round_ in range(ROUNDS):
        tried = np.linspace(low, high, COARSE if round_ == 0 else FINE, axis=1)
        whole = np.minimum(np.round(tried / np.where(step > 0.0, step, 1.0)[:, None]) * step[:, None], np.inf)
        tried = np.where(step[:, None] > 0.0, whole, tried)
        given = asked.at(policy, tried)
        at = np.argmin(given[:, :, dual_index.COST], axis=1)
        better = given[row, at, dual_index.COST] < found[:, dual_index.COST]
        target = np.where(better, tried[row, at], target)
        found = np.where(better[:, None], given[row, at], found)
        width = (high - low) / (tried.shape[1] - 1)
        low, high = np.maximum(target - width, 0.0), np.minimum(target + width, widest)
    return target, found


def _sourced(given: Floats, fast_level: Floats, slow_level: Floats, base: Floats, fast_units: Floats) -> Sourced:
    cost, stock, short = (given[:, column] for column in (dual_index.COST, dual_index.STOCK, dual_index.SHORT))
    return Sourced(fast_level, slow_level, base, cost, stock, short, fast_units, given[:, dual_index.COVERED])
