"""Supplying: the command that says how late each supplier is, as counted and as believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.figures import figure, percent
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import DEFAULT_WORKSPACE, JsonOption, TopOption, WorkspaceOption, at, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rich.table import Table

FEW = 3  # orders up to which what is counted says next to nothing


def suppliers(workspace: WorkspaceOption = DEFAULT_WORKSPACE, top: TopOption = 20, *, as_json: JsonOption = False) -> None:
    """
    Say how late each supplier's orders come, with bounds, most orders first.

    Example: justenough suppliers --top 10
    """
    from justenough.estimation.lateness import lateness_of

    with working("Looking at receipts", 2) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            plant = kept.plant()
        step("Counting late orders")
        rows = lateness_of(plant).frame().to_dicts() if plant.receipts.height else []
    if as_json:
        say_json(rows)
        return
    if not rows:
        say(f"No receipt of this plant has a promised day and a supplier, so lateness cannot be said. Import receipts{at(workspace)}.")
        return
    show(lateness_table(rows, top, width()))
    few = sum(row["orders"] <= FEW for row in rows)
    if few:
        said = f"{few} of {len(rows)} suppliers have {FEW} orders or fewer"
        say(f"{said}: what is counted of them says little, so what is believed is drawn to the other suppliers'.")


def lateness_table(rows: list[dict[str, Any]], top: int, width: int) -> Table:
    """One row a supplier: what was counted, and what is believed of the next order."""
    from justenough.interfaces.tables import Column, laid_out

    shown = rows[:top]

    def ranged(row: Mapping[str, Any], name: str, write: Any) -> str:
        middle, low, high = (row[f"shrunk_{part}"] for part in (name, _bound(name, "lower"), _bound(name, "upper")))
        return f"{write(middle)} ({write(low)} to {write(high)})"

    columns = (
        Column("supplier", [row["supplier"] for row in shown]),
        Column("orders", [f"{row['orders']:,}" for row in shown], number=True),
        Column("late,\ncounted", [f"{row['late']:,} ({percent(row['share'])})" for row in shown], number=True, rank=2),
        Column("late, believed", [ranged(row, "share", percent) for row in shown], number=True),
        Column("mean days late", [ranged(row, "mean_days", figure) for row in shown], number=True, rank=1),
        Column("95 % within\n[days late]", [figure(row["shrunk_p95_days"]) for row in shown], number=True, rank=3),
    )
    return laid_out(f"Lateness of suppliers, 95 % bounds ({len(shown):,} of {len(rows):,})", columns, width)


def _bound(name: str, which: str) -> str:
    """``mean_days`` -> ``mean_lower_days``; ``share`` -> ``share_lower``."""
    return f"{name.removesuffix('_days')}_{which}_days" if name.endswith("_days") else f"{name}_{which}"
