"""Gammas: tails and losses of a gamma distribution at a row of levels, all at once.

Temme's expansion (1979, DLMF 8.12) is as good as any from shape 16 up; a smaller shape a is brought there by
``Q(a, z) = Q(a + m, z) - sum of z^(a + j) e^-z / Gamma(a + j + 1), j < m`` (DLMF 8.8.6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.bells import LOSS, SECOND, TAIL, bell_at, tail_at
from justenough.kernels.densities import DENSITY, GAMMA, LOG, PLACE, POWER, SLOPE, ZEROTH
from justenough.kernels.elementary import over_logarithm
from justenough.kernels.incomplete import stirling_rest
from justenough.kernels.loss import moments_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LARGE = 16.0  # from here the seven terms below leave 2e-13
_SMALL = 1e-9  # below so small a share of the scale a level is taken alone
_FAR = 2.2  # eta beyond which the expansion's correction is multiplied by less than 1e-16
_LEAST = 1e-200
_ETA, _PER = PLACE, LOG  # rows of scratch: eta, and 1 / z
# Taylor coefficients in eta of Temme's c0 to c6, from c_k = c_(k-1)' / eta + (-1)^k g_k / mu (DLMF 8.12.10 to 8.12.12).
_TEMME = np.zeros((7, 16))  # two idle
_TEMME[:, :14] = np.array(
    [
        [-0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
         -0.0001787551440329218, 3.919263178522438e-05, -2.185448510679992e-06, -1.85406221071516e-06, 8.296711340953087e-07,
         -1.7665952736826078e-07, 6.707853543401498e-09, 1.0261809784240309e-08, -4.382036018453353e-09],
        [-0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
         -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06, -1.6120900894563446e-06, 4.647127802807434e-09,
         1.378633446915721e-07, -5.752545603517705e-08, 1.1951628599778148e-08, 0.0],
        [0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06, -0.0001073665322636516,
         5.2923448829120125e-05, -1.2760635188618728e-05, 3.423578734096138e-08, 1.3721957309062934e-06, -6.298992138380055e-07,
         1.4280614206064242e-07, -2.0477098421990866e-10, 0.0, 0.0],
        [0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885, -7.561801671883977e-05,
         -2.396505113867297e-07, 1.1082654115347302e-05, -5.6749528269915965e-06, 1.4230900732435883e-06, -2.7861080291528143e-11,
         -1.6958404091930278e-07, 0.0, 0.0, 0.0],
        [-0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-06, 6.641498215465122e-05,
         -3.968365047179435e-05, 1.1375726970678419e-05, 2.507497226237533e-10, -1.6954149536558305e-06, 8.907507532205309e-07,
         0.0, 0.0, 0.0, 0.0],
        [-0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392, -0.00019932570516188847, 6.797780477937208e-05,
         1.419062920643967e-07, -1.3594048189768693e-05, 8.018470256334202e-06, -2.291481176508095e-06, 0.0,
         0.0, 0.0, 0.0, 0.0],
        [0.0005313079364639922, -0.0005921664373536939, 0.0002708782096718045, 7.902353232660328e-07, -8.153969367561969e-05,
         5.61168275310625e-05, -1.8329116582843375e-05, -3.0796134506033047e-09, 0.0, 0.0,
         0.0, 0.0, 0.0, 0.0],
    ]
)  # fmt: skip


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def gammas(shape: float, scale: float, weight: float, x: Floats, above: Floats, work: Floats) -> None:
    """
    Fill ``above`` (3 ROW,), rows `ROW` apart, with tail and losses at levels ``x`` (n,), none below the first.

    Good to 2e-12 of the weight; the losses to 1e-10 and 2e-9 of the larger of mean and deviation, and of its
    square. ``work`` is scratch as for `justenough.kernels.densities.densities`.
    """
    n, large = len(x), shape
    while large < _LARGE:
        large += 4.0
    _upper(large, scale, x, work)
    if large > shape + 1.0:
        for k in range(n):
            work[_PER + k] = scale / max(x[k], _LEAST * large * scale)
    while large > shape + 1.0:
        _four_down(large, n, work)
        large -= 4.0
    per, of_loss, of_second = 1.0 / scale, weight * scale, weight * scale * scale
    for k in range(n):
        z, tail, peak = x[k] * per, max(0.0, work[SLOPE + k]), shape * work[DENSITY + k]
        less = shape - z
        above[TAIL + k] = weight * tail
        above[LOSS + k] = of_loss * max(0.0, less * tail + peak)
        above[SECOND + k] = of_second * max(0.0, 0.5 * ((less * less + shape) * tail + peak * (less + 1.0)))
    if x[0] < _SMALL * scale:
        code = int(GAMMA)  # as a constant it would have `moments_above` compiled once more
        for k in range(n):
            if x[k] < _SMALL * scale:
                above[TAIL + k], above[LOSS + k], above[SECOND + k] = moments_above(code, shape, scale, weight, x[k])


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _upper(large: float, scale: float, x: Floats, work: Floats) -> None:
    """In the row of slopes ``Q(a, z)`` of a large a at each level, in that of densities ``z^a e^-z / Gamma(a + 1)``."""
    n, per, root = len(x), 1.0 / (scale * large), math.sqrt(large)
    # Three loops, since one would keep too many figures waiting at once.
    for k in range(n):
        ratio = max(x[k] * per, _LEAST)
        half = over_logarithm(ratio)
        eta = math.sqrt(2.0 * half)
        work[POWER + k] = -large * half
        work[_ETA + k] = eta if ratio >= 1.0 else -eta
    for k in range(n):
        bell = bell_at(work[POWER + k])
        work[DENSITY + k] = bell
        work[SLOPE + k] = tail_at(work[_ETA + k] * root, bell)
    by, rest, low = 1.0 / large, stirling_rest(large), 1.0 / root
    high = low * (1.0 - rest * (1.0 - rest * (1 / 2 - rest * (1 / 6 - rest * (1 / 24)))))  # e^-rest, which is 0.005 at most
    for j in range(_TEMME.shape[1]):
        c = _TEMME[6, j]
        c = c * by + _TEMME[5, j]
        c = c * by + _TEMME[4, j]
        c = c * by + _TEMME[3, j]
        c = c * by + _TEMME[2, j]
        c = c * by + _TEMME[1, j]
        work[ZEROTH + j] = c * by + _TEMME[0, j]
    c0, c1, c2, c3, c4 = work[ZEROTH], work[ZEROTH + 1], work[ZEROTH + 2], work[ZEROTH + 3], work[ZEROTH + 4]
    c5, c6, c7, c8, c9 = work[ZEROTH + 5], work[ZEROTH + 6], work[ZEROTH + 7], work[ZEROTH + 8], work[ZEROTH + 9]
    c10, c11, c12, c13 = work[ZEROTH + 10], work[ZEROTH + 11], work[ZEROTH + 12], work[ZEROTH + 13]
    for k in range(n):
        eta, bell = min(max(work[_ETA + k], -_FAR), _FAR), work[DENSITY + k]
        p = c13 * eta + c12
        p = p * eta + c11
        p = p * eta + c10
        p = p * eta + c9
        p = p * eta + c8
        p = p * eta + c7
        p = p * eta + c6
        p = p * eta + c5
        p = p * eta + c4
        p = p * eta + c3
        p = p * eta + c2
        p = p * eta + c1
        p = p * eta + c0
        work[SLOPE + k] += bell * low * p
        work[DENSITY + k] = bell * high


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _four_down(large: float, n: int, work: Floats) -> None:
    """Take four off the shape ``large`` of what `_upper` left at ``n`` levels."""
    c1, c2, c3, c4 = large, large - 1.0, large - 2.0, large - 3.0
    for k in range(n):
        per = work[_PER + k]
        one = work[DENSITY + k] * c1 * per
        two = one * c2 * per
        three = two * c3 * per
        four = three * c4 * per
        work[SLOPE + k] -= (one + two) + (three + four)
        work[DENSITY + k] = four
