"""Fluid: two machines of unequal speed and the buffer between them as a continuous flow, solved exactly.

The line is a Markov fluid queue: four states of the two machines, each filling or draining the buffer at
a fixed rate. Inside, the density solves ``f'(x) D = f(x) Q``; at the two ends it balances with the mass
that waits there (Gershwin 1994, ch. 3; Mitra 1988 for the spectral form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import expm, null_space, schur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_UP_UP, _UP_DOWN, _DOWN_UP, _DOWN_DOWN = range(4)
_SLOW = 1.0  # |exponent| times capacity up to which exponents are treated together


def two_machines(
    speed: Floats, fail_rate: Floats, repair_rate: Floats, capacity: float, *, time_dependent: bool = True
) -> tuple[float, float, float, float]:
    """
    Two machines, exponential up and down times, one buffer.

    Parameters
    ----------
    speed : (2,) [parts/time]
    fail_rate, repair_rate : (2,) [1/time]
        With operation-dependent failures ``fail_rate`` is that at full speed; a machine slowed to the
        other's pace fails in proportion, an idle one not at all.
    capacity : [parts]
        0 is allowed.

    Returns
    -------
    throughput : [parts/time]
    level : [parts]
    starved, blocked : [fraction]
        Probability that the second machine is up and idle for want of parts, the first for want of room.
    """
    c1, c2 = float(speed[0]), float(speed[1])
    drift = np.array([c1 - c2, c1, -c2, 0.0])
    inner = _generator(fail_rate, repair_rate, (1.0, 1.0), (1.0, 1.0))
    part = min(c1, c2)
    if time_dependent:
        low = high = inner
    else:
        low = _generator(fail_rate, repair_rate, (1.0, 1.0), (min(1.0, c1 / c2), 0.0))
        high = _generator(fail_rate, repair_rate, (min(1.0, c2 / c1), 0.0), (1.0, 1.0))
    if capacity <= 0.0:
        return _without_buffer(fail_rate, repair_rate, c1, c2, time_dependent=time_dependent)
    modes, whole, moment = _modes(inner, drift, capacity)
    size = len(whole)
    # Unknowns: weight of each mode, mass at the empty end, mass at the full end.
    at_low, at_high = np.flatnonzero(drift <= 0.0), np.flatnonzero(drift >= 0.0)
    unknowns = size + len(at_low) + len(at_high)
    balance = np.zeros((8, unknowns))
    balance[:4, :size] = -(modes[0] * drift).T
    balance[:4, size : size + len(at_low)] = low[at_low].T
    balance[4:, :size] = (modes[1] * drift).T
    balance[4:, size + len(at_low) :] = high[at_high].T
    scale = np.abs(balance).max(axis=0)
    weights = null_space(balance / scale, rcond=1e-12)
    if weights.shape[1] != 1:
        weights = np.linalg.svd(balance / scale)[2][-1:].T
    solution = weights[:, 0] / scale
    inside = solution[:size] @ whole
    empty, full = np.zeros(4), np.zeros(4)
    empty[at_low] = solution[size : size + len(at_low)]
    full[at_high] = solution[size + len(at_low) :]
    total = inside.sum() + empty.sum() + full.sum()
    level = (solution[:size] @ moment).sum() + capacity * full.sum()
    running = inside[_UP_UP] + inside[_DOWN_UP] + full[_UP_UP] + full[_DOWN_UP]
    throughput = (c2 * running + part * empty[_UP_UP] - (c2 - part) * full[_UP_UP]) / total
    return float(throughput), float(level / total), float(empty[_DOWN_UP] / total), float(full[_UP_DOWN] / total)


def _generator(fail: Floats, repair: Floats, first: tuple[float, float], second: tuple[float, float]) -> Floats:
    """Rates between machine states; ``first`` and ``second`` scale each machine's failures while the other is up or down."""
    q = np.zeros((4, 4))
    q[_UP_UP, _DOWN_UP], q[_UP_DOWN, _DOWN_DOWN] = fail[0] * first[0], fail[0] * first[1]
    q[_UP_UP, _UP_DOWN], q[_DOWN_UP, _DOWN_DOWN] = fail[1] * second[0], fail[1] * second[1]
    q[_DOWN_UP, _UP_UP] = q[_DOWN_DOWN, _UP_DOWN] = repair[0]
    q[_UP_DOWN, _UP_UP] = q[_DOWN_DOWN, _DOWN_UP] = repair[1]
    return np.asarray(q - np.diag(q.sum(axis=1)))


