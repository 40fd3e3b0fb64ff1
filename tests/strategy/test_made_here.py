"""Made here: what machines do to an item's orders is said, and what they are asked for is counted."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import justenough as je
from justenough.estimation.throughput import Link
from justenough.strategy.decide import decided
from justenough.strategy.made_here import made_here


@pytest.fixture(scope="module")
def found():
    return decided(je.sample("brackets"), je.Settings(anatomy_items=0, coming_items=0, gate_items=0))


def said(found, item, words):
    return next((reason for reason in found.plan[item].reasons if reason.startswith(words)), None)


def test_a_made_item_is_not_said_to_rest_on_a_plan(found):
    assert said(found, "BRK-100", "Supply:").startswith("Supply: made here; lead time ")
    assert said(found, "BRK-100", "Machines:").startswith("Machines: PRS-4, WLD-1, PNT-1, ASM-1; ")
    assert said(found, "ACT-7", "Machines:") is None
    assert said(found, "BRK-100", "Capacity:") is None


def test_the_lead_time_shown_is_that_of_all_orders(found):
    """Mean and spread of the two parts together are those of the histories they were cut from."""
    names = found.plan.rows["item"].to_list()
    at = names.index("BRK-100")
    time = found.known.lead_time
    rng = np.random.default_rng(5)
    late = rng.random(400_000) < time.stops.probability[at]
    lived = rng.normal(time.mean_days[at], time.sd_days[at], late.size)
    lived += late * rng.normal(time.stops.wait_days[at], time.stops.wait_sd_days[at], late.size)
    assert found.plan["BRK-100"].lead_time_days == pytest.approx(lived.mean(), rel=0.01)
    assert found.plan["BRK-100"].lead_time_sd_days == pytest.approx(lived.std(), rel=0.01)


def test_a_machine_asked_for_more_than_it_can_do_is_named(found):
    link, names = found.link, found.plan.rows["item"].to_list()
    slow = replace(link, machines=link.machines.as_if("PRS-1", speed=0.25))
    facts = made_here(len(names), found.known.lead_time, slow, found.spares)
    crowded = facts.filter(pl.col("_crowded").is_not_null())
    assert set(crowded["_crowded"]) == {"PRS-1"}
    assert crowded.height == len(link.items_of("PRS-1"))
    assert made_here(len(names), found.known.lead_time, link, None)["_crowded"].null_count() == len(names)


def test_a_line_is_asked_for_at_least_its_busiest_station_and_at_most_all_of_them(found):
    link: Link = found.link
    at, asked = link.routes.places.index("F"), link.asked()
    on = [link.machines.at(name) for name in ("PRS-4", "WLD-1", "PNT-1", "ASM-1")]
    assert link.utilisation()[on].max() < asked[at] < link.utilisation()[on].sum()
    alone = link.routes.places.index("PRS-1")
    assert asked[alone] == pytest.approx(link.utilisation()[link.machines.at("PRS-1")])


def test_a_spare_part_says_whose_failures_use_it_up(found):
    assert said(found, "SP-PUMP", "Failures:").startswith("Failures: it is used up by those of PRS-2, PRS-4, of which ")
    assert "never has" in said(found, "SP-SAW", "Failures:")
    assert said(found, "ACT-7", "Failures:") is None
    assert found.plan["SP-SAW"].demand_per_day > 0.0
