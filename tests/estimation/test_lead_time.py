"""Lead time: censoring, shrinkage and what to say when nothing was ever received."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.item import LeadTimeBasis
from justenough.domain.plant import Plant
from justenough.estimation.lead_time import LeadTimeParams, lead_time_of

START = date(2024, 1, 1)
RECEIPTS = {"order": pl.String, "item": pl.String, "ordered": pl.Date, "promised": pl.Date, "received": pl.Date}


def plant_of(receipts, items=None, disruptions=()):
    rows = pl.DataFrame(receipts, schema=RECEIPTS, orient="row")
    items = items if items is not None else {"item": sorted({row[1] for row in receipts})}
    down = pl.DataFrame(list(disruptions), schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date}, orient="row")
    return Plant.from_frames(items=pl.DataFrame(items), receipts=rows, disruptions=down, currency="EUR", demand_period="day")


def order(number, item, day, took, promised=None):
    ordered = START + timedelta(days=day)
    due = None if promised is None else ordered + timedelta(days=promised)
    return (f"P{number}", item, ordered, due, None if took is None else ordered + timedelta(days=took))


def test_many_receipts_speak_for_themselves():
    draws = np.random.default_rng(5)
    took = np.maximum(np.rint(np.exp(draws.normal(3.0, 0.4, 2000))), 1)
    found = lead_time_of(plant_of([order(k, "A", k, int(t)) for k, t in enumerate(took)]))
    assert found.mean_days[0] == pytest.approx(took.mean(), rel=0.02)
    assert found.sd_days[0] == pytest.approx(took.std(), rel=0.06)
    assert found.mean_upper_days[0] == pytest.approx(took.mean() * (1 + 1.645 * 0.4 / np.sqrt(2000)), rel=0.02)
    assert (found.receipts[0], found.open_orders[0], found.basis[0]) == (2000, 0, LeadTimeBasis.RECEIPTS)


def test_open_orders_are_censored_not_missing():
    """One order a day of log-normal lead time, seen on day 400: leaving the open ones out looks too fast."""
    draws = np.random.default_rng(6)
    took = np.maximum(np.rint(np.exp(draws.normal(4.5, 0.5, 400))), 1)
    rows = [order(k, "A", k, int(t) if k + t <= 400 else None) for k, t in enumerate(took)]
    rows.append(order(900, "A", 399, 1))  # fixes the last day on record
    found = lead_time_of(plant_of(rows))
    truth = np.exp(4.5 + 0.5**2 / 2)
    closed = np.mean([t for k, t in enumerate(took) if k + t <= 400])
    assert closed < 0.93 * truth
    assert found.mean_days[0] == pytest.approx(truth, rel=0.06)
    assert found.open_orders[0] == sum(k + t > 400 for k, t in enumerate(took))


def test_censored_fit_is_the_maximum_likelihood_one():
    """Against scipy's censored normal, with so weak a pull that only the item speaks."""
    from scipy.stats import CensoredData, norm

    draws = np.random.default_rng(7)
    took = np.maximum(np.rint(np.exp(draws.normal(3.5, 0.6, 300))), 1)
    rows = [order(k, "A", k, int(t) if k + t <= 300 else None) for k, t in enumerate(took)]
    last = max(k + t for k, t in enumerate(took) if k + t <= 300)
    found = lead_time_of(plant_of(rows), LeadTimeParams(prior_orders=1e-6, rounds=300))
    closed = [np.log(t) for k, t in enumerate(took) if k + t <= 300]
    waiting = [np.log(max(last - k, 0.5)) for k, t in enumerate(took) if k + t > 300]
    mean, sd = norm.fit(CensoredData(uncensored=closed, right=waiting))
    assert found.mean_days[0] == pytest.approx(np.exp(mean + sd**2 / 2), rel=0.01)


