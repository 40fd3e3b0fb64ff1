"""Cards by hand, beside lives lived, and beside counting upwards."""

import numpy as np
import pytest
from invented_items import items, money

from justenough.domain.item import Form
from justenough.simulation.draws import Futures
from justenough.simulation.policies import live_drawn
from justenough.simulation.supply import Supply
from justenough.sizing.kanban import card_levels, cards_for, toyota_cards
from justenough.sizing.single import outcome_at


def test_toyotas_formula_by_hand():
    """400 a day, half a day, containers of 25, a tenth on top: 8.8 cards are 9; 8.0 cards are 8 in spite of rounding."""
    assert toyota_cards(400.0, 0.5, 25.0, 0.1) == 9.0
    assert toyota_cards([400.0, 0.3, 0.0], [0.5, 10.0, 5.0], [25.0, 3.0, 10.0], 0.0).tolist() == [8.0, 1.0, 1.0]
    assert np.isnan(toyota_cards(np.nan, 0.5, 25.0, 0.1))


def lone_part(container, cards, when_emptied, demand):
    """Containers of one part without lead time, unit by unit: the lowest and highest position (on hand + on order) after a review."""
    full, opened, on_order, seen = cards, 0, 0, []
    for asked in demand:
        full += on_order
        on_order = 0
        released = 0
        for _ in range(asked):
            if opened == 0:
                full, opened = full - 1, container
                released += not when_emptied
            opened -= 1
            released += when_emptied and opened == 0
        on_order = released
        seen.append(full * container + opened + on_order * container)
    return min(seen), max(seen)


@pytest.mark.parametrize("when_emptied", [False, True])
def test_cards_are_the_levels_that_containers_live(when_emptied):
    rng = np.random.default_rng(4)
    levels = card_levels(items(Form.NEGATIVE_BINOMIAL, [1.0], 1.0, 0.0, 1.0), 6.0, 4.0, when_emptied=when_emptied)
    low, high = lone_part(4, 6, when_emptied, rng.integers(0, 4, 5000))
    assert (levels.lowest_position[0], levels.order_up_to[0]) == (low, high)


@pytest.mark.parametrize("when_emptied", [False, True])
def test_the_fewest_cards_are_the_fewest(when_emptied):
    rng = np.random.default_rng(10)
    mean = 10.0 ** rng.uniform(-1, 2, 30)
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, mean * rng.uniform(1.0, 8.0, 30), rng.uniform(0.5, 10, 30), rng.uniform(0.5, 3, 30))
    container = np.ceil(mean * rng.uniform(0.1, 3.0, 30))
    found = cards_for(exposure, money(30), container, cycle_service=0.95, fill_rate=[np.nan, 0.9, 0.999] * 10, when_emptied=when_emptied)
    floor = np.tile([0.0, 0.9, 0.999], 10)

    def keeps(cards):
        earned = outcome_at(exposure, money(30), card_levels(exposure, cards, container, when_emptied=when_emptied))
        return (earned.cycle_service >= 0.95) & (earned.fill_rate >= floor)

    assert keeps(found.cards).all()
    counted, cards = np.zeros(30), 1.0
    while (counted == 0.0).any():
        counted = np.where((counted == 0.0) & keeps(np.full(30, cards)), cards, counted)
        cards += 1.0
    assert found.cards.tolist() == counted.tolist()
    assert (found.outcome.cycle_service >= 0.95).all()


def test_cards_give_in_life_what_they_promise():
    """Cards for 95 % of cycles and 98 % of units, lived 60 times eight years: within 4.5 standard errors."""
    mean, variance = np.array([3.0, 12.0, 40.0]), np.array([9.0, 100.0, 300.0])
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, variance, 4.0, 1.0)
    found = cards_for(exposure, money(3), np.array([5.0, 10.0, 50.0]), cycle_service=0.95, fill_rate=0.98)
    none = np.zeros(3)
    supply = Supply(exposure.lead_days, none, none, none, none, none, none, none)
    futures = Futures(exposure.form, mean[:, None], variance[:, None], none, none)
    life = live_drawn(["A", "B", "C"], found.levels, futures, supply, exposure.review_days, days=3000, lives=60, warm_up_days=100, seed=3)
    assert np.max(np.abs(life.fill_rate - found.outcome.fill_rate) / life.error_of("fill_rate")) < 4.5
    assert np.max(np.abs(life.cycle_service - found.outcome.cycle_service) / life.error_of("cycle_service")) < 4.5


def test_unknown_parts_have_no_cards_and_stop_nobody():
    exposure = items(Form.NEGATIVE_BINOMIAL, [2.0, np.nan], 3.0, 4.0, 1.0)
    cards = cards_for(exposure, money(2), 5.0, cycle_service=0.95).cards
    assert cards[0] >= 2.0
    assert np.isnan(cards[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: toyota_cards(1.0, 1.0, 0.0, 0.0), "container must be a finite number above 0, got 0"),
        (lambda e: toyota_cards(1.0, -1.0, 1.0, 0.0), "lead_days must be a finite number of at least 0, got -1"),
        (lambda e: toyota_cards(np.inf, 1.0, 1.0, 0.0), "daily_usage must be a finite number of at least 0, got inf"),
        (lambda e: cards_for(e, money(1), 5.0, fill_rate=1.0), r"fill_rate must be in \(0, 1\), got 1: no finite number of cards"),
        (lambda e: card_levels(e, 3.0, -5.0), "container must be a finite number above 0, got -5"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(items(Form.NEGATIVE_BINOMIAL, [2.0], 3.0, 4.0, 1.0))
