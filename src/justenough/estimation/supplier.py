"""Supplier: how often it stops delivering, for how long, and whether an order will meet that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.knobs import SupplierParams
from justenough.estimation.lanes import supplier_names
from justenough.estimation.lead_time import LeadTime, lead_time_of
from justenough.estimation.receipts import outages_on_record
from justenough.estimation.renewals import Renewals, renewals_of

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

LEAD_TIMES = 65  # places the chance to meet an outage is worked out at; between them it is a smooth curve


DEFAULT_PARAMS = SupplierParams()


@dataclass(frozen=True, slots=True)
class Outages:
    """
    What an item's supplier may do to one order; each array is (n_items,), zero where no disruption is known.

    Parameters
    ----------
    probability
        Chance that an order meets an outage. [fraction]
    wait_days, wait_sd_days
        Extra wait when it does; the spread includes how little is known of it. [days]
    n_outages
        Outages of the supplier on record, the open one included.
    worst_days
        Longest credible outage. [days]
    """

    probability: Floats
    wait_days: Floats
    wait_sd_days: Floats
    n_outages: Ints
    worst_days: Floats


@dataclass(frozen=True, slots=True)
class Recovery:
    """
    How well it is known how often suppliers stop and how long they take to recover; each array is (n_items,).

    Bounds hold the true figure with 95 %. Zero where no disruption of any supplier is known.

    Parameters
    ----------
    probability, probability_lower, probability_upper
        Chance that an order meets an outage. [fraction]
    mean_days, mean_lower_days, mean_upper_days
        Time to recover: mean of what remains of an outage, at any moment of it. [days]
    p95_days
        Time within which the next outage is over with 95 %, ignorance of the mean included. [days]
    p95_lower_days, p95_upper_days
        Of the 95 % point itself. [days]
    shape, scale_days
        Remaining time of the next outage is Lomax with these. [-], [days]
    watched_days
        Time up that the chance rests on, what other suppliers lend included. [days]
    """

    probability: Floats
    probability_lower: Floats
    probability_upper: Floats
    mean_days: Floats
    mean_lower_days: Floats
    mean_upper_days: Floats
    p95_days: Floats
    p95_lower_days: Floats
    p95_upper_days: Floats
    shape: Floats
    scale_days: Floats
    watched_days: Floats

    def over_within(self, probability: float) -> Floats:
        """Time within which an outage is over with this probability. (n_items,) [days]"""
        return np.asarray(self.scale_days * np.expm1(-np.log1p(-probability) / self.shape))


def outages_of(plant: Plant, params: SupplierParams = DEFAULT_PARAMS, *, lead_time: LeadTime | None = None) -> Outages:
    """
    Chance and length of a supplier's outage for one order of each item, in the order of ``plant.items``.

    Outages follow an alternating renewal process with exponential times. An outage that has not ended counts
    as time down without an end (censored); overlapping ones count once. An order that meets an outage waits
    a whole mean outage longer: by the exponential's lack of memory this is right both for an order placed
    during the outage and for one that was under way when it began, if everything under way then waits too.

    A supplier is watched from the day that the suppliers table gives, else from its own first record of any sort: an order,
    a receipt, a disruption, demand for what it sends. How often it stops is drawn to what the suppliers of its lane (country
    and mode) do and that to the plant's lanes (`lane_rates`), how long that lasts to all suppliers of the plant, so that one
    without an outage on record is not taken for immortal. Where no disruption of anyone is known,
    or nobody says who sends an item, nothing is assumed.

    Parameters
    ----------
    lead_time
        Of the same plant, if at hand; otherwise estimated here.
    """
    found = _found(plant, params, lead_time)
    if found is None:
        none = np.zeros(len(plant))
        return Outages(none, none, none, np.zeros(len(plant), np.int64), none)
    renewals, of, lead_days = found
    worst = np.maximum(renewals.ends.wait_quantile(params.credible), renewals.longest_days)
    return Outages(
        _chance(renewals.meets(_places(lead_days)), of, lead_days),
        _spread(renewals.ends.wait_mean(), of),
        _spread(renewals.ends.wait_sd(), of),
        _spread(renewals.n_outages.astype(np.float64), of).astype(np.int64),
        _spread(worst, of),
    )


def recovery_of(plant: Plant, params: SupplierParams = DEFAULT_PARAMS, *, lead_time: LeadTime | None = None) -> Recovery:
    """
    Time to recover of each item's supplier, with bounds, in the order of ``plant.items``; assumptions as `outages_of`.

    Parameters
    ----------
    lead_time
        Of the same plant, if at hand; otherwise estimated here.
    """
    found = _found(plant, params, lead_time)
    if found is None:
        none = np.zeros(len(plant))
        return Recovery(none, none, none, none, none, none, none, none, none, none + 1.0, none, none)
    renewals, of, lead_days = found
    ends, places = renewals.ends, _places(lead_days)
    shortest, longest = 1.0 / ends.quantile(0.975), 1.0 / ends.quantile(0.025)
    tail = -np.log(0.05)  # 95 % point of an exponential, in means
    met = (renewals.meets(places), *renewals.meets_between(places))
    probability, lower, upper = (_chance(chance, of, lead_days) for chance in met)
    mean, mean_lower, mean_upper, p95, p95_lower, p95_upper, scale = (
        _spread(days, of)
        for days in (ends.wait_mean(), shortest, longest, ends.wait_quantile(0.95), tail * shortest, tail * longest, ends.days)
    )
    shape = np.where(of < 0, 1.0, ends.events[of])
    watched = _spread(renewals.stops.days, of)
    return Recovery(probability, lower, upper, mean, mean_lower, mean_upper, p95, p95_lower, p95_upper, shape, scale, watched)


def _places(lead_days: Floats) -> Floats:
    """Lead times the chance to meet an outage is worked out at, denser where they are short. (n_places,) [days]"""
    return np.square(np.linspace(0.0, np.sqrt(max(float(lead_days.max(initial=0.0)), 1.0)), LEAD_TIMES))


def _found(plant: Plant, params: SupplierParams, lead_time: LeadTime | None) -> tuple[Renewals, Ints, Floats] | None:
    """Renewals, the row of each item's supplier in them (-1: nobody says), and lead times (n_items,)."""
    if outages_on_record(plant).height == 0:
        return None
    renewals, names = renewals_of(plant, prior_outages=params.prior_outages, least_watched_days=params.least_watched_days)
    rows = pl.DataFrame({"supplier": names}).with_row_index("row")
    sent = supplier_names(plant).to_frame("supplier").join(rows, on="supplier", how="left", maintain_order="left")
    of = sent["row"].cast(pl.Int64).fill_null(-1).to_numpy()
    return renewals, of, np.nan_to_num((lead_time or lead_time_of(plant)).mean_days)


def _chance(worked_out: Floats, of: Ints, lead_days: Floats) -> Floats:
    """Chance of each item's order, between the lead times it was worked out at. (n_items,) [fraction]"""
    places = _places(lead_days)
    left = np.clip(np.searchsorted(places, lead_days, side="right") - 1, 0, LEAD_TIMES - 2)
    along = (lead_days - places[left]) / (places[left + 1] - places[left])
    # The log of the chance to be spared is all but straight in the lead time.
    spared = np.log1p(-np.minimum(worked_out, 1.0 - 1e-12))
    return np.where(of < 0, 0.0, -np.expm1(spared[of, left] * (1.0 - along) + spared[of, left + 1] * along))


def _spread(by_supplier: Floats, of: Ints) -> Floats:
    return np.where(of < 0, 0.0, by_supplier[of])
