"""Serial stages; published costs stand in tests/published. Here: the newsvendor, simulation of the policy, and the bounds."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import norm, poisson

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network
from justenough.sizing.classic import base_stock_poisson
from justenough.sizing.serial_stages import EchelonStock, serial_bounds, serial_of, serial_optimum


def test_one_stage_is_the_newsvendor():
    ours = serial_optimum([2.0], [4.0], 18.0, mean=10.0, sd=3.0)
    z = norm.ppf(0.9)
    assert ours.echelon_base_stock[0] == pytest.approx(40 + 6 * z, abs=0.02)
    assert ours.cost == pytest.approx(20.0 * 6 * norm.pdf(z), rel=1e-3)


@pytest.mark.parametrize("law", ["poisson", "normal"])
def test_a_supplier_that_answers_at_once_is_part_of_the_stage_it_serves(law):
    """Its echelon cost is then paid on the same units, those on their way to its customer included: one newsvendor."""
    own, before, lead, shortage, mean = 1.5, 0.5, 3.0, 18.0, 4.0
    ours = serial_optimum([own, before], [lead, 0.0], shortage, mean=mean, sd=2.0, law=law)
    if law == "poisson":
        level, cost = (float(x) for x in astuple(base_stock_poisson(own + before, shortage, mean, lead)))
    else:
        z, spread = norm.ppf(shortage / (shortage + own + before)), 2.0 * np.sqrt(lead)
        level, cost = mean * lead + spread * z, (shortage + own + before) * spread * norm.pdf(z)
    assert ours.echelon_base_stock[1] == pytest.approx(level, abs=1e-9 if law == "poisson" else 0.02)
    assert ours.cost == pytest.approx(cost + before * mean * lead, rel=1e-9 if law == "poisson" else 1e-4)


@pytest.mark.parametrize("law", ["poisson", "normal"])
def test_a_shop_that_is_filled_at_once_holds_nothing(law):
    given = {"mean": 4.0, "sd": 2.0, "law": law}
    ours, alone = serial_optimum([1.5, 0.5, 0.2], [0.0, 3.0, 1.0], 18.0, **given), serial_optimum([0.5, 0.2], [3.0, 1.0], 18.0, **given)
    assert ours.echelon_base_stock.tolist() == [0.0, *alone.echelon_base_stock]
    assert ours.cost == pytest.approx(alone.cost, rel=1e-12)
    bounds = serial_bounds([1.5, 0.5, 0.2], [0.0, 3.0, 1.0], 18.0, **given)
    assert (bounds.lower[0], bounds.upper[0]) == (0.0, 0.0)
    nothing = serial_optimum([1.0, 2.0], [0.0, 0.0], 18.0, **given)
    assert (nothing.echelon_base_stock.tolist(), nothing.cost) == ([0.0, 0.0], 0.0)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_stage_of_no_time_may_stand_anywhere(place):
    own, lead = [2.0, 0.3, 1.0, 0.7], [0.5, 1.0, 2.0, 1.5]
    lead[place] = 0.0
    ours = serial_optimum(own, lead, 25.0, mean=6.0, law="poisson")
    merged = [own[:place][-1] + own[place]]
    fewer = serial_optimum([*own[: place - 1], *merged, *own[place + 1 :]], lead[:place] + lead[place + 1 :], 25.0, mean=6.0, law="poisson")
    on_the_way = own[place] * 6.0 * lead[place - 1]
    assert ours.cost == pytest.approx(fewer.cost + on_the_way, rel=1e-12)
    assert ours.echelon_base_stock[place:].tolist() == fewer.echelon_base_stock[place - 1 :].tolist()


def lived(levels, lead_time, demand):
    """Echelon base stock of whole periods, account by account: mean units on hand or on the way behind each stage, and waiting."""
    steps, periods = len(levels), len(demand)
    local = np.diff(np.minimum.accumulate(levels[::-1])[::-1], prepend=0.0)
    stock, owed = local.copy(), np.zeros(steps)
    way = [[0.0] * lead for lead in lead_time]
    held, waiting = np.zeros(steps), 0.0
    for asked in demand:
        for j in range(steps):
            stock[j] += way[j].pop(0)
        wanted = asked
        for j in range(steps):
            owed[j] += wanted
            sent = min(stock[j], owed[j])
            stock[j] -= sent
            owed[j] -= sent
            if j:
                way[j - 1].append(sent)
        way[-1].append(wanted)
        behind = np.cumsum([stock[j] + (sum(way[j - 1]) if j else 0.0) for j in range(steps)])
        held += behind
        waiting += owed[0]
    return held / periods, waiting / periods


@pytest.mark.parametrize(("holding", "lead"), [([1.0, 1.0], [2, 3]), ([3.0, 0.5, 1.0], [1, 2, 2])])
def test_cost_is_what_living_the_policy_costs(holding, lead):
    """Whole periods: a stage's order meets the demand of its lead time, and the period's own comes before it is counted."""
    rng, mean, shortage = np.random.default_rng(8), 6.0, 20.0
    ours = serial_optimum(holding, lead, shortage, mean=mean, law="poisson")
    held, waiting = lived(ours.echelon_base_stock, lead, rng.poisson(mean, 80_000))
    cost = (np.array(holding) * held).sum() + shortage * waiting
    # Echelon costs are charged on stock less what customers wait for; those waiting cost that much more.
    assert cost == pytest.approx(ours.cost, rel=0.02)


@pytest.mark.parametrize("seed", range(12))
def test_optimum_lies_between_shang_and_songs_bounds(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(1, 6))
    given = (draw.uniform(0.1, 3, n), draw.uniform(0.2, 2, n), float(draw.uniform(5, 60)))
    said = {"mean": float(draw.uniform(2, 20)), "law": "poisson"} if seed % 2 else {"mean": 30.0, "sd": float(draw.uniform(2, 12))}
    ours, bounds = serial_optimum(*given, **said), serial_bounds(*given, **said)
    slack = 1e-9 if seed % 2 else 0.02 * said["sd"]
    assert (ours.echelon_base_stock >= bounds.lower - slack).all()
    assert (ours.echelon_base_stock <= bounds.upper + slack).all()
    assert (bounds.lower <= bounds.middle).all()


def test_bounds_are_newsvendors():
    """Shang & Song (2003), Theorem 1, by hand for two stages."""
    bounds = serial_bounds([1.0, 2.0], [0.5, 1.5], 12.0, mean=10.0, law="poisson")
    assert bounds.lower.tolist() == [poisson.ppf(14 / 15, 5), poisson.ppf(12 / 15, 20)]
    assert bounds.upper.tolist() == [poisson.ppf(14 / 15, 5), poisson.ppf(12 / 14, 20)]


def test_local_base_stocks_do_the_same():
    assert EchelonStock(np.array([8.0, 13.0, 11.0]), 0.0).local_base_stock.tolist() == [8.0, 3.0, 0.0]


def row(**changed):
    said = {"links": [(0, 1)], "time_days": [4, 2], "cost_added": [30, 50], "demand_mean": [0, 10], "demand_sd": [0, 3]}
    return Network.of("row", ["make", "sell"], **{**said, **changed})


def test_a_stage_of_a_network_may_take_no_time():
    ours, _ = serial_of(row(time_days=[0, 2]), 2.0, holding_rate=0.365_25)
    assert ours.cost == pytest.approx(serial_optimum([0.05, 0.03], [2, 0], 2.0, mean=10.0, sd=3.0).cost)


def test_a_network_in_a_row_is_read_from_the_customers_on():
    ours, _ = serial_of(row(), 2.0, holding_rate=0.365_25)
    by_hand = serial_optimum([0.05, 0.03], [2, 4], 2.0, mean=10.0, sd=3.0)
    assert ours.cost == pytest.approx(by_hand.cost)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"links": []}, "do not stand in a row"),
        ({"demand_mean": [1, 10]}, "do not stand in a row"),
        ({"time_sd_days": [1, 0]}, "a stage time that varies"),
        ({"per": 2.0}, "other than one unit"),
    ],
)
def test_other_networks_are_refused(changed, told):
    with pytest.raises(NetworkError, match=told):
        serial_of(row(**changed), 2.0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (([1.0], [1.0, 2.0], 5.0), "of one length"),
        (([1.0, 0.0], [1.0, 2.0], 5.0), "above 0"),
        (([1.0, 1.0], [1.0, -2.0], 5.0), "lead times 0 or more"),
        (([1.0], [1.0], 0.0), "shortage and sd"),
    ],
)
def test_what_cannot_be_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        serial_optimum(*given, mean=3.0, sd=1.0)
    with pytest.raises(ValueError, match="law must be one of normal, poisson"):
        serial_optimum([1.0], [1.0], 5.0, mean=3.0, law="gamma")
