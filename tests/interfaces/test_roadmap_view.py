"""A roadmap that is not there is told from one that has nothing to say."""

from __future__ import annotations

import polars as pl

from justenough.archive.errands import Found
from justenough.interfaces.views.roadmap_view import improvement_pairs, roadmap_view
from justenough.strategy.roadmap import Roadmap


def test_nothing_to_improve_is_told_from_no_plan():
    empty = roadmap_view(Found(Roadmap(pl.DataFrame(), 100.0, 20.0, "EUR")))
    assert (empty.stock_value, empty.improvements) == (100.0, ())
    assert roadmap_view(Found(None, "No.")).why == "No."
    assert improvement_pairs(()) == []
