"""OEE: what the machines' time was used for, and what was made in it, from states, counts and calendars.

Planned time that nobody recorded is unknown: it is left out of every ratio, and the bounds say what it could change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from justenough.domain.machine import DAY, HOUR, SEMI_OF_USE, Loss, SemiState, Use
from justenough.estimation.floor import Floor, floor_of
from justenough.estimation.made import COLUMNS
from justenough.estimation.shifts import CELL_KEYS, Pieces
from justenough.estimation.waterfall import Efficiencies, Indicators, Waterfall, iso22400, semi_e79
from justenough.kernels import tally

if TYPE_CHECKING:
    from justenough.domain.machine import Codes
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.intervals import Rules

KEYS = ("plant", "line", "machine", *CELL_KEYS)
ROUNDING = 1e-12  # parts of one pace, added up, come to that pace but for this
NO_LINE = "no line"
TOTAL, GOOD, UNJUDGED, REWORK, _, IDEAL, IDEAL_GOOD, IDEAL_UNJUDGED = range(len(COLUMNS))
PLANNED, OVERTIME, STARTUP = range(3)  # of `Oee.made`
LOST = tuple(use for use in Use if use > Use.MINOR_STOP)  # from availability


@dataclass(frozen=True)
class Oee:
    """
    Time and parts of machines added up by ``by``; row i is row i of ``keys``.

    Parameters
    ----------
    by
        Names of ``keys``' columns.
    keys : frame of n rows
    ticks : (n, len(Use)) [microseconds]
        Time by use; a row adds up to its calendar time exactly.
    counted : (n,) [microseconds]
        Planned running time, minor stops included, during which parts with an ideal time were counted.
    made : (3, n, len(COLUMNS)) [parts, days]
        Parts in planned time, outside it, and (of the planned) while starting up; columns as `estimation.made.COLUMNS`.
    machines : (n,)
        Machines added up in each row.
    stood
        Counts during which the machine never ran; their parts are spread over all of their time.
    """

    by: tuple[str, ...]
    keys: pl.DataFrame
    ticks: Ints
    counted: Ints
    made: Floats = field(repr=False)
    machines: Ints
    stood: int
    floor: Floor = field(repr=False)

    def __len__(self) -> int:
        return len(self.ticks)

    def days(self, *uses: Use) -> Floats:
        """Time of these uses together. (n,) [days]"""
        together: Floats = self.ticks[:, list(uses)].sum(axis=1) / DAY
        return together

    @cached_property
    def unknown(self) -> Floats:
        """Planned time that nobody recorded. (n,) [days]"""
        return self.days(Use.UNKNOWN)

    @cached_property
    def waterfall(self) -> Waterfall:
        """
        From calendar time to fully productive time, what is unknown left out. (n,) [days]

        Performance is that of the running time during which parts were counted, quality that of the parts that were judged.
        """
        run = self.days(Use.RUNNING, Use.MINOR_STOP)
        planned = run + self.days(*LOST)
        made = self.made[PLANNED]
        judged = made[:, IDEAL] - made[:, IDEAL_UNJUDGED]
        by_time, by_count = _ratio(made[:, IDEAL_GOOD], judged), _ratio(made[:, GOOD], made[:, TOTAL] - made[:, UNJUDGED])
        pace = _ratio(made[:, IDEAL], self.counted / DAY)
        net = run * np.where(np.abs(pace - 1) < ROUNDING, 1.0, pace)
        quality = np.where(made[:, IDEAL] > 0, by_time, by_count)
        good = np.where(net == 0, 0.0, net * quality)
        return Waterfall(self.ticks.sum(axis=1) / DAY - self.unknown, planned, run, net, good)

    @cached_property
    def quality(self) -> Floats:
        """Share of good parts by ideal time; by number where no ideal time is known. (n,) [1]"""
        made = self.made[PLANNED]
        by_count = _ratio(made[:, GOOD], made[:, TOTAL] - made[:, UNJUDGED])
        return np.asarray(np.where(made[:, IDEAL] > 0, self.waterfall.quality, by_count))

    @property
    def own_availability(self) -> Floats:
        """Availability while the line neither starved nor blocked the machine. (n,) [1]"""
        return _ratio(self.waterfall.run, self.waterfall.planned - self.days(Use.STARVED, Use.BLOCKED))

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """OEE if the machine stood through all that is unknown, and if it ran as well as otherwise. (n,) [1]"""
        flow, planned = self.waterfall, self.waterfall.planned + self.unknown
        yielded = flow.performance * self.quality
        return _ratio(flow.run, planned) * yielded, _ratio(flow.run + self.unknown, planned) * yielded

    @property
    def iso22400(self) -> Indicators:
        """Indicators of ISO 22400-2: APT is running time, ADET breakdowns and unexplained stops; the line's loss is no busy time."""
        made, flow = self.made[PLANNED], self.waterfall
        total, good, rework = made[:, TOTAL], made[:, GOOD], made[:, REWORK]
        judged = np.where(made[:, UNJUDGED] > 0, np.nan, total)
        return iso22400(
            busy=flow.planned,
            production=flow.run,
            setup=self.days(Use.SETUP),
            delay=self.days(Use.BREAKDOWN, Use.IDLE),
            produced=judged,
            good=good,
            scrap=judged - good - rework,
            rework=rework,
            ideal=flow.net_run,
            quality_ratio=self.quality,
        )

    @property
    def semi_states(self) -> Floats:
        """Time in each state of SEMI E10, then unknown; a row adds up to calendar time. (n, len(SemiState)) [days]"""
        return np.column_stack([self.days(*(use for use, semi in SEMI_OF_USE.items() if semi == state)) for state in SemiState])

    @property
    def semi_e79(self) -> Efficiencies:
        """SEMI E79 against all time but the unknown; overtime is production too."""
        states = self.semi_states
        uptime = states[:, [SemiState.PRODUCTIVE, SemiState.STANDBY, SemiState.ENGINEERING]].sum(axis=1)
        extra = self.made[OVERTIME]
        ideal, good = self.waterfall.net_run + extra[:, IDEAL], self.waterfall.good + extra[:, IDEAL_GOOD]
        return semi_e79(self.waterfall.calendar, uptime, states[:, SemiState.PRODUCTIVE], ideal, good)

    def frame(self) -> pl.DataFrame:
        """Every row with its keys, times [hours], parts and ratios."""
        flow, (least, most) = self.waterfall, self.bounds
        hours = {f"{use.label}_hours": self.ticks[:, use] / HOUR for use in Use}
        parts = {
            "total": self.made[PLANNED][:, TOTAL],
            "good": self.made[PLANNED][:, GOOD],
            "overtime_total": self.made[OVERTIME][:, TOTAL],
        }
        ratios = {
            "availability": flow.availability,
            "performance": flow.performance,
            "quality": self.quality,
            "oee": flow.oee,
            "oee_least": least,
            "oee_most": most,
            "own_availability": self.own_availability,
            "utilization": flow.utilization,
            "teep": flow.teep,
            "performance_above_1": flow.too_fast,
        }
        whole = {"calendar_hours": self.ticks.sum(axis=1) / HOUR, "planned_hours": flow.planned * 24, "run_hours": flow.run * 24}
        whole |= {"net_run_hours": flow.net_run * 24, "fully_productive_hours": flow.good * 24, "counted_hours": self.counted / HOUR}
        columns = {"machines": self.machines, **whole, **hours, **parts, **ratios}
        found = pl.DataFrame(columns)
        return self.keys.hstack(found) if self.by else found


