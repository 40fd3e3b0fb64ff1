"""Marginal: what each level of stock earns, from the JIT end of an item's curve to the JIC end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.loss import covered, is_lattice, moments_above, shape_of

if TYPE_CHECKING:
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
# Why a level was chosen, as `justenough.sizing.single.Reason`.
BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE = 0, 1, 2, 3
# Simpson's weights of the three horizons lead time, + review / 2, + review.
_SIMPSON = (1 / 6, 4 / 6, 1 / 6)
_FAR = 0.999  # the JIC end covers this share of exposures, outages included


@njit(cache=True)
def _shapes(form: int, block: Floats, shapes: Floats) -> None:
    """Fill ``shapes`` (6, 5) with shape code, parameters, weight and mean of each horizon, ordinary then outage."""
    for k in range(6):
        part, h = k // 3, k % 3
        mean, variance, idle = block[3 * part, h], block[3 * part + 1, h], block[3 * part + 2, h]
        shape, one, two, weight = shape_of(form, mean, variance, idle)
        shapes[k, 0], shapes[k, 1], shapes[k, 2], shapes[k, 3], shapes[k, 4] = shape, one, two, weight, mean


@njit(cache=True)
def _cycle_service(shapes: Floats, pi: float, step: float, low: float) -> float:
    """P(exposed demand <= the lowest position)."""
    served: float = 0.0
    for part in range(2):
        share = pi if part == 1 else 1.0 - pi
        if share > 0.0:
            s = shapes[3 * part + 2]
            served += share * covered(int(s[0]), s[1], s[2], s[3], step, low)
    return served


@njit(cache=True)
def _mean_short(shapes: Floats, pi: float, step: float, quantity: float, low: float, h: int) -> tuple[float, float]:
    """Mean over the positions of P(X > y) and of E[(X - y)+], X the demand of horizon ``h``."""
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


@njit(cache=True)
def _mean_demand(shapes: Floats, pi: float, h: int) -> float:
    mean: float = shapes[h, 4]
    return mean if pi <= 0.0 else (1.0 - pi) * mean + pi * shapes[3 + h, 4]


@njit(cache=True)
def _fill_rate(shapes: Floats, item: Floats, low: float) -> float:
    """Share of units served from the shelf: the units that fall short between arrival and the next arrival."""
    asked = item[RATE] * item[REVIEW]
    if asked <= 0.0:
        return 1.0
    after = _mean_short(shapes, item[PI], item[STEP], item[QUANTITY], low, 2)[1]
    before = _mean_short(shapes, item[PI], item[STEP], item[QUANTITY], low, 0)[1]
    served: float = min(1.0, max(0.0, 1.0 - (after - before) / asked))
    return served


@njit(cache=True)
def _served(shapes: Floats, item: Floats, measure: int, low: float) -> float:
    """Cycle service or fill rate, by column code."""
    if measure == FILL:
        return _fill_rate(shapes, item, low)
    return _cycle_service(shapes, item[PI], item[STEP], low)


@njit(cache=True)
def _orders_per_year(form: int, block: Floats, item: Floats) -> float:
    """Orders a year: a review orders with probability ``E[min(demand of a review, Q)] / Q``."""
    demand = item[RATE] * item[REVIEW]
    if demand <= 0.0:
        return 0.0
    variance = max(0.0, block[1, 2] - block[1, 0])
    idle = block[2, 2] / block[2, 0] if block[2, 0] > 0.0 else 0.0
    shape, one, two, weight = shape_of(form, demand, variance, idle)
    over = moments_above(shape, one, two, weight, item[QUANTITY])[1]
    orders: float = DAYS_PER_YEAR / item[REVIEW] * min(1.0, max(0.0, demand - over) / item[QUANTITY])
    return orders


@njit(cache=True)
def _earn(shapes: Floats, item: Floats, basis: int, orders: float, low: float, out: Floats) -> None:
    """Fill ``out`` with what the policy whose lowest position is ``low`` earns."""
    pi, step, quantity = item[PI], item[STEP], item[QUANTITY]
    backorders, ready, exposed = 0.0, 0.0, 0.0
    first_empty, last_empty, first_short, last_short = 0.0, 0.0, 0.0, 0.0
    for h in range(3):
        empty, short = _mean_short(shapes, pi, step, quantity, low, h)
        backorders += _SIMPSON[h] * short
        ready += _SIMPSON[h] * (1.0 - empty)
        exposed += _SIMPSON[h] * _mean_demand(shapes, pi, h)
        if h == 0:
            first_empty, first_short = empty, short
        if h == 2:
            last_empty, last_short = empty, short
    asked = item[RATE] * item[REVIEW]
    fill = min(1.0, max(0.0, 1.0 - (last_short - first_short) / asked)) if asked > 0.0 else 1.0
    stock = max(0.0, low + 0.5 * (quantity - step) - exposed + backorders)
    out[CYCLE] = _cycle_service(shapes, pi, step, low)
    out[FILL] = fill
    out[READY] = min(1.0, max(0.0, ready))
    out[STOCK] = stock
    out[BACKORDERS] = backorders
    out[SHORT] = (1.0 - fill) * item[RATE] * DAYS_PER_YEAR
    out[OCCASIONS] = max(0.0, last_empty - first_empty) * DAYS_PER_YEAR / item[REVIEW]
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
            charged = price * HOURS_PER_YEAR * (1.0 - out[READY])
    out[STOCKOUT] = charged
    out[TOTAL] = out[HOLDING] + out[ORDERING] + charged


@njit(cache=True)
def _first_covering(shapes: Floats, item: Floats, share: float, measure: int, start: float) -> float:
    """Least position from ``start`` up that reaches ``share``, of cycle service or of fill rate."""
    step = item[STEP]
    if _served(shapes, item, measure, start) >= share:
        return start
    width = max(step, 1e-6, shapes[2, 4])
    low: float = start
    high: float = start + (math.ceil(width / step) * step if step > 0.0 else width)
    for _ in range(60):
        if _served(shapes, item, measure, high) >= share:
            break
        low, high = high, high + 2.0 * (high - low)
    while high - low > (1.5 * step if step > 0.0 else 1e-9 * max(high, 1e-3)):
        middle = 0.5 * (low + high)
        if step > 0.0:
            middle = low + math.floor((middle - low) / step + 1e-9) * step
        if _served(shapes, item, measure, middle) >= share:
            high = middle
        else:
            low = middle
    return high


@njit(cache=True)
def _ends(shapes: Floats, item: Floats) -> tuple[float, float, float, float]:
    """JIT end, JIC end, and the least positions that the two floors allow (the JIT end where there is none)."""
    step = item[STEP]
    lean = max(0.0, _mean_demand(shapes, item[PI], 2))
    if step > 0.0:
        lean = math.floor(lean / step + 1e-9) * step
    far = _first_covering(shapes, item, _FAR, CYCLE, lean)
    by_cycle, by_fill = lean, lean
    if not math.isnan(item[TARGET_CYCLE]):
        by_cycle = _first_covering(shapes, item, item[TARGET_CYCLE], CYCLE, lean)
    if not math.isnan(item[TARGET_FILL]):
        by_fill = _first_covering(shapes, item, item[TARGET_FILL], FILL, lean)
    return lean, max(far, by_cycle, by_fill), by_cycle, by_fill


@njit(cache=True)
def _undecidable(block: Floats, item: Floats, quantity: float) -> bool:
    bad = math.isnan(item[STEP] + item[RATE] + item[REVIEW] + item[PI] + quantity) or item[REVIEW] <= 0.0 or quantity <= 0.0
    for h in range(3):
        bad = bad or math.isnan(block[0, h] + block[1, h])
        if item[PI] > 0.0:
            bad = bad or math.isnan(block[3, h] + block[4, h])
    return bad


@njit(cache=True)
def _cheapest(
    shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, curve: Floats, ends: tuple[float, float, float, float]
) -> tuple[float, int]:
    """Position of least total cost on the curve at or above the floors, and why it is the one."""
    lean, far, by_cycle, by_fill = ends
    step = item[STEP]
    out = np.empty(N_OUTCOME)
    points = len(lows)
    floor = max(by_cycle, by_fill)
    best = points - 1
    for k in range(points - 2, -1, -1):
        if lows[k] >= floor and curve[k, TOTAL] <= curve[best, TOTAL]:
            best = k
    left, right = max(floor, lows[max(best - 1, 0)]), lows[min(best + 1, points - 1)]
    # Golden section inside the bracket, on whole steps where there are any.
    grain = step if step > 0.0 else 1e-6 * max(far - lean, 1e-9)
    while right - left > 4.0 * grain:
        width = right - left
        a, b = left + 0.381966 * width, left + 0.618034 * width
        if step > 0.0:
            a, b = math.floor(a / step + 1e-9) * step, math.ceil(b / step - 1e-9) * step
        _earn(shapes, item, basis, orders, a, out)
        at_a = out[TOTAL]
        _earn(shapes, item, basis, orders, b, out)
        if at_a <= out[TOTAL]:
            right = b
        else:
            left = a
    # Not every cost is convex (occasions are rare at both ends), so the best point of the curve stands until beaten.
    least, place = curve[best, TOTAL], lows[best]
    for k in range(6):
        y = left + k * grain
        if y > right + 0.5 * grain:
            break
        _earn(shapes, item, basis, orders, y, out)
        if out[TOTAL] < least * (1.0 - 1e-12) or (y < place and out[TOTAL] <= least):
            least, place = out[TOTAL], y
    if math.isnan(curve[best, TOTAL]):
        place = floor
    reason = BY_COST
    if floor > lean and place <= floor + 4.0 * (grain if step <= 0.0 else 0.0):
        place = floor
        _earn(shapes, item, basis, orders, floor - grain, out)
        if not out[TOTAL] > least:
            reason = BY_CYCLE_SERVICE if by_cycle >= by_fill else BY_FILL_RATE
    if not math.isinf(item[SHELF_LIFE]) and not math.isnan(item[SHELF_LIFE]):
        # What lies on the shelf just after an arrival must be used before it is too old.
        oldest = item[RATE] * item[SHELF_LIFE] + shapes[0, 4] - (item[QUANTITY] - step)
        if step > 0.0:
            oldest = math.floor(oldest / step + 1e-9) * step
        if oldest < place:
            place, reason = max(oldest, min(lean, place)), BY_SHELF_LIFE
    return place, reason


@njit(cache=True, parallel=True)
def outcomes_at(form: Ints, blocks: Floats, items: Floats, basis: Ints, lows: Floats, outcomes: Floats) -> None:
    """Fill ``outcomes`` (n, 11) with what each item earns whose lowest position is ``lows`` [units]."""
    for i in prange(len(form)):
        if _undecidable(blocks[i], items[i], items[i, QUANTITY]) or math.isnan(lows[i]):
            outcomes[i] = math.nan
            continue
        shapes = np.empty((6, 5))
        _shapes(form[i], blocks[i], shapes)
        orders = _orders_per_year(form[i], blocks[i], items[i])
        _earn(shapes, items[i], basis[i], orders, lows[i], outcomes[i])


@njit(cache=True, parallel=True)
def traced(form: Ints, blocks: Floats, items: Floats, basis: Ints, lows: Floats, curves: Floats, chosen: Floats, reasons: Ints) -> None:
    """
    Trace each item's curve and choose its point, in one pass.

    Fills ``lows`` (n, points) and ``curves`` (n, points, 11); ``chosen`` (n,) lowest positions and ``reasons`` (n,).
    """
    points = lows.shape[1]
    for i in prange(len(form)):
        item = items[i]
        if _undecidable(blocks[i], item, item[QUANTITY]):
            lows[i], curves[i], chosen[i], reasons[i] = math.nan, math.nan, math.nan, BY_COST
            continue
        shapes = np.empty((6, 5))
        _shapes(form[i], blocks[i], shapes)
        orders = _orders_per_year(form[i], blocks[i], item)
        ends = _ends(shapes, item)
        lean, far = ends[0], ends[1]
        for k in range(points):
            y = lean + (far - lean) * k / (points - 1)
            if item[STEP] > 0.0:
                few = far - lean < (points - 1.5) * item[STEP]
                y = min(far, lean + k * item[STEP]) if few else math.floor(y / item[STEP] + 0.5) * item[STEP]
            lows[i, k] = y
            if k > 0 and y == lows[i, k - 1]:
                curves[i, k] = curves[i, k - 1]
            else:
                _earn(shapes, item, basis[i], orders, y, curves[i, k])
        chosen[i], reasons[i] = _cheapest(shapes, item, basis[i], orders, lows[i], curves[i], ends)
