"""Incomplete gamma and beta functions beside scipy's."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import special, stats

from justenough.kernels.incomplete import negative_binomial_density, negative_binomial_tail, poisson_density, upper_gamma


def test_upper_gamma_is_scipys():
    random = np.random.default_rng(1)
    for _ in range(1500):
        a = np.exp(random.uniform(np.log(1e-4), np.log(9e5)))
        z = max(a + np.sqrt(a) * random.uniform(-6, 8), a * random.uniform(0.01, 3) if a < 50 else 0.01)
        assert upper_gamma(a, z, poisson_density(a, z)) == pytest.approx(special.gammaincc(a, z), abs=5e-11)


def test_poisson_density_is_scipys():
    n = np.arange(1.0, 400.0)
    found = [poisson_density(k, 90.0) for k in n]
    np.testing.assert_allclose(found, stats.poisson.pmf(n, 90.0), rtol=1e-12)


def test_negative_binomial_is_scipys():
    random = np.random.default_rng(2)
    for _ in range(1500):
        r, p = np.exp(random.uniform(np.log(1e-3), np.log(1e6))), random.uniform(1e-3, 0.999)
        n = float(stats.nbinom.ppf(random.uniform(), r, p))
        density = negative_binomial_density(n, r, p)
        assert density == pytest.approx(stats.nbinom.pmf(n, r, p), rel=1e-7, abs=1e-14)
        assert negative_binomial_tail(n, r, p, density) == pytest.approx(stats.nbinom.sf(n, r, p), abs=2e-11)


def _by_integral(a, z, steps=2000):
    """P(X > z) of a gamma of shape a >= 1e6: Simpson's rule over the shorter side in 50 digits."""
    with localcontext() as digits:
        digits.prec = 50
        shape, place = Decimal(a), Decimal(z)
        two_pi = 2 * Decimal("3.14159265358979323846264338327950288419716939937511")
        log_gamma = (shape - Decimal("0.5")) * shape.ln() - shape + two_pi.ln() / 2 + 1 / (12 * shape) - 1 / (360 * shape**3)
        far = shape + (13 if z > a else -13) * shape.sqrt()
        width = (far - place) / steps
        total = Decimal(0)
        for k in range(steps + 1):
            x = place + k * width
            total += ((shape - 1) * x.ln() - x - log_gamma).exp() * (1 if k in (0, steps) else 4 if k % 2 else 2)
        beyond = float(abs(total * width / 3))
    return beyond if z > a else 1.0 - beyond


@pytest.mark.parametrize("a", [1.5e6, 3e7, 4e9])
@pytest.mark.parametrize("deviations", [-6.0, -4.51, -1.0, 0.3, 4.51, 6.0])
def test_upper_gamma_of_a_large_shape_is_its_integral(a, deviations):
    """Beyond 4.5 deviations scipy 1.17 ends its series early there and is off by up to 3e-6."""
    z = a + deviations * a**0.5
    assert upper_gamma(a, z, poisson_density(a, z)) == pytest.approx(_by_integral(a, z), rel=1e-9)
