"""Masking plan: every buffer that hides a loss, what hides it, and the next step until the buffer may go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import unique
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from justenough.domain.errors import LineError
from justenough.domain.item import Coded
from justenough.domain.line import LEAST_CAPACITY
from justenough.estimation.floor import floor_of
from justenough.estimation.oee import oee_by
from justenough.estimation.working_time import working_share
from justenough.sizing.paces import decomposed
from justenough.strategy.masking import USUAL as USUAL_EFFORT
from justenough.strategy.masking import Effort, study
from justenough.strategy.plant_line import line_of, lines_of

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats

HOURS_A_DAY = 24.0
HOURS_A_YEAR = HOURS_A_DAY * 365.25
MOST_FACTOR, HALVINGS = 8.0, 50


@unique
class Step(Coded):
    """Where a hidden problem stands on its way out."""

    FIX = 0  # what is measured is not good enough
    CONFIRM = 1  # it is, but the records leave room for doubt
    STRIP = 2  # even at its bound: take the stock away
    WATCH = 3  # nothing is left to take away


@dataclass(frozen=True, slots=True)
class MaskingParams:
    """
    Knobs of the plan for stripping buffers.

    Parameters
    ----------
    strip_to : [fraction]
        Of a buffer's places or of a reserve, what is left after one step.
    allowed_loss : [fraction]
        Of a line's output, what a step may cost.
    allowed_late : [fraction]
        Of a supplier's orders, what may come late where no stock is to hide it.
    confidence : [fraction]
        Of the bound by which a repair is confirmed, one-sided.
    aim : [fraction]
        Of the repair time needed, what a fix aims at on average, so that few repairs confirm it.
    """

    strip_to: float = 0.5
    allowed_loss: float = 0.01
    allowed_late: float = 0.05
    confidence: float = 0.95
    aim: float = 0.75

    def __post_init__(self) -> None:
        for name in ("strip_to", "allowed_loss", "allowed_late", "confidence", "aim"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} must be between 0 and 1, both excluded, got {getattr(self, name)}.")


USUAL = MaskingParams()
SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("kind", "stock", "where", "cause", "loss"), pl.String()),
    **dict.fromkeys(("held", "money", "lost", "lost_money", "shown", "without"), pl.Float64()),
    "step": pl.String(),
    **dict.fromkeys(("figure", "bound", "needed"), pl.Float64()),
    "observations": pl.Int64(),
    "more": pl.Int64(),
    "strip": pl.Float64(),
}


def masked_lines(plant: Plant, *, effort: Effort = USUAL_EFFORT, params: MaskingParams = USUAL) -> pl.DataFrame:
    """
    Buffers between machines that hide stops, one row each, most money first; lines that lack figures are left out.

    Returns
    -------
    pl.DataFrame
        ``kind`` (``WIP``), ``stock`` (the machines it lies between), ``where`` (line), ``cause`` (the machine whose stops it
        absorbs most), ``loss`` (in words), ``held`` [parts], ``money`` in it, ``lost`` [parts/hour] and ``lost_money``
        [money/year] that would show without it, ``shown`` and ``without``: OEE of the machine after it now, and without the
        buffer, ``step`` (`Step`), ``figure, bound, needed``: MTTR of the cause [hours], its upper bound, and what it may be at
        most for the stripped line to make what it makes now less the allowed loss; ``observations``: repairs seen,
        ``more``: as many again would confirm it (None where it must be fixed first); ``strip`` [places] to take away.
    """
    rows = []
    for name in lines_of(plant):
        try:
            described = line_of(plant, name)
        except LineError:
            continue
        line, found = described.line, study(described.line, effort)
        worth = _year_value(plant, name)
        oee = _oee_of(plant, line.machines)
        for j, hidden in enumerate(found.buffers):
            cause = int(np.argmax(hidden.absorbed)) if np.nansum(hidden.absorbed) > 0 else int(line.links[j, 0])
            told = step_of(line, j, cause, int(described.failures[cause]), params)
            after = int(line.links[j, 1])
            seen = hidden.downstream_without / hidden.downstream_shown if hidden.downstream_shown > 0 else np.nan
            rows.append(
                {
                    "kind": "WIP",
                    "stock": hidden.name,
                    "where": name,
                    "cause": line.machines[cause],
                    "loss": f"stops of {line.machines[cause]}",
                    "held": hidden.content,
                    "money": hidden.money,
                    "lost": max(hidden.masked_loss, 0.0),
                    "lost_money": max(hidden.masked_share, 0.0) * worth,
                    "shown": float(oee[after]),
                    "without": float(oee[after] * seen),
                    **told,
                }
            )
    frame = pl.DataFrame(rows, schema=SCHEMA).with_columns(pl.selectors.float().fill_nan(None))
    return frame.sort(pl.col("lost_money").fill_null(0.0), "lost", descending=True)


def step_of(
    line: Line, buffer: int, cause: int, repairs: int, params: MaskingParams = USUAL, *, made: float | None = None
) -> dict[str, object]:
    """
    The next step for one buffer, from the machine that it hides: ``step, figure, bound, needed, observations, more, strip``.

    The MTTR needed is the longest at which the line with the stripped buffer still makes, by decomposition, what it makes today
    less the allowed loss. The bound is that of the mean of ``n`` repairs of squared variation ``c``, gamma with shape ``n / c``.

    Parameters
    ----------
    buffer, cause
        Place of the buffer, and of the machine.
    repairs
        On which its MTTR rests.
    made : [parts/day]
        What the line must go on making, as before a fix; by default what it makes now.
    """
    smaller = stripped(line, buffer, params.strip_to)
    places = int(line.capacity[buffer] - smaller.capacity[buffer])
    mean = float(line.down_days[cause]) * HOURS_A_DAY
    if places == 0:
        return _told(Step.WATCH, mean, np.nan, np.nan, repairs, None, 0.0)
    wanted = (1.0 - params.allowed_loss) * (decomposed(line).throughput if made is None else made)
    needed = needed_factor(smaller, cause, wanted) * mean
    shape = repairs / max(float(line.repair_scv[cause]), 1e-9)
    bound = mean * upper_factor(shape, params.confidence)
    if mean > needed:
        return _told(Step.FIX, mean, bound, needed, repairs, None, places)
    if bound > needed:
        more = more_observations(needed / mean, float(line.repair_scv[cause]), params.confidence) - repairs
        return _told(Step.CONFIRM, mean, bound, needed, repairs, more, places)
    return _told(Step.STRIP, mean, bound, needed, repairs, 0, places)


def stripped(line: Line, buffer: int, share: float) -> Line:
    """The line with that share of the buffer's places left."""
    capacity = line.capacity.copy()
    capacity[buffer] = LEAST_CAPACITY + int(np.floor(share * (capacity[buffer] - LEAST_CAPACITY)))
    return replace(line, capacity=capacity)


