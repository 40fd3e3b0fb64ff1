"""Order waits: what has come, what waits, and what was never closed in the books."""

import numpy as np
import polars as pl
import pytest

from justenough.estimation.order_waits import OrderLines, late_share_of, waits_of


def lines(ordered, received, short, now):
    columns = [np.array(one, float) for one in (ordered, received, short)]
    return OrderLines(np.arange(len(ordered)), *columns, instalments=np.zeros(len(ordered), bool), now=now)


def test_each_line_is_done_open_short_or_settled_once():
    """Longest 30 days: an order open for 40 waits, one for 100 was never closed; one short for 100 is settled with its part."""
    found = waits_of(
        lines([0.0, 60.0, 0.0, 70.0, 0.0], [30.0, np.nan, np.nan, np.nan, np.nan], [np.nan, np.nan, np.nan, 75.0, 20.0], 100.0),
        np.log([30.0, 1.0, 1.0, 5.0, 10.0]),
        0.5,
        3.0,
    )
    assert (found.done_item.tolist(), found.open_item.tolist(), found.short_item.tolist()) == ([0, 4], [1], [3])
    np.testing.assert_allclose(found.done_log, [0.0, np.log(2.0)])
    np.testing.assert_allclose(found.open_log, [np.log(40.0)])
    np.testing.assert_allclose([found.short_log[0], found.short_wait[0]], [0.0, np.log(6.0)])


def test_an_order_received_the_day_it_was_placed_has_taken_the_least():
    found = waits_of(lines([5.0], [5.0], [np.nan], 9.0), np.zeros(1), 0.5, 3.0)
    assert found.done_log[0] == pytest.approx(np.log(0.5))


def test_late_is_what_came_after_its_promise_or_waits_beyond_it():
    rows = pl.DataFrame(
        {
            "code": [0, 0, 0, 1, 1, 2],
            "promised": [10, 10, None, 10, 30, 30],
            "received": [10, 11, 99, None, None, None],
            "short": [None, None, None, None, 29, None],
            "seen": [20] * 6,
        }
    )
    np.testing.assert_array_equal(late_share_of(rows, 4), [0.5, 0.5, np.nan, np.nan])


def test_a_planner_of_a_past_day_knows_nothing_that_came_later():
    """Day 50: what came on day 50 has come, what came on 51 is open, what was ordered that day is not known yet."""
    days = {"ordered": [10.0, 20.0, 30.0, 50.0], "received": [50.0, 51.0, np.nan, 55.0], "short": [np.nan, np.nan, 60.0, np.nan]}
    columns = {name: np.array(values) for name, values in days.items()}
    known = OrderLines(np.arange(4), **columns, instalments=np.zeros(4, bool), now=90.0).known_by(50.0)
    assert known.item.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(known.received, [50.0, np.nan, np.nan])
    assert np.isnan(known.short).all()
    assert known.now == 50.0
