"""People page: who lets whom in, and what is written down of it."""

from __future__ import annotations

import pytest

from justenough.archive.audit_log import Doer


@pytest.fixture
def admin(house):
    return {"Authorization": f"Bearer {house.sessions.make_key(house.people.named('anna'), '', 'admin', 1, Doer('tests'))[1]}"}


def test_only_admins_see_and_change_people(visitor, sign_in, proof):
    sign_in(visitor, "paul")
    assert visitor.get("/people").status_code == 403
    assert visitor.post("/people", data={"csrf": proof(visitor), "name": "x", "role": "admin"}).status_code == 403
    assert "/people" not in visitor.get("/account").text


def test_forms_add_and_change(visitor, house, sign_in, proof):
    sign_in(visitor, "anna")
    good = {"csrf": proof(visitor, "/people")}
    visitor.post("/people", data={**good, "name": "rosa <b>", "role": "planner", "password": "rosa and a sentence"})
    assert "rosa &lt;b&gt;" in visitor.get("/people").text
    visitor.post("/people/rosa%20%3Cb%3E", data={**good, "role": "approver"})
    assert house.people.named("rosa <b>").role.word == "approver"
    visitor.post("/people/rosa%20%3Cb%3E", data={**good, "disabled": "yes"})
    assert house.people.named("rosa <b>").disabled
    told = [(one.action, one.subject, one.who) for one in house.people.changes(limit=3)]
    assert told == [("change user", "rosa <b>", "anna")] * 2 + [("add user", "rosa <b>", "anna")]
    assert "approver" in visitor.get("/changes").text


def test_the_last_admin_stays(visitor, admin):
    answer = visitor.patch("/api/v1/users/anna", json={"role": "viewer"}, headers=admin)
    assert answer.status_code == 422
    assert "last admin" in answer.json()["detail"]


def test_a_write_sent_again_is_done_once(visitor, house, admin):
    asked = {"json": {"name": "rosa", "role": "viewer"}, "headers": {**admin, "Idempotency-Key": "k1"}}
    first, again = (visitor.post("/api/v1/users", **asked) for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = visitor.post("/api/v1/users", json={"name": "ruth", "role": "viewer"}, headers=asked["headers"])
    assert other.status_code == 409
    assert [one.name for one in house.people.users()] == ["anna", "paul", "rosa", "vera"]


def test_a_refused_write_may_be_sent_again(visitor, admin):
    headers = {**admin, "Idempotency-Key": "k2"}
    wrong = {"name": "rosa", "role": "king"}
    assert [visitor.post("/api/v1/users", json=wrong, headers=headers).status_code for _ in range(2)] == [422, 422]


def test_what_is_not_known_is_refused(visitor, admin):
    answer = visitor.post("/api/v1/users", json={"name": "x", "role": "viewer", "is_root": True}, headers=admin)
    assert answer.status_code == 422
    assert "is_root" in answer.json()["detail"]


def test_changes_come_page_by_page(visitor, house, admin):
    for n in range(60):
        house.people.note(Doer("tests"), "count", f"n{n}")
    first = visitor.get("/changes.json", headers=admin).json()
    rest = visitor.get(f"/changes.json?before={first['older']}", headers=admin).json()
    assert [one["subject"] for one in first["changes"]] == [f"n{n}" for n in range(59, 9, -1)]
    assert [one["subject"] for one in rest["changes"]][:10] == [f"n{n}" for n in range(9, -1, -1)]
    assert rest["older"] is None
    assert [one["subject"] for one in visitor.get("/changes.json?subject=n7", headers=admin).json()["changes"]] == ["n7"]


def test_a_revoked_key_is_out(visitor, house, admin):
    entry, key = house.sessions.make_key(house.people.named("vera"), "", "viewer", 1, Doer("tests"))
    assert visitor.delete(f"/api/v1/keys/{entry.key_id}", headers=admin).status_code == 204
    assert visitor.get("/account.json", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert visitor.delete("/api/v1/keys/none", headers=admin).status_code == 422
