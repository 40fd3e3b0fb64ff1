"""Changes: which of the assumptions a plan was sized on no longer hold, since when, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import polars as pl

from justenough.estimation.detection import DIRECTIONS, Alarms, Streams, detect
from justenough.estimation.history import history_of
from justenough.estimation.seasons import Seasons, months_of, seasons_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Bools = NDArray[np.bool_]
    Days = NDArray[np.datetime64]
    Words = NDArray[np.uint64]

FALSE_ALARMS_A_YEAR = 0.01
YEAR = 365.25
# What is assumed of an item, of its supplier, and of the machine it passes.
ASSUMPTIONS = ("demand", "lead_time", "supplier_lead_time", "repair_time", "up_time")
SCHEMA: dict[str, pl.DataType] = {
    "assumption": pl.String(),
    "subject": pl.String(),
    "direction": pl.String(),
    "changed_on": pl.Date(),
    "detected_on": pl.Date(),
    "evidence": pl.Float64(),
    "assumed": pl.Float64(),
    "found": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """
    What was tested, and what was found changed.

    Parameters
    ----------
    rows
        One row a change, strongest evidence first: ``assumption`` (`ASSUMPTIONS`), ``subject`` (item, supplier or
        machine), ``direction`` (higher or lower mean, wider or narrower spread), ``changed_on`` (likeliest day),
        ``detected_on`` (day whose record gave the alarm), ``evidence`` (natural logarithm), ``assumed`` and ``found``
        (mean before and since; standard deviation where the spread changed; demand in units/day, times in days).
    tested
        ``assumption, streams, observations``.
    false_alarms_a_year : [fraction]
        Chance that a stream in which nothing changed is among the rows within a year.
    """

    rows: pl.DataFrame = field(repr=False)
    tested: pl.DataFrame = field(repr=False)
    false_alarms_a_year: float

    @property
    def n_tests(self) -> int:
        """Streams that had something to test."""
        return int(self.tested["streams"].sum())

    @property
    def chance_alone(self) -> float:
        """Alarms a year that chance alone would give."""
        return self.n_tests * self.false_alarms_a_year

    def of(self, assumption: str) -> pl.DataFrame:
        """The changes of one assumption."""
        return self.rows.filter(pl.col("assumption") == assumption)


@dataclass(frozen=True, slots=True)
class Since:
    """
    From which day on each item is tested.

    Parameters
    ----------
    day
        For suppliers, machines and items without a day of their own.
    items : (n_items,) datetime64[D]
        In the order of ``plant.items``.
    demand_from, orders_from : (n_items,) datetime64[D]
        What came before is not compared with: the item changed then, and was sized on what came after. NaT for none.
    """

    day: date
    items: Days
    demand_from: Days
    orders_from: Days

    @classmethod
    def of(cls, plant: Plant, day: date, later: pl.DataFrame | None = None) -> Since:
        """
        One day for all but the items of ``later``, which were sized on more than the rest.

        Parameters
        ----------
        later
            ``item, since`` and, where known, ``demand_from, orders_from``.
        """
        days, never = np.full(len(plant), np.datetime64(day, "D")), np.full(len(plant), np.datetime64("NaT", "D"))
        if later is None or not later.height:
            return cls(day, days, never, never)
        own = plant.items.select("item").join(later, on="item", how="left", maintain_order="left")
        since, *begins = (
            own[name].cast(pl.Date).to_numpy().astype("datetime64[D]") if name in own.columns else never
            for name in ("since", "demand_from", "orders_from")
        )
        return cls(day, np.where(np.isnat(since), days, since), *begins)


def changes_of(plant: Plant, since: date | Since, *, false_alarms_a_year: float = FALSE_ALARMS_A_YEAR) -> Changes:
    """
    Test demand, lead times, repair times and times between failures against what was known before ``since``.

    Parameters
    ----------
    plant
        With all its records, earlier and later.
    since
        First day that the plan in force had not seen.
    false_alarms_a_year : [fraction]
        Of each stream; see `justenough.estimation.detection.detect`.
    """
    from justenough.estimation.machine_changes import machine_changes
    from justenough.estimation.order_changes import order_changes

    begins = since if isinstance(since, Since) else Since.of(plant, since)
    found = [
        demand_changes(history_of(plant), begins, false_alarms_a_year),
        *order_changes(plant, begins, false_alarms_a_year),
        *machine_changes(plant, begins.day, false_alarms_a_year),
    ]
    return gathered(found, false_alarms_a_year)


def gathered(found: Iterable[tuple[str, pl.DataFrame, Ints]], false_alarms_a_year: float) -> Changes:
    """Changes from the parts: assumption, rows without it, and observations tested of each stream."""
    parts = list(found)
    rows = [part.with_columns(pl.lit(name).alias("assumption")).select(SCHEMA.keys()) for name, part, _ in parts]
    tested = [(name, int((counts > 0).sum()), int(counts.sum())) for name, _, counts in parts]
    frame = pl.DataFrame(tested, schema={"assumption": pl.String, "streams": pl.Int64, "observations": pl.Int64}, orient="row")
    whole = pl.concat([pl.DataFrame(schema=SCHEMA), *rows], how="vertical_relaxed")
    return Changes(whole.sort("evidence", "subject", descending=[True, False]), frame, false_alarms_a_year)


def demand_changes(history: History, since: Since, false_alarms_a_year: float) -> tuple[str, pl.DataFrame, Ints]:
    """
    Items whose demand is not what it was, against the seasons and trends known before ``since.day``.

    A period is compared with those before it after its season is divided out, or the course of its trend, so that what
    the plan foresaw is no change.
    """
    streams, raw = demand_streams(history, since)
    alarms = detect(streams, false_alarms_a_year)
    return "demand", _demand_rows(history, streams, raw, alarms), alarms.tested


def demand_streams(history: History, since: Since) -> tuple[Streams, Floats]:
    """What is tested of each item's demand, and the demand itself [units/period]."""
    starts = np.array(history.starts, dtype="datetime64[D]")
    first_tested = np.searchsorted(starts, since.items)
    offsets = history.series.offsets
    begins = np.clip(offsets[:-1] + first_tested - history.first_period, offsets[:-1], offsets[1:])
    values = _foreseen_divided_out(history, int(np.searchsorted(starts, np.datetime64(since.day, "D"))))
    values = _without_earlier(values, history, np.searchsorted(starts, since.demand_from), ~np.isnat(since.demand_from))
    yearly = np.full(len(history.items), YEAR / max(history.period_days, 1e-9))
    return Streams(values, None, offsets, begins, yearly, words_of(history.items)), history.series.values


