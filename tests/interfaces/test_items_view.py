"""Items view: pages and choices; the order itself is tested with the shelf."""

from __future__ import annotations

from dataclasses import fields

from justenough.archive.plan_shelf import LISTED, SORTS
from justenough.interfaces.views.items_view import SORTABLE, ItemLine, ItemsAsked, items_view


def test_a_line_is_what_a_shelf_lists():
    assert tuple(field.name for field in fields(ItemLine)) == LISTED
    assert set(SORTABLE) == {"item", *SORTS}


def test_pages_are_counted_up(stocked):
    shelf = stocked.shelves.shelf()
    sizes = {per_page: items_view(shelf, ItemsAsked(per_page=per_page)).n_pages for per_page in (1, 25, 26, 52, 200)}
    assert sizes == {1: 52, 25: 3, 26: 2, 52: 1, 200: 1}
    assert items_view(shelf, ItemsAsked(words="zzz")).n_pages == 1
    assert items_view(shelf, ItemsAsked(page=9)).items == ()


def test_choices_are_those_there_are(stocked):
    choices = items_view(stocked.shelves.shelf(), ItemsAsked()).choices
    assert choices["criticality"] == ("A", "B", "C")
    assert "Osaka Seiki" in choices["supplier"]
