"""Keeping: saved plans are listed, compared, written out; nothing is overwritten unasked."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl


def test_refusals_about_a_plan(demo: Path, tmp_path: Path, run, refused) -> None:
    assert "Near it: BRG-6204" in refused("explain", "BRG-624", "-w", demo)
    assert "no plan 'yesterday'" in refused("diff", "yesterday", "-w", demo)
    there = tmp_path / "plan.csv"
    there.write_text("mine")
    assert "say --force" in refused("export", "-w", demo, "-o", there)
    assert there.read_text() == "mine"
    assert run("export", "-w", demo, "-o", there, "--force").exit_code == 0
    assert "No such file or directory" in refused("export", "-w", demo, "-o", tmp_path / "no" / "plan.csv")


def test_each_format_is_written_under_the_plans_own_name(demo: Path, tmp_path: Path, monkeypatch, run) -> None:
    monkeypatch.chdir(tmp_path)
    for form in ("csv", "xlsx", "parquet"):
        said = json.loads(run("export", "-w", demo, "--format", form, "--json").stdout)
        assert Path(said["file"]).stat().st_size > 1000
        assert Path(said["file"]).name == f"plan-{said['plan']}.{form}"
    assert pl.read_parquet(next(tmp_path.glob("*.parquet"))).height == 52


def test_a_report_holds_as_many_items_as_asked(demo: Path, tmp_path: Path, run) -> None:
    page = tmp_path / "page.html"
    assert run("report", "-w", demo, "-o", page, "--items", "2").exit_code == 0
    assert page.read_text().count('<section class="item"') == 2


def test_a_plan_agrees_with_itself(demo: Path, run) -> None:
    assert "agree on all 52 items" in run("diff", "latest", "-w", demo).stdout


def test_the_name_of_the_file_says_its_format(demo: Path, tmp_path: Path, run, refused) -> None:
    assert run("export", "-w", demo, "-o", tmp_path / "plan.xlsx").exit_code == 0
    assert (tmp_path / "plan.xlsx").read_bytes()[:2] == b"PK"
    assert "not as .doc" in refused("export", "-w", demo, "-o", tmp_path / "plan.doc")
    assert "--format says csv" in refused("export", "-w", demo, "-o", tmp_path / "other.xlsx", "--format", "csv")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["plan.xlsx"]


def test_without_ids_the_last_two_plans_are_compared(demo: Path, tmp_path: Path, run, refused) -> None:
    from justenough.sources.samples import sample_folder

    kept = tmp_path / "kept"
    run("import", sample_folder("bearings"), "-p", "canonical", "-w", kept)
    assert "Fewer than two plans" in refused("diff", "-w", kept)
    for rate in ("0.2", "0.3"):
        assert run("recommend", "-w", kept, "--target-cycle-service", "0.9", "--holding-rate", rate).exit_code == 0
    assert "agree on all 52 items" in run("diff", "-w", kept).stdout
    listed = run("plans", "-w", kept).stdout
    assert "decided" in listed
    assert "holding rate" in " ".join(listed.split())
    assert [one["summary"]["n_items"] for one in json.loads(run("plans", "-w", kept, "--json").stdout)] == [52, 52]


def test_the_file_may_be_named_bare(demo: Path, tmp_path: Path, run, refused) -> None:
    there = tmp_path / "plan.csv"
    assert run("export", there, "-w", demo).exit_code == 0
    assert there.read_bytes().startswith(b"\xef\xbb\xbfitem,")
    assert "name two files" in refused("export", there, "-w", demo, "-o", tmp_path / "other.csv")
    assert run("report", tmp_path / "plan.html", "--items", 1, "-w", demo).exit_code == 0