def test_three_receipts_are_not_a_distribution():
    """Items of one supplier vary a little; the one with 3 lucky orders is drawn to them, the one with 200 is not."""
    draws = np.random.default_rng(8)
    rows, number = [], 0
    for i in range(30):
        for k in range(20):
            rows.append(order(number := number + 1, f"I{i:02}", k * 20, int(np.exp(draws.normal(3.4, 0.3))) + 1))
    rows += [order(number + k, "LUCKY", k * 20, 12) for k in range(3)]
    number += 3
    rows += [order(number + k, "QUICK", k * 2, 12) for k in range(200)]
    names = sorted({row[1] for row in rows}) + ["NEVER"]
    found = lead_time_of(plant_of(rows, {"item": names, "supplier": ["S"] * len(names), "lead_time_days": [20.0] * len(names)}))
    of = {name: k for k, name in enumerate(sorted(names))}
    typical = float(np.median(found.mean_days))
    assert 13.0 < found.mean_days[of["LUCKY"]] < typical
    assert found.mean_days[of["QUICK"]] == pytest.approx(12.0, rel=0.06)
    assert found.sd_days[of["LUCKY"]] > 2.0
    assert found.basis[of["NEVER"]] == LeadTimeBasis.SUPPLIER
    assert found.mean_days[of["NEVER"]] == pytest.approx(typical, rel=0.2)
    assert found.sd_days[of["NEVER"]] > np.median(found.sd_days)


def test_planned_figures_are_assumptions_with_the_plants_spread():
    rows = [order(k, "A", 10 * k, t) for k, t in enumerate([18, 25, 20, 31, 22, 19, 28])]
    found = lead_time_of(plant_of(rows, {"item": ["A", "B", "C"], "supplier": ["S", "T", None], "lead_time_days": [15.0, 40.0, None]}))
    assert found.basis.tolist() == [LeadTimeBasis.RECEIPTS, LeadTimeBasis.PLANNED, LeadTimeBasis.MISSING]
    assert found.mean_days[1] == 40.0
    assert found.sd_days[1] / 40.0 >= 0.9 * found.sd_days[0] / found.mean_days[0]
    assert np.isnan(found.mean_upper_days[1])
    assert np.isnan(found.mean_days[2])
    assert np.isnan(found.sd_days[2])
    alone = lead_time_of(plant_of([], {"item": ["B"], "lead_time_days": [40.0]}), LeadTimeParams(assumed_cv=0.25))
    assert (alone.mean_days[0], alone.sd_days[0]) == (40.0, 10.0)


def test_partial_receipts_count_when_the_last_has_come_and_promises_are_judged():
    rows = [
        order(1, "A", 0, 10, 12),
        order(1, "A", 0, 20, 12),
        order(2, "A", 5, 10, 12),
        order(3, "A", 10, None, 4),
        order(4, "A", 19, None, 4),
    ]
    found = lead_time_of(plant_of(rows))
    assert (found.receipts[0], found.open_orders[0]) == (2, 2)
    # Order 1 came on day 20 for day 12, order 2 in time, order 3 is overdue on day 20, order 4 is not due yet.
    assert found.late_share[0] == pytest.approx(2 / 3)


def test_orders_of_a_known_outage_are_left_to_the_outage():
    rows = [order(k, "A", 30 * k, 20) for k in range(10)] + [order(99, "A", 305, 150)]
    items = {"item": ["A"], "supplier": ["S"]}
    struck = lead_time_of(plant_of(rows, items, [("S", START + timedelta(days=310), START + timedelta(days=440))]))
    assert struck.mean_days[0] == pytest.approx(20.0, rel=0.05)
    assert lead_time_of(plant_of(rows, items)).mean_days[0] > 22.0


def test_orders_never_closed_in_the_books_are_forgotten():
    rows = [order(k, "A", 30 * k + 1000, 10) for k in range(20)] + [order(99, "A", 0, None)]
    found = lead_time_of(plant_of(rows))
    assert found.open_orders[0] == 0
    assert found.mean_days[0] == pytest.approx(10.0, rel=0.05)


def test_no_items_no_answer():
    empty = Plant.from_frames(items=pl.DataFrame({"item": []}, schema={"item": pl.String}), currency="EUR", demand_period="day")
    assert lead_time_of(empty).mean_days.shape == (0,)
