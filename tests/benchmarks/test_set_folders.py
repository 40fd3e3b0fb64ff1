"""Sets found in folders of anybody's making, and what the benchmark does with one that cannot be compared."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import calibration  # noqa: E402
from calibrated.answers import least_level  # noqa: E402
from calibrated.set_folders import sources_in  # noqa: E402

MONTHS = [f"{2000 + k // 12}-{k % 12 + 1:02d}" for k in range(30)]
SPARES = ["Material", "Del. time", "Min", "Max", "Stock", "Price", "H", "M", "L", "Total"]


def parts(items: int = 6, seed: int = 0) -> pl.DataFrame:
    """Car parts by month, as their export has them."""
    wanted = np.random.default_rng(seed).poisson(2.0, (items, len(MONTHS)))
    return pl.DataFrame({"part": [f"P{i}" for i in range(items)], **{month: wanted[:, k] for k, month in enumerate(MONTHS)}})


def spares(days: int, items: int = 6) -> pl.DataFrame:
    """Spares of a refinery, newest month first, all with one delivery time."""
    head = pl.DataFrame({name: [{"Del. time": days, "Price": 5}.get(name, 1)] * items for name in SPARES})
    month = parts(items, seed=1).drop("part")
    return head.with_columns(Material=pl.int_range(items)).hstack(month.select(pl.col(m).alias(f"{m}-01") for m in reversed(MONTHS)))


def put(frame: pl.DataFrame, path: Path, separator: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.write_csv(separator=separator).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def test_sets_are_known_by_their_columns_whatever_they_are_called(tmp_path):
    put(parts(), tmp_path / "2031" / "held out" / "carparts.csv.gz")
    put(parts(seed=2), tmp_path / "other_half.csv", ";")
    put(spares(40), tmp_path / "refinery" / "oil_refinery_spares.csv.gz")
    put(parts().rename({"part": "article"}), tmp_path / "not_ours.csv")
    (tmp_path / "notes.csv").write_bytes(b"")
    (tmp_path / "damaged.csv.gz").write_bytes(b"\x1f\x8b garbage")
    (tmp_path / "damaged.parquet").write_bytes(b"garbage")
    line = {"StockCode": ["A"], "InvoiceDate": ["2010-01-04 08:00:00"], "Quantity": [1], "Price": [1.0], "Description": ["a"]}
    for year in (2010, 2011):  # one export in two files
        pl.DataFrame(line).write_parquet(tmp_path / "refinery" / f"online_retail_{year}.parquet")
    found = {source.name: source.folder.relative_to(tmp_path).as_posix() for source in sources_in(tmp_path)}
    assert found == {
        "carparts:2031/held out": "2031/held out",
        "carparts:other_half.csv": "other_half.csv",
        "oil_refinery_spares": "refinery/oil_refinery_spares.csv.gz",
        "online_retail": "refinery",
    }


@pytest.fixture
def run(monkeypatch):
    def asked(*options: str) -> None:
        monkeypatch.setattr(sys, "argv", ["calibration.py", "--methods", "ours,textbook normal", "--targets", "0.9", *options])
        calibration.main()

    return asked


def test_a_set_that_cannot_be_compared_is_named_and_the_others_go_on(run, tmp_path, capsys):
    mixed = parts().with_columns(pl.when(pl.int_range(6) < 2).then(pl.lit("n/a")).otherwise(pl.col("2000-03")).alias("2000-03"))
    put(mixed, tmp_path / "a" / "carparts.csv")
    put(spares(days=4000), tmp_path / "b" / "spares.csv")
    put(parts().select("part", MONTHS[0]), tmp_path / "c" / "carparts.csv")
    run("--data", str(tmp_path), "--json", str(tmp_path / "out.json"))
    found, said = json.loads((tmp_path / "out.json").read_text()), capsys.readouterr()
    assert found["about"]["sets"].keys() == {"carparts:a"}
    assert (found["about"]["sets"]["carparts:a"]["items"], found["about"]["sets"]["carparts:a"]["quarantined_rows"]) == (4, 2)
    assert "a lead time (see --lead-time-days) no longer than the 18 periods" in found["about"]["not_compared"]["oil_refinery_spares"]
    assert "There is demand in 1 period:" in found["about"]["not_compared"]["carparts:c"]
    assert "2 of 6 rows cannot be believed and stay out" in said.err
    assert "nan" not in said.out


def test_lead_times_that_outlast_what_is_lived_leave_only_the_fill_rate(run, tmp_path, capsys):
    put(spares(days=450), tmp_path / "spares.csv")
    run("--data", str(tmp_path), "--json", str(tmp_path / "out.json"))
    found = json.loads((tmp_path / "out.json").read_text())
    rows = {(row["method"], row["measure"]): row for row in found["rows"] if row["kind"] == "all"}
    assert rows["ours", "cycle"]["items"] == 0
    assert rows["ours", "cycle"]["achieved"] is None
    assert rows["ours", "fill"]["items"] == 6
    assert {each["why"] for each in found["equal_service"] if each["measure"] == "cycle"} == {"ours unlived"}
    assert "nan" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "nowhere/out.json"], "there is no folder nowhere"),
        (["--lead-time-days", "-5"], "--lead-time-days must be a number of days above 0, got -5"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_run(run, options, said, capsys):
    with pytest.raises(SystemExit):
        run(*options)
    assert said in capsys.readouterr().err


def test_the_least_level_is_found_where_whole_units_are_finer_than_figures():
    """Beyond 2^53 units no two neighbours differ by one."""
    wanted = np.array([3.0, 1e17])
    found = least_level(lambda level: (level >= wanted).astype(float), 0.5, np.array([1.0, 1.0e12]))
    assert found.level.tolist() == [3.0, 1e17]
