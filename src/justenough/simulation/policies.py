"""Policies: replenishment levels lived through demand, given or drawn, instead of calculated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Form
from justenough.domain.ragged import Ragged
from justenough.kernels import replenish
from justenough.simulation.draws import seeds_of
from justenough.simulation.lived import Lived
from justenough.simulation.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.policy import Levels
    from justenough.domain.ragged import Floats, Ints
    from justenough.simulation.draws import Futures

__all__ = ["PLAIN", "Lived", "Rules", "Supply", "live", "live_drawn"]


@dataclass(frozen=True, slots=True)
class Rules:
    """
    How orders are made, where it is not in whole order quantities just above the reorder point.

    Parameters
    ----------
    order_up_to : (n_items,) or (n_items, n_periods) [units]
        Order up to here: (s, S), and with a reorder point one step below it (R, S). NaN or None: the fewest
        order quantities that lift the position above the reorder point.
    minimum : (n_items,) [units]
        Least order.
    lot : (n_items,) [units]
        Orders are multiples of this; the order quantity of the levels where None. 0 for any quantity, which
        needs an ``order_up_to``.
    shelf_life_days : (n_items,) [days]
        Oldest goes first; what is this old since its arrival is thrown away. Infinite or NaN: keeps for ever.
    lost_sales
        Demand that finds the shelf empty goes away instead of waiting.
    crossing
        A later order may overtake an earlier one; otherwise it arrives no sooner.
    """

    order_up_to: Floats | None = None
    minimum: Floats | None = None
    lot: Floats | None = None
    shelf_life_days: Floats | None = None
    lost_sales: bool = False
    crossing: bool = True


PLAIN = Rules()


def live(
    items: Sequence[str],
    levels: Levels,
    demand: Ragged,
    supply: Supply,
    review_days: Floats,
    *,
    period_days: float,
    rate: Floats | None = None,
    lives: int = 1,
    rules: Rules = PLAIN,
    warm_up_days: float = 0.0,
    seed: int = 0,
) -> Lived:
    """
    Live the (R, r, nQ) policy of each item through ``demand``, with lead times drawn.

    Parameters
    ----------
    items : (n_items,)
        Codes; draws depend on the item's code and the seed, never on its place. Two policies lived with one
        seed meet the same lead times, review for review (common random numbers).
    levels
        NaN levels are not lived: their tallies are 0 and their means NaN. A reorder point (n_items, n_periods)
        holds for one demand period after the other, and then again from the first.
    demand
        Units a period, NaN where unknown. Windows that touch an unknown period are not counted; the
        lives go on as if nothing was asked for.
    supply, review_days
        Rounded to slots of about a day, lead times at random so that their mean stays.
    period_days : [days]
        Length of a demand period. Longer than a day, its demand is laid on days: evenly for an item
        that never has an idle period, else on as many random days as a Poisson stream with that
        share of idle periods has arrivals.
    rate : (n_items,) [units/day]
        Expected demand, of which a mean lead time's worth is on its way at the start; the mean of
        ``demand`` where not given.
    lives
        Repetitions with fresh lead times, starting positions and review days.
    warm_up_days : [days]
        Lived at the start of each life but not counted.

    Returns
    -------
    Lived
    """
    n = len(items)
    if len(demand) != n:
        raise ValueError(f"demand must have one series for each of the {n} items, got {len(demand)}")
    slots = max(1, round(period_days))
    slot_days = period_days / slots
    rates = _rates(demand, period_days) if rate is None else np.asarray(rate, dtype=np.float64)
    policies, levelled = _policies(levels, review_days, rates, rules, slot_days, n, levels.lot)
    given = np.full(n, -1, dtype=np.int64)
    tables, drift = np.zeros((n, 3, 1)), np.zeros(n)
    supplies, warm = _supplies(supply, slot_days, n), round(warm_up_days / slot_days)
    return _lived(items, given, demand, slots, tables, drift, 0, policies, supplies, levelled, slots, lives, rules, warm, seed, slot_days)


def live_drawn(
    items: Sequence[str],
    levels: Levels,
    futures: Futures,
    supply: Supply,
    review_days: Floats,
    *,
    days: int,
    lives: int,
    rules: Rules = PLAIN,
    period_days: float = 365.25 / 12.0,
    warm_up_days: float = 0.0,
    seed: int = 0,
) -> Lived:
    """
    Live each item's policy through ``lives`` possible futures of ``days`` days.

    Parameters
    ----------
    items, levels, supply, review_days, warm_up_days
        As for `live`. Two policies lived with one seed also meet the same demand.
    futures
        What demand may come. WINDOWS items live as many days as their history has, others ``days``.
    period_days : [days]
        Time after which levels and futures by period go on to their next column, whole days; one column
        stands for ever.

    Returns
    -------
    Lived
        With standard errors over lives, see `Lived.error_of`.
    """
    n = len(items)
    mean = np.atleast_2d(futures.mean)
    policies, levelled = _policies(levels, review_days, mean.mean(axis=1), rules, 1.0, n, futures.lot)
    form = np.ascontiguousarray(futures.form, dtype=np.int64)
    own = futures.history
    if own is None:
        if (form == Form.WINDOWS).any():
            raise ValueError("futures of the form WINDOWS need their items' history, one value a day")
        own = Ragged(np.empty(0), np.zeros(n + 1, dtype=np.int64))
    drift = np.array(np.broadcast_to(futures.drift, n), dtype=np.float64)  # a copy: what is broadcast may not be written
    supplies, warm, period = _supplies(supply, 1.0, n), round(warm_up_days), max(1, round(period_days))
    tables = futures.tables(1.0)
    return _lived(items, form, own, 1, tables, drift, days, policies, supplies, levelled, period, lives, rules, warm, seed, 1.0)


def _policies(
    levels: Levels, review_days: Floats, rates: Floats, rules: Rules, slot_days: float, n: int, lot: Floats | None
) -> tuple[Floats, Floats]:
    """Rows of the kernel: (n, 6) policies, and (n, 2, n_periods) levels."""
    reorder = np.asarray(levels.reorder_point, dtype=np.float64).reshape(n, -1)
    up_to = np.full((n, 1), np.nan) if rules.order_up_to is None else np.asarray(rules.order_up_to, dtype=np.float64).reshape(n, -1)
    quantity = levels.order_quantity if rules.lot is None else rules.lot
    # Without a lot there must be a level to order up to, or nothing says how much.
    possible = (quantity > 0.0) | ((quantity == 0.0) & ~np.isnan(up_to).any(axis=1))
    life = np.full(n, np.inf) if rules.shelf_life_days is None else np.broadcast_to(rules.shelf_life_days, n)
    slots_kept = np.where(np.isfinite(life), np.maximum(np.rint(np.nan_to_num(life, posinf=0.0) / slot_days), 1.0), 0.0)
    least = np.zeros(n) if rules.minimum is None else np.nan_to_num(np.broadcast_to(rules.minimum, n))
    rows = [
        np.where(possible, quantity, np.nan),
        least,
        levels.step if lot is None else np.where(lot > 1.0, lot, levels.step),
        np.broadcast_to(review_days, n) / slot_days,
        rates * slot_days,
        slots_kept,
    ]
    both = np.broadcast_arrays(reorder, up_to)
    return np.ascontiguousarray(np.stack(rows, axis=1), dtype=np.float64), np.ascontiguousarray(np.stack(both, axis=1))


def _supplies(supply: Supply, slot_days: float, n: int) -> Floats:
    """Rows of the kernel, (n, 8): times in slots."""
    days = (supply.mean_days, supply.sd_days, supply.wait_days, supply.wait_sd_days, supply.up_days)
    mean, sd, wait, wait_sd, up = (np.broadcast_to(each, n) / slot_days for each in days)
    rows = [mean, sd, np.broadcast_to(supply.outage_probability, n), wait, wait_sd, up, supply.reject_share, supply.reject_sd]
    return np.ascontiguousarray(np.stack(rows, axis=1), dtype=np.float64)


def _lived(
    items: Sequence[str],
    form: Ints,
    series: Ragged,
    slots: int,
    tables: Floats,
    drift: Floats,
    length: int,
    policies: Floats,
    supplies: Floats,
    levels: Floats,
    level_slots: int,
    lives: int,
    rules: Rules,
    warm: int,
    seed: int,
    slot_days: float,
) -> Lived:
    n = len(items)
    tallies, squares = np.zeros((n, replenish.N_TALLY)), np.zeros((n, len(replenish.RATIOS), 3))
    seasons = np.zeros((n, levels.shape[2], replenish.N_SEASON))
    replenish.live_items(
        form, series.values, series.offsets, slots, _parts(series, slots), tables, drift, length, policies, supplies, levels,
        level_slots, lives, int(rules.lost_sales), int(rules.crossing), warm, seeds_of(items, seed), tallies, squares, seasons,
    )  # fmt: skip
    return Lived.of(tallies, squares, seasons, slot_days, lives)


def _rates(demand: Ragged, period_days: float) -> Floats:
    """Mean demand a day; 0 for an empty series."""
    owner = np.repeat(np.arange(len(demand)), demand.lengths)
    known = ~np.isnan(demand.values)
    units = np.bincount(owner[known], demand.values[known], len(demand))
    count = np.bincount(owner[known], minlength=len(demand))
    return np.asarray(units / np.maximum(count, 1) / period_days, dtype=np.float64)


def _parts(demand: Ragged, slots: int) -> Ints:
    """Lumps a period's demand comes in; 0 means evenly."""
    owner = np.repeat(np.arange(len(demand)), demand.lengths)
    known = ~np.isnan(demand.values)
    count = np.bincount(owner[known], minlength=len(demand))
    idle = np.bincount(owner[known & (demand.values <= 0.0)], minlength=len(demand))
    with np.errstate(divide="ignore", invalid="ignore"):
        arrivals = -np.log(idle / np.maximum(count, 1))
    lumps = np.clip(np.rint(np.where(idle > 0, arrivals, 0.0)), 1, slots)
    return np.where(idle > 0, lumps, 0).astype(np.int64)
