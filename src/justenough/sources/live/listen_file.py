"""Listen file: which machines are listened to where, and what their own words mean, read from TOML."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from justenough.domain.machine import State
from justenough.sources.live.readings import ListenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIME_FORMS = ("iso", "s", "ms", "us", "ns")
Clock = Literal["machine", "arrival"]
One = TypeVar("One")


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
    keep_alive_seconds: int = 20
    in_flight: int = 2000
    session_days: float = 14.0
    messages: tuple[Message, ...] = ()
    sparkplug: Metrics | None = None
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.client:
            raise ListenError("mqtt: client must name our session, else the broker keeps nothing for us while we are away.")


@dataclass(frozen=True, slots=True)
class OpcServer:
    """An OPC UA server, the machines in it, how often it looks [milliseconds], and whether missed values are asked of its history."""

    url: str
    publish_ms: float = 200.0
    history: bool = True
    user: str = ""
    password_env: str = ""
    machines: tuple[Metrics, ...] = ()


@dataclass(frozen=True, slots=True)
class RestDoor:
    """Where batches of readings may be posted; the key lies in an environment variable."""

    host: str = "127.0.0.1"
    port: int = 8765
    key_env: str = "JUSTENOUGH_LISTEN_KEY"
    beyond_this_machine: bool = False
    message: Message = field(default_factory=lambda: Message(machine="machine", sequence="sequence"))


@dataclass(frozen=True, slots=True)
class Patience:
    """
    What is declared of time.

    Parameters
    ----------
    settle_seconds
        Time between two settlements into the tables.
    late_seconds
        A reading is settled when it is this old, so that later ones of the same moment find their place.
    silent_seconds
        A machine heard by plain messages that says nothing for so long is unknown from then on; 0: never.
    ahead_seconds, back_seconds
        A time stamp further ahead of our clock, or a jump back against the message numbers of more than this, is not believed.
    remember_days
        Readings this much older than the newest are forgotten once settled; what is older still cannot be told from a duplicate.
    """

    settle_seconds: float = 30.0
    late_seconds: float = 10.0
    silent_seconds: float = 600.0
    ahead_seconds: float = 60.0
    back_seconds: float = 60.0
    remember_days: float = 3.0

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 0:
                raise ListenError(f"{one.name} must not be negative, got {getattr(self, one.name)!r}.")


@dataclass(frozen=True, slots=True)
class ListenFile:
    """
    Everything `justenough listen` is told.

    ``states`` gives the canonical state of a machine's own word, ``names`` the canonical name of a machine's own name.
    """

    broker: Broker | None = None
    servers: tuple[OpcServer, ...] = ()
    rest: RestDoor | None = None
    patience: Patience = field(default_factory=Patience)
    states: Mapping[str, State] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    largest_bytes: int = 1_048_576


def read_listen_file(path: Path) -> ListenFile:
    """
    Read a listen file.

    Raises
    ------
    ListenError
        Where it is not TOML, names something unknown, or listens to nothing; says what is expected.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ListenError(f"{path}: cannot be read as TOML: {error}.") from error
    try:
        return listen_file(told)
    except ListenError as error:
        raise ListenError(f"{path}: {error}") from error


def listen_file(told: Mapping[str, Any]) -> ListenFile:
    """Build a `ListenFile` from what a TOML file says."""
    known = ("mqtt", "opcua", "rest", "time", "states", "machines", "largest_bytes")
    _refuse_unknown("the file", told, known)
    file = ListenFile(
        _broker(told["mqtt"]) if "mqtt" in told else None,
        tuple(_server(one) for one in told.get("opcua", ())),
        _door(told["rest"]) if "rest" in told else None,
        _made(Patience, "time", told.get("time", {})),
        {str(word): _state(str(word), str(state)) for word, state in told.get("states", {}).items()},
        {str(word): str(name) for word, name in told.get("machines", {}).items()},
        int(told.get("largest_bytes", 1_048_576)),
    )
    if file.broker is None and not file.servers and file.rest is None:
        raise ListenError("listens to nothing; give it [mqtt], [[opcua]] or [rest].")
    return file


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


def _broker(told: Mapping[str, Any]) -> Broker:
    plain = {name: value for name, value in told.items() if name not in ("message", "sparkplug")}
    spark = dict(told.get("sparkplug", {}))
    groups = tuple(spark.pop("groups", ()))
    messages = tuple(_made(Message, "mqtt.message", one) for one in told.get("message", ()))
    for one in messages:
        if not one.topic:
            raise ListenError("mqtt.message: topic is missing.")
        if "{machine}" not in one.topic and not one.machine:
            raise ListenError(f"mqtt.message {one.topic}: neither the topic nor a path `machine` names the machine.")
    metrics = _made(Metrics, "mqtt.sparkplug", spark) if spark else None
    if (metrics is None) != (not groups):
        raise ListenError("mqtt.sparkplug: needs groups and the names of metrics.")
    if metrics is None and not messages:
        raise ListenError("mqtt: listens to nothing; give it [[mqtt.message]] or [mqtt.sparkplug].")
    return _made(Broker, "mqtt", {**plain, "messages": messages, "sparkplug": metrics, "groups": groups})


def _server(told: Mapping[str, Any]) -> OpcServer:
    machines = tuple(_made(Metrics, "opcua.machine", one) for one in told.get("machine", ()))
    if not machines:
        raise ListenError(f"opcua {told.get('url', '')}: has no [[opcua.machine]].")
    plain = {name: value for name, value in told.items() if name != "machine"}
    return _made(OpcServer, "opcua", {**plain, "machines": machines})


def _door(told: Mapping[str, Any]) -> RestDoor:
    plain = {name: value for name, value in told.items() if name != "message"}
    if "message" in told:
        plain["message"] = _made(Message, "rest.message", {"machine": "machine", "sequence": "sequence", **told["message"]})
    door = _made(RestDoor, "rest", plain)
    if not door.beyond_this_machine and door.host not in ("127.0.0.1", "::1", "localhost"):
        raise ListenError(f"rest: {door.host} can be reached from elsewhere; say beyond_this_machine = true if that is meant.")
    return door


def _state(word: str, state: str) -> State:
    if state not in State.labels():
        raise ListenError(f"states: {word!r} is said to be {state!r}; expected one of {', '.join(State.labels())}.")
    return State(State.labels().index(state))


def _made(kind: type[One], where: str, told: Mapping[str, Any]) -> One:
    _refuse_unknown(where, told, tuple(one.name for one in fields(kind)))  # type: ignore[arg-type]
    try:
        return kind(**told)
    except TypeError as error:
        raise ListenError(f"{where}: {error}.") from error


def _refuse_unknown(where: str, told: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in told:
        if name not in known:
            raise ListenError(f"{where}: {name!r} is not known; expected some of {', '.join(known)}.")


def _one_of(name: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        raise ListenError(f"{name} is {found!r}; expected one of {', '.join(known)}.")
