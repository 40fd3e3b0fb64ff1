"""People view: how people and keys are listed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from justenough.archive.audit_log import AuditEntry
from justenough.archive.people import Role, User
from justenough.archive.sessions import AccessKey
from justenough.interfaces.views.people_view import audit_view, key_line, person_of

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_ways_to_sign_in():
    cases = [(password, issuer) for password in (True, False) for issuer in ("", "https://sso")]
    ways = [person_of(User("u", "anna", Role.ADMIN, False, NOW, *one)).signs_in for one in cases]
    assert ways == ["password", "password or https://sso", "key only", "https://sso"]


def test_the_state_of_a_key():
    def state(ends, revoked):
        return key_line(AccessKey("k", "anna", "", Role.VIEWER, NOW, ends, revoked), NOW).state

    later = NOW + timedelta(days=1)
    assert [state(later, False), state(later, True), state(NOW, False)] == ["good", "revoked", "ended"]


def test_older_changes_are_where_the_page_ends():
    entries = [AuditEntry(seq, NOW, "anna", "page", "", "do", "x") for seq in (9, 8, 7)]
    assert audit_view(entries, 3).older == 7
    assert audit_view(entries, 4).older is None


def test_what_was_changed_is_told_in_words():
    asked = {"holding_rate": 0.22, "criticality_targets": {"A": 0.98}}
    detail = {"settings": asked, "files": ["a", "b", "c", "d", "e"], "rows": 7, "why": ""}
    (change,) = audit_view([AuditEntry(1, NOW, "anna", "page", "", "do", "x", detail)], 9).changes
    assert change.what == "holding rate 22 % a year, cycle service of class A: 98 %, files a, b, c, 2 more, rows 7"
