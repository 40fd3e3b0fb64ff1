"""Planning view: what was planned, how to plan anew, and what may be taken back to the system the items came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from justenough.archive.making import Advance
from justenough.interfaces.lacking import given_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.archive.audit_log import AuditEntry
    from justenough.archive.entries import PlanEntry
    from justenough.archive.errands import Found
    from justenough.sources.returning import Wording

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """One saved plan; ``settings`` are those that differ from the defaults, in words."""

    plan_id: str
    created: datetime
    author: str
    n_items: int
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A file that was made for somebody to take away: what was in it, of how many items, under whose names."""

    at: datetime
    who: str
    what: str
    items: int
    names: str
    form: str


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The settings a plan is made by, as the form shows them.

    Parameters
    ----------
    holding_rate, target_cycle_service : [percent]
    ordering_cost : [money/order]
    review_days : [days]
    classes
        Least cycle service by the items' class [percent]; None where none is set.
    """

    holding_rate: float | None = None
    ordering_cost: float | None = None
    review_days: float | None = None
    target_cycle_service: float | None = None
    classes: tuple[tuple[str, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanningView:
    """
    Plans and what leaves the house.

    Parameters
    ----------
    n_imports
        0: there is nothing to plan yet.
    currency
        In which it costs something to place an order.
    n_waiting
        Items decided on since levels left last.
    own_names
        The export's own column of the item and of each level; empty where its profile says none.
    decimal
        The export's own decimal sign, offered first for a file that goes back to it.
    """

    n_imports: int
    asked: Asked
    working: bool
    advance: Advance
    made: str
    why: str
    plans: tuple[SavedPlan, ...]
    n_waiting: int
    n_approved: int
    own_names: tuple[str, ...]
    exports: tuple[ExportLine, ...]
    currency: str
    decimal: str = "."


def planning_view(
    plans: Sequence[PlanEntry],
    classes: Sequence[str],
    making: tuple[Found, Advance],
    leaving: tuple[int, int, Sequence[AuditEntry]],
    wording: Wording,
    n_imports: int,
    currency: str = "",
) -> PlanningView:
    """
    What the page shows.

    Parameters
    ----------
    classes
        The items' classes, for which a floor can be asked.
    making
        The plan that is being made, and how far it is.
    leaving
        Items that wait to leave, items whose level in force was decided, and what left before.
    wording
        How the export names its levels.
    currency
        Of the plant; "unknown" where its export says so.
    """
    found, advance = making
    waiting, approved, recorded = leaving
    lines = tuple(
        SavedPlan(one.plan_id, one.created, one.author, one.n_items, tuple(given_in(one.settings))) for one in reversed(plans[-SHOWN:])
    )
    asked = asked_of(plans[-1].settings if plans else {}, classes)
    exports = tuple(_export(one) for one in recorded)
    names = tuple(wording.names.values()) if wording.complete else ()
    made = found.value or ""
    return PlanningView(
        n_imports, asked, found.working, advance, made, found.why, lines, waiting, approved, names, exports, currency, wording.decimal
    )


def asked_of(settings: Mapping[str, Any], classes: Sequence[str]) -> Asked:
    """The settings as the form shows them."""
    targets = settings.get("criticality_targets") or {}
    of_classes = tuple((name, _percent(targets.get(name))) for name in classes)
    held, served = (_percent(settings.get(name)) for name in ("holding_rate", "target_cycle_service"))
    return Asked(held, settings.get("ordering_cost"), settings.get("review_days"), served, of_classes)


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else round(100 * fraction, 12)


def _export(one: AuditEntry) -> ExportLine:
    told = one.detail
    return ExportLine(one.at, one.who, one.subject, int(told.get("items", 0)), str(told.get("names", "")), str(told.get("form", "")))
