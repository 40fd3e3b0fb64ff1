"""Empty states: a plan that could decide nothing, machines nobody heard of, a line without buffers; each page says why, and what next."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import polars as pl
import pytest
from fastapi.testclient import TestClient
from until import until

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

PATIENCE = 300.0  # for what is done behind the pages, on a machine that does other work too [seconds]
ITEMS, DAYS = ("A", "B", "C"), 90


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Three items with levels of today and without a price, two machines that were only declared, in a line nobody said the buffers of."""
    folder = tmp_path_factory.mktemp("export")
    shutil.copy(sample_folder("bearings") / "plant.toml", folder)
    levels = {"lead_time_days": 10.0, "current_reorder_point": 40.0, "current_max": 90.0}
    pl.DataFrame({"item": ITEMS, "source": "buy", "supplier": "Osaka", **levels}).write_csv(folder / "items.csv")
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(DAYS)]
    used = pl.DataFrame({"date": days, "quantity": [1.0 + n % 4 for n in range(DAYS)]})
    pl.DataFrame({"item": ITEMS}).join(used, how="cross").write_csv(folder / "demand.csv")
    pl.DataFrame({"machine": ["M1", "M2"], "line": "L", "ideal_cycle_seconds": 30.0}).write_csv(folder / "machines.csv")
    pl.DataFrame({"line": "L", "position": [1, 2], "machine": ["M1", "M2"]}).write_csv(folder / "stations.csv")
    with Workspace.open(tmp_path_factory.mktemp("empty") / "w", database="") as kept:
        kept.import_(import_from(folder, "canonical"))
        kept.save(recommend(kept.plant(), Settings(holding_rate=0.2, target_cycle_service=0.95)))
        yield House(kept, Serving(local=True))


@pytest.fixture(scope="module")
def client(house):
    return TestClient(application(house), base_url="http://localhost")


def page(client, path):
    until(lambda: 'class="busy"' not in client.get(path).text, PATIENCE)
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.partition("<main")[2].split())


@pytest.mark.parametrize(
    ("path", "said", "leads_to"),
    [
        ("/", "None of 3 items can be decided yet.", "/imports"),
        ("/items/A", "Level today: reorder at 40, up to 90.", "/imports"),
        ("/review", "there is no level to approve", "/"),
        ("/roadmap", "there is no stock to free", "/"),
        ("/audit", "Today&#39;s level is known of 3 of 3 items, but the plan could price none of them", "/review"),
        ("/machines", "There are neither events nor counts of machines", "/imports"),
        ("/machines/M1", "There are neither events nor counts of machines", "/imports"),
        ("/lines/L", "found no buffer after station 1 (M1)", "/imports"),
    ],
)
def test_it_says_why_and_what_next(client, path, said, leads_to):
    told = page(client, path)
    assert said in told
    assert f'href="{leads_to}"' in told
    assert "FOLDER --profile" not in told, "what only a command takes"


def test_the_level_of_today_is_listed_though_nothing_is_decided(client):
    assert [one["today_reorder_point"] for one in client.get("/items.json").json()["items"]] == [40.0] * 3
