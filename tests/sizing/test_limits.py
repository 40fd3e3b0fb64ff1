"""What textbook models refuse, and in which words."""

import numpy as np
import pytest

from justenough.sizing.classic import limits


@pytest.mark.parametrize(
    ("check", "good", "bad", "words"),
    [
        (limits.real, [-1.0, 0.0, 1e300], [np.inf], "level must be a finite number, got inf"),
        (limits.positive, [1e-300, 5.0], [0.0], "level must be a finite number above 0, got 0"),
        (limits.not_negative, [0.0, 5.0], [-0.5], "level must be a finite number of at least 0, got -0.5"),
        (limits.fraction, [0.0, 0.5, 1.0], [1.01], r"level must be a fraction in \[0, 1\], got 1.01"),
        (limits.open_fraction, [0.5], [1.0], r"level must be a fraction in \(0, 1\), got 1"),
        (limits.whole, [-3.0, 0.0, 4.0], [2.5], "level must be a whole number, got 2.5"),
    ],
)
def test_good_passes_unchanged_and_bad_is_named(check, good, bad, words):
    (kept,) = check(level=[*good, np.nan])
    assert kept.tolist()[:-1] == good
    assert np.isnan(kept[-1])
    with pytest.raises(ValueError, match=words):
        check(level=[*good, *bad])


def test_the_first_wrong_item_is_named():
    with pytest.raises(ValueError, match=r"cost must be a finite number above 0, got -2 \(item 2 of 4\)"):
        limits.positive(price=1.0, cost=[[1.0, 3.0], [-2.0, -5.0]])


def test_columns_come_back_in_the_order_given():
    first, second = limits.positive(b=2.0, a=[1.0, 3.0])
    assert first == 2.0
    assert second.tolist() == [1.0, 3.0]


def test_what_is_masked_is_not_known():
    (kept,) = limits.positive(cost=np.ma.array([1, -5, 3], mask=[False, True, False]))
    assert kept[[0, 2]].tolist() == [1.0, 3.0]
    assert np.isnan(kept[1])


@pytest.mark.parametrize("given", ["seven", 1j, [1.0, [2.0, 3.0]], {"a": 1}])
def test_what_is_no_number_is_refused_under_its_name(given):
    with pytest.raises(ValueError, match="^cost must be a finite number above 0, got "):
        limits.positive(cost=given)
