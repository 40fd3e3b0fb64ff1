"""Lines: a line of machines lived through many parts, instead of calculated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import t as student

from justenough.domain.line import LEAST_CAPACITY
from justenough.kernels import chance, flow, lockstep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats, Ints

NO_LEVELS = 0


@dataclass(frozen=True, slots=True)
class Laws:
    """
    How long things take on each machine, as codes of `justenough.kernels.chance` and their two numbers.

    Parameters
    ----------
    code : (k, 3)
        Of one part, of the operating time between failures, of a repair.
    figure : (k, 3, 2)
        Any one unit of time for all.
    """

    code: Ints
    figure: Floats


@dataclass(frozen=True, slots=True)
class LineLives:
    """
    What a line did in many lives; each life began empty and was counted after its first parts.

    Parameters
    ----------
    throughput : (n_lives,) [good parts/time]
        Of the last machine.
    machine_throughput : (n_lives, k) [good parts/time]
    working, down, starved, blocked : (n_lives, k) [fraction]
        Of each machine's time; they sum to 1.
    content : (n_lives, b) [parts]
        Mean parts waiting in each buffer, those on machines not counted.
    above : (n_lives, b, levels) [fraction]
        Share of time with more than 0, 1, ... parts in each buffer.
    """

    throughput: Floats
    machine_throughput: Floats
    working: Floats
    down: Floats
    starved: Floats
    blocked: Floats
    content: Floats
    above: Floats

    @property
    def mean(self) -> float:
        """Mean throughput over the lives. [good parts/time]"""
        return float(self.throughput.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean throughput. [good parts/time]"""
        return float(self.throughput.std(ddof=1) / np.sqrt(len(self.throughput)))

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Bounds of the mean throughput by Student's t over the lives. [good parts/time]"""
        reach = float(student.ppf(0.5 + confidence / 2, len(self.throughput) - 1)) * self.standard_error
        return self.mean - reach, self.mean + reach


def laws_of(line: Line) -> Laws:
    """
    Laws of a line's own figures: fixed cycle, exponential time to failure, gamma repairs. [days]

    A repair's squared coefficient of variation of 1 makes it exponential, 0 fixed.
    """
    k = len(line.machines)
    code = np.empty((k, 3), dtype=np.int64)
    figure = np.zeros((k, 3, 2))
    code[:, 0], figure[:, 0, 0] = chance.CONSTANT, line.cycle_days
    fails = np.isfinite(line.up_days)
    code[:, 1] = np.where(fails, chance.EXPONENTIAL, chance.CONSTANT)
    figure[:, 1, 0] = line.up_days
    scv = line.repair_scv
    fixed = (scv <= 0.0) | (line.down_days <= 0.0)
    code[:, 2] = np.select([fixed, scv == 1.0], [chance.CONSTANT, chance.EXPONENTIAL], chance.GAMMA)
    shape = 1.0 / np.where(fixed, 1.0, scv)
    figure[:, 2, 0] = np.where(code[:, 2] == chance.GAMMA, line.down_days / shape, line.down_days)
    figure[:, 2, 1] = shape
    return Laws(code, figure)


def live(
    line: Line,
    *,
    seed: int,
    laws: Laws | None = None,
    parts: int = 20_000,
    warm_up: int = 2_000,
    lives: int = 16,
    before_service: bool = False,
    levels: int = NO_LEVELS,
) -> LineLives:
    """
    Live a line through ``lives`` times ``parts`` parts.

    Lines that differ only in their figures and are lived with one seed meet the same failures on each
    machine (common random numbers), so that their differences are sharper than either.

    Parameters
    ----------
    laws
        Those fitted to the machines; `laws_of` the line where not given. Their unit of time is that of
        all rates that come back.
    before_service
        Whether a machine waits for room before it begins (synchronous lines) or finishes and holds the part.
        Either way a buffer of capacity N holds N parts, those in the two fixtures counted: two machines alike make
        exactly as much both ways.
    levels
        How many levels of each buffer to time.
    """
    laws = laws_of(line) if laws is None else laws
    order = line.order
    place = np.argsort(order)
    links = place[line.links].reshape(-1, 2)
    machines, buffers = len(order), len(links)
    room = line.capacity - (0 if before_service else LEAST_CAPACITY)
    ins, in_offsets = _edges(links[:, 1], machines)
    outs, out_offsets = _edges(links[:, 0], machines)
    lossless = not (line.scrap.any() or line.rework.any() or line.by_clock.any() or levels)
    rows = -(-lives // lockstep.LANES) * lockstep.LANES if lossless else lives
    seeds = _seeds(rows, machines, seed)
    time, span = np.zeros((rows, machines, 4)), np.zeros((rows, machines))
    made = np.full((rows, machines), float(parts) if lossless else 0.0)
    content, above = np.zeros((rows, buffers)), np.zeros((rows, buffers, levels))
    code, figure = laws.code[order], laws.figure[order]
    if lossless:
        groups_of = partial(_grouped, lanes=lockstep.LANES)
        lockstep.lived(
            code, figure, ins, in_offsets, outs, out_offsets, links, room, before_service, parts, warm_up,
            groups_of(seeds), groups_of(time), groups_of(span), groups_of(content),
        )  # fmt: skip
    else:
        flow.lived(
            code, figure, line.by_clock[order].astype(np.int64), line.scrap[order], line.rework[order], ins, in_offsets, outs, out_offsets,
            room, before_service, parts, warm_up, levels, seeds, time, made, span, content, above,
        )  # fmt: skip
    share = (time / span[:, :, None])[:lives, place]
    rate = (made / span)[:lives, place]
    last = int(order[-1])
    return LineLives(
        throughput=rate[:, last],
        machine_throughput=rate,
        working=share[:, :, flow.WORKING],
        down=share[:, :, flow.DOWN],
        starved=share[:, :, flow.STARVED],
        blocked=share[:, :, flow.BLOCKED],
        content=content[:lives],
        above=above[:lives],
    )


def _grouped(rows: NDArray[Any], lanes: int) -> NDArray[Any]:
    """The same memory, its first axis cut into groups of lanes."""
    return rows.reshape(len(rows) // lanes, lanes, *rows.shape[1:])


def _edges(machine: Ints, machines: int) -> tuple[Ints, Ints]:
    """Buffers grouped by the machine at one of their ends."""
    return np.argsort(machine, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(machine, minlength=machines))])


def _seeds(rows: int, machines: int, seed: int) -> NDArray[np.uint64]:
    """A stream for each life and machine, the same whatever stands beside them."""
    keys = [np.random.SeedSequence((seed, life)).generate_state(machines, np.uint64) for life in range(rows)]
    return np.array(keys, dtype=np.uint64).reshape(rows, machines)
