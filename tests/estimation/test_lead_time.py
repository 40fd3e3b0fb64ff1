"""Lead time: censoring, shrinkage and what to say when nothing was ever received."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import lognorm

from justenough.domain.item import LeadTimeBasis
from justenough.domain.plant import Plant
from justenough.estimation.knobs import LeadTimeParams
from justenough.estimation.lead_time import lead_time_of

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
    log_sd = np.sqrt(np.log1p(0.25**2))
    assert alone.p95_days[0] == pytest.approx(lognorm(log_sd, scale=40.0 * np.exp(-(log_sd**2) / 2)).ppf(0.95))
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


def figures(found):
    return {name: getattr(found, name) for name in found.__slots__ if name != "stops"}  # no receipt tells of machines


line = st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(0, 300), st.one_of(st.none(), st.integers(0, 90)), st.integers(5, 60))


@settings(max_examples=25)
@given(st.lists(line, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_order_of_rows_and_rows_booked_twice_change_nothing_and_no_line_is_lost(lines, random):
    rows = [order(k, item, day, took, due) for k, (item, day, took, due) in enumerate(lines)]
    items = {"item": ["A", "B", "C"], "supplier": ["S", "S", "T"], "lead_time_days": [20.0, None, 30.0]}
    found = lead_time_of(plant_of(rows, items), LeadTimeParams(forgotten_factor=1e6))
    assert found.receipts.sum() + found.open_orders.sum() == len(rows)
    shuffled = rows + rows[::2]
    random.shuffle(shuffled)
    again = lead_time_of(plant_of(shuffled, items), LeadTimeParams(forgotten_factor=1e6))
    for name, column in figures(found).items():
        np.testing.assert_allclose(getattr(again, name), column, rtol=1e-6, err_msg=name)
    came = found.receipts > 0
    assert (found.p95_days[came] > 0).all()
    assert (found.mean_upper_days[came] >= found.mean_days[came]).all()
    assert (found.effective_sd_days[came] <= found.sd_days[came] + 1e-12).all()


def tailed(draws, n):
    odd = draws.random(n) < 0.08
    return np.maximum(np.rint(np.exp(np.where(odd, draws.normal(4.4, 0.5, n), draws.normal(3.4, 0.15, n)))), 1.0)


def test_a_tail_is_believed_where_later_orders_show_it():
    draws = np.random.default_rng(21)
    took, later = tailed(draws, 3000), tailed(draws, 100_000)
    found = lead_time_of(plant_of([order(k, "A", k, int(t)) for k, t in enumerate(took)]))
    assert found.mean_days[0] == pytest.approx(later.mean(), rel=0.04)
    assert found.sd_days[0] == pytest.approx(later.std(), rel=0.12)
    assert found.p95_days[0] == pytest.approx(np.quantile(later, 0.95), rel=0.15)
    # One log-normal through all of them would put the 95 % point elsewhere.
    log_days = np.log(took)
    assert abs(np.exp(log_days.mean() + 1.645 * log_days.std()) / np.quantile(later, 0.95) - 1.0) > 0.17


def test_without_a_tail_the_95_percent_point_is_the_log_normal_one():
    draws = np.random.default_rng(22)
    took = np.maximum(np.rint(np.exp(draws.normal(3.4, 0.3, 1500))), 1.0)
    found = lead_time_of(plant_of([order(k, "A", k, int(t)) for k, t in enumerate(took)]))
    assert found.p95_days[0] == pytest.approx(np.exp(3.4 + 1.645 * 0.3), rel=0.04)
    assert (took <= found.p95_days[0]).mean() == pytest.approx(0.95, abs=0.012)


def test_a_new_supplier_is_expected_to_spread_like_its_lane():
    """Suppliers by sea take twice their plan, by road what they say; an item of one order leans on its lane."""
    draws = np.random.default_rng(23)
    rows, names, suppliers, modes = [], [], [], []
    for k in range(16):
        sea = k < 8
        suppliers.append(f"S{k:02}")
        modes.append("sea" if sea else "road")
        names.append(f"I{k:02}")
        n = 1 if k in {7, 15} else 40
        for j in range(n):
            rows.append(order(1000 * k + j, names[-1], 10 * j, int(np.rint(np.exp(draws.normal(np.log(80 if sea else 40), 0.2))))))
    single = [(r[0], r[1], r[2], r[3], r[2] + timedelta(days=55)) if r[1] in {"I07", "I15"} else r for r in rows]
    plant = plant_of(single, {"item": names, "supplier": suppliers, "lead_time_days": [40.0] * 16})
    lanes = pl.DataFrame({"supplier": suppliers, "country": ["CN"] * 16, "mode": modes})
    found = lead_time_of(Plant.of(plant.terms, {**plant.tables, "suppliers": lanes}))
    blind = lead_time_of(plant)
    assert found.mean_days[7] > 60.0 > 50.0 > found.mean_days[15]
    assert blind.mean_days[7] == pytest.approx(blind.mean_days[15])


def test_rejected_goods_that_are_never_replaced_took_as_long_as_they_took():
    """Every tenth line falls a fifth short and stays so: settled, not open for two years."""
    rows = [order(k, "A", 7 * k, 20 + k % 5) for k in range(100)]
    plant = plant_of(rows)
    quantities = plant.receipts.with_columns(
        quantity_ordered=pl.lit(100.0),
        quantity_received=pl.lit(100.0),
        quantity_rejected=pl.Series([20.0 if k % 10 == 0 else 0.0 for k in range(100)]),
    )
    found = lead_time_of(Plant.of(plant.terms, {**plant.tables, "receipts": quantities}))
    whole = lead_time_of(plant)
    assert found.mean_days[0] == pytest.approx(whole.mean_days[0], rel=0.02)
    assert found.receipts[0] + found.open_orders[0] == 100
    assert found.receipts[0] >= 99


def test_crossing_orders_need_less_spread():
    draws = np.random.default_rng(24)
    took = draws.choice([5, 40], 400)
    found = lead_time_of(plant_of([order(k, "A", k, int(t)) for k, t in enumerate(took)]))
    assert found.crossing_share[0] == pytest.approx(0.25, abs=0.06)
    assert found.effective_sd_days[0] < 0.4 * found.sd_days[0]


def test_one_receipt_is_no_proof_that_every_order_takes_as_long():
    one = lead_time_of(plant_of([order(1, "A", 0, 20)]))
    thrice = lead_time_of(plant_of([order(k, "A", 30 * k, 20) for k in range(3)]))
    always = lead_time_of(plant_of([order(k, "A", 30 * k, 20) for k in range(300)]))
    assert one.sd_days[0] > 2.0
    assert one.sd_days[0] > thrice.sd_days[0] > 5 * always.sd_days[0] > 0.0
    assert always.mean_days[0] == pytest.approx(20.0, abs=0.01)


def test_the_upper_bound_is_that_of_the_mean_not_of_our_guess_of_it():
    """
    Four orders that speak alone: the mean is exp(m + s^2 / 2), m normal around the mean log with a quarter of the logs' variance.

    Its 95 % point lies 1.645 sd of m above on the log scale, from the median; the mean we give has half of m's variance more.
    """
    logs = np.log([12, 20, 33, 55])
    rows = [order(k, "A", 10 * k, took) for k, took in enumerate((12, 20, 33, 55))]
    found = lead_time_of(plant_of(rows), LeadTimeParams(prior_orders=1e-9, rounds=300, most_log_sd=3.0))
    total = np.log1p((found.sd_days[0] / found.mean_days[0]) ** 2)  # s^2 and the variance of m
    of_mean = logs.var() / 4
    assert found.mean_days[0] == pytest.approx(np.exp(logs.mean() + total / 2), rel=1e-6)
    assert found.mean_upper_days[0] == pytest.approx(np.exp(logs.mean() + (total - of_mean) / 2 + 1.6448536 * np.sqrt(of_mean)), rel=1e-6)
