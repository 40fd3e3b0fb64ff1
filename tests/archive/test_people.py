"""People: names, roles and passwords, on SQLite and on PostgreSQL."""

from __future__ import annotations

import argon2
import pytest

from justenough.archive import people as module
from justenough.archive.audit_log import Doer
from justenough.archive.people import People, PeopleError, Role, hashed

BY = Doer("tests")


@pytest.fixture
def people(records_on_both, monkeypatch):
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(module, "_hasher", lambda: cheap)
    return People(records_on_both)


def test_a_user_and_what_proves_them(people):
    assert not people.anybody()
    anna = people.add(" anna ", "Admin", BY, password="a long sentence")
    assert (anna.name, anna.role, anna.has_password, people.anybody()) == ("anna", Role.ADMIN, True, True)
    assert people.proved("anna", "a long sentence") == anna
    assert people.proved("anna", "another sentence") is None
    assert people.proved("bert", "a long sentence") is None
    assert people.proved("anna", "x" * 2000) is None


def test_passwords_are_kept_as_argon2id_never_as_they_are(records_on_both):
    """RFC 9106; OWASP asks for argon2id of at least 19 MiB and 2 passes, the library takes more."""
    people = People(records_on_both)
    people.add("anna", "admin", BY, password="a long sentence")
    with records_on_both.reading() as connection:
        kept = connection.exec_driver_sql("select password from users").scalar()
    assert kept.startswith("$argon2id$")
    found = argon2.extract_parameters(kept)
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2
    assert "sentence" not in kept


def test_a_password_hashed_at_less_cost_is_hashed_anew(people, monkeypatch):
    people.add("anna", "admin", BY, password="a long sentence")
    dear = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(module, "_hasher", lambda: dear)
    assert people.proved("anna", "a long sentence")
    with people.records.reading() as connection:
        assert ",t=2," in connection.exec_driver_sql("select password from users").scalar()


@pytest.mark.parametrize("password", ["short", "x" * 1001, ""])
def test_passwords_too_short_or_too_long(password):
    with pytest.raises(PeopleError, match="12 to 1,000 signs"):
        hashed(password)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "a\0"])
def test_names_that_are_none(people, name):
    with pytest.raises(PeopleError, match="printable signs"):
        people.add(name, "viewer", BY)


def test_a_name_is_given_once(people):
    people.add("anna", "viewer", BY)
    with pytest.raises(PeopleError, match="already"):
        people.add("anna", "admin", BY)
    with pytest.raises(PeopleError, match="no role 'king'. Roles: viewer, planner, approver, admin"):
        people.add("bert", "king", BY)


def test_somebody_can_always_let_people_in(people):
    people.add("anna", "admin", BY)
    for change in ({"role": "viewer"}, {"disabled": True}):
        with pytest.raises(PeopleError, match="last admin"):
            people.change("anna", BY, **change)
    assert people.named("anna").role is Role.ADMIN
    people.add("bert", "admin", BY)
    assert people.change("anna", BY, disabled=True).disabled


def test_every_change_is_written_down_without_its_secret(people):
    people.add("anna", "admin", Doer("root", "command", "here"), password="a long sentence")
    people.change("anna", BY, password="another sentence")
    last, first = people.changes()
    assert (first.who, first.through, first.address, first.action, first.subject) == ("root", "command", "here", "add user", "anna")
    assert last.detail == {"password": "changed"}
    with pytest.raises(PeopleError):
        people.add("anna", "admin", BY)
    assert len(people.changes()) == 2


def test_who_another_house_vouches_for(people):
    people.add("anna", "viewer", BY, issuer="https://sso", subject="s1")
    assert people.known_elsewhere("https://sso", "s1").name == "anna"
    assert people.known_elsewhere("https://other", "s1") is None
    assert people.proved("anna", "") is None
