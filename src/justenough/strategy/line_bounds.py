"""Line bounds: what a line's figures are worth when MTBF and MTTR were measured on few stops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.domain.line import LEAST_CAPACITY
from justenough.sizing.paces import decomposed, paces_of

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.masking import LineStudy

_HOURS = 24.0
MOST_CAPACITY = ENDLESS = 4_000
MOST_REQUIRED = 30  # buffers up to which each one's required room is bounded, which takes longest


@dataclass(frozen=True, slots=True)
class Between:
    """A figure with its bounds."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class LineBounds:
    """
    Bounds that the few measured stops leave.

    Parameters
    ----------
    throughput : [parts/hour]
    masked_loss : one a buffer [parts/hour]
    required : one a buffer [parts]
        Capacity of that buffer at which the line makes the same share of what an endless one would let it
        make as it does today by the middle estimate; None where it was not asked for.
    narrows : (k, 2) [fraction]
        Share of the throughput's spread that would go if the machine's MTBF, its MTTR were known exactly.
    confidence : [fraction]
    """

    throughput: Between
    masked_loss: tuple[Between, ...]
    required: tuple[Between, ...] | None
    narrows: Floats
    confidence: float

    def most_telling(self, line: Line) -> tuple[str, str, float]:
        """Machine and figure whose measurement would narrow the throughput most, and by what share."""
        machine, which = np.unravel_index(int(np.argmax(self.narrows)), self.narrows.shape)
        return line.machines[machine], ("MTBF", "MTTR")[which], float(self.narrows[machine, which])


def bounds_of(
    line: Line,
    failures: Ints,
    *,
    seed: int,
    confidence: float = 0.9,
    draws: int = 400,
    factor: float = 1.0,
    masked: Floats | None = None,
    with_required: bool = False,
) -> LineBounds:
    """
    Redraw every machine's MTBF and MTTR as its stops allow, and see what the line's figures do.

    Parameters
    ----------
    failures : (k,)
        Stops each machine's figures were measured on; 0 for a machine that had none, whose MTBF is then known
        only from below and drawn as if half a failure had come.
    factor
        Lived throughput over the decomposed one, from `justenough.strategy.buffering.Buffered.factor`.
    masked : (b,) [parts/hour]
        Masked losses of the lived line; the decomposed ones, which are rough where a buffer is small, are
        scaled to them.

    Notes
    -----
    With n failures in an operating time T, ``T / MTBF`` is gamma distributed with shape n (the exact
    posterior under the scale prior, as the chi-square bounds of the published records); the mean of n repairs
    of squared variation c is drawn gamma with shape ``n / c``.
    """
    if len(failures) != len(line.machines) or np.any(failures < 0):
        found = f"failure counts {np.asarray(failures).tolist()}"
        raise LineError(line.name, found, f"one count of 0 or more for each of its {len(line.machines)} machines")
    rng = np.random.default_rng(seed)
    machines, buffers = len(line.machines), len(line.links)
    counted = np.maximum(failures, 0.5)
    finite = np.isfinite(line.up_days)
    up_shift = counted / rng.gamma(counted, size=(draws, machines))
    spread = np.maximum(line.repair_scv, 1e-9) / counted
    down_shift = rng.gamma(1.0 / spread, spread, size=(draws, machines))
    made, lost = np.empty(draws), np.empty((draws, buffers))
    needed = np.empty((draws, buffers))
    shares = np.array([decomposed(line).throughput / decomposed(_with(line, j, ENDLESS)).throughput for j in range(buffers)])
    for n in range(draws):
        drawn = replace(line, up_days=np.where(finite, line.up_days * up_shift[n], np.inf), down_days=line.down_days * down_shift[n])
        paces = paces_of(drawn)
        made[n] = decomposed(drawn, paces).throughput
        for j in range(buffers):
            lost[n, j] = made[n] - decomposed(_with(drawn, j, LEAST_CAPACITY), paces).throughput
            if with_required:
                needed[n, j] = _needed(drawn, j, shares[j] * decomposed(_with(drawn, j, ENDLESS), paces).throughput)
    scale = factor / _HOURS
    losses = np.array([decomposed(line).throughput - decomposed(_with(line, j, LEAST_CAPACITY)).throughput for j in range(buffers)])
    lived = scale * losses if masked is None else masked
    # Where the decomposition does not see the loss at all, its differences are added instead.
    seen = losses * scale > 0.2 * lived
    hidden = np.where(seen, lost * np.where(seen, lived / np.where(seen, losses, 1.0), 1.0), lived + scale * (lost - losses))

    def between(values: Floats) -> Between:
        return Between(*(float(v) for v in np.quantile(values, [0.5 - confidence / 2, 0.5, 0.5 + confidence / 2], method="inverted_cdf")))

    return LineBounds(
        between(scale * made),
        tuple(between(hidden[:, j]) for j in range(buffers)),
        tuple(between(needed[:, j]) for j in range(buffers)) if with_required else None,
        np.stack([_explained(made, np.log(up_shift)), _explained(made, np.log(down_shift))], axis=1),
        confidence,
    )


def _with(line: Line, buffer: int, capacity: int) -> Line:
    changed = line.capacity.copy()
    changed[buffer] = capacity
    return replace(line, capacity=changed)


def _needed(line: Line, buffer: int, goal: float) -> float:
    """Smallest capacity of one buffer that keeps the goal; infinite where none does."""
    low, high = LEAST_CAPACITY - 1, LEAST_CAPACITY
    while decomposed(_with(line, buffer, high)).throughput < goal:
        low, high = high, 2 * high
        if high > MOST_CAPACITY:
            return float("inf")
    while high - low > 1:
        middle = (low + high) // 2
        if decomposed(_with(line, buffer, middle)).throughput >= goal:
            high = middle
        else:
            low = middle
    return float(high)


def _explained(made: Floats, shifts: Floats) -> Floats:
    """Share of the spread of what is made that goes with each column, as the squared correlation. (k,)"""
    with np.errstate(invalid="ignore"):
        both = ((made - made.mean())[:, None] * (shifts - shifts.mean(axis=0))).mean(axis=0)
        share = np.square(both) / (made.var() * shifts.var(axis=0))
    return np.asarray(np.nan_to_num(share))


def bounded(study: LineStudy, failures: Ints) -> LineBounds | None:
    """
    Bounds of a studied line from the stops that were counted of each machine.

    None where a machine's count is not known (below 0), or where the line was too long to be taken apart.
    """
    if (failures < 0).any() or not study.apart:
        return None
    factor = study.lives.mean / decomposed(study.line).throughput
    masked = np.array([hidden.masked_loss for hidden in study.buffers])
    few = len(study.line.links) <= MOST_REQUIRED
    return bounds_of(study.line, failures, seed=0, factor=factor, masked=masked, with_required=few)
