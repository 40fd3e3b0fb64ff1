"""Throughput: lead times of made items against machines lived part by part, and what changes them."""

import numpy as np
import pytest
from invented_machines import machines_known, stages_of
from scipy import stats

import justenough as je
from justenough.domain.item import LeadTimeBasis
from justenough.estimation.demand import demand_of
from justenough.estimation.exposure import Causes, answering, exposure_over
from justenough.estimation.history import history_of
from justenough.estimation.lead_time import lead_time_of
from justenough.estimation.stops import two_parts
from justenough.estimation.supplier import outages_of
from justenough.estimation.throughput import completion_of, link_of
from justenough.kernels.loss import cdf


def lived(rng, n, parts, cycle, setup, up, down):
    """Times of n orders, part after part on a machine that fails while it works; repairs exponential."""
    out = np.empty(n)
    for order in range(n):
        to_failure, now = rng.exponential(up), setup
        for _ in range(parts):
            work = cycle
            while work > to_failure:
                now += to_failure + rng.exponential(down)
                work -= to_failure
                to_failure = rng.exponential(up)
            now, to_failure = now + work, to_failure - work
        out[order] = now
    return out


@pytest.mark.parametrize("seed", range(4))
def test_completion_is_lived_part_by_part(seed):
    """Random machines and orders: mean, variance and the upper tenth within the standard errors of the simulation."""
    rng = np.random.default_rng(60 + seed)
    parts, cycle, setup = int(rng.integers(20, 80)), rng.uniform(0.005, 0.02), rng.uniform(0.0, 0.1)
    up, down, n = rng.uniform(0.3, 4.0), rng.uniform(0.05, 0.8), 3000
    machines = machines_known([up], [down])
    # One order in ten thousand days: nobody waits.
    stage, order = stages_of([(0, 0, cycle, setup, parts)]), np.array([float(parts)])
    found = completion_of(machines, stage, order / 1e4, order, np.array([0]))
    truth, ours = lived(rng, n, parts, cycle, setup, up, down), found.possible[0]
    error = truth.std() / np.sqrt(n)
    assert ours.mean() == pytest.approx(truth.mean(), abs=4 * error + 4 * ours.std() / np.sqrt(len(ours)))
    work = parts * cycle
    assert ours.mean() == pytest.approx(setup + work * (1 + down / up), rel=0.02)  # Gaver 1962
    peaked = 6 * up / work / len(ours)  # what rare stops leave open of a variance, squared
    assert ours.var() == pytest.approx(work * down**2 * 2 / up, rel=4 * np.sqrt(peaked + 2 / len(ours)))
    for chance in (chance for chance in (0.9, 0.97, 0.99) if chance > np.exp(-work / up) + 0.01):  # beyond those without a stop
        share = np.mean(truth <= np.quantile(ours, chance))
        assert share == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / n) + 0.002)
    assert found.work_days[0] == pytest.approx(setup + work)


def test_equal_oee_and_longer_repairs_are_worse():
    """Availability 0.9 both, repairs 18 times as long: the same mean work and a farther tail."""
    often, seldom = (machines_known([up], [down]) for up, down in ((0.375, 1 / 24), (6.75, 0.75)))
    stage, rate, units = stages_of([(0, 0, 0.01, 0.0, 100.0)]), np.array([0.01]), np.array([100.0])
    one, two = (completion_of(each, stage, rate, units, np.array([0])).possible[0] for each in (often, seldom))
    assert np.median(two) < np.median(one)
    assert np.quantile(two, 0.97) > 1.5 * np.quantile(one, 0.97)


@pytest.fixture(scope="module")
def link():
    plant = je.sample("brackets")
    demand = demand_of(history_of(plant))
    units = np.fmax(7 * demand.mean, 1.0)
    return plant, demand, link_of(plant, lead_time_of(plant), np.nan_to_num(demand.mean), np.nan_to_num(units))


def test_a_machine_changes_the_items_that_pass_it_and_no_others(link):
    plant, _, link = link
    better = link.lead_time(link.machines.as_if("PRS-4", mttr=0.5), items=link.items_of("PRS-4"))
    whole = link.lead_time(link.machines.as_if("PRS-4", mttr=0.5))
    names = np.array(plant.items["item"])
    moved = ~np.isclose(better.mean_days + better.stops.mean_days, link.measured.mean_days + link.measured.stops.mean_days, equal_nan=True)
    assert set(names[moved]) == {"BRK-100", "BRK-140", "BRK-200", "BRK-260"}
    np.testing.assert_allclose(better.mean_days, whole.mean_days)
    at = np.flatnonzero(moved)
    assert (whole.p95_days[at] < link.measured.p95_days[at]).all()
    assert (link.measured.basis[at] == LeadTimeBasis.MACHINES).all()


