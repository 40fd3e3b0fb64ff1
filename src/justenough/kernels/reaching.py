"""Reaching: the first position that keeps a promise, and the two ends of an item's curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.along import first_added
from justenough.kernels.densities import BELL, CONSTANT, COUNT, GAMMA, LOGNORMAL, POISSON
from justenough.kernels.loss import covered, moments_above
from justenough.kernels.position import FILL, PI, STEP, TARGET_CYCLE, TARGET_FILL, mean_demand, served_by

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_FAR = 0.999  # the JIC end covers this share of exposures, outages included
_FAR_DEVIATIONS = 3.090232306167813  # of a normal
# Of a gamma of shape a, by powers of 2 / sqrt(a) - 1: a fit to scipy's `gammainccinv`, good to 3e-12 from a = 1 up.
_FAR_OF_GAMMA = (
    4.531120389594235,
    1.4270289546005401,
    -0.03672232798869491,
    -0.01742128534309691,
    0.004328778503042619,
    -0.00076860801627955,
    0.00026742755729748955,
    -8.445701169756473e-05,
    -2.5213875394504335e-07,
    7.363243527622816e-06,
    2.844328459513977e-07,
    -8.212263377805752e-07,
    -5.338474740027109e-07,
    3.825472957213069e-07,
    2.6463182052010535e-08,
    -4.238748653888082e-08,
)


# The level itself, in scales, by powers of 1 + 2 ln(a) / ln(20), as good from a = 1/20 to 1.
_FAR_OF_SMALL_GAMMA = (
    4.236398998903978, 1.8412093708817199, 0.5051801276664333, 0.22622065328302768,
    0.07741906657049884, 0.017637298580703877, 0.0028895706683433903, 0.0005081624406492609,
    0.00021352631844005716, 7.92801174653677e-05, 7.765855035504399e-06, -6.903819489526365e-06,
    -2.471075494881648e-06, 4.5588663091106805e-07, 3.539497165469533e-07, 2.2756569166312747e-08,
)  # fmt: skip
_LEAST_SHAPE = 0.05


@njit(cache=True, error_model="numpy")
def not_served(shapes: Floats, item: Floats, low: float) -> float:
    """``1 - cycle service`` at one position, without the loss of digits of the difference. Exact."""
    missed: float = 0.0
    step = item[STEP]
    for part in range(2):
        share = item[PI] if part == 1 else 1.0 - item[PI]
        if share > 0.0:
            s = shapes[3 * part + 2]
            shape = int(s[0])
            if shape == CONSTANT:
                missed += share * (1.0 - covered(shape, s[1], s[2], s[3], step, low))
            elif shape >= COUNT:
                missed += share * moments_above(shape, s[1], s[2], s[3], float(math.floor(low + 1e-9)))[0]
            else:
                missed += share * moments_above(shape, s[1], s[2], s[3], low + 0.5 * step)[0]
    return missed


@njit(cache=True, error_model="numpy")
def first_filling(shapes: Floats, item: Floats, share: float, start: float) -> float:
    """Least position from ``start`` up whose fill rate reaches ``share``."""
    step = item[STEP]
    if served_by(shapes, item, FILL, start) >= share:
        return start
    width = max(step, 1e-6, shapes[2, 4])
    low: float = start
    high: float = start + (math.ceil(width / step) * step if step > 0.0 else width)
    for _ in range(60):
        if served_by(shapes, item, FILL, high) >= share:
            break
        low, high = high, high + 2.0 * (high - low)
    while high - low > (1.5 * step if step > 0.0 else 1e-9 * max(high, 1e-3)):
        middle = 0.5 * (low + high)
        if step > 0.0:
            middle = low + math.floor((middle - low) / step + 1e-9) * step
        if served_by(shapes, item, FILL, middle) >= share:
            high = middle
        else:
            low = middle
    return high


@njit(cache=True, error_model="numpy")
def _guess(shapes: Floats, item: Floats, missed: float) -> float:
    """About where so small a share is not covered: Wilson & Hilferty's cube (1931) of the part that reaches farther."""
    far = 0.0
    for part in range(2):
        share = item[PI] if part == 1 else 1.0 - item[PI]
        if share <= 2.0 * missed:
            continue
        s = shapes[3 * part + 2]
        shape, mean = int(s[0]), s[4]
        left = math.sqrt(-2.0 * math.log(missed / share))
        # Hastings' rational normal quantile (Abramowitz & Stegun 26.2.23).
        z = left - (2.515517 + left * (0.802853 + left * 0.010328)) / (1.0 + left * (1.432788 + left * (0.189269 + left * 0.001308)))
        if shape == CONSTANT:
            y = s[1]
        elif shape == BELL:
            y = mean + z * s[2]
        elif shape == LOGNORMAL:
            y = math.exp(s[1] + z * s[2])
        else:
            if shape == GAMMA:
                a, mean = s[1], s[1] * s[2]
            elif shape == POISSON:
                a = mean
            else:
                a = s[1] / (1.0 - s[2])  # the gamma of the same variance
            ninth = 1.0 / (9.0 * max(a, 0.02))
            y = mean * max(0.0, 1.0 - ninth + z * math.sqrt(ninth)) ** 3
        far = max(far, y - 0.5 * item[STEP])
    return far


