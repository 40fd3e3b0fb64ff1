"""Settings: every choice a person makes for the whole plant, declared and shown, never silent.

A column of the items table always beats a setting; what a setting fills in is counted in
``plan.summary().assumed`` and listed item by item in the plan's ``assumed`` column.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from justenough.domain.errors import SettingsError
from justenough.estimation.knobs import DemandParams, LeadTimeParams, MachineParams, SupplierParams
from justenough.sizing.shared_limits import Limits
from justenough.strategy.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

REVIEW_DAYS = 7.0  # between two looks at the stock where nobody says how often [days]
NO_REVIEW = f"review_days not given, taken as {REVIEW_DAYS:g}"
NO_ORDERING_COST = "ordering_cost not given, taken as 0"


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What sizing is asked to do where the items table does not say.

    Parameters
    ----------
    holding_rate
        Cost of holding one unit of money in stock for a year (capital, storage, handling,
        obsolescence). None: items without their own cannot be decided. [1/year]
    ordering_cost
        Cost of placing and receiving one order. None: 0, and the order quantity is one review's
        demand or the MOQ. [money/order]
    review_days
        Time between two looks at the stock. None: a week (`REVIEW_DAYS`), and what that moves is said. [days]
    target_cycle_service
        Least probability that a cycle passes without a stockout. None: no such floor. [fraction]
    target_fill_rate
        Least share of units served from the shelf. None: no such floor. [fraction]
    criticality_targets
        Least cycle service by the items' own criticality class; beats `target_cycle_service`. [fraction]
    criticality_fill_rates
        Least fill rate by class, the better question for parts wanted a few times a year: a cycle in
        which nobody asks is served by an empty shelf too. [fraction]
    jit_cover_reviews
        JIT is safety stock of at most this many review periods' mean demand. [review periods]
    lean_cover_days
        Lean is safety stock of at most this many days of mean demand. [days]
    jic_outage_share
        JIC is a buffer of which at least this share is there for supplier outages. [fraction]
    jic_cycle_service
        JIC is also a buffer that states at least this cycle service: a stockout forces the far end. [fraction]
    gate_tolerance
        Service that may be lost with the supply at its 95 % bounds before just-in-time is withheld. [fraction]
    gate_items
        Items of which it is said what keeps them from just-in-time, those that lack nothing but evidence first, then
        those with most money in stock. 0 for none.
    anatomy_items
        Items whose reserve is split by cause, those with most money in it first; each takes up to 42 sizings more.
        0 for none. Of a plant of no more items it is also said what looking at the stock every day would move, where nobody
        says how often that is.
    coming_items
        Seasonal, trending and forecast items that get levels for each coming period, those that tie up most money
        first; each takes about as long as 20 items without. 0 for none.
    expiry_items
        Items sized again with what spoils weighed, those where it costs most first; each takes about as long as
        100 items without. 0 for none.
    expiry_share
        An item is sized again so if what spoils is more than this share of its cost. [fraction]
    holdout
        Share of the periods, the last ones, that `rehearse` keeps back from sizing. [fraction]
    rehearsals
        How often `rehearse` lives the held-back periods, lead times drawn afresh each time.
    seed
        Where random draws start; every item adds its own name, so order and blocks do not matter.
    demand, lead_time, supplier, machines
        How each estimate is made; see `DemandParams`, `LeadTimeParams`, `SupplierParams`, `MachineParams`.
    limits
        What all items together may use of money, room, orders and attention; see `justenough.sizing.shared_limits.Limits`.
    engine
        Who does the work, this process or a cluster; see `justenough.strategy.engine.Engine`. The plan is the same.

    Examples
    --------
    >>> Settings(holding_rate=0.25, criticality_targets={"A": 0.98, "C": 0.9}).usual_review_days
    7.0
    """

    holding_rate: float | None = None
    ordering_cost: float | None = None
    review_days: float | None = None
    target_cycle_service: float | None = None
    target_fill_rate: float | None = None
    criticality_targets: Mapping[str, float] = field(default_factory=dict)
    criticality_fill_rates: Mapping[str, float] = field(default_factory=dict)
    jit_cover_reviews: float = 1.0
    lean_cover_days: float = 45.0
    jic_outage_share: float = 0.5
    jic_cycle_service: float = 0.999
    gate_tolerance: float = 0.01
    gate_items: int = 5_000
    anatomy_items: int = 5_000
    coming_items: int = 1_000
    expiry_items: int = 1_000
    expiry_share: float = 0.02
    holdout: float = 0.4
    rehearsals: int = 20
    seed: int = 0
    demand: DemandParams = field(default_factory=DemandParams)
    lead_time: LeadTimeParams = field(default_factory=LeadTimeParams)
    supplier: SupplierParams = field(default_factory=SupplierParams)
    machines: MachineParams = field(default_factory=MachineParams)
    limits: Limits = field(default_factory=Limits)
    engine: Engine = field(default_factory=Engine)

    def __post_init__(self) -> None:
        problems = [*self._bounds(), *self._fractions()]
        if problems:
            raise SettingsError("\n".join(problems))

    def _bounds(self) -> list[str]:
        problems = []
        if self.holding_rate is not None and not 0 < self.holding_rate <= 5:
            problems.append(f"holding_rate must be above 0 and at most 5 [1/year], got {self.holding_rate}: 0.25 means 25 % a year.")
        if self.ordering_cost is not None and not 0 <= self.ordering_cost < float("inf"):
            problems.append(f"ordering_cost must be 0 or more [money/order], got {self.ordering_cost}.")
        counts = {name: getattr(self, name) for name in ("gate_items", "anatomy_items", "coming_items", "expiry_items")}
        problems += [
            f"{name} must be a whole number of items, 0 or more, got {count}."
            for name, count in counts.items()
            if not 0 <= count < float("inf") or count != int(count)
        ]
        positive = {name: getattr(self, name) for name in ("review_days", "jit_cover_reviews", "lean_cover_days", "rehearsals")}
        given = {name: value for name, value in positive.items() if value is not None}
        return problems + [f"{name} must be above 0, got {value}." for name, value in given.items() if not 0 < value < float("inf")]

    def _fractions(self) -> list[str]:
        thresholds = ("jic_outage_share", "jic_cycle_service", "gate_tolerance", "expiry_share")
        names = ("target_cycle_service", "target_fill_rate", *thresholds, "holdout")
        given = {name: getattr(self, name) for name in names}
        given |= {f"criticality_targets.{name}": target for name, target in self.criticality_targets.items()}
        given |= {f"criticality_fill_rates.{name}": target for name, target in self.criticality_fill_rates.items()}
        return [
            f"{name} must be between 0 and 1, both excluded, got {value}: write 98 % as 0.98."
            for name, value in given.items()
            if value is not None and not 0 < value < 1
        ]

    @property
    def usual_review_days(self) -> float:
        """Time between two looks at the stock of an item that states none. [days]"""
        return REVIEW_DAYS if self.review_days is None else self.review_days

    @classmethod
    def from_toml(cls, path: Path | str) -> Settings:
        """
        Read settings from a TOML file; the parts `demand`, `lead_time`, `supplier` and `criticality_targets` are its tables.

        Raises
        ------
        SettingsError
            Unreadable file, unknown or impossible settings; says which are known.
        """
        try:
            with open(path, "rb") as file:  # noqa: PTH123  a str or a Path
                given = tomllib.load(file)
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as TOML: {error}.") from error
        return cls.from_dict(given)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Settings:
        """Build settings from plain values, as `to_dict` makes them."""
        _refuse_unknown("settings", given, [f.name for f in fields(cls)])
        values: dict[str, Any] = dict(given)
        for name, default in _parts().items():
            if name in values and not is_dataclass(values[name]):
                usual = default()
                _refuse_unknown(f"[{name}]", values[name], [f.name for f in fields(usual)])
                knobs = {key: tuple(knob) if isinstance(knob, list) else knob for key, knob in values[name].items()}
                values[name] = type(usual)(**knobs)
        try:
            return cls(**values)
        except TypeError as error:
            raise SettingsError(f"A setting is not of its type: {error}.") from error

    @classmethod
    def from_saved(cls, given: Mapping[str, Any]) -> Settings:
        """Settings that a plan was saved with, perhaps by another version: what this one does not know any more is left out."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in given.items() if name in known}
        for name, default in _parts().items():
            if isinstance(values.get(name), dict):
                knobs = {f.name for f in fields(default())}
                values[name] = {knob: value for knob, value in values[name].items() if knob in knobs}
        return cls.from_dict(values)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` takes them back."""
        return asdict(self)


def _parts() -> dict[str, Callable[[], Any]]:
    """The settings that are tables of knobs, each with its usual ones."""
    return {
        "demand": DemandParams,
        "lead_time": LeadTimeParams,
        "supplier": SupplierParams,
        "machines": MachineParams,
        "limits": Limits,
        "engine": Engine,
    }


def _refuse_unknown(where: str, given: Mapping[str, Any], known: list[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError(f"{where}: {', '.join(unknown)} not known; known are {', '.join(known)}.")
