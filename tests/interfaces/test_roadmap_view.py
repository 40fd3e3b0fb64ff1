"""A roadmap that is not there is told from one that has nothing to say."""

from __future__ import annotations

import polars as pl

from justenough.archive.errands import Found
from justenough.interfaces.views.roadmap_view import ImprovementLine, improvement_pairs, roadmap_view
from justenough.strategy.roadmap import Roadmap


def test_nothing_to_improve_is_told_from_no_plan():
    empty = roadmap_view(Found(Roadmap(pl.DataFrame(), 100.0, 20.0, "EUR")))
    assert (empty.stock_value, empty.improvements) == (100.0, ())
    assert roadmap_view(Found(None, "No.")).why == "No."
    assert improvement_pairs(()) == []


def test_the_page_says_who_holds_the_stock():
    row = {"figure": "mttr", "where": "PRS-4", "factor": 0.5, "released_value": 5_000.0, "saved_cost": 900.0, "adds_value": 5_000.0}
    held = pl.DataFrame({"holder": ["PRS-4"], "cause": ["stops"], "value": [41_000.0]})
    rows = pl.DataFrame([{name: row.get(name) for name in ImprovementLine.__dataclass_fields__ if name != "words"}])
    view = roadmap_view(Found(Roadmap(rows, 310_000.0, 20.0, "EUR", held)))
    assert view.sentences[-1] == "Of the 310,000 EUR this plan keeps in stock, PRS-4's repair times hold 41,000 EUR."
