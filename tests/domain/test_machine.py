"""The words of machines are those of the canonical tables, and no moment has two uses."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.machine import PRECEDENCE, SEMI_OF_USE, USE_OF_LOSS, USE_OF_STATE, Loss, Planned, SemiState, State, States, Use
from justenough.domain.schema import SIX_LOSSES, TABLES


def test_states_losses_and_plans_are_the_words_of_the_schema_in_its_order():
    assert tuple(State.labels()) == TABLES["events"].column("state").choices
    assert tuple(Loss.labels()) == SIX_LOSSES
    assert set(Planned.labels()) - {"outside"} == set(TABLES["calendar"].column("kind").choices)


def test_every_state_has_a_place_in_the_precedence_and_a_use():
    assert sorted(PRECEDENCE) == sorted(State) == sorted(USE_OF_STATE)
    assert sorted(USE_OF_LOSS) == sorted(Loss)


def test_the_six_states_of_semi_e10_take_all_time_but_what_nobody_recorded():
    """SEMI E10: productive, standby, engineering, scheduled and unscheduled downtime, non-scheduled time."""
    assert sorted(SEMI_OF_USE) == sorted(Use)
    assert set(SEMI_OF_USE.values()) == set(SemiState)
    assert [use for use, state in SEMI_OF_USE.items() if state == SemiState.UNKNOWN] == [Use.UNKNOWN]


def states(**changed):
    columns = {
        "offsets": np.array([0, 2]),
        "start": np.array([0, 5]),
        "end": np.array([5, 5]),
        "state": np.array([0, 1], np.int8),
        "reason": np.array([-1, 0], np.int32),
        "planned": np.array([False, False]),
        "losses": np.array([0], np.int8),
    }
    return States(machines=("M",), reasons=("jam",), **(columns | changed))


def test_records_know_their_machine():
    one = states()
    two = States(("A", "B"), np.array([0, 0, 2]), one.start, one.end, one.state, one.reason, one.planned, ("jam",), one.losses)
    assert two.machine.tolist() == [1, 1]
    assert len(two) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"end": np.array([5, 4])}, "4 before 5 in record 1"),
        ({"end": np.array([5])}, "end must have 2 values"),
        ({"offsets": np.array([0, 1])}, "offsets must rise from 0 to 2"),
        ({"losses": np.zeros(0, np.int8)}, "losses must have 1 values"),
    ],
)
def test_columns_that_cannot_stand_together_are_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        states(**changed)
