"""Guard: headers on every answer, and what is refused before a page sees it."""

from __future__ import annotations

import asyncio
import re

import pytest

from justenough.interfaces.web.guard import Guard
from justenough.interfaces.web.house import Serving


@pytest.mark.parametrize("path", ["/", "/items.json", "/nowhere", "/static/app.css", "/openapi.json", "/items?page=none"])
def test_every_answer_says_what_a_browser_may_do_with_it(local, path):
    """OWASP Secure Headers Project: content policy without inline script or style, no sniffing, no frames, no referrer outside."""
    headers = local.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"]


@pytest.mark.parametrize("path", ["/", "/items", "/items/BRG-6204", "/people", "/account", "/changes"])
def test_pages_keep_to_the_policy(local, path):
    text = local.get(path).text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8300", "", "[::1].evil"])
def test_without_sign_in_other_names_are_refused(local, host):
    """DNS rebinding: a name of somebody else's that points at this computer."""
    assert local.get("/items.json", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8300", "127.0.0.1", "[::1]:8300"])
def test_names_of_this_computer_are_taken(local, host):
    assert local.get("/health.json", headers={"Host": host}).status_code == 200


def test_large_bodies_are_refused_before_they_are_read(local):
    answer = local.post("/rehearsals", content=b"x" * 1_000_001)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_large_bodies_of_no_stated_length_are_refused_while_they_are_read(local):
    answer = local.post(
        "/rehearsals", content=(b"x" * 100_000 for _ in range(11)), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


def test_long_addresses_are_refused(local):
    assert local.get("/items.json?q=" + "x" * 9000).status_code == 414


def test_uploads_may_be_larger():
    guard = Guard(None, Serving(largest_bytes=10, largest_upload_bytes=1000))
    assert [guard._largest(path) for path in ("/items", "/imports/send", "/api/v1/imports")] == [10, 1000, 1000]
    assert guard._largest("/api/v1/imports/drafts/0123456789abcdef/check") == 10, "answers are no export"


def test_a_body_that_stops_is_given_up(monkeypatch):
    """Content-Length lies: more is announced than is sent."""
    monkeypatch.setattr("justenough.interfaces.web.guard.PART_SECONDS", 0.05)
    told = []

    async def page(scope, receive, send):
        while (await receive()).get("more_body"):
            pass

    async def receive():
        if not told:
            told.append("begun")
        else:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"half", "more_body": True}

    async def send(message):
        told.append(message)

    scope = {"type": "http", "path": "/x", "headers": [(b"host", b"localhost"), (b"content-length", b"9")], "query_string": b""}
    asyncio.run(Guard(page, Serving())(scope, receive, send))
    assert [one["status"] for one in told if "status" in one] == [408]
    assert b"nothing was done" in told[-1]["body"]


@pytest.mark.parametrize(("size", "status"), [(1, 408), (5_000, 200)])
def test_a_body_that_drips_is_given_up(monkeypatch, size, status):
    """R-U-Dead-Yet: a byte at a time, each before one would be missed; a slow body that keeps the rate is heard to its end."""
    monkeypatch.setattr("justenough.interfaces.web.guard.PART_SECONDS", 0.2)
    parts, told = [], []

    async def page(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        await asyncio.sleep(0.02)
        parts.append(b"x" * size)
        return {"type": "http.request", "body": parts[-1], "more_body": len(parts) < 40}

    async def send(message):
        told.append(message)

    scope = {"type": "http", "path": "/x", "headers": [(b"host", b"localhost")], "query_string": b""}
    asyncio.run(Guard(page, Serving())(scope, receive, send))
    assert [one["status"] for one in told if "status" in one] == [status]
    assert (len(parts) < 40) == (status == 408)


def test_what_is_reached_through_https_asks_for_it_always():
    assert (b"strict-transport-security", b"max-age=31536000") in Guard(None, Serving(https=True))._headers
