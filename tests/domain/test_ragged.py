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
