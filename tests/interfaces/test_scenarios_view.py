"""Kept scenarios are shown beside what is supposed, and before anything is."""

from __future__ import annotations

from justenough.archive.errands import Found
from justenough.archive.scenarios import Scenarios
from justenough.interfaces.views.scenarios_view import Typed, scenarios_view


def test_kept_scenarios_are_shown_before_anything_is_supposed(tmp_path):
    totals = {"stock_value": 10.0, "total_cost": 3.0, "fill_rate": 0.9}
    broken = [{"breaks_on": "2026-03-02"}, {"breaks_on": None}, {"breaks_on": "2026-02-01"}]
    kept = Scenarios(tmp_path / "scenarios")
    kept.save("strike", {"now": totals, "then": totals, "breaks": broken, "short_cost": 5.0, "currency": "EUR"})
    view = scenarios_view(kept, Found(), {}, Typed(), has_plan=True)
    assert view.now.name == "as it is"
    assert [(one.name, one.breaking_items, str(one.first_break)) for one in view.beside] == [("strike", 2, "2026-02-01")]
