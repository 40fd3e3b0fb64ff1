"""Printing: a plan and its parts as tables and sentences on a terminal of 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from justenough.interfaces.figures import figure, percent, signed, units
from justenough.interfaces.wording import (
    DECISIONS,
    factors,
    gate_sentence,
    hold_sentence,
    money_sentence,
    neighbour_sentence,
    reserve_units,
    service_sentence,
    today_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl
    from rich.table import Table

    from justenough.strategy.plan import Plan, PlanDiff, Summary
    from justenough.strategy.recommendation import Recommendation
    from justenough.strategy.rehearse import Rehearsal

ITEM_WIDTH = 12  # signs of an item's code that never break over two lines


def biggest(rows: pl.DataFrame, top: int) -> pl.DataFrame:
    """The decided rows that move most money, then those that tie up most."""
    import polars as pl

    decided = rows.filter(pl.col("decision") != "cannot_decide")
    return decided.sort(
        pl.col("change_value").abs().fill_null(0), pl.col("mean_stock_value").fill_null(0), "item", descending=[True, True, False]
    ).head(top)


def plan_table(plan: Plan, top: int) -> Table:
    """The biggest moves of a plan, one line an item."""
    code = _code(plan.terms.currency)
    table = _table(
        f"What to hold, biggest moves first ({min(top, len(plan)):,} of {len(plan):,})",
        ("item", "decision"),
        (
            "reserve\n[units]",
            "reorder at\n[units]",
            "order\n[units]",
            "today at\n[units]",
            "service\n[cycles]",
            f"ties up\n{code}",
            f"change\n{code}",
        ),
    )
    for row in biggest(plan.rows, top).iter_rows(named=True):
        reserve = row["safety_stock"]
        table.add_row(
            row["item"],
            DECISIONS.get(row["decision"], row["decision"]),
            "–" if reserve is None else reserve_units(reserve),
            units(row["reorder_point"]),
            units(row["order_quantity"]),
            units(row["today_reorder_point"]),
            percent(row["stated_cycle_service"]),
            figure(row["mean_stock_value"]),
            signed(row["change_value"]),
        )
    return table


def undecided_table(summary: Summary) -> Table | None:
    """What the undecided items lack, and what Settings filled in; None where neither happened."""
    if not summary.undecided and not summary.assumed:
        return None
    table = _table("What is missing, and what was assumed", ("for want of", ""), ("items",))
    for what, n in summary.undecided.items():
        table.add_row(what, "cannot decide", f"{n:,}")
    for what, n in summary.assumed.items():
        table.add_row(what, "assumed", f"{n:,}")
    return table


def explained(item: Recommendation) -> list[str]:
    """One item in paragraphs: what to do, the price, the reasons, the neighbours."""
    head = [part for part in (item.description, item.supplier, item.criticality and f"class {item.criticality}") if part]
    lines = [f"{item.item}  {' · '.join(head)}".rstrip(), f"  {hold_sentence(item)}"]
    if item.decision == "cannot_decide":
        return lines
    paragraphs = [today_sentence(item), money_sentence(item), service_sentence(item), f"{gate_sentence(item)}."]
    lines += [f"  {text}" for text in paragraphs if text]
    why = factors(item)
    if why:
        lines += ["", "Why", *(f"  - {reason}" for reason in why)]
    beside = [text for text in (neighbour_sentence(item, "leaner"), neighbour_sentence(item, "safer")) if text]
    if beside:
        lines += ["", "Beside it on the curve", *(f"  {text}" for text in beside)]
    if item.assumed:
        lines += ["", "Assumed", *(f"  {text}" for text in item.assumed)]
    return lines


def diff_table(diff: PlanDiff, currency: str, top: int) -> Table:
    """What changes from one plan to the next, biggest money first."""
    code = _code(currency)
    table = _table(
        f"What changes ({min(top, diff.rows.height):,} of {diff.rows.height:,})",
        ("item", "change", "decision", "was"),
        ("was at\n[units]", "reorder at\n[units]", "order\n[units]", f"ties up\n{code}", f"cost\n{code}/year"),
    )
    for row in diff.rows.head(top).iter_rows(named=True):
        before, after = (DECISIONS.get(row[name] or "", row[name] or "") for name in ("was_decision", "decision"))
        table.add_row(
            row["item"],
            row["change"],
            after,
            before if before != after else "",
            units(row["was_reorder_point"]),
            units(row["reorder_point"]),
            units(row["order_quantity"]),
            signed(row["change_value"]),
            signed(row["change_total_cost"]),
        )
    return table


def rehearsal_table(rehearsal: Rehearsal) -> Table:
    """Promised against lived service by demand kind, with the money in stock."""
    table = _table(
        "Promised against lived",
        ("policy", "demand"),
        (
            "items",
            "cycles\npromised",
            "cycles\nlived",
            "shelf\npromised",
            "shelf\nlived",
            "stockouts\na year",
            f"in stock\n{_code(rehearsal.plan.terms.currency)}",
        ),
    )
    for row in rehearsal.by("kind").iter_rows(named=True):
        shares = [percent(row[name]) for name in ("stated_cycle_service", "cycle_service", "stated_fill_rate", "fill_rate")]
        table.add_row(row["policy"], row["kind"], f"{row['items']:,}", *shares, figure(row["occasions"]), figure(row["mean_stock_value"]))
    return table


def frame_table(title: str, rows: Iterable[Mapping[str, Any]], formats: Mapping[str, Any] | None = None) -> Table:
    """
    Any small list of rows with the same names.

    ``formats`` says how a column's numbers are written; numbers without one have three digits.
    """
    given = list(rows)
    names = list(given[0]) if given else []
    numbers = [name for name in names if any(isinstance(row[name], int | float) for row in given)]
    table = _table(title, [_words(name) for name in names if name not in numbers], [_words(name) for name in numbers])
    for row in given:
        texts = ["" if row[name] is None else str(row[name]) for name in names if name not in numbers]
        table.add_row(*texts, *((formats or {}).get(name, figure)(row[name]) for name in numbers))
    return table


def _table(title: str, texts: Sequence[str], numbers: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        pad_edge=False,
    )
    for head in texts:
        least = ITEM_WIDTH if head == "item" else None
        table.add_column(head, overflow="fold", no_wrap=head in ("decision", "was", "change"), min_width=least)
    for head in numbers:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _code(currency: str) -> str:
    return "[money]" if currency in ("", "unknown") else f"[{currency}]"
