"""Second source: what a faster, dearer source of an item would be worth, calm and against its supplier's outages."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import SettingsError
from justenough.domain.item import Form, StockoutBasis
from justenough.estimation.exposure import answering
from justenough.simulation.draws import drawn, seeds_of
from justenough.sizing.single import DAYS_PER_YEAR
from justenough.sizing.two_sources import Compared, Sourced, Sources, compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]

REVIEWS = 20_000  # lived for each figure
WARM_UP = 500
HIGHEST = 0.9999  # service above which no more is charged for a unit short


@dataclass(frozen=True, slots=True)
class Second:
    """
    A second source on offer. Columns (n_items,).

    Parameters
    ----------
    lead_days : [days]
    unit_cost : [money/unit]
    outage_share : [fraction]
        Of the time the usual source is stopped; NaN: as its record says.
    outage_days : [days]
        Mean length of a stop; NaN: as its record says.
    """

    lead_days: Floats
    unit_cost: Floats
    outage_share: Floats
    outage_days: Floats


@dataclass(frozen=True, slots=True)
class Weighed:
    """
    One source against two, money a year. Columns (n_items,).

    Parameters
    ----------
    calm, stopping
        The usual source never stopped, and stopped as often and for as long as said; ``cost`` in money a year.
    slow_reviews, fast_reviews : [reviews]
        Lead times as lived, rounded up to whole reviews.
    shortage : [money/unit/review]
        Charged for a unit short at the end of a review.
    charged
        Whether that is the item's own stockout cost; else it is what the plan's stated service implies.
    """

    calm: Compared
    stopping: Compared
    slow_reviews: Floats
    fast_reviews: Floats
    shortage: Floats
    charged: Bools
    outage_share: Floats
    outage_days: Floats


def weigh(items: Sequence[str], known: Known, service: Floats, second: Second, *, seed: int = 0, reviews: int = REVIEWS) -> Weighed:
    """
    What second sources are worth for these items.

    Parameters
    ----------
    items
        Codes; they seed the draws, so an item's figures depend on no other's.
    known
        What is known of them, none of it lacking.
    service : (n_items,) [fraction]
        Stated cycle service of the plan. Where stockouts are not charged by the day, the charge that makes it best is
        taken: ``h s / (1 - s)`` (the newsvendor's ratio), so that one source and two serve alike.

    Raises
    ------
    SettingsError
        A second source that is no faster, and stops of which nobody knows how long they last.
    """
    days = known.review_days
    slow = np.ceil(answering(known.lead_time, known.outages).mean_days / days - 1e-9)
    fast = np.ceil(second.lead_days / days - 1e-9)
    later = np.flatnonzero(fast > slow)
    if len(later):
        i = later[0]
        raise SettingsError(
            f"{items[i]}: a second source of {second.lead_days[i]:g} days is no faster than its usual one "
            f"({slow[i]:g} reviews of {days[i]:g} days); name a shorter lead time."
        )
    economics = known.economics
    holding = economics.unit_cost * economics.holding_rate * days / DAYS_PER_YEAR
    charged = economics.stockout_basis == int(StockoutBasis.PER_UNIT_DAY)
    kept = np.clip(service, 0.5, HIGHEST)
    shortage = np.where(charged, economics.stockout_cost * days, holding * kept / (1.0 - kept))
    sources = Sources(
        slow.astype(np.int64), fast.astype(np.int64), holding, shortage, second.unit_cost - economics.unit_cost, known.demand.step
    )
    demand = _demand(items, known, reviews, seed)
    share = np.where(np.isnan(second.outage_share), known.outages.probability, second.outage_share)
    length = np.where(np.isnan(second.outage_days), known.outages.wait_days, second.outage_days)
    for i in np.flatnonzero((share > 0.0) & ~(length > 0.0)).tolist():
        raise SettingsError(
            f"{items[i]}: its usual source is to be stopped {share[i]:.0%} of the time, and no stop is on record to say for how long; "
            "give the days as well (--outage-days)."
        )
    down = _stopped(items, share, length / days, reviews, seed)
    calm = compared(demand, sources, warm_up=WARM_UP)
    stopping = compared(demand, sources, down=down, warm_up=WARM_UP) if down.any() else calm
    yearly = DAYS_PER_YEAR / days
    return Weighed(_a_year(calm, yearly), _a_year(stopping, yearly), slow, fast, shortage, charged, share, length)


def best_of(found: Compared, place: int) -> str:
    """Which way of sourcing costs an item least: ``slow``, ``fast``, ``dual_index`` or ``base_surge``."""
    costs = {column.name: float(getattr(found, column.name).cost[place]) for column in fields(found)}
    return min(costs, key=lambda name: costs[name])


def _demand(items: Sequence[str], known: Known, reviews: int, seed: int) -> Floats:
    """Demand of each review, drawn; items lived by their own windows are drawn by their moments."""
    demand, days = known.demand, known.review_days
    counted = np.where(demand.step > 0.0, int(Form.NEGATIVE_BINOMIAL), int(Form.GAMMA))
    form = np.where(demand.form == int(Form.WINDOWS), counted, demand.form)
    idle = np.power(np.clip(demand.idle, 1e-12, 1.0), days / demand.period_days)
    values = drawn(items, form, demand.mean * days, demand.variance * days, idle, periods=reviews, seed=seed).values
    whole = np.reshape(values, (len(items), reviews))
    rounded = np.where(demand.step[:, None] > 0.0, np.round(whole), whole)
    return np.maximum(rounded, 0.0)


def _stopped(items: Sequence[str], share: Floats, length: Floats, reviews: int, seed: int) -> Bools:
    """Reviews at which the usual source is stopped: up and down for geometric times, down ``share`` of all time."""
    down = np.zeros((len(items), reviews), dtype=np.bool_)
    for i, one in enumerate(seeds_of(items, seed)):
        if not (share[i] > 0.0 and length[i] > 0.0):
            continue
        random = np.random.default_rng(int(one))
        mean_down = max(length[i], 1.0)
        mean_up = max(mean_down * (1.0 - share[i]) / share[i], 1.0)
        turns = int(reviews / (mean_up + mean_down) * 2) + 20
        spans = np.stack([random.geometric(1.0 / mean_up, turns), random.geometric(1.0 / mean_down, turns)], axis=1).ravel()
        state = np.repeat(np.arange(len(spans)) % 2 == 1, spans)[:reviews]
        down[i, : len(state)] = state
    return down


def _a_year(found: Compared, reviews: Floats) -> Compared:
    def one(sourced: Sourced) -> Sourced:
        return replace(sourced, cost=sourced.cost * reviews)

    return Compared(one(found.slow), one(found.fast), one(found.dual_index), one(found.base_surge))
