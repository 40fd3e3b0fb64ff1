"""Unanswered: why a broker or a server cannot be reached, in words that say what to look at."""

from __future__ import annotations

import socket

NOBODY = "nothing answers there. Is it started, and are its host and port right?"


def why_unanswered(error: BaseException | None) -> str:
    """
    What a failed connection means to a person.

    Examples
    --------
    >>> why_unanswered(ConnectionRefusedError(111, "Connection refused"))
    'nothing answers there. Is it started, and are its host and port right?'
    >>> why_unanswered(ValueError("the certificate is not trusted"))
    'ValueError: the certificate is not trusted'
    """
    text = str(error or "")
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in text:  # of a name with several addresses, all of them
        return NOBODY
    if isinstance(error, socket.gaierror):
        return f"no computer of that name is known ({error.strerror}). Is the host spelled right?"
    if isinstance(error, TimeoutError):
        return "it does not answer in time. Does a firewall keep it from us, or is it busy?"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
