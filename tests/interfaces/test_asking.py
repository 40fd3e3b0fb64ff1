"""Asking: what is sent, and what an answer or a refusal becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx2
import pytest

from justenough.domain.errors import UnknownItem
from justenough.interfaces.asking import Asking, Refused, value_of


@dataclass(frozen=True)
class Answered:
    n: int


def told(status, body, *, seen=None, kind="application/json"):
    def answer(request):
        if seen is not None:
            seen.append(request)
        return httpx2.Response(status, content=body, headers={"Content-Type": kind})

    return Asking("http://there", "je_key", transport=httpx2.MockTransport(answer))


def test_what_was_not_said_is_not_sent():
    seen: list[httpx2.Request] = []
    with told(200, b'{"n": 3}', seen=seen) as one:
        assert one._get("/x.json", Answered, page=2, q="", plan=None) == Answered(3)
        assert one._send("POST", "/y", Answered, {"a": 1}, "once") == Answered(3)
    asked, sent = seen
    assert str(asked.url) == "http://there/x.json?page=2"
    assert asked.headers["Authorization"] == "Bearer je_key"
    assert "Idempotency-Key" not in asked.headers
    assert (sent.headers["Idempotency-Key"], json.loads(sent.content)) == ("once", {"a": 1})


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (404, b'{"kind": "UnknownItem", "detail": "no X"}', UnknownItem, "no X"),
        (409, b'{"kind": "WorkspaceError", "title": "In conflict"}', Refused, "In conflict"),
        (502, b"<html>", Refused, "Bad Gateway"),
    ],
)
def test_a_refusal_is_raised_as_what_it_is(status, body, kind, said):
    with told(status, body) as one, pytest.raises(kind, match=said) as refused:
        one._fetch("GET", "/x")
    assert kind is not Refused or refused.value.status == status


def test_a_file_is_written_as_it_came(tmp_path):
    with told(200, b"\x00PAR1", kind="application/octet-stream") as one:
        assert one._kept(tmp_path / "a.parquet", "GET", "/x").read_bytes() == b"\x00PAR1"


def test_an_answer_of_another_kind_is_not_believed():
    with pytest.raises(ValueError, match="validation error"):
        value_of(Answered, b'{"n": "many"}')
