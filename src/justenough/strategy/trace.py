"""Trace: a block of items from exposed demand to curve, chosen point, today's point and gate.

Each item is traced alone, so blocks may be done anywhere and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Decision, Gate
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Causes, Exposure, exposure_over
from justenough.kernels.position import DUST
from justenough.sizing.curve import Curves, mean_exposure, traced
from justenough.sizing.single import Chosen, Economics, Outcome, cheapest, order_quantity
from justenough.strategy.curve_end import enough_of
from justenough.strategy.gating import gated, promise_of
from justenough.strategy.levels_today import acting_as, filled_outcome
from justenough.strategy.spoiling import curves_with_expiry, earned_at, weighed
from justenough.strategy.spread import keeps_rows, part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.supplier import Outages
    from justenough.estimation.supply_bounds import SupplyBounds
    from justenough.strategy.settings import Settings

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is known of a block of items before it is sized; every column is (n_items,).

    Parameters
    ----------
    today_safety_stock, today_reorder_point, today_max
        What is in force today; NaN unknown. [units]
    usable_share, reject_sd : [fraction]
        Of what the supplier sends, and its spread from lot to lot.
    judged_lots
        Lots this rests on; without one the share is 1.
    bounds
        How well the supply is known; None where nobody asked, and then there is no evidence for just-in-time.
    """

    demand: Demand
    lead_time: LeadTime
    outages: Outages
    economics: Economics
    review_days: Floats
    today_safety_stock: Floats
    today_reorder_point: Floats
    today_max: Floats
    usable_share: Floats
    reject_sd: Floats
    judged_lots: Ints
    bounds: SupplyBounds | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Levels of many items and what they give; ``expiry_cost`` [money/year] is part of the outcome's total."""

    levels: Levels
    safety_stock: Floats
    outcome: Outcome
    expiry_cost: Floats


@dataclass(frozen=True, slots=True)
class Drawn:
    """
    What is kept of each item's curve, (n_items, 32), seven digits of each: a million curves are 0.8 GB.

    Parameters
    ----------
    reorder_point, mean_stock : [units]
    cycle_service, fill_rate : [fraction]
    stockout_cost, total_cost : [money/year]
    """

    reorder_point: NDArray[np.float32]
    mean_stock: NDArray[np.float32]
    cycle_service: NDArray[np.float32]
    fill_rate: NDArray[np.float32]
    stockout_cost: NDArray[np.float32]
    total_cost: NDArray[np.float32]

    @classmethod
    def of(cls, curves: Curves) -> Drawn:
        """Round curves to what is kept."""
        return cls(*(np.asarray(getattr(curves, column.name), dtype=np.float32) for column in fields(cls)))


@dataclass(frozen=True, slots=True)
class Traced:
    """
    What a block of items came to.

    Parameters
    ----------
    today
        NaN where today's levels are not known.
    leaner, safer : (n_items,)
        Indices of the neighbours on the curve; -1 where there is none.
    why : (n_items,)
        What fixed the chosen point (`justenough.sizing.single` codes).
    decision, gate : (n_items,)
        `Decision` and `Gate` codes.
    outage_share : (n_items,) [fraction]
        Share of the safety stock that is there for supplier outages.
    gate_cycle_service, gate_fill_rate : (n_items,) [fraction]
        Service just-in-time would give with the supply at its 95 % bounds; NaN without evidence.
    jit_stock : (n_items,) [units]
        Most safety stock that is still just-in-time.
    exposed_demand : (n_items,) [units]
        Mean demand over lead time and review, outages included.
    enough : (n_items,) [fraction]
        Share of its stockout cost up to which the curve's safest point is enough; NaN where that point is not what fixes the level.
    """

    chosen: Point
    today: Point
    curves: Drawn
    leaner: Ints
    safer: Ints
    why: Ints
    decision: Ints
    gate: Ints
    outage_share: Floats
    gate_cycle_service: Floats
    gate_fill_rate: Floats
    jit_stock: Floats
    exposed_demand: Floats
    enough: Floats


@keeps_rows
def trace(known: Known, settings: Settings) -> Traced:
    """Size a block of items that lack nothing."""
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    drawn = traced(exposure, known.economics, order_quantity(exposure, known.economics))
    return judged(known, settings, exposure, drawn.chosen, drawn.curves)


@keeps_rows
def trace_perishable(known: Known, settings: Settings) -> Traced:
    """Size a block of items that lack nothing and have a shelf life, with what spoils weighed against what runs out."""
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    found = weighed(known, exposure)
    return judged(known, settings, exposure, found.chosen, found.curves)


def judged(known: Known, settings: Settings, exposure: Exposure, chosen: Chosen, curves: Curves) -> Traced:
    """The chosen levels beside today's and their neighbours, with their label and gate."""
    quantity = chosen.levels.order_quantity
    curves = curves_with_expiry(known, exposure, curves, quantity)
    exposed = mean_exposure(exposure)
    least = settings.jit_cover_reviews * exposure.rate * known.review_days  # most safety stock that is still JIT

    # The level stays: what is not known of the lead time is in its spread already, and a level moved
    # here would be above that of an item promised a little more. The gate only withholds the label.
    levels = chosen.levels
    point = point_at(known, exposure, levels)
    evidence = gated(known, levels, least, promise_of(known.economics, point.outcome, settings.gate_tolerance))
    leaner, safer = neighbours(curves, levels)
    share = _outage_share(known, quantity, exposure, chosen, exposed)
    return Traced(
        chosen=point,
        today=today_at(known, exposure, today_levels(known, exposure, quantity)),
        curves=Drawn.of(curves),
        leaner=leaner,
        safer=safer,
        why=chosen.reason,
        decision=_decision(point, exposure, least, evidence.gate, share, settings),
        gate=evidence.gate,
        outage_share=share,
        gate_cycle_service=evidence.cycle_service,
        gate_fill_rate=evidence.fill_rate,
        jit_stock=least,
        exposed_demand=exposed,
        enough=enough_of(exposure, known.economics, levels, chosen.reason),
    )


