"""A line described in TOML: read with its units, refused with the place of what is wrong."""

from pathlib import Path

import numpy as np
import pytest

from justenough.domain.errors import LineError
from justenough.sources.line_file import read_line, shipped_lines

PAIR = """
name = "pair"
currency = "EUR"
[[machine]]
name = "a"
cycle_seconds = 60
mtbf_hours = 2
mttr_minutes = 30
failures = 12
[[machine]]
name = "b"
cycle_seconds = 30
[[buffer]]
from = "a"
to = "b"
places = 5
part_value = 2.5
most_places = 9
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "line.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_units_are_those_in_the_names(tmp_path):
    found = read_line(written(tmp_path, PAIR))
    assert found.line.cycle_days * 86_400 == pytest.approx([60, 30])
    assert found.line.up_days[0] * 24 == pytest.approx(2)
    assert found.line.down_days * 1_440 == pytest.approx([30, 0])
    assert np.isinf(found.line.up_days[1])
    assert found.line.capacity.tolist() == [7]
    assert (found.least.tolist(), found.most.tolist()) == ([2], [11])
    assert found.failures.tolist() == [12, -1]
    assert found.line.part_value.tolist() == [2.5]


def test_every_line_that_comes_along_can_be_read():
    assert "press_shop" in shipped_lines()
    for name in shipped_lines():
        assert len(read_line(name).line.machines) >= 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cycle_seconds = 60", "cycle_minutes = 1", "machine 'a' with 'cycle_minutes', which nobody knows"),
        ("cycle_seconds = 60\n", "", "machine 'a' without cycle_seconds"),
        ("cycle_seconds = 60", "cycle_seconds = '60'", "cycle_seconds = '60'; expected a number"),
        ("cycle_seconds = 60", "cycle_seconds = 0", "a cycle time of 0 days"),
        ("mttr_minutes = 30\n", "", "machine 'a' without mttr_minutes"),
        ("mtbf_hours = 2", "mtbf_hours = -2", "an MTBF of"),
        ('name = "b"', 'name = "a"', "two machines called 'a'"),
        ('to = "b"', 'to = "c"', "buffer 1 to 'c'; expected one of the machines: a, b"),
        ("places = 5", "places = -5", "places = -5; expected a whole number of 0 or more"),
        ("places = 5", "places = 2.5", "a whole number"),
        ("[[buffer]]", "[buffer]", "with two brackets"),
        ('currency = "EUR"', "currency = ", "not TOML"),
        ('name = "pair"', 'name = "pair"\nspeed = 3', "the line with 'speed'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, old, new, words):
    with pytest.raises(LineError, match=words):
        read_line(written(tmp_path, PAIR.replace(old, new)))


def test_machines_without_a_buffer_are_asked_for_one(tmp_path):
    with pytest.raises(LineError, match=r"no \[\[buffer\]\]"):
        read_line(written(tmp_path, PAIR.partition("[[buffer]]")[0]))


def test_a_missing_file_names_the_lines_that_come_along(tmp_path):
    with pytest.raises(LineError, match="no such file.*press_shop"):
        read_line(tmp_path / "none.toml")


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "line.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(LineError, match="not UTF-8"):
        read_line(path)
