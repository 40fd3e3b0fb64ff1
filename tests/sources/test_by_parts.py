"""By parts: what is taken in part after part is what is taken in whole, to the bit."""

from __future__ import annotations

from shutil import copytree

import polars as pl
import pytest
from long_exports import write_export

from justenough.domain.errors import ImportFailed
from justenough.sources.by_parts import import_by_parts, long_export
from justenough.sources.read import import_from


def taken(folder, parts, rows, **more):
    export = long_export(folder, "canonical", least=1)
    assert export is not None
    return import_by_parts(export, parts, part_rows=rows, **more)


@pytest.mark.parametrize("form", ["parquet", "csv"])
@pytest.mark.parametrize("rows", [128, 1000, 100_000])
def test_parts_are_the_whole(tmp_path, form, rows):
    folder = write_export(tmp_path / "export", form)
    whole, got = import_from(folder), taken(folder, tmp_path / "parts", rows)
    assert len(got.apart.parts) == -(-(whole.files[1].rows_in + 2 * (form == "csv")) // rows)  # blank lines are a part of the file too
    assert got.files == whole.files
    assert all(one.rows_in == one.accepted + one.quarantined for one in got.files)
    assert got.files[1].quarantined > 5
    assert got.heights == whole.heights
    assert set(map(str, got.notices)) == set(map(str, whole.notices))
    assert any("like an earlier one" in one.found for one in got.notices)
    assert got.plant().demand.equals(whole.plant().demand)
    wrong = pl.concat([got.quarantine, *map(pl.read_parquet, got.apart.quarantined)])
    assert wrong.sort("file", "row", maintain_order=True).equals(whole.quarantine)
    assert wrong["file"].unique().to_list() == [f"demand.{form}"]


def test_two_files_are_one_table(tmp_path):
    folder = write_export(tmp_path / "export", "csv")
    lines = (folder / "demand.csv").read_text().splitlines()
    (folder / "demand.csv").unlink()
    (folder / "demand_1.csv").write_text("\n".join(lines[:1500]) + "\n")
    (folder / "demand_2.csv").write_text("\n".join([lines[0], *lines[1500:]]) + "\n")
    profile = tmp_path / "two.toml"
    profile.write_text(
        'currency = "EUR"\ndemand_period = "week"\n[files]\nitems = "items.csv"\ndemand = "demand_*.csv"\n'
        '[tables.items]\nfile = "items"\nsame_names = true\n[tables.demand]\nfile = "demand"\nsame_names = true\nempty = "zero"\n'
    )
    whole = import_from(folder, profile)
    got = import_by_parts(long_export(folder, profile, least=1), tmp_path / "parts", part_rows=700)
    assert got.files == whole.files
    assert [one.file for one in got.files] == ["items.csv", "demand_1.csv", "demand_2.csv"]
    assert got.plant().demand.equals(whole.plant().demand)


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_what_was_checked_is_not_checked_again(tmp_path):
    folder, parts = write_export(tmp_path / "export", "parquet"), tmp_path / "parts"

    def stop(rows, _of, _kept):
        if rows >= 900:
            raise Stopped

    with pytest.raises(Stopped):
        taken(folder, parts, 300, told=stop)
    copytree(parts / "000-000000", parts / "000-000009.making", dirs_exist_ok=True)  # as one killed in the middle of a part leaves it
    before = {one: one.stat().st_ino for one in parts.glob("000-??????/said.json")}
    assert 3 <= len(before) < 11
    heard = []
    got = taken(folder, parts, 300, told=lambda *now: heard.append(now))
    assert {one: one.stat().st_ino for one in before} == before
    assert {kept for _, _, kept in heard} == {300 * len(before)}
    assert len(heard) == 11 - len(before)
    assert heard[-1][:2] == (3010, 3010)
    assert got.plant().demand.equals(import_from(folder).plant().demand)


def test_what_needs_all_rows_is_read_whole(tmp_path):
    folder = write_export(tmp_path / "export", "parquet")
    assert long_export(folder, "canonical") is None  # not long
    words = 'currency = "EUR"\ndemand_period = "week"\n[files]\nitems = "items.csv"\ndemand = "demand.parquet"\n'
    words += '[tables.items]\nfile = "items"\nsame_names = true\n[tables.demand]\nfile = "demand"\nsame_names = true\nempty = "zero"\n'
    (profile := tmp_path / "one.toml").write_text(words)
    assert long_export(folder, profile, least=1) is not None
    profile.write_text(words + 'repeats = "quarantine"\n')
    assert long_export(folder, profile, least=1) is None
    profile.write_text(words.replace('file = "items"', 'derived_from = "demand"'))
    assert long_export(folder, profile, least=1) is None


@pytest.mark.parametrize(("quantity", "said"), [(None, "nothing in any of 3,010 rows"), (-1.0, "no positive value in 3,010 rows")])
def test_faults_of_the_whole_are_found_over_parts(tmp_path, quantity, said):
    folder = write_export(tmp_path / "export", "parquet")
    rows = pl.read_parquet(folder / "demand.parquet").with_columns(item=pl.lit("BOLT-001"), date=pl.date(2025, 1, 6))
    rows.with_columns(pl.lit(quantity, pl.Float64).alias("quantity")).write_parquet(folder / "demand.parquet")
    with pytest.raises(ImportFailed, match=said):
        taken(folder, tmp_path / "parts", 700)
    with pytest.raises(ImportFailed, match=said):
        import_from(folder)


def test_without_one_row_to_believe_nothing_is_imported(tmp_path):
    folder = write_export(tmp_path / "export", "parquet")
    pl.read_parquet(folder / "demand.parquet").with_columns(item=pl.lit("GONE")).write_parquet(folder / "demand.parquet")
    with pytest.raises(ImportFailed, match="'GONE'"):
        taken(folder, tmp_path / "parts", 700)
