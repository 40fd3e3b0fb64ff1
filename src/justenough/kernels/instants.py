"""Instants: at which moments of a cycle its time means are read, and what each counts.

Three moments are known: when an order arrives, half a review later, and when the next can arrive. Simpson's rule over them is
right where little changes meanwhile. Where a review brings more than about a standard deviation of demand, what is short grows
steeply towards the end; then more moments are read between them, of laws whose mean and variance are drawn through the
three. All weights are positive: a mean falls wherever all that it is the mean of falls.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.loss import NORMAL, shape_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Rows of shapes: three moments without an outage, three with one, and the same of up to three groups of more moments. Columns: shape
# code, two parameters, weight of what is not nothing, mean; then, in rows without an outage, what units short and an empty shelf at
# that moment count in their time means.
SHAPES = (24, 7)
SHORTS, EMPTIES = 5, 6
# Where the first three moments' outage rows have no weights: how many groups of more moments there are, and what each unit that is
# short at the end and was not at the beginning counts in the time mean of the empty shelf.
GROUPS, RISE = (3, SHORTS), (3, EMPTIES)
_GENTLE, _STEEP, _STEEPEST = 1.2, 3.0, 10.0  # standard deviations of demand that a review brings
_GENTLE_NORMAL = 0.9  # whose tail falls faster
_REACH = 5.0  # so many before the end hardly anything is short that is short at the end
_SIMPSON = (1 / 6, 4 / 6, 1 / 6)
# Each rule: what the three known moments count, then places and weights of the others over a cycle of length 1.
_FEW = (0.061147186147185395, 0.25730994152046627, 0.03935185185185158)
_FEW_PLACES = np.array([0.2, 0.7, 0.88])
_FEW_WEIGHTS = np.array([0.29616013071895597, 0.17636684303351002, 0.16966404672803073])
# Lobatto's rule of nine points (Abramowitz & Stegun, table 25.6).
_MANY = (1 / 72, 0.1857596371882086, 1 / 72)
_MANY_PLACES = 0.5 + 0.5 * np.array(
    [-0.8997579954114602, -0.6771862795107377, -0.3631174638261782, 0.3631174638261782, 0.6771862795107377, 0.8997579954114602]
)
_MANY_WEIGHTS = 0.5 * np.array(
    [0.1654953615608055, 0.2745387125001617, 0.3464285109730463, 0.3464285109730463, 0.2745387125001617, 0.1654953615608055]
)
# The same with all its places.
MANY_PLACES = np.concatenate([np.array([0.0, 0.5]), _MANY_PLACES, np.array([1.0])])
MANY_WEIGHTS = np.concatenate([np.array([_MANY[0], _MANY[1]]), _MANY_WEIGHTS, np.array([_MANY[2]])])
# Radau's rule of five points from the end backwards, and Gauss's of five for what lies before.
_END = 0.04
_END_PLACES = 0.5 + 0.5 * np.array([-0.7204802713124387, -0.1671808647378336, 0.4463139727237523, 0.8857916077709646])
_END_WEIGHTS = 0.5 * np.array([0.4462078021671415, 0.6236530459514824, 0.5627120302989241, 0.2874271215824519])
_BEFORE_PLACES = 0.5 + 0.5 * np.array([-0.906179845938664, -0.5384693101056831, 0.0, 0.5384693101056831, 0.906179845938664])
_BEFORE_WEIGHTS = 0.5 * np.array([0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891])


@njit(cache=True, error_model="numpy")
def _steepness(form: int, block: Floats) -> float:
    """
    Standard deviations of demand that a review brings, less the share of the last variance that does not grow with time.

    What lead times vary by is there from the beginning. Of a skewed law more skew then is, and what is short is flatter over a cycle.
    """
    m0, m2, v0, v2 = block[0, 0], block[0, 2], block[1, 0], block[1, 2]
    if not m2 > m0:
        return 0.0
    if not v2 > 0.0:
        return math.inf
    steep: float = (m2 - m0) / math.sqrt(v2)
    if form == NORMAL:
        return steep
    slope = (4.0 * block[1, 1] - 3.0 * v0 - v2) / (m2 - m0)
    steep -= max(0.0, v0 - slope * m0) / v2
    return steep


@njit(cache=True, error_model="numpy")
def _between(first: float, middle: float, last: float, place: float) -> float:
    """The quadratic through three moments at a ``place`` of the cycle from 0 to 1, but within its neighbours."""
    value = first * (1.0 - place) * (1.0 - 2.0 * place) + 4.0 * middle * place * (1.0 - place) + last * place * (2.0 * place - 1.0)
    other = first if place < 0.5 else last
    return min(max(value, min(middle, other)), max(middle, other))


@njit(cache=True, error_model="numpy")
def _idle_between(idle: Floats, place: float) -> float:
    """Probability of no demand by a ``place`` of the cycle, by its logarithm."""
    if not (idle[0] > 0.0 and idle[1] > 0.0 and idle[2] > 0.0):
        return _between(idle[0], idle[1], idle[2], place)
    return math.exp(_between(math.log(idle[0]), math.log(idle[1]), math.log(idle[2]), place))


@njit(cache=True, error_model="numpy")
def _add(form: int, block: Floats, which: int, place: float, by_short: float, by_empty: float, shapes: Floats) -> None:
    """Fill the rows of one more moment."""
    row = 6 + 6 * (which // 3) + which % 3
    for part in range(2):
        mean = _between(block[3 * part, 0], block[3 * part, 1], block[3 * part, 2], place)
        variance = _between(block[3 * part + 1, 0], block[3 * part + 1, 1], block[3 * part + 1, 2], place)
        shape, one, two, weight = shape_of(form, mean, variance, _idle_between(block[3 * part + 2], place))
        s = shapes[row + 3 * part]
        s[0], s[1], s[2], s[3], s[4], s[SHORTS], s[EMPTIES] = shape, one, two, weight, mean, by_short, by_empty


@njit(cache=True, error_model="numpy")
def _weigh(shapes: Floats, groups: int, counts: tuple[float, float, float]) -> None:
    """Fill how many groups of more moments there are and what the three known ones count."""
    shapes[GROUPS], shapes[RISE] = groups, 0.0
    for h in range(3):
        shapes[h, SHORTS] = shapes[h, EMPTIES] = counts[h]


@njit(cache=True, error_model="numpy")
def _weigh_steepest(form: int, block: Floats, reach: float, shapes: Floats) -> None:
    """
    Weights and moments where all that is short is so within ``reach`` of the end.

    The shelf is then empty from one moment on, which no rule of a few points finds. But ``d G = E dm + f dv / 2`` for the
    mean short G, the share E of places that are empty and the density f of a normal law of mean m and variance v: so the time mean of
    E is the rise of G less half that of E times the slope of the variance, over the rise of the mean.
    """
    _weigh(shapes, 3, (0.0, 0.0, _END * reach))
    for k in range(5):  # in the order of time: the last of three is the longest where counts are added up
        _add(form, block, k, (1.0 - reach) * _BEFORE_PLACES[k], (1.0 - reach) * _BEFORE_WEIGHTS[k], 0.0, shapes)
    for k in range(4):
        _add(form, block, 5 + k, 1.0 - reach * _END_PLACES[3 - k], reach * _END_WEIGHTS[3 - k], 0.0, shapes)
    v0, v1, v2, rise = block[1, 0], block[1, 1], block[1, 2], block[0, 2] - block[0, 0]
    first, last = (4.0 * v1 - 3.0 * v0 - v2) / rise, (3.0 * v2 - 4.0 * v1 + v0) / rise
    per = 1.0 / (rise - 0.5 * (last - first))
    shapes[RISE], shapes[0, EMPTIES], shapes[1, EMPTIES], shapes[2, EMPTIES] = per, 0.5 * first * per, 0.0, -0.5 * last * per


@njit(cache=True, error_model="numpy")
def instants(form: int, block: Floats, shapes: Floats) -> None:
    """Fill the weights of `SHAPES`, and the rows of more moments where three do not tell enough; ``block`` (6, 3) is the exposure."""
    steep = _steepness(form, block)
    if steep <= (_GENTLE_NORMAL if form == NORMAL else _GENTLE):
        _weigh(shapes, 0, _SIMPSON)
    elif steep <= _STEEP:
        _weigh(shapes, 1, _FEW)
        for k in range(3):
            _add(form, block, k, _FEW_PLACES[k], _FEW_WEIGHTS[k], _FEW_WEIGHTS[k], shapes)
    elif steep <= _STEEPEST:
        _weigh(shapes, 2, _MANY)
        for k in range(6):
            _add(form, block, k, _MANY_PLACES[k], _MANY_WEIGHTS[k], _MANY_WEIGHTS[k], shapes)
    else:
        _weigh_steepest(form, block, _REACH / steep, shapes)
