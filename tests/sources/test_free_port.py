"""A free port is closed, kept from who asks for any, and given to a server."""

from __future__ import annotations

import socket

import pytest
from free_port import free_port


def test_it_is_closed_kept_and_given_to_a_server():
    port = free_port()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with socket.socket() as anyone, pytest.raises(OSError, match="in use"):
        anyone.bind(("127.0.0.1", port))
    for _ in range(2):  # and again after a restart
        socket.create_server(("127.0.0.1", port)).close()
