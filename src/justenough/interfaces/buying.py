"""Buying: the command that lists what is to be ordered now, supplier by supplier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import figure, in_currency, units
from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width
from justenough.interfaces.options import DEFAULT_WORKSPACE, DecimalOption, ForceOption, JsonOption, PlanOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from justenough.archive.workspace import Workspace

NOT_TOLD = "not said"  # an item without a supplier


def orders(
    plan_id: PlanOption = "latest",
    supplier: Annotated[str | None, typer.Option("--supplier", help="Only orders to this supplier.", show_default=False)] = None,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Write the list to this file: .csv, .xlsx or .parquet.", show_default=False)
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    decimal: DecimalOption = ".",
    top: Annotated[int, typer.Option("--top", min=1, help="Lines shown; --out and --json always hold all.")] = 50,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    List what is to be ordered now, by supplier, most money first: stock in hand and on order against a saved plan's reorder points.

    Example: justenough orders --out orders.csv
    """
    from justenough.interfaces.exports import Csv, notes, write_levels
    from justenough.interfaces.keeping import form_of
    from justenough.strategy.in_hand import orders_of, week_of

    form = form_of(out, None)
    if out is not None:
        refuse_overwrite(out, force=force)
    with opened(workspace) as kept:
        plan = kept.plan(plan_id)
        since = stock_sentence(kept, plan.plan_id)
    week, due = week_of(plan.figures), orders_of(plan.figures)
    shown = due if supplier is None else due.filter(due["supplier"].fill_null(NOT_TOLD).str.to_lowercase() == supplier.strip().lower())
    if out is not None:
        said = {"orders": "due now, in stock units and the plant's currency", "stock": since, **notes(plan)}
        write_levels(shown, out, form.value, said, csv=Csv.marked(decimal))
    if as_json:
        say_json({"plan": plan.plan_id, "stock": since, "week": week, "suppliers": by_supplier(shown), "orders": shown})
        return
    from justenough.interfaces.wording import week_sentence

    if not week.n_known:
        say(f"{NO_STOCK_ON_RECORD}, then: justenough recommend{at(workspace)}")
        return
    say(f"{week_sentence(week, plan.terms.currency)} {since}")
    if not due.height:
        say("Nothing is to be ordered now: every item whose stock is known lies above its reorder point.")
        return
    if not shown.height:
        say(f"Nothing is to be ordered now of {supplier!r}. Orders are due of: {', '.join(by_supplier(due)['supplier'])}.")
        return
    if supplier is None and by_supplier(shown).height > 1:
        say()
        show(suppliers_table(by_supplier(shown), plan.terms.currency))
    say()
    show(orders_table(shown.head(top), shown.height, plan.terms.currency))
    if out is not None:
        say(f"All {shown.height:,} lines are in {out}.")


NO_STOCK_ON_RECORD = (
    "No stock in hand is on record, so nobody can say what to order. Import it as the column on_hand of the items, e.g. from a list of "
    "codes and stock (docs/import.md)"
)


def stock_sentence(kept: Workspace, plan_id: str) -> str:
    """From which day the stock in hand of a plan is, and whether a newer one has been imported since; empty where nobody knows."""
    mine = set(kept.plan_entry(plan_id).imports)
    live = [one for one in kept.imports() if "items" in one.tables and not one.corrects]
    told = [one for one in live if one.import_id in mine]
    if not told:
        return ""
    day = f"Stock as imported on {told[-1].created:%Y-%m-%d}"
    last = kept.last_day(sorted(mine))
    recorded = f", when records went to {last:%Y-%m-%d}" if last is not None else ""
    newer = live[-1] if live[-1].import_id not in mine else None
    later = f" It was imported again on {newer.created:%Y-%m-%d}: recommend again to count that." if newer is not None else ""
    return f"{day}{recorded}.{later}"


def by_supplier(due: pl.DataFrame) -> pl.DataFrame:
    """How many lines each supplier has, and their money; the most money first."""
    import polars as pl

    named = due.group_by(pl.col("supplier").fill_null(NOT_TOLD)).agg(pl.len().alias("items"), pl.col("order_now_value").sum())
    return named.sort("order_now_value", "supplier", descending=[True, False])


def suppliers_table(suppliers: pl.DataFrame, currency: str) -> Table:
    """What each supplier is to be asked for, in money."""
    from justenough.interfaces.tables import Column, laid_out

    code = in_currency(currency, unnamed="money")
    columns = (
        Column("supplier", suppliers["supplier"].to_list()),
        Column("items", [f"{n:,}" for n in suppliers["items"]], number=True),
        Column(f"order now\n[{code}]", [figure(value) for value in suppliers["order_now_value"]], number=True),
    )
    return laid_out("To be ordered now, by supplier", columns, width())


def orders_table(due: pl.DataFrame, n_due: int, currency: str) -> Table:
    """One line an item to be ordered."""
    from justenough.interfaces.tables import Column, laid_out

    code = in_currency(currency, unnamed="money")
    suppliers = due["supplier"].fill_null(NOT_TOLD).to_list()
    fresh = [name if i == 0 or suppliers[i - 1] != name else "" for i, name in enumerate(suppliers)]
    columns = (
        Column("supplier", fresh),
        Column("item", due["item"].to_list()),
        *([Column("description", [text or "" for text in due["description"]], rank=4)] if due["description"].count() else []),
        Column("in stock\n[units]", [units(value) for value in due["on_hand"]], number=True, rank=2),
        Column("on order\n[units]", [units(value) for value in due["on_order"]], number=True, rank=3),
        Column("reorder at\n[units]", [units(value) for value in due["reorder_point"]], number=True, rank=1),
        Column("order now\n[units]", [units(value) for value in due["order_now"]], number=True),
        Column(f"order now\n[{code}]", [figure(value) for value in due["order_now_value"]], number=True),
    )
    return laid_out(f"To be ordered now ({due.height:,} of {n_due:,} items)", columns, width())
