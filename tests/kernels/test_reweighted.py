"""Messages in a chain with loops: their bound, and what they say of single times, beside trying all plans."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from justenough.kernels.guaranteed import Lattice
from justenough.kernels.reweighted import Core, Messages, back_again, cut, forth, narrowed, priced, spanned

LINKS = [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]
STAGES, LONGEST = 4, 3  # every stage takes 1


def invented(seed):
    """Four stages with loops, costs that rise, and any costs beside them."""
    draw = np.random.default_rng(seed)
    least, i_high = np.full(STAGES, -1), np.array([0, 1, 1, 2])
    s_high = i_high + 1
    s_high[3] = 1
    rows = [np.cumsum(np.concatenate([[0.0], draw.random(high + 1)])) for high in i_high]
    at = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    grid = Lattice(
        np.concatenate(rows), at, least, np.zeros(STAGES, dtype=np.int64), i_high, np.zeros(STAGES, dtype=np.int64), s_high,
        np.concatenate([[0], np.cumsum(i_high + 1)]), np.concatenate([[0], np.cumsum(s_high + 1)]),
    )  # fmt: skip
    giver, taker = np.array(LINKS).T.copy()
    core = Core(
        np.arange(STAGES), giver, taker,
        np.argsort(taker, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(taker, minlength=STAGES))]),
        np.argsort(giver, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(giver, minlength=STAGES))]),
    )  # fmt: skip
    narrowed(core, grid)
    return core, grid, draw.random(grid.i_at[-1]), draw.random(grid.s_at[-1])


def plans(grid, inside, outside):
    """Every plan with its cost."""
    for promised in itertools.product(*(range(grid.s_low[j], grid.s_high[j] + 1) for j in range(STAGES))):
        for inbound in itertools.product(*(range(grid.i_low[j], grid.i_high[j] + 1) for j in range(STAGES))):
            if all(promised[giver] <= inbound[taker] for giver, taker in LINKS):
                ahead = [i - s - low for i, s, low in zip(inbound, promised, grid.least, strict=True)]
                if min(ahead) >= 0:
                    yield (
                        promised,
                        inbound,
                        sum(
                            grid.cost[grid.at[j] + ahead[j]] + inside[grid.i_at[j] + inbound[j]] + outside[grid.s_at[j] + promised[j]]
                            for j in range(STAGES)
                        ),
                    )


def told(core, grid, inside, outside, passes):
    lengths = [grid.i_high[core.taker] + 1, grid.s_high[core.giver] + 1]
    ahead_at, back_at = (np.concatenate([[0], np.cumsum(each)]) for each in lengths)
    said = Messages(np.zeros(ahead_at[-1]), ahead_at, np.zeros(back_at[-1]), back_at, np.zeros(grid.s_at[-1]), np.zeros(grid.i_at[-1]))
    i_rise, s_rise = np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1])
    promised, inbound = np.zeros(STAGES, dtype=np.int64), np.zeros(STAGES, dtype=np.int64)
    bounds = []
    for _ in range(passes):
        forth(core, grid, said, inside, outside, promised, inbound)
        bounds.append(back_again(core, grid, said, inside, outside, i_rise, s_rise))
    return bounds, i_rise, s_rise, promised, inbound


@pytest.mark.parametrize("seed", range(25))
def test_bounds_rise_and_stay_below_every_plan(seed):
    core, grid, inside, outside = invented(seed)
    bounds, *_ = told(core, grid, inside, outside, 60)
    best = min(cost for *_, cost in plans(grid, inside, outside))
    assert np.diff(bounds).min() >= -1e-9
    assert bounds[-1] <= best + 1e-9
    assert bounds[-1] >= best - 0.15 * abs(best)  # nearly always the best itself


@pytest.mark.parametrize("seed", range(25))
def test_a_time_said_to_cost_more_does(seed):
    core, grid, inside, outside = invented(seed)
    bounds, i_rise, s_rise, *_ = told(core, grid, inside, outside, 8)
    listed = list(plans(grid, inside, outside))
    for j in range(STAGES):
        for s in range(grid.s_low[j], grid.s_high[j] + 1):
            least = min((cost for promised, _, cost in listed if promised[j] == s), default=np.inf)
            assert bounds[-2] + s_rise[grid.s_at[j] + s] <= least + 1e-9
        for i in range(grid.i_low[j], grid.i_high[j] + 1):
            least = min((cost for _, inbound, cost in listed if inbound[j] == i), default=np.inf)
            assert bounds[-2] + i_rise[grid.i_at[j] + i] <= least + 1e-9


def test_chosen_times_are_a_plan_at_their_price():
    for seed in range(10):
        core, grid, inside, outside = invented(seed)
        *_, promised, inbound = told(core, grid, inside, outside, 5)
        cost = priced(core, grid, inside, outside, promised, inbound)
        known = {(plan[0], plan[1]): plan[2] for plan in plans(grid, inside, outside)}
        assert known[tuple(promised.tolist()), tuple(inbound.tolist())] == pytest.approx(cost)


def test_ranges_that_leave_nothing_are_told():
    core, grid, *_ = invented(0)
    assert narrowed(core, grid)
    grid.s_low[0] = 1
    assert narrowed(core, grid)
    assert (grid.i_low[[1, 2, 3]] >= 1).all()
    grid.i_high[1] = 0
    assert not narrowed(core, grid)


def test_a_spanning_forest_joins_all_that_can_be_joined_without_a_loop():
    giver, taker = np.array(LINKS).T.copy()
    chosen = spanned(giver, taker, np.array([4, 0, 1, 2, 3]), STAGES)
    assert chosen.tolist() == [4, 0, 1]  # each in its turn, and the last two would close a loop
    assert spanned(giver, taker, np.arange(5), STAGES + 2).tolist() == [0, 1, 2]


def test_cuts_take_ends_and_never_what_lies_between():
    core, grid, inside, outside = invented(1)
    i_rise, s_rise = np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1])
    s_rise[grid.s_at[1] : grid.s_at[2]] = [5.0, 0.0, 9.0][: grid.s_high[1] + 1]
    assert cut(core, grid, i_rise, s_rise, 4.0)
    assert (grid.s_low[1], grid.s_high[1]) == (1, 1)
    assert grid.i_low[3] >= 1  # what its customer may be promised follows
    i_rise[grid.i_at[2] : grid.i_at[3]] = 7.0
    assert not cut(core, grid, i_rise, s_rise, 4.0)