def point_at(known: Known, exposure: Exposure, levels: Levels) -> Point:
    """What these levels give."""
    lowest, exposed = levels.lowest_position, mean_exposure(exposure)
    earned = earned_at(known, exposure, levels)
    return Point(levels, grained(lowest - exposed, np.fmax(lowest, exposed)), earned.outcome, earned.expiry_cost)


def today_at(known: Known, exposure: Exposure, levels: Levels) -> Point:
    """What the levels in force today give, as today's rule orders: up to the maximum where there is one."""
    point = point_at(known, exposure, acting_as(replace(levels, lot=exposure.lot), known.today_max))
    return replace(point, levels=levels, outcome=filled_outcome(known, exposure, levels, point.outcome))


def grained(amounts: Floats, scale: Floats) -> Floats:
    """
    Amounts kept to a grain so much finer than ``scale`` that nobody sees it, and coarse enough for exact sums.

    Sums and differences of such amounts have no rounding error while they stay below 2000 times the scale.
    """
    grain = np.ldexp(1.0, np.frexp(scale)[1] - 42)
    return np.asarray(np.round(amounts / grain) * grain)


def difference(amounts: Floats, others: Floats) -> Floats:
    """The amounts less the others; 0 where the two differ by no more than rounding."""
    left = np.asarray(amounts) - others
    return np.where(np.abs(left) <= DUST * np.maximum(np.abs(amounts), np.abs(others)), 0.0, left)


def today_levels(known: Known, exposure: Exposure, quantity: Floats) -> Levels:
    """
    Levels in force today; NaN where neither a reorder point nor a safety stock is known.

    A maximum at or below the reorder point means "order up to the maximum whenever there is room";
    without a maximum the plan's own order quantity is taken. A safety stock alone stands for the
    reorder point it gives with our own estimate of exposed demand.
    """
    step = exposure.step
    implied = known.today_safety_stock + mean_exposure(exposure) - step
    implied = np.where(step > 0, np.ceil(implied - 1e-9), implied)
    reorder = np.where(np.isnan(known.today_reorder_point), implied, known.today_reorder_point)
    room = known.today_max - reorder
    filled = ~np.isnan(room) & (room <= 0)
    reorder = np.where(filled, known.today_max - np.where(step > 0, step, quantity), reorder)
    given = np.where(filled, np.where(step > 0, step, quantity), room)
    return Levels(reorder, np.where(np.isnan(given), quantity, given), step)


def neighbours(curves: Curves, levels: Levels) -> tuple[Ints, Ints]:
    """Indices of the curve points next below and next above the levels; -1 where there is none."""
    points = curves.reorder_point.shape[1]
    slack = 1e-9 * (1.0 + np.abs(levels.reorder_point))[:, None]
    below = (curves.reorder_point < levels.reorder_point[:, None] - slack).sum(axis=1)
    above = (curves.reorder_point <= levels.reorder_point[:, None] + slack).sum(axis=1)
    return (below - 1).astype(np.int64), np.where(above < points, above, -1).astype(np.int64)


def _lowest_where(asked: Bools, exposure: Exposure, economics: Economics, quantity: Floats) -> Floats:
    """Cheapest lowest position where it is asked for, NaN elsewhere; sizing again is the dear part. (n_items,) [units]."""
    lowest = np.full(len(asked), np.nan)
    places = np.flatnonzero(asked)
    if len(places):
        lowest[places] = cheapest(part(exposure, places), part(economics, places), quantity[places]).levels.lowest_position
    return lowest


def _outage_share(known: Known, quantity: Floats, exposure: Exposure, chosen: Chosen, exposed: Floats) -> Floats:
    """How much of the safety stock would go if the supplier never failed."""
    met = exposure.outage_probability > 0
    if not met.any():
        return np.zeros(len(met))
    calm = exposure_over(known.demand, known.lead_time, known.outages, known.review_days, Causes(outage=False))
    without = _lowest_where(met, calm, known.economics, quantity) - calm.mean[:, 2]
    reserve = chosen.levels.lowest_position - exposed
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(1.0 - np.maximum(without, 0.0) / reserve, 0.0, 1.0)
    return np.where((reserve > 0) & met, share, 0.0)


def _decision(point: Point, exposure: Exposure, least: Floats, gate: Ints, share: Floats, settings: Settings) -> Ints:
    reserve = point.safety_stock
    lean = (reserve <= settings.lean_cover_days * exposure.rate) | (reserve <= least)
    far = share >= settings.jic_outage_share
    far |= (point.outcome.cycle_service >= settings.jic_cycle_service) & ~lean
    choices = [(reserve <= least) & (gate == Gate.PASSED), far & (reserve > least), lean]
    return np.select(choices, [int(Decision.JIT), int(Decision.JIC), int(Decision.LEAN)], int(Decision.BUFFERED)).astype(np.int64)
