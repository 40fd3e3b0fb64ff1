"""Sourcing: the command says how to use a second source and what it saves."""

import json


def test_words_say_what_to_order_where_and_what_it_saves(demo, run):
    result = run("sources", "BRG-6204", "--second-lead-time", 7, "--second-cost", 6, "-w", demo)
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "BRG-6204: order up to" in said
    assert "EUR a year against the better source alone" in said
    assert "were it never, the second would save" in said
    assert "usual source alone" in said
    assert "Costs a year: stock held, units short, and what units from the second source cost more" in said


def test_json_holds_all_four_ways(demo, run):
    told = json.loads(run("sources", "BRG-6204", "--second-lead-time", 7, "--second-cost", 6, "-w", demo, "--json").output)
    ways = told["stopping"]
    costs = {name: ways[name]["cost"] for name in ("slow", "fast", "dual_index", "base_surge")}
    assert min(costs, key=costs.get) in ("dual_index", "base_surge")
    assert told["worth_a_year"] == min(costs["slow"], costs["fast"]) - min(costs.values())
    assert ways["slow"]["fast_level"] is None


def test_a_source_that_is_no_faster_is_refused(demo, refused):
    assert "is no faster than its usual one" in refused("sources", "BRG-6204", "--second-lead-time", 400, "--second-cost", 6, "-w", demo)


def test_an_item_that_is_not_there_is_refused(demo, refused):
    assert "is not in this plan" in refused("sources", "NO-SUCH", "--second-lead-time", 7, "--second-cost", 6, "-w", demo)
