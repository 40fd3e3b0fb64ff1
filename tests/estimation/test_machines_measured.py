"""Machines measured: what records of known machines give, and what is changed in them."""

import numpy as np
import polars as pl
import pytest
from scipy import stats
from simulated_floor import plant_of, run_to_failure

from justenough.domain.plant import Plant
from justenough.estimation.floor import floor_of
from justenough.estimation.knobs import MachineParams
from justenough.estimation.lifetimes import Law
from justenough.estimation.machines_measured import machines_of, slowed_by_minor_stops


@pytest.fixture(scope="module")
def machines():
    rng = np.random.default_rng(6)
    events = run_to_failure(rng, ["A", "B"], 60, lambda r: r.exponential(20.0), lambda r: r.lognormal(0.0, 0.6))
    events += [("C", 0.0, 400.0, "running", None)]
    return machines_of(plant_of(events), MachineParams(histories=1000))


def test_draws_lie_around_the_truth_and_a_machine_without_failure_may_fail(machines):
    assert machines.names == ("A", "B", "C")
    truth = np.exp(0.18) / 24
    for at in (0, 1):
        low, high = np.quantile(machines.mtbf_days[at] * 24, [0.005, 0.995])
        assert low < 20.0 < high
        low, high = np.quantile(machines.mttr_days[at], [0.005, 0.995])
        assert low < truth < high
    assert machines.failures[2] == 0
    assert np.isfinite(machines.mtbf_days[2]).all()
    assert np.median(machines.mtbf_days[2]) > np.median(machines.mtbf_days[0])
    assert 0 < machines.availability[2] < 1


def test_as_if_moves_one_machine_and_bounds_are_bad(machines):
    better = machines.as_if("A", mtbf=2.0, mttr=0.5, setup=0.7, speed=1.1, scrap=0.5)
    np.testing.assert_allclose(better.mtbf_days[0], 2 * machines.mtbf_days[0])
    np.testing.assert_array_equal(better.mtbf_days[1], machines.mtbf_days[1])
    assert (better.setup[0], better.speed[0], better.setup[1]) == (0.7, 1.1, 1.0)
    assert (machines.never_stopping("B").stop_share[1] == 0).all()
    worst = machines.bounded()
    assert (worst.availability < machines.availability).all()
    assert np.mean(machines.mtbf_days[0] < worst.mtbf_days[0, 0]) == pytest.approx(0.05, abs=0.005)
    only = machines.only_stopping("B").stop_share
    np.testing.assert_array_equal(only, machines.stop_share * np.array([[0.0], [1.0], [0.0]]))
    np.testing.assert_array_equal(machines.coarse(32).mttr_days, machines.mttr_days[:, :32])
    with pytest.raises(ValueError, match="A, B, C"):
        machines.as_if("D")


def test_figures_have_the_moments_asked_for(machines):
    """First failures of machines met at any time: residual lives, of mean (1 + scv) / 2 of a life's (Cox 1962)."""
    figures, law, _ = machines.figures()
    assert set(law) <= {2, 3}
    shape = machines.up_shape
    scv = stats.weibull_min.var(shape) / stats.weibull_min.mean(shape) ** 2
    relative = figures[:, :, 0] / machines.mtbf_days
    np.testing.assert_allclose(relative.mean(axis=1), (1 + scv) / 2, rtol=0.08)
    at = int(np.flatnonzero(machines.repair_law == Law.LOGNORMAL)[0])
    one, two = figures[at, :, 3], figures[at, :, 4]
    np.testing.assert_allclose(np.exp(one + two**2 / 2), machines.mttr_days[at], rtol=1e-9)


def test_minor_stops_slow_and_rejects_count():
    events = [("M", 0.0, 9.0, "running", None), ("M", 9.0, 9.05, "down", "jam"), ("M", 9.05, 20.0, "running", None)]
    plant = plant_of(events, reasons=[("jam", "minor_stop")])
    assert slowed_by_minor_stops(floor_of(plant))[0] == pytest.approx(0.05 / 19.95)
    tables = {name: plant.tables[name] for name in ("events", "machines", "reasons")}
    counts = plant.tables["events"].head(1).select("machine", "start", "end", total=pl.lit(50.0), good=pl.lit(45.0))
    found = machines_of(Plant.from_frames(currency="EUR", demand_period="day", counts=counts, **tables))
    assert found.quality[0] == pytest.approx(0.9)
    assert machines_of(Plant.from_frames(currency="EUR", demand_period="day", machines=tables["machines"])) is None
