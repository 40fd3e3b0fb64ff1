"""Sign-in page: passwords, how often they may be wrong, and where one lands."""

from __future__ import annotations

import pytest

from justenough.archive.sessions import TRIES_OF_ONE


def test_signing_in_and_out(visitor, house, sign_in, proof):
    sign_in(visitor, "vera")
    cookie = next(iter(visitor.cookies.jar))
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert visitor.get("/account.json").json()["name"] == "vera"
    token = cookie.value
    assert visitor.post("/sign-out", data={"csrf": proof(visitor)}).status_code == 303
    visitor.cookies.set("justenough_session", token)
    assert visitor.get("/account.json").status_code == 401, "the session itself ended, not the cookie only"
    assert [one.action for one in house.people.changes(limit=2)] == ["sign out", "sign in"]


def test_wrong_passwords_say_one_thing_and_run_out(visitor, house):
    said = set()
    for name in ("vera", "nobody"):
        for _ in range(TRIES_OF_ONE):
            answer = visitor.post("/sign-in", data={"name": name, "password": "wrong wrong wrong"})
            assert answer.status_code == 401
            said.add(answer.text.replace(name, "NAME"))
        late = visitor.post("/sign-in", data={"name": name, "password": f"{name} and a sentence"})
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) > 0
        assert "Too many tries" in late.text, "the tries before it may still be checked"
    assert len(said) == 1, "a name that is there must not be told from one that is not"
    assert visitor.post("/sign-in", data={"name": "paul", "password": "paul and a sentence"}).status_code == 303


def test_a_right_password_forgives_the_wrong_ones(visitor):
    for _ in range(2):
        for _ in range(TRIES_OF_ONE - 1):
            visitor.post("/sign-in", data={"name": "paul", "password": "wrong wrong wrong"})
        assert visitor.post("/sign-in", data={"name": "paul", "password": "paul and a sentence"}).status_code == 303
        visitor.cookies.clear()


@pytest.mark.parametrize(
    "there", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/sign-out", "x\n/y", "http:/x"]
)
def test_one_lands_inside_only(visitor, there):
    answer = visitor.post("/sign-in", data={"name": "vera", "password": "vera and a sentence", "next": there})
    assert answer.headers["location"] == "/"


def test_one_lands_where_one_wanted(visitor):
    answer = visitor.post("/sign-in", data={"name": "vera", "password": "vera and a sentence", "next": "/items?q=a%20b"})
    assert answer.headers["location"] == "/items?q=a%20b"


def test_a_form_of_somebody_else_signs_nobody_in(visitor):
    form = {"name": "vera", "password": "vera and a sentence"}
    assert visitor.post("/sign-in", data=form, headers={"Origin": "http://evil.example"}).status_code == 403


def test_names_are_shown_not_run(visitor):
    text = visitor.post("/sign-in", data={"name": '"><script>alert(1)</script>', "password": "x"}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_who_is_kept_out_is_out_at_once(visitor, house, sign_in):
    from justenough.archive.audit_log import Doer

    sign_in(visitor, "paul")
    house.people.change("paul", Doer("anna"), disabled=True)
    assert visitor.get("/account.json").status_code == 401
    assert visitor.post("/sign-in", data={"name": "paul", "password": "paul and a sentence"}).status_code == 401
