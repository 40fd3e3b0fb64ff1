"""Process time with failures beside units worked through a machine that stops."""

import numpy as np
import pytest

from justenough.sizing.classic import effective_process_time_with_failures


def test_units_worked_through_a_failing_machine_take_as_long():
    """Gamma work and gamma repairs, a failure an exponential running time after the last; within 4 standard errors."""
    rng = np.random.default_rng(9)
    natural, natural_scv, up, down, repair_scv, n = 3.0, 0.4, 12.0, 5.0, 2.0, 400_000
    work = rng.gamma(1.0 / natural_scv, natural * natural_scv, n)
    failures = rng.poisson(work / up)
    owner = np.repeat(np.arange(n), failures)
    repairs = rng.gamma(1.0 / repair_scv, down * repair_scv, failures.sum())
    taken = work + np.bincount(owner, repairs, n)
    answer = effective_process_time_with_failures(natural, natural_scv, up, down, repair_scv)
    assert answer.effective_time == pytest.approx(taken.mean(), abs=4.0 * taken.std() / np.sqrt(n))
    variance = answer.effective_scv * answer.effective_time**2
    assert variance == pytest.approx(taken.var(), abs=4.0 * np.std((taken - taken.mean()) ** 2) / np.sqrt(n))
    assert answer.availability == pytest.approx(work.sum() / taken.sum(), rel=0.01)


def test_a_machine_that_never_fails_and_columns():
    answer = effective_process_time_with_failures(15.0, 0.05, [744.0, 7.44], [0.0, 2.48], 1.0)
    assert (answer.availability[0], answer.effective_time[0], answer.effective_scv[0]) == (1.0, 15.0, 0.05)
    # Frequent short stops of the same availability as 744 and 248 vary a hundredth as much.
    rare = effective_process_time_with_failures(15.0, 0.05, 744.0, 248.0, 1.0)
    assert answer.effective_time[1] == pytest.approx(rare.effective_time)
    assert (answer.effective_scv[1] - 0.05) * 100.0 == pytest.approx(rare.effective_scv - 0.05)


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="mtbf_up must be a finite number above 0, got 0"):
        effective_process_time_with_failures(1.0, 1.0, 0.0, 1.0, 1.0)
