"""Audit: the four mistakes in today's levels, each with its items, its money and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.figures import count, figure, money, percent, units
from justenough.estimation.changes import FALSE_ALARMS_A_YEAR, YEAR, Changes, Since, changes_of, gathered
from justenough.strategy.review import cause_of, concerned, last_day
from justenough.strategy.spreading import Spreading, spread_over

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan

    Row = dict[str, Any]
    Words = Callable[[Row], str]

DOGMATIC, LAZY, UNIFORM, FORGOTTEN = "dogmatic_jit", "lazy_jic", "one_policy", "set_and_forget"
SHORT = "too_little"
MISTAKES = (DOGMATIC, LAZY, UNIFORM, FORGOTTEN)
COLUMNS = ("item", "today_reorder_point", "reorder_point", "change_value", "change_total_cost", "evidence")


@dataclass(frozen=True, slots=True)
class AuditParams:
    """
    Knobs of `audit`.

    Parameters
    ----------
    least_share : [fraction]
        An item is named only if the better level saves at least this share of what today's costs.
    far_right
        Lazy is stock of at least this many times the plan's.
    least_explained : [fraction]
        One policy for all is where the risk of items explains less than this of the variation of their cover.
    permutations
        Shuffles by which that is tested.
    false_alarms_a_year : [fraction]
        Of the tests by which set and forget is found.
    """

    least_share: float = 0.05
    far_right: float = 1.5
    least_explained: float = 0.5
    permutations: int = 9_999
    false_alarms_a_year: float = FALSE_ALARMS_A_YEAR

    def __post_init__(self) -> None:
        for name in ("least_share", "least_explained", "false_alarms_a_year"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} must be between 0 and 1, both excluded, got {getattr(self, name)}.")
        if self.far_right <= 1.0 or self.permutations < 99:
            raise ValueError(f"far_right must be above 1 and permutations at least 99, got {self.far_right} and {self.permutations}.")


USUAL = AuditParams()


@dataclass(frozen=True, slots=True)
class Mistake:
    """
    One of the four mistakes.

    Parameters
    ----------
    name
        One of `MISTAKES`.
    items
        Those that make it, worst money first (`COLUMNS`): ``change_value`` [money] and ``change_total_cost`` [money/year] of
        the plan's level less today's, and the evidence in words.
    judged, unknown
        Items that could be judged, and those that lack what that takes.
    """

    name: str
    items: pl.DataFrame = field(repr=False)
    judged: int
    unknown: int

    @property
    def saving(self) -> float:
        """What these items would cost less. [money/year]"""
        return -float(self.items["change_total_cost"].sum())

    @property
    def released(self) -> float:
        """Money their stock would set free; below 0 where they need more. [money]"""
        return -float(self.items["change_value"].sum())


@dataclass(frozen=True, slots=True)
class Audit:
    """
    The four mistakes of a plant.

    Parameters
    ----------
    mistakes
        In the order of `MISTAKES`.
    too_little
        Items whose level of today breaks the service promised, without being dogmatic: where nobody has priced a stockout no cost can
        prove that. What keeping the promise takes, in the same form.
    spreading
        The statistic behind one policy for all; None with fewer than three items to compare.
    changes
        What was detected since each item's levels were last set.
    by_chance
        Alarms that chance alone would have given in that time.
    n_levels
        Items whose level of today is known, judged or not.
    currency
        Of all money.
    """

    mistakes: tuple[Mistake, ...]
    too_little: Mistake
    spreading: Spreading | None
    changes: Changes
    by_chance: float
    n_levels: int
    currency: str

    def __getitem__(self, name: str) -> Mistake:
        return self.mistakes[MISTAKES.index(name)]


def audit(plant: Plant, plan: Plan, *, seed: int, params: AuditParams = USUAL) -> Audit:
    """
    Look for the four mistakes in today's levels.

    *Dogmatic JIT*: today's reserve is smaller than the plan's, and what the stockouts cost that the larger one avoids is
    more than the holding it saves. *Lazy JIC*: stock far right of the cheapest point, that costs more than it saves.
    *One policy for all*: cover is spread over items without regard to what each needs. *Set and forget*: demand, lead
    time or a machine changed after the levels were last set.

    Parameters
    ----------
    plant
        Its items hold today's levels and when they were last reviewed.
    plan
        Of the same plant.
    seed
        Of the shuffles.
    """
    rows = plan.figures.with_columns(
        stoppages=pl.col("today_stockout_cost") - pl.col("stockout_cost"),
        holding_saved=pl.col("holding_cost") - pl.col("today_holding_cost"),
    )
    known = rows.filter(pl.col("today_total_cost").is_not_null() & pl.col("total_cost").is_not_null())
    lost = rows.height - known.height
    worth = pl.col("change_total_cost") < -params.least_share * pl.col("today_total_cost")
    spreading = spread_over(known, np.random.default_rng(seed), params.permutations)
    changes, stale, reviewed, by_chance = _stale(plant, params)
    dogmatic = known.filter(worth & _dogmatic())
    priced = known["stoppages"].count()  # nobody can call an item too lean for a stockout that has no price
    short, promised = _short(known, dogmatic)
    mistakes = (
        Mistake(DOGMATIC, _told(dogmatic, _dogmatic_words(plan.terms.currency)), priced, rows.height - priced),
        Mistake(LAZY, _told(known.filter(worth & _lazy(params.far_right)), _lazy_words), known.height, lost),
        Mistake(UNIFORM, *_uniform(known, spreading, worth, params), lost),
        Mistake(FORGOTTEN, _forgotten(rows, stale), reviewed, rows.height - reviewed),
    )
    most_first = short.sort(pl.col("change_value").fill_null(0.0), "item", descending=[True, False])
    too_little = Mistake(SHORT, _told(most_first, _short_words, ordered=True), promised, rows.height - promised)
    return Audit(mistakes, too_little, spreading, changes, by_chance, rows["today_reorder_point"].count(), plan.terms.currency)


def _dogmatic() -> pl.Expr:
    leaner = (pl.col("today_mean_stock_value") < pl.col("mean_stock_value")) & (pl.col("today_safety_stock") < pl.col("safety_stock"))
    return leaner & (pl.col("stoppages") > pl.col("holding_saved"))


def _short(known: pl.DataFrame, dogmatic: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Items of which today's level breaks what is promised, the dogmatic ones apart, and how many promise anything."""
    targets = {name: name if name in known.columns else None for name in ("_cycle_target", "_fill_target")}
    cycle, fill = (pl.col(name) if name else pl.lit(None, pl.Float64) for name in targets.values())
    promising = known.filter(cycle.is_not_null() | fill.is_not_null())
    breaks = (pl.col("today_stated_cycle_service") < cycle).fill_null(value=False)
    breaks |= (pl.col("today_stated_fill_rate") < fill).fill_null(value=False)
    leaner = pl.col("today_reorder_point") < pl.col("reorder_point")
    return promising.filter(breaks & leaner & ~pl.col("item").is_in(dogmatic["item"].to_list())), promising.height


