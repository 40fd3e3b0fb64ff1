"""Printing: a plan and its parts as tables and sentences on a terminal of at most 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from justenough.domain.figures import figure, in_currency, known, percent, signed, units
from justenough.interfaces.lacking import lacking
from justenough.interfaces.tables import Column, laid_out
from justenough.interfaces.wording import (
    DECISIONS,
    factors,
    gate_sentence,
    held_sentence,
    hold_sentence,
    money_sentence,
    neighbour_sentence,
    order_now_words,
    reserve_units,
    service_sentence,
    today_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl
    from rich.table import Table

    from justenough.strategy.plan import Plan
    from justenough.strategy.plan_diff import PlanDiff
    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.rehearse import Rehearsal

WIDTH = 100  # columns where nobody says how many


def biggest(rows: pl.DataFrame, top: int) -> pl.DataFrame:
    """The decided rows that move most money, then those that tie up most."""
    import polars as pl

    decided = rows.filter(pl.col("decision") != "cannot_decide")
    return decided.sort(
        pl.col("change_value").abs().fill_null(0), pl.col("mean_stock_value").fill_null(0), "item", descending=[True, True, False]
    ).head(top)


def plan_table(plan: Plan, top: int, width: int = WIDTH) -> Table:
    """The biggest moves of a plan, one line an item; where stock in hand is known, what it asks for stands before today's levels."""
    from justenough.strategy.in_hand import with_orders

    code = in_currency(plan.terms.currency, "[{}]", "[money]")
    rows = list(with_orders(biggest(plan.figures, top)).iter_rows(named=True))

    def number(head: str, write: Callable[[Any], str], name: str, rank: int) -> Column:
        return Column(head, [write(row[name]) for row in rows], number=True, rank=rank)

    in_stock = _in_stock(rows)
    columns = (
        Column("item", [row["item"] for row in rows]),
        Column("decision", [DECISIONS.get(row["decision"], row["decision"]) for row in rows], rank=4),
        number("reserve\n[units]", lambda one: "–" if one is None else reserve_units(one), "safety_stock", 6),
        number("reorder at\n[units]", units, "reorder_point", 0),
        number("order\n[units]", units, "order_quantity", 1),
        *(in_stock or [number("level today\n[units]", units, "today_reorder_point", 7)]),
        number("service\n[cycles]", percent, "stated_cycle_service", 5),
        *([] if in_stock else [number(f"ties up\n{code}", figure, "mean_stock_value", 8)]),
        number(f"change\n{code}", signed, "change_value", 2),
    )
    return laid_out(f"What to hold, biggest moves first ({min(top, len(plan)):,} of {len(plan):,})", columns, width)


def _in_stock(rows: list[dict[str, Any]]) -> list[Column]:
    """What is in stock and what it asks for this week; nothing where nobody knows."""
    if all(row["order_now"] is None and not known(row["on_hand"]) for row in rows):
        return []
    weeks = [order_now_words(row["this_week"], row["order_now"]) for row in rows]
    return [
        Column("in stock\n[units]", [units(row["on_hand"]) for row in rows], number=True, rank=4),
        Column("order now\n[units]", weeks, number=True, rank=3),
    ]


def undecided_table(plan: Plan, width: int = WIDTH) -> Table | None:
    """What the undecided items lack, and what the settings filled in; None where neither happened."""
    lines = lacking(plan)
    if not lines:
        return None
    columns = (
        Column("for want of", [line.what for line in lines]),
        Column("", [line.how for line in lines]),
        Column("items", [f"{line.n_items:,}" for line in lines], number=True),
        Column("which", [", ".join(line.items) for line in lines]),
    )
    named = any(line.items for line in lines)
    return laid_out("What is missing, and what was filled in", columns if named else columns[:3], width)


