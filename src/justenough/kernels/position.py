"""Position: what one item earns whose inventory position never falls below a given level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.instants import EMPTIES, GROUPS, RISE, SHORTS, instants
from justenough.kernels.loss import ZERO_GAMMA, ZERO_LOGNORMAL, covered, is_lattice, mean_up_to, moments_above, shape_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DAYS_PER_YEAR = 365.25
HOURS_PER_YEAR = 8766.0
# Columns of an outcome, in the order of `justenough.sizing.single.Outcome`.
N_OUTCOME = 11
CYCLE, FILL, READY, STOCK, BACKORDERS, SHORT, OCCASIONS, HOLDING, ORDERING, STOCKOUT, TOTAL = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
# Columns of the item block.
PI, STEP, RATE, REVIEW, COST, RATE_OF_HOLDING, ORDER_COST, SHORT_COST, TARGET_CYCLE, TARGET_FILL, SHELF_LIFE, QUANTITY = range(12)
N_ITEM = 12
DUST = 1e-12  # what is left of a difference, as a share of what it was taken from, and only rounding [fraction]
_SIMPSON = (1 / 6, 4 / 6, 1 / 6)  # of the mean exposed demand, which is straight


@njit(cache=True, error_model="numpy")
def shapes_over(form: int, block: Floats, shapes: Floats) -> None:
    """Fill ``shapes`` with shape code, parameters, weight and mean of each moment, see `justenough.kernels.instants.SHAPES`."""
    for k in range(6):
        part, h = k // 3, k % 3
        mean, variance, idle = block[3 * part, h], block[3 * part + 1, h], block[3 * part + 2, h]
        shape, one, two, weight = shape_of(form, mean, variance, idle)
        shapes[k, 0], shapes[k, 1], shapes[k, 2], shapes[k, 3], shapes[k, 4] = shape, one, two, weight, mean
    instants(form, block, shapes)


@njit(cache=True, error_model="numpy")
def cycle_service(shapes: Floats, pi: float, step: float, low: float) -> float:
    """P(exposed demand <= the lowest position)."""
    served: float = 0.0
    for part in range(2):
        share = pi if part == 1 else 1.0 - pi
        if share > 0.0:
            s = shapes[3 * part + 2]
            served += share * covered(int(s[0]), s[1], s[2], s[3], step, low)
    return served


@njit(cache=True, error_model="numpy")
def _mean_short(shapes: Floats, pi: float, step: float, quantity: float, low: float, h: int) -> tuple[float, float]:
    """Mean over the positions of P(X > y) and of E[(X - y)+], X the demand of the moment in row ``h``."""
    empty, short = 0.0, 0.0
    for part in range(2):
        share = pi if part == 1 else 1.0 - pi
        if share <= 0.0:
            continue
        s = shapes[3 * part + h]
        shape, one, two, weight = int(s[0]), s[1], s[2], s[3]
        low_tail, low_loss, low_second = moments_above(shape, one, two, weight, low)
        high_tail, high_loss, high_second = moments_above(shape, one, two, weight, low + quantity)
        empty += share * (low_loss - high_loss) / quantity
        if quantity <= 1.01 * step:
            short += share * low_loss
            continue
        if step <= 0.0 and quantity <= 1e-4 * s[4]:
            # So small a lot would be lost in the difference of second losses.
            short += share * moments_above(shape, one, two, weight, low + 0.5 * quantity)[1]
            continue
        # The sum of whole-unit losses from x up is second_loss(x) + loss(x) / 2 of a count, exactly; of a
        # continuous form it takes one more term of Euler and Maclaurin.
        total = low_second - high_second + 0.5 * step * (low_loss - high_loss)
        if not is_lattice(shape):
            total += step * step / 12.0 * (low_tail - high_tail)
        short += share * total / quantity
    return empty, short


@njit(cache=True, error_model="numpy")
def mean_demand(shapes: Floats, pi: float, h: int) -> float:
    """Mean demand of horizon ``h``, outages included. [units]"""
    mean: float = shapes[h, 4]
    return mean if pi <= 0.0 else (1.0 - pi) * mean + pi * shapes[3 + h, 4]


@njit(cache=True, error_model="numpy")
def beyond_dust(value: float, scale: float) -> float:
    """The value; nothing where it is only what rounding leaves of a difference of figures as large as ``scale``."""
    return 0.0 if value <= DUST * scale else value


@njit(cache=True, error_model="numpy")
def unfilled_share(empty: float, early: float, late: float, asked: float) -> float:
    """
    Share of units that wait: those that fall short between one arrival and the next, ``late - early`` of ``asked``.

    No fewer than meet a shelf that is ``empty`` as the review begins. Laws of one stream of demand keep to that by themselves; those
    fitted apart at the two ends of the review do not, far out, where lead times vary.
    """
    if asked <= 0.0:
        return 0.0
    unfilled = max(empty, (late - early) / asked)
    return unfilled if beyond_dust(1.0 - unfilled, 1.0 + late / asked) > 0.0 else 1.0


@njit(cache=True, error_model="numpy")
def _fill_rate(shapes: Floats, item: Floats, low: float) -> float:
    """Share of units served from the shelf."""
    empty, early, late = 0.0, 0.0, 0.0
    for h in range(0, 3, 2):  # numba compiles a function anew for each constant it is called with
        bare, late = _mean_short(shapes, item[PI], item[STEP], item[QUANTITY], low, h)
        if h == 0:
            empty, early = bare, late
    served: float = 1.0 - unfilled_share(empty, early, late, item[RATE] * item[REVIEW])
    return served


@njit(cache=True, error_model="numpy")
def served_by(shapes: Floats, item: Floats, measure: int, low: float) -> float:
    """Cycle service or fill rate, by column code."""
    if measure == FILL:
        return _fill_rate(shapes, item, low)
    return cycle_service(shapes, item[PI], item[STEP], low)


@njit(cache=True, error_model="numpy")
def _noise_and_drift(block: Floats) -> tuple[float, float]:
    """Variance goes with the mean as ``a + noise m + drift m^2`` over three different horizons: ``noise`` and ``drift``."""
    m0, m1, m2 = block[0, 0], block[0, 1], block[0, 2]
    early, late = (block[1, 1] - block[1, 0]) / (m1 - m0), (block[1, 2] - block[1, 1]) / (m2 - m1)
    # Of a review much shorter than the lead time the difference is rounding.
    drift = max(0.0, late - early) / (m2 - m0) if late - early > 1e-6 * early else 0.0
    return max(0.0, early - drift * (m0 + m1)), drift


@njit(cache=True, error_model="numpy")
def _review_variance(block: Floats, demand: float) -> float:
    """Variance of one review's demand, as `review_alone`."""
    variance: float = max(0.0, block[1, 2] - block[1, 0])
    if block[0, 0] < block[0, 1] < block[0, 2]:
        noise, drift = _noise_and_drift(block)
        variance = noise * demand + drift * demand * demand
    return variance


