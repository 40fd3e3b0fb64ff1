"""Incomplete gamma and beta functions beside scipy's."""

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
