"""Levers: what would let an item's stock be stripped, each tried by sizing the item again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.estimation.stops import Stops
from justenough.kernels.position import DUST
from justenough.strategy.lever import LEVER_COLUMNS, Lever, lever_schema
from justenough.strategy.moves import Figure, moved
from justenough.strategy.resizing import Resized, resized
from justenough.strategy.spread import joined, part
from justenough.strategy.trace import difference

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.trace import Known


TRIED = (
    (Lever.LEAD_TIME_SPREAD, 0.0),
    (Lever.LEAD_TIME_SPREAD, 0.5),
    (Lever.LEAD_TIME, 0.5),
    (Lever.OUTAGES, 0.0),
    (Lever.OUTAGES, 0.5),
    (Lever.REVIEW, 0.5),
    (Lever.LOT, 0.5),
    (Lever.DEMAND, 0.5),
    (Lever.FORECAST, 0.5),
)  # the lever and the share of its figure that remains

_MOVES = {
    Lever.LEAD_TIME_SPREAD: Figure.LEAD_TIME_SPREAD,
    Lever.LEAD_TIME: Figure.LEAD_TIME,
    Lever.OUTAGES: Figure.OUTAGES,
    Lever.REVIEW: Figure.REVIEW,
    Lever.DEMAND: Figure.DEMAND_SPREAD,
    Lever.FORECAST: Figure.FORECAST,
}


@dataclass(frozen=True, slots=True)
class Pulled:
    """
    What came of pulling levers, one row for an item and lever.

    Parameters
    ----------
    place
        Row of the item in its block.
    lever
        `Lever`.
    now, then, safety_stock, released_units, released_value, saved_cost
        See `justenough.strategy.lever.lever_schema`.
    """

    place: Ints
    lever: Ints
    now: Floats
    then: Floats
    safety_stock: Floats
    released_units: Floats
    released_value: Floats
    saved_cost: Floats


def pulled(known: Known) -> Pulled:
    """
    Pull every lever of `TRIED` at every item of a block that lacks nothing, one lever at a time.

    The item is sized again by the plan's own rule, order quantity included, so that what is saved is what
    the next plan would save. Levers that are not there or save nothing are left out, and so is one pulled further that saves no
    more than pulled less far.
    """
    before = resized(known)
    least = {lever: before.cost.copy() for lever, _ in TRIED}
    found = []
    for lever, remains in sorted(TRIED, key=lambda tried: -tried[1]):
        now = _figure(lever, known, before)
        places = np.flatnonzero(now > 0.0)
        if not len(places):
            continue
        after_known = _with(lever, part(known, places), remains)
        after = resized(after_known)
        was = part(before, places)
        then = _figure(lever, after_known, after)
        saves = (then < now[places]) & (least[lever][places] - after.cost > DUST * before.cost[places])
        least[lever][places] = np.fmin(least[lever][places], after.cost)
        found.append(
            part(
                Pulled(
                    places,
                    np.full(len(places), int(lever)),
                    now[places],
                    then,
                    after.reserve,
                    was.reserve - after.reserve,
                    difference(was.value, after.value),
                    was.cost - after.cost,
                ),
                saves,
            )
        )
    none = np.zeros(0)
    return joined(found) if found else Pulled(none.astype(np.int64), none.astype(np.int64), none, none, none, none, none, none)


def lever_rows(items: pl.Series, pulled: Pulled) -> pl.DataFrame:
    """Levers of named items as `justenough.strategy.lever.lever_schema` says, each item's dearest first."""
    words = np.asarray(Lever.labels(), dtype=object)
    columns = {name: getattr(pulled, name) for name in LEVER_COLUMNS}
    rows = pl.DataFrame({"item": items.gather(pulled.place), "lever": pl.Series(words[pulled.lever], dtype=pl.String), **columns})
    return rows.select(pl.col(name).cast(kind) for name, kind in lever_schema().items()).sort(
        "item", "saved_cost", "lever", "then", descending=[False, True, False, False]
    )


def _figure(lever: Lever, known: Known, sized: Resized) -> Floats:
    """The figure the lever moves, as the plan's row says it (of a lead time, machine stops included); not above 0 where it is not there."""
    stops = known.lead_time.stops or Stops.none(len(known.review_days))
    if lever == Lever.LEAD_TIME_SPREAD:
        return stops.all_sd_days(known.lead_time.sd_days)
    if lever == Lever.LEAD_TIME:
        return known.lead_time.mean_days + stops.mean_days
    if lever == Lever.OUTAGES:
        return known.outages.probability
    if lever == Lever.REVIEW:
        return known.review_days
    if lever == Lever.LOT:
        forced = np.fmax(np.fmax(known.economics.moq, known.economics.lot_multiple), 0.0)
        return np.where(forced > 1.0, sized.levels.order_quantity, 0.0)
    return np.sqrt(known.demand.variance) if lever == Lever.DEMAND else known.demand.drift


def _with(lever: Lever, known: Known, remains: float) -> Known:
    """The same items with only a share of the lever's figure left."""
    if lever != Lever.LOT:
        return moved(known, _MOVES[lever], remains)
    whole = known.demand.step > 0.0
    moq, lot = (
        np.where(whole, np.ceil(amount * remains), amount * remains) for amount in (known.economics.moq, known.economics.lot_multiple)
    )
    return replace(known, economics=replace(known.economics, moq=moq, lot_multiple=lot))
