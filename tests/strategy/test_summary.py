"""Summary: totals added up once more, by hand."""

import polars as pl
import pytest

from justenough.strategy.exchange import exchange_of
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


def test_items_at_the_end_of_their_curve_are_counted_and_the_dearest_named(plan):
    told = {"item": ["A", "B", "C", "D"], "decision": ["JIC"] * 4, "gate": ["not yet"] * 4, "_enough": [0.2, None, 0.9, 0.1]}
    rows = pl.concat([plan.rows.head(0), pl.DataFrame({**told, "stockout_cost": [3.0, 99.0, 7.0, None]})], how="diagonal")
    summary = summary_of(rows, "EUR")
    assert (summary.n_at_end, summary.at_end) == (3, ("C", "A", "D"))
    assert summary_of(rows.drop("_enough"), "EUR").n_at_end == 0  # of a plan saved before


def test_what_is_freed_and_what_is_tied_up_are_added_up_apart(plan):
    told = {"item": list("ABCDEF"), "decision": [*["lean"] * 5, "cannot_decide"], "change_value": [-100.0, -20.0, 70.0, 0.0, None, -9.0]}
    today = pl.Series([200.0, 200.0, 200.0, 200.0, None, 200.0])
    rows = pl.concat([plan.rows.head(0), pl.DataFrame({**told, "today_mean_stock_value": today})], how="diagonal")
    summary = summary_of(rows, "EUR")
    assert (summary.n_freed, summary.freed_value, summary.n_tied, summary.tied_value) == (2, 120.0, 1, 70.0)
    assert summary.change_value == summary.tied_value - summary.freed_value


def test_a_plan_says_its_own_summary(plan):
    assert plan.summary() == summary_of(plan.figures, "EUR")
    assert plan.summary().n_faced == 3  # A, B, C: S1 once stopped, so S2 may; nobody says whose J is


def test_the_share_from_the_shelf_is_weighed_by_the_money_wanted(plan):
    """By hand: 10 x 9 a day at 90 and 50 %, 1 x 10 at 100 %; the third has no levels of today and enters the plan's own share only."""
    told = {"item": list("ABC"), "decision": ["lean"] * 3, "gate": ["passed"] * 3, "unit_cost": [10.0, 1.0, 100.0]}
    shares = {"stated_fill_rate": [0.9, 1.0, 0.95], "today_stated_fill_rate": [0.5, 1.0, None], "demand_per_day": [9.0, 10.0, 1.0]}
    summary = summary_of(pl.concat([plan.rows.head(0), pl.DataFrame(told | shares)], how="diagonal"), "EUR")
    assert summary.compared_fill_rate == pytest.approx((90 * 0.9 + 10) / 100)
    assert summary.today_fill_rate == pytest.approx((90 * 0.5 + 10) / 100)
    assert summary.fill_rate == pytest.approx((90 * 0.9 + 10 + 95) / 200)
    assert summary_of(plan.rows.head(0), "EUR").fill_rate is None


def test_the_share_from_the_shelf_is_the_pictures(plan):
    """Second method: the plant's picture of stock against service, which weighs its curves."""
    exchange, summary = exchange_of(plan), plan.summary()
    assert summary.compared_fill_rate == pytest.approx(exchange.plan[1])
    assert summary.today_fill_rate == pytest.approx(exchange.today[1])
