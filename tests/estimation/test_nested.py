"""Nested means: the tree's messages against one dense normal."""

import numpy as np
import pytest

from justenough.estimation.nested import nested_means

VARIANCES = [0.3, 0.7, 0.2]


def tree(seed):
    draws = np.random.default_rng(seed)
    items, suppliers, lanes = 12, 5, 3
    parents = [draws.integers(0, suppliers, items), draws.integers(0, lanes, suppliers), np.zeros(lanes, np.int64)]
    precision = np.where(draws.random(items) < 0.3, 0.0, draws.gamma(2.0, 2.0, items))
    return draws.normal(3.0, 1.0, items), precision, parents


def dense(value, precision, parents):
    """Posterior of all nodes at once: the precision matrix of the whole tree, the root free."""
    sizes = [len(parent) for parent in parents] + [1]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    matrix, right = np.zeros((starts[-1], starts[-1])), np.zeros(starts[-1])
    for level, parent in enumerate(parents):
        for child, above in enumerate(parent):
            i, j = starts[level] + child, starts[level + 1] + above
            link = 1.0 / VARIANCES[level]
            matrix[[i, j], [i, j]] += link
            matrix[[i, j], [j, i]] -= link
    for i, (y, q) in enumerate(zip(value, precision, strict=True)):
        matrix[i, i] += q
        right[i] += q * y
    covariance = np.linalg.inv(matrix)
    return covariance @ right, covariance, starts


@pytest.mark.parametrize("seed", range(8))
def test_tree_is_the_dense_posterior(seed):
    value, precision, parents = tree(seed)
    mean, covariance, starts = dense(value, precision, parents)
    found = nested_means(value, precision, parents, VARIANCES)
    for level in range(4):
        place = slice(starts[level], starts[level + 1])
        assert found.mean[level] == pytest.approx(mean[place])
        assert found.variance[level] == pytest.approx(np.diag(covariance)[place])
    for level, parent in enumerate(parents):
        i, j = starts[level] + np.arange(len(parent)), starts[level + 1] + parent
        square = np.square(mean[i] - mean[j]) + covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        seen = ~np.isnan(found.steps[level])
        assert found.steps[level][seen] == pytest.approx(square[seen])
    assert np.isnan(found.steps[0]).tolist() == (precision == 0).tolist()


def test_without_an_observation_there_is_no_mean():
    found = nested_means(np.zeros(3), np.zeros(3), [np.zeros(3, np.int64), np.zeros(1, np.int64)], [1.0, 1.0])
    assert all(np.isnan(mean).all() for mean in found.mean)
    assert np.isnan(found.step_variance(0))


def test_steps_learn_how_far_apart_the_groups_lie():
    """Expectation-maximisation on draws finds the variances they were drawn with."""
    draws = np.random.default_rng(9)
    suppliers = draws.normal(0.0, 0.8, 300)
    parents = [draws.integers(0, 300, 3000), np.zeros(300, np.int64)]
    items = suppliers[parents[0]] + draws.normal(0.0, 0.4, 3000)
    value = items + draws.normal(0.0, 0.5, 3000)
    variances = [1.0, 1.0]
    for _ in range(200):
        found = nested_means(value, np.full(3000, 4.0), parents, variances)
        variances = [found.step_variance(0), found.step_variance(1)]
    assert variances == [pytest.approx(0.16, rel=0.15), pytest.approx(0.64, rel=0.25)]
