"""Reliability of whole floors: figures by hand, truth found again, hard cases, ten thousand machines, and an open data set."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest
from simulated_floor import plant_of, run_to_failure

from justenough.estimation.floor import floor_of
from justenough.estimation.lifetimes import Law, Lives
from justenough.estimation.reliability import ReliabilityParams, reliability_of
from justenough.estimation.trends import Trend
from justenough.estimation.uptimes import Uptimes, uptimes_of
from justenough.sources.read import import_from


def floor_with(lives, repairs, seen=None):
    """Uptimes of machines from their lives alone."""
    k = len(lives)
    clock = np.concatenate([[0.0], np.cumsum(lives.days)])
    clock = clock[1:] - clock[lives.offsets[:-1]][lives.machine]
    reason = np.where(lives.failed, 0, -1)
    seen = np.ones(len(lives.days), bool) if seen is None else seen
    names = tuple(f"M{i}" for i in range(k))
    pooled = Lives(lives.days, lives.failed, np.array([0, len(lives.days)]))
    return Uptimes(
        names, ("jam",), lives, reason, seen, clock, repairs, np.zeros(len(repairs.days), int), lives.total_days, pooled, moments=False
    )


def test_a_floor_of_known_machines_is_found_again():
    rng = np.random.default_rng(1)
    names = [f"M{i}" for i in range(40)]
    rows = run_to_failure(rng, names, 80, lambda r: 30 * r.weibull(2.0) + 1e-3, lambda r: np.exp(0.6 * r.standard_normal()) + 0.1)
    found = reliability_of(uptimes_of(floor_of(plant_of(rows))))
    truth = 30 / 24 * math.gamma(1.5)
    best, low, high = found.mtbf
    assert ((low <= truth) & (truth <= high)).mean() > 0.85
    assert ((low <= best) & (best <= high)).all()
    assert (found.times.law == Law.WEIBULL).mean() > 0.6
    assert np.isin(found.trending, (Trend.IMPROVING, Trend.WORSENING)).mean() < 0.15
    lower = found.availability.lower_two_sided
    assert (lower < found.availability.availability).all()
    assert found.by_reason.best.shape == pytest.approx([2.0], rel=0.05)


def test_figures_by_hand():
    """Four failures in 100 days of operation, three repairs of 1, 2 and 3 days."""
    lives = Lives.of([([10.0, 20.0, 30.0, 25.0, 15.0], [True, True, True, True, False])])
    found = reliability_of(floor_with(lives, Lives.of([([1.0, 2.0, 3.0], [True] * 3)])))
    assert found.mtbf[0] == pytest.approx([25.0])
    assert found.mttr[0] == pytest.approx([2.0])
    assert found.availability.availability == pytest.approx([25.0 / 27.0])
    assert found.trending.tolist() == [Trend.TOO_FEW]


def test_bounds_hold_what_was_counted_where_pauses_cut_most_lives_short():
    """A pause every four hours, and failures soon after it or not at all: the Weibull mean of such lives is a guess far out."""
    rng = np.random.default_rng(7)
    lives = np.where(rng.random(2000) < 0.05, rng.exponential(0.5, 2000), 4.0).clip(1e-3, 4.0)
    found = reliability_of(floor_with(Lives.of([(lives, lives < 4.0)]), Lives.of([([1.0, 2.0, 3.0], [True] * 3)])))
    best, low, high = (one[0] for one in found.mtbf)
    assert best == pytest.approx(lives.sum() / (lives < 4.0).sum())
    assert found.every.lower.mean[0] > best, "the case this is about"
    assert low == pytest.approx(found.constant.lower_two_sided[0])
    assert high == pytest.approx(found.every.upper.mean[0])
    assert low < best < high


def test_lives_whose_beginning_nobody_saw_are_left_out_where_enough_others_were_seen():
    days = np.array([0.1, 0.1, 10.0, 11.0, 12.0, 9.0, 10.5])
    lives = Lives(days, np.ones(7, bool), np.array([0, 7]))
    seen = np.array([False, False, *[True] * 5])
    none = Lives.of([([], [])])
    assert reliability_of(floor_with(lives, none, seen)).times.lives.days.tolist() == days[2:].tolist()
    few = np.array([False, False, False, *[True] * 4])
    assert reliability_of(floor_with(lives, none, few)).times.lives.days.tolist() == days.tolist()


def test_hard_cases_side_by_side():
    """No failure, one, all at once, all alike, none watched: every figure is a number or says that it is none."""
    lives = Lives.of([([50.0], [False]), ([50.0], [True]), ([0.0, 0.0], [True, True]), ([5.0] * 6, [True] * 6), ([], [])])
    repairs = Lives.of([([], []), ([2.0], [True]), ([0.0, 1.0], [True, False]), ([1.0] * 6, [True] * 6), ([], [])])
    found = reliability_of(floor_with(lives, repairs))
    best, low, high = found.mtbf
    assert best.tolist()[:2] == [math.inf, 50.0]
    assert low[0] == pytest.approx(50.0 / -math.log(0.025))
    assert (low[:4] <= high[:4]).all()
    draws = found.draws(200, seed=1)
    assert np.isfinite(draws.mtbf_days[[0, 1, 3]]).all()
    assert np.isfinite(draws.mttr_days).all()
    assert draws.borrowed.tolist() == [True, False, False, False, True]
    assert (draws.repair_scv >= 0).all()
    assert np.isnan(draws.mtbf_days[4]).all()


def test_ten_thousand_machines_in_one_call():
    rng = np.random.default_rng(3)
    n = rng.poisson(6.0, 10_000)
    offsets = np.concatenate([[0], np.cumsum(n)])
    lives = Lives(rng.exponential(3.0, offsets[-1]), rng.random(offsets[-1]) < 0.8, offsets)
    repairs = Lives(rng.lognormal(-3.0, 0.7, offsets[-1]), np.ones(offsets[-1], bool), offsets)
    found = reliability_of(floor_with(lives, repairs))
    best, low, high = found.mtbf
    watched = lives.total_days > 0
    assert (low[watched] <= best[watched]).mean() > 0.999
    assert ((low <= 3.75) & (3.75 <= high))[watched].mean() > 0.93
    draws = found.draws(20, seed=1)
    assert np.isfinite(draws.mtbf_days[watched]).all()
    assert np.isfinite(draws.mttr_days).all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
        ({"least_failures": 0}, "least_failures must be above 0"),
        ({"shape_spread": -1}, "above 0"),
    ],
)
def test_params_that_cannot_be_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        ReliabilityParams(**given)


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        reliability_of(floor_with(Lives.of([([1.0], [True])]), Lives.of([([], [])]))).draws(0, seed=1)


def test_components_of_the_azure_machines(shared_data):
    """47 machines of a public simulated set, 2015: counts of the file, and lives of parts from one replacement to the next."""
    folder = shared_data / "azure_pdm"
    plant = import_from(folder, "azure_pdm").plant()
    found = reliability_of(uptimes_of(floor_of(plant, since=dt.datetime(2015, 1, 1), until=dt.datetime(2016, 1, 2))))
    failures = pl.read_csv(folder / "PdM_failures.csv.gz", try_parse_dates=True)
    assert found.uptimes.moments
    assert found.failures.sum() == failures.select("machineID", "datetime").unique().height
    assert found.uptimes.operated_days.sum() == pytest.approx(366 * len(found.machines))
    assert np.isnan(found.mttr[0]).all()
    by_part = dict(failures.group_by("failure").len().iter_rows())
    assert found.by_reason.lives.failures.tolist() == [by_part[name] for name in found.uptimes.reasons]
    assert (found.by_reason.lower.shape > 1.0).all()  # parts wear out
