"""What docs/sizing.md says the formulas miss: each figure again, by quadrature, by adding up laws, or by living day after day."""

import random

import numpy as np
import pytest
from invented_items import items, money
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Exposure
from justenough.sizing.expiry import perishable_outcome
from justenough.sizing.single import outcome_at

COUNTS, ONE = Form.NEGATIVE_BINOMIAL, np.ones(1)


def counts(mean, variance):
    return stats.nbinom(mean**2 / (variance - mean), mean / variance) if variance > mean * (1 + 1e-9) else stats.poisson(mean)


def earned(exposure, level):
    return outcome_at(exposure, money(1), Levels(np.array([level - 1.0]), ONE, ONE))


def over_time(rate, ratio, lead, review, level):
    """Ready rate, mean stock and units waiting of a base stock, by forty places of a cycle."""
    places, weights = np.polynomial.legendre.leggauss(40)
    ready = stock = waiting = 0.0
    for place, weight in zip(0.5 * (places + 1.0) * review, 0.5 * weights, strict=True):
        mean = rate * (lead + place)
        law, on_shelf = counts(mean, mean * ratio), np.arange(level + 1)
        left = ((level - on_shelf) * law.pmf(on_shelf)).sum()
        ready, stock, waiting = ready + weight * law.cdf(level), stock + weight * left, waiting + weight * (left - level + mean)
    return ready, stock, waiting


@pytest.mark.parametrize(
    ("rate", "ratio", "lead", "review", "off"),
    [
        (5, 1.5, 10, 1, 0.01), (0.5, 1, 5, 7, 0.01), (5, 1.5, 5, 7, 0.001), (2, 8, 10, 30, 0.03), (5, 1.5, 10, 30, 0.001),
        (50, 2, 2, 30, 0.03),
    ],
)  # fmt: skip
def test_reviews_of_any_length_tell_what_waits(rate, ratio, lead, review, off):
    exposure = items(COUNTS, [rate], rate * ratio, lead, review)
    for deviations in (1.0, 2.0):
        level = round(exposure.mean[0, 2] + deviations * exposure.variance[0, 2] ** 0.5)
        ours, (ready, stock, waiting) = earned(exposure, level), over_time(rate, ratio, lead, review, level)
        assert ours.backorders[0] == pytest.approx(waiting, rel=off)
        assert ours.mean_stock[0] == pytest.approx(stock, rel=1e-4)
        assert ours.ready_rate[0] == pytest.approx(ready, abs=1e-3)


@pytest.mark.parametrize(
    ("spread", "stops", "deviations", "told", "holds"),
    [
        (0.0, 0.0, 3, 0.9990, 0.9990),
        (3.0, 0.0, 2, 0.9737, 0.9704),
        (6.0, 0.0, 2, 0.9643, 0.9595),
        (6.0, 0.0, 3, 0.9902, 0.9888),
        (0.0, 0.1, 4, 0.9837, 0.9833),
    ],
)
def test_fill_rates_far_out_are_told_high_where_lead_times_vary(spread, stops, deviations, told, holds):
    """Ten a day, ten days, looked at daily: the law at the lead time, and then a day of its own, added up unit by unit."""
    rate, lead, review, wait = 10.0, 10.0, 1.0, 30.0
    plain = items(COUNTS, [rate], rate, lead, review, lead_sd=spread)
    late = (plain.mean + rate * wait, plain.variance + rate * wait + np.square(rate * wait), plain.idle)
    usual = (plain.mean, plain.variance, plain.idle)
    exposure = Exposure(*usual, *late, np.array([stops]), plain.form, ONE, plain.rate, ONE, plain.lead_days)
    units = np.arange(12_000)
    parts = [(1.0 - stops, plain.mean[0, 0], plain.variance[0, 0]), (stops, late[0][0, 0], late[1][0, 0])]
    before = sum(share * counts(mean, variance).pmf(units) for share, mean, variance in parts)
    after = np.convolve(before, stats.poisson(rate * review).pmf(np.arange(100)))
    mean = units @ before
    level = round(mean + rate * review + deviations * np.sqrt(np.square(units) @ before - mean**2))
    short = [np.maximum(np.arange(len(law)) - level, 0) @ law for law in (before, after)]
    assert 1.0 - (short[1] - short[0]) / (rate * review) == pytest.approx(holds, abs=1e-4)
    assert earned(exposure, level).fill_rate[0] == pytest.approx(told, abs=1e-4)


def lived(rate, ratio, lead, review, life, level, days):
    """Share served and share thrown away: order up to ``level`` every review, oldest first, gone after ``life`` days on the shelf."""
    rng, size = random.Random(4), rate / (ratio - 1.0)
    coming, shelf, wait = {}, [], 0
    asked = served = gone = 0
    for day in range(days):
        gone += sum(many for arrived, many in shelf if day - arrived >= life)
        shelf = [[arrived, many] for arrived, many in shelf if day - arrived < life]
        if day % review == 0:
            coming[day + lead] = level - sum(many for _, many in shelf) - sum(coming.values()) + wait
        if came := coming.pop(day, 0):
            paid = min(came, wait)
            wait -= paid
            shelf.append([day, came - paid])
        pace = rng.gammavariate(size, ratio - 1.0)
        wanted = int(stats.poisson.ppf(rng.random(), pace))
        asked += wanted
        for batch in shelf:
            taken = min(wanted, batch[1])
            batch[1] -= taken
            wanted -= taken
            served += taken
        wait += wanted
    return served / asked, gone / asked


@pytest.mark.parametrize("lead", [1, 9, 17])
def test_a_life_shorter_than_a_review_is_told_as_it_is(lead):
    """Twenty a day, looked at weekly: five days of life leave the shelf bare for two."""
    rate, ratio, review, life = 20.0, 1.5, 7, 5
    level = 165 + 20 * lead
    exposure, aged = (items(COUNTS, [rate], rate * ratio, days, review) for days in (lead, lead + life))
    told = perishable_outcome(exposure, aged, money(1), Levels(np.array([level - 1.0]), ONE, ONE))
    served, spoilt = lived(rate, ratio, lead, review, life, level, days=7 * 400)
    near = 0.012 if lead <= review else 0.025
    assert told.outcome.fill_rate[0] == pytest.approx(served, abs=near)
    assert told.expired[0] / (rate * 365.25) == pytest.approx(spoilt, abs=near)
    assert told.outcome.units_short[0] == pytest.approx((1.0 - told.outcome.fill_rate[0]) * rate * 365.25)
