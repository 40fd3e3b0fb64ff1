"""Possible years at the terminal: one table of four policies, and what the plan saves against each."""

from __future__ import annotations

import json

import pytest


def test_four_policies_are_told_side_by_side(demo, run):
    result = run("rehearse", "-w", demo, "--holding-rate", "0.25", "--years", "4", "--seed", "3")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    for words in ("pure JIT", "pure JIC", "one policy", "line hours lost", "lived through 4 possible years", "3 months of demand"):
        assert words in said
    assert said.count("The plan costs") == 3
    told = json.loads(run("rehearse", "-w", demo, "--holding-rate", "0.25", "--years", "4", "--seed", "3", "--json").stdout)
    assert (told["years"], told["seed"], told["cover_months"]) == (4, 3, 3.0)
    totals = {(row["policy"], row["measure"]): row for row in told["totals"]}
    for policy in ("pure JIT", "pure JIC", "one policy", "plan"):
        mine = [row["cost"] for row in told["items"] if row["policy"] == policy]
        assert totals[policy, "cost"]["mean"] == pytest.approx(sum(mine))
