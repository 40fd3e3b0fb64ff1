"""Lines of the bundled plant, their figures counted again by hand from its events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justenough import sample
from justenough.domain.errors import LineError
from justenough.domain.plant import Plant
from justenough.strategy.plant_line import line_of, lines_of

MINUTE = 1 / 1440


@pytest.fixture(scope="module")
def plant() -> Plant:
    return sample("bearings")


def with_table(plant: Plant, name: str, frame: pl.DataFrame) -> Plant:
    return replace(plant, tables={**plant.tables, name: frame})


def test_a_line_is_what_its_tables_say(plant) -> None:
    found = line_of(plant, "A")
    assert lines_of(plant) == ["A", "B"]
    assert found.line.machines == ("PRS-4", "WSH-1", "ASM-1", "TST-1")
    assert found.line.capacity.tolist() == [24 + 2, 12 + 2, 30 + 2]
    assert found.line.part_value.tolist() == [95, 140, 182]
    assert found.currency == "EUR"


def test_machines_are_as_reliable_as_a_plain_count_of_their_events(plant) -> None:
    """Breakdowns of more than five minutes whose reason is one; overlaps and shift ends blur it a little."""
    own_losses = plant.tables["reasons"].filter(pl.col("loss").is_in(["breakdown", "minor_stop"]))["reason"].to_list()
    events = plant.tables["events"].with_columns(minutes=(pl.col("end") - pl.col("start")).dt.total_seconds() / 60)
    found = line_of(plant, "B")
    for i, machine in enumerate(found.line.machines):
        own = events.filter(pl.col("machine") == machine)
        ran = own.filter(pl.col("state") == "running")["minutes"].sum()
        stopped = own.filter((pl.col("state") == "down") & pl.col("reason").is_in(own_losses) & ~pl.col("planned"))["minutes"]
        broke, short = stopped.filter(stopped > 5), stopped.filter(stopped <= 5).sum()
        assert found.failures[i] == pytest.approx(len(broke), abs=2)
        assert found.line.up_days[i] == pytest.approx(ran / len(broke) * MINUTE, rel=0.1)
        assert found.line.down_days[i] == pytest.approx(broke.mean() * MINUTE, rel=0.15)
        ideal = plant.tables["machines"].filter(pl.col("machine") == machine)["ideal_cycle_seconds"][0]
        assert found.line.cycle_days[i] == pytest.approx(ideal * (1 + short / ran) / 86_400, rel=0.005)


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("stations", lambda t: t.clear(), r"without a `stations` table; expected `stations` \(line, position, machine\) and `buffers`"),
        ("buffers", lambda t: t.filter(pl.col("position") != 2), r"no buffer after station 2 \(WSH-1\)"),
        ("buffers", lambda t: t.with_columns(capacity=pl.lit(3.5)), "buffer 1 of 3.5 parts"),
        ("machines", lambda t: t.filter(pl.col("machine") != "TST-1"), "machine 'TST-1' without an ideal cycle"),
        ("events", lambda t: t.filter(pl.col("machine") != "ASM-1"), "machine 'ASM-1' without running time"),
        ("stations", lambda t: t.with_columns(machine=pl.lit("PRS-4")), "machine 'PRS-4' at two stations"),
    ],
)
def test_what_is_missing_is_refused_by_name(plant, table, change, words) -> None:
    with pytest.raises(LineError, match=words):
        line_of(with_table(plant, table, change(plant.tables[table])), "A")


def test_a_line_nobody_named_is_refused_with_those_there_are(plant) -> None:
    with pytest.raises(LineError, match=r"\(A, B\)"):
        line_of(plant, "C")


def test_one_failure_or_none_is_said(plant) -> None:
    events = plant.tables["events"]
    down = (pl.col("machine") == "TST-2") & (pl.col("state") == "down")
    last = events.filter(down & (pl.col("reason") == "test bench fault"))["start"].max()
    none = line_of(with_table(plant, "events", events.filter(~down)), "B")
    one = line_of(with_table(plant, "events", events.filter(~down | (pl.col("start") == last))), "B")
    assert none.failures[1] == 0
    assert np.isinf(none.line.up_days[1])
    assert any("TST-2: no breakdown recorded" in note for note in none.notes)
    assert one.failures[1] == 1
    assert one.line.repair_scv[1] == 1.0
    assert any("TST-2: one breakdown recorded" in note for note in one.notes)


def test_slow_running_and_rejects_are_said_where_parts_are_counted(plant) -> None:
    """By hand from the counts of line A's running time: ideal time of what each machine made over the time it ran, and bad parts."""
    notes = line_of(plant, "A").notes
    slow = next(note for note in notes if note.startswith("Machines are taken at their ideal speed."))
    counts = plant.tables["counts"]
    events = plant.tables["events"].filter(pl.col("machine") == "ASM-1", pl.col("state") == "running")
    ran = events.select((pl.col("end") - pl.col("start")).dt.total_seconds().sum()).item()
    cycle = plant.tables["machines"].filter(pl.col("machine") == "ASM-1")["ideal_cycle_seconds"].item()
    share = 1.0 - counts.filter(pl.col("machine") == "ASM-1")["total"].sum() * cycle / ran
    told = float(slow.partition("ASM-1 ")[2].partition(" %")[0]) / 100
    assert share > 0.05
    assert told == pytest.approx(share, abs=0.01)
    without = line_of(with_table(plant, "counts", counts.clear()), "A").notes
    assert not any("ideal speed" in note or "Rejects" in note for note in without)
    assert len(without) < len(notes)
