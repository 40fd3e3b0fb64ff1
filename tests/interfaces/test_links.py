"""Links: one thing asked differently, the rest as it was."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import URL

from justenough.interfaces.web.links import links_of


def _asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_column_turns_round_and_begins_at_the_first_page():
    links = links_of(
        URL("/items?q=a%26b&sort=total_cost&order=down&page=4&kind="), "total_cost", ("item", "total_cost", "change"), descending=True
    )
    assert _asked(links.links["total_cost"]) == {"q": "a&b", "sort": "total_cost", "order": "up", "page": "1"}
    assert _asked(links.links["item"])["order"] == "up", "names begin with A"
    assert _asked(links.links["change"])["order"] == "down", "money begins with the most"
    assert _asked(links.page(5)) == {"q": "a&b", "sort": "total_cost", "order": "down", "page": "5"}
    assert urlsplit(links.json).path == "/items.json"
    assert _asked(links.json)["page"] == "4"
