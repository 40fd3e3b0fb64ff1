"""Plan diff: what came, went and changed, with its money."""

from __future__ import annotations


def test_diff_lists_what_changed_with_its_money(made, two):
    later = made(
        item=["A", "B", "D"],
        decision=["lean", "JIT", "JIC"],
        reorder_point=[6.0, 3.0, 1.0],
        order_quantity=[2.0, 2.0, 1.0],
        mean_stock_value=[42.0, 10.0, 5.0],
        total_cost=[2.5, 1.0, 1.0],
    )
    diff = later.diff(two)
    assert diff.rows.select("item", "change", "change_value").rows() == [("A", "changed", 12.0), ("D", "new", 5.0), ("C", "gone", 0.0)]
    assert diff.n_same == 1
    assert diff.change_value == 17.0
    assert diff.change_total_cost == 1.5
    assert two.diff(two).rows.height == 0
