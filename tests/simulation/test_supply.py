"""A supplier that stops, solved for the chance that an order meets it."""

from types import SimpleNamespace

import numpy as np
import pytest

from justenough.simulation.supply import Supply


def outages(probability, wait):
    return SimpleNamespace(probability=np.array(probability), wait_days=np.array(wait), wait_sd_days=np.array(wait))


def lead_time(days):
    return SimpleNamespace(mean_days=np.array(days), sd_days=0.2 * np.array(days), stops=None)


def test_time_up_is_found_back():
    """Up 200, down 25 days: an order of 0, 10, 90 days meets an outage with 1 - 200/225 exp(-l/200) (Ross 1996, ch. 3)."""
    lead = np.array([0.0, 10.0, 90.0])
    supply = Supply.of(lead_time(lead), outages(1.0 - 200.0 / 225.0 * np.exp(-lead / 200.0), [25.0] * 3))
    np.testing.assert_allclose(supply.up_days, 200.0, rtol=1e-9)
    assert (supply.outage_probability == 0).all()
    np.testing.assert_array_equal(supply.mean_days, lead)


def test_no_outage_no_stop():
    supply = Supply.of(lead_time([10.0, 20.0]), outages([0.0, 0.1], [0.0, 0.0]))
    np.testing.assert_array_equal(supply.up_days, 0.0)


def test_constant_supply_is_all_good_and_on_time():
    supply = Supply.constant(np.array([3.0, 4.0]))
    assert (supply.sd_days == 0).all()
    assert (supply.reject_share == 0).all()
    refusing = supply.with_rejects(0.1, np.array([0.0, 0.2]))
    np.testing.assert_array_equal(refusing.reject_share, 0.1)
    np.testing.assert_array_equal(refusing.reject_sd, [0.0, 0.2])
    assert refusing.mean_days[1] == pytest.approx(4.0)
