"""Budget: the best points on all curves together, when what they use in all is limited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import BudgetError
from justenough.kernels import knapsack
from justenough.kernels.abreast import PART, abreast
from justenough.sizing.whole_choice import MOST_EXACT, whole_choice

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

CLOSE = 1e-9  # relative distance of the prices' bound from what any prices could prove, at which they are taken
MOST_ROUNDS = 400  # evaluations of all items at trial prices
_PASSES = 60  # of making a choice fit, and of filling what is left
_STEEPER = (1.0, 2.0, 16.0, 1e3, 1e6)  # times the prices, for choices to begin at
_SLACK = 1e-9  # share of a limit that rounding may use beyond it


@dataclass(frozen=True, slots=True)
class Options:
    """
    What each item may choose from.

    Parameters
    ----------
    cost : (n_items, n_options) [money/year]
        What is to be made least; infinite where an option breaks a floor.
    uses : (n_limits, n_items, n_options)
        Use of each limit, 0 or more.
    names
        Of the limits, for refusals.
    """

    cost: Floats
    uses: Floats
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.uses.shape != (len(self.names), *self.cost.shape):
            raise ValueError(f"uses must be ({len(self.names)}, {self.cost.shape[0]}, {self.cost.shape[1]}), got {self.uses.shape}")
        if not np.isfinite(self.cost).any(axis=1).all():
            raise ValueError("every item needs an option of finite cost")


@dataclass(frozen=True, slots=True)
class Spent:
    """
    A choice for every item that keeps all limits, and how far from the best it can be.

    Parameters
    ----------
    option : (n_items,)
        Which of its options each item takes.
    used : (n_limits,)
    price : (n_limits,) [money/year for one more unit of the limit]
        Lagrange price of each limit: what one more unit of it would save in a year; 0 where it does not bind.
    cost : [money/year]
        Of the choice, its use of the limits not paid for.
    bound : [money/year]
        No choice that keeps the limits costs less: the dual value at the prices (Everett 1963; Fisher 1981, *The
        Lagrangian Relaxation Method for Solving Integer Programming Problems*).
    rounds
        How often all items were asked at trial prices.
    """

    option: Ints
    used: Floats
    price: Floats
    cost: float
    bound: float
    rounds: int

    @property
    def gap(self) -> float:
        """Integrality gap: most that another whole choice could save, as a share of the cost. [fraction]"""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-300)


@dataclass(frozen=True, slots=True)
class _Choice:
    option: Ints
    cost: float
    used: Floats


def within(options: Options, most: Floats) -> Spent:
    """
    Cheapest choice of one option for every item that uses no more of any limit than there is.

    Parameters
    ----------
    most : (n_limits,)
        How much of each limit there is, 0 or more.

    Raises
    ------
    BudgetError
        No choice keeps all limits; says the least each one needs by itself.

    Notes
    -----
    A multiple-choice knapsack problem (Sinha & Zoltners 1979). The prices maximise the dual by cutting planes
    (Kelley 1960), which ends at the exact optimum of the problem in which items may mix options. The whole choice
    begins at these prices, gives up what costs least for what it frees until all limits are kept, and fills the
    rest; at most one option per limit and item is lost on the way, so the gap falls as items grow in number.
    """
    most = np.asarray(most, dtype=np.float64)
    free = chosen_at(options, np.zeros(len(most)))
    if (free.used <= most).all():
        return Spent(free.option, free.used, np.zeros(len(most)), free.cost, free.cost, 1)
    _refuse_hopeless(options, most)
    prices, bound, rounds = _prices(options, most, free)
    found = _filled(options, most, prices, _fitted(options, most, prices))
    prices = _least_prices(options, most, prices, bound)
    return Spent(found.option, found.used, prices, found.cost, min(bound, found.cost), rounds)


def chosen_at(options: Options, price: Floats) -> _Choice:
    """What each item takes when it pays ``price`` (n_limits,) for what it uses."""
    n = len(options.cost)
    chosen, sums = np.empty(n, dtype=np.int64), np.zeros((-(-n // PART), 1 + len(price)))
    prices = np.asarray(price, dtype=np.float64)
    abreast(lambda start, stop: knapsack.choose(start, stop, options.cost, options.uses, prices, chosen, sums), n)
    total = sums.sum(axis=0)
    return _Choice(chosen, float(total[0]), total[1:])


def least_used(options: Options) -> Floats:
    """Least use of each limit by itself, floors kept. (n_limits,)"""
    n = len(options.cost)
    least = np.empty((len(options.uses), n))
    abreast(lambda start, stop: knapsack.least(start, stop, options.cost, options.uses, least), n)
    return np.asarray(least.sum(axis=1))


def _refuse_hopeless(options: Options, most: Floats) -> None:
    if (least_used(options) > most * (1.0 + _SLACK)).any():
        raise _refusal(options, most)


def _refusal(options: Options, most: Floats) -> BudgetError:
    return BudgetError(options.names, most.tolist(), least_used(options).tolist())


def _prices(options: Options, most: Floats, free: _Choice) -> tuple[Floats, float, int]:
    """Prices that prove most, the bound they prove, and how many were tried. Cutting planes on the dual."""
    from scipy.optimize import linprog

    # Limits are counted in shares of themselves and money in shares of all that could ever be paid more: the master is of order 1.
    scale = np.where(most > 0.0, most, 1.0)
    dearest = _dearest(options)
    room = max(dearest - free.cost, 1e-12 * abs(free.cost), 1e-12)
    over = [(free.used - most) / scale]  # of each choice seen, how far it passes each limit
    dearer = [0.0]
    ceiling = np.full(len(most), 4.0)
    best, at = 0.0, np.zeros(len(most))
    for _ in range(MOST_ROUNDS):
        rows = np.column_stack([np.ones(len(dearer)), -np.array(over)])
        limits = [(None, None), *((0.0, top) for top in ceiling)]
        master = linprog([-1.0, *np.zeros(len(most))], A_ub=rows, b_ub=dearer, bounds=limits, method="highs")
        if master.x is None or master.fun is None:
            raise _refusal(options, most)
        upper, trial = float(-master.fun), np.asarray(master.x[1:], dtype=np.float64)
        answer = chosen_at(options, trial * room / scale)
        past, more = (answer.used - most) / scale, (answer.cost - free.cost) / room
        value = more + float(trial @ past)
        if value > best:
            best, at = value, trial
        if best > 1.0 + CLOSE:
            raise _refusal(options, most)
        seen = any(cost == more and np.array_equal(past, one) for cost, one in zip(dearer, over, strict=True))
        if seen or upper - best <= CLOSE * max(abs(free.cost) / room, 1.0):  # a choice seen before: the master's rounding is left
            at_top = trial >= ceiling * (1.0 - 1e-9)
            if not at_top.any():
                break
            ceiling = np.where(at_top, 16.0 * ceiling, ceiling)
        over.append(past)
        dearer.append(more)
    return at * room / scale, free.cost + best * room, 1 + len(dearer)


def _least_prices(options: Options, most: Floats, prices: Floats, bound: float) -> Floats:
    """
    The lowest prices that prove as much, so that each is what one more unit saves.

    Where a limit is at the least it can be, every higher price proves the same.
    """
    prices, close = prices.copy(), CLOSE * max(abs(bound), 1e-12)
    for limit in np.flatnonzero((least_used(options) >= most * (1.0 - _SLACK)) & (prices > 0.0)):
        low, high = 0.0, float(prices[limit])
        while high - low > 1e-6 * high:
            prices[limit] = 0.5 * (low + high)
            paid = chosen_at(options, prices)
            low, high = (low, prices[limit]) if paid.cost + prices @ (paid.used - most) >= bound - close else (prices[limit], high)
        prices[limit] = high
    return prices


def _dearest(options: Options) -> float:
    """What the choice would cost that takes the dearest allowed option of every item. [money/year]"""
    n = len(options.cost)
    top = np.empty(n)
    abreast(lambda start, stop: knapsack.dearest(start, stop, options.cost, top), n)
    return float(top.sum())


def _fitted(options: Options, most: Floats, prices: Floats) -> _Choice:
    """A choice near the prices', with as little given up as it takes to keep all limits."""
    n, scale = len(options.cost), np.where(most > 0.0, most, 1.0)
    other, ratio = np.empty(n, dtype=np.int64), np.empty(n)
    for steeper in _STEEPER:
        # Where single changes cannot mend it, begin where less of everything is used.
        begun = chosen_at(options, steeper * prices + (steeper - 1.0) * max(float((prices * scale).max()), 1.0) / scale)
        option, used = begun.option, begun.used
        for _ in range(_PASSES):
            weights = np.where(used > most, 1.0, 0.0) / scale
            if not weights.any():
                return _counted(options, option)
            abreast(lambda a, b, w=weights: knapsack.relief(a, b, options.cost, options.uses, prices, w, option, other, ratio), n)  # type: ignore[misc]  # noqa: B023  done before the next
            if not knapsack.change_while_over(_first(ratio), other, options.uses, most, option, used):
                break
        if (used <= most * (1.0 + _SLACK)).all():
            return _counted(options, option)
    exact = whole_choice(options.cost, options.uses, most) if options.cost.size <= MOST_EXACT else None
    if exact is None:
        raise _refusal(options, most)
    return _counted(options, exact)


def _filled(options: Options, most: Floats, prices: Floats, choice: _Choice) -> _Choice:
    """The choice with what is left of the limits spent on whatever saves most for what it uses."""
    option, used = choice.option.copy(), choice.used.copy()
    n = len(option)
    other, ratio = np.empty(n, dtype=np.int64), np.empty(n)
    for _ in range(_PASSES):
        slack = most - used
        abreast(lambda a, b, s=slack: knapsack.fitting(a, b, options.cost, options.uses, prices, s, option, other, ratio), n)  # type: ignore[misc]
        if not knapsack.change_where_fits(_first(ratio), other, options.uses, most, option, used):
            break
    return _counted(options, option)


def _first(ratio: Floats) -> Ints:
    """Rows that would change, best first."""
    rows = np.flatnonzero(np.isfinite(ratio))
    return np.asarray(rows[np.argsort(ratio[rows], kind="stable")], dtype=np.int64)


def _counted(options: Options, option: Ints) -> _Choice:
    row = np.arange(len(option))
    return _Choice(option, float(options.cost[row, option].sum()), options.uses[:, row, option].sum(axis=1))
