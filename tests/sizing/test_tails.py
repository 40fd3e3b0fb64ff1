"""Tails of large means beside sums of single chances, of which the first is taken to 50 digits."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import special

from justenough.sizing.classic import gamma_loss, newsvendor_poisson, poisson_loss
from justenough.sizing.classic.tails import LARGE, gamma_tails, poisson_tails

MEANS = (2e4, 1e6, 1e8, 1e9)
AWAY = (-6.0, -4.6, -1.0, 0.0, 2.0, 4.6, 6.0)
PLACES = [(mean, float(np.floor(mean + z * np.sqrt(mean)))) for mean in MEANS for z in AWAY]


def chance(level, mean):
    """P(D = level) by Stirling's series in decimal numbers."""
    with localcontext() as context:
        context.prec = 50
        n, m = Decimal(int(level)), Decimal(int(mean))
        pi = Decimal("3.14159265358979323846264338327950288419716939937511")
        factorial = n * n.ln() - n + (2 * pi * n).ln() / 2 + 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5)
        return float((n * m.ln() - m - factorial).exp())


def chances_from(level, mean):
    """P(D = level), P(D = level + 1) ... until nothing is left."""
    ahead = level + np.arange(1.0, 40.0 * np.sqrt(mean) + (mean - level if level < mean else 0.0) / 4 + 40)
    return chance(level, mean) * np.concatenate([[1.0], np.cumprod(mean / ahead)])


def chances_down_from(level, mean):
    """P(D = level), P(D = level - 1) ..."""
    behind = level - np.arange(0.0, min(level, 40.0 * np.sqrt(mean)))
    return chance(level, mean) * np.concatenate([[1.0], np.cumprod(behind / mean)])


@pytest.mark.parametrize(("mean", "level"), PLACES)
def test_poisson_tails_are_sums_of_chances(mean, level):
    tails = poisson_tails(np.array(level), np.array(mean))
    above, below = chances_from(level, mean)[1:].sum(), chances_down_from(level, mean).sum()
    assert tails.density == pytest.approx(chance(level, mean), rel=1e-12)
    assert tails.above == pytest.approx(above, rel=2e-12)
    assert tails.below == pytest.approx(below, rel=2e-12)


@pytest.mark.parametrize(("mean", "level"), [place for place in PLACES if place[0] >= 1e6])
def test_poisson_losses_are_sums_too(mean, level):
    losses = poisson_loss(level, mean)
    above, below = chances_from(level, mean), chances_down_from(level, mean)
    up, down = np.arange(float(len(above))), np.arange(float(len(below)))
    expected = (up @ above, down @ below, (up * (up - 1)) @ above / 2, (down * (down + 1)) @ below / 2)
    found = (losses.expected_short, losses.expected_on_hand, losses.second_order_short, losses.second_order_on_hand)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("shape", [LARGE, 3e5, 2e7])
def test_the_expansion_begins_where_scipy_still_has_its_digits(shape):
    """Within four standard deviations scipy's own expansion of 25 terms holds at every shape."""
    at = shape + np.linspace(-4, 4, 41) * np.sqrt(shape)
    tails = gamma_tails(np.array(shape), at)
    np.testing.assert_allclose(tails.above, special.gammaincc(shape, at), rtol=3e-13)
    np.testing.assert_allclose(tails.below, special.gammainc(shape, at), rtol=3e-13)


def test_a_gamma_of_whole_shape_waits_for_poisson_arrivals():
    """More than x is wanted of a gamma of shape n just if fewer than n arrive by x; its loss is that sum of chances again."""
    shape, at = 1e9, np.floor(1e9 + 5.0 * np.sqrt(1e9))
    losses, fewer = gamma_loss(3.0 * at, shape, 3.0), chances_down_from(shape - 1.0, at)
    # E[(X - x)+] = n P(X' > x) - x P(X > x), X' of shape n + 1: one more arrival.
    short = np.arange(1.0, len(fewer) + 1.0) @ fewer
    assert losses.expected_short == pytest.approx(3.0 * short, rel=1e-9)


def test_very_large_means_are_covered_as_asked():
    mean = np.array([3e8, 1e9, 7e11])
    for missed in (0.3, 1e-6, 1e-12):
        best = newsvendor_poisson(missed, 1.0 - missed, mean)
        assert (poisson_tails(best.base_stock, mean).above <= missed * (1.0 + 1e-9)).all()
        assert (poisson_tails(best.base_stock - 1.0, mean).above > missed * (1.0 - 1e-9)).all()
        losses = poisson_loss(best.base_stock, mean)
        cost = missed * losses.expected_on_hand + (1.0 - missed) * losses.expected_short
        np.testing.assert_allclose(best.cost, cost, rtol=1e-9)


def test_nothing_wanted_and_levels_below_zero():
    tails = poisson_tails(np.array([-1.0, 0.0, 3.0]), np.zeros(3))
    assert tails.above.tolist() == [1.0, 0.0, 0.0]
    assert tails.below.tolist() == [0.0, 1.0, 1.0]
    assert tails.density.tolist() == [0.0, 1.0, 0.0]
    assert gamma_tails(np.array(2.0), np.array([-1.0, 0.0])).above.tolist() == [1.0, 1.0]
