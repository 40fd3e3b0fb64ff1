"""Halton: points that spread evenly over the unit square, so that a few hundred stand for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats


def halton(count: int) -> Floats:
    """
    The points 1 to `count` of Halton's sequence in two dimensions, bases 2 and 3.

    `scipy.stats.qmc.Halton` gives the same to the last bit; loading it takes a second of processor time, which every command would
    pay for a plant that records outages.

    Returns
    -------
    points : (count, 2)
        Above 0 and below 1; the origin, which is the sequence's first, is left out.

    References
    ----------
    .. [1] Halton (1960), On the efficiency of certain quasi-random sequences of points in evaluating multi-dimensional integrals,
       Numerische Mathematik 2, 84-90.

    Examples
    --------
    >>> print(halton(3)[:, 0])
    [0.5  0.25 0.75]
    """
    return np.stack([_mirrored(count, base) for base in (2, 3)], axis=1)


def _mirrored(count: int, base: int) -> Floats:
    """The numbers 1 to count with their digits mirrored at the point: van der Corput's sequence. (count,)"""
    left, mirrored, worth = np.arange(1, count + 1), np.zeros(count), 1.0 / base
    while left.any():
        left, digit = np.divmod(left, base)
        mirrored += digit * worth
        worth /= base
    return mirrored