def _modes(inner: Floats, drift: Floats, capacity: float) -> tuple[tuple[Floats, Floats], Floats, Floats]:
    """
    Solutions of the inner equation at both ends, with their integrals of 1 and x over the buffer.

    Each is anchored at the end where it is largest, so nothing overflows however long the buffer.
    """
    moving = np.flatnonzero(drift != 0.0)
    still = np.flatnonzero(drift == 0.0)
    lift = -inner[np.ix_(moving, still)] @ np.linalg.inv(inner[np.ix_(still, still)])
    reduced = (inner[np.ix_(moving, moving)] + lift @ inner[np.ix_(still, moving)]) / drift[moving]
    exponents = np.linalg.eigvals(reduced).real
    ends: list[tuple[Floats, Floats, Floats, Floats]] = []
    for kind in ("slow", "falling", "rising"):
        wanted = {
            "slow": np.abs(exponents) * capacity <= _SLOW,
            "falling": exponents * capacity < -_SLOW,
            "rising": exponents * capacity > _SLOW,
        }[kind]
        if not wanted.any():
            continue
        rows = _invariant(reduced, wanted=kind, capacity=capacity)
        block = rows @ reduced @ np.linalg.pinv(rows)
        sign = -1.0 if kind == "rising" else 1.0  # from the end where it is largest
        far, whole, moment = _integrals(sign * block, capacity)
        near = np.eye(len(rows))
        if kind == "rising":
            near, far, moment = far, near, capacity * whole - moment
        ends.append((near @ rows, far @ rows, whole @ rows, moment @ rows))
    out = []
    for k in range(4):
        stacked = np.vstack([end[k] for end in ends])
        every = np.zeros((len(stacked), len(drift)))
        every[:, moving], every[:, still] = stacked, stacked @ lift
        out.append(every)
    return (out[0], out[1]), out[2], out[3]


def _invariant(reduced: Floats, *, wanted: str, capacity: float) -> Floats:
    """Rows that span the left invariant subspace of the exponents asked for."""

    def chosen(real: float, _imaginary: float = 0.0) -> bool:
        size = real * capacity
        return {"slow": abs(size) <= _SLOW, "falling": size < -_SLOW, "rising": size > _SLOW}[wanted]

    _, vectors, count = schur(reduced.T, output="real", sort=chosen)
    return np.asarray(vectors[:, :count].T)


def _integrals(block: Floats, capacity: float) -> tuple[Floats, Floats, Floats]:
    """exp(B N) and the integrals of exp(B x) and x exp(B x) from 0 to N (Van Loan 1978)."""
    size = len(block)
    wide = np.zeros((3 * size, 3 * size))
    wide[:size, :size] = block
    wide[:size, size : 2 * size] = np.eye(size)
    wide[size : 2 * size, 2 * size :] = np.eye(size)
    powers = expm(wide * capacity)
    whole = powers[:size, size : 2 * size]
    # The last block is the integral of (N - x) exp(B x).
    return powers[:size, :size], whole, capacity * whole - powers[:size, 2 * size :]


def _without_buffer(fail: Floats, repair: Floats, c1: float, c2: float, *, time_dependent: bool) -> tuple[float, float, float, float]:
    if time_dependent:
        q = _generator(fail, repair, (1.0, 1.0), (1.0, 1.0))
    else:
        q = _generator(fail, repair, (min(1.0, c2 / c1), 0.0), (min(1.0, c1 / c2), 0.0))
    weights = np.linalg.lstsq(np.vstack([q.T, np.ones(4)]), np.append(np.zeros(4), 1.0), rcond=None)[0]
    return float(min(c1, c2) * weights[_UP_UP]), 0.0, float(weights[_DOWN_UP]), float(weights[_UP_DOWN])
