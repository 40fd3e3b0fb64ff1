"""Draws: demand that might come, drawn so that an item gets the same whatever lies beside it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Form
from justenough.domain.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints


def drawn(
    items: Sequence[str],
    form: Ints,
    mean: Floats,
    variance: Floats,
    idle: Floats,
    *,
    periods: int,
    seed: int,
) -> Ragged:
    """
    Independent demand of ``periods`` periods for each item.

    Parameters
    ----------
    form, mean, variance, idle : (n_items,)
        Distribution of one period's demand, as in `justenough.kernels.loss`. [units], [units^2]
    seed
        Together with the item's code it fixes the draw.
    """
    draws = [
        _draw(
            np.random.Generator(np.random.Philox(int(key))), Form(int(form[i])), float(mean[i]), float(variance[i]), float(idle[i]), periods
        )
        for i, key in enumerate(seeds_of(items, seed))
    ]
    return Ragged(np.concatenate(draws) if draws else np.empty(0), np.arange(len(items) + 1, dtype=np.int64) * periods)


def seeds_of(items: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """One seed for each item from its code and ``seed``. (n_items,)"""
    salt = seed.to_bytes(8, "little", signed=True)
    digests = b"".join(hashlib.blake2b(item.encode(), digest_size=8, salt=salt).digest() for item in items)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _draw(random: np.random.Generator, form: Form, mean: float, variance: float, idle: float, size: int) -> Floats:
    if mean <= 0.0 or variance <= 0.0:
        return np.full(size, max(mean, 0.0))
    if form is Form.NORMAL:
        return random.normal(mean, np.sqrt(variance), size)
    if form is Form.NEGATIVE_BINOMIAL:
        over = variance - mean
        intensity = random.gamma(mean * mean / over, over / mean, size) if over > 1e-9 * mean else np.full(size, mean)
        return random.poisson(intensity).astype(np.float64)
    if form is Form.ZERO_GAMMA:
        busy = random.random(size) >= idle
        lump = mean / (1.0 - idle)
        spread = (variance + mean * mean) / (1.0 - idle) - lump * lump
        return np.where(busy, random.gamma(lump * lump / spread, spread / lump, size), 0.0)
    if form is Form.GAMMA:
        return random.gamma(mean * mean / variance, variance / mean, size)
    raise ValueError(f"form must be NORMAL, GAMMA, NEGATIVE_BINOMIAL or ZERO_GAMMA, got {form.name}")
