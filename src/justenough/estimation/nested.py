"""Nested: normal means within groups within groups, each drawn to the one above it.

The levels form a tree: leaves (items) under groups (suppliers) under groups (lanes) under one root. The
posterior of every mean is exact, up the tree and down again (Chou, Willsky & Benveniste 1994); the variances
between the levels come by expectation-maximisation (Dempster, Laird & Rubin 1977) in `justenough.estimation.lead_time`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.ragged import Floats, Ints


@dataclass(frozen=True, slots=True)
class Nested:
    """
    Posterior of the means of a tree of normals; entry ``k`` of each list is level ``k``, leaves first, root last.

    Parameters
    ----------
    mean, variance
        Of each node's mean, given all observations. (n_nodes,) each
    steps
        Expected square of the distance from each node's mean to its parent's, without the root; NaN for
        nodes nothing was seen of, which say nothing of how far apart such nodes lie. (n_nodes,) each
    """

    mean: list[Floats]
    variance: list[Floats]
    steps: list[Floats]

    def step_variance(self, level: int) -> float:
        """Mean square step of the nodes of a level that something was seen of; NaN if there are none."""
        told = self.steps[level][~np.isnan(self.steps[level])]
        return float(told.mean()) if len(told) else float("nan")


def nested_means(value: Floats, precision: Floats, parents: Sequence[Ints], variances: Sequence[float]) -> Nested:
    """
    Means of all nodes, given what the leaves' own observations say.

    Parameters
    ----------
    value, precision : (n_leaves,)
        Mean of a leaf's observations and the inverse of its variance; precision 0 where there are none.
    parents
        For each level but the root, the row of each node's parent one level up. The last is all zeros.
    variances
        Of the nodes of each level around their parents; > 0, as many as ``parents``.

    Returns
    -------
    Nested
        The root has a flat prior; without a single observation every mean is NaN.
    """
    own_mean, own_precision = [np.asarray(value, dtype=np.float64)], [np.asarray(precision, dtype=np.float64)]
    for level, parent in enumerate(parents):
        size = 1 if level == len(parents) - 1 else len(parents[level + 1])
        q = own_precision[-1]
        said = q / (1.0 + variances[level] * q)
        total = np.bincount(parent, said, size)
        own_mean.append(np.bincount(parent, np.where(q > 0, said * own_mean[-1], 0.0), size) / np.maximum(total, 1e-300))
        own_precision.append(total.astype(np.float64))
    root = own_precision[-1][0]
    mean = [np.where(root > 0, own_mean[-1], np.nan)]
    variance = [np.full(1, 1.0 / root if root > 0 else np.nan)]
    steps: list[Floats] = []
    for level in range(len(parents) - 1, -1, -1):
        above, spare = mean[0][parents[level]], variance[0][parents[level]]
        q, v = own_precision[level], variances[level]
        trust = v * q / (1.0 + v * q)
        away = np.where(q > 0, own_mean[level] - above, 0.0)
        mean.insert(0, above + trust * away)
        variance.insert(0, v * (1.0 - trust) + np.square(1.0 - trust) * spare)
        steps.insert(0, np.where(q > 0, np.square(trust) * (np.square(away) + spare) + v * (1.0 - trust), np.nan))
    return Nested(mean, variance, steps)
