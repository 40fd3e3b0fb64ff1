"""Straight: moments and exposures of a dense history beside numpy's."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.kernels.position import N_ITEM, PI, QUANTITY, RATE, REVIEW
from justenough.kernels.straight import LEAD, LEAD_SD, LOT, REVIEWED, exposures_from, moments


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_moments_are_numpys_and_pass_over_what_nobody_recorded(kind):
    values = np.random.default_rng(1).poisson(1.5, (20, 200)).astype(kind)
    values[np.random.default_rng(2).random(values.shape) < 0.2] = np.nan
    for i in range(20):
        seen = values[i][~np.isnan(values[i])].astype(float)
        assert moments(values, i) == pytest.approx((len(seen), (seen == 0).sum(), seen.sum(), (seen**2).sum()), rel=1e-12)


def exposed(values, form, lead_sd=2.0):
    n = len(values)
    supply, blocks, items = np.empty((n, 4)), np.zeros((n, 6, 3)), np.full((n, N_ITEM), np.nan)
    supply[:, LEAD], supply[:, LEAD_SD], supply[:, REVIEWED], supply[:, LOT] = 10.0, lead_sd, 7.0, 5.0
    exposures_from(0, n, values, 1.0, np.full(n, int(form)), supply, blocks, items)
    return blocks, items


@pytest.mark.parametrize("lead_sd", [0.0, 2.0])
def test_exposures_are_numpys_moments_over_lead_time_and_review(lead_sd):
    """Days of demand, lead times that vary and a level known from so many days only: variances of three independent causes."""
    values = np.random.default_rng(3).poisson(np.exp(np.random.default_rng(4).normal(0, 2, (150, 1))), (150, 90)).astype(np.float32)
    values = values[values.any(axis=1) & ~values.all(axis=1)]
    blocks, items = exposed(values, Form.ZERO_GAMMA, lead_sd)
    rate, noise, idle = values.mean(axis=1, dtype=float), values.var(axis=1, ddof=1, dtype=float), (values == 0).mean(axis=1)
    for h, days in enumerate((10.0, 13.5, 17.0)):
        np.testing.assert_allclose(blocks[:, 0, h], rate * days)
        np.testing.assert_allclose(blocks[:, 1, h], noise * days + (rate * lead_sd) ** 2 + noise / 90.0 * days**2)
        certain = idle**days  # each day alone, at a level known for sure
        assert (blocks[:, 2, h] >= certain).all()  # a doubtful level makes silence likelier
    np.testing.assert_array_equal(blocks[:, 3:], 0.0)
    np.testing.assert_allclose(items[:, RATE], rate)
    assert (items[:, [PI, REVIEW, QUANTITY]] == [0.0, 7.0, 5.0]).all()


def test_unknown_rows_are_empty_and_touch_no_neighbour():
    values = np.random.default_rng(5).poisson(2.0, (130, 60)).astype(np.float64)
    whole, holed = exposed(values, Form.GAMMA)[0], values.copy()
    holed[70] = np.nan
    blocks, items = exposed(holed, Form.GAMMA)
    assert np.isnan(blocks[70, :2]).all()
    assert np.isnan(items[70, RATE])
    others = np.arange(130) != 70
    np.testing.assert_array_equal(blocks[others], whole[others])
