"""Which plan a person means, and the list that is shown where none is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from justenough.archive.chosen import named_plan
from justenough.archive.entries import PlanEntry
from justenough.domain.errors import UnknownPlan


def entries(*ids):
    return [PlanEntry(one, datetime(2026, 1, 1, tzinfo=UTC), "", "0", {}, "EUR", "day", "ignore", "", 1, ()) for one in ids]


def test_an_id_that_begins_another_is_itself():
    assert named_plan(entries("a1", "a12"), "a1", Path("w")).plan_id == "a1"


def test_latest_is_the_last():
    assert named_plan(entries("b", "a"), "latest", Path("w")).plan_id == "a"


def test_a_long_list_is_cut():
    with pytest.raises(UnknownPlan) as refused:
        named_plan(entries(*(f"p{n:02d}" for n in range(13))), "x", Path("w"))
    ten = ", ".join(f"p{n:02d}" for n in range(3, 13))
    assert str(refused.value) == f"w: no plan 'x'. Saved plans: {ten} and 3 older."


def test_an_empty_name_names_nothing():
    with pytest.raises(UnknownPlan, match="no plan ''"):
        named_plan(entries("a"), "", Path("w"))
