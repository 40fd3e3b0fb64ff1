"""Failed connections in words, from failures that the operating system makes."""

from __future__ import annotations

import asyncio
import socket

import pytest
from free_port import free_port

from justenough.sources.live.unanswered import NOBODY, why_unanswered


def test_a_port_where_nothing_listens_is_said_without_a_number_of_an_error():
    with pytest.raises(OSError, match="refused") as failed:
        socket.create_connection(("127.0.0.1", free_port()), timeout=5)
    assert why_unanswered(failed.value) == NOBODY
    with pytest.raises(OSError, match="Connect call failed") as failed:
        asyncio.run(asyncio.open_connection("127.0.0.1", free_port()))
    assert why_unanswered(failed.value) == NOBODY
    assert why_unanswered(OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 4840, 0, 0)")) == NOBODY


def test_a_name_nobody_has_silence_and_what_is_not_known():
    with pytest.raises(socket.gaierror) as failed:
        socket.getaddrinfo("no-such-host.invalid", 4840)
    assert "no computer of that name" in why_unanswered(failed.value)
    assert "in time" in why_unanswered(TimeoutError())
    assert why_unanswered(OSError(113, "No route to host")) == "No route to host"
    assert why_unanswered(RuntimeError()) == "RuntimeError"
