"""Lead time: how long an order takes, from receipts where there are any and with what is still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from justenough.domain.item import LeadTimeBasis
from justenough.estimation.crossing import crossing_of
from justenough.estimation.delays import Delays, FitParams, fit_delays, log_score
from justenough.estimation.knobs import LeadTimeParams
from justenough.estimation.lanes import lanes_of
from justenough.estimation.order_waits import OrderLines, late_share_of, waits_of
from justenough.estimation.receipts import order_lines

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.stops import Stops

Z95 = 1.6448536269514722
TRIAL_SHARE = 0.6  # of the order lines, oldest first, that the trial of the tail is fitted on
TRIAL_ROUNDS = 20
BISECTIONS = 30


DEFAULT_PARAMS = LeadTimeParams()


@dataclass(frozen=True, slots=True)
class LeadTime:
    """
    Time from order to shelf of many items; each array is (n_items,).

    Parameters
    ----------
    mean_days, sd_days
        Of the next order, our ignorance of the mean included; NaN when nothing is known. [days]
    receipts, open_orders
        Order lines received and still open that were counted.
    basis
        `LeadTimeBasis`.
    planned_days
        The items table's figure; NaN when not given. [days]
    mean_upper_days
        95 % upper bound of the mean; NaN where no receipt speaks for it. [days]
    late_share
        Share of promised order lines that came, or are already, after the promise; NaN without promises.
    p95_days
        Time within which the next order comes with 95 %. [days]
    crossing_share
        Share of two orders in a row of which the later came first. [fraction]
    effective_sd_days
        Spread that matters when orders may overtake each other; see `justenough.estimation.crossing`. [days]
    stops
        What machine stops do to made items; the other columns are then those of most orders, late ones left out
        (`justenough.estimation.throughput`). None: no machine is measured.
    """

    mean_days: Floats
    sd_days: Floats
    receipts: Ints
    open_orders: Ints
    basis: Ints
    planned_days: Floats
    mean_upper_days: Floats
    late_share: Floats
    p95_days: Floats
    crossing_share: Floats
    effective_sd_days: Floats
    stops: Stops | None = None


def lead_time_of(plant: Plant, params: LeadTimeParams = DEFAULT_PARAMS) -> LeadTime:
    """
    Lead time of every item, in the order of ``plant.items``.

    The logarithm of an order's lead time lies around its item's mean, the items' means around their supplier's, the
    suppliers' around their lane's (country and mode of the suppliers table), the lanes' around the plant's;
    each mean is drawn to the one above it by as much as its own orders leave open. Whether orders have a heavier
    tail than the normal is decided by the score of later orders that the fit has not seen. An order has come when
    enough of it has in good state (`order_lines`); an open one, or a remainder, has taken *at least* this long. An
    order that was open during a known disruption of its supplier is left out: `outages_of` counts it.

    What is pooled is how long an order took against the item's planned lead time, so that a supplier's quick
    seals do not shorten its slow castings; an item without a plan is taken to be planned like its supplier's others.
    """
    n = len(plant)
    planned = plant.items["lead_time_days"].fill_null(np.nan).to_numpy()
    lanes = lanes_of(plant)
    supplier, lane = lanes.supplier, lanes.lane
    table = order_lines(plant, enough_share=params.enough_share)
    lines = OrderLines.of(table)
    usual = _usual_log_days(planned, supplier, params)
    waits = waits_of(lines, usual, params.least_days, params.forgotten_factor)
    basis = np.where(np.isnan(planned), LeadTimeBasis.MISSING, LeadTimeBasis.PLANNED)
    log_sd = np.sqrt(np.log1p(params.assumed_cv**2))
    mean, sd, upper = planned.copy(), planned * params.assumed_cv, np.full(n, np.nan)
    p95 = planned * np.exp(Z95 * log_sd - 0.5 * log_sd**2)
    received = np.bincount(waits.done_item, minlength=n)
    still_open = np.bincount(waits.open_item, minlength=n)
    if len(waits.done_log) + len(waits.short_log):
        group = np.where(supplier >= 0, supplier, len(lane) - 1)
        parents = (group, lane, np.zeros(lane.max() + 1, np.int64))
        how = FitParams(params.prior_orders, params.most_log_sd, params.rounds, params.prior_lines, tailed=False)
        tailed = _tail_wins(lines, usual, parents, params, how)
        fit = fit_delays(waits, parents, n, replace(how, tailed=tailed))
        received += np.bincount(waits.short_item[fit.short_weight < 0.5], minlength=n)
        still_open += np.bincount(waits.short_item[fit.short_weight >= 0.5], minlength=n)
        told = np.bincount(group, received, len(lane)) > 0
        basis = np.where(received > 0, LeadTimeBasis.RECEIPTS, np.where((supplier >= 0) & told[group], LeadTimeBasis.SUPPLIER, basis))
        speaks = (basis == LeadTimeBasis.RECEIPTS) | (basis == LeadTimeBasis.SUPPLIER)
        modelled = _Moments.of(fit, fit.mean + usual, params)
        mean = np.where(speaks, modelled.mean, planned)
        sd, p95 = mean * modelled.relative, mean * modelled.p95 / modelled.mean
        bound = modelled.mean * np.exp(Z95 * np.sqrt(fit.variance) - fit.variance / 2.0)
        upper = np.where(speaks, np.maximum(bound, mean), np.nan)
    crossing = crossing_of(table, n)
    return LeadTime(
        mean, sd, received, still_open, basis.astype(np.int64), planned, upper, late_share_of(table, n),
        p95, crossing.share, sd * crossing.spread_ratio,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Moments:
    """Mean, relative spread and 95 % point of the next order of each item."""

    mean: Floats
    relative: Floats
    p95: Floats

    @classmethod
    def of(cls, fit: Delays, log_mean: Floats, params: LeadTimeParams) -> _Moments:
        """Add up the ordinary orders and the tail, which is cut at the longest order that came."""
        tail = fit.tail
        near = np.sqrt(np.minimum(np.square(fit.spread) + fit.variance, params.most_log_sd**2))
        far = np.sqrt(tail.width**2 + fit.variance)
        shift, end = tail.shift, fit.furthest
        inside = np.maximum(ndtr((end - shift) / far), 1e-9)

        def moment(power: float) -> Floats:
            ordinary = np.exp(0.5 * np.square(power * near))
            if tail.share == 0.0:
                return ordinary
            cut = ndtr((end - shift) / far - power * far) / inside
            return (1.0 - tail.share) * ordinary + tail.share * np.exp(power * shift + 0.5 * np.square(power * far)) * cut

        def within(z: Floats) -> Floats:
            return (1.0 - tail.share) * ndtr(z / near) + tail.share * np.minimum(ndtr((z - shift) / far) / inside, 1.0)

        low, high = min(shift, 0.0) - 6.0 * far, Z95 * near
        if tail.share > 0.0:
            high = np.maximum(end, 6.0 * near)
            for _ in range(BISECTIONS):
                middle = (low + high) / 2.0
                above = within(middle) > 0.95
                low, high = np.where(above, low, middle), np.where(above, middle, high)
        first = moment(1.0)
        relative = np.sqrt(np.maximum(moment(2.0) / np.square(first) - 1.0, 0.0))
        return cls(np.exp(log_mean) * first, relative, np.exp(log_mean + high))


def _tail_wins(lines: OrderLines, usual: Floats, parents: tuple[Ints, ...], params: LeadTimeParams, how: FitParams) -> bool:
    """Whether orders placed later are likelier under the fit with a tail, both fitted on what was known before."""
    stride = -(-len(lines.item) // params.trial_lines)
    lines = lines.only(lines.item % stride == 0) if stride > 1 else lines
    if len(lines.item) < params.trial_lines // 100:
        return False
    day = float(np.quantile(lines.ordered, TRIAL_SHARE))
    past = waits_of(lines.known_by(day), usual, params.least_days, params.forgotten_factor)
    coming = waits_of(lines.only(lines.ordered >= day), usual, params.least_days, params.forgotten_factor)
    if min(len(past.done_log), len(coming.done_log)) < params.trial_lines // 200:
        return False
    item = np.concatenate([coming.done_item, coming.open_item])
    log_days = np.concatenate([coming.done_log, coming.open_log])
    still_open = np.arange(len(item)) >= len(coming.done_item)
    fits = (fit_delays(past, parents, len(usual), replace(how, rounds=TRIAL_ROUNDS, tailed=tailed)) for tailed in (False, True))
    plain, tailed = (log_score(fit, item, log_days, still_open).mean() for fit in fits)
    return bool(tailed > plain)


def _usual_log_days(planned: Floats, supplier: Ints, params: LeadTimeParams) -> Floats:
    """Log of each item's planned days; without a plan the mean of its supplier's, else of the plant's, else 0."""
    known = ~np.isnan(planned)
    if not known.any():
        return np.zeros(len(planned))
    own = np.log(np.maximum(np.where(known, planned, 1.0), params.least_days))
    group = supplier + 1
    count = np.bincount(group, known)
    by_supplier = np.bincount(group, np.where(known, own, 0.0)) / np.maximum(count, 1.0)
    fallback = np.where((supplier >= 0) & (count[group] > 0), by_supplier[group], own[known].mean())
    return np.where(known, own, fallback)
