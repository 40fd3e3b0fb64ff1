"""Deciding in a workspace where nothing waits; the whole way from a review to its undo is in test_reviewing."""

from __future__ import annotations

import json


def test_an_override_needs_no_proposal(demo, run):
    from justenough.archive.workspace import Workspace

    with Workspace.open(demo) as kept:
        before = kept.plant().items.filter(item="SHF-20")["current_reorder_point"][0]
    result = run("override", "SHF-20", "--reorder-at", "55.5", "--up-to", "77", "-w", demo, "--reason", "trial", "--author", "Bo")
    assert "SHF-20: overridden; reorder at 55.5, up to 77." in result.stdout
    with Workspace.open(demo) as kept:
        assert kept.plant().items.filter(item="SHF-20")["current_reorder_point"][0] == 55.5
    row = json.loads(run("decisions", "SHF-20", "-w", demo, "--json").stdout)[0]
    assert (row["author"], row["reason"], row["expires"], row["old_reorder_point"]) == ("Bo", "trial", None, before)
    run("undo", row["decision_id"], "-w", demo)
    with Workspace.open(demo) as kept:
        assert kept.plant().items.filter(item="SHF-20")["current_reorder_point"][0] == before


def test_where_nothing_was_decided_the_next_step_is_said(demo, run):
    said = " ".join(run("decisions", "LBL-02", "-w", demo).stdout.split())
    assert "Nothing was decided of LBL-02 yet" in said
    assert "justenough review --list" in said