def oee_by(floor: Floor, *by: str) -> Oee:
    """
    Add up the floor's time and parts.

    Parameters
    ----------
    floor
        What was measured.
    by
        Any of `KEYS`, in the order the rows are sorted; times are added up, ratios never averaged.

    Raises
    ------
    ValueError
        Names a key there is none of.
    """
    for name in by:
        if name not in KEYS:
            raise ValueError(f"by must be of {', '.join(KEYS)}, got {name!r}")
    pieces = floor.pieces([name for name in CELL_KEYS if name in by])
    totals, *_ = floor.tallied(pieces)
    made, stood, counted = _parts(floor, pieces)
    machine = np.repeat(np.arange(len(floor.machines)), np.diff(pieces.rows))
    keys = _keys(floor, machine)
    if pieces.keys.width:
        keys = keys.hstack(pieces.keys[pieces.cell_of_row])
    columns: dict[str, Ints | Floats] = {"machine": machine, "counted": counted}
    columns |= {f"t{k}": totals[:, k] for k in range(len(Use))}
    columns |= {f"m{way}.{k}": made[way, :, k] for way in range(3) for k in range(len(COLUMNS))}
    frame = pl.DataFrame(columns)
    sums = [pl.col("machine").n_unique().alias("machine"), *(pl.col(name).sum() for name in frame.columns if name != "machine")]
    if by:
        named = frame.rename({"machine": "at"}).hstack(keys.select(by))
        sums[0] = pl.col("at").n_unique().alias("at")
        frame = named.group_by(by).agg(sums).sort(by).rename({"at": "machines"})
    else:
        frame = frame.select(sums).rename({"machine": "machines"})
    ticks = frame.select(f"t{k}" for k in range(len(Use))).to_numpy()
    sums_made = np.stack([frame.select(f"m{way}.{k}" for k in range(len(COLUMNS))).to_numpy() for way in range(3)])
    plain = (frame["counted"].to_numpy(), sums_made, frame["machines"].cast(pl.Int64).to_numpy())
    return Oee(by, frame.select(by), ticks, *plain, int(stood.sum()), floor)