@njit(cache=True, error_model="numpy")
def review_alone(block: Floats, demand: float) -> tuple[float, float]:
    """
    Variance and idle share of one review's demand, from what the three horizons have in common.

    See `justenough.estimation.exposure`: the level's drift grows with the square of the mean, so a review's own share is not the
    difference between two horizons.
    """
    m, v = block[0], block[1]
    if m[2] <= m[1] or m[1] <= m[0]:
        return max(0.0, v[2] - v[0]), block[2, 2] / block[2, 0] if block[2, 0] > 0.0 else 0.0
    noise, drift = _noise_and_drift(block)
    relative = max(0.0, v[2] - noise * m[2]) / (m[2] * m[2])
    left = -math.log(max(block[2, 2], 1e-300))
    count = (math.expm1(relative * left) / relative if relative > 1e-9 else left) * demand / m[2]
    idle = math.exp(-math.log1p(drift * count) / drift if drift > 1e-9 else -count)
    return noise * demand + drift * demand * demand, idle


@njit(cache=True, error_model="numpy")
def reviews_alone(blocks: Floats, demand: Floats, found: Floats) -> None:
    """Fill ``found`` (n, 2) with variance and idle share of each item's demand of one review."""
    for i in range(len(demand)):
        found[i, 0], found[i, 1] = review_alone(blocks[i], demand[i])


