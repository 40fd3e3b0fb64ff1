"""Plant view: the whole plan on one page: cash, promise, the exchange of stock for service, the biggest moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.archive.plan_shelf import Wanted
from justenough.archive.shelves import totals_of
from justenough.interfaces import wording
from justenough.interfaces.parts import plant_shares, reserves_sentence
from justenough.interfaces.undeclared import undeclared_sentences
from justenough.interfaces.views.items_view import ItemLine, lines_of
from justenough.interfaces.views.plan_head import PlanHead, plan_head
from justenough.strategy.exchange import Exchange
from justenough.strategy.in_hand import ORDER
from justenough.strategy.summary import Summary

if TYPE_CHECKING:
    from justenough.archive.plan_shelf import Shelf
    from justenough.archive.rehearsals import Kept

MOVES = 12  # items of the table of biggest moves


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """
    What one policy promised and what it gave on history its sizing never saw; services are fractions.

    Parameters
    ----------
    policy
        ``plan``, or ``today``: today's levels on the same demand.
    kind
        Kind of demand; ``all`` of them.
    """

    policy: str
    kind: str
    items: int
    stated_cycle_service: float | None
    cycle_service: float | None
    stated_fill_rate: float | None
    fill_rate: float | None


@dataclass(frozen=True, slots=True)
class Promise:
    """
    Promised against achieved.

    Parameters
    ----------
    state
        ``kept``: the lines say it. ``none``: nobody rehearsed this plan yet. ``working``: it is being done.
        ``cannot``: ``why`` says what is in the way.
    """

    state: str
    why: str
    since: str
    lines: tuple[PromiseLine, ...]


@dataclass(frozen=True, slots=True)
class PlantView:
    """The plan as a whole, and what is to be ordered now [money]; ``plan`` is None, and so is the rest, where none was made yet."""

    plan: PlanHead | None
    n_imports: int
    sentence: str = ""
    undeclared: tuple[str, ...] = ()
    outages: str = ""
    ends: str = ""
    reserves: str = ""
    summary: Summary | None = None
    exchange: Exchange | None = None
    shares: tuple[tuple[str, float], ...] = ()
    moves: tuple[ItemLine, ...] = ()
    promise: Promise | None = None
    n_order: int = 0
    order_value: float = 0.0


def plant_view(shelf: Shelf, promise: Promise, n_imports: int) -> PlantView:
    """The plan of a shelf as a whole."""
    totals, listed = totals_of(shelf), shelf.listing
    due = listed.filter(listed["this_week"] == ORDER)
    moves = shelf.find(Wanted(limit=MOVES)).rows
    return PlantView(
        plan_head(shelf),
        n_imports,
        wording.summary_sentence(totals.summary, flags=False),
        undeclared_sentences(totals.summary, flags=False),
        wording.outage_sentence(totals.summary),
        wording.end_sentence(totals.summary),
        reserves_sentence(totals.summary),
        totals.summary,
        totals.exchange,
        plant_shares(totals.summary),
        lines_of(moves.filter(moves["decision"] != "cannot_decide").to_dicts()),
        promise,
        due.height,
        float(due["order_now_value"].sum()),
    )


def promise_of(kept: Kept | None, *, working: bool = False) -> Promise:
    """What is known of promised against achieved."""
    if kept is None:
        return Promise("working" if working else "none", "", "", ())
    lines = [PromiseLine(**{name: row[name] for name in PromiseLine.__dataclass_fields__}) for row in kept.by_kind]
    return Promise("cannot" if kept.why else "kept", kept.why, kept.since, tuple(lines))