def words_of(names: Sequence[str]) -> Words:
    """A stream's word from its name alone. (n,)"""
    return np.array([crc32(name.encode()) for name in names], dtype=np.uint64)


def alarm_frame(subjects: Sequence[str], alarms: Alarms) -> tuple[pl.DataFrame, Ints]:
    """Subject, direction and evidence of the streams that alarmed, and which these are."""
    at = np.flatnonzero(alarms.changed)
    names = {"subject": [subjects[int(i)] for i in at], "direction": [DIRECTIONS[int(alarms.direction[i])] for i in at]}
    frame = pl.DataFrame({**names, "evidence": alarms.evidence[at]}, schema_overrides={"subject": pl.String, "direction": pl.String})
    return frame, at


def compared(before: Floats, after: Floats, direction: str) -> tuple[float | None, float | None]:
    """Mean before and since a change, or standard deviation where the spread changed; None where it cannot be said."""
    wide = direction in ("wider", "narrower")

    def figure(values: Floats) -> float | None:
        known = values[~np.isnan(values)]
        if len(known) < (2 if wide else 1):
            return None
        return float(known.std(ddof=1) if wide else known.mean())

    return figure(before), figure(after)


def _without_earlier(values: Floats, history: History, first: Ints, chosen: Bools) -> Floats:
    """The series with the periods before grid period ``first`` of the chosen items unknown."""
    if not chosen.any():
        return values
    values, offsets = values.astype(np.float64), history.series.offsets
    for i in np.flatnonzero(chosen):  # those a change was approved of
        end = np.clip(offsets[i] + first[i] - history.first_period[i], offsets[i], offsets[i + 1])
        values[offsets[i] : end] = np.nan
    return values


def _foreseen_divided_out(history: History, cut: int) -> Floats:
    """Demand over the course that seasons and trends known before grid period ``cut`` gave it."""
    values = history.series.values
    if not 0 < cut < history.n_periods:
        return values
    seasons = seasons_of(history.until(cut))
    moving = np.flatnonzero(seasons.seasonal | seasons.trending)
    if not len(moving):
        return values
    adjusted, offsets = values.astype(np.float64), history.series.offsets
    months = months_of(history.starts, history.period_days)
    for i in moving:  # a few items in a hundred
        grid = np.arange(history.first_period[i], history.n_periods)
        course = seasons.factor[i, months[grid]] if seasons.seasonal[i] else _trend_course(seasons, int(i), grid, cut, history)
        adjusted[offsets[i] : offsets[i + 1]] /= np.maximum(course[: offsets[i + 1] - offsets[i]], 0.1)
    return adjusted


def _trend_course(seasons: Seasons, i: int, grid: Ints, cut: int, history: History) -> Floats:
    """A trend's course over its mean: the line until ``cut``, damped as the plan foresaw it after."""
    days = (grid + 0.5 - cut) * history.period_days
    block, rise, recent = seasons.block_days[i], seasons.rise[i], seasons.recent[i]
    damping = 0.8
    ahead = (1.0 - damping ** np.maximum(days / block, 0.0)) / -np.log(damping)
    return np.asarray(np.where(days < 0.0, recent + rise * days, recent + rise * block * ahead))


def _demand_rows(history: History, streams: Streams, raw: Floats, alarms: Alarms) -> pl.DataFrame:
    frame, at = alarm_frame(history.items, alarms)
    width, changed, detected, assumed, found = history.period_days, [], [], [], []
    for i, direction in zip(at, frame["direction"], strict=True):  # only those that changed
        begin, end = streams.begins[i], streams.offsets[i + 1]
        first = begin - streams.offsets[i] + history.first_period[i]  # grid period of the first tested
        changed.append(history.starts[first + alarms.since[i]])
        detected.append(history.starts[first + alarms.at[i]] + timedelta(days=round(width) - 1))
        before, after = raw[streams.offsets[i] : begin + alarms.since[i]], raw[begin + alarms.since[i] : end]
        one = compared(before, after, direction)
        assumed.append(None if one[0] is None else one[0] / width)
        found.append(None if one[1] is None else one[1] / width)
    return frame.with_columns(
        pl.Series("changed_on", changed, dtype=pl.Date),
        pl.Series("detected_on", detected, dtype=pl.Date),
        pl.Series("assumed", assumed, dtype=pl.Float64),
        pl.Series("found", found, dtype=pl.Float64),
    )
