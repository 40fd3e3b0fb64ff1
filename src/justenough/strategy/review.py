"""Review: which levels no longer fit what is on record since they were set, and what they should be now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.figures import count, figure
from justenough.estimation.changes import FALSE_ALARMS_A_YEAR, Changes, Since, changes_of
from justenough.strategy.decide import recommend
from justenough.strategy.in_hand import reserve_to_enter
from justenough.strategy.spread import Spread, serially

if TYPE_CHECKING:
    from collections.abc import Collection

    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan

LEVELS = ("safety_stock", "reorder_point", "order_up_to", "order_quantity")
_TODAY = {"safety_stock": "current_safety_stock", "reorder_point": "current_reorder_point", "order_up_to": "current_max"}
_WORDS = {
    "demand": "demand",
    "lead_time": "lead time",
    "supplier_lead_time": "lead times of",
    "repair_time": "repairs of",
    "up_time": "time between failures of",
}


@dataclass(frozen=True, slots=True)
class ReviewParams:
    """
    Knobs of `review`.

    Parameters
    ----------
    false_alarms_a_year : [fraction]
        Chance that an assumption which still holds gives an alarm within a year.
    dead_band : [fraction]
        A level is queued only if its reorder point or its order-up-to level would move by at least this share of the
        order-up-to level in force, so that plans do not chatter; a rejected proposal comes again only if it has moved
        by as much.
    least_periods
        Periods a changed item keeps of its history, however late it changed.
    least_orders
        Orders a changed item keeps.
    """

    false_alarms_a_year: float = FALSE_ALARMS_A_YEAR
    dead_band: float = 0.1
    least_periods: int = 8
    least_orders: int = 5

    def __post_init__(self) -> None:
        for name in ("false_alarms_a_year", "dead_band"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} must be between 0 and 1, both excluded, got {getattr(self, name)}: write 1 % as 0.01.")
        for name in ("least_periods", "least_orders"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}.")


USUAL = ReviewParams()


@dataclass(frozen=True, slots=True)
class Review:
    """
    What a review found.

    Parameters
    ----------
    queue
        One row an item whose level should move, most money first: ``item, cause`` (in words)``, old_decision,
        new_decision, old_*, new_*`` of `LEVELS` [units]``, old_cycle_service, new_cycle_service`` [fraction]``,
        change_value`` [money]``, change_total_cost`` [money/year, from now on, of the new level less the old]``.
    causes
        ``item`` and the columns of `Changes.rows`: why each queued item was looked at.
    changes
        Everything that was tested and found changed.
    plan
        All items sized on what is on record now, without what came before each change.
    since, known_to
        First day tested for items without a day of their own, and last day on record.
    n_changed
        Items that a change concerns; those not in the queue would hardly move.
    n_answered
        Items left out because the same proposal was rejected, or put off until later.
    """

    queue: pl.DataFrame = field(repr=False)
    causes: pl.DataFrame = field(repr=False)
    changes: Changes = field(repr=False)
    plan: Plan = field(repr=False)
    since: date
    known_to: date
    n_changed: int
    n_answered: int
    params: ReviewParams


def review(
    plant: Plant,
    plan: Plan,
    since: date,
    *,
    params: ReviewParams = USUAL,
    later: pl.DataFrame | None = None,
    answered: pl.DataFrame | None = None,
    spread: Spread = serially,
) -> Review:
    """
    Test what a plan was sized on against what came after, and size again what changed.

    Parameters
    ----------
    plant
        With all its records; today's levels are those in force.
    plan
        The plan in force; its settings size the changed items, and its levels stand where today's are not known.
    since
        First day that plan had not seen.
    later
        ``item, since`` of items whose level in force was set on more than that.
    answered
        ``item, reorder_point, order_up_to, put_off`` of proposals people have answered: rejected ones are not made again
        unless they moved, those put off not at all.
    """
    changes = changes_of(plant, Since.of(plant, since, later), false_alarms_a_year=params.false_alarms_a_year)
    known_to = last_day(plant)
    causes = concerned(plant, changes)
    if not causes.height:
        return Review(_queued(plan.figures.clear(), plan, causes), causes, changes, plan, since, known_to, 0, 0, params)
    seasonal = plan.figures.filter(pl.col("kind") == "seasonal")["item"].to_list()
    recent = records_since(_with_levels(plant, plan), changes, params, seasonal=seasonal)
    resized = recommend(recent, replace(plan.settings, anatomy_items=0, coming_items=0), spread)
    rows = resized.figures.filter(pl.col("item").is_in(causes["item"].unique().to_list()))
    moved = rows.filter(_moves(params.dead_band, "today_reorder_point", "today_order_up_to"))
    kept = _unanswered(moved, answered, params.dead_band)
    queue = _queued(kept, plan, causes)
    shown = causes.filter(pl.col("item").is_in(queue["item"].to_list()))
    return Review(queue, shown, changes, resized, since, known_to, rows.height, moved.height - kept.height, params)


def concerned(plant: Plant, changes: Changes) -> pl.DataFrame:
    """``item`` and the columns of `Changes.rows`: each change beside every item it concerns."""
    items, routing = plant.items, plant.tables["routing"]
    made = pl.concat([items.select("item", subject="machine").drop_nulls(), routing.select("item", subject="machine")]).unique()
    sent = pl.concat([items.select("item", subject="supplier"), plant.receipts.select("item", subject="supplier")]).drop_nulls().unique()
    own = items.select("item", subject="item")
    of = {"demand": own, "lead_time": own, "supplier_lead_time": sent, "repair_time": made, "up_time": made}
    parts = [changes.of(name).join(by, on="subject", how="inner") for name, by in of.items()]
    return pl.concat(parts).join(own.select("item"), on="item", how="semi").select("item", *changes.rows.columns).sort("item")


def records_since(plant: Plant, changes: Changes, params: ReviewParams = USUAL, *, seasonal: Collection[str] = ()) -> Plant:
    """
    The plant without what was on record before each change: of the item's demand, the item's or supplier's orders, the machine.

    Parameters
    ----------
    seasonal
        Items whose earlier demand is brought to the level since the change instead, lest they lose their season.
    """
    tables = dict(plant.tables)
    day = {name: changes.of(name).drop_nulls("changed_on").select("subject", "changed_on") for name in _WORDS}
    tables["demand"] = _demand_since(plant, changes.of("demand"), params.least_periods, seasonal)
    if tables["receipts"].height:
        tables["receipts"] = _orders_since(plant, day, params.least_orders)
    if tables["events"].height:
        begun = pl.concat([day["repair_time"], day["up_time"]]).group_by(machine="subject").agg(pl.col("changed_on").max())
        events = tables["events"].join(begun, on="machine", how="left", maintain_order="left")
        kept = pl.col("changed_on").is_null() | pl.col("end").is_null() | (pl.col("end").dt.date() >= pl.col("changed_on"))
        tables["events"] = events.filter(kept).drop("changed_on")
    return replace(plant, tables=tables)


def cause_of(assumption: str, subject: str, direction: str, changed_on: date | None, assumed: float | None, found: float | None) -> str:
    """
    A change in words.

    Examples
    --------
    >>> cause_of("demand", "BRG-6204", "higher", date(2026, 5, 4), 6.77, 8.92)
    'demand higher since 2026-05-04: 6.77 a day, now 8.92'
    >>> cause_of("repair_time", "PRESS-4", "higher", date(2026, 5, 4), 0.05, 0.1)
    'repairs of PRESS-4 higher since 2026-05-04: 1.2 hours, now 2.4 hours'
    """
    head = _WORDS[assumption] if assumption in ("demand", "lead_time") else f"{_WORDS[assumption]} {subject}"
    head += f" {direction}" + ("" if changed_on is None else f" since {changed_on}")
    if assumed is None or found is None:
        return head
    what = "standard deviation " if direction in ("wider", "narrower") else ""
    if assumption == "demand":
        return f"{head}: {what}{figure(assumed)} a day, now {figure(found)}"
    times, unit = (24.0, "hour") if assumption == "repair_time" else (1.0, "day")
    return f"{head}: {what}{count(times * assumed, unit)}, now {count(times * found, unit)}"


def last_day(plant: Plant) -> date:
    """Last day on record: of demand, orders, stock or machines."""
    days = [plant.demand["date"].max(), plant.receipts["ordered"].max(), plant.receipts["received"].max()]
    days += [plant.tables["stock"]["date"].max(), plant.tables["events"]["start"].dt.date().max()]
    return max((day for day in days if isinstance(day, date)), default=date(1970, 1, 1))


def _with_levels(plant: Plant, plan: Plan) -> Plant:
    """Today's levels, and where none is known those of the plan."""
    unknown = pl.all_horizontal(pl.col(name).is_null() for name in _TODAY.values())
    ours = plan.figures.select("item", *(pl.col(name).alias(f"_{name}") for name in _TODAY))
    items = plant.items.join(ours, on="item", how="left", maintain_order="left")
    items = items.with_columns(
        pl.when(unknown).then(pl.col(f"_{name}")).otherwise(pl.col(column)).alias(column) for name, column in _TODAY.items()
    )
    return replace(plant, tables={**plant.tables, "items": items.drop(f"_{name}" for name in _TODAY)})


