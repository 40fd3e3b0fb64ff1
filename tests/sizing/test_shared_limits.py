"""Shared limits: what there is, and what cannot be meant."""

import pytest

from justenough.domain.errors import SettingsError
from justenough.sizing.shared_limits import Limits


def test_only_limits_that_are_given_bind():
    assert Limits().binding == {}
    assert Limits(money=0.0, items_reviewed=20).binding == {"money": 0.0, "items_reviewed": 20.0}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"money": -1.0}, "money must be 0 or more"),
        ({"money": 1.0, "aim": "profit"}, "cost or service"),
        ({"aim": "service"}, "without a limit on money"),
        ({"money": 1.0, "aim": "service", "floors": {"A": 98}}, "write 98 % as 0.98"),
        ({"money": 1.0, "floors": {"A": 0.98}}, "floors would count for nothing"),
    ],
)
def test_limits_that_cannot_be_meant(wrong, said):
    with pytest.raises(SettingsError, match=said):
        Limits(**wrong)
