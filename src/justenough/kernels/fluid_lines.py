"""Fluid lines: long lines and trees of machines of unequal speed, decomposed into pairs.

Each machine works at its own speed, fails while it works and is repaired; up and down times are
exponential and the buffers hold a continuous flow. A pair is solved in closed form, in the manner of Gershwin
& Schick (1980); a longer line or tree is one pair for each buffer, made to agree with each other by
what every machine does for each part: time at its own speed, time slowed to a neighbour's, time stopped
or idle, and the number of stops. That is the decomposition of Burman (1995) with its interruption and
resumption of flow counted by the part, so that it closes on trees as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ROUNDS = 1_000
_SETTLED = 1e-11
_APART = 1e-11  # of the speed: what two equal speeds are taken to differ by
MADE, LEVEL, DRY, FULL, SLOWED = range(5)


@njit(cache=True)
def pair(speed: Floats, failing: Floats, repaired: Floats, room: float, out: Floats) -> None:
    """
    Two machines and a buffer, exactly, with operation-dependent failures.

    A machine slowed to the other's speed fails in proportion.

    Parameters
    ----------
    speed : (2,) [parts/time]
    failing, repaired : (2,) [1/time]
        All above 0.
    room : [parts]
        0 or more.
    out : (5,)
        Filled: throughput [parts/time], mean level [parts], probability that the second machine is up and
        starved, that the first is up and blocked, that the quicker is slowed to the other's speed at an end.
    """
    # The slower machine first; a line read backwards moves holes.
    first = 0 if speed[0] <= speed[1] else 1
    c1, p1, r1 = speed[first], failing[first], repaired[first]
    c2, p2, r2 = speed[1 - first], failing[1 - first], repaired[1 - first]
    if room <= 0.0:
        dry, full = p1 / r1, p2 * c1 / (c2 * r2)
        total = 1.0 + dry + full
        level, slowed = 0.0, 1.0
    else:
        c2 = max(c2, c1 * (1.0 + _APART))
        # Inside, densities are (Y1 Y2, Y1, Y2, 1) exp(s x) for both up, the first, the second, none; K solves
        # c2 (r1 + p1 + K) (r2 - K) = c1 (r2 + p2 - K) (r1 + K), once between -r1 and r2 and once below -r1.
        bend, slope = c2 - c1, (c2 - c1) * (r2 - r1) - c2 * p1 - c1 * p2
        end = c2 * r2 * (r1 + p1) - c1 * r1 * (r2 + p2)
        root = np.sqrt(max(slope * slope + 4.0 * bend * end, 0.0))
        if slope < 0.0:
            far = 0.5 * (slope - root)
            k, steep = -end / far, far / bend
        else:
            near = 0.5 * (slope + root)
            k, steep = near / bend, -end / near
        y1, y2 = (r1 + k) / p1, (r2 - k) / p2
        z1, z2 = (r1 + steep) / p1, (r2 - steep) / p2
        s, t = -k * (1.0 + y2) / (y2 * c2), -steep * (1.0 + z2) / (z2 * c2)
        # Each mode is 1 at the end where it is largest, so nothing overflows; t is above 0.
        low, high = (np.exp(-s * room), 1.0) if s > 0.0 else (1.0, np.exp(s * room))
        fade = np.exp(-t * room)
        weight = -y2 * high / z2  # with the second up and the first down no part comes in, so that no level is full
        inside, moment = _integrals(s, room, low, high)
        sharp, sharper = _integrals(t, room, fade, 1.0)
        share, keen = (1.0 + y1) * (1.0 + y2), weight * (1.0 + z1) * (1.0 + z2)
        slowed = c2 * (y1 * low + weight * z1 * fade) / p2
        dry = (c2 * (y2 * low + weight * z2 * fade) + p1 * slowed) / r1
        full = c1 * (y1 * high + weight * z1) / r2
        total = share * inside + keen * sharp + slowed + dry + full
        level = share * moment + keen * sharper + room * full
    out[MADE] = c1 * r1 / (r1 + p1) * (1.0 - full / total)
    out[LEVEL] = level / total if first == 0 else room - level / total
    out[DRY], out[FULL] = (dry / total, full / total) if first == 0 else (full / total, dry / total)
    out[SLOWED] = slowed / total


@njit(cache=True)
def _integrals(exponent: float, room: float, low: float, high: float) -> tuple[float, float]:
    """Integrals of a mode and of x times it over the buffer; ``low`` and ``high`` are its values at the ends."""
    size = exponent * room
    if abs(size) < 1e-4:
        return low * room * (1.0 + size / 2.0 + size * size / 6.0), low * room * room * (0.5 + size / 3.0 + size * size / 8.0)
    whole = (high - low) / exponent
    return whole, (room * high - whole) / exponent


@njit(cache=True)
def decomposed(speed: Floats, failing: Floats, repaired: Floats, links: Ints, room: Floats, out: Floats) -> float:
    """
    Throughput and buffer levels of a serial line or tree.

    Parameters
    ----------
    speed : (k,) [parts/time]
    failing, repaired : (k,) [1/time]
        All above 0.
    links : (b, 2)
        Giver and taker of each buffer; a tree.
    room : (b,) [parts]
        Of each buffer: what one machine can make while the other stands.
    out : (b, 5)
        Filled, for the pair of each buffer, as by `pair`.

    Returns
    -------
    float
        Largest difference between the throughputs of two buffers, as a share: 0 where the equations were met.
    """
    buffers = len(links)
    offsets, beside = _beside(links, len(speed))
    # Column 0 is the pseudo-machine on the giver's side, column 1 that on the taker's.
    pace, fail, repair = np.empty((buffers, 2)), np.empty((buffers, 2)), np.empty((buffers, 2))
    for j in range(buffers):
        for side in range(2):
            pace[j, side], fail[j, side], repair[j, side] = speed[links[j, side]], failing[links[j, side]], repaired[links[j, side]]
        pair(pace[j], fail[j], repair[j], room[j], out[j])
    for _ in range(ROUNDS):
        change = 0.0
        for step in range(2 * buffers):
            j = step if step < buffers else 2 * buffers - 1 - step
            before = out[j, MADE]
            for side in range(2):
                machine = links[j, side]
                slow, idle, halts = 0.0, 0.0, 0.0  # time slowed and idle for each part, and halts for each part
                for place in range(offsets[machine], offsets[machine + 1]):
                    b = beside[place]
                    if b == j:
                        continue
                    here = 1 if links[b, 1] == machine else 0
                    wait = out[b, DRY if here == 1 else FULL] / out[b, MADE]
                    idle += wait
                    halts += wait * repair[b, 1 - here]
                    slow += out[b, SLOWED] / out[b, MADE] * max(0.0, 1.0 - pace[b, 1 - here] / pace[b, here])
                own = failing[machine] / speed[machine]
                pace[j, side] = 1.0 / (1.0 / speed[machine] + slow)
                fail[j, side] = (own + halts) * pace[j, side]
                repair[j, side] = (own + halts) / (own / repaired[machine] + idle)
            pair(pace[j], fail[j], repair[j], room[j], out[j])
            change = max(change, abs(out[j, MADE] / before - 1.0))
        if change < _SETTLED:
            break
    return float(out[:, MADE].max() / out[:, MADE].min() - 1.0)


@njit(cache=True)
def _beside(links: Ints, machines: int) -> tuple[Ints, Ints]:
    """Buffers at each machine: those of machine i are ``beside[offsets[i]:offsets[i + 1]]``."""
    offsets = np.zeros(machines + 1, dtype=np.int64)
    for j in range(len(links)):
        for side in range(2):
            offsets[links[j, side] + 1] += 1
    offsets = np.cumsum(offsets)
    filled, beside = offsets[:-1].copy(), np.empty(2 * len(links), dtype=np.int64)
    for j in range(len(links)):
        for side in range(2):
            beside[filled[links[j, side]]] = j
            filled[links[j, side]] += 1
    return offsets, beside
