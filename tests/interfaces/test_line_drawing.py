"""The picture of a line: every machine and buffer in it, nothing outside it."""

import re
from xml.etree import ElementTree as ET

import pytest

from justenough.domain.line import Line
from justenough.interfaces.line_drawing import line_chart, line_picture
from justenough.strategy.masking import Effort, study

TREE = {"links": [[0, 2], [1, 2], [2, 3]], "machines": ("saw <A>", "lathe", "weld", "pack")}
ROW = {"links": None, "machines": ("a", "b", "c", "d")}


@pytest.mark.parametrize("shape", [TREE, ROW])
def test_every_machine_and_buffer_is_drawn_inside_the_picture(shape):
    line = Line.of(
        "l", shape["machines"], links=shape["links"], cycle_days=0.001, up_days=[0.1, 0.2, 0.3, 0.2], down_days=0.02, capacity=[6, 2, 9]
    )
    drawn = line_chart(line_picture(study(line, Effort(lives=16, parts=500))))
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    said = [text.text for text in root.iter(f"{space}text")]
    assert set(shape["machines"]) <= set(said)
    assert sum("hides" in text for text in said) == 3
    assert "bottleneck" in said
    width, height = (float(n) for n in re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups())
    frames = [rect for rect in root.iter(f"{space}rect") if rect.get("class") == "frame"]
    assert len(frames) == 7
    corners = {(rect.get("x"), rect.get("y")) for rect in frames}
    assert len(corners) == 7
    for rect in frames:
        assert 0 <= float(rect.get("x")) <= width - float(rect.get("width"))
        assert 0 <= float(rect.get("y")) <= height - float(rect.get("height"))
