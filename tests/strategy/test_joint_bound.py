"""Joint bound: what passes keeps its promise, whatever of its supply is little known; and the bound is the joint one."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from justenough.strategy.footing import OF_SUPPLY, only, served
from justenough.strategy.gating import promise_of
from justenough.strategy.joint_bound import ALIKE, jointly
from justenough.strategy.settings import Settings
from justenough.strategy.trace import trace

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import gate_truth  # noqa: E402


@pytest.mark.parametrize(("kind", "places", "seeds"), [("receipts", 60, 4), ("outages", 60, 2), ("machines", 30, 2), ("both", 30, 2)])
def test_what_passes_misses_its_service_no_more_often_than_one_in_twenty(kind, places, seeds):
    """
    Known truth: few receipts, few years without or with outages, few failures and repairs, and both.

    The count of misses among what passed is not more than one in twenty would give by chance (binomial, 1 %);
    `benchmarks/gate_truth.py` counts many more.
    """
    found = gate_truth.Tried.joined([gate_truth.tried(kind, seed, places) for seed in range(11, 11 + seeds)])
    passed, missed = int(found.passed.sum()), int((found.passed & found.missed).sum())
    assert passed >= 60
    assert binom.sf(missed - 1, passed, 0.05) > 0.01
    assert found.missed[~found.passed].mean() > found.missed[found.passed].mean()


def test_much_evidence_passes_oftener():
    found = gate_truth.tried("machines", 13, places=40)
    many = found.seen >= 30
    assert found.passed[found.able & many].mean() > found.passed[found.able & ~many].mean()


@pytest.fixture(scope="module")
def asked(bearings):
    from justenough.strategy.rejects import with_rejects
    from justenough.strategy.situation import situation_of

    plant, decided = bearings
    known = with_rejects(situation_of(decided, plant).known)
    traced = trace(known, Settings())
    return known, traced.chosen.levels, traced.jit_stock, promise_of(known.economics, traced.chosen.outcome, 0.01)


def test_the_figures_go_as_far_as_they_cost_and_no_farther_than_alone(asked):
    known, levels, least, promise = asked
    full = np.ones((len(least), len(OF_SUPPLY)))
    way = jointly(known, full, levels, least, promise)
    none = np.zeros_like(full)
    here = promise.worse(served(known, none, levels, least))
    cost = np.stack([here - promise.worse(served(known, only(none, one, 1.0), levels, least)) for one in OF_SUPPLY], axis=1).clip(0)
    assert ((way >= 0.0) & (way <= 1.0)).all()
    apart = [one for one in OF_SUPPLY if one not in ALIKE]
    whole = np.sqrt(np.square(cost[:, apart]).sum(axis=1) + np.square(cost[:, ALIKE].sum(axis=1)))
    np.testing.assert_allclose((way[:, apart] * whole[:, None])[whole > 0], cost[:, apart][whole > 0], atol=1e-12)
    np.testing.assert_array_equal(way[:, ALIKE[0]], way[:, ALIKE[1]])


def test_a_figure_alone_goes_to_its_own_bound(asked):
    known, levels, least, promise = asked
    share = np.zeros((len(least), len(OF_SUPPLY)))
    share[:, 0] = 0.7
    way = jointly(known, share, levels, least, promise)
    np.testing.assert_allclose(way[:, 0], 0.7, atol=1e-12)
    assert (way[:, 1:] == 0.0).all()