def test_without_stops_is_what_saved_days_says(link):
    _, _, link = link
    none, stops = link.lead_time(link.machines.never_stopping()), link.measured.stops
    made = np.setdiff1d(link.routes.items, link.continuous)
    mean = link.measured.mean_days + stops.mean_days - stops.saved_days
    np.testing.assert_allclose((none.mean_days + none.stops.mean_days)[made], mean[made], rtol=1e-9)
    assert (stops.saved_days[made] >= -1e-3).all()  # a minute and a half: draws of the queue


def test_bounds_and_utilisation(link):
    _, _, link = link
    worse = link.utilisation(link.machines.bounded())
    assert (worse >= link.utilisation()).all()
    made = link.routes.items
    assert (link.measured.mean_upper_days[made] >= link.measured.mean_days[made] - 1e-9).all()


def test_receipts_keep_what_machines_do_not_explain():
    """Own production orders of nine days hold the machine's hours; the rest of them stays when the machine improves."""
    plant = je.sample("bearings")
    base, demand = lead_time_of(plant), demand_of(history_of(plant))
    link = link_of(plant, base, np.nan_to_num(demand.mean), np.nan_to_num(7 * demand.mean))
    at = list(plant.items["item"]).index("HSG-100")
    assert base.basis[at] == link.measured.basis[at] == LeadTimeBasis.RECEIPTS
    assert link.measured.mean_days[at] + link.measured.stops.mean_days[at] == pytest.approx(base.mean_days[at], rel=1e-9)
    spread = answering(link.measured, outages_of(plant))
    total = spread.sd_days**2 + spread.probability * (spread.wait_sd_days**2 + (1 - spread.probability) * spread.wait_days**2)
    assert np.sqrt(total[at]) == pytest.approx(base.sd_days[at], rel=0.02)
    assert link_of(je.sample("retail"), base, demand.mean, demand.mean) is None


def test_causes_take_their_part_of_the_spread(link):
    plant, demand, link = link
    time, nothing = link.measured, outages_of(plant)
    at = link.routes.items

    def variance(causes):
        days = answering(time, nothing, causes)
        late = days.probability
        return (days.sd_days**2 + late * (days.wait_sd_days**2 + (1 - late) * days.wait_days**2))[at]

    every, machine, rest = variance(Causes()), variance(Causes(lead_time=False)), variance(Causes(machine=False))
    kept = time.stops.calm_sd_days[at] ** 2 <= every
    np.testing.assert_allclose((machine + rest)[kept], every[kept], rtol=1e-9)
    assert not variance(Causes(lead_time=False, machine=False)).any()
    exposed = exposure_over(demand, time, nothing, np.full(len(plant), 7.0), Causes(machine=False))
    np.testing.assert_allclose(exposed.lead_days[at], (time.mean_days + time.stops.mean_days - time.stops.saved_days)[at])


@pytest.mark.parametrize(("up", "down"), [(0.4, 0.05), (6.0, 0.75), (20.0, 2.5)])
def test_two_parts_state_the_service_that_is_lived(up, down):
    """Gamma demand over lived lead times and a review of two days: stated chances of 90 to 99 % within a point."""
    rng = np.random.default_rng(77)
    parts, cycle, rate, noise, review, n = 100, 0.012, 80.0, 40.0, 2.0, 20_000
    machines, stage = machines_known([up], [down]), stages_of([(0, 0, cycle, 0.0, float(parts))])
    found = completion_of(machines, stage, np.array([0.01]), np.array([float(parts)]), np.array([0]))
    split = two_parts(found.possible)
    days = np.array([split.mean[0], split.mean[0] + split.wait[0]]) + review
    spread = np.array([split.sd[0], np.hypot(split.sd[0], split.wait_sd[0])])
    variance = noise**2 * days + rate**2 * spread**2
    time = lived(rng, n, parts, cycle, 0.0, up, down) + review
    wanted = rng.gamma((rate / noise) ** 2 * time, noise**2 / rate)
    weights = np.array([1 - split.probability[0], split.probability[0]])
    for chance in (0.9, 0.95, 0.98, 0.99):
        level = stats.scoreatpercentile(wanted, 100 * chance)
        stated = weights @ cdf(1, rate * days, variance, 0.0, 0.0, level)
        assert stated == pytest.approx(chance, abs=0.01)
