"""What if: a plan, its money and its service under what is supposed, and which items break first and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import Decision, Gate
from justenough.strategy.breaks import MOST_DAYS, broken_by
from justenough.strategy.cluster import engaged
from justenough.strategy.moves import Figure, Move
from justenough.strategy.rejects import with_rejects
from justenough.strategy.resizing import goes_on
from justenough.strategy.situation import situation_of
from justenough.strategy.spread import Spread, by_items, part, patched, serially
from justenough.strategy.trace import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.strategy.decide import Decided
    from justenough.strategy.settings import Settings
    from justenough.strategy.trace import Known, Traced


@dataclass(frozen=True, slots=True)
class Outage:
    """
    A supplier delivers nothing for a time.

    Parameters
    ----------
    supplier
    days
        How long. [days]
    start
        First day; None: the day after the records end.
    """

    supplier: str
    days: float
    start: date | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.days <= MOST_DAYS:
            raise ValueError(f"an outage lasts more than 0 and at most {MOST_DAYS} days, got {self.days}")


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    What is supposed.

    Parameters
    ----------
    name
        What people call it.
    moves
        Figures changed for good; the plan is made again with them.
    outages
        Of suppliers, each once; the plan's levels live through them.
    """

    name: str
    moves: tuple[Move, ...] = ()
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """
    A plan in a few figures, of all sized items.

    Parameters
    ----------
    stock_value : [money]
    holding_cost, total_cost : [money/year]
    fill_rate, cycle_service : [fraction]
        As stated; weighted by money wanted, and the plain mean.
    just_in_time, buffered : [items]
        JIT or lean; buffered or JIC.
    """

    stock_value: float
    holding_cost: float
    total_cost: float
    fill_rate: float
    cycle_service: float
    just_in_time: int
    buffered: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """
    A scenario against the plan.

    Parameters
    ----------
    scenario
    now, then
        The plan as it is, and made again under the scenario.
    rows
        Touched items whose levels change: ``item``, ``decision``, ``gate``, ``safety_stock``, ``reorder_point``,
        ``mean_stock_value``, ``total_cost``, ``stated_fill_rate``, each also as ``was_*``; most money first.
    breaks
        Items that break, first to break first: ``item, supplier, on_hand, on_order`` [units], ``at_risk_on``,
        ``breaks_on``, ``back_on`` (dates), ``survive_days`` and ``survive_days_now`` [days], ``short_units``,
        ``short_cost`` [money], ``more_needed`` [units] to have been on hand. Where an item is at risk only, ``breaks_on`` is null;
        so is the cost where nobody says what a stockout costs.
    stock
        ``item`` and ``days``, the stock of each of these day by day at mean demand. [units]
    today
        Day 0 of it.
    currency
    """

    scenario: Scenario
    now: Totals
    then: Totals
    rows: pl.DataFrame
    breaks: pl.DataFrame
    stock: pl.DataFrame
    today: date
    currency: str

    @property
    def unpriced(self) -> int:
        """Items that run out and of which nobody says what a stockout costs."""
        return self.breaks.filter(pl.col("short_cost").is_null() & (pl.col("short_units") > 0)).height

    @property
    def short_cost(self) -> float | None:
        """What the stockouts cost that the scenario brings while the levels stay; None where nobody says of any of them. [money]"""
        cost = float(self.breaks["short_cost"].sum())
        return None if self.unpriced and not cost else cost


def whatif(decided: Decided, plant: Plant, scenario: Scenario, settings: Settings, spread: Spread = serially) -> WhatIf:
    """
    Make the plan again under a scenario, and live the present one through it.

    An item of which nothing got worse never costs more: it keeps its levels where the plan made again would be dearer.

    Parameters
    ----------
    decided
        A plan and what it rests on (`justenough.strategy.decide.decided`).
    plant, settings
        It was made from.
    spread
        Who does the work, block by block; what comes of it is the same.

    Raises
    ------
    UnknownPlace
        For a supplier, machine, class or item that is not there.
    """
    with engaged(settings, spread) as doing:
        return _supposed(decided, plant, scenario, settings, doing)


