"""Supply bounds: the worst that what a supplier has shown still allows, each figure at its one-sided 95 % bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri

from justenough.estimation.lanes import supplier_names
from justenough.estimation.lead_time import Z95
from justenough.estimation.machine_bounds import machine_bounds_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.machine_bounds import MachineBounds
    from justenough.estimation.supplier import Recovery
    from justenough.estimation.throughput import Link

CONFIDENCE = 0.95  # of every bound, one-sided
PRIOR_ORDERS = 4.0  # orders' worth of belief that an item's spread is its supplier's; see `LeadTimeParams.prior_orders`
MOST_LOG_SD = 1.2  # spread of the log of an order's time above which none is believed; see `LeadTimeParams.most_log_sd`
_MOST_OF_A_DAY = 0.25  # variance of orders of which half take one day more [days^2]
TWO_SIDED = 1.959963984540054  # what a supplier's own bounds are at: 95 % between them


@dataclass(frozen=True, slots=True)
class SupplyBounds:
    """
    One-sided 95 % bounds of what is known of each item's supply; each array is (n_items,).

    Parameters
    ----------
    judged
        Whether receipts speak for the lead time at all; where not, every figure is its own bound.
    mean_days, mean_upper_days : [days]
        Of the lead time.
    order_sd_days, order_sd_upper_days : [days]
        Of one order around its mean, our ignorance of the mean left out.
    receipts
        Order lines both rest on: the item's own or, if it has none, those of its supplier's other items.
    chance, chance_upper : [fraction]
        That an order meets an outage of its supplier.
    wait_days, wait_upper_days : [days]
        Mean wait of an order that does.
    watched_days : [days]
        Time up of the item's supplier that the chance rests on, what other suppliers lend it included.
    recoveries
        Ends of outages that the wait rests on, what other suppliers lend included.
    machines
        Of the machines behind made items; None where no machine is measured.
    """

    judged: NDArray[np.bool_]
    mean_days: Floats
    mean_upper_days: Floats
    order_sd_days: Floats
    order_sd_upper_days: Floats
    receipts: Ints
    chance: Floats
    chance_upper: Floats
    wait_days: Floats
    wait_upper_days: Floats
    watched_days: Floats
    recoveries: Floats
    machines: MachineBounds | None = None


def supply_bounds_of(plant: Plant, lead_time: LeadTime, recovery: Recovery | None, link: Link | None = None) -> SupplyBounds:
    """
    Bounds of what is known of the supply of each item, in the order of ``plant.items``.

    Parameters
    ----------
    lead_time, recovery
        Of the same plant; ``recovery`` None where no disruption is on record.
    link
        What ties made items to machines; None where none is measured.

    Notes
    -----
    The mean's bound is the lead time's own. A spread's variance is chi-square about the true one with as many degrees
    of freedom as orders tell of it: the item's own and, of its supplier's, no more than `PRIOR_ORDERS`, the weight that
    the estimate gives them; in logs, where orders are normal. Orders are dated by the day, and many
    that all took the same do not show that none takes a day more: where they hardly differ, what so many leave open bounds
    both from below (`by_the_day`). An outage's chance and length are bounded between them at
    95 % by `recovery_of`; the one-sided bound lies at the same place of a log-normal through both. Of a made item only
    what its receipts leave open beyond its machines is bounded here; the rest is its machines' (`machine_bounds_of`).
    """
    judged = ~np.isnan(lead_time.mean_upper_days)
    machines = machine_bounds_of(link, len(judged)) if link else None
    made = machines.made if machines else np.zeros(len(judged), dtype=bool)
    sent = orders_of_supplier(supplier_names(plant), lead_time.receipts)
    own = lead_time.receipts.astype(np.float64)
    evidence = own + np.minimum(PRIOR_ORDERS, sent - own)
    mean, upper = lead_time.mean_days, np.where(judged, lead_time.mean_upper_days, lead_time.mean_days)
    if link is not None:
        upper = np.where(made, mean + np.fmax(link.other.mean_upper_days - link.other.mean_days, 0.0), upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        ignorance = np.where(judged & ~made, np.square(log_ignorance(upper / mean)), 0.0)
        relative = np.where(judged & ~made, np.log1p(np.square(lead_time.sd_days / mean)), 0.0)
    of_orders = np.maximum(relative - ignorance, 0.0)
    widest = of_orders.copy()
    widest[judged] = np.maximum(np.minimum(of_orders[judged] * spread_factor(evidence[judged]), MOST_LOG_SD**2), of_orders[judged])
    sd = np.where(judged & ~made, mean * np.sqrt(np.expm1(of_orders)), lead_time.sd_days)
    orders = np.where(own > 0, own, sent)
    counted = judged & ~made & (np.square(sd) < _MOST_OF_A_DAY)
    grain = np.zeros(len(sd))
    grain[counted] = by_the_day(np.square(sd[counted]), orders[counted])
    upper = np.where(counted, np.maximum(upper, mean + grain - np.square(sd)), upper)
    sd_upper = np.maximum(np.where(judged & ~made, mean * np.sqrt(np.expm1(widest)), sd), np.sqrt(grain))
    chance, wait, watched, ends = (np.zeros(len(mean)) for _ in range(4))
    chance_upper, wait_upper = chance, wait
    if recovery is not None:
        chance, wait, ends = recovery.probability, recovery.mean_days, np.where(recovery.mean_days > 0.0, recovery.shape, 0.0)
        chance_upper = one_sided(chance, recovery.probability_upper)
        wait_upper = one_sided(wait, recovery.mean_upper_days)
        watched = recovery.watched_days
    return SupplyBounds(
        judged, mean, upper,
        sd, np.maximum(sd_upper, sd),
        orders.astype(np.int64),
        chance, chance_upper, wait, wait_upper, watched, ends, machines,
    )  # fmt: skip


def orders_of_supplier(supplier: pl.Series, receipts: Ints) -> Floats:
    """Order lines received from each item's supplier, all of its items together; an item nobody sends has its own. (n_items,)"""
    named = supplier.is_not_null().to_numpy()
    codes = supplier.rank("dense").fill_null(0).cast(int).to_numpy()
    total = np.bincount(codes[named], receipts[named], minlength=int(codes.max(initial=0)) + 1)
    return np.where(named, total[codes], receipts).astype(np.float64)


