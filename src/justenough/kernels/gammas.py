"""Gammas: tails and losses of a gamma distribution at a row of levels, all at once.

Above the mean a tail is the density times a ratio so smooth that one polynomial is enough, as Mills' ratio of the normal is (what it
becomes as the shape grows); below, another polynomial gives what is not in the tail. A shape below 1 is taken from one more (DLMF 8.8.6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.bells import LOSS, SECOND, TAIL
from justenough.kernels.densities import DENSITY, GAMMA, GAP, LOG, SLOPE, UNIT, ZEROTH
from justenough.kernels.elementary import decay, logarithm, over_logarithm
from justenough.kernels.incomplete import stirling_rest
from justenough.kernels.loss import moments_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SMALL = 1e-9  # below so small a share of the scale a level is taken alone
_LEAST = 1e-200
_FAR = 4e3  # scales that a unit may be off a mean: so much, times a logarithm and the rounding, is some 1e-12
_NEAR = 0.15  # deviations, and shares of the level, over which eight terms of the series reach
_PER_ROOT = 1.0 / math.sqrt(2.0 * math.pi)
# Of a shape a from 1 up: ``(z - a + 1.2 s) Q / f`` above ``a - s / 5``, where s is 2.5 sqrt(a) - 1.5 and f = z^a e^-z / Gamma(a), and
# ``(a - z + 1.8 s) P / f`` below. Columns go with powers of t = 1 - 2 s / (z - a + 1.2 s), or 1 - 4 s / (a - z + 1.8 s), which is -1 where
# the two sides meet and nears 1 far away; rows with powers of 2 / sqrt(a) - 1. Fits to scipy's `gammaincc` and Kummer's series, weighed
# so that the largest error of a share is least: `tools/fit_gammas.py` makes them, says how and prints them.
_WIDE = 16  # columns, those not used being 0: the sums over the rows are then whole vectors
_ABOVE = np.zeros((13, _WIDE))
_ABOVE[:, :12] = np.array(
    [
        [1.6367814680896, -0.8513190061597, 0.2526559588078, -0.0415534788952, 0.0036627057076, -0.0002402523828, 0.0000134090108,
         -0.0000007358835, -0.0000005666348, -0.0000008965933, -0.0000005811393, -0.0000001434182],
        [-0.4830369494916, 0.8427730311525, -0.438077133017, 0.0733041598076, 0.0077625791282, -0.0028945131308, 0.0002037013561,
         -0.0000280061185, 0.0000050448408, 0.0000055634689, 0.0000028326368, 0.0000005408495],
        [-0.0258062505734, -0.1148334589533, 0.20763328853, -0.0429850059913, -0.0353136715496, 0.0105125047912, 0.0008633181247,
         -0.000100263285, 0.0000212585021, 0.0000159890045, 0.0000144050514, 0.0000040236125],
        [-0.0139813533954, 0.0086647334877, -0.015297079466, 0.0049707396238, 0.0323485178891, -0.0136205291671, -0.0043540587653,
         0.0009128449596, 0.0001108586055, -0.0000571093271, -0.0000354331255, -0.0000072252787],
        [-0.0018331754472, -0.0072762241864, 0.0074774449469, 0.0041806837225, -0.0106422586901, 0.0060085767325, 0.0054081682131,
         -0.0021212125623, -0.0007752162308, 0.0000204967253, 0.0000069715771, -0.0000048399771],
        [-0.0007903466582, -0.0006646091106, -0.0005248636953, -0.000324540737, 0.0028597292717, 0.000462462223, -0.0034384363289,
         0.0017190158061, 0.0014197922733, 0.0000295559367, -0.0000599138575, -0.0000094895094],
        [-0.0001490167432, -0.0005860909497, -0.0000126228362, 0.0008565499357, -0.0007129782731, -0.0005267937941, 0.001484904865,
         -0.0005793577167, -0.0016037065609, -0.0002196459665, 0.0001418948819, 0.0000372098212],
        [-0.0000544264364, -0.0001353638637, -0.0000503980397, -0.000033675633, 0.0001857796231, 0.0004451848959, -0.0002866913516,
         -0.0000667426763, 0.0008499531706, 0.0002289981268, -0.0001320701567, -0.0000288151668],
        [-0.0000132844188, -0.0000554718295, -0.0000620186045, 0.0000703132951, 0.0000320870145, -0.0001401417773, 0.0002944219057,
         0.0006401725243, 0.0001355622964, -0.0001161301684, 0.0000193506839, 0.0000113550683],
        [-0.0000040221956, -0.0000175048497, -0.0000162467033, -0.0000240821907, -0.0000605313583, -0.0000711519022, -0.0002174168024,
         -0.0003550032993, -0.0000139219248, 0.000258960171, 0.0000773517831, -0.00002030828],
        [-0.0000008962626, -0.0000029104016, -0.0000024080986, 0.0000148688114, 0.0000364292802, 0.0000023253566, -0.0000832788809,
         -0.0001820060247, -0.0003027563437, -0.0003020201582, -0.0001231735714, -0.0000056294832],
        [-0.0000004193981, -0.0000024838852, -0.0000021736225, 0.0000071351343, 0.0000232716397, 0.000070820198, 0.0001640825778,
         0.0002094650814, 0.0001838894696, 0.0001741318688, 0.0001310231419, 0.0000402021324],
        [-0.0000002159465, -0.0000014304875, -0.0000043271319, -0.000007826211, -0.0000123096445, -0.0000273001838, -0.0000500234219,
         -0.0000484228021, -0.0000301980454, -0.0000378883997, -0.0000426253828, -0.0000168668921],
    ]
)  # fmt: skip
_BELOW = np.zeros((15, _WIDE))
_BELOW[:, :10] = np.array(
    [
        [1.9370717947163, -1.5268803405053, 0.7172120752651, 0.000362089073, -0.1895280803513, 0.022739149578, 0.1145095230233,
         0.0723472067343, 0.0216607525094, 0.0027317485226],
        [0.2635996308832, -0.3415384291903, -0.3911119414141, 0.7682511588541, -0.6662560519147, -1.0219977206271, -0.4633249659763,
         -0.0677910422624, 0.0141047275439, 0.0047355308289],
        [0.1268189963659, -0.0200940654519, -0.7574188985108, 0.4135429758694, -0.0744399612916, -2.5550285433318, -2.968319281642,
         -1.6252399485609, -0.4718192331189, -0.0592984972812],
        [0.0465798951399, 0.2130362747072, -0.3263905943354, 0.9553129638213, 4.1746636736118, 4.3302852591098, 1.6812939199886,
         0.0161336645232, -0.1762697988852, -0.0389763189043],
        [0.0062040372166, 0.3166060971892, 0.4698207423678, 1.6974984669216, 7.2363603820498, 13.5281562564636, 13.1943001962116,
         7.3170138288284, 2.2446943750682, 0.3006218396343],
        [-0.0295148272957, -0.0252753114156, -0.8255511838948, -4.5555969104409, -9.5794754550626, -10.3241940178056, -6.2807440471211,
         -2.2056553479973, -0.4344259708895, -0.0405835586013],
        [-0.0544669221386, -0.4610336091732, -2.4906883290147, -9.7095235371788, -23.7074681631961, -35.651208182042, -33.436675144734,
         -19.2680196541494, -6.3028034357306, -0.903229150831],
        [0.0148368253737, 0.2900448938501, 2.3026219696175, 8.5604045288594, 17.9029407635568, 23.2370624637857, 19.505835041505,
         10.4967577204279, 3.3394855483561, 0.4814487011218],
        [0.0874458358332, 1.0603701532444, 6.1131574465742, 20.9577499933379, 45.6560776296419, 64.8854643816442, 60.1647562901735,
         35.2219634495171, 11.859725565446, 1.7557650642115],
        [-0.0273202025046, -0.4496334826271, -3.0194245428663, -10.8804467291195, -23.8372655495172, -33.6596791892162, -31.0830040865112,
         -18.2594305156995, -6.2202383207555, -0.9380391705647],
        [-0.110565212092, -1.379028103252, -7.7652295604601, -25.5994949697623, -54.0034224868477, -75.3083450144241, -69.3439432913503,
         -40.6638975138946, -13.7893725780193, -2.0618000761372],
        [0.0213791141928, 0.3319634196559, 2.1599086870156, 7.7883143604499, 17.3965266670163, 25.2426321351228, 23.9734061240497,
         14.4379571637152, 5.0174660630851, 0.7678125480688],
        [0.0733751390672, 0.9147401578286, 5.0959761526645, 16.5758881178355, 34.5684619123225, 47.8284731195745, 43.8545436159482,
         25.6843130512622, 8.7175442587168, 1.3064939418414],
        [-0.0064881579603, -0.0984511835989, -0.6331594458461, -2.2817195232659, -5.1265188645029, -7.5031966325183, -7.1911020254465,
         -4.3668820308649, -1.5280769245946, -0.2350949979955],
        [-0.0195811439279, -0.2436541944171, -1.3507138471297, -4.3684882776991, -9.0645773923713, -12.494909847823, -11.4300275789867,
         -6.686860425064, -2.2693170728689, -0.3403053324982],
    ]
)  # fmt: skip


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def measure(x: Floats, unit: float, work: Floats) -> None:
    """Keep in ``work`` how far each level is from ``unit`` > 0, as a share and as a logarithm, once for all gammas asked about there."""
    per = 1.0 / unit
    for k in range(len(x)):
        times = max(x[k] * per, _LEAST)
        work[LOG + k], work[GAP + k] = logarithm(times), times - 1.0
    work[UNIT] = unit


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def gammas(shape: float, scale: float, weight: float, x: Floats, above: Floats, work: Floats) -> None:
    """
    Fill ``above`` (3 ROW,), rows `ROW` apart, with tail and losses at levels ``x`` (n,), none below the first, after `measure`.

    Good to 6e-12 of the weight, of shapes up to 10 million (where the polynomials meet a tail may rise by 9e-12 with the level);
    the losses to 1e-10 and 2e-9 of the larger of mean and deviation, and of its square. ``work`` is scratch as for
    `justenough.kernels.densities.densities`; where its unit is so far from the mean that digits would be lost, the mean becomes it.
    """
    n, mean = len(x), shape * scale
    if abs(work[UNIT] - mean) > _FAR * scale:
        measure(x, mean, work)
    _densities(shape, scale, n, work)
    _tails(shape, scale, x, work)
    per, of_loss, of_second = 1.0 / scale, weight * scale, 0.5 * weight * scale * scale
    for k in range(n):
        tail, peak, less = max(0.0, work[SLOPE + k]), shape * work[DENSITY + k], shape - x[k] * per
        loss = less * tail + peak
        above[TAIL + k] = weight * tail
        above[LOSS + k] = of_loss * max(0.0, loss)
        above[SECOND + k] = of_second * max(0.0, less * loss + (shape * tail + peak))
    if x[0] < _SMALL * scale:
        code = int(GAMMA)  # as a constant it would have `moments_above` compiled once more
        for k in range(n):
            if x[k] < _SMALL * scale:
                above[TAIL + k], above[LOSS + k], above[SECOND + k] = moments_above(code, shape, scale, weight, x[k])


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
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


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def _densities(shape: float, scale: float, n: int, work: Floats) -> None:
    """In the row of densities ``z^a e^-z / Gamma(a + 1)`` at each level."""
    high, of_unit = _PER_ROOT / math.sqrt(shape), work[UNIT] / scale
    if shape >= 1.0:
        u = 3.0 / (shape + 0.5) - 1.0
        # What Stirling's formula has too much, a fit good to 5e-13 (`tools/fit_gammas.py`).
        rest = u * 5.242814621244e-10 - 1.935608991314e-08
        rest = rest * u - 5.600272545975e-08
        rest = rest * u - 2.563367046533e-07
        rest = rest * u - 2.698256044237e-06
        rest = rest * u - 1.428240990285e-05
        rest = rest * u - 8.815323277404e-05
        rest = rest * u - 0.0007999270754306
        rest = rest * u - 0.006221574595624
        rest = rest * u - 0.03811701037372
        rest = rest * u + 0.967380986011
        high *= rest
    else:
        high *= math.exp(-stirling_rest(shape))
    at_unit = -shape * over_logarithm(of_unit / shape)
    for k in range(n):
        work[DENSITY + k] = decay(shape * work[LOG + k] - of_unit * work[GAP + k] + at_unit) * high


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def _tails(shape: float, scale: float, x: Floats, work: Floats) -> None:
    """In the row of slopes ``Q(a, z)`` at each level, from the row of densities."""
    n, per = len(x), 1.0 / scale
    a = shape if shape >= 1.0 else shape + 1.0
    root = math.sqrt(a)
    s, u = 2.5 * root - 1.5, 2.0 / root - 1.0
    meet = a - 0.2 * s
    for j in range(_WIDE):
        c = _ABOVE[_ABOVE.shape[0] - 1, j]
        for i in range(_ABOVE.shape[0] - 2, -1, -1):
            c = c * u + _ABOVE[i, j]
        work[ZEROTH + j] = c
    c0, c1, c2, c3, c4, c5 = work[ZEROTH], work[ZEROTH + 1], work[ZEROTH + 2], work[ZEROTH + 3], work[ZEROTH + 4], work[ZEROTH + 5]
    c6, c7, c8 = work[ZEROTH + 6], work[ZEROTH + 7], work[ZEROTH + 8]
    c9, c10, c11 = work[ZEROTH + 9], work[ZEROTH + 10], work[ZEROTH + 11]
    for k in range(n):
        by = 1.0 / max(x[k] * per - (meet - s), s)
        t = 1.0 - 2.0 * s * by
        p = c11 * t + c10
        p = p * t + c9
        p = p * t + c8
        p = p * t + c7
        p = p * t + c6
        p = p * t + c5
        p = p * t + c4
        p = p * t + c3
        p = p * t + c2
        p = p * t + c1
        p = p * t + c0
        work[SLOPE + k] = a * work[DENSITY + k] * by * p
    if shape < 1.0:
        for k in range(n):
            work[SLOPE + k] = work[SLOPE + k] * (x[k] * per / a) - work[DENSITY + k]
    if x[0] * per < meet:
        _lower_tails(shape, scale, x, work)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def _lower_tails(shape: float, scale: float, x: Floats, work: Floats) -> None:
    """As `_tails`, only where the other polynomial holds."""
    n, per, more = len(x), 1.0 / scale, 1.0 if shape < 1.0 else 0.0
    a = shape + more
    root = math.sqrt(a)
    s, u = 5.0 * root - 3.0, 2.0 / root - 1.0
    meet = a - 0.1 * s
    for j in range(_WIDE):
        c = _BELOW[_BELOW.shape[0] - 1, j]
        for i in range(_BELOW.shape[0] - 2, -1, -1):
            c = c * u + _BELOW[i, j]
        work[ZEROTH + j] = c
    c0, c1, c2, c3, c4 = work[ZEROTH], work[ZEROTH + 1], work[ZEROTH + 2], work[ZEROTH + 3], work[ZEROTH + 4]
    c5, c6, c7, c8, c9 = work[ZEROTH + 5], work[ZEROTH + 6], work[ZEROTH + 7], work[ZEROTH + 8], work[ZEROTH + 9]
    for k in range(n):
        z = x[k] * per
        by = 1.0 / (max(meet - z, 0.0) + s)
        t = 1.0 - 2.0 * s * by
        p = c9 * t + c8
        p = p * t + c7
        p = p * t + c6
        p = p * t + c5
        p = p * t + c4
        p = p * t + c3
        p = p * t + c2
        p = p * t + c1
        p = p * t + c0
        # The density of a shape one larger is z / a times that of the shape itself.
        tail = 1.0 - work[DENSITY + k] * ((z if more > 0.0 else shape) * by * p + more)
        work[SLOPE + k] = tail if z < meet else work[SLOPE + k]
