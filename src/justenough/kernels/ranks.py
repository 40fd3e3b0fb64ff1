"""Ranks: where each observation of a stream lies among those before it, as numbers that are uniform while nothing changes.

If the observations of a stream are exchangeable, their sequential ranks (ties broken by chance) are independent and
uniform whatever the observations' law, which need not be known or fitted (Barndorff-Nielsen 1963; McDonald 1990,
*A CUSUM procedure based on sequential ranks*; as conformal p-values, Vovk, Gammerman & Shafer 2005, ch. 2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels import variates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]
    Words = NDArray[np.uint64]

_TIES = 6  # purpose of a stream of chance, beside those of `variates`


@njit(cache=True, parallel=True)
def places(values: Floats, offsets: Ints, begins: Ints, words: Words, out_offsets: Ints) -> Floats:
    """
    Place in (0, 1) of each observation from ``begins`` on among all known before it; NaN where it is unknown.

    Parameters
    ----------
    values
        Flat; stream i is ``values[offsets[i]:offsets[i + 1]]``, in the order of time; NaN is passed over.
    begins : (n,)
        First observation of each stream that is placed, as a place in ``values``; those before are compared with.
    words : (n,)
        Each stream's own word, from which ties are broken.
    out_offsets : (n + 1,)
        Stream i's places are ``out[out_offsets[i]:out_offsets[i + 1]]``.

    Returns
    -------
    out
        Near 1: larger than most before.
    """
    out = np.full(out_offsets[-1], np.nan)
    for i in prange(len(begins)):
        start, begin, end = offsets[i], begins[i], offsets[i + 1]
        state = np.empty(1, np.uint64)
        before = values[start:begin]
        known = np.sort(before[~np.isnan(before)])
        later = np.empty(end - begin)
        n_later = 0
        for t in range(begin, end):
            y = values[t]
            if math.isnan(y):
                continue
            less = np.searchsorted(known, y)
            same = np.searchsorted(known, y, side="right") - less
            for k in range(n_later):
                if later[k] < y:
                    less += 1
                elif later[k] == y:
                    same += 1
            # The stream of chance belongs to the observation, so more history later does not move it.
            variates.stream(state, words[i], 0, _TIES, t - start)
            out[out_offsets[i] + t - begin] = (less + variates.uniform(state) * (same + 1.0)) / (len(known) + n_later + 1.0)
            later[n_later] = y
            n_later += 1
    return out


@njit(cache=True, parallel=True)
def bounded_places(values: Floats, unfinished: Bools, offsets: Ints, begins: Ints, words: Words, out_offsets: Ints) -> Floats:
    """
    Least and largest place that each observation can have, where some are only known to be at least their value.

    Parameters
    ----------
    unfinished
        Whether the observation will be at least ``values``, and is not known yet.
    values, offsets, begins, words, out_offsets
        As in `places`.

    Returns
    -------
    (n_out, 2)
        The place it will have once all is known lies between; the same twice where all is known.
    """
    out = np.full((out_offsets[-1], 2), np.nan)
    for i in prange(len(begins)):
        start = offsets[i]
        state = np.empty(1, np.uint64)
        for t in range(begins[i], offsets[i + 1]):
            y, open_ended = values[t], unfinished[t]
            if math.isnan(y):
                continue
            n, less, same, maybe_less, maybe_same = 0, 0, 0, 0, 0
            for k in range(start, t):
                x = values[k]
                if math.isnan(x):
                    continue
                n += 1
                if not unfinished[k] and not open_ended:
                    less += x < y
                    same += x == y
                elif unfinished[k]:
                    # It may turn out anywhere above x: below mine if there is room, and above it always.
                    maybe_less += open_ended or x < y
                    maybe_same += not open_ended and x == y
                else:
                    less += x < y
                    maybe_less += x >= y
            variates.stream(state, words[i], 0, _TIES, t - start)
            chance = variates.uniform(state)
            row = out_offsets[i] + t - begins[i]
            out[row, 0] = (less + chance * (same + 1.0)) / (n + 1.0)
            out[row, 1] = (less + maybe_less + chance * (same + maybe_same + 1.0)) / (n + 1.0)
    return out