def log_ignorance(ratio: Floats) -> Floats:
    """
    Standard deviation of the log of a mean whose 95 % bound is ``ratio`` times itself, the mean being log-normal. (n_items,)

    The mean of such a log-normal lies ``s^2 / 2`` above its middle, so that the bound is ``exp(z s - s^2 / 2)`` times it.
    """
    return np.asarray(Z95 - np.sqrt(np.maximum(Z95**2 - 2.0 * np.log(np.maximum(ratio, 1.0)), 0.0)))


def spread_factor(orders: Floats) -> Floats:
    """By what a variance seen in so many orders has to be multiplied for its one-sided 95 % bound. (n_items,)"""
    freedom = np.maximum(orders - 1.0, 1.0)
    return np.asarray(freedom / chdtri(freedom, CONFIDENCE))


def by_the_day(variance: Floats, orders: Floats) -> Floats:
    """
    One-sided 95 % bound of the variance of orders that are dated by the day. (n_items,) [days^2]

    Of orders that differ by one day at most, the variance is about the share of those that do, and they are counted (Garwood
    1936). The mean may be later by as much as the share may be more. It holds of no variance above that of half and half, 0.25.

    Examples
    --------
    >>> print(by_the_day(np.array([0.0]), np.array([60.0])).round(2))  # the rule of three
    [0.05]
    """
    orders = np.maximum(orders, 1.0)
    return np.asarray(chdtri(2.0 * (variance * orders + 1.0), 1.0 - CONFIDENCE) / (2.0 * orders))


def one_sided(figure: Floats, upper: Floats) -> Floats:
    """The one-sided 95 % bound of a figure whose two-sided one is ``upper``. (n_items,)"""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((figure > 0.0) & (upper > figure), upper / figure, 1.0)
    return np.minimum(figure * np.power(ratio, Z95 / TWO_SIDED), upper)
