"""Cards by hand, beside lives lived, and beside counting upwards."""

import numpy as np
import pytest
from invented_items import assert_only_chance, items, money

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


@pytest.mark.parametrize("when_emptied", [False, True])
def test_cards_of_200_parts_give_in_life_what_they_promise(when_emptied):
    """Services of 60 to 99 % asked for, 40 lives of four years: gaps over their errors are standard normal (Bonferroni, 0.1 %)."""
    rng, n = np.random.default_rng(10), 200
    mean = 10.0 ** rng.uniform(-0.5, 1.6, n)
    variance = mean * rng.uniform(1.0, 6.0, n)
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, variance, rng.integers(0, 12, n), rng.integers(1, 5, n))
    container = np.ceil(mean * rng.uniform(0.1, 3.0, n) * exposure.review_days)
    half = np.arange(n) % 2 == 0
    cycles, units = np.where(half, rng.uniform(0.6, 0.98, n), np.nan), np.where(half, np.nan, rng.uniform(0.7, 0.99, n))
    found = cards_for(exposure, money(n, ordering_cost=1.0), container, cycle_service=cycles, fill_rate=units, when_emptied=when_emptied)
    none = np.zeros(n)
    futures = Futures(exposure.form, mean[:, None], variance[:, None], none, none)
    supply = Supply.constant(exposure.lead_days)
    names = [f"PART-{k}" for k in range(n)]
    life = live_drawn(names, found.levels, futures, supply, exposure.review_days, days=1500, lives=40, warm_up_days=100, seed=3)
    assert found.cards.max() > 20.0 * found.cards.min()
    for measure, promised in (
        ("fill_rate", found.outcome.fill_rate),
        ("cycle_service", found.outcome.cycle_service),
        ("orders", found.outcome.ordering_cost),
    ):
        assert_only_chance(promised, getattr(life, measure), life.error_of(measure), 40, measure)


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
