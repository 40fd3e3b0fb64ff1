"""Loss functions beside published tables, brute-force sums and quadrature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from justenough.domain.item import Form
from justenough.kernels import loss as kernel
from justenough.kernels.loss import cdf, loss, mean_up_to, second_loss, shape_of

NORMAL, GAMMA, NB, ZERO_GAMMA, ZERO_LOGNORMAL = (
    Form.NORMAL,
    Form.GAMMA,
    Form.NEGATIVE_BINOMIAL,
    Form.ZERO_GAMMA,
    Form.ZERO_LOGNORMAL,
)


def test_codes_are_the_domains():
    codes = (kernel.NORMAL, kernel.GAMMA, kernel.NEGATIVE_BINOMIAL, kernel.ZERO_GAMMA, kernel.ZERO_LOGNORMAL)
    assert codes == (NORMAL, GAMMA, NB, ZERO_GAMMA, ZERO_LOGNORMAL)


def test_one_value_broadcast_over_many_gives_no_warning():
    """Warnings are errors here; numba warned of a broadcast array that looks writeable."""
    assert cdf(np.zeros(1, int), np.ones((5, 1)), 1.0, 0, 0, 1.0).shape == (5, 1)


def test_a_stock_too_small_for_a_double_is_no_stock():
    assert loss(GAMMA, 1.0, 0.0625**2, 0, 0, 2.2e-313) == pytest.approx(1.0, rel=1e-12)


def test_standard_normal_loss_table():
    """Standard normal loss table; inventory_reference.json, loss-normal-std."""
    table = [0.3989422804014327, 0.19779655740130608, 0.08331547058768629, 0.008490702616829673]
    np.testing.assert_allclose(loss(NORMAL, 0.0 + 10, 1.0, 0, 0, 10 + np.array([0, 0.5, 1.0, 2.0])), table, rtol=1e-12)


def test_gamma_loss_shape_4_scale_5_at_30():
    """Closed form; inventory_reference.json, loss-gamma."""
    assert loss(GAMMA, 20.0, 100.0, 0, 0, 30.0) == pytest.approx(1.1650135230331893, rel=1e-12)


def test_negative_binomial_loss_r_6_p_04_at_14():
    """Direct summation; inventory_reference.json, loss-negbin."""
    assert loss(NB, 9.0, 22.5, 0, 1, 14.0) == pytest.approx(0.4917104293178767, rel=1e-11)


def test_metric_expected_backorders_of_a_pipeline_of_one():
    """Sherbrooke (METRIC), Poisson pipeline of 1; inventory_reference.json, metric-ebo-1."""
    expected = [1.0, 0.3678794411714424, 0.10363832351432692, 0.023336926442932754]
    np.testing.assert_allclose(loss(NB, 1.0, 1.0, 0, 1, np.arange(4.0)), expected, rtol=1e-10)


def test_negative_binomial_at_mean_600_is_not_zero():
    """A peer's underflow gave zero stock here."""
    x = np.array([500.0, 600.0, 700.0, 900.0])
    r, p = 600.0**2 / (900.0 - 600.0), 600.0 / 900.0
    np.testing.assert_allclose(cdf(NB, 600.0, 900.0, 0, 1, x), stats.nbinom.cdf(x, r, p), atol=1e-12)


@pytest.mark.parametrize(("mean", "variance"), [(0.02, 0.05), (0.7, 0.9), (3.0, 40.0), (60.0, 61.0), (250.0, 4000.0)])
def test_negative_binomial_is_its_sum(mean, variance):
    r, p = mean**2 / (variance - mean), mean / variance
    k = np.arange(0.0, stats.nbinom.isf(1e-15, r, p) + 50)
    mass = stats.nbinom.pmf(k, r, p)
    for x in (-3.0, -0.5, 0.0, 1.0, round(mean), round(mean + 2 * variance**0.5), mean + 0.3):
        over = np.maximum(k - x, 0.0)
        assert cdf(NB, mean, variance, 0, 1, x) == pytest.approx(mass[k <= x].sum(), abs=1e-12)
        assert loss(NB, mean, variance, 0, 1, x) == pytest.approx((mass * over).sum(), rel=1e-8, abs=1e-10)
        assert second_loss(NB, mean, variance, 0, 1, x) == pytest.approx((mass * over**2).sum() / 2, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("form", [NORMAL, GAMMA, ZERO_GAMMA, ZERO_LOGNORMAL])
@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.8), (5.0, 30.0), (900.0, 3600.0), (4e4, 1e4)])
def test_continuous_losses_are_their_integrals(form, mean, variance):
    idle = 0.2 if form in (ZERO_GAMMA, ZERO_LOGNORMAL) and variance > mean**2 else 0.0
    above = lambda t: 1.0 - float(cdf(form, mean, variance, idle, 0, t))  # noqa: E731
    sd = variance**0.5
    for x in (max(0.0, mean - sd), mean, mean + 2 * sd):
        ends = np.append(np.linspace(x, mean + 20 * sd, 40), mean + sd * np.geomspace(25.0, 1e7, 50))
        first = sum(integrate.quad(above, a, b)[0] for a, b in zip(ends, ends[1:], strict=False))
        second = sum(integrate.quad(lambda t: (t - x) * above(t), a, b)[0] for a, b in zip(ends, ends[1:], strict=False))  # noqa: B023
        assert loss(form, mean, variance, idle, 0, x) == pytest.approx(first, rel=1e-6)
        assert second_loss(form, mean, variance, idle, 0, x) == pytest.approx(second, rel=1e-6)


