"""Bombs: what is sent to break a server is refused in words, and the server of one process stays as large as it was, and answers."""

from __future__ import annotations

import gzip
import io
import json
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from justenough.archive.aside import TakesTooMuch, aside
from justenough.sources.drafting import draft

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
GROWN_MB = 120  # most that the server may grow by all bombs together


def workbook(rows: str, head: str = "", **more: bytes) -> bytes:
    """The least .xlsx with these rows of its only sheet."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATED}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATED}"><Relationship Id="r1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**parts, **more}.items():
            book.writestr(name, text)
    return made.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "item")}{cell("B1", "quantity")}{cell("C1", "date")}</row>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
BOMBS = {
    "a sheet of 17 thousand million cells": ("x.xlsx", workbook(f'{HEADER}<row r="1048576">{cell("XFD1048576", "x")}</row>'), 413),
    "billion laughs": ("x.xlsx", workbook(f'{HEADER}<row r="2">{cell("A2", "&i;")}</row>', LAUGHS + "]>"), 201),
    "an entity of a file of ours": ("x.xlsx", workbook(f'{HEADER}<row r="2">{cell("A2", "&i;")}</row>', OUTSIDE), 201),
    "a zip in a zip": ("x.xlsx", workbook(HEADER, **{"xl/worksheets/sheet1.xml": workbook(HEADER)}), 201),
    "many entries": ("x.xlsx", workbook(HEADER, **{f"xl/media/{n}": b"" for n in range(5_000)}), 201),
    "an endless line": ("x.csv", b"item" * 2_000_000, 201),
    "half a million columns": ("x.csv", b"item," * 400_000 + b"\n1\n", 201),
    "one name half a million times": ("x.csv", b"a," * 500_000 + b"\n1\n", 201),
    "a Parquet file of nothing but marks": ("x.parquet", b"PAR1" + b"\xff" * 64 + (2**31 - 1).to_bytes(4, "little") + b"PAR1", 201),
    "a workbook that is none": ("x.xlsb", b"PK\x03\x04" + b"\0" * 64, 201),
    "packed nothing": ("x.csv.gz", gzip.compress(b""), 201),
}


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Process and address of a server in a process of its own."""
    folder = tmp_path_factory.mktemp("bombed") / "w"
    mother = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("mortal_server.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert mother.stdout.readline() == "ready\n"
    mother.stdin.write(json.dumps({"workspace": str(folder), "database": ""}) + "\n")
    mother.stdin.flush()
    child, address = int(mother.stdout.readline()), mother.stdout.readline().strip()
    yield child, address
    subprocess.run(["kill", str(child)], check=True)
    mother.stdin.close()
    mother.wait(60)
    mother.stdout.close()


def test_upload_bombs(server):
    """Each is refused: at once where it takes too much, else in the draft that it becomes, which says why it cannot be read."""
    child, address = server
    with httpx2.Client(base_url=address, timeout=120.0, headers={"Idempotency-Key": "bombs"}) as client:
        assert client.get("/health.json").json() == {"healthy": True}
        before = resident_mb(child)
        for what, (name, content, status) in BOMBS.items():
            answer = client.post("/api/v1/imports", files=[("files", (name, content))])
            assert answer.status_code == status, (what, answer.text)
            if status == 413:
                assert answer.headers["content-type"] == "application/problem+json"
                assert "takes more than" in answer.json()["detail"], what
            else:
                told = client.get(f"/imports/drafts/{answer.json()['token']}.json").json()
                assert "root:" not in json.dumps(told), what
                assert len(json.dumps(told)) < 200_000, what
            assert client.get("/health.json").json() == {"healthy": True}, what
        assert resident_mb(child) - before < GROWN_MB


def test_bombs_of_other_kinds(server):
    child, address = server
    with httpx2.Client(base_url=address, timeout=120.0, headers={"Idempotency-Key": "bombs"}) as client:
        before = resident_mb(child)
        for n, field in ((10_000, "files"), (10_000, "other")):
            many = [(f"{field}", (f"{k}.csv", b"a")) for k in range(n)]
            assert client.post("/api/v1/imports", files=many).status_code == 400
        fields = {f"f{k}": "x" * 100_000 for k in range(11)}
        assert client.post("/api/v1/imports", data=fields, files=[("files", ("a.csv", b"a"))]).status_code == 400
        for deep in ("[" * 400_000, '{"items":' * 100_000, '{"items": ' + "[" * 300_000 + "]" * 300_000 + "}"):
            answer = client.post("/api/v1/adoptions", content=deep, headers={"Content-Type": "application/json"})
            assert answer.status_code in (400, 422)
            assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/health.json").json() == {"healthy": True}
        assert resident_mb(child) - before < GROWN_MB


@pytest.mark.parametrize(
    "said",
    [
        b"POST /api/v1/reviews HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /api/v1/reviews HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/reviews HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    ],
)
def test_what_is_no_request_is_refused(server, said):
    """Two lengths, a length that lies, a chunk without end, two hosts, endless heads, another protocol."""
    child, address = server
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(said)
        answer = line.recv(4096)
    assert answer.split(b" ")[1][:1] == b"4", answer
    assert httpx2.get(f"{address}/health.json", timeout=60.0).status_code == 200


def test_a_file_that_unpacks_without_end_ends_the_reader_only(tmp_path):
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"\0" * 600_000_000, 1))
    with pytest.raises(TakesTooMuch, match="takes more than 0.7 GB"):
        aside(draft, path, memory_bytes=700_000_000)
