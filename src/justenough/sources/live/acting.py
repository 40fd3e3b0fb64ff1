"""Acting: a believable plant that never was, drawn from a seed, minute by minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.machine import SECOND, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REASONS: dict[str, tuple[State, float, float]] = {  # state, mean minutes, share of stops
    "jam": (State.DOWN, 1.2, 0.46),
    "sensor fault": (State.DOWN, 2.0, 0.14),
    "tool broken": (State.DOWN, 22.0, 0.06),
    "hydraulics": (State.DOWN, 45.0, 0.03),
    "change of product": (State.SETUP, 14.0, 0.09),
    "no parts": (State.STARVED, 2.5, 0.13),
    "no room": (State.BLOCKED, 2.5, 0.09),
}
LOSSES = {
    "jam": "minor_stop",
    "sensor fault": "breakdown",
    "tool broken": "breakdown",
    "hydraulics": "breakdown",
    "change of product": "setup",
    "no parts": "starved",
    "no room": "blocked",
}
PRODUCTS = ("BRG-6204", "BRG-6305", "BRG-6008")
TELL_SECONDS = 10.0  # between two counts of a machine that runs
STANDING_SECONDS = 60.0  # and of one that stands


@dataclass(frozen=True, slots=True)
class Told:
    """What a machine tells at a moment [microseconds since 1970]: a state with its reason, or its counters."""

    machine: str
    at: int
    state: State | None
    reason: str
    total: int
    good: int
    item: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Machines of the act and their ideal cycles. (n,) [seconds/part]"""

    machines: tuple[str, ...]
    cycle_seconds: tuple[float, ...]

    @classmethod
    def of(cls, n: int, seed: int) -> Cast:
        """So many machines; a machine keeps its cycle however many there are."""
        names = tuple(f"M{number:04d}" for number in range(1, n + 1))
        return cls(names, tuple(round(float(_draws(seed, name).uniform(2.0, 9.0)), 1) for name in names))

    def only(self, places: Sequence[int]) -> Cast:
        """Some of the machines."""
        return Cast(tuple(self.machines[at] for at in places), tuple(self.cycle_seconds[at] for at in places))


@dataclass(slots=True)
class Act:
    """
    What every machine does from a moment on.

    Up times are Weibull (shape 0.9: failures come in flocks), repairs lognormal; one stop in ten is nobody's but the line's.
    A machine's draws depend on the seed and its name alone.

    Parameters
    ----------
    cast
        The machines.
    seed
        The same seed tells the same story.
    begin : [microseconds since 1970]
        Its first moment.
    """

    cast: Cast
    seed: int
    begin: int
    _stories: list[Iterator[Told]] = field(init=False)
    _next: list[Told] = field(init=False)

    def __post_init__(self) -> None:
        self._stories = [self._story(name, cycle) for name, cycle in zip(self.cast.machines, self.cast.cycle_seconds, strict=True)]
        self._next = [next(story) for story in self._stories]

    def until(self, moment: int) -> list[Told]:
        """What was told up to a moment [microseconds] and not before asked for, in order of time."""
        found = []
        for at, story in enumerate(self._stories):
            while self._next[at].at <= moment:
                found.append(self._next[at])
                self._next[at] = next(story)
        return sorted(found, key=lambda told: (told.at, told.machine))

    def _story(self, name: str, cycle: float) -> Iterator[Told]:
        draws = _draws(self.seed, name)
        draws.uniform()  # its cycle
        now, total, good, item = float(self.begin), 0, 0, str(draws.choice(PRODUCTS))
        words, shares = list(REASONS), np.array([share for *_, share in REASONS.values()])
        mean_up = draws.uniform(8.0, 40.0) * 60 * SECOND
        while True:
            yield Told(name, int(now), State.RUNNING, "", total, good, item)
            pace, ends = draws.uniform(0.88, 0.99), now + mean_up * draws.weibull(0.9)
            while now < ends:
                lasts = min(TELL_SECONDS * SECOND, ends - now)
                now += lasts
                made = int(draws.poisson(lasts / SECOND / cycle * pace))
                total, good = total + made, good + int(draws.binomial(made, 0.985))
                yield Told(name, int(now), None, "", total, good, item)
            reason = str(draws.choice(words, p=shares / shares.sum()))
            state, minutes, _ = REASONS[reason]
            yield Told(name, int(now) + 1, state, reason, total, good, item)
            ends = now + minutes * 60 * SECOND * float(draws.lognormal(-0.32, 0.8))
            while ends - now > STANDING_SECONDS * SECOND:  # a machine that stands is not silent
                now += STANDING_SECONDS * SECOND
                yield Told(name, int(now), None, "", total, good, item)
            now = ends
            if state is State.SETUP:
                item = str(draws.choice(PRODUCTS))


def tables_of(cast: Cast, days: Sequence[str]) -> dict[str, str]:
    """Canonical files (name: CSV text) of the act: machines, calendar of two shifts a day, reasons, and the items it makes."""
    rows = [f"{name},line {1 + at % 4},{cycle},90" for at, (name, cycle) in enumerate(zip(cast.machines, cast.cycle_seconds, strict=True))]
    nights = [(date.fromisoformat(days[0]) - timedelta(days=1)).isoformat(), *days] if days else []
    shifts = [f",{day}T{start},{day}T{end},shift,{name}" for day in days for name, start, end in _SHIFTS]
    shifts += [f",{day}T22:00:00,{date.fromisoformat(day) + timedelta(days=1)}T06:00:00,shift,night" for day in nights]
    breaks = [f",{day}T{start},{day}T{end},break," for day in days for start, end in _BREAKS]
    return {
        "machines.csv": "\n".join(["machine,line,ideal_cycle_seconds,hour_value", *rows, ""]),
        "calendar.csv": "\n".join(["machine,start,end,kind,shift", *shifts, *breaks, ""]),
        "reasons.csv": "\n".join(["reason,loss", *(f"{reason},{loss}" for reason, loss in LOSSES.items()), ""]),
        "items.csv": "\n".join(["item,unit_cost,lead_time_days", *(f"{item},3.5,5" for item in PRODUCTS), ""]),
        "demand.csv": "\n".join(["item,date,quantity", *(f"{item},{day},100" for item in PRODUCTS for day in days[:1]), ""]),
        "plant.toml": 'currency = "EUR"\ndemand_period = "day"\nlabel = "An act: an invented plant"\n',
    }


_SHIFTS = (
    ("early", "06:00:00", "14:00:00"),
    ("late", "14:00:00", "22:00:00"),
)
_BREAKS = (("10:00:00", "10:30:00"), ("18:00:00", "18:30:00"))


def _draws(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, *name.encode()])
