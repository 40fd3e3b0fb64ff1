"""Sets: real demand histories cut in two, the part a method may see and the part it is lived through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.domain.figures import count
from justenough.domain.ragged import Ragged
from justenough.estimation.history import History, history_of
from justenough.estimation.knobs import LeadTimeParams
from justenough.estimation.lead_time import lead_time_of
from justenough.sources.read import import_from
from justenough.strategy.rehearse import known_before

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.domain.plant import Period, Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.classes import Classes
    from justenough.estimation.lead_time import LeadTime
    from justenough.sources.read import Imported

SEEN = 0.6  # share of the periods a method may fit on


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set lies (a folder, or one file), how it is read, and what its export does not say."""

    name: str
    folder: Path
    profile: str
    lead_days: float | None = None  # of items that declare none
    period: Period | None = None  # None: as the profile declares


# The lead times that the exports of these sets do not state; the other two declare theirs item by item.
MONTH = 365.25 / 12.0
KNOWN: dict[str, tuple[float | None, Period | None]] = {
    "carparts": (2.0 * MONTH, None),
    "oil_refinery_spares": (None, None),
    "manufacturer_sku_weekly": (None, None),
    "online_retail": (14.0, "week"),
}


@dataclass(frozen=True, slots=True)
class Split:
    """
    One set cut at a period.

    Parameters
    ----------
    history
        What was known at the cut, every item of the plant.
    lead_time
        As declared, in whole periods, without spread; every item of the plant.
    rows : (n_items,)
        Places in ``history`` of the items compared: wanted at least once before the cut, with a lead time not longer
        than what was seen and, where the set has prices, a price. Later arrays follow these.
    later : (n_items,)
        Demand from ``warm`` periods before the cut on, NaN where unknown. [units]
    warm
        Periods before the cut in which the stock settles and nothing is counted.
    held_back
        Periods after the cut.
    lead : (n_items,) [periods]
        Whole periods, at least one.
    unit_cost : (n_items,) [money/unit]
        1 where the set has no prices.
    priced
        Whether it has.
    learned
        What classes of items have in common, where it is not to be learned from ``history``.
    """

    name: str
    history: History
    lead_time: LeadTime
    rows: Ints
    later: Ragged
    warm: int
    held_back: int
    lead: Ints
    unit_cost: Floats
    priced: bool
    learned: Classes | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """Codes of the items compared."""
        return tuple(self.history.items[i] for i in self.rows)

    @property
    def seen(self) -> Ragged:
        """Demand of the items compared, as known at the cut. [units]"""
        return Ragged.of(self.history.series[i] for i in self.rows)


def imported_of(source: Source) -> Imported:
    """Read a set; rows that cannot be believed stay out, as the import would have it."""
    return import_from(source.folder, source.profile)


def plant_of(source: Source, imported: Imported) -> Plant:
    """The set's accepted rows, with the period and the lead time that its export does not state."""
    plant = imported.plant()
    if source.period is not None:
        plant = replace(plant, terms=replace(plant.terms, demand_period=source.period))
    if source.lead_days is not None:
        items = plant.items.with_columns(pl.col("lead_time_days").fill_null(source.lead_days))
        plant = replace(plant, tables={**plant.tables, "items": items})
    return plant


def cut_of(history: History) -> int:
    """First period that is kept back."""
    cut = round(history.n_periods * SEEN)
    if not 1 <= cut < history.n_periods:
        raise JustenoughError(f"There is demand in {count(history.n_periods, 'period')}: too few to keep {1 - SEEN:.0%} of them back.")
    return cut


def inner(plant: Plant) -> Plant:
    """The first 60 % of the periods only: what may be looked at while a method is being made."""
    history = history_of(plant)
    return known_before(plant, history.starts[cut_of(history)])


def split_of(name: str, plant: Plant) -> Split:
    """Cut a set at its first period kept back; returns that came later do not reach back across the cut."""
    whole = history_of(plant)
    cut = cut_of(whole)
    history = history_of(known_before(plant, whole.starts[cut]))
    lead_days = plant.items["lead_time_days"].fill_null(np.nan).to_numpy()
    cost = plant.items["unit_cost"].fill_null(np.nan).to_numpy()
    priced = bool((cost > 0.0).any())
    wanted = np.array([np.nansum(series) > 0.0 for series in history.series])
    lead = np.maximum(np.rint(lead_days / whole.period_days), 1.0)
    # What a longer lead time has under way when the lives begin was wanted before the record does.
    rows = np.flatnonzero(wanted & (lead_days > 0.0) & (lead <= cut) & ((cost > 0.0) if priced else True))
    declared = plant.items.with_columns(pl.Series("lead_time_days", lead * whole.period_days).fill_nan(None))
    tables = {**plant.tables, "items": declared, "receipts": plant.receipts.clear()}
    lead_time = lead_time_of(replace(plant, tables=tables), LeadTimeParams(assumed_cv=0.0))
    if not len(rows):
        raise JustenoughError(
            "no item can be compared; each needs demand before the cut, a lead time (see --lead-time-days) no longer than the"
            f" {cut} periods before it and, where others have one, a price."
        )
    lead = lead[rows].astype(np.int64)
    warm = int(min(lead.max(initial=0), cut))
    lived = whole.since(cut - warm)
    later = [np.concatenate([np.full(lived.first_period[i], np.nan), lived.series[i]]) for i in rows]
    unit_cost = cost[rows] if priced else np.ones(len(rows))
    return Split(name, history, lead_time, rows, Ragged.of(later), warm, whole.n_periods - cut, lead, unit_cost, priced)
