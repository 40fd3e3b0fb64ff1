"""Explaining: the sentences a planner reads."""

from __future__ import annotations

import pytest

from justenough.strategy.explain import _as_percent


def starting(plan, item, words):
    found = [sentence for sentence in plan[item].reasons if sentence.startswith(words)]
    assert len(found) == 1, plan[item].reasons
    return found[0]


def test_the_first_sentence_says_what_to_do(plan):
    item = plan["A"]
    assert item.reasons[0] == f"Hold {item.safety_stock:.0f} in reserve and reorder at {item.reorder_point:.0f}. Today: nothing and 100."
    assert plan["C"].reasons[0].endswith("Today's levels are not known.")


def test_the_change_is_said_in_money_and_service(plan):
    assert plan["B"].reasons[1].startswith("Ties up ")
    assert " EUR more; the cost of a year falls by " in plan["B"].reasons[1]
    assert plan["J"].reasons[1].startswith("Frees ")


def test_each_of_the_four_factors_is_spoken_of(plan):
    for item in "ABCJ":
        for factor in ("Supply:", "Demand:", "Lead time:", "A stockout:"):
            assert starting(plan, item, factor)


def test_supply_says_what_it_rests_on(plan):
    assert starting(plan, "A", "Supply:").startswith("Supply: 10 lines received; lead time ")
    assert starting(plan, "B", "Supply:").startswith("Supply: nothing received yet; from its supplier's other items, lead time ")
    assert starting(plan, "C", "Supply:").startswith("Supply: nothing received; the planned 5 days are taken at their word")
    assert "of orders meet one and then wait" in starting(plan, "A", "Supplier outages:")


def test_a_stockout_says_its_charge_its_promise_and_what_decided(plan):
    assert "it costs 500 EUR each time the shelf runs empty; stated is" in starting(plan, "B", "A stockout:")
    assert "promised is 98.0 % cycle service; stated is 98." in starting(plan, "C", "A stockout:")
    assert starting(plan, "C", "A stockout:").endswith("The cycle service promised asks for this much and no more.")


def test_labels_show_their_thresholds(plan):
    assert starting(plan, "A", "JIC:").endswith("of the reserve is there for outages (from 50 %).")
    assert starting(plan, "C", "Lean:").endswith("days of demand, at most 45.")
    assert starting(plan, "J", "JIT: the reserve").endswith("days of demand, at most 7.")


def test_the_gate_says_what_would_have_to_be_true(plan):
    assert starting(plan, "A", "JIT:").startswith("JIT: not yet, because with orders taking ")
    assert starting(plan, "C", "JIT:") == "JIT: no evidence, because no receipt shows how long an order takes."
    assert starting(plan, "J", "JIT: the evidence allows it")


def test_undecided_items_say_only_what_is_missing(plan):
    assert plan["Z"].reasons == ["Cannot decide: no stockout cost and no service target; demand never positive."]


@pytest.mark.parametrize(
    ("share", "said"), [(0.98, "98.0 %"), (0.98049, "98.0 %"), (0.9899, "98.9 %"), (0.99999, "99.99 %"), (0.0, "0.0 %")]
)
def test_a_share_is_never_rounded_up_to_more_than_is_stated(share, said):
    assert _as_percent(share) == said
