"""Gammas: tails and losses of a gamma distribution at a row of levels, all at once.

Temme's expansion (1979, DLMF 8.12) is as good as any from shape 8 up; a smaller shape a is brought there by
``Q(a, z) = Q(a + 8, z) - sum of z^(a + j) e^-z / Gamma(a + j + 1), j < 8`` (DLMF 8.8.6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.bells import LOSS, SECOND, TAIL, bell_at, tail_at
from justenough.kernels.densities import DENSITY, GAMMA, PLACE, POWER, SLOPE, ZEROTH
from justenough.kernels.elementary import over_logarithm
from justenough.kernels.incomplete import stirling_rest
from justenough.kernels.loss import moments_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LARGE = 8.0  # from here the ten terms below leave 2e-13
_SMALL = 1e-9  # below so small a share of the scale a level is taken alone
_FAR = 2.5  # eta beyond which the correction is multiplied by less than 1e-11, and the expansion ends
_LEAST = 1e-200
_NEAR = 0.15  # deviations, and shares of the level, over which eight terms of the series reach
_ETA = PLACE  # a row of scratch
# Taylor coefficients in eta of Temme's c0 to c9, from c_k = c_(k-1)' / eta + (-1)^k g_k / mu (DLMF 8.12.10 to 8.12.12), in fractions.
_TEMME = np.zeros((10, 24))  # the last idle
_TEMME[:, :18] = np.array(
    [
        [-0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
         -0.0001787551440329218, 3.919263178522438e-05, -2.185448510679992e-06, -1.85406221071516e-06, 8.296711340953087e-07,
         -1.7665952736826078e-07, 6.707853543401498e-09, 1.0261809784240309e-08, -4.382036018453353e-09, 9.14769958223679e-10,
         -2.5514193994946248e-11, -5.830772132550426e-11, 2.4361948020667415e-11],
        [-0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
         -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06, -1.6120900894563446e-06, 4.647127802807434e-09,
         1.378633446915721e-07, -5.752545603517705e-08, 1.1951628599778148e-08, -1.7543241719747647e-11, -1.0091543710600413e-09,
         4.162792991842583e-10, -8.56390702649298e-11, 6.067215101604758e-14],
        [0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06, -0.0001073665322636516,
         5.2923448829120125e-05, -1.2760635188618728e-05, 3.423578734096138e-08, 1.3721957309062934e-06, -6.298992138380055e-07,
         1.4280614206064242e-07, -2.0477098421990866e-10, -1.409252991086752e-08, 6.228974084922022e-09, -1.3670488396617114e-09,
         9.428356159014678e-13, 1.2872252400089318e-10, -5.5645956134363323e-11],
        [0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885, -7.561801671883977e-05,
         -2.396505113867297e-07, 1.1082654115347302e-05, -5.6749528269915965e-06, 1.4230900732435883e-06, -2.7861080291528143e-11,
         -1.6958404091930278e-07, 8.099464905388083e-08, -1.9111168485973655e-08, 2.3928620439808118e-12, 2.0620131815488797e-09,
         -9.460496661855133e-10, 2.1541049775774907e-10, -1.388823336813903e-14],
        [-0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-06, 6.641498215465122e-05,
         -3.968365047179435e-05, 1.1375726970678419e-05, 2.507497226237533e-10, -1.6954149536558305e-06, 8.907507532205309e-07,
         -2.292934834000805e-07, 2.956794137544049e-11, 2.8865829742708783e-08, -1.4189739437803219e-08, 3.4463580499464896e-09,
         -2.3024517174528067e-13, -3.9409233028046403e-10, 1.86023389685045e-10],
        [-0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392, -0.00019932570516188847, 6.797780477937208e-05,
         1.419062920643967e-07, -1.3594048189768693e-05, 8.018470256334202e-06, -2.291481176508095e-06, -3.252473551298454e-10,
         3.4652846491085265e-07, -1.8447187191171344e-07, 4.8240967037894184e-08, -1.7989466721743514e-14, -6.306194500013523e-09,
         3.162417628774568e-09, -7.840924253697429e-10, 5.192679165254041e-15],
        [0.0005313079364639922, -0.0005921664373536939, 0.0002708782096718045, 7.902353232660328e-07, -8.153969367561969e-05,
         5.61168275310625e-05, -1.8329116582843375e-05, -3.0796134506033047e-09, 3.465155368803609e-06, -2.0291327396058603e-06,
         5.788792863149004e-07, 2.338630673826657e-13, -8.828600746330484e-08, 4.7435958880408125e-08, -1.2545415020710383e-08,
         8.649648858010293e-14, 1.6846058979264062e-09, -8.575492823577594e-10],
        [0.00034436760689237765, 5.171790908260592e-05, -0.00033493161081142234, 0.0002812695154763237, -0.00010976582244684731,
         -1.2741009095484485e-07, 2.7744451511563645e-05, -1.8263488805711332e-05, 5.7876949497350525e-06, 4.93875893393627e-10,
         -1.0595367014026043e-06, 6.166714376110408e-07, -1.7562973359060463e-07, -1.297447328701544e-12, 2.695423606288966e-08,
         -1.4578352908731272e-08, 3.887645959386175e-09, -3.881002251019412e-17],
        [-0.0006526239185953094, 0.0008394987206720873, -0.000438297098541721, -6.969091458420552e-07, 0.00016644846642067547,
         -0.00012783517679769218, 4.629953263691304e-05, 4.557909867922708e-09, -1.0595271125805195e-05, 6.783342904865167e-06,
         -2.1075476666258803e-06, -1.7213731432817144e-11, 3.773587741611098e-07, -2.1867506700122867e-07, 6.220228804018927e-08,
         6.597703826733e-16, -9.590386497425686e-09, 5.213214492280807e-09],
        [-0.0005967612901927463, -7.204895416020011e-05, 0.0006782308837667328, -0.0006401475260262758, 0.00027750107634328704,
         1.819700838046515e-07, -8.479507117068503e-05, 6.105192082501531e-05, -2.1073920183404862e-05, -8.858589014125599e-10,
         4.5284535953805374e-06, -2.8427815022504407e-06, 8.708234177864641e-07, 3.6886101871706966e-12, -1.534469519070206e-07,
         8.862466778790695e-08, -2.5184812301826817e-08, -1.0225912098215092e-14],
    ]
)  # fmt: skip


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def gammas(shape: float, scale: float, weight: float, x: Floats, above: Floats, work: Floats) -> None:
    """
    Fill ``above`` (3 ROW,), rows `ROW` apart, with tail and losses at levels ``x`` (n,), none below the first.

    Good to 2e-12 of the weight; the losses to 1e-10 and 2e-9 of the larger of mean and deviation, and of its
    square. ``work`` is scratch as for `justenough.kernels.densities.densities`.
    """
    n, large = len(x), shape if shape >= _LARGE else shape + 8.0
    _upper(large, scale, x, work)
    if shape < _LARGE:
        _eight_down(large, scale, x, work)
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
def tails_beyond(shape: float, scale: float, weight: float, gap: float, x: Floats, above: Floats, work: Floats, to: Floats) -> bool:
    """
    Fill ``to`` (n,) with tails ``gap`` beyond the first levels of `gammas`, ``x`` (n,), right after it; False where that is too far.

    By Taylor's series: the density ``f`` has ``z f' = (a - 1 - z) f``, so that its terms are a recurrence. Good to 1e-10 of the weight.
    """
    per, u = 1.0 / scale, gap / scale
    if shape < 1.0 or not u < _NEAR * min(math.sqrt(shape), x[0] * per):
        return False
    for k in range(len(x)):
        z = x[k] * per
        by, rise = u / z, shape - 1.0 - z
        t1 = rise * by
        t2 = ((rise - 1.0) * t1 - u) * by * (1 / 2)
        t3 = ((rise - 2.0) * t2 - u * t1) * by * (1 / 3)
        t4 = ((rise - 3.0) * t3 - u * t2) * by * (1 / 4)
        t5 = ((rise - 4.0) * t4 - u * t3) * by * (1 / 5)
        t6 = ((rise - 5.0) * t5 - u * t4) * by * (1 / 6)
        t7 = ((rise - 6.0) * t6 - u * t5) * by * (1 / 7)
        share = 1.0 + t1 * (1 / 2) + t2 * (1 / 3) + t3 * (1 / 4) + t4 * (1 / 5) + t5 * (1 / 6) + t6 * (1 / 7) + t7 * (1 / 8)
        to[k] = above[TAIL + k] - weight * shape * work[DENSITY + k] * by * share
    return True


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
    high = low * (1.0 - rest * (1.0 - rest * (1 / 2 - rest * (1 / 6 - rest * (1 / 24 - rest * (1 / 120))))))  # e^-rest, rest below 0.011
    for j in range(_TEMME.shape[1]):
        c = _TEMME[9, j]
        c = c * by + _TEMME[8, j]
        c = c * by + _TEMME[7, j]
        c = c * by + _TEMME[6, j]
        c = c * by + _TEMME[5, j]
        c = c * by + _TEMME[4, j]
        c = c * by + _TEMME[3, j]
        c = c * by + _TEMME[2, j]
        c = c * by + _TEMME[1, j]
        work[ZEROTH + j] = c * by + _TEMME[0, j]
    c0, c1, c2, c3, c4, c5 = work[ZEROTH], work[ZEROTH + 1], work[ZEROTH + 2], work[ZEROTH + 3], work[ZEROTH + 4], work[ZEROTH + 5]
    c6, c7, c8, c9, c10 = work[ZEROTH + 6], work[ZEROTH + 7], work[ZEROTH + 8], work[ZEROTH + 9], work[ZEROTH + 10]
    c11, c12, c13, c14 = work[ZEROTH + 11], work[ZEROTH + 12], work[ZEROTH + 13], work[ZEROTH + 14]
    c15, c16, c17 = work[ZEROTH + 15], work[ZEROTH + 16], work[ZEROTH + 17]
    for k in range(n):
        eta, bell = min(max(work[_ETA + k], -_FAR), _FAR), work[DENSITY + k]
        p = c17 * eta + c16
        p = p * eta + c15
        p = p * eta + c14
        p = p * eta + c13
        p = p * eta + c12
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
def _eight_down(large: float, scale: float, x: Floats, work: Floats) -> None:
    """Take eight off the shape ``large`` of what `_upper` left."""
    c1, c2, c3, c4, c5, c6, c7, c8 = large, large - 1.0, large - 2.0, large - 3.0, large - 4.0, large - 5.0, large - 6.0, large - 7.0
    whole = (c1 * c2) * (c3 * c4) * ((c5 * c6) * (c7 * c8))
    for k in range(len(x)):
        per, density = scale / max(x[k], _LEAST * scale), work[DENSITY + k]
        square = per * per
        fourth = square * square
        t = c8 * per
        t = c7 * per * (1.0 + t)
        t = c6 * per * (1.0 + t)
        t = c5 * per * (1.0 + t)
        t = c4 * per * (1.0 + t)
        t = c3 * per * (1.0 + t)
        t = c2 * per * (1.0 + t)
        t = c1 * per * (1.0 + t)
        work[SLOPE + k] -= density * t
        work[DENSITY + k] = density * whole * (fourth * fourth)