def _demand_since(plant: Plant, changed: pl.DataFrame, least_periods: int, seasonal: Collection[str]) -> pl.DataFrame:
    if not changed.height:
        return plant.demand
    lifted = pl.when(pl.col("direction").is_in(["higher", "lower"])).then(pl.col("found") / pl.col("assumed")).fill_nan(1.0).fill_null(1.0)
    begins = changed.select(pl.col("subject").alias("item"), "changed_on", lifted.clip(0.0, 100.0).alias("_lift"))
    demand = plant.demand.join(begins, on="item", how="left", maintain_order="left")
    before = (pl.col("date") < pl.col("changed_on")).fill_null(value=False)
    moves = before & pl.col("item").is_in(list(seasonal))
    last = pl.col("date").max() - timedelta(days=least_periods * round(plant.terms.period_days) - 1)
    brought, whole = pl.col("quantity") * pl.col("_lift"), pl.col("quantity") == pl.col("quantity").floor()
    brought = pl.when(whole).then(brought.round()).otherwise(brought)  # or an item counted in units would seem to be weighed
    return (
        demand.with_columns(pl.when(moves).then(brought).otherwise("quantity").alias("quantity"))
        .filter(~before | moves | (pl.col("date") >= last))
        .select(plant.demand.columns)
    )


