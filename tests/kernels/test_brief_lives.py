"""Brief lives: beside living day after day, over lives and lead times; a case by hand; and what must hold whatever the form."""

import math

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.kernels.brief_lives import (
    EMPTY_FIRST,
    EMPTY_LAST,
    HELD,
    N_BRIEF,
    SERVED,
    THROWN,
    WAITING,
    WHOLE_CYCLE,
    WITH_STOCK,
    brief_lives,
)

NAN, REVIEW = math.nan, 10


def found_at(rate, ratio, lead, life, level, *, form=Form.NEGATIVE_BINOMIAL, quantity=1.0, outage=0.0, wait=0.0, lead_sd=0.0):
    """Order up to ``level`` every ten days; independent days."""
    days = lead + REVIEW * np.array([0.0, 0.5, 1.0])
    rows = [
        each
        for extra in (0.0, wait)
        for each in (rate * (days + extra), rate * ratio * (days + extra) + (rate * lead_sd) ** 2, np.exp(-rate / max(ratio, 1.0) * days))
    ]
    item = np.array([[outage, 1.0, rate, REVIEW, 1.0, 0.2, 0.0, NAN, NAN, NAN, math.inf, quantity]])
    found = np.empty((1, N_BRIEF))
    lows = np.array([level - quantity + 1.0])
    brief_lives(np.array([int(form)]), np.array([rows]), item, lows, np.array([float(lead)]), np.array([float(life)]), found)
    return found[0]


def lived(rate, ratio, lead, life, level, *, cycles=160, lives=80):
    """Day after day in many lives at once: shares served and thrown away, and what stands and waits in the middle of a day."""
    random = np.random.default_rng(5)
    shelf, wait, on_order, due, dies = np.zeros(lives), np.zeros(lives), np.zeros(lives), {}, -1
    asked = served = thrown = held = waited = days = 0.0
    for day in range(cycles * REVIEW):
        counted = day > 40 + 4 * lead
        if day == dies:
            thrown += shelf.sum() * counted
            shelf[:] = 0.0
        if day % REVIEW == 0:
            due[day + lead] = np.maximum(level - shelf - on_order + wait, 0.0)
            on_order = on_order + due[day + lead]
        if day in due:
            came = due.pop(day)
            on_order, paid, dies = on_order - came, np.minimum(came, wait), day + life
            shelf, wait = shelf + came - paid, wait - paid
        pace = random.gamma(rate / (ratio - 1.0), ratio - 1.0, lives) if ratio > 1.0 else np.full(lives, rate)
        wanted = random.poisson(pace)
        taken = np.minimum(wanted, shelf)
        if counted:
            asked, served, days = asked + wanted.sum(), served + taken.sum(), days + lives
            held, waited = held + (shelf - 0.5 * taken).sum(), waited + (wait + 0.5 * (wanted - taken)).sum()
        shelf, wait = shelf - taken, wait + wanted - taken
    return served / asked, thrown / asked, held / days, waited / days


@pytest.mark.parametrize(("rate", "ratio"), [(5.0, 1.0), (5.0, 6.0)], ids=["poisson", "lumps"])
@pytest.mark.parametrize("life", [2, 6, 10])
@pytest.mark.parametrize("lead", [1, 5, 10, 18, 30])
def test_what_is_told_is_lived(rate, ratio, lead, life):
    """Within chance where the lead time is no longer than a review, within 2.5 points of demand where it is."""
    for deviations in (-0.5, 1.0):
        level = round(rate * (lead + REVIEW) + deviations * math.sqrt(rate * ratio * (lead + REVIEW)))
        found = found_at(rate, ratio, lead, life, level)
        served, thrown, held, waited = lived(rate, ratio, lead, life, level)
        near = 0.012 if lead <= REVIEW else 0.025
        assert found[SERVED] == pytest.approx(served, abs=near)
        assert found[THROWN] / (rate * REVIEW) == pytest.approx(thrown, abs=near)
        assert found[HELD] == pytest.approx(held, rel=0.03 if lead <= REVIEW else 0.05)
        assert found[WAITING] == pytest.approx(waited, abs=0.03 * waited + (0.3 if lead <= REVIEW else 0.8))


def test_a_delivery_of_certain_demand_is_arithmetic():
    """Ten a day, a day of lead time, five of life, order up to 80: 70 come, 50 are sold, 20 thrown away; the next find 50 waiting."""
    found = found_at(10.0, 0.0, 1, 5, 80, form=Form.GAMMA)
    assert found[SERVED] == pytest.approx(0.5)
    assert found[THROWN] == pytest.approx(20.0)
    assert found[HELD] == pytest.approx(0.5 * (70.0 + 20.0) / 2.0)
    assert found[WAITING] == pytest.approx(0.5 * 50.0 / 2.0)
    assert (found[EMPTY_FIRST], found[EMPTY_LAST], found[WHOLE_CYCLE]) == pytest.approx((0.0, 1.0, 0.0))


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.WINDOWS], ids=lambda form: form.name.lower())
def test_more_on_the_shelf_serves_more_and_throws_more_away(form):
    last = np.zeros(N_BRIEF)
    for level in (0, 20, 40, 60, 80, 120, 200):
        found = found_at(4.0, 3.0, 3, 6, level, form=form, outage=0.05, wait=20.0, lead_sd=1.0)
        assert np.isfinite(found).all()
        for rising in (SERVED, WITH_STOCK, HELD, THROWN, WHOLE_CYCLE):
            assert found[rising] >= last[rising] - 1e-9
        # Six days in ten; a normal law asks for less than nothing now and then.
        assert found[SERVED] < 0.6 + (1e-3 if form is Form.NORMAL else 1e-9)
        last = found


def test_nothing_on_the_shelf_serves_nobody_and_an_outage_serves_fewer():
    none = found_at(4.0, 2.0, 3, 6, 0)
    assert (none[SERVED], none[HELD], none[THROWN]) == pytest.approx((0.0, 0.0, 0.0))
    assert none[WAITING] == pytest.approx(4.0 * (3 + 5), rel=1e-6)
    assert found_at(4.0, 2.0, 3, 6, 50, outage=0.2, wait=40.0)[SERVED] < found_at(4.0, 2.0, 3, 6, 50)[SERVED] - 0.05


def test_lots_stand_for_the_mean_of_their_positions():
    """Without deliveries that die in a lead time each position is a case of its own."""
    lot = found_at(4.0, 3.0, 2, 6, 55, quantity=9.0)
    each = np.mean([found_at(4.0, 3.0, 2, 6, level) for level in range(47, 56)], axis=0)
    for column in (SERVED, HELD, THROWN, WAITING):
        assert lot[column] == pytest.approx(each[column], rel=1e-9)


def test_what_is_unknown_stays_so():
    assert np.isnan(found_at(NAN, 2.0, 3, 6, 50)).all()