@pytest.mark.parametrize("form", [ZERO_GAMMA, ZERO_LOGNORMAL])
def test_idle_share_mean_and_variance_are_kept(form):
    assert cdf(form, 2.0, 30.0, 0.6, 0, 0.0) == pytest.approx(0.6)
    assert loss(form, 2.0, 30.0, 0.6, 0, 0.0) == pytest.approx(2.0)
    assert 2 * second_loss(form, 2.0, 30.0, 0.6, 0, 0.0) - 4.0 == pytest.approx(30.0)
    assert loss(form, 2.0, 30.0, 0.6, 0, -1.0) == pytest.approx(3.0)


def test_a_zero_lognormal_is_scipys_lognormal_where_it_is_not_zero():
    """Mean 2 and variance 30 with 0.6 idle: the rest has mean 5 and mean square 34 / 0.4."""
    spread = np.log(34.0 / 0.4 / 25.0) ** 0.5
    law = stats.lognorm(spread, scale=5.0 * np.exp(-(spread**2) / 2))
    levels = np.array([0.5, 3.0, 20.0, 300.0])
    np.testing.assert_allclose(cdf(ZERO_LOGNORMAL, 2.0, 30.0, 0.6, 0, levels), 0.6 + 0.4 * law.cdf(levels), rtol=1e-12)


def test_idle_that_the_variance_forbids_is_lowered():
    assert cdf(ZERO_GAMMA, 2.0, 1.0, 0.9, 0, 0.0) < 0.2
    assert loss(ZERO_GAMMA, 2.0, 1.0, 0.9, 0, 0.0) == pytest.approx(2.0)


def test_whole_units_are_the_rounded_variable():
    """P(X <= 7) of a gamma counted in units is the gamma at 7.5, anywhere in [7, 8)."""
    expected = stats.gamma.cdf(7.5, 4.0, scale=2.0)
    np.testing.assert_allclose(cdf(GAMMA, 8.0, 16.0, 0, 1, np.array([7.0, 7.4, 7.999])), expected, rtol=1e-12)


def test_no_variance_is_a_constant():
    for form in (NORMAL, GAMMA, NB, ZERO_GAMMA, ZERO_LOGNORMAL):
        np.testing.assert_array_equal(cdf(form, 4.0, 0.0, 0, 1, np.array([3.0, 4.0])), [0.0, 1.0])
        assert loss(form, 4.0, 0.0, 0, 1, 1.0) == 3.0


def test_unknown_stays_unknown_and_strange_forms_are_named():
    assert np.isnan(cdf(GAMMA, np.nan, 1.0, 0, 1, 2.0))
    with pytest.raises(ValueError, match="got \\[4\\]"):
        cdf(Form.WINDOWS, 1.0, 1.0, 0, 1, 2.0)


@settings(max_examples=300, deadline=None)
@given(
    form=st.sampled_from([NORMAL, GAMMA, NB, ZERO_GAMMA, ZERO_LOGNORMAL]),
    mean=st.floats(1e-3, 1e5),
    cv=st.floats(1e-3, 8.0),
    idle=st.floats(0.0, 0.95),
    at=st.floats(-1.0, 6.0),
    more=st.floats(0.0, 3.0),
)
def test_more_stock_never_leaves_more_short(form, mean, cv, idle, at, more):
    variance, x = (cv * mean) ** 2, mean * at
    y = x + mean * more
    assert cdf(form, mean, variance, idle, 0, y) >= cdf(form, mean, variance, idle, 0, x) - 1e-9
    first, later = loss(form, mean, variance, idle, 0, np.array([x, y]))
    assert 0.0 <= later <= first + 1e-9 * mean
    assert later >= mean - y - 1e-7 * max(mean, abs(y))
    assert second_loss(form, mean, variance, idle, 0, y) >= 0.0


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (4.0, 4.0), (0.2, 0.9), (5.0, 31.0), (80.0, 90.0)])
def test_a_count_cut_off_is_scipys_sum(mean, variance):
    law = stats.poisson(mean) if variance == mean else stats.nbinom(mean**2 / (variance - mean), mean / variance)
    shape, one, two, _ = shape_of(int(NB), mean, variance, 0.0)
    for most in (1.0, 2.0, 9.0, 128.0):
        units = np.arange(0, 3000)
        assert mean_up_to(shape, one, two, most) == pytest.approx((law.pmf(units) * np.minimum(units, most)).sum(), rel=1e-11)


def test_a_count_is_not_cut_off_between_units_nor_far_out():
    shape, one, two, _ = shape_of(int(NB), 5.0, 31.0, 0.0)
    assert np.isnan([mean_up_to(shape, one, two, most) for most in (2.5, 129.0)]).all()
    assert np.isnan(mean_up_to(*shape_of(int(GAMMA), 5.0, 31.0, 0.0)[:3], 3.0))
    assert np.isnan(mean_up_to(*shape_of(int(NB), 5.0, 5.0 + 1e-5, 0.0)[:3], 3.0))