def _orders_since(plant: Plant, day: dict[str, pl.DataFrame], least: int) -> pl.DataFrame:
    receipts = plant.receipts.with_row_index("_row")
    usual = plant.items.select("item", usual="supplier")
    sent = receipts.join(usual, on="item", how="left", maintain_order="left").with_columns(
        pl.col("supplier").fill_null(pl.col("usual")).alias("_by")
    )
    own = day["lead_time"].rename({"subject": "item", "changed_on": "_own"})
    theirs = day["supplier_lead_time"].rename({"subject": "_by", "changed_on": "_theirs"})
    dated = sent.join(own, on="item", how="left").join(theirs, on="_by", how="left")
    late = pl.col("ordered") >= pl.max_horizontal("_own", "_theirs")
    few = pl.col("ordered").rank("ordinal", descending=True).over("item") <= least
    kept = dated.filter(late | pl.max_horizontal("_own", "_theirs").is_null() | (few & pl.col("_own").is_not_null()))
    return kept.sort("_row").select(plant.receipts.columns)


def _moves(band: float, reorder: str, up_to: str) -> pl.Expr:
    """Whether the new level is out of the dead band around an earlier one; unknown earlier ones always are."""
    room = band * pl.max_horizontal(pl.col(up_to).abs(), pl.lit(1.0))
    far = ((pl.col("reorder_point") - pl.col(reorder)).abs() >= room) | ((pl.col("order_up_to") - pl.col(up_to)).abs() >= room)
    return pl.col("reorder_point").is_not_null() & far.fill_null(value=True)


def _unanswered(rows: pl.DataFrame, answered: pl.DataFrame | None, band: float) -> pl.DataFrame:
    if answered is None or not answered.height:
        return rows
    said = answered.select("item", "put_off", _was_reorder="reorder_point", _was_up_to="order_up_to")
    joined = rows.join(said, on="item", how="left", maintain_order="left")
    new = pl.col("put_off").is_null() | (~pl.col("put_off") & _moves(band, "_was_reorder", "_was_up_to"))
    return joined.filter(new).select(rows.columns)


def _queued(rows: pl.DataFrame, plan: Plan, causes: pl.DataFrame) -> pl.DataFrame:
    named = ("assumption", "subject", "direction", "changed_on", "assumed", "found")
    told = [(one["item"], cause_of(*(one[name] for name in named))) for one in causes.iter_rows(named=True)]
    worded = pl.DataFrame(told, schema={"item": pl.String, "cause": pl.String}, orient="row")
    cause = worded.group_by("item", maintain_order=True).agg(pl.col("cause").str.join("; "))
    was = plan.figures.select("item", old_decision="decision", _was_quantity="order_quantity")
    columns = {f"old_{name}": pl.col(f"today_{name}") for name in LEVELS[:3]}
    columns["old_order_quantity"] = pl.coalesce(pl.col("today_order_up_to") - pl.col("today_reorder_point"), "_was_quantity")
    columns |= {f"new_{name}": pl.col(name) for name in LEVELS} | {"new_safety_stock": reserve_to_enter()}
    columns |= {"old_cycle_service": pl.col("today_stated_cycle_service"), "new_cycle_service": pl.col("stated_cycle_service")}
    return (
        rows.join(cause, on="item", how="left", maintain_order="left")
        .join(was, on="item", how="left", maintain_order="left")
        .with_columns(pl.col("decision").alias("new_decision"), *(column.alias(name) for name, column in columns.items()))
        .select("item", "cause", "old_decision", "new_decision", *columns, "change_value", "change_total_cost")
        .sort(pl.col("change_value").abs().fill_null(0.0), "item", descending=[True, False])
    )
