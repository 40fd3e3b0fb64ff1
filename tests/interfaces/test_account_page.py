"""Account page: one's own keys and password."""

from __future__ import annotations

import re


def test_a_key_is_shown_once_and_opens(visitor, sign_in, proof):
    sign_in(visitor, "paul")
    made = visitor.post("/account/keys", data={"csrf": proof(visitor), "label": "export", "scope": "viewer", "days": "3"})
    key = re.search(r"je_[0-9a-f]{12}_[\w-]{43}", made.text)[0]
    page = visitor.get("/account")
    assert key not in page.text
    assert key.split("_")[1] in page.text
    headers = {"Authorization": f"Bearer {key}"}
    visitor.cookies.clear()
    assert visitor.get("/account.json", headers=headers).json()["role"] == "viewer"
    assert visitor.post("/account/keys", data={"scope": "viewer"}, headers=headers).status_code == 403, "a key makes no keys"
    sign_in(visitor, "paul")
    assert visitor.post(f"/account/keys/{key.split('_')[1]}/revoke", data={"csrf": proof(visitor)}).status_code == 303
    visitor.cookies.clear()
    assert visitor.get("/account.json", headers=headers).status_code == 401


def test_nobody_revokes_the_keys_of_others(visitor, house, sign_in, proof):
    from justenough.archive.audit_log import Doer

    entry, _ = house.sessions.make_key(house.people.named("anna"), "hers", "admin", 1, Doer("anna"))
    sign_in(visitor, "vera")
    assert visitor.post(f"/account/keys/{entry.key_id}/revoke", data={"csrf": proof(visitor)}).status_code == 422


def test_a_key_opens_no_more_than_its_maker(visitor, sign_in, proof):
    sign_in(visitor, "vera")
    assert visitor.post("/account/keys", data={"csrf": proof(visitor), "label": "x", "scope": "admin", "days": "3"}).status_code == 422


def test_changing_the_password_asks_for_the_old_one_and_ends_sessions(visitor, sign_in, proof):
    sign_in(visitor, "vera")
    told = {"csrf": proof(visitor), "old": "wrong", "new": "another sentence"}
    assert visitor.post("/account/password", data=told).status_code == 403
    assert visitor.post("/account/password", data={**told, "old": "vera and a sentence"}).status_code == 303
    assert visitor.get("/account.json").status_code == 401
    assert visitor.post("/sign-in", data={"name": "vera", "password": "another sentence"}).status_code == 303


def test_without_users_the_page_says_the_next_step(local):
    assert "justenough user add" in local.get("/account").text
    assert local.get("/account.json").json()["name"] == "me"
