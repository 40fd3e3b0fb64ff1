"""Scenarios view: what is supposed, what it would cost, what breaks first; several side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from justenough.interfaces.scenario_wording import whatif_sentences
from justenough.interfaces.supposing import whatif_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.archive.errands import Found
    from justenough.archive.scenarios import Scenarios
    from justenough.strategy.whatif import WhatIf

SHOWN = 25  # items of a table


class Typed(BaseModel):
    """What stands in the form, as it was typed; the page's address carries it, so that it is there after it was worked out."""

    model_config = ConfigDict(frozen=True)
    name: str = Field("what if", max_length=80)
    supplier: str = Field("", max_length=200)
    days: str = Field("", max_length=10)
    demand_of: str = Field("", max_length=200)
    demand: str = Field("", max_length=10)
    machine: str = Field("", max_length=200)
    availability: str = Field("", max_length=10)
    holding: str = Field("", max_length=10)
    second_source: str = Field("", max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLine:
    """An item that would run out, or be at risk; days as dates, units, money."""

    item: str
    supplier: str | None
    on_hand: float | None
    on_order: float | None
    at_risk_on: date | None
    breaks_on: date | None
    back_on: date | None
    short_units: float | None
    short_cost: float | None
    more_needed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """An item that would be held otherwise."""

    item: str
    was_decision: str | None
    decision: str | None
    was_reorder_point: float | None
    reorder_point: float | None
    was_mean_stock_value: float | None
    mean_stock_value: float | None
    was_total_cost: float | None
    total_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A scenario in one row; ``stock_value`` money, ``total_cost`` money a year, ``fill_rate`` a fraction."""

    name: str
    stock_value: float
    total_cost: float
    fill_rate: float
    breaking_items: int
    first_break: date | None
    short_cost: float | None


@dataclass(frozen=True, slots=True)
class Supposed:
    """The scenario supposed last."""

    name: str
    sentences: tuple[str, ...]
    n_breaks: int
    breaks: tuple[BreakLine, ...]
    n_changes: int
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ScenariosView:
    """
    Scenarios.

    Parameters
    ----------
    has_plan
        Whether there is a plan to suppose anything of.
    now
        The plan as it is, as the first of ``beside``; None until something was supposed.
    suppliers, machines, classes
        Of which something can be supposed.
    """

    has_plan: bool
    why: str
    working: bool
    currency: str
    supposed: Supposed | None
    now: Beside | None
    beside: tuple[Beside, ...]
    kept: tuple[str, ...]
    typed: Typed
    suppliers: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def scenarios_view(
    scenarios: Scenarios, found: Found, choices: Mapping[str, tuple[str, ...]], typed: Typed, *, has_plan: bool
) -> ScenariosView:
    """What is supposed, beside what is kept."""
    known: WhatIf | None = found.value
    kept = tuple(scenarios.names())
    told = {name: scenarios.read(name) for name in kept}
    beside = [_beside(name, one["then"], one["breaks"], one["short_cost"]) for name, one in told.items()]
    currency = next((one["currency"] for one in told.values()), "")
    if known is None:
        now = next((_beside("as it is", one["now"], [], 0.0) for one in told.values()), None)
        return ScenariosView(has_plan, found.why, found.working, currency, None, now, tuple(beside), kept, typed, **choices)
    said: dict[str, Any] = whatif_json(known)
    name = known.scenario.name
    mine = _beside(name, said["then"], said["breaks"], said["short_cost"])
    supposed = Supposed(
        name,
        tuple(whatif_sentences(known)),
        known.breaks.height,
        tuple(BreakLine(**{key: row[key] for key in BreakLine.__dataclass_fields__}) for row in known.breaks.head(SHOWN).to_dicts()),
        known.rows.height,
        tuple(ChangeLine(**{key: row[key] for key in ChangeLine.__dataclass_fields__}) for row in known.rows.head(SHOWN).to_dicts()),
    )
    others = tuple(one for one in beside if one.name != name)
    now = _beside("as it is", said["now"], [], 0.0)
    return ScenariosView(has_plan, "", found.working, known.currency, supposed, now, (mine, *others), kept, typed, **choices)


def _beside(name: str, totals: Mapping[str, Any], breaks: list[Mapping[str, Any]], short_cost: float | None) -> Beside:
    days = [_day(one["breaks_on"]) for one in breaks if one["breaks_on"]]
    return Beside(
        name=name,
        stock_value=totals["stock_value"],
        total_cost=totals["total_cost"],
        fill_rate=totals["fill_rate"],
        breaking_items=len(days),
        first_break=min(days, default=None),
        short_cost=short_cost,
    )


def _day(told: str | date) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)
