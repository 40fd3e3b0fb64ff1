"""Spares: gamma-Poisson rates of places, joined with use that is not the same failures again."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from simulated_floor import FIRST, plant_of

import justenough as je
from justenough.domain.plant import Plant
from justenough.estimation.demand import demand_of
from justenough.estimation.history import history_of
from justenough.estimation.machines_measured import machines_of
from justenough.estimation.spares import spare_demand, spares_of

HOURS = 24.0


def spared(failed=(4, 0), used=(), installed=(1.0, 1.0), reason="seal"):
    """Machines A and B ran 100 days each and failed so often; part S is installed in both, used on the given days after the first."""
    events = []
    for name, count in zip("AB", failed, strict=True):
        edges = np.linspace(0, 100 * HOURS, count + 2)
        now = 0.0
        for at in edges[1:-1]:
            events += [(name, now, at, "running", None), (name, at, at + 1.0, "down", "seal")]
            now = at + 1.0
        events.append((name, now, 100 * HOURS, "running", None))
    plant = plant_of(events)
    start = FIRST.date()
    rows = [("S", start + dt.timedelta(days=day), quantity) for day, quantity in used]
    rows += [("other", start + dt.timedelta(days=99), 1.0), ("other", start - dt.timedelta(days=400), 1.0)]
    return Plant.from_frames(
        items=pl.DataFrame({"item": ["S", "other"], "unit_cost": [1.0, 1.0]}),
        demand=pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row"),
        events=plant.tables["events"], machines=plant.tables["machines"],
        spares=pl.DataFrame({"item": ["S", "S"], "machine": ["A", "B"], "installed": list(installed), "reason": [reason, reason]}),
        currency="EUR", demand_period="day",
    )  # fmt: skip


def wanted(plant, change=None):
    machines = machines_of(plant)
    spares = spares_of(plant, machines)
    history = history_of(plant)
    demand = spare_demand(spares, demand_of(history), history, change(machines) if change else None)
    return spares, replace(demand), history


def test_rates_are_gamma_given_the_failures():
    """A failed four times in 100 days less four hours, B never: each is drawn to both by half a failure's worth."""
    spares, demand, _ = wanted(spared())
    ran = 100.0 - 4.0 / 24.0
    belief = 0.5 / (4.5 / (100.0 + ran))
    np.testing.assert_allclose(spares.place_rate, [4.5 / (ran + belief), 0.5 / (100.0 + belief)], rtol=1e-9)
    assert spares.place_rate[1] > 0.0
    np.testing.assert_allclose(demand.mean[0], (spares.place_rate * [ran / 100.0, 1.0]).sum(), rtol=1e-9)
    assert demand.drift[0] == pytest.approx(np.sqrt((spares.place_rate**2 / spares.shape * [(ran / 100) ** 2, 1]).sum()) / demand.mean[0])


def test_a_part_that_never_failed_anywhere_is_wanted_and_less_the_longer_it_ran():
    spares, demand, _ = wanted(spared((0, 0)))
    assert spares.failures.sum() == 0
    assert 0.0 < demand.mean[0] < 2 * 0.5 / 100
    _, once, _ = wanted(spared((1, 0)))
    assert demand.mean[0] < once.mean[0]


def test_places_share_their_exposure():
    """Four places of which one failed are four times as well watched, and four are at risk."""
    one, _, _ = wanted(spared((1, 0), reason="seal"))
    four, _, _ = wanted(spared((1, 0), installed=(4.0, 1.0)))
    assert four.place_rate[0] < one.place_rate[0] / 2
    assert four.failures_a_day()[0] == pytest.approx(one.failures_a_day()[0], rel=0.35)


def test_use_within_the_records_is_the_same_failures_and_earlier_use_counts():
    _, alone, _ = wanted(spared())
    _, again, _ = wanted(spared(used=[(day, 1.0) for day in (20, 40, 60, 80)]))
    assert again.mean[0] == pytest.approx(alone.mean[0])
    _, more, _ = wanted(spared(used=[(day, 3.0) for day in (20, 40, 60, 80)]))
    assert more.mean[0] == pytest.approx(alone.mean[0] + 8.0 / 80.0, rel=1e-9)  # known from the first use on, 80 days of the hundred
    _, seldom, _ = wanted(spared(used=[(-300, 1.0)]))
    assert seldom.mean[0] < alone.mean[0]


def test_where_nobody_says_which_failures_take_a_part_its_own_use_does():
    """The table says only where S is: of 40 failures 4 took one, or all, or the record of use is too short to tell."""
    few = [(day, 1.0) for day in (20, 40, 60, 80)]
    spares, seldom, _ = wanted(spared((30, 10), used=few, reason=None))
    assert spares.failures.tolist() == [30, 10]
    np.testing.assert_allclose(spares.taken, [3.0, 1.0])
    assert seldom.mean[0] == pytest.approx(4.5 / 100, rel=0.02)
    assert wanted(spared((30, 10), used=few))[1].mean[0] > 0.38  # its reason is named
    # Twenty in the 300 days before and none in these: 20.5 in 400 days, not the half of one that these alone let believe.
    _, before, _ = wanted(spared((30, 10), used=[(-300 + 15 * at, 1.0) for at in range(20)], reason=None))
    assert before.mean[0] == pytest.approx(20.5 / 400, rel=0.02)
    every = [(day, 4.0) for day in range(5, 95, 9)]
    assert wanted(spared((30, 10), used=every, reason=None))[0].taken.tolist() == [30.0, 10.0]
    assert wanted(spared((30, 10), reason=None))[0].taken.tolist() == [30.0, 10.0]  # no use of any spare part is booked


