"""Outages: by hand, with what other suppliers tell, and for items nobody is named for."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import gamma, lomax

from justenough.domain.plant import Plant
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.renewals import renewals_of
from justenough.estimation.supplier import outages_of, recovery_of

START = date(2020, 1, 1)


def plant_of(disruptions, last=1999, lead=(30.0, 30.0, 30.0)):
    items = pl.DataFrame({"item": ["A", "B", "C"], "supplier": ["S", "T", None], "lead_time_days": list(lead)})
    demand = pl.DataFrame(
        {"item": ["A", "B", "A"], "date": [START, START, START + timedelta(days=last)], "quantity": [1.0, 1.0, 1.0]},
    )
    rows = [(name, START + timedelta(days=a), None if b is None else START + timedelta(days=b)) for name, a, b in disruptions]
    down = pl.DataFrame(rows, schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date}, orient="row")
    return Plant.from_frames(items=items, demand=demand, disruptions=down, currency="EUR", demand_period="day")


def test_ten_outages_by_hand():
    """2,000 days, down 10 x 20 of them, all of one supplier: rates 10 / 1,800 and 1 / 20, whatever the prior's shape."""
    plant = plant_of([("S", 200 * k, 200 * k + 19) for k in range(10)])
    found = outages_of(plant)
    assert found.n_outages.tolist() == [10, 0, 0]
    assert found.wait_days[0] == pytest.approx(20.0, rel=0.12)
    down = 20.0 / 200.0
    assert found.probability[0] == pytest.approx(down + (1 - down) * (1 - np.exp(-30 / 180)), rel=0.1)
    assert found.wait_sd_days[0] > found.wait_days[0]
    assert found.worst_days[0] > 3 * 20


def test_a_supplier_that_never_stopped_is_not_immortal_and_nobody_is_left_alone():
    plant = plant_of([("S", 200 * k, 200 * k + 19) for k in range(10)])
    found = outages_of(plant)
    assert 0.0 < found.probability[1] < found.probability[0]
    assert found.wait_days[1] > found.wait_days[0]  # its own outages could be worse than those seen
    assert (found.probability[2], found.wait_days[2], found.worst_days[2]) == (0.0, 0.0, 0.0)


def test_an_open_outage_is_censored_and_overlaps_count_once():
    one = renewals_of(plant_of([("S", 100, 119), ("S", 1980, None)]))[0]
    assert one.ends.days[0] - one.ends.prior_days == pytest.approx(40.0)  # 20 + 20 days down
    assert one.ends.events[0] - one.ends.prior_events == 1.0  # one end seen
    twice = renewals_of(plant_of([("S", 100, 119), ("S", 110, 119), ("S", 500, 539)]))[0]
    assert (twice.n_outages[0], twice.ends.days[0] - twice.ends.prior_days) == (2, pytest.approx(60.0))


def test_a_closure_announced_for_later_is_no_outage():
    """Nor does its day lengthen the time the suppliers were watched; one without an end is going on, however late it began."""
    happened, announced = [("S", 100, 119), ("T", 500, 529)], ("S", 2300, 2320)
    for estimate in (outages_of, recovery_of):
        alone, beside = estimate(plant_of(happened)), estimate(plant_of([*happened, announced]))
        np.testing.assert_array_equal(beside.probability, alone.probability)
    assert not outages_of(plant_of([announced])).probability.any()
    going_on = outages_of(plant_of([*happened, ("S", 2300, None)]))
    assert going_on.n_outages[0] == 2


@pytest.mark.parametrize(("period", "last", "within", "after"), [("month", 60, 90, 91), ("week", 5, 11, 12)])
def test_an_outage_in_the_last_period_of_demand_has_happened(period, last, within, after):
    """Demand of a week or month is dated by its first day: 1 March 2020, whose month ends on the 31st, and Monday 6 January."""
    for start, counted in ((within, True), (after, False)):
        plant = plant_of([("S", start, start + 3)], last)
        coarse = Plant.of(replace(plant.terms, demand_period=period), plant.tables)
        assert outages_of(coarse).probability.any() == counted


def test_few_outages_lean_on_the_other_suppliers():
    found = outages_of(plant_of([("S", 100, 100), *[("T", 200 * k, 200 * k + 99) for k in range(1, 6)]]))
    assert 1.0 < found.wait_days[0] < found.wait_days[1]
    assert found.wait_days[1] == pytest.approx(100.0, rel=0.25)


def test_recovery_bounds_are_those_of_a_gamma_rate():
    plant = plant_of([("S", 100, 119), ("S", 500, 539), ("T", 900, 905)])
    renewals, _ = renewals_of(plant)
    found, outages = recovery_of(plant), outages_of(plant)
    ends = gamma(renewals.ends.events, scale=1 / renewals.ends.days)
    assert found.mean_lower_days[:2] == pytest.approx(1 / ends.ppf(0.975))
    assert found.mean_upper_days[:2] == pytest.approx(1 / ends.ppf(0.025))
    assert found.p95_upper_days[:2] == pytest.approx(-np.log(0.05) / ends.ppf(0.025))
    assert found.p95_days[:2] == pytest.approx(lomax(found.shape[:2], scale=found.scale_days[:2]).ppf(0.95))
    assert found.over_within(0.95)[:2] == pytest.approx(found.p95_days[:2])
    assert (found.probability == outages.probability).all()
    assert (found.mean_days == outages.wait_days).all()
    known = found.probability > 0
    assert (found.probability_lower[known] < found.probability[known]).all()
    assert (found.probability[known] < found.probability_upper[known]).all()
    assert (found.mean_days[2], found.p95_days[2], found.over_within(0.95)[2]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("lead", [0.0, 1.0, 7.0, 45.0, 250.0])
def test_between_worked_out_lead_times_nothing_is_lost(lead):
    plant = plant_of([("S", 100, 119), ("S", 500, 539)], lead=(lead, 400.0, 10.0))
    renewals, days = renewals_of(plant)[0], np.array([lead])
    exact = renewals.meets(days), *renewals.meets_between(days)
    found = recovery_of(plant)
    for between, worked_out in zip((found.probability, found.probability_lower, found.probability_upper), exact, strict=True):
        assert between[0] == pytest.approx(worked_out[0, 0], rel=2e-3, abs=1e-6)


def test_lead_time_at_hand_is_used():
    plant = plant_of([("S", 100, 119)])
    assert (outages_of(plant, lead_time=lead_time_of(plant)).probability == outages_of(plant).probability).all()


def test_no_disruptions_no_outages():
    found, recovery = outages_of(plant_of([])), recovery_of(plant_of([]))
    assert not found.probability.any()
    assert not found.worst_days.any()
    assert not recovery.mean_days.any()
    bare = Plant.from_frames(items=pl.DataFrame({"item": ["A"]}), currency="EUR", demand_period="day")
    assert outages_of(bare).probability.tolist() == [0.0]
