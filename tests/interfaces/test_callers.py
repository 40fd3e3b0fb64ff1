"""Callers: sessions, keys and roles, and that a change was meant."""

from __future__ import annotations

import pytest

from justenough.archive.audit_log import Doer
from justenough.archive.people import Role


def _key(house, name, scope):
    return house.sessions.make_key(house.people.named(name), "test", scope, 1, Doer("tests"))[1]


def test_nobody_sees_anything_unsigned(visitor):
    for path in ("/items.json", "/people.json", "/index.json", "/changes.json"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    page = visitor.get("/items?q=a b")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2Fitems%3Fq%3Da%2520b")


def test_a_key_opens_no_more_than_its_scope_and_its_owner(house, visitor):
    narrow = {"Authorization": f"Bearer {_key(house, 'anna', 'viewer')}"}
    wide = {"Authorization": f"Bearer {_key(house, 'anna', 'admin')}"}
    new = {"name": "x", "role": "viewer"}
    assert visitor.post("/api/v1/users", json=new, headers=narrow).status_code == 403
    assert visitor.post("/api/v1/users", json=new, headers=wide).status_code == 201
    house.people.change("anna", Doer("tests"), role="admin")  # her sessions end, her keys stay
    assert visitor.get("/people.json", headers=wide).status_code == 200
    house.people.add("bert", "admin", Doer("tests"))
    house.people.change("anna", Doer("tests"), role="viewer")
    assert visitor.get("/people.json", headers=wide).status_code == 403


def test_a_wrong_key_is_refused_though_a_session_is_there(visitor, sign_in):
    sign_in(visitor, "anna")
    assert visitor.get("/people.json").status_code == 200
    assert visitor.get("/people.json", headers={"Authorization": "Bearer je_0_x"}).status_code == 401


@pytest.mark.parametrize("told", ["Basic YTpi", "Bearer", "Bearer je_é_x", "x" * 3000])
def test_strange_keys_open_nothing(visitor, told):
    assert visitor.get("/items.json", headers={"Authorization": told.encode()}).status_code == 401


def test_a_session_changes_nothing_without_its_proof(visitor, sign_in, proof):
    sign_in(visitor, "anna")
    form = {"name": "new", "role": "viewer"}
    good = proof(visitor, "/people")
    assert visitor.post("/people", data=form).status_code == 403
    assert visitor.post("/people", data={**form, "csrf": "0" * 64}).status_code == 403
    assert visitor.post("/people", data={**form, "csrf": good}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert visitor.post("/api/v1/users", json=form).status_code == 403
    assert visitor.post("/api/v1/users", json=form, headers={"X-CSRF-Token": good}).status_code == 201
    assert visitor.post("/people", data={**form, "name": "newer", "csrf": good}, headers={"Origin": "http://localhost"}).status_code == 303


def test_a_page_of_somebody_else_changes_nothing_here_without_sign_in(local, stocked):
    """A browser says where a request comes from; a program of this computer's owner need not."""
    new = {"name": "someone", "role": "viewer"}
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert local.post("/api/v1/users", json=new, headers=headers).status_code == 403
    assert local.post("/people", data=new).status_code == 403  # a plain form can be sent from anywhere
    assert stocked.people.users() == []


def test_roles_go_from_looking_to_letting_in():
    assert [role.word for role in sorted(Role)] == ["viewer", "planner", "approver", "admin"]
