"""When orders arrive: beside the alternating renewal process in closed form, and one after the other."""

import numpy as np
import pytest

from justenough.kernels.deliveries import LEAD, LEAD_SD, N_SUPPLY, PI, UP, WAIT, WAIT_SD, arrivals_of, lead_slots, working_slots


def supply_of(**columns):
    row = np.zeros(N_SUPPLY)
    for name, value in columns.items():
        row[{"lead": LEAD, "sd": LEAD_SD, "pi": PI, "wait": WAIT, "wait_sd": WAIT_SD, "up": UP}[name]] = value
    return row


def state(seed=5):
    return np.array([seed], np.uint64)


def test_lead_times_keep_their_mean_and_meet_outages():
    """Mean 3.4 + 0.2 x 10 slots, whole slots only."""
    source, supply = state(), supply_of(lead=3.4, pi=0.2, wait=10.0)
    leads = np.array([lead_slots(source, supply) for _ in range(20_000)])
    assert leads.mean() == pytest.approx(5.4, abs=4 * leads.std() / 20_000**0.5)
    assert set(np.unique(leads)) == {3, 4, 13, 14}


def test_a_supplier_is_up_and_meets_orders_as_the_renewal_process_says():
    """Up u/(u + d) of the time; an order of lead l meets an outage with 1 - u/(u + d) exp(-l/u) (Ross 1996, ch. 3)."""
    up, down, lead, n = 120.0, 30.0, 20, 400_000
    supply = supply_of(lead=lead, wait=down, wait_sd=down, up=up)
    clock, arrivals, source = np.zeros(n + 1), np.zeros(n, np.int64), state()
    working_slots(source, supply, clock)
    arrivals_of(source, supply, 1, 0, 1, clock, arrivals)
    share = up / (up + down)
    cycles = n / (up + down)  # the noise is of whole cycles
    assert clock[-1] / n == pytest.approx(share, abs=4 * 0.4 / cycles**0.5)
    late = (arrivals - np.arange(n))[: n - 2000] - lead
    assert (late > 0).mean() == pytest.approx(1 - share * np.exp(-lead / up), abs=4 * 0.5 / cycles**0.5)
    # Lack of memory: who meets outages waits each in full; u exp(-l/u) more than one is rare here but counted.
    expected = down * (1 - share + lead / up)
    assert late.mean() == pytest.approx(expected, rel=0.1)


def test_doubt_about_the_mean_outage_is_drawn_once_a_life():
    """sd^2 = m^2 + 2 Var(mean): at sd = m no life differs, at 2 m the means of lives vary by sqrt(1.5) m."""

    def mean_down(wait_sd, seed):
        clock = np.zeros(60_001)
        working_slots(state(seed), supply_of(wait=20.0, wait_sd=wait_sd, up=20.0), clock)
        working = np.diff(clock) > 0
        stops = (~working[1:] & working[:-1]).sum()
        return (~working).sum() / max(stops, 1)

    sure = np.array([mean_down(20.0, seed) for seed in range(40)])
    unsure = np.array([mean_down(40.0, seed) for seed in range(40)])
    assert sure.std() < 2.0
    assert unsure.std() > 10.0


def test_orders_that_keep_their_turn_never_overtake():
    supply, n = supply_of(lead=20.0, sd=15.0), 2000
    free, queued = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for crossing, arrivals in ((1, free), (0, queued)):
        arrivals_of(state(), supply, 1, 0, crossing, np.zeros(n + 1), arrivals)
    assert (np.diff(free) < 0).any()
    np.testing.assert_array_equal(queued, np.maximum.accumulate(free))


def test_only_reviews_order():
    arrivals = np.full(20, -1)
    arrivals_of(state(), supply_of(lead=2.0), 7, 3, 1, np.zeros(21), arrivals)
    np.testing.assert_array_equal(np.flatnonzero(arrivals >= 0), [4, 11, 18])
    np.testing.assert_array_equal(arrivals[[4, 11, 18]], [6, 13, 20])
