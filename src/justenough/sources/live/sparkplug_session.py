"""Sparkplug session: which edge nodes and devices are alive, what their aliases mean, and whether a message was missed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from justenough.sources.live.readings import Fault, Heard, Kind, Reading, Unbelievable
from justenough.sources.live.sparkplug import BOOLEAN, Metric, Payload, decoded, encoded, signed
from justenough.sources.live.standing import Standing

if TYPE_CHECKING:
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.endpoints import Metrics

NAMESPACE = "spBv1.0"
NUMBERS = 256  # a message's number goes back to 0 after 255
ASK_AGAIN_SECONDS = 5.0
_MILLISECOND = 1000  # microseconds
_IGNORED = ("NCMD", "DCMD", "STATE")


@dataclass(slots=True)
class _Node:
    seq: int = -1
    births: int = -1  # its bdSeq: which life this is
    names: dict[int, Metric] = field(default_factory=dict)  # what an alias means
    machines: set[str] = field(default_factory=set)
    born: bool = False
    asked: float = -ASK_AGAIN_SECONDS


class SparkplugSession:
    """
    Turns the messages of edge nodes into readings.

    A node whose birth was not heard, or of which a message is missing, is asked to be born again: a birth tells everything
    anew, so running counters lose nothing. A death (told by the broker where the node cannot) makes its machines unknown.
    """

    def __init__(self, metrics: Metrics, belief: Belief) -> None:
        self._metrics = metrics
        self._told = metrics.told()
        self._belief = belief
        self._standing = Standing(metrics.counters)
        self._nodes: dict[tuple[str, str], _Node] = {}
        self._wanted: set[tuple[str, str]] = set()

    def readings(self, heard: Heard, topic: str) -> list[Reading]:
        """
        Readings of one message.

        Raises
        ------
        Unbelievable
            Where it is no Sparkplug message, or its aliases are not known.
        """
        levels = topic.split("/")
        if len(levels) > 1 and levels[1] == "STATE":
            return []
        if len(levels) not in (4, 5):
            raise Unbelievable(Fault.UNMAPPED, topic)
        group, kind, edge, device = levels[1], levels[2], levels[3], levels[4] if len(levels) == 5 else ""
        if kind in _IGNORED:
            return []
        payload = decoded(heard.payload)
        node = self._nodes.setdefault((group, edge), _Node())
        match kind:
            case "NBIRTH":
                self._born(node, payload)
            case "NDEATH":
                return self._died(node, payload, heard)
            case "DBIRTH" | "NDATA" | "DDATA" | "DDEATH":
                self._numbered((group, edge), node, payload)
            case _:
                raise Unbelievable(Fault.UNMAPPED, topic)
        machine = (
            self._metrics.machine.format(group=group, edge=edge, device=device) if device or "{device}" not in self._metrics.machine else ""
        )
        if not machine:  # the node itself is no machine here
            self._learn(node, payload)
            return []
        name = self._belief.machine(machine)
        if kind == "DDEATH":
            return [self._standing.lose(self._reading(name, group, edge, heard, self._moment(payload.timestamp, heard)))]
        if kind in ("NBIRTH", "DBIRTH"):
            self._learn(node, payload)
        node.machines.add(name)
        return self._values((group, edge), node, name, payload, heard)

    def lost(self, received: int) -> list[Reading]:
        """Readings that every machine is unknown, as nothing is heard any more; each node must be born again."""
        found = []
        for (group, edge), node in self._nodes.items():
            node.born = False
            node.asked = -ASK_AGAIN_SECONDS
            self._wanted.add((group, edge))
            streams = [(name, f"mqtt:{NAMESPACE}/{group}/{edge}/{name}") for name in sorted(node.machines)]
            found += [self._standing.lose(Reading(name, stream, Kind.STATE, received, received)) for name, stream in streams]
        return found

    def unborn(self) -> list[tuple[str, bytes]]:
        """Topics and payloads that ask nodes for a new birth; each is asked only now and then."""
        asked, now = [], time.monotonic()
        for group, edge in sorted(self._wanted):
            node = self._nodes[group, edge]
            if now - node.asked >= ASK_AGAIN_SECONDS:
                node.asked = now
                wish = Metric("Node Control/Rebirth", datatype=BOOLEAN, value=True)
                asked.append((f"{NAMESPACE}/{group}/NCMD/{edge}", encoded(Payload((wish,), time.time_ns() // 1_000_000))))
        return asked

    def _born(self, node: _Node, payload: Payload) -> None:
        node.born, node.seq = True, payload.seq
        node.births = _life(payload)
        node.names.clear()
        self._wanted = {which for which in self._wanted if self._nodes[which] is not node}

    def _died(self, node: _Node, payload: Payload, heard: Heard) -> list[Reading]:
        if node.born and _life(payload) != node.births:
            return []  # the death of an earlier life, told late
        node.born = False
        group, edge = heard.stream.split("/")[1], heard.stream.split("/")[3]
        lost = [
            Reading(name, f"mqtt:{NAMESPACE}/{group}/{edge}/{name}", Kind.STATE, heard.received, heard.received)
            for name in sorted(node.machines)
        ]
        return [self._standing.lose(one) for one in lost]

    def _numbered(self, which: tuple[str, str], node: _Node, payload: Payload) -> None:
        if not node.born:
            self._wanted.add(which)
            return
        missed = (payload.seq - node.seq - 1) % NUMBERS
        if missed:
            self._belief.numbers_missed += missed
            self._wanted.add(which)
        node.seq = payload.seq

    def _learn(self, node: _Node, payload: Payload) -> None:
        node.names.update({one.alias: one for one in payload.metrics if one.alias >= 0 and one.name})

    def _values(self, which: tuple[str, str], node: _Node, name: str, payload: Payload, heard: Heard) -> list[Reading]:
        told: dict[int, dict[str, object]] = {}
        for metric in payload.metrics:
            known = metric if metric.name else node.names.get(metric.alias)
            if known is None:
                self._wanted.add(which)
                raise Unbelievable(Fault.NO_BIRTH, f"alias {metric.alias}", name)
            what = self._told.get(known.name)
            if what and metric.value is not None:
                moment = self._moment(metric.timestamp if metric.timestamp >= 0 else payload.timestamp, heard)
                told.setdefault(moment, {})[what] = signed(metric.value, metric.datatype or known.datatype)
        found = []
        for moment, values in sorted(told.items()):
            found += self._standing.take(self._reading(name, *which, heard, moment), values, self._belief)
        return found

    def _reading(self, name: str, group: str, edge: str, heard: Heard, moment: int) -> Reading:
        return Reading(name, f"mqtt:{NAMESPACE}/{group}/{edge}/{name}", Kind.ALIVE, moment, heard.received)

    def _moment(self, stamp: int, heard: Heard) -> int:
        return stamp * _MILLISECOND if stamp >= 0 else heard.received


def _life(payload: Payload) -> int:
    return next((int(one.value) for one in payload.metrics if one.name == "bdSeq" and isinstance(one.value, int)), -1)
