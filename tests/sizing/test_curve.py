"""Curves: their ends, their points, and that they agree with single levels."""

from types import SimpleNamespace

import numpy as np
import pytest

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Exposure, exposure_over
from justenough.kernels.loss import cdf
from justenough.sizing.curve import POINTS, Curves, Supply, curves_from_history, curves_of, mean_exposure, traced
from justenough.sizing.single import OUTCOME_FIELDS, Economics, cheapest, order_quantity, outcome_at


@pytest.fixture(scope="module")
def plant():
    """400 invented items of every form, some with outages, some counted, some divisible."""
    n, random = 400, np.random.default_rng(5)
    rate = np.exp(random.normal(-1.5, 2.0, n))
    lead, review = random.uniform(0, 80, n), random.choice([1.0, 7.0, 30.0], n)
    days = np.stack([lead, lead + review / 2, lead + review], axis=1)
    noise = (rate * np.exp(random.normal(0.6, 0.6, n)))[:, None]

    def over(days):
        mean = rate[:, None] * days
        return mean, noise * days + (0.2 * mean) ** 2, np.exp(-0.2 * mean)

    form = random.integers(0, 4, n)
    step = np.where((form == Form.NEGATIVE_BINOMIAL) | (random.random(n) < 0.5), 1.0, 0.0)
    outage = np.where(random.random(n) < 0.4, 0.03, 0.0)
    exposure = Exposure(*over(days), *over(days + 45.0), outage, form, step, rate, review, lead)
    nothing = np.full(n, np.nan)
    targets = np.where(random.random(n) < 0.3, 0.97, np.nan)
    economics = Economics(
        np.exp(random.normal(3, 1.5, n)), np.full(n, 0.25), np.full(n, 15.0), np.exp(random.normal(4, 2, n)),
        random.integers(1, len(StockoutBasis), n), targets, nothing, nothing, nothing, np.full(n, np.inf),
    )  # fmt: skip
    return exposure, economics, order_quantity(exposure, economics)


def test_ends_are_the_mean_exposure_and_its_999_point(plant):
    exposure, economics, quantity = plant
    curves = curves_of(exposure, economics, quantity)
    low = curves.reorder_point + exposure.step[:, None]
    mean = mean_exposure(exposure)
    counted = exposure.step > 0
    np.testing.assert_array_equal(low[counted, 0], np.floor(mean[counted]))
    np.testing.assert_allclose(low[~counted, 0], mean[~counted])
    np.testing.assert_allclose(curves.safety_stock[:, 0], low[:, 0] - mean)

    def served(at):
        ordinary, late = (
            cdf(exposure.form, m[:, 2], v[:, 2], i[:, 2], exposure.step, at)
            for m, v, i in (
                (exposure.mean, exposure.variance, exposure.idle),
                (exposure.outage_mean, exposure.outage_variance, exposure.outage_idle),
            )
        )
        return (1 - exposure.outage_probability) * ordinary + exposure.outage_probability * late

    far = low[:, -1]
    assert (served(far) >= 0.999 - 1e-9).all()
    longer = counted & (far > low[:, 0])
    assert (served(far - 1)[longer] < 0.999).all()


def test_points_are_whole_rising_and_distinct_while_they_can(plant):
    exposure, economics, quantity = plant
    points = curves_of(exposure, economics, quantity).reorder_point
    counted = exposure.step > 0
    assert points.shape == (400, POINTS)
    assert (np.diff(points) >= 0).all()
    assert (points[counted] % 1 == 0).all()
    distinct = np.array([len(np.unique(row)) for row in points])
    room = points[:, -1] - points[:, 0] + 1
    assert (distinct[counted] == np.minimum(POINTS, room[counted])).all()


def test_every_point_is_what_its_level_earns(plant):
    exposure, economics, quantity = plant
    curves = curves_of(exposure, economics, quantity)
    for k in (0, 3, 17, 31):
        outcome = outcome_at(exposure, economics, Levels(curves.reorder_point[:, k], quantity, exposure.step))
        for name in OUTCOME_FIELDS:
            along = getattr(curves, name)
            size = np.maximum(along.max(axis=1), 1.0)
            np.testing.assert_allclose(along[:, k] / size, getattr(outcome, name) / size, rtol=0.0, atol=1e-7)


