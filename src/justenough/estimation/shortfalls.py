"""Shortfalls: how far a machine that makes one item only, as fast as it is wanted, falls behind through its stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.queues import unit_days
from justenough.estimation.uncertainty import seeds_of

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.routes import Routes


def shortfalls(machines: Machines, routes: Routes, rate: Floats) -> Floats:
    """
    Possible shortfalls of items with a machine to themselves, in days of their demand. (s, n) [days]

    Parameters
    ----------
    routes
        Stages that are `Routes.continuous`.
    rate : (n_items,) [units/day]

    Notes
    -----
    Steady demand d, a machine that makes at most mu and stops for exponential times: below its hedging point the item is
    short with probability ``K = mu p / ((p + r)(mu - d))``, exponentially distributed at ``lam = r / d - p / (mu - d)``
    (Akella & Kumar 1986; Bielecki & Kumar 1988). Each history has its own p and r. Stock that covers the shortfall like an
    exposed demand is the hedging point: costs that balance where ``P(shortfall > Z) = c+ / (c+ + c-)`` give
    `justenough.sizing.classic.hedging_point`. A machine that cannot keep up is taken to be busy for
    `MachineParams.busiest` of the time.
    """
    station, n = routes.offsets[:-1], machines.mtbf_days.shape[1]
    m = routes.machine[station]
    share = np.array([clock.share for clock in machines.clocks])[m]
    wanted = (rate[routes.item] / share)[:, None]
    most = (1.0 / unit_days(machines, routes)[station])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        fails, mends = 1.0 / machines.mtbf_days[m], 1.0 / machines.mttr_days[m]
        spare = np.maximum(most - wanted, (1.0 - machines.params.busiest) * most)
        decay = np.maximum(mends / wanted - fails / spare, (1.0 - machines.params.busiest) * mends / wanted)
        short = np.where(np.isfinite(mends), np.minimum(most * fails / ((fails + mends) * spare), 1.0), 0.0)
    out = np.zeros((len(routes), n))
    for row, seed in enumerate(seeds_of([machines.names[at] for at in m], machines.params.seed)):
        rng = np.random.default_rng([int(seed), 9])
        beyond = short[row] - (rng.permutation(n) + rng.random(n)) / n  # of the chance to be short, what lies further out
        late = beyond > 0.0
        out[row, late] = -np.log1p(-beyond[late] / short[row, late]) / decay[row, late]
    return np.asarray(out / rate[routes.item][:, None])