def _supposed(decided: Decided, plant: Plant, scenario: Scenario, settings: Settings, spread: Spread) -> WhatIf:
    size = partial(trace, settings=settings)
    situation = situation_of(decided, plant)
    everything = np.arange(len(situation))
    before: Traced = by_items(size, with_rejects(situation.known), len(situation), spread)
    moved = [situation.touched(move) for move in scenario.moves]
    hit = [situation.touched(Move(Figure.OUTAGES, outage.supplier)) for outage in scenario.outages]
    changed = np.unique(np.concatenate([*moved, everything[:0]]))
    known = situation.sized_after(scenario.moves, changed)
    after: Traced = by_items(size, with_rejects(known), len(changed), spread) if len(changed) else part(before, changed)
    worse = [places for move, places in zip(scenario.moves, moved, strict=True) if not move.relieves]
    relieved = ~np.isin(changed, np.concatenate([*worse, everything[:0]]))
    kept = np.flatnonzero(~goes_on(after.chosen.outcome.total_cost, before.chosen.outcome.total_cost[changed], relieved=relieved))
    changed, known, after = changed[kept], part(known, kept), part(after, kept)
    touched = np.unique(np.concatenate([*moved, *hit, everything[:0]]))
    start, broken, paths = broken_by(situation, plant, scenario, touched, part(before, touched), spread)
    cost = situation.known.economics
    return WhatIf(
        scenario,
        totals_of(situation.known, before),
        totals_of(patched(situation.known, known, changed, len(everything)), patched(before, after, changed, len(everything))),
        _changed_rows(situation.items.gather(changed), part(before, changed), after, np.nan_to_num(cost.unit_cost[changed])),
        broken,
        paths,
        start.today,
        plant.terms.currency,
    )


def compared(found: Sequence[WhatIf]) -> pl.DataFrame:
    """
    Scenarios side by side, the plan as it is first: ``scenario``, the figures of `Totals`, and what breaks.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not found:
        raise ValueError("nothing to compare: give at least one scenario")
    rows = [{"scenario": "as it is", **_figures(found[0].now), "breaking_items": 0, "first_break": None, "short_cost": 0.0}]
    for one in found:
        broken = one.breaks.filter(pl.col("breaks_on").is_not_null())
        first = broken["breaks_on"].min() if broken.height else None
        rows.append(
            {
                "scenario": one.scenario.name,
                **_figures(one.then),
                "breaking_items": broken.height,
                "first_break": first,
                "short_cost": one.short_cost,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"first_break": pl.Date})


def totals_of(known: Known, traced: Traced) -> Totals:
    """What a traced plan comes to."""
    outcome, price = traced.chosen.outcome, np.nan_to_num(known.economics.unit_cost)
    weight = known.demand.mean * price
    lean = np.isin(traced.decision, [int(Decision.JIT), int(Decision.LEAN)])
    return Totals(
        float((outcome.mean_stock * price).sum()),
        float(outcome.holding_cost.sum()),
        float(outcome.total_cost.sum()),
        float(np.average(outcome.fill_rate, weights=weight)) if weight.sum() > 0 else float("nan"),
        float(outcome.cycle_service.mean()) if len(price) else float("nan"),
        int(lean.sum()),
        int((~lean).sum()),
    )


def _figures(totals: Totals) -> dict[str, object]:
    return {name: getattr(totals, name) for name in Totals.__slots__}


def _changed_rows(items: pl.Series, before: Traced, after: Traced, price: Floats) -> pl.DataFrame:
    def columns(traced: Traced, prefix: str) -> dict[str, pl.Series]:
        words, gates = np.asarray(Decision.labels(), dtype=object), np.asarray(Gate.labels(), dtype=object)
        point = traced.chosen
        figures = {
            "decision": pl.Series(words[traced.decision], dtype=pl.String),
            "gate": pl.Series(gates[traced.gate], dtype=pl.String),
            "safety_stock": pl.Series(point.safety_stock),
            "reorder_point": pl.Series(point.levels.reorder_point),
            "mean_stock_value": pl.Series(point.outcome.mean_stock * price),
            "total_cost": pl.Series(point.outcome.total_cost),
            "stated_fill_rate": pl.Series(point.outcome.fill_rate),
        }
        return {prefix + name: column for name, column in figures.items()}

    rows = pl.DataFrame({"item": items, **columns(after, ""), **columns(before, "was_")})
    differs = (pl.col("reorder_point") != pl.col("was_reorder_point")) | (pl.col("total_cost") != pl.col("was_total_cost"))
    change = (pl.col("mean_stock_value") - pl.col("was_mean_stock_value")).abs()
    return rows.filter(differs | (pl.col("decision") != pl.col("was_decision"))).sort(change, "item", descending=[True, False])
