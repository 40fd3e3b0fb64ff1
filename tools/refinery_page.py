"""Write docs/refinery.md: a refinery's own Min and Max against ours, both lived through the same months.

python tools/refinery_page.py FOLDER_OF_THE_EXPORT
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

import justenough as je

if TYPE_CHECKING:
    from justenough.strategy.rehearse import Rehearsal

PAGE = Path(__file__).parents[1] / "docs" / "refinery.md"
CLASSES = {"high": 0.99, "medium": 0.97, "low": 0.95, "none": 0.90}
DECLARED = {"holding_rate": 0.25, "ordering_cost": 30.0, "review_days": 30.0}
FLAT_TARGETS = (0.80, 0.90, 0.95, 0.98, 0.99)
PRICES = (200.0, 500.0, 1000.0, 2000.0, 5000.0)  # of one stockout, units of the price

HEAD = """# A refinery's spare parts: the owner's Min and Max against ours

*This page is written by `python tools/refinery_page.py FOLDER`; no figure in it is typed by hand.*

The export holds {n_items:,} maintenance materials of one oil refinery: price, delivery time, the owner's Min
(reorder point) and Max, the class of equipment each is built into, and {n_periods} months of consumption. The
sizing saw the first {n_seen} months. Then both policies were lived through the last {n_held} months, on the same
demand and the same {lives} draws of lead times; unmet demand waits.

Declared for this page, because the export does not say: holding {holding_rate:.0%} of the price a year,
{ordering_cost:.0f} an order, a look at the stock every {review_days:.0f} days, and these least cycle services by class:
{targets}. The currency of the prices is not known, so money is in units of the price.

**Read with care.** The owner's Min and Max are those of the end of the record. They may have been set with
knowledge of the very months they are lived through here; ours were not. The delivery times are planned figures
without receipts, so their spread is an assumption, the same for both.
"""

UNDECIDED = """
## What could not be decided

Of {n_items:,} materials, {decided:,} were decided and {undecided:,} were not. A material lacking two things counts in both lines.

| missing | materials |
|---|---:|
{rows}

In the months kept for sizing many materials were never used; the plan says so instead of inventing a demand.
"""

VERDICT = """
## What came out

Over the {items:,} materials that have both: the owner's levels held {today_value:,.0f} on average and ran empty
{today_stockouts:,.0f} times a year, with a fill rate of {today_fill:.1%} by value. Ours held {plan_value:,.0f}
({change:+.0%}), ran empty {plan_stockouts:,.0f} times a year, with a fill rate of {plan_fill:.1%}.
Ours stated {stated:.1%} cycle service and {achieved:.1%} was lived; the owner's levels, put into the same model,
state {today_stated:.1%} and lived {today_achieved:.1%}.
"""

FRONTIER = """
## One target, or one price, for every material

Asking one cycle service of every material, whatever its class or price, walks along one frontier; charging every
stockout the same price, and letting each material find its own cheapest level, walks along another. The owner's
point is in the last row: a row of ours with less money *and* fewer stockouts beats it, one with more of either
does not. One price for all lets the dear materials run out more often than the cheap ones, so its fill rate *by
value* is lower at the same count of stockouts.

| policy | stated | lived | fill rate | stockouts a year | money in stock |
|---|---:|---:|---:|---:|---:|
{rows}
"""


def lived(plant: je.Plant, **choices: object) -> Rehearsal:
    """Rehearse the plant with this page's declarations and the choices given."""
    return je.rehearse(plant, je.Settings(**DECLARED, **choices))


def priced(plant: je.Plant, price: float) -> je.Plant:
    """Charge every stockout of every material the same."""
    charged = plant.items.with_columns(pl.lit(price).alias("stockout_cost"), pl.lit("per_occasion").alias("stockout_basis"))
    return replace(plant, tables={**plant.tables, "items": charged})


def by_class(rehearsal: Rehearsal) -> str:
    """Write both policies by class of equipment as a Markdown table."""
    table = rehearsal.by("criticality", both=True)
    lines = [
        "| class | materials | policy | stated | lived | fill rate | stockouts a year | money in stock |",
        "|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for name in (*CLASSES, "all"):
        for policy, words in (("today", "owner"), ("plan", "ours")):
            row = table.row(by_predicate=(pl.col("criticality") == name) & (pl.col("policy") == policy), named=True)
            lines.append(f"| {name} | {row['items']:,} | {words} | {figures(row)} |")
    return "\n".join(lines)


def figures(row: dict[str, float]) -> str:
    """Write services, stockouts and money of one row."""
    shares = [f"{row[name]:.1%}" for name in ("stated_cycle_service", "cycle_service", "fill_rate")]
    return " | ".join([*shares, f"{row['occasions']:,.0f}", f"{row['mean_stock_value']:,.0f}"])


def overall(rehearsal: Rehearsal, policy: str) -> dict[str, float]:
    """Give the totals of one policy over the materials lived under both."""
    return rehearsal.by(None, both=True).row(by_predicate=pl.col("policy") == policy, named=True)


def page(plant: je.Plant) -> str:
    """Write the whole page."""
    ours = lived(plant, criticality_targets=CLASSES)
    plan, today = overall(ours, "plan"), overall(ours, "today")
    summary = ours.plan.summary()
    undecided = summary.by_decision["cannot_decide"]
    rows = [
        f"| one target {target:.0%} | {figures(overall(lived(plant, target_cycle_service=target), 'plan'))} |" for target in FLAT_TARGETS
    ]
    rows += [f"| one price {price:,.0f} | {figures(overall(lived(priced(plant, price)), 'plan'))} |" for price in PRICES]
    parts = [
        HEAD.format(
            n_items=len(plant),
            n_periods=ours.n_periods,
            n_seen=ours.n_periods - ours.n_held_back,
            n_held=ours.n_held_back,
            lives=ours.plan.settings.rehearsals,
            targets=", ".join(f"{name} {target:.0%}" for name, target in CLASSES.items()),
            **DECLARED,
        ),
        VERDICT.format(
            items=plan["items"],
            today_value=today["mean_stock_value"],
            today_stockouts=today["occasions"],
            today_fill=today["fill_rate"],
            plan_value=plan["mean_stock_value"],
            change=plan["mean_stock_value"] / today["mean_stock_value"] - 1.0,
            plan_stockouts=plan["occasions"],
            plan_fill=plan["fill_rate"],
            stated=plan["stated_cycle_service"],
            achieved=plan["cycle_service"],
            today_stated=today["stated_cycle_service"],
            today_achieved=today["cycle_service"],
        ),
        "\n## By class of equipment\n\n" + by_class(ours) + "\n",
        FRONTIER.format(
            rows="\n".join([*rows, f"| ours, by class | {figures(plan)} |", f"| the owner's Min and Max | {figures(today)} |"])
        ),
        UNDECIDED.format(
            n_items=len(plant),
            decided=len(plant) - undecided,
            undecided=undecided,
            rows="\n".join(f"| {reason} | {count:,} |" for reason, count in summary.undecided.items()),
        ),
    ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(je.read(sys.argv[1], "oil_refinery_spares")))
