"""Figures: significant digits and separators, against Python's own rounding to significant digits."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from justenough.domain import figures


@given(st.floats(min_value=1e-6, max_value=1e12) | st.floats(min_value=-1e12, max_value=-1e-6))
def test_figure_says_three_digits(value: float) -> None:
    """The figure read back is the value to three digits, as `%.2e` has it, but for a tie."""
    said = float(figures.figure(value).replace(",", ""))
    assert said == pytest.approx(float(f"{value:.2e}"), rel=0.0101)
    assert said == pytest.approx(value, rel=0.00501)


@given(st.floats(min_value=0, max_value=1) | st.floats(min_value=0, max_value=12).map(lambda nines: 1 - 10**-nines))
@example(0.99989)
@example(0.00101)
def test_percent_never_promises_more_than_the_fraction(value: float) -> None:
    """And says little less: up to the next tenth of a percent, from 99 % on the next hundredth."""
    said = figures.percent(value)
    if said.startswith(">"):
        assert 0.9999 < value < 1
    elif said.startswith("<"):
        assert 0 < value < 0.001
    else:
        shown = float(said.removesuffix(" %"))
        assert shown - 1e-6 <= 100 * value < shown + (0.01 if value >= 0.99 else 0.1) + 1e-6


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf])
def test_what_is_not_known_is_a_dash(nothing: float | None) -> None:
    for write in (figures.figure, figures.units, figures.money, figures.signed, figures.percent):
        assert write(nothing) == "–"


def test_levels_keep_every_digit_and_money_does_not() -> None:
    assert figures.units(12_345.0) == "12,345"
    assert figures.money(12_345.0, "EUR") == "12,300 EUR"
    assert figures.money(12_345.0, "unknown") == "12,300"
    assert figures.signed(-12_345.0) == "-12,300"
    assert figures.figure(0.0) == "0"
    assert figures.figure(9.11e-16) == figures.money(-9.11e-16) == "0"  # what adding up leaves of nothing
    assert figures.figure(999.7) == "1,000"
    assert figures.percent(0.0) == "0 %"


def test_a_ratio_above_one_is_shown_as_it_is() -> None:
    """Performance above 1 is never capped, and a sum that is off by rounding alone is all."""
    said = [figures.percent(one) for one in (1.2634, 2.0, 12.5, 1.0004, 1 + 1e-15, 1 - 1e-15)]
    assert said == ["126.3 %", "200 %", "1,250 %", ">100 %", "100 %", "100 %"]


def test_every_tenth_of_a_percent_is_said_as_it_stands() -> None:
    """A promise is cut, never rounded up; but 81.9 % must not become 81.8 because a float lies just below."""
    said = [float(figures.percent(tenth / 1000).removesuffix(" %")) for tenth in range(1, 1001)]
    assert said == [tenth / 10 for tenth in range(1, 1001)]


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.0, "1 day"), (0.9996, "1 day"), (0.1, "0.1 days"), (1.1, "1.1 days"), (1_200.0, "1,200 days"), (12_345, "12,345 days")],
)
def test_one_of_a_unit_is_one(value: float, said: str) -> None:
    assert figures.count(value, "day") == said


def test_a_currency_nobody_declared_is_not_named() -> None:
    heads = [figures.in_currency(code, " [{}/year]", ", a year") for code in ("EUR", "unknown", "")]
    assert heads == [" [EUR/year]", ", a year", ", a year"]
