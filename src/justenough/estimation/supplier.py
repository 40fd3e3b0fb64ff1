"""Supplier: how often it stops delivering, for how long, and whether an order will meet that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.lead_time import LeadTime, lead_time_of

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints


@dataclass(frozen=True, slots=True)
class SupplierParams:
    """
    Knobs of `outages_of`.

    Parameters
    ----------
    prior_outages
        Outages' worth of belief that a supplier's outages last as long as the plant's other suppliers'.
    least_watched_days
        A supplier counts as watched for at least this long, so that one outage in a week of records is not
        taken for fifty a year. [days]
    credible
        Probability that an outage is over within ``worst_days``.
    """

    prior_outages: float = 1.0
    least_watched_days: float = 365.0
    credible: float = 0.95


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
class Renewal:
    """
    A supplier that is up for exponential times, and down for exponential times of a mean not well known.

    Parameters
    ----------
    up_days, down_days
        Mean times. [days]
    evidence
        Ended outages behind ``down_days``, the prior's included.
    """

    up_days: float
    down_days: float
    evidence: float

    def meets(self, lead_days: Floats) -> Floats:
        """
        Probability that an order, placed at any time, meets an outage before it arrives. [fraction]

        Down when placed, or up and stopping within the lead time (Ross 1996, ch. 3: alternating renewal).
        """
        down = self.down_days / (self.up_days + self.down_days)
        return np.asarray(down + (1.0 - down) * -np.expm1(-lead_days / self.up_days))

    @property
    def wait_sd_days(self) -> float:
        """Spread of the wait: exponential, its mean known from ``evidence`` outages. [days]"""
        return float(self.down_days * np.sqrt(1.0 + 2.0 / self.evidence))

    def within_days(self, probability: float) -> float:
        """
        Time within which an outage is over with this probability. [days]

        The exponential with a gamma-distributed rate of shape ``evidence + 1`` and the mean ``down_days``
        (Lomax, which is why few outages on record make a long worst case).
        """
        return float(self.down_days * self.evidence * ((1.0 - probability) ** (-1.0 / (self.evidence + 1.0)) - 1.0))


def outages_of(plant: Plant, params: SupplierParams = DEFAULT_PARAMS, *, lead_time: LeadTime | None = None) -> Outages:
    """
    Chance and length of a supplier's outage for one order of each item, in the order of ``plant.items``.

    Outages follow an alternating renewal process with exponential times. An outage that has not ended counts
    as time down without an end (censored); overlapping ones count once. An order that meets an outage waits
    a whole mean outage longer: by the exponential's lack of memory this is right both for an order placed
    during the outage and for one that was under way when it began, if everything under way then waits too.

    Parameters
    ----------
    lead_time
        Of the same plant, if at hand; otherwise estimated here.
    """
    n = len(plant)
    none = np.zeros(n)
    down = _intervals(plant)
    if not down:
        return Outages(none, none, none, np.zeros(n, np.int64), none)
    lead_days = np.nan_to_num((lead_time or lead_time_of(plant)).mean_days)
    probability, wait, wait_sd, worst = none.copy(), none.copy(), none.copy(), none.copy()
    count = np.zeros(n, np.int64)
    renewals = _renewals(plant, down, params)
    suppliers = np.array(plant.items["supplier"].fill_null("").to_list(), dtype=object)
    for name, renewal in renewals.items():
        mine = suppliers == name
        probability[mine] = renewal.meets(lead_days[mine])
        wait[mine], wait_sd[mine] = renewal.down_days, renewal.wait_sd_days
        longest = max((end - start).days + 1 for start, end, _ in down[name])
        worst[mine] = max(renewal.within_days(params.credible), float(longest))
        count[mine] = len(down[name])
    return Outages(probability, wait, wait_sd, count, worst)


_Interval = tuple[date, date, bool]  # first day, last day on record, whether it has ended


def _renewals(plant: Plant, down: dict[str, list[_Interval]], params: SupplierParams) -> dict[str, Renewal]:
    first, last = _watched(plant)
    watched = max((last - first).days + 1.0, params.least_watched_days)
    lengths = {name: float(sum((end - start).days + 1 for start, end, _ in rows)) for name, rows in down.items()}
    ended = {name: sum(closed for *_, closed in rows) for name, rows in down.items()}
    typical = sum(lengths.values()) / max(sum(ended.values()), 1)
    k = params.prior_outages
    renewals = {}
    for name, rows in down.items():
        # Time on test over the number of ends: the censored exponential's estimate (Epstein & Sobel 1953).
        mean = (lengths[name] + k * typical) / (ended[name] + k)
        up = max(watched - lengths[name], mean) / len(rows)
        renewals[name] = Renewal(up, mean, ended[name] + k)
    return renewals


def _intervals(plant: Plant) -> dict[str, list[_Interval]]:
    """Outages of each supplier, overlapping ones joined; an open one lasts at least to the last day on record."""
    last = _watched(plant)[1]
    found: dict[str, list[_Interval]] = {}
    for row in plant.tables["disruptions"].sort("supplier", "start").iter_rows(named=True):
        start, end, closed = row["start"], row["end"] or max(last, row["start"]), row["end"] is not None
        rows = found.setdefault(row["supplier"], [])
        if rows and start <= rows[-1][1]:
            before = rows[-1]
            rows[-1] = (before[0], max(before[1], end), before[2] and closed)
        else:
            rows.append((start, end, closed))
    return found


def _watched(plant: Plant) -> tuple[date, date]:
    """First and last day any record speaks of."""
    tables = plant.tables
    columns = [
        plant.demand["date"],
        plant.receipts["ordered"],
        plant.receipts["received"],
        tables["disruptions"]["start"],
        tables["disruptions"]["end"],
    ]
    days = pl.concat([column.alias("day") for column in columns]).drop_nulls()
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise TypeError("disruptions without a date passed the checks")
    return first, last
