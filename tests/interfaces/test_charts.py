"""Charts: well-formed pictures that put the points where the plan says."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from justenough.interfaces import charts
from justenough.strategy.exchange import Exchange

WITH_TODAY = "BRG-6204"


def test_the_recommended_point_lies_on_its_curve(plan) -> None:
    picture = charts.curve_chart(plan[WITH_TODAY], plan.curve(WITH_TODAY))
    ET.fromstring(picture)
    x, y = map(float, re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="6" class="chosen"', picture).groups())
    way = re.search(r'<path d="M([^"]+)" class="total"', picture).group(1)
    points = [tuple(map(float, pair.split(","))) for pair in way.split("L")]
    nearest = min(abs(a - x) + abs(b - y) for a, b in points)
    assert nearest < 30
    assert "recommended" in picture
    assert 'class="today' in picture


def test_today_unknown_is_not_drawn(plan) -> None:
    alone = replace(plan[WITH_TODAY], today_mean_stock_value=None)
    assert 'class="today"' not in charts.curve_chart(alone, plan.curve(WITH_TODAY))


def test_every_curve_of_the_plan_draws_inside_its_frame(plan) -> None:
    for item in plan.curves["item"]:
        picture = charts.curve_chart(plan[item], plan.curve(item))
        if picture:
            ET.fromstring(picture)
            for x, y in re.findall(r'<circle cx="(-?[\d.]+)" cy="(-?[\d.]+)"', picture):
                assert 0 <= float(x) <= charts.WIDTH
                assert 0 <= float(y) <= charts.HEIGHT


def test_a_curve_of_one_point_is_no_picture(plan) -> None:
    assert charts.curve_chart(plan[WITH_TODAY], plan.curve(WITH_TODAY).head(1)) == ""
    assert charts.curve_chart(plan[WITH_TODAY], pl.DataFrame(schema=plan.curve(WITH_TODAY).schema)) == ""


@pytest.mark.parametrize("today", [None, (900.0, 0.97), (100.0, 0.6)])
def test_the_exchange_names_both_points(today) -> None:
    exchange = Exchange(((100.0, 0.8), (500.0, 0.95), (800.0, 0.999)), (450.0, 0.97), today, 3, "EUR")
    picture = charts.exchange_chart(exchange)
    ET.fromstring(picture)
    assert "plan: 450 EUR, 97 %" in picture
    assert ("today:" in picture) == (today is not None)


@pytest.mark.parametrize("money", [420.0, 460.0, 700.0, 1_080.0])
@pytest.mark.parametrize("service", [0.93, 0.96, 0.966, 0.97, 0.974])
def test_the_names_of_both_points_lie_apart(money: float, service: float) -> None:
    """Beside each other or a line from each other; 331,000 EUR beside 1,080,000 with .4 points less lay across each other."""
    exchange = Exchange(((100.0, 0.93), (500.0, 0.995), (800.0, 0.999)), (331.0, 0.97), (money, service), 3, "EUR")
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*class="(?:chosen|today) label">', charts.exchange_chart(exchange))
    (x, y), (other, beneath) = [(float(a), float(b)) for a, b in found]
    assert abs(y - beneath) >= charts.LINE - 0.1 or abs(x - other) > 400


@pytest.mark.parametrize("service", [0.2, 0.534, 0.9, 0.99])
def test_the_name_of_the_lowest_point_keeps_clear_of_the_axis(service: float) -> None:
    """Today at 53.4 % was named across the figures of the axis."""
    exchange = Exchange(((1_400.0, 0.72), (5_000.0, 0.995), (9_800.0, 0.9999)), (5_140.0, 0.977), (1_290.0, service), 3, "PLN")
    picture = charts.exchange_chart(exchange)
    names = re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*class="(?:chosen|today) label">', picture)
    assert max(map(float, names)) <= 280 - 50 - 4


def test_demand_has_a_stick_for_each_period_with_demand() -> None:
    picture = charts.demand_strip([1.0, 0.0, float("nan"), 3.0], "Jan 2026", "Apr 2026")
    ET.fromstring(picture)
    assert re.search(r'd="([^"]*)" class="bar"', picture).group(1).count("M") == 2
    assert charts.demand_strip([0.0], "a", "b") == charts.demand_strip([], "a", "b") == ""


@pytest.mark.parametrize("cheapest", [100.0, 400.0, 790.0])
def test_the_name_of_the_line_stays_inside_the_picture(cheapest: float) -> None:
    exchange = Exchange(((cheapest, 0.8), (800.0, 0.999)), (450.0, 0.97), None, 3, "EUR")
    picture = charts.exchange_chart(exchange)
    x, anchor = re.search(r'<text x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)" class="total label">every', picture).groups()
    assert float(x) + charts.ALIKE <= charts.WIDTH if anchor == "start" else float(x) >= charts.ALIKE


def test_the_ends_of_the_curve_and_its_figures_keep_clear_of_the_axis_name(plan) -> None:
    for item in plan.curves["item"]:
        picture = charts.curve_chart(plan[item], plan.curve(item))
        names = {said: (float(x), float(y)) for x, y, said in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', picture)}
        if picture:
            assert 0 <= names["just-in-time"][0] <= names["just-in-case"][0] - charts.ENDS + 1
            assert names["just-in-case"][0] <= charts.WIDTH - charts.RIGHT
            assert all(names["cycle service"][1] > y + 12 for said, (_, y) in names.items() if said.endswith(" %"))


def test_bars_start_at_nothing_and_go_left_below_it() -> None:
    picture = charts.bars_chart("What it is for", [("lead time", 50.0, "50"), ("lot", -25.0, "-25")])
    ET.fromstring(picture)
    (zero,) = {float(x) for x in re.findall(r'<line x1="([\d.]+)"', picture)}
    ways = re.findall(r'<path d="M([\d.]+),[\d.]+L([\d.]+),[\d.]+" class="(\w+)"', picture)
    (_, right, more), (start, left, less) = ((float(a), float(b), kind) for a, b, kind in ways)
    assert start == zero
    assert (more, less) == ("bar", "less")
    assert right - zero == pytest.approx(2 * (zero - left), abs=0.3)
    assert "lead time 50; lot -25" in picture
    assert charts.bars_chart("nothing", []) == ""
