"""Oracle: fits and likelihood-ratio bounds by general optimisation of the textbook likelihood, one machine at a time."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize, stats

FIGURES = ("shape", "scale", "mean", "early")


def simulated(rng, law: str, n: int, spread: float, scale: float, censored: float):
    """Lives of one machine, each cut at a uniform time up to ``censored`` (infinite: none)."""
    lives = scale * (rng.weibull(spread, n) if law == "weibull" else np.exp(spread * rng.standard_normal(n)))
    cut = rng.uniform(0.0, censored, n) if math.isfinite(censored) else np.full(n, np.inf)
    return np.minimum(lives, cut), lives <= cut


def cost(law: str, at, times, failed) -> float:
    """Minus the log likelihood at (ln scale, ln sigma)."""
    sigma, y = math.exp(at[1]), np.log(times)
    z = (y - at[0]) / sigma
    if law == "weibull":
        told = stats.gumbel_l.logpdf(z[failed]) - at[1]
        waited = stats.gumbel_l.logsf(z[~failed])
    else:
        told = stats.norm.logpdf(z[failed]) - at[1]
        waited = stats.norm.logsf(z[~failed])
    return -float(told.sum() + waited.sum() - y[failed].sum())


def figure(law: str, name: str, at, early: float = 0.1) -> float:
    """Logarithm of a figure at (ln scale, ln sigma)."""
    sigma = math.exp(at[1])
    weibull = law == "weibull"
    return {
        "shape": -at[1] if weibull else at[1],
        "scale": at[0],
        "mean": at[0] + (math.lgamma(1.0 + sigma) if weibull else 0.5 * sigma * sigma),
        "early": at[0] + sigma * (math.log(-math.log1p(-early)) if weibull else stats.norm.ppf(early)),
    }[name]


def fitted(law: str, times, failed, drop: float):
    """Best figures, log likelihood, lower bounds, upper bounds."""
    top = optimize.minimize(
        lambda at: cost(law, at, times, failed),
        [np.log(times).mean(), 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 10_000},
    )
    room = {"type": "ineq", "fun": lambda at: top.fun + drop - cost(law, at, times, failed)}
    ends = [
        [
            math.exp(
                sign
                * -optimize.minimize(
                    lambda at, name=name, sign=sign: -sign * figure(law, name, at),
                    top.x + np.array([0.1 * sign, 0.05]),
                    constraints=[room],
                    bounds=[(top.x[0] - 12.0, top.x[0] + 12.0), (top.x[1] - 3.0, top.x[1] + 3.0)],  # a first long step overflows
                    method="SLSQP",
                    options={"ftol": 1e-14, "maxiter": 1000},
                ).fun
            )
            for name in FIGURES
        ]
        for sign in (-1.0, 1.0)
    ]
    return [math.exp(figure(law, name, top.x)) for name in FIGURES], -top.fun, *ends


def shape_bounds(law: str, times, failed, drop: float):
    """Bounds of ln sigma alone, by the profile over the scale; for likelihoods too long-drawn for a general optimiser."""

    def profile(log_sigma):
        found = optimize.minimize_scalar(
            lambda at: cost(law, (at, log_sigma), times, failed),
            bounds=(np.log(times).min() - 5.0, np.log(times).max() + 8.0 * math.exp(log_sigma)),
            method="bounded",
            options={"xatol": 1e-10},
        )
        return found.fun

    with np.errstate(over="ignore"):
        top = optimize.minimize_scalar(profile, bounds=(-3.0, 3.0), method="bounded", options={"xatol": 1e-9})
        return [optimize.brentq(lambda at: profile(at) - top.fun - drop, *pair) for pair in ((-4.0, top.x), (top.x, 4.0))]