def needed_factor(smaller: Line, cause: int, wanted: float) -> float:
    """
    Largest factor on a machine's MTTR at which the smaller line makes ``wanted`` [parts/day], its MTBF as it is.

    0 where even instant repairs are not enough; at most 8.
    """

    def enough(factor: float) -> bool:
        down = smaller.down_days.copy()
        down[cause] *= factor
        return decomposed(replace(smaller, down_days=down)).throughput >= wanted

    low, high = 1e-6, MOST_FACTOR
    if not enough(low):
        return 0.0
    if enough(high):
        return high
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def upper_factor(shape: float, confidence: float) -> float:
    """
    Upper bound of a mean over its estimate, for an estimate that is gamma distributed with this shape.

    Of ``n`` exponential times the shape is ``n``, and the factor the usual ``2 n / chi2(1 - confidence, 2 n)``.
    """
    return float(shape / stats.gamma.ppf(1.0 - confidence, shape)) if shape > 0 else np.inf


def more_observations(ratio: float, scv: float, confidence: float) -> int:
    """Fewest observations of this squared variation whose upper bound lies within ``ratio`` (above 1) of their mean."""
    low, high = 1, 2
    while upper_factor(high / max(scv, 1e-9), confidence) > ratio:
        low, high = high, high * 2
        if high > 1_000_000:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if upper_factor(middle / max(scv, 1e-9), confidence) <= ratio else (middle, high)
    return high


def _told(step: Step, figure: float, bound: float, needed: float, seen: int, more: int | None, strip: float) -> dict[str, object]:
    return {
        "step": step.label, "figure": figure, "bound": bound if np.isfinite(bound) else None, "needed": needed,
        "observations": seen, "more": None if more is None else max(more, 0), "strip": float(strip),
    }  # fmt: skip


def _year_value(plant: Plant, line: str) -> float:
    """What a year of the line's planned hours is worth [money/year]; NaN where nobody said. All hours where no calendar says."""
    machines = plant.tables["stations"].filter(pl.col("line") == line)["machine"]
    values = plant.tables["machines"].filter(pl.col("machine").is_in(machines.implode()))["hour_value"].drop_nulls()
    share = float(working_share(plant, pl.Series([line], dtype=pl.String))[0])
    return float(max(values.to_list(), default=np.nan)) * HOURS_A_YEAR * (1.0 if np.isnan(share) else share)


def _oee_of(plant: Plant, machines: tuple[str, ...]) -> Floats:
    """OEE of each machine as measured. (k,) [fraction]"""
    found = oee_by(floor_of(plant), "machine")
    known = dict(zip(found.keys["machine"], found.waterfall.oee, strict=True))
    return np.array([known.get(machine, np.nan) for machine in machines])
