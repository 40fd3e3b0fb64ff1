"""Trade chart: points lie where the figures say, and nothing is drawn where there is nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from justenough.archive.evidence import Evidence, Receipt
from justenough.interfaces import trade_chart
from justenough.interfaces.views.item_view import item_view

SVG = "{http://www.w3.org/2000/svg}"


def _view(stocked, code="BRG-6204", at=None):
    return item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row(code), Evidence(), [], "", at)


def _drawn(text: str) -> ET.Element:
    return ET.fromstring(str(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


@pytest.mark.parametrize("code", ["BRG-6204", "GMT-100", "ORG-60", "SPR-VALVE", "IVT-22", "CST-32"])
def test_every_picture_is_well_formed_and_stays_inside(stocked, code):
    picture = _drawn(trade_chart.trade(_view(stocked, code)))
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) <= trade_chart.WIDTH
        assert 0 <= float(text.get("y")) <= trade_chart.HEIGHT
    for dot in picture.iter(f"{SVG}circle"):
        if dot.get("cx"):
            assert trade_chart.LEFT - 1 <= float(dot.get("cx")) <= trade_chart.WIDTH - trade_chart.RIGHT + 1


def test_the_ring_stands_on_the_recommended_point_or_where_it_was_asked(stocked):
    def ring(at):
        picture = _drawn(trade_chart.trade(_view(stocked, at=at)))
        handle = next(one for one in picture.iter(f"{SVG}g") if one.get("class") == "handle")
        chosen = next(one for one in picture.iter(f"{SVG}circle") if one.get("class") == "chosen")
        x, y = map(float, re.findall(r"[\d.]+", handle.get("transform")))
        return (x, y), (float(chosen.get("cx")), float(chosen.get("cy"))), float(handle.get("aria-valuenow"))

    here, chosen, now = ring(None)
    assert here == pytest.approx(chosen, abs=0.2)
    assert now == _view(stocked).item.reorder_point
    asked, chosen, now = ring(3000.0)
    assert asked[0] < chosen[0]
    assert now == 3000


def test_holding_and_stockouts_add_up_to_the_total(stocked):
    for one in _view(stocked).curve:
        assert one.holding_cost + one.ordering_cost + one.stockout_cost == pytest.approx(one.total_cost, rel=1e-4)


def test_nothing_is_drawn_where_there_is_nothing(stocked, undecided):
    assert trade_chart.trade(_view(stocked, undecided)) == ""
    view = _view(stocked)
    assert trade_chart.trade(replace(view, curve=view.curve[:1])) == ""
    assert trade_chart.demand_bars(Evidence()) == trade_chart.receipts_dots(()) == trade_chart.bars("x", ()) == ""


def test_receipts_are_dots_at_their_days_and_open_ones_hollow():
    lines = [
        Receipt("1", "a", date(2025, 1, 1), date(2025, 1, 11), date(2025, 1, 21), 5.0, 5.0, 0.0),
        Receipt("2", "a", date(2025, 2, 1), date(2025, 2, 11), None, 5.0, None, None),
        Receipt("3", "a", None, None, None, 5.0, None, None),
    ]
    dots = [(one.get("class"), float(one.get("cy"))) for one in _drawn(trade_chart.receipts_dots(lines)).iter(f"{SVG}circle")]
    assert [kind for kind, _ in dots] == ["received", "open"]
    assert dots[0][1] < dots[1][1], "20 days stand above 10"
