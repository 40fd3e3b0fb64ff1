"""Item view: one item: what to hold, the curve it was chosen from, what the reserve is for, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from justenough.archive.evidence import Evidence
from justenough.interfaces import wording
from justenough.interfaces.lacking import settings_decide
from justenough.interfaces.parts import ComingLine, LeverLine, Share, coming_lines, lever_lines, notes_of, shares_of
from justenough.interfaces.views.plan_head import PlanHead, plan_head
from justenough.interfaces.views.review_view import DecisionLine, decision_line
from justenough.strategy.priced import CurvePoint, covering, point_at, points_of
from justenough.strategy.recommendation import Recommendation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.plan_shelf import Shelf

JIT = "JIT: "  # begins the reason that keeps an item from just-in-time
QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Said:
    """The item in sentences; ``because`` says what keeps it from just-in-time, where that is known."""

    hold: str
    today: str
    held: str
    price: str
    service: str
    gate: str
    leaner: str
    safer: str
    reasons: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Lived:
    """How one policy was lived through history that its sizing did not see; services are fractions, occasions a year."""

    policy: str
    stated_cycle_service: float | None
    cycle_service: float | None
    stated_fill_rate: float | None
    fill_rate: float | None
    units_short: float | None
    occasions: float | None
    mean_stock_value: float | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """Units that are not exceeded with a probability, over the time in which we cannot answer."""

    share: float
    units: float


@dataclass(frozen=True, slots=True)
class ItemView:
    """
    One item of a plan.

    Parameters
    ----------
    curve
        Points from just-in-time to just-in-case; none where the item cannot be decided.
    tried, leaner, safer
        The curve at the reorder point that was asked for, and at the plan's neighbours, where there are such.
    quantiles
        How much may be wanted before we can answer.
    shares
        What the reserve is for; ``levers`` say what would let it go, ``coming`` the levels of coming periods.
    lived
        The rehearsal, where there was one.
    before, after
        The neighbours by code.
    decided
        What people decided of its levels, the newest first.
    in_force
        The decision whose levels are today's, where one is.
    """

    plan: PlanHead
    item: Recommendation
    said: Said
    curve: tuple[CurvePoint, ...]
    tried: CurvePoint | None
    leaner: CurvePoint | None
    safer: CurvePoint | None
    shares: tuple[Share, ...]
    notes: tuple[str, ...]
    quantiles: tuple[Quantile, ...]
    levers: tuple[LeverLine, ...]
    coming: tuple[ComingLine, ...]
    evidence: Evidence
    lived: tuple[Lived, ...]
    lived_since: str
    before: str | None
    after: str | None
    decided: tuple[DecisionLine, ...]
    in_force: DecisionLine | None

    @property
    def bars(self) -> list[tuple[str, float, str]]:
        """What the reserve is for, as bars that say amounts as the whole is said, so that they add up to it."""
        return [(share.words, share.amount, share.said) for share in self.shares]

    @property
    def by_settings(self) -> bool:
        """Whether something that it lacks can be said for all items."""
        return any(settings_decide(what) for what in self.item.missing)

    @property
    def by_export(self) -> bool:
        """Whether it lacks something that only the export can say; that nobody wants it is no lack of the export's."""
        from justenough.strategy.estimates import NO_DEMAND

        return any(not settings_decide(what) and what != NO_DEMAND for what in self.item.missing)


def item_view(
    shelf: Shelf,
    row: dict[str, Any],
    evidence: Evidence,
    lived: list[dict[str, Any]],
    lived_since: str,
    at: float | None = None,
    *,
    history: Sequence[dict[str, Any]] = (),
    stands: str = "",
) -> ItemView:
    """
    Everything the plan says of one item, beside what is on record of it.

    Parameters
    ----------
    row
        What the plan says of it.
    at : [units]
        A reorder point of one's own to be priced.
    history, stands
        Decisions about it, the newest first, and the id of the one that is in force.
    """
    head, code = plan_head(shelf), row["item"]
    one = Recommendation(**row, currency=head.currency)
    curve = points_of(shelf.curve(code, row))
    if one.stockout_cost is None:  # nobody has priced a stockout: it does not cost nothing, nobody can say
        curve = tuple(replace(point, stockout_cost=None) for point in curve)
    before, after = shelf.beside(code)
    decided = tuple(map(decision_line, history))
    return ItemView(
        head,
        one,
        said_of(one),
        curve,
        _at(curve, at),
        _at(curve, one.leaner_reorder_point),
        _at(curve, one.safer_reorder_point),
        shares_of(one),
        tuple(notes_of(one)),
        tuple(Quantile(share, units) for share in QUANTILES if (units := covering(curve, share)) is not None),
        tuple(lever_lines(shelf.of_item("levers", code))),
        tuple(coming_lines(shelf.of_item("coming", code))),
        evidence,
        tuple(Lived(**{field.name: row[field.name] for field in fields(Lived)}) for row in lived),
        lived_since,
        before,
        after,
        decided,
        next((line for line in decided if line.decision_id == stands), None),
    )


def said_of(one: Recommendation) -> Said:
    """The item in sentences."""
    return Said(
        wording.hold_sentence(one),
        wording.today_sentence(one),
        wording.held_sentence(one),
        wording.money_sentence(one),
        wording.service_sentence(one),
        wording.gate_sentence(one),
        wording.neighbour_sentence(one, "leaner"),
        wording.neighbour_sentence(one, "safer"),
        tuple(reason for reason in wording.factors(one) if not reason.startswith(JIT)),
        next((reason for reason in one.reasons if reason.startswith(JIT)), ""),
    )


def _at(curve: tuple[CurvePoint, ...], reorder_point: float | None) -> CurvePoint | None:
    return None if reorder_point is None else point_at(curve, reorder_point)
