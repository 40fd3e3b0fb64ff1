"""Planning view: percent on the page, fractions inside, and names only where they are whole."""

from __future__ import annotations

import pytest

from justenough.archive.errands import Found
from justenough.archive.making import Advance
from justenough.domain.figures import typed
from justenough.interfaces.views.planning_view import asked_of, planning_view
from justenough.sources.returning import Wording
from justenough.strategy.settings import Settings


def test_settings_are_shown_as_people_say_them():
    asked = asked_of(Settings(holding_rate=0.225, criticality_targets={"A": 0.995}).to_dict(), ("A", "B"))
    assert asked.holding_rate == pytest.approx(22.5)
    assert asked.classes == (("A", 99.5), ("B", None))
    assert asked.target_cycle_service is None


@pytest.mark.parametrize("percent", [7.0, 22.25, 98.125, 99.95, 100 / 3])
def test_a_percent_comes_back_as_it_was(percent):
    shown = asked_of({"holding_rate": percent / 100}, ()).holding_rate
    assert float(typed(shown)) / 100 == pytest.approx(percent / 100, rel=1e-13)


@pytest.mark.parametrize(("names", "shown"), [({"item": "Nr", "current_max": "Max"}, ("Nr", "Max")), ({"item": "Nr"}, ())])
def test_own_names_take_an_item_and_a_level(names, shown):
    view = planning_view((), (), (Found(), Advance()), (0, 0, ()), Wording(names), 1)
    assert view.own_names == shown
    assert (view.plans, view.exports, view.working) == ((), (), False)
