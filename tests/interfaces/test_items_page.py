"""Items page: searched, filtered, sorted and paged as asked, and every address can be shared."""

from __future__ import annotations

import html
import re

import pytest


def _codes(answer) -> list[str]:
    return [one["item"] for one in answer.json()["items"]]


def test_page_and_json_show_the_same_items_in_the_same_order(local):
    for asked in ("", "?q=bearing", "?decision=lean&sort=stated_cycle_service&order=up", "?per_page=7&page=3"):
        page = local.get(f"/items{asked}").text
        assert re.findall(r'class="code" href="/items/([^"?]+)"', page) == _codes(local.get(f"/items.json{asked}"))


def test_the_biggest_move_comes_first(local):
    moves = [abs(one["change_value"] or 0) for one in local.get("/items.json").json()["items"]]
    assert moves == sorted(moves, reverse=True)


def test_links_of_a_page_lead_on(local):
    page = local.get("/items?decision=lean&per_page=5").text
    following = html.unescape(re.search(r'rel="next"[^>]*href="([^"]+)"', page)[1])
    assert _codes(local.get(following.replace("/items?", "/items.json?"))) == _codes(
        local.get("/items.json?decision=lean&per_page=5&page=2")
    )
    turned = html.unescape(re.search(r'<a href="([^"]+sort=item[^"]*)">', page)[1])
    assert "decision=lean" in turned
    assert _codes(local.get(turned.replace("/items?", "/items.json?"))) == sorted(
        _codes(local.get("/items.json?decision=lean&sort=item&order=up&per_page=5"))
    )


@pytest.mark.parametrize("typed", ["'; drop table users; --", '"><script>alert(1)</script>', "%", "_", "\\", "\0", "(", "[a", "ﬀ", "日本"])
def test_anything_may_be_typed(local, typed):
    """Text is text: no SQL, no pattern, no markup."""
    answer = local.get("/items", params={"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert local.get("/items.json", params={"q": typed, "supplier": typed}).json()["n_found"] == 0


def test_nothing_found_says_the_next_step(local):
    page = local.get("/items?q=zzz").text
    assert "No item is like that" in page
    assert 'href="/items"' in page
    assert "There are 2 pages only" in local.get("/items?page=99").text


@pytest.mark.parametrize("asked", ["sort=password", "order=sideways", "page=0", "page=x", "per_page=201", f"q={'x' * 201}"])
def test_what_cannot_be_meant_is_refused(local, asked):
    assert local.get(f"/items.json?{asked}").status_code == 422
