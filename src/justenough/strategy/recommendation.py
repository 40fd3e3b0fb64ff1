"""Recommendation: what to hold of one item, as a plan's row says it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from justenough.domain.figures import figure, money, percent, units

if TYPE_CHECKING:
    import polars as pl

# What a reserve can be there for, as the plan's columns `anatomy_*` name it; the last part is what remains of whole units.
CAUSES = ("demand", "lead_time", "supplier", "machine", "review_lot", "estimate")
PARTS = (*CAUSES, "rounding")
ANATOMY = (*(f"anatomy_{part}" for part in PARTS), *(f"anatomy_{cause}_cost" for cause in CAUSES))  # columns, units before money


@dataclass(frozen=True, slots=True)
class Part:
    """
    What one cause holds of an item's reserve; parts may be negative.

    Parameters
    ----------
    cause
        One of `PARTS`.
    units : [units]
    value
        Money the units tie up. [money]
    holding_cost
        Cost of holding them. [money/year]
    yearly_cost
        What the cause adds to the least cost of a year, of stock, orders and stockouts, whether or not stock is held against it;
        never negative. All parts add up to the item's total cost. None in plans that older versions made. [money/year]
    """

    cause: str
    units: float
    value: float
    holding_cost: float
    yearly_cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """
    One item of a plan; the attributes are the plan's columns, None where it has nothing to say.

    Money is in the plant's currency, costs and stockouts are a year's, services and shares are
    fractions. ``today_*`` repeats a figure at the levels in force today (None where they are not
    known), ``leaner_*`` and ``safer_*`` at the next lower and higher point of the item's curve.
    """

    item: str
    description: str | None = None
    kind: str | None = None  # demand kind: smooth, erratic, intermittent, lumpy, new, ended, trending, seasonal
    decision: str | None = None  # JIT, lean, buffered, JIC, ended, cannot_decide
    gate: str | None = None  # may it run just-in-time: passed, not yet, no evidence
    gate_because: str | None = None  # not yet: whose figure it is; a supplier, a machine, "our own production", "demand"
    gate_figure: str | None = None  # which one
    gate_estimate: float | None = None  # what is believed of it [days, fraction or units]
    gate_bound: float | None = None  # its one-sided 95 % bound
    gate_needed: float | None = None  # what it would have to be known not to exceed, or to be
    gate_observations: float | None = None  # how many more would settle it (lines, years, recoveries); None: never at this figure
    gate_cycle_service: float | None = None  # of just-in-time with all of the supply at its bounds
    gate_fill_rate: float | None = None
    supplier: str | None = None
    criticality: str | None = None
    lead_time_days: float | None = None
    lead_time_sd_days: float | None = None
    lead_time_basis: str | None = None
    demand_per_day: float | None = None  # [units/day]
    review_days: float | None = None
    safety_stock: float | None = None  # [units]
    reorder_point: float | None = None  # [units]
    order_up_to: float | None = None  # [units]
    order_quantity: float | None = None  # [units]
    days_of_cover: float | None = None  # mean stock over mean demand
    stated_cycle_service: float | None = None  # the model's own probability at these whole units
    stated_fill_rate: float | None = None
    mean_stock_units: float | None = None
    mean_stock_value: float | None = None
    holding_cost: float | None = None
    ordering_cost: float | None = None
    stockout_cost: float | None = None  # None where nobody said what a stockout costs; the total is without it then
    total_cost: float | None = None
    today_reorder_point: float | None = None
    today_order_up_to: float | None = None
    today_safety_stock: float | None = None
    today_stated_cycle_service: float | None = None
    today_stated_fill_rate: float | None = None
    today_mean_stock_value: float | None = None
    today_holding_cost: float | None = None
    today_ordering_cost: float | None = None
    today_stockout_cost: float | None = None
    today_total_cost: float | None = None
    change_value: float | None = None  # mean stock value, this plan less today
    change_total_cost: float | None = None
    leaner_reorder_point: float | None = None
    leaner_mean_stock_value: float | None = None
    leaner_stated_cycle_service: float | None = None
    leaner_total_cost: float | None = None
    safer_reorder_point: float | None = None
    safer_mean_stock_value: float | None = None
    safer_stated_cycle_service: float | None = None
    safer_total_cost: float | None = None
    unit_cost: float | None = None  # [money/unit]
    holding_rate: float | None = None  # [1/year]
    anatomy_demand: float | None = None  # part of the safety stock that is there for each cause [units]; see `anatomy`
    anatomy_lead_time: float | None = None
    anatomy_supplier: float | None = None
    anatomy_machine: float | None = None
    anatomy_review_lot: float | None = None
    anatomy_estimate: float | None = None
    anatomy_rounding: float | None = None  # what is left when nothing can go wrong
    anatomy_demand_cost: float | None = None  # what each cause adds to the total cost; the rest is what it costs when nothing can go wrong
    anatomy_lead_time_cost: float | None = None
    anatomy_supplier_cost: float | None = None
    anatomy_machine_cost: float | None = None
    anatomy_review_lot_cost: float | None = None
    anatomy_estimate_cost: float | None = None
    expiry_cost: float | None = None  # of what is thrown away at the end of its shelf life; part of the total cost
    today_expiry_cost: float | None = None
    usable_share: float | None = None  # of what its supplier sends; None where none of it was ever judged
    survive_days: float | None = None  # how long the stock of today (else the plan's mean) lasts if the supplier stops
    recover_days: float | None = None  # mean time until the supplier is back; None where no disruption is on record
    recover_p95_days: float | None = None  # time within which it is back with 95 %
    survives: float | None = None  # probability that the stock outlives an outage that begins today
    on_hand: float | None = None  # in stock when the plan was made [units]; levels of today are no stock
    on_order: float | None = (
        None  # ordered and not received by then [units]; None where no orders are on record, NaN where one does not say how much
    )
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # what a decision lacks, in the words of `summary().undecided`
    assumed: list[str] = field(default_factory=list)  # what Settings filled in
    currency: str = ""  # of all money; not a column

    @property
    def anatomy(self) -> tuple[Part, ...]:
        """
        The reserve by cause, in the order of `PARTS`, and what each costs a year; empty where it was not split.

        Its units add up to ``safety_stock`` exactly, its yearly costs to ``total_cost``.
        """
        if self.anatomy_rounding is None or self.unit_cost is None:
            return ()
        units = {cause: float(getattr(self, f"anatomy_{cause}") or 0.0) for cause in PARTS}
        price, yearly = self.unit_cost, self.unit_cost * (self.holding_rate or 0.0)
        costs: dict[str, float | None] = {cause: getattr(self, f"anatomy_{cause}_cost") for cause in CAUSES}
        known = [cost for cost in costs.values() if cost is not None]
        costs["rounding"] = self.total_cost - sum(known) if self.total_cost is not None and len(known) == len(CAUSES) else None
        return tuple(Part(cause, held, held * price, held * yearly, costs[cause]) for cause, held in units.items())

    def __str__(self) -> str:
        if self.decision == "cannot_decide" or self.reorder_point is None:
            return f"{self.item}: cannot decide: {'; '.join(self.missing) or 'nothing is known'}"
        said = [f"{self.item}: {self.decision}", f"reorder at {units(self.reorder_point)}, up to {units(self.order_up_to)}"]
        if self.stated_cycle_service is not None:
            said.append(f"cycle service {percent(self.stated_cycle_service)}")
        if self.mean_stock_value is not None:
            said.append(f"{money(self.mean_stock_value, self.currency)} held")
        if self.change_value is not None:
            more = "more" if self.change_value >= 0 else "less"
            said.append(f"{figure(abs(self.change_value))} {more} than today")
        return "; ".join(said)


def row_schema() -> dict[str, pl.DataType]:
    """Columns of a plan's rows and their types, in order."""
    import polars as pl

    kinds: dict[str, pl.DataType] = {"str": pl.String(), "float": pl.Float64(), "list[str]": pl.List(pl.String())}
    return {f.name: kinds[str(f.type).removesuffix(" | None")] for f in fields(Recommendation) if f.name != "currency"}
