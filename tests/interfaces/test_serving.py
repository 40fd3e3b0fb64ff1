"""Serving: what `serve` refuses to begin, and who may come in."""

from __future__ import annotations

import json
import re
import socket

import pytest
from typer.testing import CliRunner

from justenough.interfaces.cli import app


@pytest.fixture
def say(tmp_path, quick_passwords, monkeypatch):
    monkeypatch.delenv("JUSTENOUGH_DATABASE", raising=False)

    def said(*words: str, typed: str = "") -> str:
        result = CliRunner().invoke(app, [*words, "-w", str(tmp_path / "w")], input=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    return said


def test_without_users_nobody_else_is_served(refused, tmp_path):
    said = refused("serve", "--host", "0.0.0.0", "-w", tmp_path / "w")
    assert "nobody has to sign in yet; nothing was started" in said
    assert "justenough user add NAME --role admin" in said


def test_a_port_that_is_taken_is_said_so(refused, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port} cannot be listened on" in refused("serve", "--port", port, "-w", tmp_path / "w")


def test_half_a_certificate_is_refused(refused, tmp_path):
    assert "go together" in refused("serve", "--certificate", tmp_path / "x.pem", "-w", tmp_path / "w")


def test_a_database_that_is_none_is_said_so(refused, tmp_path, monkeypatch):
    monkeypatch.setenv("JUSTENOUGH_DATABASE", "mysql://x/y")
    assert "SQLite or PostgreSQL, not in mysql" in refused("serve", "-w", tmp_path / "w")


def test_people_are_added_listed_changed_and_kept_out(say, refused, tmp_path):
    assert "may sign in as admin" in say("user", "add", "anna", "--role", "admin", typed="a long sentence\n")
    say("user", "add", "robot", "--no-password")
    key = json.loads(say("user", "key", "robot", "--for", "export", "--json"))
    assert re.fullmatch(r"je_[0-9a-f]{12}_[\w-]{43}", key["key"])
    listed = json.loads(say("user", "list", "--json"))
    assert [(one["name"], one["role"], one["signs_in"]) for one in listed["people"]] == [
        ("anna", "admin", "password"), ("robot", "viewer", "key only"),
    ]  # fmt: skip
    assert [(one["key_id"], one["state"]) for one in listed["keys"]] == [(key["key_id"], "good")]
    assert key["key_id"] in say("user", "list")
    assert "robot is planner now" in say("user", "change", "robot", "--role", "planner")
    assert "opens nothing any more" in say("user", "key", "robot", "--revoke", key["key_id"])
    assert "robot is kept out" in say("user", "disable", "robot")
    assert "may sign in again" in say("user", "disable", "robot", "--enable")
    assert "last admin" in refused("user", "disable", "anna", "-w", tmp_path / "w")
    assert "no user 'nobody'" in refused("user", "change", "nobody", "--role", "admin", "-w", tmp_path / "w")


def test_a_short_password_is_refused(refused, tmp_path, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert "12 to 1,000 signs" in refused("user", "add", "anna", "-w", tmp_path / "w")
