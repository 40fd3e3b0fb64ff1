"""Undeclared: the headline names what nobody said, what it moves and how to say it, at every door."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from justenough.interfaces import undeclared
from justenough.interfaces.exports import write_plan
from justenough.interfaces.planning import plan_json
from justenough.interfaces.report import drawn
from justenough.strategy.settings import NO_ORDERING_COST, NO_REVIEW
from justenough.strategy.summary import summary_of


@pytest.fixture
def summary(plan):
    """A plan of 1,000 more than today that looked at every day is 200 less; nobody said how often that is."""
    figures = {"stock_value": 9000.0, "change_value": 1000.0, "daily_stock_value": 7800.0, "daily_change_value": -200.0}
    return replace(plan.summary(), n_unreviewed=40, n_compared=40, n_least_lots=0, **figures)


def test_the_review_nobody_declared_is_named_with_what_it_moves(summary) -> None:
    (said,) = undeclared.undeclared_sentences(summary)
    assert said == (
        "Nobody said how often stock is looked at: taken as every 7 days. Looked at every day the plan ties up 7,800 EUR, "
        "200 EUR less than today's levels. Say it with --review-days, or item by item in the column review_days."
    )
    assert undeclared.headline(summary)[1:] == undeclared.undeclared_sentences(summary)
    assert "Say it under Plans, or" in undeclared.review_sentence(summary, flags=False)
    assert "than today" not in undeclared.review_sentence(replace(summary, n_compared=0))


def test_todays_service_is_told_for_both_looks_and_what_orders_speak_for(summary) -> None:
    served = {"today_fill_rate": 0.941, "compared_fill_rate": 0.99, "daily_today_fill_rate": 0.978}
    hangs = replace(summary, **served, ordered_every=1.0)
    assert undeclared.headline(replace(hangs, ordered_every=None))[0].endswith(
        "94.1 % of demand is served from stock today (97.8 % if looked at every day), 99 % under the plan."
    )
    said, review = undeclared.headline(hangs)
    assert said.endswith(
        "97.8 % of demand is served from stock today, looked at every day as past orders speak for (94.1 % if every 7 days), "
        "99 % under the plan."
    )
    assert "taken as every 7 days. The days of past orders speak for every day. Looked at" in review
    assert "speak for every 14 days." in undeclared.review_sentence(replace(hangs, ordered_every=14.0))
    near = replace(hangs, daily_today_fill_rate=0.944)
    assert "94.1 % of demand is served from stock today, 99 %" in undeclared.headline(near)[0]
    # Service alone is worth a word: stock that hardly moves may serve otherwise.
    still = {"daily_stock_value": 9080.0, "daily_change_value": 1020.0}
    assert undeclared.review_sentence(replace(hangs, **still))
    assert undeclared.review_sentence(replace(near, **still)) == ""


def test_what_moves_hardly_anything_is_not_named(summary) -> None:
    assert undeclared.review_sentence(replace(summary, n_unreviewed=0)) == ""
    assert undeclared.review_sentence(replace(summary, daily_stock_value=9080.0, daily_change_value=1020.0)) == ""
    assert undeclared.review_sentence(replace(summary, daily_stock_value=9080.0, daily_change_value=911.0)) == ""
    assert undeclared.review_sentence(replace(summary, daily_stock_value=9080.0, daily_change_value=909.0))
    unknown = replace(summary, daily_stock_value=None, daily_change_value=None)
    assert "The levels hang on it. Say it with" in undeclared.review_sentence(unknown)


def test_the_least_lots_for_want_of_an_ordering_cost_are_counted(plan) -> None:
    free = plan.rows.with_columns(
        assumed=pl.lit([NO_ORDERING_COST]), order_quantity=pl.when(pl.col("item") == "BRG-6204").then(1.0).otherwise(5.0)
    )
    decided = free.filter(pl.col("decision") != "cannot_decide").height
    said = undeclared.lots_sentence(summary_of(free, "EUR"))
    assert f"{decided} items are ordered in the least lots there are, 1 of them 1 at a time" in said
    assert "--ordering-cost" in said
    assert undeclared.lots_sentence(summary_of(free.with_columns(assumed=pl.lit([], pl.List(pl.String))), "EUR")) == ""


def test_every_door_says_it(plan, tmp_path) -> None:
    daily = pl.col("mean_stock_value") / 2
    assumed = pl.col("assumed").list.concat(pl.lit([NO_REVIEW]))
    hangs = replace(plan, figures=plan.figures.with_columns(assumed=assumed, _daily_value=daily, _daily_today="today_mean_stock_value"))
    said = undeclared.review_sentence(hangs.summary())
    assert "Looked at every day the plan ties up" in said
    told = plan_json(hangs)
    assert said in told["headline"]
    assert json.loads(json.dumps(told["summary"]))["daily_stock_value"] == hangs.summary().daily_stock_value
    assert said.replace("'", "&#39;").replace(" %", "\u00a0%") in drawn(hangs, items=1)
    write_plan(hangs, tmp_path / "plan.xlsx", "xlsx")
    notes = pl.read_excel(tmp_path / "plan.xlsx", sheet_name="Notes", has_header=False)
    assert any(said in str(cell) for row in notes.rows() for cell in row)
