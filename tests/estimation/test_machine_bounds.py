"""Machine bounds: made items take longer if their machines are as bad as their records allow."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.estimation.machine_bounds import machine_bounds_of
from justenough.sources.samples import sample
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def found():
    plant = sample("brackets")
    link = decided(plant, Settings()).link
    return link, machine_bounds_of(link, len(plant))


def test_only_made_items_are_bounded_and_each_names_a_machine_it_passes(found):
    link, bounds = found
    made = np.flatnonzero(bounds.made)
    np.testing.assert_array_equal(made, np.sort(link.routes.items))
    for item in made:
        assert item in link.items_of(bounds.names[bounds.machine[item]])
    assert (bounds.machine[~bounds.made] == -1).all()
    assert (bounds.mtbf_days[~bounds.made] == 0.0).all()


def test_bounds_lie_on_the_bad_side_of_the_estimate(found):
    _, bounds = found
    made = bounds.made
    assert (bounds.mtbf_lower_days[made] < bounds.mtbf_days[made]).all()
    assert (bounds.mttr_upper_days[made] > bounds.mttr_days[made]).all()
    assert (bounds.failures[made] > 0).mean() > 0.8  # one press of the sample has not failed yet, and is bounded as well
    assert np.isfinite(bounds.mtbf_lower_days[made]).all()


def test_slow_repairs_lengthen_and_more_failures_lengthen_further(found):
    link, bounds = found
    made = bounds.made

    def mean(time):
        return (time.mean_days + time.stops.mean_days)[made]

    now, slow, bad = mean(link.lead_time()), mean(bounds.slow), mean(bounds.bad)
    assert (slow >= now - 1e-9).all()
    assert (bad >= slow - 1e-9).all()
    assert bad.mean() > slow.mean() > now.mean()
