"""DDMRP: buffers of coloured zones with hand-picked factors, and the service those factors really give.

Ptak & Smith, *Demand Driven Material Requirements Planning*: zones are multiples of average daily usage over the
decoupled lead time; whenever the net flow position is at or below the top of yellow, order up to the top of green.
That is a min-max policy, so its service under an item's own exposure can be calculated instead of believed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.limits import not_negative
from justenough.sizing.order_up_to import min_max_outcome

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.single import Economics, Outcome


@dataclass(frozen=True, slots=True)
class Zones:
    """
    The zones of a buffer, from the bottom up. Columns (n_items,), all in units.

    Parameters
    ----------
    red_base, red_safety
        Against variability: lead time factor, and variability factor on top of it.
    yellow
        What is used during the decoupled lead time.
    green
        Size of an order, at least.
    """

    red_base: Floats
    red_safety: Floats
    yellow: Floats
    green: Floats

    @property
    def top_of_red(self) -> Floats:
        """Where stock on hand begins to be in danger. (n_items,) [units]"""
        return self.red_base + self.red_safety

    @property
    def top_of_yellow(self) -> Floats:
        """Order when the net flow position is here or below. (n_items,) [units]"""
        return self.top_of_red + self.yellow

    @property
    def top_of_green(self) -> Floats:
        """Order up to here. (n_items,) [units]"""
        return self.top_of_yellow + self.green


def zones_of(
    daily_usage: ArrayLike,
    decoupled_lead_days: ArrayLike,
    lead_time_factor: ArrayLike,
    variability_factor: ArrayLike,
    *,
    moq: ArrayLike = 0.0,
    order_cycle_days: ArrayLike = 0.0,
) -> Zones:
    """
    Zones of each buffer from its factors.

    Parameters
    ----------
    daily_usage : (n_items,) [units/day]
        Average daily usage, at least 0.
    decoupled_lead_days : (n_items,) [days]
        Longest unprotected lead time below the buffer, at least 0.
    lead_time_factor, variability_factor : (n_items,)
        At least 0. Ptak & Smith suggest for long, medium and short lead times 0.2-0.4, 0.41-0.6 and 0.61-1, and for
        low, medium and high variability 0-0.4, 0.41-0.6 and 0.61-1; a planner picks.
    moq : (n_items,) [units]
    order_cycle_days : (n_items,) [days]
        Least order and the wished time between orders; 0 or NaN for none.

    Returns
    -------
    Zones
        ``red_base = usage * lead * factor``, ``red_safety = red_base * variability``, ``yellow = usage * lead``, ``green`` the
        largest of ``red_base``, the minimum order and the usage of an order cycle. NaN where an input is.

    Examples
    --------
    >>> zones = zones_of(10.0, 12.0, 0.5, 0.5, moq=50.0)
    >>> print(zones.top_of_red, zones.top_of_yellow, zones.top_of_green)
    90.0 210.0 270.0
    """
    usage, lead, factor, variability, least, cycle = not_negative(
        daily_usage=daily_usage,
        decoupled_lead_days=decoupled_lead_days,
        lead_time_factor=lead_time_factor,
        variability_factor=variability_factor,
        moq=moq,
        order_cycle_days=order_cycle_days,
    )
    yellow = usage * lead
    red_base = yellow * factor
    wished = np.fmax(least, usage * np.nan_to_num(cycle))
    # Not fmax: a buffer of unknown usage has no green zone either.
    return Zones(red_base, red_base * variability, yellow, np.maximum(red_base, np.nan_to_num(wished)))


def net_flow(on_hand: ArrayLike, on_order: ArrayLike, due: ArrayLike, spikes: ArrayLike = 0.0) -> Floats:
    """
    Net flow position: on hand + on order - qualified demand. (n_items,) [units]

    Parameters
    ----------
    on_hand, on_order : (n_items,) [units]
        On order counts open supply whatever its due date.
    due : (n_items,) [units]
        Demand past due and due today.
    spikes : (n_items,) [units]
        Known demand of coming days that exceeds the buffer's spike threshold, see `qualified_spikes`.
    """
    here, coming, asked, known = (np.asarray(each, dtype=np.float64) for each in (on_hand, on_order, due, spikes))
    return here + coming - asked - known


def qualified_spikes(known_demand: ArrayLike, threshold: ArrayLike) -> Floats:
    """
    Demand of the days whose total reaches above the threshold. (n_items,) [units]

    Parameters
    ----------
    known_demand : (n_items, n_days) [units]
        Orders known for each day within the spike horizon, today not included.
    threshold : (n_items,) [units]
        Often half the top of red, or a multiple of daily usage. Days at or below it count nothing.
    """
    known = np.atleast_2d(np.asarray(known_demand, dtype=np.float64))
    limit = np.broadcast_to(np.asarray(threshold, dtype=np.float64), len(known))[:, None]
    return np.asarray(np.where(known > limit, known, 0.0).sum(axis=1), dtype=np.float64)


def recommended_order(zones: Zones, position: ArrayLike, *, moq: ArrayLike = 0.0, lot_multiple: ArrayLike = 0.0) -> Floats:
    """
    What to order now, (n_items,) in units: up to the top of green where the net flow position is at or below the top of yellow.

    Parameters
    ----------
    zones
        As from `zones_of`.
    position : (n_items,) [units]
        As from `net_flow`.
    moq, lot_multiple : (n_items,) [units]
        Orders are at least the one and whole multiples of the other, rounded up; 0 or NaN for none.
    """
    now = np.asarray(position, dtype=np.float64)
    least, multiple = not_negative(moq=moq, lot_multiple=lot_multiple)
    wanted, lot = np.fmax(zones.top_of_green - now, least), np.nan_to_num(multiple)
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.where(lot > 0.0, np.ceil(wanted / lot - 1e-9) * lot, wanted)
    ordered = np.where(now <= zones.top_of_yellow, wanted, 0.0)
    return np.where(np.isnan(zones.top_of_green + now), np.nan, ordered)[()]


def service_of(exposure: Exposure, economics: Economics, zones: Zones) -> Outcome:
    """
    What the zones really earn under each item's own exposure: service, stock and yearly cost.

    Parameters
    ----------
    exposure, economics
        Rows are items. ``exposure`` carries the lead time and the review as they are, whatever was planned with.
    zones
        Counted items order at the whole unit at or below the top of yellow, up to the whole unit at or above the top
        of green.

    Returns
    -------
    Outcome
        As from `justenough.sizing.order_up_to.min_max_outcome`; customers wait. Spikes are not known beforehand here.
    """
    step = np.asarray(exposure.step, dtype=np.float64)
    unit = np.where(step > 0.0, step, 1.0)
    low, high = zones.top_of_yellow, zones.top_of_green
    low = np.where(step > 0.0, np.floor(low / unit + 1e-9) * unit, low)
    high = np.where(step > 0.0, np.ceil(high / unit - 1e-9) * unit, high)
    # A buffer without a green zone orders each unit as it is used.
    least = np.where(step > 0.0, step, 1e-6 * (1.0 + np.abs(low)))
    return min_max_outcome(exposure, economics, low, np.maximum(high, low + least))


def red_zone_for(
    exposure: Exposure, economics: Economics, zones: Zones, *, cycle_service: ArrayLike = math.nan, fill_rate: ArrayLike = math.nan
) -> Floats:
    """
    The least red zone (base and safety together) that keeps a service under each item's own exposure. (n_items,) [units]

    Parameters
    ----------
    exposure, economics
        Rows are items.
    zones
        Their yellow and green zones are kept.
    cycle_service, fill_rate : (n_items,)
        Floors in (0, 1), as `service_of` states them; NaN for none.

    Returns
    -------
    red : (n_items,) [units]
        Whole units for counted items, else to a thousandth of the exposure's deviation; 0 where the other zones do.

    Raises
    ------
    ValueError
        If a floor is outside (0, 1).
    """
    floors = {name: np.asarray(given, dtype=np.float64) for name, given in (("cycle_service", cycle_service), ("fill_rate", fill_rate))}
    for name, floor in floors.items():
        outside = ~np.isnan(floor) & ((floor <= 0.0) | (floor >= 1.0))
        if outside.any():
            raise ValueError(f"{name} must be in (0, 1), got {floor[outside].flat[0]:g}: no finite red zone reaches 1")
    counted = exposure.step > 0.0
    grain = np.where(counted, exposure.step, np.fmax(1e-3 * np.sqrt(exposure.variance[:, 2]), 1e-9))

    def enough(red: Floats) -> NDArray[np.bool_]:
        earned = service_of(exposure, economics, replace(zones, red_base=red, red_safety=np.zeros_like(red)))
        kept = [np.isnan(floor) | (getattr(earned, name) >= floor) for name, floor in floors.items()]
        return np.asarray(np.isnan(earned.fill_rate) | (kept[0] & kept[1]), dtype=np.bool_)

    nothing = np.zeros(len(exposure.rate))
    less, red = -grain, nothing
    while not (kept := enough(red)).all():
        less, red = np.where(kept, less, red), np.where(kept, red, np.maximum(2.0 * red, grain))
    while (apart := (red - less) > 1.5 * grain).any():
        middle = np.where(apart, less + np.floor((red - less) / grain * 0.5 + 1e-9) * grain, red)
        kept = enough(middle)
        less, red = np.where(apart & ~kept, middle, less), np.where(apart & kept, middle, red)
    return np.where(np.isnan(exposure.rate + zones.top_of_yellow), np.nan, red)
