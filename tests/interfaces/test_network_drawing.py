"""The picture of a chain: well formed, every stage and link in it, suppliers left of their customers."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from justenough.domain.network import Network
from justenough.interfaces.network_drawing import network_chart
from justenough.sources.chain_file import DescribedChain, read_chain
from justenough.strategy.chaining import chained

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pumps():
    return chained(read_chain("pumps"), lives=None)


def boxes(picture):
    found = {}
    for rect in ET.fromstring(picture).iter(f"{SVG}rect"):
        name = rect.find(f"{SVG}title").text.split(":")[0]
        found[name] = (float(rect.get("x")), float(rect.get("y")), float(rect.get("width")), float(rect.get("height")), rect.get("class"))
    return found


def test_every_stage_is_drawn_as_what_it_does(pumps):
    drawn = boxes(network_chart(pumps))
    assert list(drawn) == list(pumps.described.network.stages)
    assert [one[4] == "holds" for one in drawn.values()] == pumps.placement.holds.tolist()


def test_suppliers_stand_left_and_no_two_boxes_meet(pumps):
    drawn = boxes(network_chart(pumps))
    names = pumps.described.network.stages
    for giver, taker in pumps.described.network.links.tolist():
        assert drawn[names[giver]][0] + drawn[names[giver]][2] < drawn[names[taker]][0]
    places = [one[:4] for one in drawn.values()]
    for i, (x, y, width, height) in enumerate(places):
        for other_x, other_y, *_ in places[:i]:
            assert abs(x - other_x) >= width or abs(y - other_y) >= height


def test_every_link_is_one_line(pumps):
    flow = next(one for one in ET.fromstring(network_chart(pumps)).iter(f"{SVG}path"))
    assert len(re.findall("M", flow.get("d"))) == len(pumps.described.network.links)


def test_a_large_chain_is_drawn_small_and_a_name_cannot_break_it():
    k = 90
    network = Network.of(
        "<many> & more", [f"<{i}>" for i in range(k)], links=[(i, k - 1) for i in range(k - 1)], time_days=3, cost_added=1,
        demand_mean=np.eye(k)[-1], demand_sd=np.eye(k)[-1],
    )  # fmt: skip
    found = chained(DescribedChain(network, "", np.nan), lives=None)
    root = ET.fromstring(network_chart(found))
    assert len(list(root.iter(f"{SVG}rect"))) == k
    assert len(list(root.iter(f"{SVG}text"))) == 3
