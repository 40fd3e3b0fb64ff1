"""Moves: what is known after one figure is multiplied."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from justenough.strategy.moves import OF_MACHINE, Figure, Move, meeting, moved, stopping_rate


@pytest.fixture
def known(refused_items):
    made = refused_items(6)
    lead = made.lead_time.mean_days
    chance = np.array([0.0, 0.02, 0.1, 0.3, 0.6, 0.02])
    wait = np.array([0.0, 20.0, 40.0, 60.0, 10.0, 300.0])
    return replace(
        made,
        lead_time=replace(made.lead_time, sd_days=lead / 4, effective_sd_days=lead / 4),
        outages=replace(made.outages, probability=chance, wait_days=wait, wait_sd_days=wait),
    )


def test_the_rate_of_stopping_is_the_one_that_gives_the_chance(known):
    """Against a root finder on the renewal formula, one item at a time."""
    found = stopping_rate(known.outages, known.lead_time.mean_days)
    assert found[0] == 0.0
    for i in range(1, 6):
        chance, wait, lead = known.outages.probability[i], known.outages.wait_days[i], known.lead_time.mean_days[i]

        def missing(rate, chance=chance, wait=wait, lead=lead):
            return 1.0 - np.exp(-rate * lead) / (1.0 + rate * wait) - chance

        assert found[i] == pytest.approx(brentq(missing, 0.0, 10.0, xtol=1e-14), rel=1e-8)


def test_half_as_many_outages_are_met_half_as_often_where_they_are_rare(known):
    fewer = moved(known, Figure.OUTAGES, 0.5).outages
    assert fewer.probability[1] == pytest.approx(known.outages.probability[1] / 2, rel=0.01)
    assert (fewer.probability[1:] < known.outages.probability[1:]).all()
    assert (fewer.wait_days == known.outages.wait_days).all()


def test_shorter_outages_and_lead_times_are_met_less_often_as_well(known):
    rate = stopping_rate(known.outages, known.lead_time.mean_days)
    shorter = moved(known, Figure.OUTAGE_LENGTH, 0.5)
    assert shorter.outages.wait_days == pytest.approx(known.outages.wait_days / 2)
    assert shorter.outages.probability == pytest.approx(meeting(rate, known.lead_time.mean_days, known.outages.wait_days / 2))
    sooner = moved(known, Figure.LEAD_TIME, 0.5)
    assert sooner.lead_time.mean_days == pytest.approx(known.lead_time.mean_days / 2)
    assert sooner.lead_time.sd_days == pytest.approx(known.lead_time.sd_days / 2)
    assert sooner.outages.probability == pytest.approx(meeting(rate, known.lead_time.mean_days / 2, known.outages.wait_days))


def test_a_second_source_is_waited_for_only_while_both_are_away(known):
    """Two alike, drawn: an order meets an outage of both, and what is then left of the shorter is half as long."""
    both = moved(known, Figure.SECOND_SOURCE, 0.0).outages
    random = np.random.default_rng(1)
    away = random.random((2, 400_000)) < known.outages.probability[3]
    left = random.exponential(known.outages.wait_days[3], (2, 400_000)).min(axis=0)
    assert both.probability[3] == pytest.approx(away.all(axis=0).mean(), rel=0.02)
    assert both.wait_days[3] == pytest.approx(left.mean(), rel=0.01)


@pytest.mark.parametrize("figure", [figure for figure in Figure if figure not in OF_MACHINE])
def test_a_factor_of_one_changes_nothing_and_only_the_asked_items_move(known, figure):
    same = moved(known, figure, 1.0)
    some = moved(known, figure, np.where(np.arange(6) == 4, 0.5, 1.0))
    for part in ("demand", "lead_time", "outages", "economics"):
        for name in getattr(known, part).__slots__:
            was, now, one = (getattr(getattr(each, part), name) for each in (known, same, some))
            if not isinstance(was, np.ndarray):
                continue
            np.testing.assert_array_equal(was, now)
            np.testing.assert_array_equal(np.delete(was, 4), np.delete(one, 4))
    assert np.array_equal(some.review_days, known.review_days) == (figure != Figure.REVIEW)


def test_machine_figures_are_sent_where_machines_are_known(known):
    with pytest.raises(ValueError, match="where machines are known"):
        moved(known, Figure.MTTR, 0.5)


@pytest.mark.parametrize("factor", [-0.1, np.inf, np.nan])
def test_a_move_that_cannot_be_meant_is_refused(factor):
    with pytest.raises(ValueError, match="factor must be"):
        Move(Figure.DEMAND, "", factor)


@pytest.mark.parametrize("figure", list(Figure))
def test_a_move_relieves_where_less_can_go_wrong(figure):
    """Neither more nor less demand does, nor what money costs; what is better the more of it there is, does above 1."""
    relieves = [Move(figure, "", factor).relieves for factor in (0.5, 2.0)]
    better_more = figure in (Figure.MTBF, Figure.SPEED, Figure.AVAILABILITY)
    neither, always = figure in (Figure.DEMAND, Figure.HOLDING_RATE), figure == Figure.SECOND_SOURCE
    assert relieves == ([False, False] if neither else [True, True] if always else [not better_more, better_more])
