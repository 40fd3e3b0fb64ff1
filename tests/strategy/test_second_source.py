"""Second source: what weighs for and against it, from what is known of an item."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.errors import SettingsError
from justenough.domain.item import StockoutBasis
from justenough.strategy.second_source import Second, best_of, weigh
from justenough.strategy.spread import part


@pytest.fixture(scope="module")
def known(refused_items):
    return part(refused_items(8, seed=9), np.array([2, 5]))


def offer(lead=1.0, cost=11.0, share=np.nan, days=np.nan):
    return Second(*(np.full(2, value) for value in (lead, cost, share, days)))


def weighed(known, service=0.95, reviews=4000, **offered):
    return weigh(["P", "Q"], known, np.full(2, service), offer(**offered), seed=1, reviews=reviews)


def test_the_charge_is_what_the_service_implies(known):
    """One source alone then covers just that share of its reviews: the newsvendor's ratio."""
    found = weighed(known, service=0.93)
    holding = 10.0 * 0.25 * known.review_days / 365.25
    assert found.shortage == pytest.approx(holding * 0.93 / 0.07)
    assert (found.calm.slow.covered >= 0.93 - 1e-9).all()
    assert found.calm.slow.covered == pytest.approx(0.93, abs=0.03)
    assert not found.charged.any()


def test_a_charge_by_the_day_is_taken_as_it_is(known):
    economics = replace(known.economics, stockout_cost=np.array([2.0, 3.0]), stockout_basis=np.full(2, int(StockoutBasis.PER_UNIT_DAY)))
    found = weighed(replace(known, economics=economics))
    assert found.charged.all()
    assert found.shortage == pytest.approx(known.review_days * [2.0, 3.0])


def test_lead_times_are_rounded_up_to_whole_reviews(known):
    found = weighed(known, lead=0.0)
    assert found.slow_reviews == pytest.approx(np.ceil(known.lead_time.mean_days / known.review_days))
    assert found.fast_reviews == pytest.approx([0.0, 0.0])


def test_outages_make_a_second_source_worth_more(known):
    found = weighed(known, share=0.15, days=60.0, cost=13.0, reviews=12_000)
    assert (found.stopping.worth > found.calm.worth).all()
    assert (found.stopping.slow.cost > found.calm.slow.cost).all()
    assert found.stopping.fast.cost == pytest.approx(found.calm.fast.cost)
    assert best_of(found.stopping, 0) in ("dual_index", "base_surge", "fast")


def test_without_outages_both_answers_are_the_same(known):
    found = weighed(known, share=0.0, days=0.0)
    assert found.stopping is not None
    assert found.stopping.dual_index.cost == pytest.approx(found.calm.dual_index.cost, abs=0.0)


def test_an_item_gets_the_same_whatever_lies_beside_it(known):
    both = weighed(known, share=0.1, days=20.0)
    one = weigh(["Q"], part(known, np.array([1])), np.array([0.95]), part(offer(share=0.1, days=20.0), np.array([1])), seed=1, reviews=4000)
    assert one.stopping.dual_index.cost[0] == both.stopping.dual_index.cost[1]


def test_costs_are_a_year_of_reviews(known):
    """A dear second source is not used; what is left is the stock of one source at its holding cost and shortages."""
    found = weighed(known, cost=1e6)
    slow, yearly = found.calm.slow, 365.25 / known.review_days
    holding = 10.0 * 0.25 / yearly
    assert slow.cost == pytest.approx((holding * slow.mean_stock + found.shortage * slow.mean_short) * yearly)
    assert found.calm.dual_index.cost == pytest.approx(slow.cost, rel=1e-9)


def test_a_second_source_that_is_slower_is_refused(known):
    with pytest.raises(SettingsError, match="is no faster than its usual one"):
        weighed(known, lead=500.0)


def test_stops_of_no_known_length_are_refused(known):
    """They would be lived as no stops at all."""
    calm = replace(known, outages=replace(known.outages, probability=np.zeros(2), wait_days=np.zeros(2)))
    with pytest.raises(SettingsError, match="stopped 10% of the time, and no stop is on record"):
        weighed(calm, share=0.1)
