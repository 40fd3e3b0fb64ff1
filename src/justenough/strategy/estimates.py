"""Estimates: what the records and the items table say of every item of a plant, before anything is sized."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import DemandKind, LeadTimeBasis
from justenough.estimation.demand import Demand, demand_of
from justenough.estimation.feeding import feeding_of
from justenough.estimation.forecasts import forecast_demand
from justenough.estimation.history import History, history_of
from justenough.estimation.lead_time import LeadTime, lead_time_of
from justenough.estimation.machines_measured import machines_of
from justenough.estimation.receipts import outages_on_record
from justenough.estimation.spares import Spares, spare_demand, spares_of
from justenough.estimation.supplier import Recovery, outages_of, recovery_of
from justenough.estimation.supply_bounds import supply_bounds_of
from justenough.estimation.throughput import Link
from justenough.estimation.working_time import working_share
from justenough.estimation.yields import yield_of
from justenough.kernels.backed import let_go
from justenough.strategy.declared import Declared, declared_by
from justenough.strategy.levels_today import UNSAID, unsaid
from justenough.strategy.linking import followed, linked
from justenough.strategy.rejects import usable_share_of
from justenough.strategy.rows import recorded
from justenough.strategy.trace import Known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.strategy.settings import Settings

    Bools = NDArray[np.bool_]

NO_LEAD_TIME = "no lead time"
INSTANT_SUPPLY = "lead time 0 (no supply is instant)"
NO_HISTORY = "no demand history"
NO_DEMAND = "demand never positive"
SPOILS = "one MOQ or lot outlasts the shelf life"
COUNTLESS = "demand or order of over a trillion units (declare a larger unit)"
MOST_UNITS = 1e12  # of demand in the exposed time, or of an order: tails and lots beyond are lost in the digits of floats [units]


@dataclass(frozen=True, slots=True)
class Estimates:
    """
    What a plan rests on; columns have a row an item.

    Parameters
    ----------
    known
        As estimated; sizing reads it by way of `justenough.strategy.rejects.with_rejects`.
    said
        What the items table and the settings declare, as they do.
    missing
        What each item lacks to be sized, in words that are counted.
    ended
        Whether nobody wants it any more. (n_items,)
    history, read_as
        Demand on record, and what of it was read otherwise than it stands.
    ours, foreseen
        Demand by our own forecast, and with the forecasts that the user gave; spare parts not joined with their failures yet.
    recovery
        How suppliers come back from outages; None where none is on record.
    link, spares
        Made items and their machines; spare parts and the failures that use them up. None where there are none.
    """

    known: Known
    said: Declared
    missing: pl.Series
    ended: Bools
    history: History
    read_as: pl.DataFrame
    ours: Demand
    foreseen: Demand
    recovery: Recovery | None
    link: Link | None
    spares: Spares | None

    @property
    def ready(self) -> Bools:
        """Whether an item lacks nothing and is still wanted. (n_items,)"""
        return np.asarray((self.missing.list.len() == 0).to_numpy() & ~self.ended)


def estimates_of(plant: Plant, settings: Settings) -> Estimates:
    """Estimate demand, supply and machines of all items, and join what is declared of them."""
    lead_time = lead_time_of(plant, settings.lead_time)
    outages = outages_of(plant, settings.supplier, lead_time=lead_time)
    machines = machines_of(plant, settings.machines)
    spares = spares_of(plant, machines) if machines else None
    feeding = feeding_of(plant, spares, lead_time.mean_days + outages.probability * outages.wait_days)
    said = declared_by(plant.items, settings, working_share(plant, feeding.lines), feeding)
    disrupted = bool(outages_on_record(plant).height)
    recovery = recovery_of(plant, settings.supplier, lead_time=lead_time) if disrupted else None
    usable = yield_of(plant)
    history, exposed_days = history_of(plant), lead_time.mean_days + said.review_days
    ours = demand_of(history, settings.demand, exposed_days=exposed_days)
    foreseen = forecast_demand(plant, history, ours, exposed_days, settings.demand)
    demand = _kept_in_lots(spare_demand(spares, foreseen, history) if spares else foreseen, said.economics.shelf_life_days)
    read_as = recorded(history, plant.terms)
    let_go(history.series.values)  # of a million items up to 1.5 GB, seldom read again
    link = linked(plant, demand, lead_time, outages, said.economics, said.review_days, machines)
    economics, review_days = said.economics, said.review_days
    if link:
        lead_time = link.lead_time()
        economics, review_days = followed(economics, review_days, link)
    failing = spares.wanted(len(plant)) if spares else np.zeros(len(plant), dtype=bool)
    missing, ended = _missing(said, demand, lead_time, failing, exposed_days), (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0)
    known = Known(
        demand,
        lead_time,
        outages,
        economics,
        review_days,
        today_safety_stock=plant.items["current_safety_stock"].fill_null(np.nan).to_numpy(),
        today_reorder_point=plant.items["current_reorder_point"].fill_null(np.nan).to_numpy(),
        today_max=plant.items["current_max"].fill_null(np.nan).to_numpy(),
        usable_share=usable_share_of(usable),
        reject_sd=usable.lot_sd,
        judged_lots=usable.lots,
        bounds=supply_bounds_of(plant, lead_time, recovery, link),
    )
    said = replace(said, assumed=_with_unsaid(said.assumed, known))
    return Estimates(known, said, missing, ended, history, read_as, ours, foreseen, recovery, link, spares)


def _with_unsaid(assumed: pl.Series, known: Known) -> pl.Series:
    """What is assumed, and of which items it cannot be said what their levels of today give."""
    levelled = ~np.isnan(known.today_reorder_point) | ~np.isnan(known.today_safety_stock)
    told = pl.Series("unsaid", unsaid(known.lead_time) & levelled)
    if not told.any():
        return assumed
    note = pl.when("unsaid").then(pl.concat_list("assumed", pl.lit(UNSAID))).otherwise("assumed")
    return pl.DataFrame([assumed.alias("assumed"), told]).select(note.alias(assumed.name)).to_series()


def _kept_in_lots(demand: Demand, shelf_life_days: Floats) -> Demand:
    """The same demand, in lots only of what keeps for ever: what is thrown away is no whole lot."""
    return demand if demand.lot is None else replace(demand, lot=np.where(np.isfinite(shelf_life_days), 1.0, demand.lot))


def _missing(said: Declared, demand: Demand, lead_time: LeadTime, failing: Bools, exposed_days: Floats) -> pl.Series:
    """What each item lacks, in words that are counted; nothing for items nobody wants any more. A spare part may await its first use."""
    smallest = np.fmax(said.economics.moq, said.economics.lot_multiple)
    spread = np.sqrt(demand.variance * exposed_days + np.square(demand.mean * lead_time.sd_days))
    most = np.fmax(demand.mean * exposed_days + 10.0 * spread, np.fmax(demand.mean * exposed_days, smallest))
    lacking = pl.DataFrame(
        {
            "declared": said.missing,
            "none": lead_time.basis == LeadTimeBasis.MISSING,
            "instant": (lead_time.basis == LeadTimeBasis.PLANNED) & (lead_time.mean_days <= 0),
            "unknown": (demand.n_periods == 0) & ~failing,
            "unwanted": (demand.n_periods > 0) & (demand.n_positive == 0) & ~failing,
            "spoils": (demand.n_positive > 0) & (smallest > demand.mean * said.economics.shelf_life_days),
            "countless": most > MOST_UNITS,
            "ended": (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0),
        }
    )
    flags = ("none", "instant", "unknown", "unwanted", "spoils", "countless")
    told = lacking.select((pl.col("declared").list.len() > 0) | pl.any_horizontal(flags)).to_series().to_numpy()
    if not told.all():  # of a million items few lack anything: words are put together for these only
        places = np.flatnonzero(told)
        few = _in_words(lacking[places])
        at = np.full(len(told), len(places))
        at[places] = np.arange(len(places))
        return few.append(pl.Series([[]], dtype=few.dtype)).gather(at)
    return _in_words(lacking)


def _in_words(lacking: pl.DataFrame) -> pl.Series:
    words = {"none": NO_LEAD_TIME, "instant": INSTANT_SUPPLY, "unknown": NO_HISTORY, "unwanted": NO_DEMAND, "spoils": SPOILS}
    words["countless"] = COUNTLESS
    own = pl.concat_list(pl.when(name).then(pl.lit(word)) for name, word in words.items()).list.drop_nulls()
    all_of_it = pl.concat_list("declared", own)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return lacking.select(pl.when("ended").then(nothing).otherwise(all_of_it)).to_series()
