"""Stop shares: against Shapley values of lead times lived with every set of machines never stopping."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from justenough.estimation.stop_shares import stop_shares_of
from justenough.estimation.throughput import completion_of
from justenough.sources.samples import sample
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def link():
    return decided(sample("brackets"), Settings(anatomy_items=0, coming_items=0, gate_items=0)).link


def lived(link, machines, items):
    """Variance of lead times, calendar and queues in them. (m,) [days^2]"""
    return completion_of(machines, link.routes, link.rate, link.units, items).possible.var(axis=1)


def test_stations_of_a_line_have_their_shapley_shares_of_what_is_lived(link):
    """All sixteen sets of the four stations, lived with nights and weekends; ours lives ten sets, queues in closed form, no calendar."""
    items, names = link.items_of("PRS-4"), ("PRS-4", "WLD-1", "PNT-1", "ASM-1")

    def without(stations):
        machines = link.machines
        for at in stations:
            machines = machines.never_stopping(names[at])
        return lived(link, machines, items)

    sets = [some for size in range(5) for some in combinations(range(4), size)]
    variance = {some: without(some) for some in sets}
    found = stop_shares_of(link, items)
    for at, name in enumerate(names):
        value = sum(
            factorial(len(some)) * factorial(3 - len(some)) / factorial(4) * (variance[some] - variance[tuple(sorted((*some, at)))])
            for some in sets
            if at not in some
        )
        wanted = value / (variance[()] - variance[0, 1, 2, 3])
        ours = found.share[found.machine == link.machines.at(name)]
        np.testing.assert_allclose(ours, wanted, atol=0.02)


def test_machines_that_stand_alone_share_by_what_each_takes_away(link):
    """One item that passes a slow repairer and a quick one, one after the other: each queue and each work is its own machine's."""
    first, second = (int(link.items_of(name)[0]) for name in ("PRS-2", "PRS-1"))
    item = np.where(link.routes.item == second, first, link.routes.item)
    both = replace(link, routes=replace(link.routes, item=item), measured=None)
    found = stop_shares_of(both, np.array([first]))
    falls = lived(both, both.machines, np.array([first])) - np.concatenate(
        [lived(both, both.machines.never_stopping(both.machines.names[at]), np.array([first])) for at in found.machine]
    )
    assert sorted(both.machines.names[at] for at in found.machine) == ["PRS-1", "PRS-2"]
    np.testing.assert_allclose(found.share, falls / falls.sum(), atol=0.05)


def test_shares_add_up_and_one_machine_has_all(link):
    found = stop_shares_of(link, link.routes.items)
    np.testing.assert_allclose(np.bincount(found.item, found.share)[link.routes.items], 1.0)
    one = np.bincount(found.item)[found.item] == 1
    assert one.any()
    np.testing.assert_array_equal(found.share[one], 1.0)
    assert not len(stop_shares_of(link, np.array([], dtype=np.int64)).item)


def test_machines_that_never_stop_share_evenly(link):
    calm = replace(link, machines=link.machines.never_stopping(), measured=None)
    found = stop_shares_of(calm, link.items_of("PRS-4"))
    np.testing.assert_allclose(found.share, 0.25)
