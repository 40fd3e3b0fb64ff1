"""Pictures of machines: each shows what the tables say, and is well formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from justenough.domain.machine import Use
from justenough.estimation.floor import floor_of
from justenough.estimation.losses import losses_of
from justenough.estimation.oee import oee_by
from justenough.interfaces.floor_charts import COLOURS, floor_page, last_day, pareto_chart, strip_chart, waterfall_chart
from justenough.interfaces.floor_tables import waterfall_steps


@pytest.fixture(scope="module")
def floor(bearings):
    return floor_of(bearings)


def test_the_waterfalls_bars_begin_where_the_one_before_ends(floor):
    drawn = ET.fromstring(waterfall_chart(waterfall_steps(oee_by(floor)), "Time"))
    edges = [[float(part.split(",")[0]) for part in path.get("d")[1:].split("L")] for path in drawn.iter("path")]
    kinds = [path.get("class") for path in drawn.iter("path")]
    level = None
    for (begin, end), kind in zip(edges, kinds, strict=True):
        if kind == "bar":
            assert level is None or end == pytest.approx(level, abs=0.15)
            level = end
        else:
            assert end == pytest.approx(level, abs=0.15)
            level = begin
    words = [text.text for text in drawn.iter("text")]
    assert "fully productive time" in words
    assert "4,850 h" in words


def test_the_strip_draws_every_machine_and_names_its_colours(floor):
    drawn = ET.fromstring(strip_chart(*last_day(floor)))
    words = [text.text for text in drawn.iter("text")]
    assert set(floor.machines) <= set(words)
    assert {"running", "down", "set-up"} <= set(words)
    assert set(COLOURS.values()) >= {rect.get("fill") for rect in drawn.iter("rect")}
    assert len(set(COLOURS.values())) == len(COLOURS)
    assert Use.UNKNOWN not in COLOURS  # nobody recorded it: drawn as a dotted line


def test_the_pareto_begins_with_the_greatest_loss(floor):
    drawn = ET.fromstring(pareto_chart(losses_of(floor)))
    assert next(text.text for text in drawn.iter("text")) == "slow running"


def test_a_plants_name_cannot_become_part_of_the_page(floor):
    import dataclasses

    terms = dataclasses.replace(floor.plant.terms, label="<script>")
    named = dataclasses.replace(floor, plant=dataclasses.replace(floor.plant, terms=terms))
    page = floor_page(named, oee_by(named), losses_of(named))
    assert "&lt;script&gt;: OEE 84.3 %" in page
    assert "<script" not in page
