"""Frontier chart: both pictures show the points where they lie."""

import re
import xml.etree.ElementTree as ET

from justenough.interfaces.frontier_chart import ROWS, SIGNS, frontier_chart, frontier_signs
from justenough.strategy.frontier import Frontier, Standing

BEST = tuple(Standing(100.0 * k, 1.0 - 0.4 / k, 50.0 / k) for k in range(1, 11))


def frontier(today=Standing(900.0, 0.92, 20.0), plan=Standing(500.0, 0.91, 10.0)):
    return Frontier(BEST, tuple(1.0 / k for k in range(1, 11)), plan, today, 400.0, 0.03, 7, "EUR")


def test_the_picture_is_whole_and_says_what_it_shows():
    picture = frontier_chart(frontier())
    root = ET.fromstring(picture.replace('xmlns="http://www.w3.org/2000/svg" ', ""))
    assert "Share of demand from the shelf" in root.attrib["aria-label"]
    texts = [one.text for one in root.iter("text")]
    assert "today: 900 EUR, 92 %, stockouts 20 EUR a year" in texts
    assert "plan: 500 EUR, 91 %, stockouts 10 EUR a year" in texts
    assert len(root.findall(".//circle")) == 2


def test_names_of_near_points_do_not_run_into_each_other():
    root = ET.fromstring(frontier_chart(frontier()).replace('xmlns="http://www.w3.org/2000/svg" ', ""))
    tops = {
        one.text.split(":")[0]: float(one.attrib["y"]) for one in root.iter("text") if one.text and one.text.startswith(("plan", "today"))
    }
    assert abs(tops["plan"] - tops["today"]) > 14


def test_without_today_only_the_plan_is_marked():
    root = ET.fromstring(frontier_chart(frontier(today=None)).replace('xmlns="http://www.w3.org/2000/svg" ', ""))
    assert len(root.findall(".//circle")) == 1


def test_signs_stand_where_the_points_lie():
    lines = frontier_signs(frontier()).splitlines()
    rows = [line.partition("│")[2] for line in lines[:ROWS]]
    assert all(len(row) <= SIGNS for row in rows)
    at = {sign: next((y, row.index(sign)) for y, row in enumerate(rows) if sign in row) for sign in "○●"}
    assert at["○"][1] > at["●"][1]
    assert at["○"][0] <= at["●"][0]
    dots = sorted((column, -y) for y, row in enumerate(rows) for column, sign in enumerate(row) if sign == "·")
    assert len(dots) > SIGNS / 2
    assert [height for _, height in dots] == sorted(height for _, height in dots)
    assert re.search(r"money tied up \[EUR\]", lines[-1])