@njit(cache=True, error_model="numpy")
def orders_per_year(form: int, block: Floats, item: Floats) -> float:
    """Orders a year: a review orders with probability ``E[min(demand of a review, Q)] / Q``."""
    demand = item[RATE] * item[REVIEW]
    if demand <= 0.0:
        return 0.0
    variance, idle = review_alone(block, demand) if form in (ZERO_GAMMA, ZERO_LOGNORMAL) else (_review_variance(block, demand), 0.0)
    shape, one, two, weight = shape_of(form, demand, variance, idle)
    taken = mean_up_to(shape, one, two, item[QUANTITY])
    if math.isnan(taken):
        taken = max(0.0, demand - moments_above(shape, one, two, weight, item[QUANTITY])[1])
    orders: float = DAYS_PER_YEAR / item[REVIEW] * min(1.0, taken / item[QUANTITY])
    return orders


@njit(cache=True, error_model="numpy")
def earn(shapes: Floats, item: Floats, basis: int, orders: float, low: float, out: Floats) -> tuple[float, float]:
    """
    Fill ``out`` with what the policy whose lowest position is ``low`` earns.

    Returns
    -------
    rising, falling : [money/year]
        Two parts that never add up to more than the total cost. A higher position never lowers the first
        nor raises the second, so between positions a and b no total is below ``rising(a) + falling(b)``.
    """
    pi, step, quantity = item[PI], item[STEP], item[QUANTITY]
    backorders, standing, exposed = 0.0, 0.0, 0.0
    first_empty, last_empty, first_short, last_short = 0.0, 0.0, 0.0, 0.0
    for k in range(3 + 3 * int(shapes[GROUPS])):
        h = k + 3 * (k // 3)  # rows with an outage lie between
        empty, short = _mean_short(shapes, pi, step, quantity, low, h)
        backorders += shapes[h, SHORTS] * short
        standing += shapes[h, EMPTIES] * empty
        if h < 3:
            exposed += _SIMPSON[h] * mean_demand(shapes, pi, h)
        if h == 0:
            first_empty, first_short = empty, short
        if h == 2:
            last_empty, last_short = empty, short
    standing += shapes[RISE] * (last_short - first_short)
    unfilled = unfilled_share(first_empty, first_short, last_short, item[RATE] * item[REVIEW])
    standing = min(1.0, max(0.0, standing))
    stock = beyond_dust(low + 0.5 * (quantity - step) - exposed + backorders, exposed + backorders)
    out[CYCLE] = cycle_service(shapes, pi, step, low)
    out[FILL] = 1.0 - unfilled
    out[READY] = 1.0 - standing
    out[STOCK] = stock
    out[BACKORDERS] = backorders
    out[SHORT] = unfilled * item[RATE] * DAYS_PER_YEAR
    # The shelf begins to fail, or an order has come and somebody still waits: once for each order where it is always empty.
    out[OCCASIONS] = max(0.0, last_empty - first_empty) * DAYS_PER_YEAR / item[REVIEW] + orders * first_empty
    out[HOLDING] = stock * item[COST] * item[RATE_OF_HOLDING]
    out[ORDERING] = orders * item[ORDER_COST]
    price = item[SHORT_COST]
    charged = 0.0
    if not math.isnan(price):
        if basis == 1:
            charged = price * out[SHORT]
        elif basis == 2:
            charged = price * DAYS_PER_YEAR * backorders
        elif basis == 3:
            charged = price * out[OCCASIONS]
        elif basis == 4:
            charged = price * HOURS_PER_YEAR * standing
    out[STOCKOUT] = charged
    kept = out[HOLDING] + out[ORDERING]
    out[TOTAL] = kept + charged
    if basis == 3 and charged > 0.0:
        # Neither end of a cycle alone: the shelf can be empty at both.
        yearly = price * DAYS_PER_YEAR / item[REVIEW]
        return kept - (yearly - price * orders) * first_empty, yearly * last_empty
    return kept, charged


@njit(cache=True, error_model="numpy")
def undecidable(block: Floats, item: Floats, quantity: float) -> bool:
    """Whether something without which no level means anything is unknown."""
    bad = math.isnan(item[STEP] + item[RATE] + item[REVIEW] + item[PI] + quantity) or item[REVIEW] <= 0.0 or quantity <= 0.0
    for h in range(3):
        bad = bad or math.isnan(block[0, h] + block[1, h])
        if item[PI] > 0.0:
            bad = bad or math.isnan(block[3, h] + block[4, h])
    return bad
