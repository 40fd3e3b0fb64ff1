"""Loss functions beside sums and integrals taken straight from the densities, in plain Python."""

import math

import numpy as np
import pytest
from scipy import special

from justenough.sizing.classic import (
    Losses,
    gamma_loss,
    lognormal_loss,
    negative_binomial_loss,
    normal_loss,
    poisson_expected_backorders,
    poisson_loss,
    standard_normal_loss,
)

PANELS = 4000


def integral(function, low, high):
    """Simpson's rule."""
    width = (high - low) / PANELS
    weights = [1, *([4, 2] * (PANELS // 2 - 1)), 4, 1]
    return width / 3 * sum(w * function(low + k * width) for k, w in enumerate(weights))


def of_density(density, level, low, high):
    """The four losses of a demand that lives on [low, high]."""
    split = min(max(level, low), high)
    above = lambda power: integral(lambda x: (x - level) ** power * density(x), split, high) if split < high else 0.0  # noqa: E731
    below = lambda power: integral(lambda x: (level - x) ** power * density(x), low, split) if split > low else 0.0  # noqa: E731
    return Losses(above(1), below(1), above(2) / 2, below(2) / 2)


def of_chances(chances, level):
    """The four losses of a demand of 0, 1, 2 ... units."""
    short = [max(units - level, 0) for units in range(len(chances))]
    over = [max(level - units, 0) for units in range(len(chances))]
    mean = lambda values: sum(value * chance for value, chance in zip(values, chances, strict=True))  # noqa: E731
    return Losses(mean(short), mean(over), mean([x * (x - 1) / 2 for x in short]), mean([x * (x + 1) / 2 for x in over]))


def agree(ours, plain, *, absolute):
    for name in ("expected_short", "expected_on_hand", "second_order_short", "second_order_on_hand"):
        assert getattr(ours, name) == pytest.approx(getattr(plain, name), rel=1e-8, abs=absolute), name


@pytest.mark.parametrize("z", [-6.0, -1.7, 0.0, 0.3, 2.5, 5.0])
def test_normal(z):
    density = lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)  # noqa: E731
    agree(standard_normal_loss(z), of_density(density, z, -12.0, 12.0), absolute=1e-13)
    scaled = lambda x: density((x - 50.0) / 8.0) / 8.0  # noqa: E731
    agree(normal_loss(50.0 + 8.0 * z, 50.0, 8.0), of_density(scaled, 50.0 + 8.0 * z, -46.0, 146.0), absolute=1e-11)


def test_normal_tail_keeps_its_digits():
    """Abramowitz & Stegun's 26.2.12 carried to 1/z^10: the loss far out is ``phi / z^2 (1 - 3/z^2 + 15/z^4 ...)``."""
    z = 12.0
    series = 1 - 3 / z**2 + 15 / z**4 - 105 / z**6 + 945 / z**8 - 10395 / z**10
    bell = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert standard_normal_loss(z).expected_short == pytest.approx(bell / z**2 * series, rel=1e-6)


@pytest.mark.parametrize(("shape", "scale"), [(4.0, 5.0), (2.5, 0.3), (60.0, 2.0)])
@pytest.mark.parametrize("share", [-0.5, 0.0, 0.3, 1.0, 2.0])
def test_gamma(shape, scale, share):
    level = share * shape * scale
    density = lambda x: math.exp((shape - 1) * math.log(x / scale) - x / scale - math.lgamma(shape)) / scale if x > 0 else 0.0  # noqa: E731
    plain = of_density(density, level, 0.0, (shape + 15 * math.sqrt(shape) + 30) * scale)
    agree(gamma_loss(level, shape, scale), plain, absolute=1e-8 * (shape * scale) ** 2 * (100 if shape < 3 else 1e-3))


@pytest.mark.parametrize(("log_mean", "log_sd"), [(6.0, 0.3), (0.0, 0.8)])
@pytest.mark.parametrize("share", [-1.0, 0.0, 0.4, 1.0, 3.0])
def test_lognormal(log_mean, log_sd, share):
    level = share * math.exp(log_mean)
    # In y = ln x the density is the bell and nothing is steep.
    bell = lambda y: math.exp(-(((y - log_mean) / log_sd) ** 2) / 2) / (log_sd * math.sqrt(2 * math.pi))  # noqa: E731
    low, high = log_mean - 14 * log_sd, log_mean + 14 * log_sd
    split = min(max(math.log(level), low), high) if level > 0 else low
    above = lambda power: integral(lambda y: (math.exp(y) - level) ** power * bell(y), split, high)  # noqa: E731
    below = lambda power: integral(lambda y: (level - math.exp(y)) ** power * bell(y), low, split) if split > low else 0.0  # noqa: E731
    plain = Losses(above(1), below(1), above(2) / 2, below(2) / 2)
    agree(lognormal_loss(level, log_mean, log_sd), plain, absolute=1e-9 * math.exp(2 * log_mean))


@pytest.mark.parametrize("mean", [0.0, 0.02, 1.0, 7.3, 80.0])
@pytest.mark.parametrize("level", [-2, 0, 1, 5, 30, 100])
def test_poisson(mean, level):
    chances = [math.exp(-mean)]
    for units in range(1, 400):
        chances.append(chances[-1] * mean / units)
    agree(poisson_loss(level, mean), of_chances(chances, level), absolute=1e-11)


@pytest.mark.parametrize(("r", "p"), [(6.0, 0.4), (0.35, 0.05), (40.0, 0.9), (1.0, 0.5)])
@pytest.mark.parametrize("level", [-3, 0, 1, 14, 60])
def test_negative_binomial(r, p, level):
    chances = [p**r]
    for units in range(1, 1500):
        chances.append(chances[-1] * (r + units - 1) / units * (1 - p))
    agree(negative_binomial_loss(level, r, p), of_chances(chances, level), absolute=1e-9)


def test_losses_of_steps_add_up():
    """The second-order loss is the sum of the first-order losses beyond it (Zipkin C.2)."""
    levels = np.arange(200)
    losses = poisson_loss(levels, 12.0)
    beyond = np.append(np.cumsum(losses.expected_short[::-1])[::-1][1:], 0.0)
    np.testing.assert_allclose(losses.second_order_short, beyond, atol=1e-10)


def test_backorders_of_a_pipeline():
    """EBO(s) - EBO(s - 1) = -P(more than s - 1 on order), by sums of plain chances."""
    waits = poisson_expected_backorders(np.arange(6), 2.5)
    chances = [math.exp(-2.5) * 2.5**k / math.factorial(k) for k in range(6)]
    for stock in range(1, 6):
        assert waits[stock - 1] - waits[stock] == pytest.approx(1 - sum(chances[:stock]), abs=1e-14)
    assert waits[0] == 2.5


def test_large_means_keep_their_digits():
    """At its mean a Poisson demand is short by ``m P(D = m)`` exactly; at 1e6 units too."""
    mean = 1e6
    chance = math.exp(mean * math.log(mean) - mean - special.gammaln(mean + 1))
    assert poisson_loss(mean, mean).expected_short == pytest.approx(mean * chance, rel=1e-7)


def test_a_column_of_items_at_once_and_unknown_ones():
    losses = gamma_loss([[10.0], [30.0]], [4.0, np.nan], 5.0)
    assert losses.expected_short.shape == (2, 2)
    assert np.isnan(losses.expected_short[:, 1]).all()
    assert losses.expected_short[1, 0] == gamma_loss(30.0, 4.0, 5.0).expected_short
    assert isinstance(standard_normal_loss(0.0).expected_short, float)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: normal_loss(1, 1, 0), "sd must be a finite number above 0"),
        (lambda: poisson_loss(1.5, 1), "level must be a whole number, got 1.5"),
        (lambda: poisson_loss(1, -1), "mean must be"),
        (lambda: negative_binomial_loss(1, 2, 1.0), r"p must be a fraction in \(0, 1\), got 1"),
        (lambda: gamma_loss(1, 0, 1), "shape must be"),
        (lambda: poisson_expected_backorders(-1, 1), "stock must be"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
