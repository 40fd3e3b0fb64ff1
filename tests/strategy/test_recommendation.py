"""Recommendation: one sentence an item, and how amounts are said."""

from __future__ import annotations

import pytest

from justenough.strategy.recommendation import Recommendation, amount


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "unknown"), (0.0, "0"), (12.0, "12"), (1234.0, "1,234"), (12345.6, "12,300"), (0.12345, "0.123"), (1_234_567.0, "1,230,000")],
)
def test_amounts_have_three_digits_and_thousands(value, said):
    assert amount(value) == said


def test_a_decided_item_in_one_sentence():
    found = Recommendation(
        item="BRG-6204", decision="lean", reorder_point=310.0, order_up_to=400.0, stated_cycle_service=0.98,
        mean_stock_value=9450.0, change_value=6600.0, currency="EUR",
    )  # fmt: skip
    assert str(found) == "BRG-6204: lean; reorder at 310, up to 400; cycle service 98\u00a0%; 9,450 EUR held; 6,600 more than today"


def test_an_undecided_item_says_what_it_lacks():
    found = Recommendation(item="X", decision="cannot_decide", missing=["no lead time", "no unit cost (0 or empty)"])
    assert str(found) == "X: cannot decide: no lead time; no unit cost (0 or empty)"
