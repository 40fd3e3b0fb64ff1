"""Chains: lines of unreliable machines as Markov chains, solved exactly.

The synchronous line's convention, stated once. A slot is one cycle of every machine. Machine states
change first, from their state and the buffer levels at the slot's start: a machine that is down comes
up with probability ``r``; one that is up goes down with probability ``p``, with operation-dependent
failures only if it is neither starved nor blocked. A machine then works if it is up, every buffer
before it held a part and every buffer after it had room at the slot's start. A buffer of capacity
``N`` counts every part between its two machines, the one in the downstream fixture included. The
first machines are never starved, the last never blocked.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import splu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SHIFT = 1e-7  # of the quickest state's rate, which keeps the equations solvable
_ROUNDS = 200
_SETTLED = 1e-14


def stationary(moves: csr_array) -> Floats:
    """
    Stationary distribution of a chain with one closed class, by inverse iteration.

    Parameters
    ----------
    moves : (n_states, n_states)
        Transition probabilities, or rates off the diagonal; rows need not sum to one.
    """
    moves = csr_array(moves)
    moves.setdiag(0.0)
    leaving = np.asarray(moves.sum(axis=1)).ravel()
    balance = (-moves.T).tocsc()
    balance.setdiag(leaving + _SHIFT * leaving.max(initial=1.0))
    factors = splu(balance)
    share = np.full(len(leaving), 1.0 / len(leaving))
    for _ in range(_ROUNDS):
        before, share = share, np.maximum(factors.solve(share), 0.0)
        share /= share.sum()
        if np.abs(share - before).sum() < _SETTLED:
            break
    return np.asarray(share)


def synchronous(
    failing: Floats, repaired: Floats, links: Ints, capacity: Ints, *, time_dependent: bool = False
) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Any small line, assembly or disassembly of synchronous machines, exactly, by its whole chain.

    Parameters
    ----------
    failing, repaired : (k,) [1/slot]
    links : (b, 2)
        Giver and taker of each buffer.
    capacity : (b,) [parts]

    Returns
    -------
    throughput : (k,) [parts/slot]
        Of each machine; all the same in the long run.
    level : (b,) [parts]
    starved, blocked : (k,) [fraction]
        Probability of being up and without a part, up and without room (counted also where both hold).
    """
    machines, buffers = len(failing), len(links)
    shape = (*(int(c) + 1 for c in capacity), *(2,) * machines)
    places = np.indices(shape).reshape(buffers + machines, -1)
    levels, up = places[:buffers], places[buffers:].astype(bool)
    starved, blocked = np.zeros_like(up), np.zeros_like(up)
    for j, (giver, taker) in enumerate(links):
        starved[taker] |= levels[j] == 0
        blocked[giver] |= levels[j] == capacity[j]
    free = ~(starved | blocked)
    fails = np.where(free | time_dependent, failing[:, None], 0.0)
    stays_up = np.where(up, 1.0 - fails, repaired[:, None])
    here = np.arange(levels.shape[1]) if buffers else np.arange(2**machines)
    rows, columns, chances = [], [], []
    worked = np.zeros((machines, len(here)))
    for ups in product((False, True), repeat=machines):
        after = np.array(ups)
        chance = np.prod(np.where(after[:, None], stays_up, 1.0 - stays_up), axis=0)
        works = after[:, None] & free
        worked += chance * works
        level = levels.copy()
        for j, (giver, taker) in enumerate(links):
            level[j] += works[giver].astype(np.int64) - works[taker]
        target = np.ravel_multi_index((*level, *np.broadcast_to(after[:, None].astype(np.int64), up.shape)), shape)
        seen = chance > 0.0
        rows.append(here[seen])
        columns.append(target[seen])
        chances.append(chance[seen])
    moves = coo_array((np.concatenate(chances), (np.concatenate(rows), np.concatenate(columns))), shape=(len(here), len(here)))
    share = stationary(moves.tocsr())
    return worked @ share, levels @ share, (up & starved) @ share, (up & blocked) @ share