def _short_words(row: Row) -> str:
    for target, name, what in (
        ("_cycle_target", "today_stated_cycle_service", "cycles without a stockout"),
        ("_fill_target", "today_stated_fill_rate", "units from the shelf"),
    ):
        promised = row.get(target)
        if promised is not None and row[name] < promised:
            return f"states {percent(row[name])} of {what}; promised are {percent(promised)}"
    return ""


def _lazy(far_right: float) -> pl.Expr:
    return pl.col("today_mean_stock_value") > far_right * pl.col("mean_stock_value")


def _uniform(known: pl.DataFrame, spreading: Spreading | None, worth: pl.Expr, params: AuditParams) -> tuple[pl.DataFrame, int]:
    """Where cover does not follow risk, the items whose cover is furthest from it, and how many were compared."""
    if spreading is None:
        return _told(known.clear(), lambda _: ""), 0
    if spreading.explained >= params.least_explained:
        return _told(known.clear(), lambda _: ""), spreading.items

    def words(row: Row) -> str:
        days = (row[name] / row["demand_per_day"] for name in ("today_reorder_point", "reorder_point"))
        return f"reorders at {count(next(days), 'day')} of demand; its risk asks for {units(next(days))}"

    return _told(known.filter(worth & (pl.col("demand_per_day") > 0) & (pl.col("decision") != "ended")), words), spreading.items


