"""Lacking: undecided items are named where they are few, and what a person gave is not called assumed."""

from __future__ import annotations

from justenough.interfaces import lacking
from justenough.strategy.settings import Settings


def test_few_undecided_items_are_named(plan) -> None:
    lines = [line for line in lacking.lacking(plan) if line.how == "cannot decide"]
    assert lines
    for line in lines:
        assert len(line.items) == line.n_items
        assert all(line.what in plan[item].missing for item in line.items)


def test_what_was_given_is_not_assumed() -> None:
    settings = Settings(holding_rate=0.2, criticality_targets={"A": 0.9})
    assert lacking.was_given("holding_rate 0.2", settings)
    assert lacking.was_given("target_cycle_service 0.9 (class A)", settings)
    assert not lacking.was_given("review_days not given, taken as 7", settings)
    assert not lacking.was_given("ordering_cost not given, taken as 0", settings)
    assert not lacking.was_given("line meant to run all hours (no calendar)", settings)


def test_the_flags_that_decide_are_named() -> None:
    assert lacking.flags_for(["no unit cost (0 or empty)"]) == ""
    said = lacking.flags_for(["no holding rate", "no stockout cost and no service target"])
    assert said == "--holding-rate 0.2 and --target-cycle-service 0.98"


def test_a_target_for_all_is_named_where_classes_are_many() -> None:
    """A column of product groups stood for criticality: one flag decides them all."""
    lack = [f"no target for criticality class {name}" for name in ("A B", "C", "D", "E")]
    assert lacking.flags_for(lack) == '--class "A B=0.98", --class C=0.98, --class D=0.98 and --class E=0.98'
    more = ["no holding rate", *lack, "no target for criticality class F", "no stockout cost and no service target"]
    assert lacking.flags_for(more) == '--holding-rate 0.2 and --target-cycle-service 0.98 for all (a class of its own: --class "A B=0.98")'


def test_the_settings_given_are_told_and_defaults_are_not() -> None:
    assert lacking.given_in(Settings().to_dict()) == []
    given = Settings(holding_rate=0.2, criticality_targets={"A": 0.9}, review_days=3.5).to_dict()
    assert lacking.given_in(given) == ["holding rate 20 % a year", "review days 3.5", "cycle service of class A: 90 %"]
