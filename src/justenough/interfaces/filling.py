"""Filling: the command that gives min-max levels, for systems that order up to a maximum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import count, figure, in_currency, money, percent, units
from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    DecimalOption,
    ForceOption,
    HoldingRate,
    JsonOption,
    OrderingCost,
    SettingsFile,
    TargetCycleService,
    TopOption,
    WorkspaceOption,
    opened,
    settings_from,
    sized_like,
    usual_of,
)

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

HOW = (
    "When a review finds on hand + on order at or below min, order up to max. Min and lot are chosen together here; the plan takes the "
    "economic lot first and stops at its just-in-case end. Customers may be let wait for an order where that costs less and no floor "
    "forbids it."
)


def minmax(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    settings: SettingsFile = None,
    holding_rate: HoldingRate = None,
    ordering_cost: OrderingCost = None,
    target_cycle_service: TargetCycleService = None,
    top: TopOption = 20,
    out: Annotated[Path | None, typer.Option("--out", dir_okay=False, help="Write all items to this CSV file.")] = None,
    decimal: DecimalOption = ".",
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Give the min and max of every item that may have them, for systems that order up to a maximum, beside the plan's whole lots.

    Settings that no flag gives are those of the latest plan, or of the settings file. Items that spoil, must be
    ordered in lots or have no price are left out.

    Example: justenough minmax --ordering-cost 25 --out levels.csv --decimal ,
    """
    from justenough.interfaces.exports import Csv, shortened, write_csv
    from justenough.strategy import decide
    from justenough.strategy.filling_up import filled_up

    csv = Csv.marked(decimal)
    if out is not None:
        refuse_overwrite(out, force=force)
    with working("Choosing min and max", 3) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            plant, usual, latest = kept.plant(), usual_of(kept), kept.latest()
        chosen = settings_from(
            settings, holding_rate=holding_rate, ordering_cost=ordering_cost, target_cycle_service=target_cycle_service, usual=usual
        )
        step("Sizing the items")
        found = decide.decided(plant, chosen)
        step("Trying every pair of levels")
        rows = filled_up(found)
    if out is not None:
        write_csv(shortened(rows), out, csv)
    if as_json:
        say_json(rows.to_dicts())
        return
    if not rows.height:
        say("No item can be given a min and max: each lacks something, spoils, has no price or must be ordered in lots.")
        return
    if sentence := sized_like(latest, usual, chosen):
        say(sentence)
    currency = found.plan.summary().currency
    show(min_max_table(rows.head(top), currency))
    say("\n".join(min_max_sentences(rows, len(found.plan.figures), currency)))
    if out is not None:
        say(f"All {rows.height:,} items are in {out}.")


def min_max_sentences(rows: pl.DataFrame, n_items: int, currency: str) -> list[str]:
    """What the levels cost together beside the plan's, and how to read them."""
    theirs, ours = float(rows["plan_cost_a_year"].sum()), float(rows["cost_a_year"].sum())
    stock, before = float(rows["mean_stock_value"].sum()), float(rows["plan_stock_value"].sum())
    left = f"; {n_items - rows.height:,} lack something, spoil, have no price or come in lots" if rows.height < n_items else ""
    together = f"Together {money(ours, currency)} a year and {money(stock, currency)} in stock"
    return [
        f"{count(rows.height, 'item')}{left}. {together}; with the plan's lots {money(theirs, currency)} and {money(before, currency)}.",
        HOW,
    ]


def min_max_table(rows: pl.DataFrame, currency: str) -> Table:
    """One row an item, the largest saving first."""
    from justenough.interfaces.tables import Column, laid_out

    def each(name: str, write: object) -> list[str]:
        return [write(value) for value in rows[name]]  # type: ignore[operator]

    code = in_currency(currency, unnamed="money")
    columns = (
        Column("item", rows["item"].to_list()),
        Column("min\n[units]", each("reorder_point", units), number=True),
        Column("max\n[units]", each("order_up_to", units), number=True),
        Column("fill\nrate", each("stated_fill_rate", percent), number=True),
        Column(f"cost\n[{code}/year]", each("cost_a_year", figure), number=True),
        Column("plan's\nmin", each("plan_reorder_point", units), number=True, rank=2),
        Column("plan's\nmax", each("plan_order_up_to", units), number=True, rank=2),
        Column(f"saving\n[{code}/year]", each("saving_a_year", figure), number=True),
        Column("because of", rows["reason"].to_list(), rank=3),
    )
    return laid_out("Min and max, largest saving first", columns, width())
