"""Listen file: which machines are listened to where, and what their own words mean, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from justenough.domain.machine import State
from justenough.sources.live.endpoints import Broker, Message, Metrics, OpcServer, RestDoor
from justenough.sources.live.readings import ListenError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

One = TypeVar("One")


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
