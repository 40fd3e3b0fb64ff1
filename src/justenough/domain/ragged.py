"""Ragged: many series of different lengths as one flat array and its offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """
    Series ``i`` is ``values[offsets[i]:offsets[i + 1]]``.

    Parameters
    ----------
    values : (n_values,)
    offsets : (n_series + 1,)
        Starts at 0, never falls, ends at ``len(values)``.
    """

    values: Floats
    offsets: Ints

    def __post_init__(self) -> None:
        offsets = self.offsets
        if len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != len(self.values) or (np.diff(offsets) < 0).any():
            raise ValueError(f"offsets must rise from 0 to {len(self.values)}, got {offsets!r}")

    @classmethod
    def of(cls, series: Iterable[Iterable[float]]) -> Ragged:
        """Pack a list of lists."""
        rows = [np.asarray(list(row), dtype=np.float64) for row in series]
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        return cls(np.concatenate(rows) if rows else np.empty(0), offsets)

    @property
    def lengths(self) -> Ints:
        """Length of each series. (n_series,)"""
        return np.diff(self.offsets)

    def at(self, places: Ints | slice) -> Ragged:
        """The series at these places, in their order."""
        lengths = self.lengths[places]
        packed = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        chosen = np.repeat(self.offsets[:-1][places] - packed[:-1], lengths) + np.arange(packed[-1])
        return Ragged(self.values[chosen], packed)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> Floats:
        return self.values[self.offsets[i] : self.offsets[i + 1]]

    def __iter__(self) -> Iterator[Floats]:
        return (self[i] for i in range(len(self)))
