"""Ahead: levels of coming periods, averaged by hand over exposed times that begin with each."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.ahead import coming, demand_ahead
from justenough.estimation.demand import demand_of
from justenough.estimation.history import History


def history_on(starts, period_days, series):
    n = len(series)
    return History(tuple(f"I{i}" for i in range(n)), Ragged.of(series), np.zeros(n, int), starts, period_days, np.zeros(n))


def test_coming_months_and_weeks_follow_the_record():
    months = history_on((date(2023, 11, 1), date(2023, 12, 1)), 30.4375, [[1.0, 2.0]])
    assert coming(months, 3) == (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
    weeks = history_on((date(2024, 2, 19), date(2024, 2, 26)), 7.0, [[1.0, 2.0]])
    assert coming(weeks, 2) == (date(2024, 3, 4), date(2024, 3, 11))


def test_an_exposed_time_is_averaged_over_the_periods_it_meets():
    """Levels 1, 2, 4 a day; ten days from week 1: seven at 2 and three at 4; the last week stands for all after it."""
    weeks = history_on((date(2024, 2, 19), date(2024, 2, 26)), 7.0, [[1.0, 2.0]])
    demand = demand_of(weeks)
    ahead = replace(demand_ahead(weeks, demand, periods=3), mean=np.array([[1.0, 2.0, 4.0]]), variance=np.array([[3.0, 6.0, 12.0]]))
    later = ahead.demand_from(demand, 1, np.array([10.0]))
    assert later.mean[0] == pytest.approx((7 * 2 + 3 * 4) / 10)
    assert later.variance[0] == pytest.approx((7 * 6 + 3 * 12) / 10)
    assert ahead.demand_from(demand, 0, np.array([28.0])).mean[0] == pytest.approx((7 * 1 + 7 * 2 + 14 * 4) / 28)
    assert ahead.demand_from(demand, 2, np.array([28.0])).mean[0] == pytest.approx(4.0)
    with pytest.raises(ValueError, match="0 to 2, got 3"):
        ahead.demand_from(demand, 3, np.array([7.0]))
