"""Knapsack: what many items choose when the limits they share have prices, and how a choice is made to fit.

Every row has the same number of options, each with a cost and a use of every limit; an option of infinite
cost may not be taken. Rows do not know each other, so all but the last two loops may be shared out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.abreast import PART

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def choose(start: int, stop: int, cost: Floats, uses: Floats, prices: Floats, chosen: Ints, sums: Floats) -> None:
    """
    Cheapest option of each row, its use of the limits paid for; of equally cheap ones the first.

    Fills rows ``start`` to ``stop`` of ``chosen`` (n,), and of ``sums`` (parts, 1 + limits) the row of this part:
    what its choices cost without the prices, and what they use. ``cost`` (n, options), ``uses`` (limits, n, options).
    """
    n_limits, n_options = len(prices), cost.shape[1]
    total = np.zeros(1 + n_limits)
    for i in range(start, stop):
        best, at = np.inf, 0
        for k in range(n_options):
            paid = cost[i, k]
            for limit in range(n_limits):
                paid += prices[limit] * uses[limit, i, k]
            if paid < best:
                best, at = paid, k
        chosen[i] = at
        total[0] += cost[i, at]
        for limit in range(n_limits):
            total[1 + limit] += uses[limit, i, at]
    for column in range(1 + n_limits):
        sums[start // PART, column] = total[column]


@njit(cache=True, nogil=True, error_model="numpy")
def least(start: int, stop: int, cost: Floats, uses: Floats, fewest: Floats) -> None:
    """Fill rows of ``fewest`` (limits, n) with the least use of each limit among the options that may be taken."""
    for limit in range(len(uses)):
        for i in range(start, stop):
            fewest[limit, i] = np.inf
            for k in range(cost.shape[1]):
                if cost[i, k] < np.inf and uses[limit, i, k] < fewest[limit, i]:
                    fewest[limit, i] = uses[limit, i, k]


@njit(cache=True, nogil=True, error_model="numpy")
def dearest(start: int, stop: int, cost: Floats, most: Floats) -> None:
    """Fill rows of ``most`` (n,) with the cost of the dearest option that may be taken."""
    for i in range(start, stop):
        most[i] = -np.inf
        for k in range(cost.shape[1]):
            if most[i] < cost[i, k] < np.inf:
                most[i] = cost[i, k]


@njit(cache=True, nogil=True, error_model="numpy")
def relief(
    start: int, stop: int, cost: Floats, uses: Floats, prices: Floats, weights: Floats, chosen: Ints, other: Ints, ratio: Floats
) -> None:
    """
    The option each row would best change to where too much is used.

    Fills rows of ``other`` (n,) and ``ratio`` (n,): what the change costs, prices paid, for each unit of use it frees,
    limits weighted by ``weights``; infinite where no option frees any.
    """
    n_limits, n_options = len(prices), cost.shape[1]
    for i in range(start, stop):
        here = chosen[i]
        other[i], ratio[i] = here, np.inf
        for k in range(n_options):
            freed, dearer = 0.0, cost[i, k] - cost[i, here]
            for limit in range(n_limits):
                less = uses[limit, i, here] - uses[limit, i, k]
                freed += weights[limit] * less
                dearer -= prices[limit] * less
            if freed > 0.0 and dearer / freed < ratio[i]:
                other[i], ratio[i] = k, dearer / freed


@njit(cache=True, nogil=True, error_model="numpy")
def fitting(
    start: int, stop: int, cost: Floats, uses: Floats, prices: Floats, slack: Floats, chosen: Ints, other: Ints, ratio: Floats
) -> None:
    """
    The option each row would best change to in the room that is left.

    Fills rows of ``other`` (n,) and ``ratio`` (n,): what is lost, prices paid, for each unit of money the change saves;
    infinite where nothing cheaper fits.
    """
    n_limits, n_options = len(prices), cost.shape[1]
    for i in range(start, stop):
        here = chosen[i]
        other[i], ratio[i] = here, np.inf
        for k in range(n_options):
            saved = cost[i, here] - cost[i, k]
            if not saved > 0.0:
                continue
            lost, fits = -saved, True
            for limit in range(n_limits):
                more = uses[limit, i, k] - uses[limit, i, here]
                fits = fits and more <= slack[limit]
                lost += prices[limit] * more
            if fits and lost / saved < ratio[i]:
                other[i], ratio[i] = k, lost / saved


@njit(cache=True, nogil=True, error_model="numpy")
def change_while_over(order: Ints, other: Ints, uses: Floats, most: Floats, chosen: Ints, used: Floats) -> int:
    """
    Change rows in their order until no limit is passed; returns how many changed.

    A change that passes a limit which was kept is left out. Writes ``chosen`` and ``used`` (limits,).
    """
    changed = 0
    for i in order:
        over = False
        for limit in range(len(most)):
            over = over or used[limit] > most[limit]
        if not over:
            break
        allowed = True
        for limit in range(len(most)):
            after = used[limit] + uses[limit, i, other[i]] - uses[limit, i, chosen[i]]
            allowed = allowed and (after <= most[limit] or after <= used[limit])
        if allowed:
            _change(i, other[i], uses, chosen, used)
            changed += 1
    return changed


@njit(cache=True, nogil=True, error_model="numpy")
def change_where_fits(order: Ints, other: Ints, uses: Floats, most: Floats, chosen: Ints, used: Floats) -> int:
    """Change rows in their order, each if it still fits; returns how many changed. Writes ``chosen`` and ``used`` (limits,)."""
    changed = 0
    for i in order:
        fits = True
        for limit in range(len(most)):
            fits = fits and used[limit] + uses[limit, i, other[i]] - uses[limit, i, chosen[i]] <= most[limit]
        if fits:
            _change(i, other[i], uses, chosen, used)
            changed += 1
    return changed


@njit(cache=True, error_model="numpy")
def _change(i: int, to: int, uses: Floats, chosen: Ints, used: Floats) -> None:
    for limit in range(len(used)):
        used[limit] += uses[limit, i, to] - uses[limit, i, chosen[i]]
    chosen[i] = to