def bernoulli(chance: Floats, capacity: Ints) -> tuple[float, Floats, Floats, Floats]:
    """
    Serial line of Bernoulli machines, exactly (Li & Meerkov 2009, ch. 4).

    Machine i is up with probability ``chance[i]``, each slot anew; starved if the buffer before it was
    empty at the slot's start; blocked if the one after it was full and the next machine takes no part.

    Parameters
    ----------
    chance : (k,) [fraction]
    capacity : (k - 1,) [parts]

    Returns
    -------
    throughput : [parts/slot]
    level : (k - 1,) [parts]
        At the end of a slot.
    blocked, starved : (k,) [fraction]
        Probability of being up and blocked, up and starved.
    """
    machines, buffers = len(chance), len(capacity)
    shape = tuple(int(c) + 1 for c in capacity)
    levels = np.indices(shape).reshape(buffers, -1)
    here = np.arange(levels.shape[1])
    rows, columns, chances = [], [], []
    passed, held, dry = np.zeros(len(here)), np.zeros((machines, len(here))), np.zeros((machines, len(here)))
    for ups in product((False, True), repeat=machines):
        weight = float(np.prod(np.where(ups, chance, 1.0 - chance)))
        takes = np.ones(len(here), dtype=bool)  # whether the machine after this one takes a part
        level = levels.copy()
        for i in range(machines - 1, -1, -1):
            has = levels[i - 1] > 0 if i else np.ones(len(here), dtype=bool)
            room = (levels[i] < capacity[i]) | takes if i < buffers else np.ones(len(here), dtype=bool)
            works = has & room & ups[i]
            dry[i] += weight * (~has & ups[i])
            held[i] += weight * (has & ~room & ups[i])
            if i < buffers:
                level[i] += works
            else:
                passed += weight * works
            if i:
                level[i - 1] -= works
            takes = works
        rows.append(here)
        columns.append(np.ravel_multi_index(tuple(level), shape))
        chances.append(np.full(len(here), weight))
    moves = coo_array((np.concatenate(chances), (np.concatenate(rows), np.concatenate(columns))), shape=(len(here), len(here)))
    share = stationary(moves.tocsr())
    return float(passed @ share), levels @ share, held @ share, dry @ share


def exponential(rate: Floats, slots: Ints) -> tuple[float, Floats]:
    """
    Serial line of exponential servers with blocking after service, exactly (Hunt 1956).

    A finished part waits on its machine until the buffer after it has room.

    Parameters
    ----------
    rate : (k,) [parts/time]
    slots : (k - 1,) [parts]
        Room between two stations, the servers not counted.

    Returns
    -------
    throughput : [parts/time]
    level : (k - 1,) [parts]
        Mean content of each buffer, the parts on machines not counted.
    """
    machines = len(rate)
    # A state: parts station i has finished and station i + 1 has not, the one blocked on i included.
    # A blocked station holds a finished part, so one part fewer fits between the station before it and it.
    shape = tuple(int(b) + 3 for b in slots)
    content = np.indices(shape).reshape(machines - 1, -1)
    blocked = np.zeros((machines, content.shape[1]), dtype=bool)
    allowed = np.ones(content.shape[1], dtype=bool)
    for i in range(machines - 2, -1, -1):
        most = slots[i] + 2 - blocked[i + 1]
        allowed &= content[i] <= most
        blocked[i] = content[i] == most
    here = np.flatnonzero(allowed)
    place = np.full(content.shape[1], -1)
    place[here] = np.arange(len(here))
    content, blocked = content[:, here], blocked[:, here]
    rows, columns, rates = [], [], []
    for i in range(machines):
        busy = ~blocked[i] & (content[i - 1] > 0 if i else True)
        level = content[:, busy].copy()
        if i < machines - 1:
            level[i] += 1
        if i:
            level[i - 1] -= 1
        rows.append(np.flatnonzero(busy))
        columns.append(place[np.ravel_multi_index(tuple(level), shape)])
        rates.append(np.full(int(busy.sum()), rate[i]))
    moves = coo_array((np.concatenate(rates), (np.concatenate(rows), np.concatenate(columns))), shape=(len(here), len(here)))
    share = stationary(moves.tocsr())
    waiting = np.clip(content - ~blocked[1:], 0, np.asarray(slots)[:, None])
    return float(rate[-1] * share[content[-1] > 0].sum()), waiting @ share
