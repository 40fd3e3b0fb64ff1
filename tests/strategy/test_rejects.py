"""Rejects: levels that count them, lived with receipts of which a random share is refused."""

from dataclasses import replace

import numpy as np

from justenough.estimation.exposure import exposure_over
from justenough.estimation.yields import Yield
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Supply, live_drawn
from justenough.strategy.rejects import refused_on_order, usable_share_of, with_rejects
from justenough.strategy.settings import Settings
from justenough.strategy.trace import trace


def lived(known, levels):
    n = len(known.review_days)
    futures = Futures(known.demand.form, known.demand.mean[:, None], known.demand.variance[:, None], np.zeros(n), np.zeros(n))
    supply = Supply.constant(known.lead_time.mean_days).with_rejects(1.0 - known.usable_share, known.reject_sd)
    names = [f"I{place}" for place in range(n)]
    return live_drawn(names, levels, futures, supply, known.review_days, days=1500, lives=12, warm_up_days=200, seed=8).fill_rate


def test_what_is_refused_takes_nothing_of_the_fill_rate_promised(refused_items):
    known = refused_items()
    chosen = trace(with_rejects(known), Settings()).chosen
    stated, found = chosen.outcome.fill_rate, lived(known, chosen.levels)
    assert (stated >= 0.97 - 1e-9).all()
    assert 0.0 < found.mean() - stated.mean() < 0.01
    assert np.quantile(found - stated, 0.05) > -0.01
    # The same items sized as if all that comes could be used.
    blind = trace(known, Settings()).chosen
    assert blind.outcome.fill_rate.mean() - lived(known, blind.levels).mean() > 0.05


def test_levels_rise_by_what_is_refused_of_the_orders_on_their_way(refused_items):
    known = replace(refused_items(6), usable_share=np.full(6, 0.8), reject_sd=np.zeros(6))
    # A review of every week, lead times of one to three: so many orders are on their way when one was placed.
    weeks = np.array([1.0, 2.0, 2.0, 3.0, 3.0, 3.0])
    days = 7.0 * weeks - np.array([0.0, 0.0, 4.0, 0.0, 1.0, 6.0])
    known = replace(known, review_days=np.full(6, 7.0), lead_time=replace(known.lead_time, mean_days=days))
    known = replace(known, economics=replace(known.economics, ordering_cost=np.zeros(6)))  # lots of one unit
    counted, on_order = with_rejects(known), known.demand.mean * 7.0 * weeks / 0.8
    np.testing.assert_allclose(refused_on_order(known, counted), 0.2 * on_order)
    columns = known.outages, known.review_days
    exposed = [exposure_over(each.demand, each.lead_time, *columns).mean for each in (counted, known)]
    np.testing.assert_allclose(exposed[0] - exposed[1], np.repeat(0.2 * on_order[:, None], 3, axis=1))
    np.testing.assert_array_equal(counted.demand.variance, known.demand.variance)
    uneven = with_rejects(replace(known, reject_sd=np.full(6, 0.05)))
    assert (uneven.demand.variance > known.demand.variance).all()


def test_nothing_changes_where_nothing_was_ever_judged(refused_items):
    known = refused_items(4)
    lots = np.array([0, 3, 0, 1])
    found = Yield(known.usable_share, known.usable_share, known.usable_share, known.reject_sd, lots)
    share = usable_share_of(found)
    assert share.tolist() == [1.0, known.usable_share[1], 1.0, known.usable_share[3]]
    partly, unjudged = with_rejects(replace(known, usable_share=share)), lots == 0
    np.testing.assert_array_equal(partly.lead_time.mean_days[unjudged], known.lead_time.mean_days[unjudged])
    np.testing.assert_array_equal(partly.demand.variance[unjudged], known.demand.variance[unjudged])
    assert (partly.lead_time.mean_days[~unjudged] > known.lead_time.mean_days[~unjudged]).all()
    all_good = replace(known, usable_share=np.ones(4))
    assert with_rejects(all_good) is all_good
