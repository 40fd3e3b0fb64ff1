"""Free port: one that a server may take in its own time, though others on this computer look for one too."""

from __future__ import annotations

import socket


def free_port() -> int:
    """
    A port of loopback where nobody listens, and that the system gives to nobody else for a minute.

    A connection that was closed here waits at it to be forgotten: who asks for any port is given another, who listens at this one
    with the leave to use it again (SO_REUSEADDR, as servers do) may.
    """
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)) as there:
            here, _ = door.accept()
            here.close()  # who closes first waits
            there.recv(1)
    return port
