"""Endpoints: the brokers, servers and doors through which machines are heard, and what their messages mean."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from justenough.sources.live.readings import ListenError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_FORMS = ("iso", "s", "ms", "us", "ns")
SECURITY = ("Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss")
Clock = Literal["machine", "arrival"]


@dataclass(frozen=True, slots=True)
class Message:
    """
    What a plain JSON message says where; a path such as ``data.speed`` leads through objects.

    Parameters
    ----------
    topic
        MQTT topic; ``{machine}`` stands for one level and names the machine, ``+`` and ``#`` as in MQTT. For REST: empty.
    kind
        ``state``, ``running`` (counters that only rise), ``each`` (parts since the last message), ``alive``.
    machine
        Path of the machine's name where the topic does not tell it.
    time, time_form
        Path of the time stamp, and how it is written: iso, s, ms, us or ns since 1970. ISO times without a zone are UTC.
    clock
        ``machine``: its time stamp is believed. ``arrival``: when we heard it counts.
    sequence
        Path of the number the sender gives its messages; empty: none.
    state, reason, planned, total, good, rework, item, since
        Paths of the values.
    """

    topic: str = ""
    kind: Literal["state", "running", "each", "alive"] = "state"
    machine: str = ""
    time: str = "time"
    time_form: str = "iso"
    clock: Clock = "machine"
    sequence: str = ""
    state: str = "state"
    reason: str = "reason"
    planned: str = "planned"
    total: str = "total"
    good: str = "good"
    rework: str = "rework"
    item: str = "item"
    since: str = "since"

    def __post_init__(self) -> None:
        _one_of("kind", self.kind, ("state", "running", "each", "alive"))
        _one_of("time_form", self.time_form, TIME_FORMS)
        _one_of("clock", self.clock, ("machine", "arrival"))
        if not self.time and self.clock == "machine":
            raise ListenError(
                f"{self.topic or 'message'}: without a time the clock must be 'arrival'; its duplicates cannot be told apart."
            )


@dataclass(frozen=True, slots=True)
class Metrics:
    """
    Names of the metrics (Sparkplug B) or nodes (OPC UA) that tell a machine's state and counts; empty: not told.

    ``machine`` of Sparkplug is a pattern of ``{group}``, ``{edge}`` and ``{device}``.
    """

    machine: str = "{device}"
    state: str = ""
    reason: str = ""
    total: str = ""
    good: str = ""
    rework: str = ""
    item: str = ""

    def told(self) -> dict[str, str]:
        """What each metric or node tells, by its name."""
        names = {one: getattr(self, one) for one in ("state", "reason", "total", "good", "rework", "item")}
        return {name: one for one, name in names.items() if name}

    @property
    def counters(self) -> frozenset[str]:
        """Which of total, good and rework are told."""
        return frozenset(self.told().values()) & {"total", "good", "rework"}


@dataclass(frozen=True, slots=True)
class Broker:
    """
    An MQTT broker.

    Parameters
    ----------
    client
        Name of our session there; the broker keeps what we missed under it, so it must not change.
    password_env
        Environment variable that holds the password.
    tls_authority
        File of the authority whose signature the broker's certificate must bear; empty: those this machine trusts.
    tls_certificate, tls_key
        Files by which we show who we are, where the broker asks.
    in_flight
        Messages the broker may send before the first is acknowledged.
    session_days
        How long the broker keeps our session while we are away. [days]
    messages, sparkplug, groups
        Plain JSON messages; Sparkplug metrics, and the groups they are taken from.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    client: str = "justenough"
    user: str = ""
    password_env: str = ""
    tls: bool = False
    tls_authority: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    keep_alive_seconds: int = 20
    in_flight: int = 2000
    session_days: float = 14.0
    messages: tuple[Message, ...] = ()
    sparkplug: Metrics | None = None
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        files = {name: getattr(self, name) for name in ("tls_authority", "tls_certificate", "tls_key") if getattr(self, name)}
        if files and not self.tls:
            raise ListenError(f"mqtt: {', '.join(files)} given, but tls is not true; nothing would be encrypted.")
        _files_there("mqtt", files)
        if not self.client:
            raise ListenError("mqtt: client must name our session, else the broker keeps nothing for us while we are away.")


@dataclass(frozen=True, slots=True)
class OpcServer:
    """
    An OPC UA server and the machines in it.

    Parameters
    ----------
    publish_ms
        How often it looks. [milliseconds]
    history
        Whether missed values are asked of its history.
    security
        Policy by which messages are signed and encrypted; empty: neither, and a password goes in plain text.
    certificate, key
        Files (DER or PEM) by which we show who we are.
    server_certificate
        File of the only certificate we believe the server; empty: the one it shows.
    """

    url: str
    publish_ms: float = 200.0
    history: bool = True
    user: str = ""
    password_env: str = ""
    security: str = ""
    certificate: str = ""
    key: str = ""
    server_certificate: str = ""
    machines: tuple[Metrics, ...] = ()

    def __post_init__(self) -> None:
        files = {name: getattr(self, name) for name in ("certificate", "key", "server_certificate")}
        _files_there("opcua", {name: path for name, path in files.items() if path})
        if not self.security:
            if any(files.values()):
                raise ListenError(f"opcua {self.url}: certificates given, but no security; nothing would be encrypted.")
            return
        _one_of(f"opcua {self.url}: security", self.security, SECURITY)
        missing = [name for name, path in files.items() if not path and name != "server_certificate"]
        if missing:
            raise ListenError(f"opcua {self.url}: security = {self.security!r} needs {' and '.join(missing)}.")


@dataclass(frozen=True, slots=True)
class RestDoor:
    """Where batches of readings may be posted; the key lies in an environment variable."""

    host: str = "127.0.0.1"
    port: int = 8765
    key_env: str = "JUSTENOUGH_LISTEN_KEY"
    beyond_this_machine: bool = False
    message: Message = field(default_factory=lambda: Message(machine="machine", sequence="sequence"))


def secret(variable: str) -> str:
    """
    Give a password or key from the environment.

    Raises
    ------
    ListenError
        Where it is not set.
    """
    found = os.environ.get(variable, "")
    if not found:
        raise ListenError(f"the environment variable {variable} is not set; it must hold the key or password.")
    return found


def _files_there(where: str, files: Mapping[str, str]) -> None:
    for name, path in files.items():
        if not Path(path).is_file():
            raise ListenError(f"{where}: {name} = {path!r} is not a file.")


def _one_of(name: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        raise ListenError(f"{name} is {found!r}; expected one of {', '.join(known)}.")
