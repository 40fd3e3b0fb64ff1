"""Machine steps: at the repair time named the plan's own rule needs that much less, and so many repairs bound it there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from justenough.strategy.machine_steps import Needed, machine_step, needed_shares
from justenough.strategy.masking_plan import MaskingParams
from justenough.strategy.moves import Figure, Move
from justenough.strategy.resizing import replanned
from justenough.strategy.situation import situation_of
from justenough.strategy.spread import part


def test_at_the_repair_time_named_that_much_of_the_reserve_goes(brackets):
    """Second look: the machine's records with all repairs shortened by hand, tied to items anew, and the plan's sizing on that."""
    plant, decided = brackets
    situation, link = situation_of(decided, plant), decided.link
    figures = decided.plan.figures.filter(pl.col("anatomy_machine") > 4.0)
    before = dict(zip(situation.items, replanned(situation.known).reserve, strict=True))
    asked = []
    for item, held in figures.select("item", "anatomy_machine").iter_rows():
        at = situation.rows[situation.items.to_list().index(item)]
        asked += [(item, name, 0.5 * held) for name in link.machines.names if at in link.items_of(name)]
    found = needed_shares(situation, asked)
    told = [(item, machine, found[item, machine]) for item, machine, _ in asked if not np.isnan(found[item, machine].share)]
    assert len(told) >= 2
    for item, machine, needed in told[:4]:
        at = link.machines.at(machine)
        mttr = link.machines.mttr_days.copy()
        mttr[at] *= needed.share
        place = situation.items.to_list().index(item)
        time = link.lead_time(replace(link.machines, mttr_days=mttr))
        known = part(replace(situation.known, lead_time=part(time, situation.rows)), np.array([place]))
        left = before[item] - replanned(known).reserve[0]
        assert left == pytest.approx(needed.strip, abs=max(2.0, 0.25 * needed.strip))


def test_where_so_much_never_goes_half_of_what_goes_is_named(brackets):
    """Against the plan's sizing with the machine's repairs a fiftieth as long."""
    plant, decided = brackets
    situation = situation_of(decided, plant)
    item = decided.plan.figures.filter(pl.col("anatomy_machine") > 0.0)["item"][0]
    at = situation.rows[situation.items.to_list().index(item)]
    name = next(name for name in decided.link.machines.names if at in decided.link.items_of(name))
    place = np.array([situation.items.to_list().index(item)])
    now, without = (replanned(situation.after([Move(Figure.MTTR, name, by)], place)).reserve[0] for by in (1.0, 0.02))
    asked = needed_shares(situation, [(item, name, 1e9)])[item, name]
    assert asked.strip == pytest.approx(0.5 * (now - without), abs=1.0)
    assert 0.02 < asked.share < 1.0
    assert needed_shares(situation, [(item, name, 0.0)])[item, name].share == 1.0
    assert machine_step(decided.link.machines, name, 10.0, Needed(float("nan"), 5.0), MaskingParams())["needed"] is None


def test_so_many_repairs_of_the_aim_bound_it_there(brackets):
    """Lognormal repairs of three quarters of what is needed: the bound of so many is within it about as often as not."""
    _, decided = brackets
    machines = decided.link.machines
    name = machines.names[int(np.argmax(machines.repairs))]
    told = machine_step(machines, name, 40.0, Needed(0.6, 20.0), MaskingParams())
    assert told["needed"] == pytest.approx(0.6 * told["figure"])
    assert told["step"] == "fix"
    assert told["figure"] < told["bound"]
    scv, n = float(machines.repair_scv[machines.at(name)].mean()), told["more"]
    shape = n / scv
    assert 0.75 * told["needed"] * shape / stats.gamma.ppf(0.05, shape) <= told["needed"] * (1 + 1e-9)
    shape = (n - 1) / scv
    assert 0.75 * told["needed"] * shape / stats.gamma.ppf(0.05, shape) > told["needed"]


def test_an_unmeasured_machine_is_fixed_first():
    assert machine_step(None, "M", 10.0, None, MaskingParams()) == {"step": "fix", "strip": 5.0}