def explained(item: Recommendation) -> list[str]:
    """One item in paragraphs: what to do, the price, the reasons, the neighbours."""
    head = [part for part in (item.description, item.supplier, item.criticality and f"class {item.criticality}") if part]
    lines = [f"{item.item}  {' · '.join(head)}".rstrip(), f"  {hold_sentence(item)}"]
    if item.decision == "cannot_decide":
        return lines
    paragraphs = [today_sentence(item), held_sentence(item), money_sentence(item), service_sentence(item), f"{gate_sentence(item)}."]
    lines += [f"  {text}" for text in paragraphs if text]
    why = factors(item)
    if why:
        lines += ["", "Why", *(f"  - {reason}" for reason in why)]
    beside = [text for text in (neighbour_sentence(item, "leaner"), neighbour_sentence(item, "safer")) if text]
    if beside:
        lines += ["", "Beside it on the curve", *(f"  {text}" for text in beside)]
    if item.assumed:
        lines += ["", "Filled in", *(f"  {text}" for text in item.assumed)]
    return lines


def diff_table(diff: PlanDiff, currency: str, top: int, width: int = WIDTH) -> Table:
    """What changes from one plan to the next, biggest money first."""
    code = in_currency(currency, "[{}]", "[money]")
    rows = list(diff.rows.head(top).iter_rows(named=True))
    after = [DECISIONS.get(row["decision"] or "", row["decision"] or "") for row in rows]
    before = [DECISIONS.get(row["was_decision"] or "", row["was_decision"] or "") for row in rows]

    def number(head: str, write: Callable[[Any], str], name: str, rank: int) -> Column:
        return Column(head, [write(row[name]) for row in rows], number=True, rank=rank)

    columns = (
        Column("item", [row["item"] for row in rows]),
        Column("change", [row["change"] for row in rows], rank=4),
        Column("decision", after, rank=5),
        Column("was", [old if old != new else "" for old, new in zip(before, after, strict=True)], rank=6),
        number("was at\n[units]", units, "was_reorder_point", 1),
        number("reorder at\n[units]", units, "reorder_point", 0),
        number("order\n[units]", units, "order_quantity", 2),
        number(f"ties up\n{code}", signed, "change_value", 3),
        number(f"cost\n{code}/year", signed, "change_total_cost", 7),
    )
    return laid_out(f"What changes ({min(top, diff.rows.height):,} of {diff.rows.height:,})", columns, width)


def rehearsal_table(rehearsal: Rehearsal, width: int = WIDTH) -> Table:
    """Promised against lived service by demand kind, with the money in stock."""
    rows = list(rehearsal.by("kind").iter_rows(named=True))

    def number(head: str, write: Callable[[Any], str], name: str, rank: int) -> Column:
        return Column(head, [write(row[name]) for row in rows], number=True, rank=rank)

    columns = (
        Column("policy", [row["policy"] for row in rows]),
        Column("demand", [row["kind"] for row in rows]),
        number("items", lambda n: f"{n:,}", "items", 3),
        number("cycles\npromised", percent, "stated_cycle_service", 0),
        number("cycles\nlived", percent, "cycle_service", 0),
        number("shelf\npromised", percent, "stated_fill_rate", 2),
        number("shelf\nlived", percent, "fill_rate", 1),
        number("stockouts\na year", figure, "occasions", 4),
        number(f"in stock\n{in_currency(rehearsal.plan.terms.currency, '[{}]', '[money]')}", figure, "mean_stock_value", 5),
    )
    return laid_out("Promised against lived", columns, width)


def frame_table(title: str, rows: Iterable[Mapping[str, Any]], formats: Mapping[str, Any] | None = None, width: int = WIDTH) -> Table:
    """
    Any small list of rows with the same names; the last columns go first where there is no room.

    ``formats`` says how a column's numbers are written; numbers without one have three digits.
    """
    given = list(rows)
    names = list(given[0]) if given else []
    numbers = [name for name in names if any(isinstance(row[name], int | float) for row in given)]
    columns = []
    for name in [*(name for name in names if name not in numbers), *numbers]:
        write = (formats or {}).get(name, figure) if name in numbers else str
        cells = ["" if row[name] is None else write(row[name]) for row in given]
        columns.append(Column(name.replace("_", " "), cells, number=name in numbers, rank=max(names.index(name) - 1, 0)))
    return laid_out(title, columns, width)
