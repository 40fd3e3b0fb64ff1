"""Plan head: the plan a page speaks of."""

from __future__ import annotations

from justenough.interfaces.views.plan_head import plan_head


def test_it_is_the_plan_that_was_saved(stocked):
    plan, head = stocked.workspace.plan(), plan_head(stocked.shelves.shelf())
    assert (head.plan_id, head.created, head.author, head.n_items) == (plan.plan_id, plan.created, "demo", len(plan))
    assert (head.currency, head.demand_period, head.label) == (plan.terms.currency, plan.terms.demand_period, plan.terms.label)
