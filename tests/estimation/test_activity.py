"""Activity: each record falls into the class that its demands say."""

import pytest

from justenough.domain.ragged import Ragged
from justenough.estimation.activity import Activity, activity_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import kinds_of, past_of


@pytest.mark.parametrize(
    ("series", "activity"),
    [
        ([0.0] * 20, Activity.NEVER),
        ([0.0] * 10 + [3.0] + [0.0] * 3, Activity.ONCE),
        ([0.0, 5.0] * 2 + [0.0], Activity.TWICE),
        ([0.0, 5.0] * 5, Activity.FEW),
        ([0.0, 5.0] * 12, Activity.SOME),
        ([0.0, 5.0] * 13, Activity.SELDOM),
        ([1.0, 9.0, 1.0, 1.0] * 5, Activity.UNEVEN),
        ([5.0, 6.0] * 10, Activity.STEADY),
        ([5.0, 6.0] * 10 + [0.0] * 10, Activity.ENDED),
    ],
)
def test_activities(series, activity):
    packed = Ragged.of([series])
    past = past_of(packed.values, packed.offsets[:-1], packed.offsets[1:])
    assert activity_of(past, kinds_of(past, DemandParams()), DemandParams())[0] == activity
