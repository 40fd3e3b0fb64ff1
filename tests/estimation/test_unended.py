"""Unended: ends that deliveries give away, read again line by line and against simulated suppliers."""

from datetime import date, timedelta
from math import exp

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from justenough.domain.plant import Plant
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.receipts import last_day, order_lines, outages_on_record
from justenough.estimation.renewals import renewals_of
from justenough.estimation.supplier import outages_of
from justenough.estimation.unended import out_today

START = date(2010, 1, 1)


def day(k):
    return None if k is None else START + timedelta(days=int(k))


def plant_of(disruptions, orders, suppliers=("S", "T")):
    """Orders are (supplier, ordered, received); each supplier sends an item of its own."""
    down = [(name, day(a), day(b)) for name, a, b in disruptions]
    bought = [(str(k), f"I-{name}", None, day(a), day(b)) for k, (name, a, b) in enumerate(orders)]
    schema = {"order": pl.String, "item": pl.String, "supplier": pl.String, "ordered": pl.Date, "received": pl.Date}
    return Plant.from_frames(
        items=pl.DataFrame({"item": [f"I-{name}" for name in suppliers], "supplier": list(suppliers)}),
        receipts=pl.DataFrame(bought, schema=schema, orient="row"),
        disruptions=pl.DataFrame(down, schema={"supplier": pl.String, "start": pl.Date, "end": pl.Date}, orient="row"),
        currency="EUR",
        demand_period="day",
    )


def simulated(suppliers, up, down, seed, forgotten, last=3652):
    """Suppliers up and down at random, an order each month that takes 20 days and waits an outage out; some ends are not written down."""
    draws = np.random.default_rng(seed)
    outages, orders = [], []
    for name in suppliers:
        own, at = [], draws.geometric(1 / up)
        while at < last:
            over = at + draws.geometric(1 / down) - 1  # the last day down
            own.append((at, over))
            at = over + 1 + draws.geometric(1 / up)
        for placed in range(int(draws.integers(30)), last, 30):
            due = placed + 20
            for a, b in own:
                if a <= due and placed <= b:
                    due += b + 1 - max(a, placed)
            orders.append((name, placed, due if due <= last else None))
        outages += [(name, a, None if b > last or draws.random() < forgotten else b) for a, b in own]
    return outages, [*orders, (suppliers[0], last, None)]


def test_an_answer_to_a_later_order_gives_the_end_away():
    """S sends within 20 days. T's outage began 100 days ago, and only what was ordered before has come: it goes on."""
    usual = [("S", 10 * k, 10 * k + 20) for k in range(10)]
    down = [("S", 100, 119), ("S", 300, 319), ("S", 500, None), ("T", 900, None)]
    plant = plant_of(down, [*usual, ("S", 498, 540), ("S", 545, 565), ("T", 890, 910), ("S", 980, 1000)])
    record = outages_on_record(plant)
    assert record["shown"].to_list() == [None, None, day(565), None]
    assert record["end"].to_list()[3] is None

    def within(mean):  # of an exponential that is over within 45 days, by quadrature
        return quad(lambda t: t * exp(-t / mean), 0, 45)[0] / quad(lambda t: exp(-t / mean), 0, 45)[0]

    lasted = round(within(brentq(lambda mean: (20 + 20 + 101 + within(mean)) / 3 - mean, 5.0, 500.0)))
    assert (record["end"][2] - day(500)).days + 1 == lasted
    (s, t) = out_today(record, last_day(plant)).rows(named=True)
    assert s == {
        "supplier": "S", "out_since": None, "over_since": day(500), "over_days": lasted, "shown": day(565), "out_days": None,
    }  # fmt: skip
    assert (t["supplier"], t["out_since"], t["out_days"], t["shown"]) == ("T", day(900), 100, None)


def test_an_order_that_waited_tells_the_end_to_the_day():
    """Placed on day 510 it came on day 600, 20 days after the supplier sent again: the last day down is the 579th."""
    usual = [("S", 10 * k, 10 * k + 20) for k in range(10)]
    record = outages_on_record(plant_of([("S", 500, None), ("S", 100, 104)], [*usual, ("S", 510, 600), ("S", 560, 600)]))
    assert record.filter(pl.col("start") == day(500)).select("end", "shown").row(0) == (day(579), day(600))


def test_where_nothing_tells_how_long_outages_last_half_of_what_is_possible_is_taken():
    record = outages_on_record(plant_of([("S", 500, None)], [("S", 540, 570)]))
    assert record.select("end", "shown").row(0) == (day(519), day(570))


def test_first_answers_read_again():
    draws = np.random.default_rng(3)
    orders = [("ST"[draws.integers(2)], a := int(draws.integers(300)), a + int(draws.integers(80))) for _ in range(60)]
    open_ones = [("ST"[draws.integers(2)], int(a), None) for a in draws.integers(0, 380, 20)]
    record = outages_on_record(plant_of([*open_ones, ("S", 10, 30)], orders))
    assert record.height == 21
    for name, began, end, shown in record.filter(pl.col("start") != day(10)).select("supplier", "start", "end", "shown").rows():
        usually = int(np.median([came - ordered for who, ordered, came in orders if who == name]))
        sent = [(max(came - usually, ordered), came) for who, ordered, came in orders if who == name and day(ordered) > began]
        over_by = min(sent)[0] if sent else None
        assert shown in ([day(came) for at, came in sent if at == over_by] or [None])
        assert (end is None) == (not sent)
        assert end is None or began <= end <= max(began, day(over_by - 1))


def test_simulated_suppliers_whose_books_forget_a_third_of_the_ends():
    """
    Down 30 days on average, up 400. Of 2,700 outages 900 have no end in the books; counted as going on they make a usual
    outage of 30 days last years.
    """
    names = [f"S{k:03}" for k in range(300)]
    outages, orders = simulated(names, 400.0, 30.0, 7, 1 / 3)
    plant = plant_of(outages, orders, names)
    open_ones = sum(b is None for _, _, b in outages)
    shown = outages_on_record(plant)["shown"].len() - outages_on_record(plant)["shown"].null_count()
    assert open_ones > 700
    assert shown > 0.95 * open_ones
    found = renewals_of(plant)[0]
    events = np.sqrt(found.ends.events.sum())
    assert found.ends.wait_mean().mean() == pytest.approx(30.0, rel=4.0 / events + 0.02)
    met = found.meets(np.array([20.0]))[:, 0].mean()
    assert met == pytest.approx(1.0 - np.exp(-20.0 / 400.0) / (1.0 + 30.0 / 400.0), rel=0.06)
    # Orders placed since are orders like others: they tell the lead time.
    left_out = order_lines(plant)["disrupted"].mean()
    assert left_out == pytest.approx(met, rel=0.15)
    assert lead_time_of(plant).mean_days.mean() == pytest.approx(20.0, rel=0.05)


def test_one_forgotten_end_does_not_move_what_an_order_meets():
    """The end of one of ten outages is wiped out: chance and wait stay within a tenth of what they were."""
    down = [("S", 200 * k, 200 * k + 19) for k in range(10)]
    orders = [("S", 25 * k, 25 * k + 10) for k in range(80)]
    whole = outages_of(plant_of(down, orders))
    wiped = outages_of(plant_of([("S", 200, None) if k == 1 else one for k, one in enumerate(down)], orders))
    assert wiped.probability[0] == pytest.approx(whole.probability[0], rel=0.1)
    assert wiped.wait_days[0] == pytest.approx(whole.wait_days[0], rel=0.1)
