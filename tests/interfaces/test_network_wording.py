"""Sentences and tables of a chain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console
from two_stages import ROW

from justenough.interfaces.network_wording import network_picture, network_sentences, serial_sentences, stage_table
from justenough.sources.chain_file import read_chain
from justenough.strategy.chaining import Lives, chained


@pytest.fixture(scope="module")
def pumps():
    return chained(read_chain("pumps"), lives=Lives(lives=2, days=1_000))


def told(table, width=100):
    console = Console(width=width)
    with console.capture() as said:
        console.print(table)
    return said.get()


def test_sentences_tell_stock_cost_proof_and_lives(pumps):
    said = network_sentences(pumps)
    assert said[0] == "pumps: hold stock at 8 stages of 12; 4 run just-in-time on what they are promised."
    assert "EUR a year; with every stage holding its own" in said[1]
    assert said[2].startswith("No other service times cost less (proven")
    assert said[3].startswith("Customers: 96 % of days stated on time; lived 9")


def test_a_gap_is_stated_in_money_and_share(pumps):
    placement = replace(pumps.placement, bound=0.9 * pumps.placement.total_cost)
    said = network_sentences(replace(pumps, placement=placement))
    assert "could cost 1,120 EUR less at most, 10 %" in said[2]


def test_of_many_stages_the_dearest_are_shown_in_their_order(pumps):
    whole, few = told(stage_table(pumps, 100, 30)), told(stage_table(pumps, 100, 3))
    assert "impeller" in whole
    assert "the 3 of 12 stages whose reserve costs most" in few
    assert "impeller" not in few
    assert few.index("bearing") < few.index("pump 40") < few.index("pump 65")


def test_the_table_fits_a_narrow_terminal(pumps):
    assert max(len(line.rstrip()) for line in told(stage_table(pumps, 80, 30), 80).splitlines()) <= 80


def test_the_picture_in_text_names_every_stage_once_as_a_supplier(pumps):
    lines = network_picture(pumps, 100)
    assert len(lines) == 12
    assert lines[0] == "(casting, 44 d) -> [#housing]"
    assert lines[-1].endswith("-> customers")


def test_a_row_in_words(tmp_path):
    from justenough.strategy.chaining import in_series

    path = tmp_path / "row.toml"
    path.write_text(ROW, encoding="utf-8")
    found = chained(read_chain(path), lives=None)
    said = serial_sentences(found, in_series(found, 2.0))
    assert said[0].startswith("If delays pass on and a waiting unit costs 2 a day (Clark and Scarf): base stocks sell ")
    assert "Shang and Song's bounds" in said[2]
