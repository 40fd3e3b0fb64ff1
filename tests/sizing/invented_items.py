"""Invented items: exposures of independent, equal days, prices, and lives lived under them."""

import numpy as np
from scipy import stats

from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import HORIZONS, Exposure
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, live_drawn
from justenough.simulation.supply import Supply
from justenough.sizing.single import Economics


def items(form, mean, variance, lead, review, step=1.0, lead_sd=0.0):
    """Items whose days are independent and alike; columns broadcast."""
    mean, variance, lead, review, lead_sd = (np.array(each, float) for each in np.broadcast_arrays(mean, variance, lead, review, lead_sd))
    days = lead[:, None] + review[:, None] * np.array(HORIZONS)
    spread = variance[:, None] * days + np.square(mean * lead_sd)[:, None]
    idle = np.zeros((len(mean), 3))
    none = np.zeros(len(mean))
    columns = (mean[:, None] * days, spread, idle) * 2
    return Exposure(*columns, none, np.full(len(mean), int(form)), np.full(len(mean), step), mean, review, lead)


def money(n, unit_cost=1.0, holding_rate=0.2, ordering_cost=0.0, stockout_cost=np.nan, basis=StockoutBasis.NONE):
    column = lambda value: np.full(n, value, dtype=float)  # noqa: E731
    return Economics(
        column(unit_cost), column(holding_rate), column(ordering_cost), column(stockout_cost), np.full(n, int(basis)),
        column(np.nan), column(np.nan), column(np.nan), column(np.nan), column(np.inf),
    )  # fmt: skip


def lived(exposure, variance, low, high, lives=40, days=3000, **more):
    """Order up to ``high`` at or below ``low``, in lives after a hundred days; ``more`` are rules."""
    n = len(low)
    none = np.zeros(n)
    supply = Supply(exposure.lead_days, none, none, none, none, none, none, none)
    futures = Futures(exposure.form, exposure.rate[:, None], np.reshape(variance, (n, 1)), none, none)
    levels = Levels(low, np.where(exposure.step > 0.0, exposure.step, 0.0), exposure.step)
    names = [f"ITEM-{k}" for k in range(n)]
    rules = Rules(order_up_to=high, **more)
    return live_drawn(names, levels, futures, supply, exposure.review_days, days=days, lives=lives, rules=rules, warm_up_days=100, seed=7)


def assert_only_chance(stated, found, error, lives, what, at_least=100):
    """
    Gaps over their standard errors are standard normal: their mean, their spread, and the largest (Bonferroni, 0.1 %).

    What hardly ever fails in all lives cannot be normal; it is held to a thousandth.
    """
    gap = found - stated
    sure = (error == 0.0) | ((found <= 1.0) & (stated > 0.9995))
    assert (np.abs(gap[sure]) <= 1e-3 * np.maximum(1.0, stated[sure])).all(), what
    z = gap[~sure] / error[~sure]
    assert len(z) > at_least, what
    assert abs(z.mean()) < 3.3 / np.sqrt(len(z)), what
    assert 0.8 < z.std() < 1.25, what
    assert np.abs(z).max() < stats.t.ppf(1.0 - 0.0005 / len(z), lives - 1), what