@njit(cache=True, error_model="numpy")
def first_covering(shapes: Floats, item: Floats, share: float, start: float) -> float:
    """Least position from ``start`` up whose cycle service reaches ``share``, by secants on the tail's normal quantile."""
    step = item[STEP]
    target = 1.0 - share
    t = not_served(shapes, item, start)
    if t <= target:
        return start
    aim = math.sqrt(-2.0 * math.log(target))
    low: float = start
    high: float = math.inf
    last, at_last = start, math.sqrt(-2.0 * math.log(t))
    y: float = max(_guess(shapes, item, target), start + max(step, 1e-9 * start, 1e-12))
    if step > 0.0:
        y = start + math.ceil((y - start) / step - 1e-9) * step
    for _ in range(200):
        t = not_served(shapes, item, y)
        if t <= target:
            high = y
        else:
            low = y
        if step > 0.0:
            if high - low < 1.5 * step:
                break
        elif abs(t - target) <= 1e-10 * target:
            return y
        elif high - low <= 1e-12 * low:
            break
        now = math.sqrt(-2.0 * math.log(max(t, 1e-300)))
        there = y + (aim - now) * (y - last) / (now - at_last) if now != at_last else math.nan
        last, at_last = y, now
        if step > 0.0 and not math.isnan(there):
            there = start + math.ceil((there - start) / step - 1e-9) * step
            there = min(max(there, low + step), high - step)
        if not low < there < high or there > low + 20.0 * (y - start + step):
            there = low + 2.0 * (low - start) + max(step, y) if math.isinf(high) else 0.5 * (low + high)
            if step > 0.0:
                there = start + math.ceil((there - start) / step - 1e-9) * step
        y = there
    return high


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _far_of_gamma(shape: float) -> float:
    """Level in scales that leaves `_FAR` uncovered, of a gamma whose shape is not below `_LEAST_SHAPE`."""
    root, far = math.sqrt(shape), 0.0
    u = 2.0 / root - 1.0 if shape >= 1.0 else 1.0 - 2.0 * math.log(shape) / math.log(_LEAST_SHAPE)
    for k in range(len(_FAR_OF_GAMMA) - 1, -1, -1):
        far = far * u + (_FAR_OF_GAMMA[k] if shape >= 1.0 else _FAR_OF_SMALL_GAMMA[k])
    return shape + root * far if shape >= 1.0 else far


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _far_by_formula(shapes: Floats, item: Floats, lean: float) -> float:
    """The JIC end where one normal, or one gamma that is not all too skewed, is all there is, as `first_covering` finds it; else NaN."""
    shape, one, two, step = int(shapes[2, 0]), shapes[2, 1], shapes[2, 2], item[STEP]
    far: float = math.nan
    if item[PI] > 0.0 or shapes[2, 3] < 1.0:
        return far
    if shape == BELL:
        far = one + _FAR_DEVIATIONS * two
    elif shape == GAMMA and one >= _LEAST_SHAPE:
        far = two * _far_of_gamma(one)
    else:
        return far
    far -= 0.5 * step
    if step <= 0.0 or far <= lean:
        return max(far, lean)
    steps = (far - lean) / step
    whole = math.ceil(steps)
    # So near a whole step only the tail itself can tell.
    return lean + whole * step if 1e-9 * steps < whole - steps < 1.0 - 1e-9 * steps else math.nan


@njit(cache=True, error_model="numpy")
def lean_end(shapes: Floats, item: Floats) -> float:
    """JIT end: the mean exposure, in whole steps."""
    step = item[STEP]
    lean: float = max(0.0, mean_demand(shapes, item[PI], 2))
    return math.floor(lean / step + 1e-9) * step if step > 0.0 else lean


@njit(cache=True, error_model="numpy")
def tail_asked_for(item: Floats) -> float:
    """A tail so small that neither end nor floor of cycle service lies beyond it, even if only half the exposures have it."""
    missed: float = 1.0 - _FAR
    if not math.isnan(item[TARGET_CYCLE]):
        missed = min(missed, 1.0 - item[TARGET_CYCLE])
    return 0.5 * missed


@njit(cache=True, error_model="numpy")
def ends_of(shapes: Floats, item: Floats, units: Floats, lengths: Ints, added: int) -> tuple[float, float, float, float]:
    """JIT end, JIC end, and the least positions that the two floors allow (the JIT end where there is none)."""
    lean = lean_end(shapes, item)
    by_cycle, by_fill = lean, lean
    if added:
        far = first_added(item[PI], units, lengths, 1.0 - _FAR, lean)
        if not math.isnan(item[TARGET_CYCLE]):
            by_cycle = first_added(item[PI], units, lengths, 1.0 - item[TARGET_CYCLE], lean)
    else:
        far = _far_by_formula(shapes, item, lean)
        if math.isnan(far):
            far = first_covering(shapes, item, _FAR, lean)
        if not math.isnan(item[TARGET_CYCLE]):
            by_cycle = first_covering(shapes, item, item[TARGET_CYCLE], lean)
    if not math.isnan(item[TARGET_FILL]):
        by_fill = first_filling(shapes, item, item[TARGET_FILL], lean)
    return lean, max(far, by_cycle, by_fill), by_cycle, by_fill
