"""Scenario wording: a cost nobody knows is not said to be nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from justenough.interfaces.scenario_wording import _costs
from justenough.strategy.whatif import Scenario, Totals, WhatIf


def test_what_nobody_prices_is_not_said_to_cost_nothing() -> None:
    """One item that runs out has no stockout cost: the sentence says so, alone and beside one that has."""
    kinds = {"short_cost": pl.Float64, "short_units": pl.Float64}
    breaks = pl.DataFrame({"short_cost": [None, 50.0], "short_units": [3.0, 2.0]}, schema=kinds)
    totals = Totals(1.0, 1.0, 1.0, 1.0, 1.0, 1, 1)
    both = WhatIf(Scenario("strike"), totals, totals, pl.DataFrame(), breaks, pl.DataFrame(), date(2026, 1, 1), "EUR")
    assert _costs(both) == "the stockouts would cost 50 EUR, and nobody says what a stockout costs of 1 item"
    assert _costs(replace(both, breaks=breaks.head(1))) == "nobody says what a stockout costs of 1 item"
    assert (both.short_cost, replace(both, breaks=breaks.head(1)).short_cost) == (50.0, None)
    assert _costs(replace(both, breaks=breaks.tail(1))) == "the stockouts would cost 50 EUR"