def test_parts_that_a_share_of_failures_take_are_foreseen():
    """Two machines fail 40 times in 100 days, and one failure in eight takes each of 200 parts: what the next 200 days want."""
    rng, names, start = np.random.default_rng(5), [f"S{at:03}" for at in range(200)], FIRST.date()
    bare = spared((25, 15), reason=None)
    used = [(name, start + dt.timedelta(days=int(day)), 1.0) for name in names for day in rng.integers(0, 100, rng.binomial(40, 0.125))]
    used += [("other", start + dt.timedelta(days=day), 1.0) for day in (0, 99)]
    plant = Plant.from_frames(
        items=pl.DataFrame({"item": [*names, "other"]}), demand=pl.DataFrame(used, schema=["item", "date", "quantity"], orient="row"),
        events=bare.tables["events"], machines=bare.tables["machines"],
        spares=pl.DataFrame({"item": names * 2, "machine": ["A"] * 200 + ["B"] * 200}), currency="EUR", demand_period="day",
    )  # fmt: skip
    spares, demand, _ = wanted(plant)
    assert spares.failures.sum() == 200 * 40
    mean, days = demand.mean[:200], 200.0
    spread = np.sqrt(demand.variance[:200] * days + (demand.drift[:200] * mean * days) ** 2)
    scores = (rng.poisson(80 * 0.125, 200) - mean * days) / spread
    assert 0.6 < scores.std() < 1.5
    assert mean.mean() * 100 == pytest.approx(40 * 0.125 + 0.5, rel=0.05)  # Jeffreys' half on top


def test_a_better_machine_needs_fewer_parts():
    plant = spared(used=[(-300, 1.0), (-200, 1.0), (20, 1.0)])
    _, now, _ = wanted(plant)
    _, better, _ = wanted(plant, lambda machines: machines.as_if("A", mtbf=3.0))
    _, never, _ = wanted(plant, lambda machines: machines.never_stopping())
    assert never.mean[0] < better.mean[0] < now.mean[0]
    assert better.variance[0] < now.variance[0]


def test_counts_on_simulated_machines_are_covered():
    """Of 60 parts whose two machines fail at random, the next 200 days want what was foreseen."""
    rng = np.random.default_rng(12)
    scores = []
    for _ in range(60):
        rate, watched = rng.uniform(0.02, 0.08), 100.0
        failures = rng.poisson(rate * watched)
        _, demand, _ = wanted(spared((int(failures), int(rng.poisson(rate * watched)))))
        days = 200.0
        mean, spread = demand.mean[0] * days, np.sqrt(demand.variance[0] * days + (demand.drift[0] * demand.mean[0] * days) ** 2)
        scores.append((rng.poisson(2 * rate * days) - mean) / spread)
    assert abs(np.mean(scores)) < 4 / np.sqrt(60)
    assert 0.6 < np.std(scores) < 1.5


def test_the_sample_plans_a_part_nobody_has_used():
    """SP-SAW waits for the first failure of CUT-1: its buffer is not zero."""
    plan = je.recommend(je.sample("brackets"))
    assert plan["SP-SAW"].order_up_to >= 1
    assert not plan["SP-SAW"].missing
    assert spares_of(je.sample("bearings"), machines_of(je.sample("bearings"))) is None


def test_machines_that_wait_for_a_part_stand_once_however_many_parts_are_asked_for():
    """Lived hour by hour: one machine finds no part, the others fail while it waits, none fails while it stands."""
    spares, _, _ = wanted(spared(failed=(40, 3), installed=(1.0, 1.0)))
    rates = np.array([spares.failures_a_day()[spares.machine == machine].sum() for machine in (0, 1)])
    worth, days = np.array([50.0, 240.0]), 9.0
    rng = np.random.default_rng(3)
    first = rng.random(40_000) < rates[0] / rates.sum()
    began = np.where(np.stack([first, ~first]), 0.0, np.minimum(rng.exponential(1.0, (2, 40_000)) / rates[:, None], days))
    lived = ((days - began) / days * worth[:, None]).sum(axis=0)
    assert spares.waiting_worth(worth, np.array([days, days]))[0] == pytest.approx(lived.mean(), abs=4.0 * lived.std() / 200.0)
    at_once, at_last = (spares.waiting_worth(worth, np.full(2, w))[0] for w in (0.0, 1e6))
    assert at_once == pytest.approx((worth * rates).sum() / rates.sum())
    assert at_last == pytest.approx(worth.sum(), rel=1e-3)
    assert spares.waiting_worth(worth, np.zeros(2))[1] == 0.0
