"""Summary: totals added up once more, by hand."""

import polars as pl

from justenough.strategy.summary import summary_of


def test_items_that_run_out_are_counted_and_the_dearest_named(plan):
    rows = plan.rows.head(0)
    many = pl.concat(
        [
            rows,
            pl.DataFrame(
                {
                    "item": ["A", "B", "C", "D", "E", "F", "G"],
                    "decision": ["lean"] * 5 + ["ended", "cannot_decide"],
                    "gate": ["passed"] * 5 + [None, None],
                    "survives": [0.2, 0.49, 0.5, 0.1, None, 0.1, 0.1],
                    "demand_per_day": [1.0, 10.0, 10.0, 2.0, 99.0, 99.0, 99.0],
                    "unit_cost": [50.0, 1.0, 1.0, 10.0, 1.0, 1.0, 1.0],
                    "expiry_cost": [1.0, 2.0, 0.0, 0.0, 4.0, 0.0, None],
                }
            ),
        ],
        how="diagonal",
    )
    summary = summary_of(many, "EUR")
    assert (summary.n_faced, summary.n_run_out, summary.run_out) == (4, 3, ("A", "D", "B"))
    assert summary.expiry_cost == 7.0
    assert summary.currency == "EUR"


def test_a_plan_says_its_own_summary(plan):
    assert plan.summary() == summary_of(plan.rows, "EUR")
    assert plan.summary().n_faced == 3  # A, B, C: S1 once stopped, so S2 may; nobody says whose J is
