"""Facts client: exports sent and mended, machines, lines and alerts asked for, at a server of the bundled plant."""

from __future__ import annotations

import csv

import pytest
from fastapi.testclient import TestClient
from straight import Straight
from until import until

from justenough.archive.alerts import Alert, Alerts
from justenough.archive.workspace import Workspace
from justenough.interfaces.client import Client
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.folder import ENDINGS
from justenough.sources.samples import sample_folder

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("facts") / "w", database="") as one:
        yield one


@pytest.fixture(scope="module")
def client(kept):
    server = TestClient(application(House(kept, Serving(local=True, author="Ana"))), base_url="http://localhost")
    with Client("http://localhost", transport=Straight(server)) as one:
        yield one


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """The bundled plant's files; of one receipt nobody can read the quantity."""
    folder = tmp_path_factory.mktemp("export")
    for path in sample_folder("bearings").iterdir():
        if path.name.endswith((*ENDINGS, ".toml")):
            (folder / path.name).write_bytes(path.read_bytes())
    head, first, *rest = (folder / "receipts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    at = head.strip().split(",").index("quantity_ordered")
    cells = first.split(",")
    cells[at] = "many"
    (folder / "receipts.csv").write_text("".join([head, ",".join(cells), *rest]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def receipt(client, spoilt):
    """Of that export, sent, checked and kept."""
    token = client.send_export(sorted(spoilt.iterdir()))
    client.check_export(token, profile="canonical")
    until(lambda: not client.draft(token).working, PATIENCE)
    return client.keep_export(token, idempotency_key="keep")


def test_an_export_is_sent_kept_and_mended(client, receipt, tmp_path):
    (entry,) = client.imports().imports
    assert (entry.import_id, entry.rows_quarantined) == (receipt.import_id, receipt.rows_quarantined)
    waiting = client.quarantine(file="receipts.csv")
    (wrong,) = [one for one in waiting.rows if any(cell.value == "many" for cell in one.cells)]
    path = client.quarantined(tmp_path / "quarantine.csv", receipt.import_id, "receipts.csv")
    assert "many" in [row["quantity_ordered"] for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())]
    mended = client.mend(receipt.import_id, [("receipts.csv", wrong.row, {"quantity_ordered": "12"})], idempotency_key="mend")
    assert mended.rows_accepted == 1
    assert client.quarantine().n_rows == waiting.n_rows - 1


@pytest.mark.usefixtures("receipt")
def test_machines_and_lines_are_asked_for(client):
    until(lambda: client.machines().recorded is not None, PATIENCE)
    assert [one.machine for one in client.machines().recorded.machines][0] == "ASM-1"
    assert client.machine("PRS-4").line.failures == 42
    assert client.lines().lines == ("A", "B")
    until(lambda: not client.line("A").working, PATIENCE)
    assert [one.name for one in client.line("A").picture.stations] == ["PRS-4", "WSH-1", "ASM-1", "TST-1"]


def test_alerts_are_read_and_put_away(client, kept):
    assert (client.alerts().alerts, client.open_alerts()) == ((), 0)
    Alerts(kept).tell([Alert("down:PRS-4:1", "machine down", "PRS-4", "PRS-4: is down (leak).")])
    (one,) = client.alerts().alerts
    assert client.open_alerts() == 1
    assert client.put_away([one.seq]) == 1
    assert (client.open_alerts(), client.put_away([one.seq])) == (0, 0)
    assert [told.seq for told in client.alerts(every=True).alerts] == [one.seq]
