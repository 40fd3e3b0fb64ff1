"""Tables: a narrow terminal loses whole columns, in their rank, never an item's code or a digit."""

from __future__ import annotations

import pytest
from rich.console import Console

from justenough.interfaces import printing, tables


def _said(table, width: int) -> list[str]:
    console = Console(width=width, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_items_and_levels_stay_whole_at_every_width(plan, width: int) -> None:
    lines = _said(printing.plan_table(plan, 60, width), width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    for row in printing.biggest(plan.rows, 60).iter_rows(named=True):
        line = next(line for line in lines if line.startswith(row["item"]))
        assert printing.units(row["reorder_point"]) in line
    assert ("No room for" in " ".join(lines)) == (width < 100)


def test_the_highest_rank_goes_first_and_zero_stays() -> None:
    columns = [tables.Column(name, ["x" * 10], rank=rank) for name, rank in (("a", 0), ("b", 2), ("c", 1), ("d", 0))]
    assert [one.head for one in tables.fitting(columns, 40)] == ["a", "c", "d"]
    assert [one.head for one in tables.fitting(columns, 5)] == ["a", "d"]


def test_a_title_longer_than_its_table_is_one_line() -> None:
    table = tables.laid_out("To be ordered now, by supplier", [tables.Column("a", ["1"], number=True)], 100)
    assert _said(table, 100)[0].rstrip() == "To be ordered now, by supplier"
    assert max(map(len, _said(tables.laid_out("x" * 50, [tables.Column("a", ["1"])], 40), 40))) <= 40
