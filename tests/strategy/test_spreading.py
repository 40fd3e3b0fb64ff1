"""Spreading: cover that follows need explains it; cover that does not is no better than shuffled."""

from __future__ import annotations

import numpy as np
import polars as pl

from justenough.strategy.spreading import spread_over


def test_cover_in_proportion_to_need_is_explained_whole():
    need = np.arange(5.0, 45.0)
    rows = pl.DataFrame({"demand_per_day": 2.0, "today_reorder_point": 3 * need, "reorder_point": need, "decision": "lean"})
    found = spread_over(rows, np.random.default_rng(1), 999)
    assert found is not None
    assert round(found.explained, 9) == 1.0
    assert found.p_value == 1 / 1000  # none of 999 shuffles does as well
    assert found.items == 40
