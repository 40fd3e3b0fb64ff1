"""Room found for real lines, held against other lives than those it was found with."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.errors import SettingsError
from justenough.domain.line import Line
from justenough.simulation.lines import live
from justenough.sizing.paces import decomposed
from justenough.strategy.buffering import Goal, buffered
from justenough.strategy.masking import Effort

SECOND = 1 / 86_400
EFFORT = Effort(seed=2, lives=32, parts=10_000)


def plant_line(machines, seed):
    rng = np.random.default_rng(seed)
    return Line.of(
        f"line of {machines}",
        [f"m{i}" for i in range(machines)],
        cycle_days=30 * SECOND * rng.uniform(0.85, 1.0, machines),
        up_days=rng.uniform(0.05, 0.2, machines),
        down_days=rng.uniform(0.003, 0.01, machines),
        repair_scv=rng.uniform(0.3, 2.0, machines),
        capacity=12,
        part_value=5.0,
    )


@pytest.mark.parametrize(("machines", "seed"), [(5, 1), (10, 2), (20, 3)])
def test_a_target_is_kept_by_other_lives_and_not_by_a_tenth_less_room(machines, seed):
    line = plant_line(machines, seed)
    goal = 1.02 * live(line, seed=9, lives=16, parts=5_000).mean / 24
    found = buffered(line, Goal(target=goal), effort=EFFORT)
    fresh = live(found.line, seed=77, lives=48, parts=10_000)
    assert fresh.mean / 24 >= goal - 3 * fresh.standard_error / 24
    assert found.lives.mean / 24 >= goal
    assert found.line.capacity.sum() < 4 * line.capacity.sum()


def test_the_same_total_better_shared_makes_more():
    line = plant_line(8, 3)
    found = buffered(line, Goal(total=int(line.capacity.sum())), effort=EFFORT)
    gain = found.lives.throughput - found.before.throughput
    assert found.line.capacity.sum() == line.capacity.sum()
    assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(len(gain))


def test_dearer_parts_get_less_room():
    line = plant_line(4, 4)
    cheap, dear = (buffered(line, Goal(margin=0.01, holding_rate=rate), effort=EFFORT).line.capacity.sum() for rate in (0.2, 200.0))
    assert dear < cheap


def test_the_most_profit_weighs_an_hour_of_parts_against_an_hour_of_output():
    """The last place taken pays for itself, and the next would not: money of a year spread over its 8,766 hours."""
    line = Line.of("p", ("a", "b"), cycle_days=60 * SECOND, up_days=0.1, down_days=0.01, capacity=12, part_value=100.0)
    found = buffered(line, Goal(margin=1.0, holding_rate=10.0), effort=EFFORT)

    def profit(capacity):
        figures = decomposed(replace(line, capacity=np.array([capacity])))
        return found.factor * figures.throughput / 24 - 100.0 * 10.0 / 8_766 * float(figures.level[0])

    best = max(range(2, 201), key=profit)
    assert 4 < best < 150
    assert found.line.capacity[0] == pytest.approx(best, abs=1)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (lambda: Goal(), "found none"),
        (lambda: Goal(target=1.0, total=3), "found target, total"),
    ],
)
def test_one_goal_at_a_time(goal, words):
    with pytest.raises(SettingsError, match=words):
        goal()


def test_what_cannot_be_reached_or_weighed_is_said():
    line = plant_line(3, 5)
    with pytest.raises(SettingsError, match="out of reach"):
        buffered(line, Goal(target=500.0), effort=EFFORT)
    with pytest.raises(SettingsError, match="no part_value"):
        buffered(Line.of("v", ("a", "b"), cycle_days=SECOND, up_days=1, down_days=0.1, capacity=4), Goal(margin=1.0), effort=EFFORT)
