"""
Roadmap: which improvement of which machine or supplier frees most stock, and what it gives beside.

Every improvement is first reckoned to first order (a small step, the reserve moving with the spread of exposed demand);
those that promise most are then tried by sizing the items they touch again, alone and on top of those ranked above
them, so that nothing is added twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.strategy.attempts import every_move, freed_in_doubt, kind_of, moves_of, sized_after
from justenough.strategy.holders import HOLDERS, holders_of
from justenough.strategy.moves import OF_MACHINE, Figure, Move
from justenough.strategy.promises import promises
from justenough.strategy.resizing import Resized, replanned, unless_dearer
from justenough.strategy.situation import situation_of
from justenough.strategy.spread import Spread, by_items, part, patched, serially
from justenough.strategy.throughputs import throughputs_of
from justenough.strategy.trace import difference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.decide import Decided
    from justenough.strategy.situation import Situation
    from justenough.strategy.throughputs import Throughputs
    from justenough.strategy.trace import Known

USUAL_FACTORS: dict[Figure, float] = {
    Figure.LEAD_TIME: 0.75,
    Figure.LEAD_TIME_SPREAD: 0.5,
    Figure.OUTAGES: 0.5,
    Figure.OUTAGE_LENGTH: 0.5,
    Figure.SECOND_SOURCE: 1.0,
    Figure.MTBF: 1.5,
    Figure.MTTR: 0.5,
    Figure.SETUP: 0.5,
    Figure.SPEED: 1.1,
    Figure.SCRAP: 0.5,
}


@dataclass(frozen=True, slots=True)
class RoadmapParams:
    """
    Knobs of `roadmap`.

    Parameters
    ----------
    factors
        By how much each figure is multiplied; figures left out are not tried.
    at
        The same for one figure of one place, where it differs from ``factors``.
    tried
        Improvements sized again, those first that promise most.
    draws
        What is not known of a supplier or machine is drawn so often for the bounds; 0 for none.
    seed
        Where the draws start.
    of
        Names of machines, suppliers or items, or ``machines`` or ``suppliers``: only their improvements (an item's are those that touch
        it). Empty: all.
    histories
        Of the machines, that first-order guesses are worked out in; what is tried is sized in all of them.
    """

    factors: Mapping[Figure, float] = field(default_factory=lambda: dict(USUAL_FACTORS))
    at: Mapping[tuple[Figure, str], float] = field(default_factory=dict)
    tried: int = 20
    draws: int = 20
    seed: int = 0
    histories: int = 512
    of: tuple[str, ...] = ()


DEFAULT_PARAMS = RoadmapParams()

ROADMAP_COLUMNS = (
    "promised_value", "promised_units", "released_value", "released_units", "released_lower", "released_upper", "saved_cost",
    "adds_value", "adds_cost", "fill_rate_now", "fill_rate_then", "throughput_share", "throughput_per_hour", "cost", "payback_years",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roadmap:
    """
    Improvements, best first.

    Parameters
    ----------
    rows
        One row an improvement: ``figure``, ``where``, ``kind`` (supplier or machine), ``factor``, ``items`` touched and
        `ROADMAP_COLUMNS`. ``promised_*`` is to first order, ``released_*`` sized again (null where it was not tried) with
        95 % bounds from what is not known of the place, ``saved_cost`` of all costs [money/year]. ``adds_*`` is what it
        gives on top of all rows above. ``fill_rate_*`` of the touched items, weighted by money wanted.
    stock_value, stock_cost
        Of the plan's items: mean stock [money], all costs [money/year].
    currency
    holders
        Who holds how much of the plan's reserves (`justenough.strategy.holders.holders_of`).
    """

    rows: pl.DataFrame
    stock_value: float
    stock_cost: float
    currency: str
    holders: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HOLDERS))

    @property
    def together_value(self) -> float:
        """Stock that all tried improvements free together. [money]"""
        return float(self.rows["adds_value"].sum())

    @property
    def overlap_value(self) -> float:
        """By how much the sum of each alone is more than all together. [money]"""
        return _freed(float(self.rows["released_value"].sum()), self.together_value)


@dataclass(frozen=True, slots=True)
class _Found:
    """One improvement tried."""

    move: Move
    places: Ints
    before: Resized
    after: Resized


def roadmap(
    decided: Decided,
    plant: Plant,
    params: RoadmapParams = DEFAULT_PARAMS,
    costs: Mapping[tuple[Figure, str], float] | None = None,
    *,
    moves: Sequence[Move] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    spread: Spread = serially,
) -> Roadmap:
    """
    Rank improvements by the stock they free.

    Parameters
    ----------
    decided
        A plan and what it rests on.
    plant
        It was made from.
    costs
        What an improvement costs once; gives its payback. [money]
    moves
        Tried in place of every figure of `RoadmapParams.factors` at every supplier and machine.
    progress
        Told each step in words.
    spread
        Who sizes again; the roadmap is the same.

    Notes
    -----
    To first order a reserve stays as many standard deviations of exposed demand as it is, so that what is released is
    the reserve times the share by which the standard deviation falls. What is sized again is the plan's own rule; an item that
    it makes dearer goes on as before, since an improvement takes nothing away from anybody.
    """
    situation = situation_of(decided, plant)
    asked = list(moves) if moves is not None else every_move(situation, params.factors, params.at)
    asked = moves_of(situation, asked, params.of) if params.of else asked
    progress("Sizing the items as they are")
    before: Resized = by_items(replanned, situation.known, len(situation), spread)
    progress("Reckoning every improvement to first order")
    places = [situation.touched(move) for move in asked]
    promised_units = promises(situation, before, asked, places, params.histories)
    price = np.nan_to_num(situation.known.economics.unit_cost)
    value = np.array([float((units * price[at]).sum()) for units, at in zip(promised_units, places, strict=True)])
    promised = np.argsort(-value, kind="stable")
    progress("Sizing again what the best of them touch")
    chosen = promised if params.tried >= len(asked) else promised[: params.tried]
    found = _tried(situation, before, {int(i): (asked[i], places[i]) for i in chosen if len(places[i])}, spread)
    ranked = sorted(found, key=lambda i: (-_freed(found[i].before.value, found[i].after.value), i))
    progress("Sizing them one on top of the other")
    adds = _on_top(situation, before, [found[i] for i in ranked], spread)
    progress("Drawing what is not known of them")
    bounds = _bounds(situation, [found[i] for i in ranked], params, spread)
    made = throughputs_of(plant, decided.link.machines if decided.link else None)
    sized = {i: _row(situation, found[i], adds[at], bounds[at], made, costs or {}) for at, i in enumerate(ranked)}
    order = [*ranked, *(int(i) for i in promised if int(i) not in found)]
    rows = [_head(asked[i], places[i], promised_units[i], value[i]) | sized.get(i, {}) for i in order]
    held = holders_of(decided.plan, plant)
    return Roadmap(pl.DataFrame(rows, schema=_schema()), float(before.value.sum()), float(before.cost.sum()), plant.terms.currency, held)


def _tried(situation: Situation, before: Resized, asked: Mapping[int, tuple[Move, Ints]], spread: Spread) -> dict[int, _Found]:
    moves, places = [[move] for move, _ in asked.values()], [at for _, at in asked.values()]
    after = sized_after(situation, moves, places, spread)
    found = {}
    for (i, (move, at)), one in zip(asked.items(), after, strict=True):
        was = part(before, at)
        found[i] = _Found(move, at, was, unless_dearer(one, was, move))
    return found


def _on_top(situation: Situation, before: Resized, found: list[_Found], spread: Spread) -> list[tuple[float, float]]:
    """What each improvement frees, in stock and in cost, when all before it are made."""
    state = before
    made = [[each.move for each in found[: place + 1]] for place in range(len(found))]
    adds = []
    for one, after in zip(found, sized_after(situation, made, [one.places for one in found], spread), strict=True):
        was = part(state, one.places)
        then = unless_dearer(after, was, one.move)
        adds.append((_freed(was.value, then.value), _freed(was.cost, then.cost)))
        state = patched(state, then, one.places, len(situation))
    return adds


def _bounds(situation: Situation, found: list[_Found], params: RoadmapParams, spread: Spread) -> list[tuple[float | None, float | None]]:
    """
    95 % bounds of the money each releases, from what is not known of its supplier or machine.

    The estimate lies within them: it is at the mean of what is believed, which few draws can miss to one side.
    """
    if not params.draws:
        return [(None, None)] * len(found)
    moves, places = [one.move for one in found], [one.places for one in found]
    ends = (np.quantile(freed, (0.025, 0.975)) for freed in freed_in_doubt(situation, moves, places, params.draws, params.seed, spread))
    freed = (_freed(one.before.value, one.after.value) for one in found)
    return [(min(float(low), est), max(float(high), est)) for (low, high), est in zip(ends, freed, strict=True)]


def _row(
    situation: Situation,
    found: _Found,
    adds: tuple[float, float],
    bounds: tuple[float | None, float | None],
    made: Throughputs,
    costs: Mapping[tuple[Figure, str], float],
) -> dict[str, object]:
    move, before, after = found.move, found.before, found.after
    known: Known = part(situation.known, found.places)
    weight = np.nan_to_num(known.demand.mean * known.economics.unit_cost)
    saved = _freed(before.cost, after.cost)
    cost = costs.get((move.figure, move.where))
    share = made.share(move) if move.figure in OF_MACHINE else float("nan")
    hourly = made.per_hour(move) if move.figure in OF_MACHINE else float("nan")
    return {
        "released_value": _freed(before.value, after.value),
        "released_units": _freed(before.units, after.units),
        "released_lower": bounds[0],
        "released_upper": bounds[1],
        "saved_cost": saved,
        "adds_value": adds[0],
        "adds_cost": adds[1],
        "fill_rate_now": float(np.average(before.fill_rate, weights=weight)) if weight.sum() > 0 else None,
        "fill_rate_then": float(np.average(after.fill_rate, weights=weight)) if weight.sum() > 0 else None,
        "throughput_share": None if np.isnan(share) else share,
        "throughput_per_hour": None if np.isnan(hourly) else hourly,
        "cost": cost,
        "payback_years": None if cost is None or saved <= 0 else cost / saved,
    }


def _freed(before: Floats | float, after: Floats | float) -> float:
    """What is left over in all, rounding left out."""
    return float(difference(np.asarray(before), np.asarray(after)).sum())


def _head(move: Move, places: Ints, units: Floats, value: float) -> dict[str, object]:
    """What an improvement is, and the ``units`` of each item and their ``value`` that it promises to first order."""
    about = {"figure": move.figure.label, "where": move.where, "kind": kind_of(move.figure), "factor": move.factor, "items": len(places)}
    return about | {"promised_value": float(value), "promised_units": float(units.sum())}


def _schema() -> dict[str, pl.DataType]:
    head = {"figure": pl.String(), "where": pl.String(), "kind": pl.String(), "factor": pl.Float64(), "items": pl.Int64()}
    return {**head, **dict.fromkeys(ROADMAP_COLUMNS, pl.Float64())}
