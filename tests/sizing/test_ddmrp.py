"""DDMRP zones by hand, and what their factors give beside lives lived."""

import numpy as np
import pytest
from invented_items import assert_only_chance, items, lived, money

from justenough.domain.item import Form
from justenough.sizing.ddmrp import Zones, net_flow, qualified_spikes, recommended_order, red_zone_for, service_of, zones_of


def test_zones_by_hand():
    """Usage 10 a day, 12 days, factors 0.5 and 0.5: yellow 120, red 60 + 30, green 60, or what orders ask for."""
    zones = zones_of(10.0, 12.0, 0.5, 0.5)
    assert (zones.red_base, zones.red_safety, zones.yellow, zones.green) == (60.0, 30.0, 120.0, 60.0)
    assert (zones.top_of_red, zones.top_of_yellow, zones.top_of_green) == (90.0, 210.0, 270.0)
    assert zones_of(10.0, 12.0, 0.5, 0.5, moq=100.0).green == 100.0
    assert zones_of(10.0, 12.0, 0.5, 0.5, moq=100.0, order_cycle_days=14.0).green == 140.0
    assert zones_of(10.0, 12.0, 0.5, 0.5, moq=np.nan, order_cycle_days=np.nan).green == 60.0
    assert np.isnan(zones_of([np.nan], 12.0, 0.5, 0.5, moq=3.0).green).all()


def test_net_flow_counts_only_spikes_above_the_threshold():
    known = [[10.0, 46.0, 45.0], [0.0, 0.0, 100.0]]
    spikes = qualified_spikes(known, 45.0)
    assert spikes.tolist() == [46.0, 100.0]
    assert net_flow([65.0, 65.0], [140.0, 0.0], 12.0, spikes).tolist() == [147.0, -47.0]


def test_orders_lift_to_the_top_of_green():
    zones = zones_of(np.full(4, 10.0), 12.0, 0.5, 0.5)
    assert recommended_order(zones, [211.0, 210.0, 147.0, np.nan]).tolist()[:3] == [0.0, 60.0, 123.0]
    assert np.isnan(recommended_order(zones, [211.0, 210.0, 147.0, np.nan])[3])
    assert recommended_order(zones, [211.0, 210.0, 147.0, -30.0], moq=80.0, lot_multiple=25.0).tolist() == [0.0, 100.0, 125.0, 300.0]
    assert recommended_order(zones, [0.0, 0.0, 0.0, 0.0], moq=np.nan, lot_multiple=np.nan).tolist() == [270.0] * 4


def test_factors_of_200_buffers_give_in_life_what_is_stated():
    """Any factors, a third with a minimum order, 40 lives of four years: gaps over their errors are standard normal (Bonferroni, 0.1 %)."""
    rng, n = np.random.default_rng(10), 200
    mean = 10.0 ** rng.uniform(-0.3, 1.5, n)
    variance = mean * rng.uniform(1.0, 10.0, n)
    lead, review = rng.integers(2, 20, n).astype(float), np.where(rng.random(n) < 0.7, 1.0, rng.integers(2, 6, n))
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, variance, lead, review)
    moq = np.where(rng.random(n) < 0.3, np.ceil(mean * rng.uniform(1.0, 20.0, n)), 0.0)
    zones = zones_of(mean, lead, rng.uniform(0.2, 1.0, n), rng.uniform(0.0, 1.0, n), moq=moq)
    stated = service_of(exposure, money(n, ordering_cost=1.0), zones)
    assert stated.fill_rate.min() < 0.6  # hand-picked factors promise nothing
    assert np.median(stated.fill_rate) > 0.95
    low, high = np.floor(zones.top_of_yellow + 1e-9), np.ceil(zones.top_of_green - 1e-9)
    found = lived(exposure, variance, low, high, days=1500)
    for name, ours, theirs in (
        ("fill_rate", stated.fill_rate, found.fill_rate),
        ("cycles_served", stated.cycle_service, found.cycles_served),
        ("orders", stated.ordering_cost, found.orders),
    ):
        assert_only_chance(ours, theirs, found.error_of(name), 40, name)


def test_the_same_factors_promise_different_things():
    """What the factors leave out decides: the same zones serve steady demand and fail demand in lumps."""
    mean = np.full(3, 5.0)
    zones = zones_of(mean, 15.0, 0.4, 0.5)
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, [6.0, 40.0, 300.0], 15.0, 1.0)
    fill = service_of(exposure, money(3), zones).fill_rate
    assert fill[0] > 0.999
    assert fill[2] < 0.85
    more_red = service_of(exposure, money(3), zones_of(mean, 15.0, 0.4, 1.0)).fill_rate
    assert (more_red >= fill).all()


def test_the_red_zone_a_service_needs_is_the_least():
    mean = np.array([5.0, 5.0, 0.4, np.nan, 5.0])
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, [6.0, 40.0, 2.0, 1.0, 6.0], 15.0, 1.0)
    zones = zones_of(mean, 15.0, 0.4, 0.5, moq=20.0)
    floor = np.array([0.99, 0.9, 0.95, 0.95, 1e-6])
    red = red_zone_for(exposure, money(5), zones, fill_rate=floor, cycle_service=[0.8, 0.8, 0.8, 0.8, 1e-6])

    def fill(more):
        none = np.zeros(5)
        earned = service_of(exposure, money(5), Zones(red + more, none, zones.yellow, zones.green))
        return earned.fill_rate, earned.cycle_service

    here, below = fill(0.0), fill(-1.0)
    assert (here[0] >= floor)[[0, 1, 2]].all()
    assert (here[1] >= 0.8)[[0, 1, 2]].all()
    assert ((below[0] < floor) | (below[1] < 0.8))[[0, 1, 2]].all()
    assert np.isnan(red[3])
    assert red[4] == 0.0
    with pytest.raises(ValueError, match=r"fill_rate must be in \(0, 1\), got 1"):
        red_zone_for(exposure, money(5), zones, fill_rate=1.0)


def test_the_red_zone_of_divisible_items_is_met_closely():
    exposure = items(Form.GAMMA, [5.0], 60.0, 15.0, 1.0, step=0.0)
    zones = zones_of([5.0], 15.0, 0.4, 0.5)
    red = red_zone_for(exposure, money(1), zones, fill_rate=0.98)
    fill = service_of(exposure, money(1), Zones(red, np.zeros(1), zones.yellow, zones.green)).fill_rate
    assert fill == pytest.approx(0.98, abs=2e-4)
    assert fill >= 0.98


def test_a_buffer_without_a_green_zone_orders_each_unit():
    exposure = items(Form.NEGATIVE_BINOMIAL, [2.0], [3.0], 4.0, 1.0)
    zones = zones_of([2.0], 4.0, 0.0, 0.0)
    assert zones.green.tolist() == [0.0]
    assert service_of(exposure, money(1), zones).mean_stock[0] > 0.0


def test_factors_that_cannot_be_meant_are_refused():
    with pytest.raises(ValueError, match="lead_time_factor must be a finite number of at least 0, got -0.5"):
        zones_of(1.0, 1.0, -0.5, 0.5)
    zones = zones_of(10.0, 12.0, 0.5, 0.5)
    with pytest.raises(ValueError, match="lot_multiple must be a finite number of at least 0, got -25"):
        recommended_order(zones, 0.0, lot_multiple=-25.0)
