"""Shelf: what is looked up is what the plan says, in every order and under every filter."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from justenough.archive import plan_shelf
from justenough.archive.plan_shelf import KEYS, SORTS, Wanted, lay_out, opened_shelf
from justenough.domain.errors import UnknownItem
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.in_hand import ORDER, orders_of, with_orders


@pytest.fixture(scope="module")
def plan():
    """Every third item lies at nothing, every third well above, the others nobody counted."""
    made = recommend(sample("bearings"))
    held = pl.Series([[0.0, 1e6, None][at % 3] for at in range(len(made))], dtype=pl.Float64)
    return replace(made, figures=made.figures.with_columns(on_hand=held))


@pytest.fixture(scope="module")
def shelf(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelves") / plan.plan_id
    lay_out(plan, {"settings": plan.settings.to_dict(), "terms": asdict(plan.terms)}, folder)
    return opened_shelf(folder)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_any_order_is_that_of_a_sorted_plan(plan, shelf, sort, descending):
    found = shelf.find(Wanted(sort=sort, descending=descending, limit=1000)).rows
    key = plan.rows["change_value"].abs() if sort == "move" else with_orders(plan.rows)[sort]
    expected = key.sort(descending=descending, nulls_last=True)
    got = found["change_value"].abs() if sort == "move" else found[sort]
    assert got.to_list() == expected.to_list()
    assert sorted(found["item"]) == plan.rows["item"].to_list()


def test_pages_together_are_the_whole(plan, shelf):
    pages = [shelf.find(Wanted(sort="item", descending=False, offset=at, limit=7)) for at in range(0, 70, 7)]
    assert pl.concat([one.rows for one in pages])["item"].to_list() == plan.rows["item"].to_list()
    assert {one.n_found for one in pages} == {len(plan)}


@pytest.mark.parametrize("key", KEYS)
def test_filters_are_those_of_the_rows(plan, shelf, key):
    for value in shelf.about["values"][key]:
        found = shelf.find(Wanted(where=((key, value),), sort="item", limit=1000))
        expected = with_orders(plan.rows).filter(pl.col(key) == value)["item"].sort(descending=True)
        assert found.rows["item"].to_list() == expected.to_list()
        assert found.n_found == len(expected) > 0


def test_what_is_to_be_ordered_now_is_found_dearest_first(plan, shelf):
    found = shelf.find(Wanted(where=(("this_week", ORDER),), sort="order_now_value")).rows
    due = orders_of(plan.rows)
    assert found["order_now_value"].to_list() == sorted(due["order_now_value"], reverse=True)
    assert sorted(found["item"]) == sorted(due["item"]) != []


def test_words_and_filters_hold_together(plan, shelf):
    meant = pl.col("description").str.to_lowercase().str.contains("bearing") & (pl.col("supplier") == "Osaka Seiki")
    decision = plan.rows.filter(meant)["decision"][0]  # whichever it is now: what is tested is not what is decided
    found = shelf.find(Wanted("bearing osaka", (("decision", decision),)))
    expected = plan.rows.filter(meant, pl.col("decision") == decision)
    assert sorted(found.rows["item"]) == expected["item"].to_list() != []


def test_the_middle_of_a_code_is_found_where_no_word_begins_so(shelf):
    assert shelf.find(Wanted("rg-62")).n_found == shelf.find(Wanted("BRG 62")).n_found > 0


def test_an_item_is_as_the_plan_says(plan, shelf):
    for item in plan.rows["item"]:
        assert shelf.row(item) == plan.rows.filter(pl.col("item") == item).row(0, named=True)
        assert_frame_equal(shelf.curve(item), plan.curve(item))
        assert_frame_equal(shelf.of_item("levers", item), plan.levers_of(item))
        assert_frame_equal(shelf.of_item("coming", item), plan.coming_of(item))


def test_neighbours_by_code(plan, shelf):
    codes = plan.rows["item"].to_list()
    assert shelf.beside(codes[0]) == (None, codes[1])
    assert shelf.beside(codes[3]) == (codes[2], codes[4])
    assert shelf.beside(codes[-1]) == (codes[-2], None)


@pytest.mark.parametrize("item", ["", "none", "BRG-62", "~", "ü"])
def test_what_is_not_there_is_said_so(shelf, item):
    with pytest.raises(UnknownItem, match="is not in this plan of 52 items"):
        shelf.row(item)


def test_a_shelf_of_another_layout_is_laid_out_again(plan, tmp_path):
    folder = tmp_path / plan.plan_id
    lay_out(plan, {}, folder)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    (folder / "about.json").write_text(json.dumps({**about, "layout": 0}), encoding="utf-8")
    assert opened_shelf(folder) is None
    assert not folder.exists()


def test_a_second_maker_of_the_same_shelf_leaves_the_first(plan, tmp_path):
    folder = tmp_path / plan.plan_id
    lay_out(plan, {"by": "first"}, folder)
    lay_out(plan, {"by": "second"}, folder)
    assert opened_shelf(folder).about["by"] == "first"
    assert [one.name for one in tmp_path.iterdir()] == [plan.plan_id]


def test_parts_written_one_after_the_other_are_the_whole(plan, tmp_path, monkeypatch):
    """A plan of many parts, the last a short one, some items without a curve: each row and curve is the plan's own."""
    monkeypatch.setattr(plan_shelf, "TOGETHER", 8)
    monkeypatch.setattr(plan_shelf, "WRITTEN", 16)
    some = replace(plan, curves=plan.curves.filter(pl.col("item") != plan.curves["item"][20]).sort("item", descending=True))
    lay_out(some, {"settings": plan.settings.to_dict(), "terms": asdict(plan.terms)}, tmp_path / "shelf")
    shelf = opened_shelf(tmp_path / "shelf")
    assert_frame_equal(pl.DataFrame([shelf.row(item) for item in plan.rows["item"]], schema=plan.rows.schema), plan.rows)
    drawn = set(some.curves["item"])
    for item in plan.rows["item"]:
        assert shelf.curve(item).height == (plan.curve(item).height if item in drawn else 0)
        if item in drawn:
            assert_frame_equal(shelf.curve(item), plan.curve(item))
