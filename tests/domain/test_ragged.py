from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.domain.ragged import Ragged


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=6), max_size=6))
def test_packing_keeps_every_series(series):
    packed = Ragged.of(series)
    assert [list(row) for row in packed] == series
    assert list(packed.lengths) == [len(row) for row in series]
    assert len(packed) == len(series)


@pytest.mark.parametrize("offsets", [[], [1, 2], [0, 1], [0, 2, 1, 2], [0, 3]])
def test_offsets_that_do_not_cut_the_values_into_series_are_refused(offsets):
    with pytest.raises(ValueError, match="offsets must rise from 0 to 2"):
        Ragged(np.array([1.0, 2.0]), np.array(offsets, dtype=np.int64))


def test_a_series_is_a_view_not_a_copy():
    packed = Ragged.of([[1.0], [2.0, 3.0]])
    assert np.shares_memory(packed[1], packed.values)


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=6), min_size=1, max_size=6), st.data())
def test_chosen_series_are_those_of_a_list(series, data):
    packed = Ragged.of(series)
    places = data.draw(st.lists(st.integers(0, len(series) - 1), max_size=8))
    assert [list(row) for row in packed.at(np.array(places, dtype=np.int64))] == [series[i] for i in places]
    assert [list(row) for row in packed.at(slice(1, 3))] == series[1:3]