def test_service_and_stock_rise_along_the_curve(plant):
    curves = curves_of(*plant)
    for name in ("cycle_service", "ready_rate", "mean_stock", "fill_rate"):
        column = getattr(curves, name)
        assert (np.diff(column) >= -1e-6 * (1 + column[:, -1:])).all(), name


def test_the_chosen_point_lies_on_the_curve_and_beats_it(plant):
    exposure, economics, quantity = plant
    both = traced(*plant)
    chosen = both.chosen.levels.reorder_point
    np.testing.assert_array_equal(chosen, cheapest(*plant).levels.reorder_point)
    assert (chosen >= both.curves.reorder_point[:, 0]).all()
    assert (chosen <= both.curves.reorder_point[:, -1] + 1e-9).all()
    outcome = outcome_at(exposure, economics, both.chosen.levels)
    target = np.nan_to_num(economics.target_cycle_service, nan=0.0)
    allowed = np.where(both.curves.cycle_service >= target[:, None], both.curves.total_cost, np.inf)
    assert (outcome.cycle_service >= target - 1e-9).all()
    assert (outcome.total_cost <= allowed.min(axis=1) * (1 + 1e-6) + 1e-9).all()


def test_unknown_exposure_is_an_empty_curve(plant):
    exposure, economics, quantity = plant
    blank = Exposure(**{name: getattr(exposure, name) for name in Exposure.__slots__} | {"mean": np.full((400, 3), np.nan)})
    curves = curves_of(blank, economics, quantity)
    assert all(np.isnan(getattr(curves, name)).all() for name in (*OUTCOME_FIELDS, "reorder_point", "safety_stock"))


def test_curves_hold_every_outcome():
    assert set(Curves.__dataclass_fields__) == {*OUTCOME_FIELDS, "reorder_point", "safety_stock"}


def test_curves_from_history_are_those_of_the_same_exposure():
    """One pass over the history beside demand, exposure and curve by their own functions."""
    n, days, random = 300, 120, np.random.default_rng(8)
    values = random.poisson(np.exp(random.normal(0.0, 1.5, n))[:, None] * random.gamma(2.0, 0.5, (n, days))).astype(np.float32)
    nothing, form = np.full(n, np.nan), random.integers(0, 4, n)
    economics = Economics(
        np.full(n, 12.0), np.full(n, 0.25), np.full(n, 15.0), np.full(n, 80.0), random.integers(1, len(StockoutBasis), n),
        nothing, nothing, nothing, nothing, np.full(n, np.inf),
    )  # fmt: skip
    supply = Supply(random.uniform(2, 40, n), random.uniform(0, 5, n), np.full(n, 7.0), form, np.ones(n))
    quantity = np.full(n, 20.0)
    rate, variance = values.mean(axis=1, dtype=float), values.var(axis=1, ddof=1, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        drift = np.where(rate > 0, np.sqrt(variance / days) / rate, 0.0)
    idle, known = (values == 0).mean(axis=1), np.ones(n)
    demand = SimpleNamespace(mean=rate, variance=variance, drift=drift, idle=idle, period_days=1.0, form=form, step=known)
    lead_time = SimpleNamespace(mean_days=supply.lead_days, sd_days=supply.lead_sd_days)
    never = SimpleNamespace(probability=np.zeros(n), wait_days=np.zeros(n), wait_sd_days=np.zeros(n))
    exposure = exposure_over(demand, lead_time, never, supply.review_days)
    longer, straight = curves_of(exposure, economics, quantity), curves_from_history(values, economics, quantity, supply)
    for name in Curves.__dataclass_fields__:
        np.testing.assert_allclose(getattr(straight, name), getattr(longer, name), rtol=1e-9, atol=1e-9)