def semi_frame(oee: Oee) -> pl.DataFrame:
    """Hours in each state of SEMI E10, with the keys of its rows."""
    columns = pl.DataFrame({state.label: oee.semi_states[:, state] * 24 for state in SemiState})
    return oee.keys.hstack(columns) if oee.by else columns


def oee_of(plant: Plant, *by: str, since: int | None = None, until: int | None = None, rules: Rules | None = None) -> Oee:
    """
    OEE of a plant's machines: `floor_of`, then `oee_by` (by machine where nothing is said).

    Examples
    --------
    >>> from justenough.sources.samples import sample
    >>> press = oee_of(sample("bearings"), "machine").frame().row(named=True, by_predicate=pl.col("machine") == "PRS-4")
    >>> print(f"{press['oee']:.3f}")
    0.795
    """
    return oee_by(floor_of(plant, since=since, until=until, rules=rules), *(by or ("machine",)))


def _parts(floor: Floor, pieces: Pieces) -> tuple[Floats, Codes, Ints]:
    one, made = floor.disjoint.states, floor.made
    starting = np.append(False, one.losses == Loss.STARTUP_REJECT).astype(np.int8)  # place 0: no reason
    counts = (made.start, made.end, made.parts, made.timed.view(np.int8), made.offsets)
    intervals = (one.start, one.end, floor.use, one.reason, one.offsets)
    cut = (pieces.group, pieces.offsets, pieces.start, pieces.end, pieces.plan, pieces.cell, pieces.rows)
    given: tuple[Any, ...] = (*counts, *intervals, starting, *cut)
    shared: tuple[Floats, Codes, Ints] = tally.shared_out(*given)
    return shared


def _keys(floor: Floor, machine: Ints) -> pl.DataFrame:
    """Plant, line and machine of each row."""
    lines = dict(floor.plant.tables["machines"].select("machine", "line").iter_rows())
    of = pl.DataFrame(
        {
            "plant": [floor.plant.terms.label or "the plant"] * len(floor.machines),
            "line": [lines.get(name) or NO_LINE for name in floor.machines],
            "machine": list(floor.machines),
        },
        schema={"plant": pl.String, "line": pl.String, "machine": pl.String},
    )
    return of[machine]


def _ratio(part: Floats, whole: Floats) -> Floats:
    out: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return out
