"""Audit view: the four mistakes in today's levels, with their money and the items worst hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from justenough.interfaces.auditing import TITLES, audit_lines

if TYPE_CHECKING:
    from justenough.archive.errands import Found
    from justenough.strategy.audit import Audit

SHOWN = 25  # items of a mistake


@dataclass(frozen=True, slots=True)
class HitItem:
    """An item that a mistake hits; ``change_value`` [money] and ``change_total_cost`` [money/year] of the plan's level less today's."""

    item: str
    today_reorder_point: float | None
    reorder_point: float | None
    change_value: float | None
    change_total_cost: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class MistakeView:
    """
    One of the four mistakes.

    Parameters
    ----------
    n_items, judged, unknown
        Items that make it, that could be judged, and that lack what that takes.
    saving : [money/year]
    released : [money]
    items
        The first of them, worst money first.
    """

    name: str
    title: str
    n_items: int
    judged: int
    unknown: int
    saving: float
    released: float
    items: tuple[HitItem, ...]


@dataclass(frozen=True, slots=True)
class AuditView:
    """The audit; ``mistakes`` is empty while it is ``working`` or where it cannot be (``why``)."""

    why: str
    working: bool
    currency: str = ""
    sentences: tuple[str, ...] = ()
    mistakes: tuple[MistakeView, ...] = ()
    explained: float | None = None
    p_value: float | None = None


def audit_view(found: Found) -> AuditView:
    """What is known of the four mistakes."""
    known: Audit | None = found.value
    if known is None:
        return AuditView(found.why, found.working)
    mistakes = tuple(
        MistakeView(
            one.name, TITLES[one.name], one.items.height, one.judged, one.unknown, one.saving, one.released,
            tuple(_hit(row) for row in one.items.head(SHOWN).iter_rows(named=True)),
        )
        for one in known.mistakes
    )  # fmt: skip
    spread = known.spreading
    explained, p_value = (spread.explained, spread.p_value) if spread else (None, None)
    return AuditView("", found.working, known.currency, tuple(audit_lines(known, "")), mistakes, explained, p_value)


def _hit(row: dict[str, Any]) -> HitItem:
    return HitItem(**{name: row[name] for name in HitItem.__dataclass_fields__})
