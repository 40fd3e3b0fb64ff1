"""Breaks: which items break first under a scenario while their levels stay, when, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.strategy.breaking import Away, Paths, Start, lived_by, shortage_cost, start_of
from justenough.strategy.moves import Figure, Move
from justenough.strategy.spread import Spread, part

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints
    from justenough.strategy.situation import Situation
    from justenough.strategy.trace import Known, Traced
    from justenough.strategy.whatif import Scenario

LEAST_DAYS, MOST_DAYS = 90, 730  # that are lived through


def broken_by(
    situation: Situation, plant: Plant, scenario: Scenario, places: Ints, before: Traced, spread: Spread
) -> tuple[Start, pl.DataFrame, pl.DataFrame]:
    """Where the stock stands, and what breaks of the touched items with the levels in force."""
    known: Known = part(situation.known, places)
    start = start_of(plant, situation.rows[places], known, before.chosen.outcome.mean_stock)
    away = _away(situation, scenario, places, start.today)
    then = situation.after(scenario.moves, places)
    end = float(away.end.max(initial=0.0)) + 2.0 * float(known.lead_time.mean_days.max(initial=0.0))
    days = int(np.clip(np.ceil(end), LEAST_DAYS, MOST_DAYS))
    calm = Away(np.zeros(len(places)), np.zeros(len(places)))
    now = lived_by(known, before.chosen.levels, start, calm, days, spread)
    so = lived_by(then, before.chosen.levels, start, away, days, spread)
    names, supplier = situation.items.gather(places), situation.supplier.gather(places)
    return start, _breaks(names, supplier, start, now, so, then, days), _daily(names, so)


def _away(situation: Situation, scenario: Scenario, places: Ints, today: date) -> Away:
    begin, end = np.zeros(len(places)), np.zeros(len(places))
    for outage in scenario.outages:
        on = np.isin(places, situation.touched(Move(Figure.OUTAGES, outage.supplier)))
        first = float(((outage.start or today + timedelta(days=1)) - today).days)
        begin, end = np.where(on, first, begin), np.where(on, first + outage.days, end)
    return Away(begin, end)


def _breaks(items: pl.Series, supplier: pl.Series, start: Start, now: Paths, so: Paths, known: Known, days: int) -> pl.DataFrame:
    usual_units, usual_cost = shortage_cost(now, known.economics, known.demand.mean)
    units, cost = shortage_cost(so, known.economics, known.demand.mean)
    first, risk = so.breaks_on(), so.at_risk_on()
    # What is as short without the scenario is not of its making.
    worse = (units > usual_units + 1e-9) | (_days(risk, days) < _days(now.at_risk_on(), days))

    def day(at: Ints) -> pl.Series:
        return pl.Series([None if one < 0 or one >= days else start.today + timedelta(days=int(one)) for one in at], dtype=pl.Date)

    ordered = np.bincount(start.order_item, start.order_units, len(start.on_hand)).astype(np.float64)
    return (
        pl.DataFrame(
            {
                "item": items,
                "supplier": supplier,
                "on_hand": start.on_hand,
                "on_order": ordered,
                "at_risk_on": day(risk),
                "breaks_on": day(first),
                "back_on": day(so.back_on()),
                "survive_days": np.where(first < 0, np.nan, first),
                "survive_days_now": np.where(now.breaks_on() < 0, np.nan, now.breaks_on()),
                "short_units": np.maximum(units - usual_units, 0.0),
                "short_cost": np.where(known.economics.stockout_cost > 0, np.maximum(cost - usual_cost, 0.0), np.nan),
                "more_needed": np.maximum(-so.stock.min(axis=1, initial=0.0), 0.0),
                "_first": np.where(first < 0, days, first),
                "_risk": np.where(risk < 0, days, risk),
            }
        )
        .with_columns(pl.col("survive_days", "survive_days_now", "short_cost").fill_nan(None))
        .filter(pl.Series(worse & ((first >= 0) | (risk >= 0))))
        .sort("_first", "_risk", "item")
        .drop("_first", "_risk")
    )


def _days(at: Ints, days: int) -> Ints:
    return np.where(at < 0, days, at)


def _daily(items: pl.Series, so: Paths) -> pl.DataFrame:
    return pl.DataFrame({"item": items, "days": pl.Series(so.stock).cast(pl.List(pl.Float64))})
