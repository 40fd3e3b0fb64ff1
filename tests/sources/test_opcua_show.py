"""An act served by OPC UA: a plain client reads what was told, with its own time stamps."""

from __future__ import annotations

import asyncio

from free_port import free_port

from justenough.domain.machine import State
from justenough.sources.live.acting import Cast, Told
from justenough.sources.live.opcua_show import OpcShow


def test_a_client_reads_what_was_told():
    url = f"opc.tcp://127.0.0.1:{free_port()}/act"
    show = OpcShow(url, Cast.of(2, 0))
    at = 1_778_047_200_000_000
    show.tell([Told("M0001", at, State.DOWN, "jam", 5, 4, "A"), Told("M0002", at, None, "", 7, 6, "B")])

    async def read():
        from asyncua import Client

        async with Client(url) as client:
            names = ("M0001.State", "M0001.Reason", "M0002.Total", "M0002.Good", "M0002.Item", "M0002.State")
            nodes = [await client.get_node(f"ns=2;s={name}").read_data_value() for name in names]
            return [one.Value.Value for one in nodes], nodes[0].SourceTimestamp.timestamp()

    values, stamp = asyncio.run(read())
    show.close()
    assert values == ["down", "jam", 7, 6, "B", "unknown"]
    assert stamp == at / 1e6
