"""Answers: the same value twice, tags, and refusals of one shape."""

from __future__ import annotations

import pytest

from justenough.domain.errors import JustenoughError, UnknownItem
from justenough.interfaces.web import answers


def test_a_known_answer_is_not_sent_again(local):
    first = local.get("/items.json")
    again = local.get("/items.json", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert local.get("/items.json?page=2", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/items/none.json", 404), ("/nowhere.json", 404), ("/items.json?page=0", 422), ("/index.json?plan=none", 404)]
)
def test_refusals_have_one_shape(local, path, status):
    """RFC 9457."""
    answer = local.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail"} <= set(answer.json())
    assert answer.json()["status"] == status


def test_people_get_a_page(local):
    answer = local.get("/items/none")
    assert answer.status_code == 404
    assert "is not in this plan of 52 items" in answer.text
    assert answer.text.startswith("<!doctype html>")


def test_a_fault_of_ours_tells_nothing_of_it(local, stocked, monkeypatch, caplog):
    from fastapi.testclient import TestClient

    def broken(*_args, **_more):
        raise RuntimeError("the secret is ours")

    monkeypatch.setattr(type(stocked.shelves), "shelf", broken)
    answer = TestClient(local.app, base_url="http://localhost", raise_server_exceptions=False).get("/items.json")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    number = answer.json()["detail"].split("as ")[1].split(".")[0]
    assert number in caplog.text
    assert "the secret is ours" in caplog.text


def test_each_refusal_has_its_status():
    assert answers.status_of(UnknownItem("x")) == 404
    assert answers.status_of(JustenoughError("x")) == 422


def test_an_item_of_any_name_has_an_address():
    assert answers.item_address("a/b c?#ü") == "/items/a%2Fb%20c%3F%23%C3%BC"


def test_static_files_change_their_address_with_their_content(local):
    address = answers.static_address("app.css")
    assert len(address.partition("?")[2]) == 12
    assert "immutable" in local.get(address).headers["cache-control"]
