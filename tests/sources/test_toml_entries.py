"""TOML entries: what is read, and what every complaint says of its place."""

from __future__ import annotations

import pytest

from justenough.domain.errors import LineError, NetworkError
from justenough.sources.toml_entries import Entry

TEXT = """
name = "press shop"
[[machine]]
name = "A"
places = 3
[[machine]]
cycle = true
places = 2.5
"""


def whole(tmp_path, text=TEXT, refuse=LineError) -> Entry:
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return Entry.read(path, str(path), "the line", refuse, "[[machine]]")


def test_tables_are_read_in_their_order_and_numbers_are_numbers(tmp_path):
    one, two = whole(tmp_path).tables("machine")
    assert (one.needed("name"), one.number("places", whole=True), one.number("absent", 7), two.number("places")) == ("A", 3.0, 7.0, 2.5)
    assert one.one_of("name", ["B", "A"], "machines") == 1
    assert whole(tmp_path).tables("buffer") == []
    assert whole(tmp_path, "x = 1").name == "shop"  # named by the file where it does not name itself


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda one: one.needed("name"), "machine 2 without name; expected name = ...."),
        (lambda one: one.number("mtbf"), "machine 2 without mtbf; expected mtbf = ...."),
        (lambda one: one.number("cycle"), "machine 2 with cycle = True; expected a number."),
        (lambda one: one.number("places", whole=True), "machine 2 with places = 2.5; expected a whole number of 0 or more."),
        (lambda one: one.only({"places"}), "machine 2 with 'cycle', which nobody knows; expected one of places."),
        (lambda one: one.one_of("places", ["A"], "machines"), "machine 2 places 2.5; expected one of the machines: A."),
    ],
)
def test_what_cannot_be_meant_names_its_place(tmp_path, ask, told):
    with pytest.raises(LineError) as raised:
        ask(whole(tmp_path).tables("machine")[1])
    assert str(raised.value) == f"line 'press shop': found {told}"


@pytest.mark.parametrize("places", ["inf", "nan", "-1"])
def test_places_without_end_are_no_whole_number(places, tmp_path):
    """TOML writes them as numbers."""
    (one,) = whole(tmp_path, f"[[buffer]]\nplaces = {places}").tables("buffer")
    with pytest.raises(LineError, match=f"buffer 1 with places = {places}; expected a whole number of 0 or more"):
        one.number("places", whole=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[machine]\nname = 1", r"\[machine\]; expected \[\[machine\]\], with two brackets"),
        ("machine = [1]", r"machine 1 that is 1; expected a \[\[machine\]\] table"),
        ("machine", r"text that is not TOML: .*; expected a TOML file with \[\[machine\]\] tables"),
    ],
)
def test_a_file_of_another_form_is_refused_as_what_it_describes(tmp_path, text, told):
    with pytest.raises(NetworkError, match=told):
        whole(tmp_path, text, NetworkError).tables("machine")