def _stale(plant: Plant, params: AuditParams) -> tuple[Changes, pl.DataFrame, int, float]:
    """What changed since items were last reviewed; the items it concerns; items with such a day; alarms by chance alone."""
    items = plant.items.select("item", since="last_reviewed").drop_nulls()
    end = last_day(plant)
    tested = items.filter(pl.col("since") < end).with_columns(pl.col("since") + timedelta(days=1))
    if not tested.height:
        nothing = gathered([], params.false_alarms_a_year)
        return nothing, concerned(plant, nothing), items.height, 0.0
    # Items nobody dates are tested from beyond the end: not at all.
    beyond = pl.col("since").fill_null(end + timedelta(days=1))
    days = plant.items.select("item").join(tested, on="item", how="left").with_columns(beyond)
    since = Since.of(plant, min(tested["since"].to_list()), days)
    changes = changes_of(plant, since, false_alarms_a_year=params.false_alarms_a_year)
    who = concerned(plant, changes).join(items.rename({"since": "last_reviewed"}), on="item", how="inner")
    years = sum((end - day).days for day in tested["since"]) / len(tested) / YEAR
    return changes, who.filter(pl.col("changed_on") > pl.col("last_reviewed")), items.height, changes.chance_alone * years


def _forgotten(rows: pl.DataFrame, stale: pl.DataFrame) -> pl.DataFrame:
    """Items whose levels are older than the last change of what they rest on."""
    latest = stale.sort("changed_on", descending=True).unique("item", keep="first", maintain_order=True)
    joined = rows.drop("assumed").join(latest, on="item", how="inner")  # here assumed is what was assumed of it

    def words(row: Row) -> str:
        named = ("assumption", "subject", "direction", "changed_on", "assumed", "found")
        return f"set on {row['last_reviewed']}; {cause_of(*(row[name] for name in named))}"

    return _told(joined, words)


def _dogmatic_words(currency: str) -> Words:
    def words(row: Row) -> str:
        return (
            f"states {percent(row['today_stated_cycle_service'])}; stockouts cost {money(row['today_stockout_cost'], currency)} a year, "
            f"{figure(row['stoppages'])} more than need be, to save {figure(max(row['holding_saved'], 0.0))} of holding"
        )

    return words


def _lazy_words(row: Row) -> str:
    if not row["mean_stock_value"]:
        return "it lies there and nobody wants it any more"
    times = row["today_mean_stock_value"] / row["mean_stock_value"]
    today, plan = row["today_stated_cycle_service"], row["stated_cycle_service"]
    service = "" if today is None or plan is None else f"; it states {percent(today)}, the plan {percent(plan)}"
    return f"{figure(times)} times the stock of the cheapest point{service}"


def _told(rows: pl.DataFrame, words: Words, *, ordered: bool = False) -> pl.DataFrame:
    """The rows worst money first, unless they are ``ordered`` already, each with its evidence."""
    told = rows if ordered else rows.sort(pl.col("change_total_cost").fill_null(0.0), "item")
    evidence = pl.Series("evidence", [words(row) for row in told.iter_rows(named=True)], dtype=pl.String)
    return told.with_columns(evidence).select(COLUMNS)
