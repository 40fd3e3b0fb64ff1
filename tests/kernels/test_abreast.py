"""Rows shared out among threads are each done once, whatever the number of threads, and no error is lost."""

import threading

import numba
import numpy as np
import pytest

from justenough.kernels.abreast import PART, abreast


@pytest.fixture(params=[1, 2])
def threads(request):
    before = numba.get_num_threads()
    if request.param > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("this machine lends one thread only")
    numba.set_num_threads(request.param)
    yield request.param
    numba.set_num_threads(before)


@pytest.mark.parametrize("n", [0, 1, PART, PART + 1, 7 * PART - 3])
def test_each_row_is_done_once(threads, n):
    done = np.zeros(n, dtype=int)

    def work(start, stop):
        done[start:stop] += 1

    abreast(work, n)
    assert (done == 1).all()


def test_as_many_threads_work_as_are_allowed(threads):
    """A part that waits for another to begin can only end where both are under way at once."""
    together = threading.Barrier(threads)
    abreast(lambda start, stop: together.wait(timeout=60.0), 2 * PART)
    assert not together.broken


def test_an_error_in_any_part_is_raised(threads):
    def work(start, stop):
        if start == 2 * PART:
            raise ValueError("the third part")

    with pytest.raises(ValueError, match="the third part"):
        abreast(work, 4 * PART)
