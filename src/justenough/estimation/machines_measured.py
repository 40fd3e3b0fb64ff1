"""Machines measured: what a plant's records say of each machine, as far as it decides when an order is finished."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gamma as gamma_function

from justenough.domain.machine import DAY, Use
from justenough.estimation.floor import floor_of
from justenough.estimation.knobs import MachineParams
from justenough.estimation.lifetimes import Law, scv_of
from justenough.estimation.oee import oee_by
from justenough.estimation.reliability import LEAST_SEEN, Reliability, reliability_of
from justenough.estimation.uncertainty import seeds_of
from justenough.estimation.uptimes import uptimes_of
from justenough.estimation.work_clock import WorkClock, work_clocks
from justenough.kernels import chance, completion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.floor import Floor

_SHAPES = np.geomspace(0.15, 40.0, 600)  # of Weibull laws, for the way back from a squared coefficient of variation


@dataclass(frozen=True)
class Machines:
    """
    What decides how long ``k`` machines take, in planned time.

    Parameters
    ----------
    names : k names
    lines : k names, or None
    mtbf_days, mttr_days, repair_scv : (k, n) [days]
        Of each machine in each of ``n`` possible histories: operating time between failures, time to repair and its squared
        coefficient of variation, drawn as far as the records leave them open.
    up_shape : (k,)
        Weibull shape of the time between failures.
    repair_law : (k,)
        `Law` of repairs, Weibull or lognormal.
    slowed : (k,) [fraction]
        Time in minor stops for each unit of running time.
    quality : (k,) [fraction]
        Good parts of those made.
    speed, setup : (k,)
        Factors on its cycles' pace and on its set-up times, 1 as measured.
    clocks : (k,)
    since, until : [microseconds since 1970, UTC]
        What was recorded.
    measured
        Reliability these rest on, for bounds and sentences.
    params
    """

    names: tuple[str, ...]
    lines: tuple[str | None, ...]
    mtbf_days: Floats = field(repr=False)
    mttr_days: Floats = field(repr=False)
    repair_scv: Floats = field(repr=False)
    up_shape: Floats = field(repr=False)
    repair_law: Ints = field(repr=False)
    slowed: Floats
    quality: Floats
    speed: Floats
    setup: Floats
    clocks: tuple[WorkClock, ...] = field(repr=False)
    since: int
    until: int
    measured: Reliability = field(repr=False)
    params: MachineParams

    def __len__(self) -> int:
        return len(self.names)

    @property
    def failures(self) -> Ints:
        """(k,)"""
        return self.measured.failures

    @property
    def repairs(self) -> Ints:
        """Finished repairs. (k,)"""
        return self.measured.uptimes.repairs.failures

    @property
    def span_days(self) -> float:
        """Time on record. [days]"""
        return (self.until - self.since) / DAY

    @property
    def stop_share(self) -> Floats:
        """Repair time for each unit of operating time, in each history. (k, n)"""
        return self.mttr_days / self.mtbf_days

    @property
    def availability(self) -> Floats:
        """Mean over the histories. (k,) [fraction]"""
        return np.asarray((1.0 / (1.0 + self.stop_share)).mean(axis=1))

    def at(self, machine: str) -> int:
        """Its row; ValueError with the names there are."""
        if machine not in self.names:
            raise ValueError(f"there is no measured machine {machine!r}; there are {', '.join(self.names)}")
        return self.names.index(machine)

    def as_if(
        self, machine: str | None, *, mtbf: float = 1.0, mttr: float = 1.0, setup: float = 1.0, speed: float = 1.0, scrap: float = 1.0
    ) -> Machines:
        """
        The same machines with one of them (None: all) so many times as good or bad; all draws move alike.

        Parameters
        ----------
        mtbf, mttr, setup, speed, scrap
            Factors on its time between failures, repair times, set-up times, pace and share of rejects.
        """
        on = np.ones(len(self), dtype=bool) if machine is None else np.arange(len(self)) == self.at(machine)

        def factor(by: float) -> Floats:
            return np.where(on, by, 1.0)

        return replace(
            self,
            mtbf_days=self.mtbf_days * factor(mtbf)[:, None],
            mttr_days=self.mttr_days * factor(mttr)[:, None],
            setup=self.setup * factor(setup),
            speed=self.speed * factor(speed),
            quality=1.0 - (1.0 - self.quality) * factor(scrap),
        )

    def never_stopping(self, machine: str | None = None) -> Machines:
        """The same machines, one of which (None: all) never stops for a repair."""
        return self.as_if(machine, mtbf=np.inf)

    def only_stopping(self, machine: str) -> Machines:
        """The same machines, of which none but this one ever stops for a repair."""
        on = (np.arange(len(self)) == self.at(machine))[:, None]
        return replace(self, mtbf_days=np.where(on, self.mtbf_days, np.inf))

    def coarse(self, histories: int) -> Machines:
        """The same machines in fewer of their possible histories: rougher and as much quicker."""
        drawn = {name: getattr(self, name)[:, :histories] for name in ("mtbf_days", "mttr_days", "repair_scv")}
        return replace(self, **drawn)

    def bounded(self, machine: str | None = None, *, level: float = 0.95) -> Machines:
        """
        The same machines, one of which (None: all) is known to be as bad as the records allow.

        Its MTBF is at its lower and its MTTR at its upper one-sided bound of the draws, both at once.
        """
        on = (np.ones(len(self), dtype=bool) if machine is None else np.arange(len(self)) == self.at(machine))[:, None]
        low = np.quantile(self.mtbf_days, 1.0 - level, axis=1, method="lower")  # of the draws: infinite ones cannot be averaged
        high = np.quantile(self.mttr_days, level, axis=1, method="higher")
        return replace(self, mtbf_days=np.where(on, low[:, None], self.mtbf_days), mttr_days=np.where(on, high[:, None], self.mttr_days))

    def figures(self) -> tuple[Floats, Ints, NDArray[np.uint64]]:
        """Figures, repair laws and seeds as `justenough.kernels.completion.completions` takes them."""
        k, n = self.mtbf_days.shape
        out = np.empty((k, n, 5))
        seeds = seeds_of(self.names, self.params.seed)
        shape = self.up_shape[:, None]
        scale = self.mtbf_days / gamma_function(1.0 + 1.0 / shape)
        out[:, :, completion.FIRST] = scale * _first_unit(self.up_shape, seeds, n)
        out[:, :, completion.UP_SCALE], out[:, :, completion.UP_SHAPE] = scale, shape
        bell = (self.repair_law == Law.LOGNORMAL)[:, None]
        sigma = np.sqrt(np.log1p(self.repair_scv))
        form = _weibull_shape(self.repair_scv)
        with np.errstate(divide="ignore"):
            one = np.where(bell, np.log(self.mttr_days) - 0.5 * np.square(sigma), self.mttr_days / gamma_function(1.0 + 1.0 / form))
        out[:, :, completion.REPAIR_ONE], out[:, :, completion.REPAIR_TWO] = one, np.where(bell, sigma, form)
        law = np.where(bell[:, 0], chance.LOGNORMAL, chance.WEIBULL)
        return out, law.astype(np.int64), seeds


def machines_of(plant: Plant, params: MachineParams | None = None) -> Machines | None:
    """
    What a plant's records say of its machines.

    Parameters
    ----------
    plant
        Read are its machines, stations, calendar, events, reasons, routing and counts.

    Returns
    -------
    Machines or None
        None where no state of any machine is recorded.

    Notes
    -----
    Breakdowns only: minor stops slow a machine, starved and blocked time are its line's, set-ups come from the routing.
    A machine without a breakdown may still fail, a machine without a repair repairs like the others
    (`justenough.estimation.uncertainty`).
    """
    params = params or MachineParams()
    if not plant.tables["events"].height:
        return None
    floor = floor_of(plant)
    measured = reliability_of(uptimes_of(floor))
    draws = measured.draws(params.draws, params.seed)
    runs = measured.uptimes.operated_days > 0.0
    times = -(-params.histories // params.draws)
    known = np.isfinite(draws.mttr_days) & np.isfinite(draws.repair_scv)
    columns = (
        np.where(runs[:, None], np.nan_to_num(draws.mtbf_days, nan=np.inf), np.inf),
        np.where(known, np.minimum(draws.mttr_days, params.longest_stop_days), 0.0),
        np.where(known, draws.repair_scv, 1.0),
    )
    mtbf, mttr, scv = (np.tile(column, (1, times))[:, : params.histories] for column in columns)
    line = dict(plant.tables["machines"].select("machine", "line").iter_rows())
    line |= {machine: name for name, machine in plant.tables["stations"].select("line", "machine").iter_rows()}
    shape = measured.times.fits[Law.WEIBULL].best.shape
    told = (measured.failures >= LEAST_SEEN) & np.isfinite(shape)
    clocks = work_clocks(floor)
    ones = np.ones(len(measured.machines))
    lines = tuple(line.get(name) for name in measured.machines)
    laws = np.where(told, shape, 1.0), measured.repairs.two_parameter_law
    return Machines(
        measured.machines, lines, mtbf, mttr, scv, *laws, slowed_by_minor_stops(floor), _quality(floor), ones, ones,
        tuple(clocks), floor.since, floor.until, measured, params,
    )  # fmt: skip


def slowed_by_minor_stops(floor: Floor) -> Floats:
    """Time in minor stops for each unit of running time. (k,)"""
    running, minor = time_in(floor, Use.RUNNING), time_in(floor, Use.MINOR_STOP)
    return np.where(running > 0, minor / np.where(running > 0, running, 1.0), 0.0)


def time_in(floor: Floor, use: Use) -> Floats:
    """Time of every machine in one use. (k,) [microseconds]"""
    states = floor.disjoint.states
    lasted = np.where(floor.use == use, states.end - states.start, 0)
    return np.bincount(states.machine, weights=lasted, minlength=len(floor.machines)).astype(np.float64)


def _quality(floor: Floor) -> Floats:
    """Good parts of those made; 1 where nobody judged any, (k,)."""
    share = oee_by(floor, "machine").quality
    return np.where(np.isfinite(share) & (share > 0.0), share, 1.0)


def _first_unit(shape: Floats, seeds: NDArray[np.uint64], n: int) -> Floats:
    """
    Time to the first failure of a machine met at any moment, for a Weibull scale of 1. (k, n)

    A share of a life drawn by its length; the shares are spread evenly, so that few histories speak for all.
    """
    out = np.empty((len(shape), n))
    for row, (one, seed) in enumerate(zip(shape, seeds, strict=True)):
        rng = np.random.default_rng(int(seed))
        out[row] = (rng.permutation(n) + rng.random(n)) / n * rng.standard_gamma(1.0 + 1.0 / one, n) ** (1.0 / one)
    return out


def _weibull_shape(scv: Floats) -> Floats:
    """Shape of the Weibull law that varies so much."""
    return np.asarray(np.exp(np.interp(-np.log(np.maximum(scv, 1e-9)), -np.log(scv_of(Law.WEIBULL, _SHAPES)), np.log(_SHAPES))))
