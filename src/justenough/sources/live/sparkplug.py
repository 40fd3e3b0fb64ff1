"""Sparkplug B: its payloads in and out of bytes, as far as machines need them.

The fields and their numbers are those of the public schema of Eclipse Sparkplug 3.0; the wire is that of Protocol Buffers.
What is not needed (data sets, templates, properties) is passed over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.sources.live.readings import Fault, Unbelievable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Value = int | float | bool | str | None

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types
BITS = {1: 8, 2: 16, 3: 32, 4: 64}  # of the signed data types Int8 to Int64
INT64, UINT64, DOUBLE, BOOLEAN, STRING = 4, 8, 10, 11, 12
_LONGEST_VARINT = 10  # bytes


@dataclass(frozen=True, slots=True)
class Metric:
    """One value; ``alias`` -1 and ``timestamp`` -1 [ms] where they are not told."""

    name: str = ""
    alias: int = -1
    timestamp: int = -1
    datatype: int = 0
    value: Value = None
    historical: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """A message: its moment [ms], its number 0-255, and values; -1 where not told."""

    metrics: tuple[Metric, ...] = ()
    timestamp: int = -1
    seq: int = -1


def decoded(data: bytes) -> Payload:
    """
    Read a payload.

    Raises
    ------
    Unbelievable
        Where the bytes end early or are no payload.
    """
    metrics, timestamp, seq = [], -1, -1
    for number, wire, value in _fields(data):
        if (number, wire) == (1, VARINT):
            timestamp = _whole(value)
        elif (number, wire) == (2, BYTES):
            metrics.append(_metric(_bytes(value)))
        elif (number, wire) == (3, VARINT):
            seq = _whole(value)
    return Payload(tuple(metrics), timestamp, seq)


def encoded(payload: Payload) -> bytes:
    """Write a payload."""
    out = bytearray()
    if payload.timestamp >= 0:
        out += _key(1, VARINT) + _varint(payload.timestamp)
    for metric in payload.metrics:
        told = _written(metric)
        out += _key(2, BYTES) + _varint(len(told)) + told
    if payload.seq >= 0:
        out += _key(3, VARINT) + _varint(payload.seq)
    return bytes(out)


def named(values: Sequence[tuple[str, Value]], timestamp: int) -> tuple[Metric, ...]:
    """Metrics of plain values at one moment [ms], each of the data type its kind suggests."""
    kinds = {bool: BOOLEAN, int: INT64, float: DOUBLE, str: STRING}
    return tuple(Metric(name, timestamp=timestamp, datatype=kinds.get(type(value), STRING), value=value) for name, value in values)


def _metric(data: bytes) -> Metric:
    told: dict[str, object] = {}
    value: Value = None
    null = False
    for number, wire, found in _fields(data):
        match number, wire:
            case 1, 2:
                told["name"] = _string(_bytes(found))
            case 2, 0:
                told["alias"] = found
            case 3, 0:
                told["timestamp"] = found
            case 4, 0:
                told["datatype"] = found
            case 5, 0:
                told["historical"] = bool(found)
            case 7, 0:
                null = bool(found)
            case ((10 | 11), 0):
                value = _whole(found)
            case 12, 5:
                value = struct.unpack("<f", _bytes(found))[0]
            case 13, 1:
                value = struct.unpack("<d", _bytes(found))[0]
            case 14, 0:
                value = bool(found)
            case 15, 2:
                value = _string(_bytes(found))
    metric = Metric(**told)  # type: ignore[arg-type]
    return Metric(metric.name, metric.alias, metric.timestamp, metric.datatype, None if null else value, metric.historical)


def signed(value: Value, datatype: int) -> Value:
    """Value of a whole number whose data type is signed: the wire carries it as if it were not."""
    bits = BITS.get(datatype)
    if bits is None or not isinstance(value, int) or isinstance(value, bool):
        return value
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def _written(metric: Metric) -> bytes:
    out = bytearray()
    if metric.name:
        name = metric.name.encode()
        out += _key(1, BYTES) + _varint(len(name)) + name
    for number, value in ((2, metric.alias), (3, metric.timestamp)):
        if value >= 0:
            out += _key(number, VARINT) + _varint(value)
    if metric.datatype:
        out += _key(4, VARINT) + _varint(metric.datatype)
    if metric.historical:
        out += _key(5, VARINT) + _varint(1)
    match metric.value:
        case None:
            out += _key(7, VARINT) + _varint(1)
        case bool():
            out += _key(14, VARINT) + _varint(int(metric.value))
        case int():
            long = metric.datatype in (INT64, UINT64)
            out += _key(11 if long else 10, VARINT) + _varint(metric.value & (0xFFFF_FFFF_FFFF_FFFF if long else 0xFFFF_FFFF))
        case float():
            out += _key(13, FIXED64) + struct.pack("<d", metric.value)
        case str():
            text = metric.value.encode()
            out += _key(15, BYTES) + _varint(len(text)) + text
    return bytes(out)


def _fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Field number, wire type and value of each field, in turn."""
    at, end = 0, len(data)
    while at < end:
        key, at = _read_varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            found, at = _read_varint(data, at)
            yield number, wire, found
            continue
        if wire == BYTES:
            size, at = _read_varint(data, at)
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
        else:
            raise Unbelievable(Fault.MALFORMED, f"not Sparkplug B: wire type {wire}")
        if number == 0 or at + size > end:
            raise Unbelievable(Fault.MALFORMED, "not Sparkplug B: ends too early")
        yield number, wire, data[at : at + size]
        at += size


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(_LONGEST_VARINT):
        if at + n >= len(data):
            break
        byte = data[at + n]
        value |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + n + 1
    raise Unbelievable(Fault.MALFORMED, "not Sparkplug B: a number does not end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _whole(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise Unbelievable(Fault.MALFORMED, "not Sparkplug B: bytes where a number belongs")
    return value


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise Unbelievable(Fault.MALFORMED, "not Sparkplug B: a number where bytes belong")
    return value


def _string(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unbelievable(Fault.MALFORMED, f"not Sparkplug B: {error}") from error
