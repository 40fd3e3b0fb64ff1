"""Whole choice: one option for every item by exact search, where there are few items and single changes find nothing that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

MOST_EXACT = 20_000  # options of all items up to which the search is worth its time
_NODES = 20_000  # of the search; counted, so that every machine gives the same answer


def whole_choice(cost: Floats, uses: Floats, most: Floats) -> Ints | None:
    """
    Cheapest choice found that keeps all limits; None where there is none, or none within the search.

    A mixed-integer programme on HiGHS, one binary for each option.

    Parameters
    ----------
    cost : (n_items, n_options) [money/year]
        Infinite where an option may not be taken.
    uses : (n_limits, n_items, n_options)
    most : (n_limits,)
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    allowed = np.isfinite(cost)
    item, option = np.nonzero(allowed)
    columns = np.arange(len(item))
    one_each = csr_array((np.ones(len(item)), (item, columns)), shape=(len(cost), len(item)))
    # In shares of each limit, so that the solver's own tolerance means the same for money and for volume.
    scale = np.where(most > 0.0, most, 1.0)
    used = csr_array(uses[:, allowed] / scale[:, None])
    low = np.concatenate([np.ones(len(cost)), np.full(len(most), -np.inf)])
    high = np.concatenate([np.ones(len(cost)), most / scale])
    rules = LinearConstraint(vstack([one_each, used]), low, high)
    priced = cost[allowed] / max(float(np.abs(cost[allowed]).max()), 1e-300)
    found = milp(
        priced, constraints=rules, bounds=Bounds(0, 1), integrality=np.ones(len(item), dtype=np.int64), options={"node_limit": _NODES}
    )
    if found.x is None:
        return None
    taken = found.x > 0.5
    chosen = np.zeros(len(cost), dtype=np.int64)
    chosen[item[taken]] = option[taken]
    keeps = (uses[:, np.arange(len(cost)), chosen].sum(axis=1) <= most * (1.0 + 1e-9)).all()
    return chosen if keeps else None
