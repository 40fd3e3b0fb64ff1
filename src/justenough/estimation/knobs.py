"""Knobs: what estimates may be told beyond the records, each with the value it has unless somebody says otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemandParams:
    """
    Knobs of `justenough.estimation.demand.demand_of`.

    Parameters
    ----------
    adi_cutoff, cv2_cutoff
        Mean gap between demands [periods] and squared variation of sizes that part the kinds (Syntetos,
        Boylan & Croston 2005).
    new_periods
        An item with fewer known periods is new.
    ended_chance, living_share, least_silence
        An item is ended when its silence had at most this probability, had it gone on as before, or a smaller one where else more
        than this share of the plant's ended items might live; and lasted so many periods: the first idle day of an item wanted
        every day is no end.
    begun_chance
        A record begins with its first demand when the silence before it had at most this probability.
    smoothings
        Weights tried for each smoother.
    drifts
        Drifts tried: relative sd of the level over an exposed time.
    spreads
        Corrections tried of the sd that signs foretell.
    promises
        Services at which past promises are held against what was kept.
    origins
        Moments from which past forecasts are judged, as shares of each item's record.
    windows
        Exposed times judged after each of these moments, at ages spread over what its plan can reach, shifted from moment to moment.
    plan_days
        Longest time a plan stands before it is made again. [days]
    sample
        Most items of the plant whose past forecasts are judged; chosen by their names.
    learned_months
        What items have in common is learned anew every so many months, from the record until then, so that in between
        only an item's own record moves its level; 0: each time.
    least_windows, least_items
        A class with fewer judged forecasts, or of fewer items, takes the plant's method and form.
    most_windows
        Most forecasts of a class that are judged for drift and form.
    lift_prior
        A class of so many items is believed as much as all the plant's items together, and those as much as their levels as read.
    sign_prior
        Pull of an item's own signs to what its class says: precision of their weights, as normal. (`signs`)
    sign_items
        A plant with fewer items judged is told by its classes alone.
    most_lift
        Most by which its signs may move an item's level, up or down.
    most_excess
        Most relative variance of exposed demand beyond that of counting, where signs widen it.
    largest
        Usual demands in one exposed time; what came beyond says nothing more of the level.
    default_drift
        Drift where nothing could be judged.
    false_alarm
        Share of steady items that may be called seasonal, and trending.
    damping
        What is left of a trend after an eighth of the record it was seen in (Gardner & McKenzie 1985).
    lot_demands
        Demands in a row, all multiples of one number, after which an item is taken to be wanted in such lots.
    lot_broken
        Share of the plant's demands that may break a lot seen so far; where more do, all are counted in units.
    """

    adi_cutoff: float = 1.32
    cv2_cutoff: float = 0.49
    new_periods: int = 8
    ended_chance: float = 0.01
    living_share: float = 0.05
    begun_chance: float = 0.01
    least_silence: int = 2
    smoothings: tuple[float, ...] = (0.05, 0.1, 0.2)
    drifts: tuple[float, ...] = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
    spreads: tuple[float, ...] = (0.4, 0.5, 0.6, 0.7, 0.84, 0.92, 1.0, 1.1, 1.22, 1.4, 1.65)
    promises: tuple[float, ...] = (0.8, 0.9, 0.95, 0.98, 0.99)
    origins: tuple[float, ...] = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    windows: int = 2
    plan_days: float = 365.0
    sample: int = 2000
    learned_months: int = 0
    least_windows: int = 60
    least_items: int = 25
    most_windows: int = 2000
    lift_prior: float = 20.0
    sign_prior: float = 10.0
    sign_items: int = 300
    most_lift: float = 2.7
    most_excess: float = 10.0
    largest: float = 30.0
    default_drift: float = 0.3
    false_alarm: float = 0.01
    damping: float = 0.8
    lot_demands: int = 8
    lot_broken: float = 0.02


@dataclass(frozen=True, slots=True)
class LeadTimeParams:
    """
    Knobs of `justenough.estimation.lead_time.lead_time_of`.

    Parameters
    ----------
    prior_orders
        Orders' worth of belief that an item's spread is its supplier's, and a supplier's the plant's.
    least_days
        A shorter lead time is taken as this; an order received the day it was placed has no logarithm. [days]
    most_log_sd
        Upper limit of the spread of the logarithm; above it a mean no longer means much.
    forgotten_factor
        An open order that has waited longer than this many times the plant's longest receipt is taken as
        never closed in the books, and left out. What is on order is given up sooner (`justenough.estimation.forgotten`).
    assumed_cv
        Relative spread of a planned lead time at a plant without any receipts. 0 takes the plan at its word.
    rounds
        Passes of the expectation-maximisation.
    enough_share
        Good units that make an order line complete, of those ordered. [fraction]
    prior_lines
        Lines' worth of belief that no open order was forgotten in the books.
    trial_lines
        The tail is tried on so many order lines at most, and on no fewer than a hundredth of them.
    """

    prior_orders: float = 4.0
    least_days: float = 0.5
    most_log_sd: float = 1.2
    forgotten_factor: float = 3.0
    assumed_cv: float = 0.0
    rounds: int = 40
    enough_share: float = 0.95
    prior_lines: float = 1000.0
    trial_lines: int = 20_000


@dataclass(frozen=True, slots=True)
class SupplierParams:
    """
    Knobs of `justenough.estimation.supplier.outages_of`.

    Parameters
    ----------
    prior_outages
        Outages' worth of belief, until the suppliers have shown how alike they are, that one stops as often
        and for as long as the others.
    least_watched_days
        A supplier counts as watched for at least this long, so that one outage in a week of records is not
        taken for fifty a year. [days]
    credible
        Probability that an outage is over within ``worst_days``.
    """

    prior_outages: float = 1.0
    least_watched_days: float = 365.0
    credible: float = 0.95


@dataclass(frozen=True, slots=True)
class MachineParams:
    """
    Knobs of machines that make items.

    Parameters
    ----------
    histories
        Possible histories of every machine that an order is completed in.
    draws
        Possible machines these are histories of; see `justenough.estimation.uncertainty`.
    longest_stop_days
        A repair takes no longer than this: then the work goes elsewhere. [days]
    busiest
        Share of its time that a machine is taken to be busy at most; above it a queue has no end. [fraction]
    arrival_scv
        Squared coefficient of variation of the time between orders; 1 for orders that know nothing of each other.
    seed
        Of the histories; a machine's also depend on its name.
    """

    histories: int = 1024
    draws: int = 256
    longest_stop_days: float = 28.0
    busiest: float = 0.97
    arrival_scv: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("histories", "draws", "longest_stop_days"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")
        if not 0.0 < self.busiest < 1.0:
            raise ValueError(f"busiest must lie between 0 and 1, got {self.busiest!r}")
        if self.arrival_scv < 0.0:
            raise ValueError(f"arrival_scv must be 0 or more, got {self.arrival_scv!r}")
