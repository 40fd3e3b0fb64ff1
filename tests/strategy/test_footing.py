"""Footing: a figure on its way from nothing over its estimate to its bound, all else as believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from justenough.estimation.exposure import exposure_over
from justenough.sizing.single import outcome_at
from justenough.strategy.footing import OF_SUPPLY, Suspect, calmer, figures_of, only, served
from justenough.strategy.rejects import with_rejects
from justenough.strategy.situation import situation_of
from justenough.strategy.spread import part


def _of(made):
    plant, decided = made
    known = with_rejects(situation_of(decided, plant).known)
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    from justenough.sizing.single import cheapest, order_quantity

    levels = cheapest(exposure, known.economics, order_quantity(exposure, known.economics)).levels
    return known, levels, np.full(len(known.review_days), np.inf)


@pytest.fixture(scope="module")
def bought(bearings):
    return _of(bearings)


@pytest.fixture(scope="module")
def made(brackets):
    return _of(brackets)


def _ways(known, value=0.0):
    return np.full((len(known.review_days), len(OF_SUPPLY)), value)


def test_every_bound_costs_service_and_all_of_them_most(bought):
    known, levels, least = bought
    here = served(known, _ways(known), levels, least).narrow.cycle_service
    for suspect in (Suspect.LEAD_TIME, Suspect.OUTAGES):
        there = served(known, only(_ways(known), suspect, 1.0), levels, least).narrow.cycle_service
        assert (there <= here + 1e-12).all()
        assert (there < here).any()
    everything = served(known, _ways(known, 1.0), levels, least).narrow.cycle_service
    assert (everything <= here + 1e-12).all()


def test_on_the_way_a_figure_is_what_it_says(bought):
    """At its bound the mean lead time is the bound: the same service as a plant whose supplier is known to be that slow."""
    known, levels, least = bought
    bounds = known.bounds
    slow = replace(
        known.lead_time, mean_days=known.lead_time.mean_days + bounds.mean_upper_days - bounds.mean_days, sd_days=bounds.order_sd_days
    )
    sure = replace(known.outages, wait_sd_days=known.outages.wait_days)
    exposure = exposure_over(known.demand, slow, sure, known.review_days)
    found = served(known, only(_ways(known), Suspect.LEAD_TIME, 1.0), levels, least).wide.cycle_service
    np.testing.assert_allclose(found, outcome_at(exposure, known.economics, levels).cycle_service, atol=1e-9)


def test_machines_at_their_bounds_serve_worse_and_without_stops_better(made):
    known, levels, least = made
    machines = known.bounds.machines
    own = machines.made
    assert own.sum() >= 5

    def service(suspect, way):
        return served(known, only(_ways(known), suspect, way), levels, least).narrow.fill_rate

    here = service(Suspect.MTTR, 0.0)
    for suspect in (Suspect.MTBF, Suspect.MTTR):
        np.testing.assert_array_equal(service(suspect, 1.0)[~own], here[~own])
        assert (service(suspect, 1.0)[own] <= here[own] + 1e-9).all()
        assert service(suspect, 1.0)[own].mean() < here[own].mean()
        assert (service(suspect, -1.0)[own] >= here[own] - 1e-6).all()


def test_both_machine_figures_at_their_bounds_are_the_link_with_bounded_machines(brackets, made):
    known, levels, least = made
    plant, decided = brackets
    rows = situation_of(decided, plant).rows
    worst = part(decided.link.lead_time(decided.link.machines.bounded()), rows)
    way = only(only(_ways(known), Suspect.MTBF, 1.0), Suspect.MTTR, 1.0)
    found = served(known, way, levels, least).narrow
    own = known.bounds.machines.made & (known.usable_share == 1.0) & (known.bounds.mean_upper_days == known.bounds.mean_days)
    sure = replace(known.outages, wait_sd_days=known.outages.wait_days)
    outcome = outcome_at(exposure_over(known.demand, worst, sure, known.review_days), known.economics, levels)
    assert own.any()
    np.testing.assert_allclose(found.fill_rate[own], outcome.fill_rate[own], atol=1e-6)


def test_figures_and_their_evidence_are_looked_up_by_suspect(bought):
    known, *_ = bought
    for suspect, (estimate, bound) in {
        Suspect.LEAD_TIME: (known.bounds.mean_days, known.bounds.mean_upper_days),
        Suspect.OUTAGES: (known.bounds.chance, known.bounds.chance_upper),
        Suspect.FORECAST: (known.demand.drift, known.demand.drift),
    }.items():
        found = figures_of(known, np.full(len(estimate), int(suspect)))
        np.testing.assert_array_equal(found[0], estimate)
        np.testing.assert_array_equal(found[1], bound)


def test_calmer_demand_keeps_its_mean(bought):
    known, *_ = bought
    calm = calmer(known, 0.5, 0.25).demand
    np.testing.assert_array_equal(calm.mean, known.demand.mean)
    np.testing.assert_allclose(calm.variance, known.demand.variance / 4)
    np.testing.assert_allclose(calm.drift, known.demand.drift / 4)


def test_words_stand_for_every_suspect():
    assert len(set(Suspect.labels())) == len(Suspect)
