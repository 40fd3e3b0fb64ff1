"""A chain that is lived: against the normal bound it was sized by, a stage by itself, and what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from justenough.domain.network import Network
from justenough.simulation.chains import live_chain


def row(**changed):
    said = {"links": [(0, 1)], "time_days": [6, 2], "cost_added": [10, 20], "demand_mean": [0, 50], "demand_sd": [0, 9], "per": 2.0}
    return Network.of("row", ["make", "sell"], **{**said, **changed})


def lived(network, promised, inbound, base, **changed):
    said = {"seed": 3, "lives": 6, "days": 9_000, "warm_up": 500, "law": "normal"}
    times = {"promised_days": np.array(promised, float), "inbound_days": np.array(inbound, float)}
    return live_chain(network, base_stock=np.array(base, float), **times, **{**said, **changed})


def normal_base(mean, sd, days, service):
    return mean * days + norm.ppf(service) * sd * np.sqrt(days)


def test_own_stock_covers_the_share_it_was_sized_for():
    """Demand of the net time is normal: base stock mu t + z sigma sqrt(t) covers it with the probability of z."""
    network = row()
    base = [normal_base(100, 18, 6, 0.9), normal_base(50, 9, 2, 0.97)]
    found = lived(network, [0, 0], [0, 0], base)
    for place, service in enumerate((0.9, 0.97)):
        assert found.mean("own_on_time")[place] == pytest.approx(service, abs=5 * found.standard_error("own_on_time")[place] + 0.002)
    assert found.mean("on_time")[1] < found.mean("own_on_time")[1]  # what the first lacks makes the second late


def test_stock_left_is_the_reserve_and_what_customers_wait_for():
    days, sd, z = 6, 18, norm.ppf(0.9)
    found = lived(row(), [0, 0], [0, 0], [normal_base(100, sd, days, 0.9), 1e6])
    expected = sd * np.sqrt(days) * (z + norm.pdf(z) - z * norm.sf(z))  # E[(B - D)+]
    assert found.mean("stock")[0] == pytest.approx(expected, rel=0.02)


def test_a_stage_that_promises_all_of_its_time_needs_nothing():
    found = lived(row(), [6, 0], [0, 6], [0.0, normal_base(50, 9, 8, 0.95)])
    assert found.mean("on_time")[0] == 1.0
    assert found.mean("fill_rate")[0] == 1.0
    assert found.mean("on_time")[1] == pytest.approx(0.95, abs=0.012)
    assert found.on_time.tolist() == found.own_on_time.tolist()


def test_a_longer_promise_moves_the_reserve_to_the_customer():
    early = lived(row(), [3, 0], [0, 3], [normal_base(100, 18, 3, 0.95), normal_base(50, 9, 5, 0.95)])
    assert early.mean("own_on_time").tolist() == pytest.approx([0.95, 0.95], abs=0.012)


def test_stage_times_that_vary_are_met_as_often_as_they_happen():
    """Times 2 or 8 with a base stock for 5: on time while it is 2, not while it is 8 (certain demand)."""
    network = Network.of(
        "one", ["only"], links=[], time_days=0, cost_added=1, demand_mean=10, times={0: ([2.0, 8.0], [0.75, 0.25])}
    )  # fmt: skip
    found = lived(network, [0], [0], [50.0], lives=12)
    assert found.mean("on_time")[0] == pytest.approx(0.75, abs=0.05)


def test_seeds_belong_to_names():
    network = row()
    turned = Network.of(
        "turned", ["sell", "make"], links=[(1, 0)], time_days=[2, 6], cost_added=[20, 10], demand_mean=[50, 0], demand_sd=[9, 0], per=2.0
    )  # fmt: skip
    first, second = lived(network, [0, 0], [0, 0], [650, 120]), lived(turned, [0, 0], [0, 0], [120, 650])
    assert first.on_time.tolist() == second.on_time[:, ::-1].tolist()
    assert first.on_time.tolist() != lived(network, [0, 0], [0, 0], [650, 120], seed=4).on_time.tolist()


def test_gamma_days_are_never_below_zero_and_have_the_same_mean():
    network = row(demand_sd=[0, 60])
    found = lived(network, [0, 0], [0, 0], [0.0, 0.0], law="gamma")
    assert (found.fill_rate == 0.0).all()
    assert (found.stock == 0.0).all()


def test_one_life_has_no_standard_error():
    assert np.isnan(lived(row(), [0, 0], [0, 0], [600, 100], lives=1).standard_error("on_time")).all()


@pytest.mark.parametrize(
    ("changed", "told"), [({"law": "poisson"}, "law must be one of normal, gamma"), ({"warm_up": 9_000}, "warm_up must be below")]
)
def test_what_cannot_be_lived_is_refused(changed, told):
    with pytest.raises(ValueError, match=told):
        lived(row(), [0, 0], [0, 0], [1, 1], **changed)
