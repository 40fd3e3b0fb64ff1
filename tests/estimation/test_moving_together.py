"""Common moves: walks of known size found again, and as far as they may go so often as is said."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.demand import Demand
from justenough.estimation.history import History
from justenough.estimation.moving_together import Common, common_of

WEEKS, AHEAD, ITEMS, EXPOSED = 60, 24, 120, 3


def lived(seed, walk):
    """A plant whose items all follow one walk of their level, lumpy: its record, and the level seen and to come."""
    rng = np.random.default_rng(seed)
    level = np.exp(np.cumsum(rng.normal(0.0, walk, WEEKS + AHEAD)))
    usual = rng.lognormal(0.0, 1.0, ITEMS)
    wanted = rng.poisson(rng.gamma(1.0, usual[:, None] * level[:WEEKS])).astype(float)
    starts = tuple(date(2024, 1, 1) + timedelta(days=7 * k) for k in range(WEEKS))
    names, zeros = tuple(f"I{i}" for i in range(ITEMS)), np.zeros(ITEMS)
    return History(names, Ragged.of(list(wanted)), zeros.astype(np.int64), starts, 7.0, zeros), level


def found_in(seed, walk):
    history, level = lived(seed, walk)
    return common_of(history, np.full(ITEMS, 7.0 * EXPOSED)), np.log(level[WEEKS:].mean() / level[:WEEKS].mean())


@pytest.mark.parametrize("walk", [0.05, 0.1])
def test_a_walk_is_found_and_goes_as_far_as_it_may(walk):
    """
    100 plants. The level to come lies in its 80 % and 95 % ranges as often as they say, counted within three standard
    errors, or more often: what single items did by chance cannot all be told from a walk.
    """
    plants = [found_in(seed, walk) for seed in range(100)]
    assert np.sqrt(np.mean([found.weights @ found.sds**2 for found, _ in plants])) == pytest.approx(walk * np.sqrt(EXPOSED), rel=0.25)
    assert np.median([found.spread(AHEAD) for found, _ in plants]) < 1.4 * np.std([moved for _, moved in plants])
    for share in (0.8, 0.95):
        kept = [abs(moved) <= found.reach(AHEAD, 0.5 + share / 2) for found, moved in plants]
        error = np.sqrt(share * (1 - share) / len(plants))
        assert np.mean(kept) >= share - 3 * error


def test_chance_of_single_items_is_hardly_taken_for_a_walk():
    """Without a walk, over 30 plants: a walk told by its steps' size alone would reach five times one block's chance; found, half."""
    reached, chance = [], []
    for seed in range(30):
        history, _ = lived(seed, 0.0)
        reached.append(common_of(history, np.full(ITEMS, 7.0 * EXPOSED)).reach(AHEAD, 0.975))
        blocks = sum(series.reshape(-1, EXPOSED).sum(axis=1) / series.mean() for series in history.series if series.any())
        chance.append(np.log(blocks).std())
    assert np.median(reached) < 2.5 * np.mean(chance)


def test_demand_given_a_move_keeps_its_variance():
    """Over many moves mean and variance of exposed demand come to what was foretold (law of total variance)."""
    one, days = np.ones(1), 21.0
    demand = Demand(
        kind=one.astype(int), mean=4.0 * one, variance=30.0 * one, drift=0.5 * one, idle=0.1 * one, period_days=7.0,
        form=one.astype(int), step=one, n_periods=one.astype(int), n_positive=one.astype(int), adi=one, cv2=one,
        method=one.astype(int), swing=0.0 * one,
    )  # fmt: skip

    def moments(given):
        """Of ``days`` of demand: independent days about a level that is open by its drift."""
        mean = given.mean[0] * days
        return mean, given.variance[0] * days + (given.drift[0] * mean) ** 2

    common = Common(np.array([0.1]), np.ones(1), 20, 3)
    chances = (np.arange(4000) + 0.5) / 4000
    means, variances = np.array([moments(common.moved(demand, AHEAD, chance)) for chance in chances]).T
    mean, variance = moments(demand)
    assert means.mean() == pytest.approx(mean, rel=1e-3)
    assert means.var() + variances.mean() == pytest.approx(variance, rel=0.03)


def test_a_record_of_two_blocks_says_nothing():
    history, _ = lived(1, 0.1)
    assert common_of(history, np.full(ITEMS, 7.0 * 30)).reach(AHEAD, 0.975) == 0.0
    assert common_of(history, np.full(ITEMS, np.nan)).blocks == WEEKS


def test_items_that_never_stray_do_not_move_together():
    """The same units every week: neither chance nor a walk; all items doubled at once: a walk and no chance."""
    history, _ = lived(1, 0.0)
    same = np.full((ITEMS, WEEKS), 4.0)
    still = common_of(replace(history, series=Ragged.of(list(same))), np.full(ITEMS, 7.0 * EXPOSED))
    assert still.reach(AHEAD, 0.975) == pytest.approx(0.0, abs=1e-6)
    same[:, WEEKS // 2 :] *= 2.0
    moved = common_of(replace(history, series=Ragged.of(list(same))), np.full(ITEMS, 7.0 * EXPOSED))
    assert moved.reach(AHEAD, 0.975) > np.log(2.0)
