"""The audit at the terminal: sentences with their figures, tables of the worst, and what to do where nothing is known."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from justenough.strategy.audit import Mistake


def test_the_four_mistakes_are_said_with_their_money(demo, run):
    result = run("audit", "-w", demo, "--top", "2")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    told = json.loads(run("audit", "-w", demo, "--json").stdout)
    for name, head in (
        ("dogmatic_jit", "Dogmatic just-in-time"), ("lazy_jic", "Lazy just-in-case"), ("set_and_forget", "Set and forget")
    ):  # fmt: skip
        found = len(told["mistakes"][name]["items"])
        assert f"{head}: {found} item" in said
        assert not found or f"({min(found, 2)} of {found})" in said
    assert "One policy for all: what items need explains" in said
    lean = told["mistakes"]["dogmatic_jit"]
    assert lean["saving"] == -sum(row["change_total_cost"] for row in lean["items"])
    costs = [row["change_total_cost"] for row in lean["items"]]
    assert costs == sorted(costs)  # worst first


def test_without_levels_of_today_the_next_step_is_said(tmp_path, run):
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import import_from
    from justenough.sources.samples import sample_folder

    with Workspace.open(tmp_path / "w") as kept:
        kept.import_(import_from(sample_folder("retail"), "canonical"))
    run("recommend", "-w", tmp_path / "w", "--holding-rate", "0.2")
    said = " ".join(run("audit", "-w", tmp_path / "w").stdout.split())
    assert "Today's levels are not known of any of 60 items" in said
    assert "justenough approve --plan latest --all" in said


def test_where_a_service_is_promised_nobody_is_asked_for_a_target(bearings):
    from justenough.interfaces.auditing import audit_lines
    from justenough.strategy.audit import audit
    from justenough.strategy.decide import recommend
    from justenough.strategy.settings import Settings

    unpriced = bearings.items.with_columns(stockout_cost=None, stockout_basis=None)
    plant = replace(bearings, tables={**bearings.tables, "items": unpriced.cast(dict(bearings.items.schema))})
    plan = recommend(plant, Settings(holding_rate=0.2, target_cycle_service=0.95))
    said = " ".join(audit_lines(audit(plant, plan, seed=1), ""))
    assert "give stockout_cost; what breaks the service promised is told below" in said
    assert "or a target" not in said
    assert "Held too little: " in said


@pytest.mark.parametrize(
    ("changes", "who", "said"),
    [
        ((900.0, 100.0), "2 items of 9 {} break it", "ties up 1,000 EUR more and costs 50 EUR more a year."),
        (
            (100.0, -900.0), "2 items of 9 {} break it",
            "frees 800 EUR and costs 50 EUR more a year: 1 item frees 900 EUR, 1 ties up 100 EUR more.",
        ),
        ((-900.0,), "1 item of 9 {} breaks it", "frees 900 EUR and costs 50 EUR more a year."),
    ],
)  # fmt: skip
def test_what_keeping_a_promise_takes_is_told_with_its_sign(changes, who, said):
    """The sum may be freed, where lots shrink more than reserves grow; what moves each way is told only where some does each."""
    from types import SimpleNamespace

    from justenough.interfaces.auditing import _short_sentence

    costs = [50.0 / len(changes)] * len(changes)
    items = pl.DataFrame({"item": list("AB")[: len(changes)], "change_value": changes, "change_total_cost": costs})
    short = Mistake("too_little", items, 9, 0)
    who = who.format("with a service promised")
    assert _short_sentence(SimpleNamespace(too_little=short, currency="EUR")) == [f"Held too little: {who} today; keeping it {said}"]
