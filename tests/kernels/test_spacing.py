"""Levels between which nothing may be interpolated, by what a polynomial through eight of them makes of it."""

import numpy as np
import pytest
from scipy import interpolate

from justenough.domain.item import Form
from justenough.kernels.bells import ROW, TAIL
from justenough.kernels.densities import SCRATCH
from justenough.kernels.loss import moments_above, shape_of
from justenough.kernels.march import march
from justenough.kernels.spacing import mark_wide

MEAN, VARIANCE = 400.0, 2500.0


def marked(form, levels):
    """Which of ``levels`` are said to be too far from the next, and what lies above each."""
    shape, found, coarse, work = (
        shape_of(int(form), MEAN, VARIANCE, 0.0),
        np.empty(3 * ROW),
        np.zeros(len(levels), dtype=np.int64),
        np.empty(SCRATCH),
    )
    march(*shape, levels, levels[-1], found, work, work.view(np.int64))
    mark_wide(*shape[:3], 0.0, levels, found, coarse)
    return coarse, found


@pytest.mark.parametrize("form", [Form.NORMAL, Form.GAMMA, Form.ZERO_LOGNORMAL, Form.NEGATIVE_BINOMIAL])
def test_between_levels_close_enough_eight_of_them_tell_the_loss(form):
    levels = np.linspace(MEAN, MEAN + 4.0 * VARIANCE**0.5, 32)
    coarse, found = marked(form, levels)
    assert not coarse.any()
    at = 0.5 * (levels[9] + levels[10])
    told = interpolate.BarycentricInterpolator(levels[6:14], found[ROW + 6 : ROW + 14])(at)
    # A count stands still between whole units: there the polynomial is the continuous function through them.
    whole = form is Form.NEGATIVE_BINOMIAL
    expected = moments_above(*shape_of(int(form), MEAN, VARIANCE, 0.0), at)[1]
    assert told == pytest.approx(expected, abs=0.2 if whole else 1e-6)


def test_levels_far_apart_are_marked_where_anything_is_left():
    for form in (Form.NORMAL, Form.GAMMA, Form.ZERO_LOGNORMAL, Form.NEGATIVE_BINOMIAL):
        levels = np.linspace(MEAN, MEAN + 30.0 * VARIANCE**0.5, 32)
        coarse, found = marked(form, levels)
        assert coarse[0] == 1
        nothing = found[TAIL : TAIL + 32] < 1e-7
        assert nothing.sum() > 10
        assert not coarse[nothing].any()


def test_levels_a_unit_apart_are_never_marked():
    shape, above, coarse = shape_of(int(Form.NORMAL), 3.0, 0.01, 0.0), np.ones(3 * ROW), np.zeros(5, dtype=np.int64)
    mark_wide(*shape[:3], 1.0, np.arange(1.0, 6.0), above, coarse)
    assert not coarse.any()
    mark_wide(*shape[:3], 0.0, np.arange(1.0, 6.0), above, coarse)
    assert coarse[:4].all()
