"""Sparkplug B against Google's protobuf with the public schema, which cannot share our mistakes."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from justenough.sources.live.readings import Unbelievable
from justenough.sources.live.sparkplug import INT64, Metric, Payload, decoded, encoded, named, signed

F = descriptor_pb2.FieldDescriptorProto
METRIC = {  # eclipse sparkplug 3.0, sparkplug_b.proto, message Metric
    "name": (1, F.TYPE_STRING), "alias": (2, F.TYPE_UINT64), "timestamp": (3, F.TYPE_UINT64), "datatype": (4, F.TYPE_UINT32),
    "is_historical": (5, F.TYPE_BOOL), "is_transient": (6, F.TYPE_BOOL), "is_null": (7, F.TYPE_BOOL), "int_value": (10, F.TYPE_UINT32),
    "long_value": (11, F.TYPE_UINT64), "float_value": (12, F.TYPE_FLOAT), "double_value": (13, F.TYPE_DOUBLE),
    "boolean_value": (14, F.TYPE_BOOL), "string_value": (15, F.TYPE_STRING), "bytes_value": (16, F.TYPE_BYTES),
}  # fmt: skip


@pytest.fixture(scope="module")
def public():
    """The schema's Payload, as protobuf builds it."""
    file = descriptor_pb2.FileDescriptorProto(name="sparkplug_b.proto", package="tahu", syntax="proto2")
    metric, payload = file.message_type.add(name="Metric"), file.message_type.add(name="Payload")
    for name, (number, kind) in METRIC.items():
        metric.field.add(name=name, number=number, type=kind, label=F.LABEL_OPTIONAL)
    payload.field.add(name="timestamp", number=1, type=F.TYPE_UINT64, label=F.LABEL_OPTIONAL)
    payload.field.add(name="metrics", number=2, type=F.TYPE_MESSAGE, label=F.LABEL_REPEATED, type_name=".tahu.Metric")
    payload.field.add(name="seq", number=3, type=F.TYPE_UINT64, label=F.LABEL_OPTIONAL)
    payload.field.add(name="uuid", number=4, type=F.TYPE_STRING, label=F.LABEL_OPTIONAL)
    payload.field.add(name="body", number=5, type=F.TYPE_BYTES, label=F.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tahu.Payload"))


def test_what_protobuf_writes_is_read(public):
    theirs = public(timestamp=1_700_000_000_123, seq=255, uuid="passed over", body=b"too")
    for told in (
        {"name": "State", "datatype": 12, "string_value": "läuft", "timestamp": 5},
        {"alias": 2**63 + 7, "datatype": 8, "long_value": 2**64 - 1},
        {"name": "Temperature", "datatype": 3, "int_value": (-40) & 0xFFFF_FFFF},
        {"name": "f", "datatype": 9, "float_value": 0.5, "is_historical": True, "is_transient": True},
        {"name": "d", "datatype": 10, "double_value": -1e300},
        {"name": "b", "datatype": 11, "boolean_value": True},
        {"name": "nothing", "datatype": 4, "is_null": True},
        {"name": "raw", "datatype": 17, "bytes_value": b"\x00\xff"},
    ):
        theirs.metrics.add(**told)
    ours = decoded(theirs.SerializeToString())
    assert (ours.timestamp, ours.seq) == (1_700_000_000_123, 255)
    assert [one.value for one in ours.metrics] == ["läuft", 2**64 - 1, 2**32 - 40, 0.5, -1e300, True, None, None]
    assert [one.name for one in ours.metrics] == ["State", "", "Temperature", "f", "d", "b", "nothing", "raw"]
    assert (ours.metrics[0].timestamp, ours.metrics[1].alias, ours.metrics[3].historical) == (5, 2**63 + 7, True)
    assert signed(ours.metrics[2].value, 3) == -40


def test_what_we_write_protobuf_reads(public):
    told = (
        *named([("a", "ü"), ("b", True), ("c", -3), ("d", 2.5)], 1000),
        Metric(alias=0, timestamp=0, datatype=INT64, value=0),
        Metric("n", datatype=3),
    )
    theirs = public.FromString(encoded(Payload(told, 7, 0)))
    assert (theirs.timestamp, theirs.seq) == (7, 0)
    a, b, c, d, zero, null = theirs.metrics
    assert (a.string_value, b.boolean_value, c.long_value, d.double_value) == ("ü", True, 2**64 - 3, 2.5)
    assert (zero.HasField("alias"), zero.long_value, zero.HasField("timestamp")) == (True, 0, True)
    assert null.is_null
    assert decoded(theirs.SerializeToString()).metrics[2].value == 2**64 - 3
    assert signed(2**64 - 3, INT64) == -3


@pytest.mark.parametrize("data", [b"\x12\x05ab", b"\xff" * 12, b"\x08", b"\x0b", b"{}", b"\x12\x03\x0a\x01\xff"])
def test_bytes_that_are_no_payload_are_refused(data):
    with pytest.raises(Unbelievable, match="not Sparkplug B"):
        decoded(data)
