"""Shared limits: what all items of a plant may use together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from justenough.domain.errors import SettingsError

LIMITS = ("money", "volume", "orders_per_day", "items_reviewed")


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What all items of a plant may use together; None where there is no limit.

    Parameters
    ----------
    money
        Mean stock at its unit costs. [money]
    volume
        Mean stock by the space of a unit. [m3]
    orders_per_day
        Orders placed. [1/day]
    items_reviewed
        Items that may be given other levels than today's: what planners have time to look at. [items]
    aim
        ``cost``: least total cost, every target kept. ``service``: least money of demand short, targets being wishes.
    floors
        Least cycle service by criticality class, kept when the aim is service. [fraction]

    Examples
    --------
    >>> Limits(money=250_000.0).binding
    {'money': 250000.0}
    """

    money: float | None = None
    volume: float | None = None
    orders_per_day: float | None = None
    items_reviewed: int | None = None
    aim: Literal["cost", "service"] = "cost"
    floors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [f"limits.{name} must be 0 or more, got {most}." for name, most in self.binding.items() if not 0 <= most < float("inf")]
        if self.aim not in ("cost", "service"):
            problems.append(f"limits.aim must be cost or service, got {self.aim!r}.")
        if self.aim == "service" and self.money is None and self.volume is None:
            problems.append("limits.aim: service without a limit on money or volume would hold stock without end; give one.")
        if self.aim == "cost" and self.floors:
            problems.append(
                "limits.floors: with aim cost every item keeps its own target and floors would count for nothing; set aim service."
            )
        problems += [
            f"limits.floors.{name} must be between 0 and 1, both excluded, got {floor}: write 98 % as 0.98."
            for name, floor in self.floors.items()
            if not 0 < floor < 1
        ]
        if problems:
            raise SettingsError("\n".join(problems))

    @property
    def binding(self) -> dict[str, float]:
        """The limits there are, by name."""
        given = {name: getattr(self, name) for name in LIMITS}
        return {name: float(most) for name, most in given.items() if most is not None}
