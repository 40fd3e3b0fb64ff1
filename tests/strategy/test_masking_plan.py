"""The masking plan: steps follow the evidence; what is needed is checked by living the line; bounds are the published ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.line import Line
from justenough.simulation.lines import live
from justenough.sizing.paces import decomposed
from justenough.strategy.masking import Effort
from justenough.strategy.masking_plan import (
    MaskingParams,
    Step,
    masked_lines,
    more_observations,
    needed_factor,
    step_of,
    stripped,
    upper_factor,
)

HOUR = 1.0 / 24.0


def line_of(mttr_hours=1.0, places=40):
    """A press that stops before a steady welder and packer, one part a minute each, the press a little quicker."""
    return Line.of(
        "L",
        ["press", "weld", "pack"],
        cycle_days=np.array([54.0, 60.0, 57.0]) / 86_400,
        up_days=np.array([8.0, 40.0, 60.0]) * HOUR,
        down_days=np.array([mttr_hours, 0.2, 0.2]) * HOUR,
        repair_scv=np.ones(3),
        capacity=np.array([places + 2, 12]),
        part_value=np.array([5.0, 5.0]),
    )


def test_the_bound_is_the_chi_square_one():
    """Mean of 10 exponential times, 95 % one-sided: 2 n / chi2(0.05, 20) = 20 / 10.851 = 1.8432 (chi-square tables)."""
    assert upper_factor(10.0, 0.95) == pytest.approx(20.0 / 10.851, abs=1e-4)
    assert upper_factor(0.0, 0.95) == np.inf
    n = more_observations(1.2, 1.0, 0.95)
    assert upper_factor(n, 0.95) <= 1.2 < upper_factor(n - 1, 0.95)
    steadier = more_observations(1.2, 0.25, 0.95)
    assert n / 4 <= steadier <= n / 4 + 1  # a quarter of the variation, a quarter of the repairs


def test_what_is_needed_makes_what_is_wanted():
    """At the MTTR found the stripped line makes the share asked for: by decomposition exactly, lived within one in a hundred."""
    line = line_of()
    smaller = stripped(line, 0, 0.5)
    assert smaller.capacity.tolist() == [22, 12]
    wanted = 0.99 * decomposed(line).throughput
    factor = needed_factor(smaller, 0, wanted)
    assert 0.3 < factor < 1.0
    down = smaller.down_days * np.array([factor, 1.0, 1.0])
    better = replace(smaller, down_days=down)
    assert decomposed(better).throughput == pytest.approx(0.99 * decomposed(line).throughput, rel=1e-9)
    lived = [live(one, seed=3, lives=24, parts=20_000, warm_up=2_000).mean for one in (better, line)]
    assert lived[0] / lived[1] == pytest.approx(0.99, abs=0.01)
    assert needed_factor(replace(smaller, up_days=smaller.up_days / 50), 0, wanted) == 0.0  # it fails too often
    assert needed_factor(line, 0, 0.2 * wanted) == 8.0


def test_steps_follow_the_evidence():
    """The same machine: too slow to repair, then quick by few repairs, then quick by many, then nothing left."""
    wanted = MaskingParams(allowed_loss=0.03)
    line = line_of(0.5)
    needed = step_of(line, 0, 0, 5, wanted)["needed"]
    slow = step_of(line_of(5.0), 0, 0, 500, MaskingParams())
    assert (slow["step"], slow["more"]) == ("fix", None)
    assert slow["figure"] > slow["needed"]
    few = step_of(line, 0, 0, 5, wanted)
    assert few["step"] == "confirm"
    assert few["figure"] < few["needed"] < few["bound"]
    many = step_of(line, 0, 0, 5 + few["more"], wanted)
    assert (many["step"], many["more"], many["strip"]) == ("strip", 0, 20.0)
    assert many["bound"] <= many["needed"] == needed
    assert step_of(line, 0, 0, 4 + few["more"], wanted)["step"] == "confirm"  # one repair short
    assert step_of(line_of(0.5, places=0), 0, 0, 500, wanted)["step"] == Step.WATCH.label
    slower = decomposed(line_of(1.0)).throughput
    assert step_of(line, 0, 0, 5, wanted, made=slower)["needed"] > needed  # before the fix it made less


def test_more_events_move_a_real_plants_buffer_from_confirm_to_strip():
    """The bundled brackets plant, its events twice over: as many stops again at the same pace, told twice as surely."""
    from justenough.sources.samples import sample

    plant, effort = sample("brackets"), Effort(lives=4, parts=3_000, warm_up=300)
    params = MaskingParams(allowed_loss=0.015)
    before = masked_lines(plant, effort=effort, params=params)
    events = plant.tables["events"]
    span = timedelta(days=((events["end"].max() - events["start"].min()).days // 7 + 1) * 7)
    moved = {}
    for name in ("events", "counts", "calendar"):
        table = plant.tables[name]
        later = [table.with_columns(pl.col("start", "end") + k * span) for k in range(8)]
        moved[name] = pl.concat(later)
    longer = masked_lines(replace(plant, tables={**plant.tables, **moved}), effort=effort, params=params)
    steps = before.join(longer, on="stock", suffix="_later").filter(pl.col("step") == "confirm")
    assert steps.height >= 1
    assert (steps["observations_later"] > 7 * steps["observations"]).all()
    assert "strip" in steps["step_later"].to_list()
    assert (steps["bound_later"] < steps["bound"]).all()
    assert before["lost_money"].to_list() == sorted(before["lost_money"], reverse=True)
    assert (before["without"] <= before["shown"] + 0.01).all()
    assert set(before["where"]) == {"F"}


def test_knobs_are_checked():
    with pytest.raises(ValueError, match="strip_to must be between 0 and 1"):
        MaskingParams(strip_to=1.0)
