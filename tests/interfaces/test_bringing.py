"""Bringing: a profile is drafted, an export taken in, samples handed out."""

from __future__ import annotations

from pathlib import Path


def test_init_asks_by_flags_and_writes_a_profile_that_imports(tmp_path: Path, run, refused) -> None:
    export, profile = tmp_path / "use.csv", tmp_path / "use.toml"
    export.write_text("item,date,quantity\n" + "".join(f"A,2026-01-{day:02},{day}\n" for day in range(1, 29)))
    said = refused("init", export, "-o", profile)
    assert "--answer currency=" in said
    assert not profile.exists()
    answers = [part for line in said.splitlines() if "--answer" in line for part in ["-a", _answer_to(line)]]
    done = run("init", export, "-o", profile, *answers)
    assert done.exit_code == 0, done.exception
    assert run("import", export, "-p", profile, "-w", tmp_path / "kept").exit_code == 0


def _answer_to(line: str) -> str:
    key, choices = line.split()[1].split("=")
    return f"{key}={'EUR' if key == 'currency' else choices.split('|')[0]}"


def test_a_sample_is_listed_counted_and_copied(tmp_path: Path, run, refused) -> None:
    assert "bearings" in run("sample").stdout
    assert "BRG" not in run("sample", "bearings").stdout
    copy = tmp_path / "copy"
    assert run("sample", "bearings", "-o", copy).exit_code == 0
    assert (copy / "plant.toml").is_file()
    assert "say --force" in refused("sample", "bearings", "-o", copy)


def test_importing_twice_changes_nothing(tmp_path: Path, run) -> None:
    from justenough.sources.samples import sample_folder

    first = run("import", sample_folder("retail"), "-p", "canonical", "-w", tmp_path / "kept")
    again = run("import", sample_folder("retail"), "-p", "canonical", "-w", tmp_path / "kept")
    assert first.exit_code == again.exit_code == 0
    assert "imported as" in first.stdout
    assert "unchanged" in again.stdout


def test_a_currency_is_checked_when_it_is_answered(monkeypatch, capsys) -> None:
    from justenough.interfaces import bringing
    from justenough.sources.drafting import Question

    said = iter(["Euro", "eur", "EUR"])
    monkeypatch.setattr(bringing.typer, "prompt", lambda *_, **__: next(said))
    assert bringing._ask(Question("currency", "Which currency?")) == "EUR"
    assert capsys.readouterr().err.count("three capital letters") == 2


def test_what_machines_did_is_followed_by_oee_and_a_stock_export_by_a_plan(tmp_path: Path, run, refused) -> None:
    from justenough.sources.samples import sample_folder

    (tmp_path / "told").mkdir()
    (tmp_path / "told" / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\nreturns = "ignore"\nlabel = "Shop"\n')
    (tmp_path / "told" / "machines.csv").write_text("machine\nA\n")
    (tmp_path / "told" / "events.csv").write_text("machine,start,end,state\nA,2026-01-01T06:00:00,2026-01-01T07:00:00,down\n")
    assert "Next: justenough oee" in run("import", tmp_path / "told", "-p", "machines", "-w", tmp_path / "kept").stdout
    assert "Next: justenough recommend" in run("import", sample_folder("retail"), "-p", "canonical", "-w", tmp_path / "other").stdout
    assert "--profile machines" in " ".join(refused("import", tmp_path / "told", "-p", "canonical", "-w", tmp_path / "third").split())


def test_init_names_a_ready_profile_and_drafts_only_when_told(tmp_path: Path, run) -> None:
    from justenough.sources.samples import sample_folder

    out = tmp_path / "p.toml"
    said = run("init", sample_folder("bearings"), "-o", out).output
    assert "This looks like canonical" in said
    assert f"Next: justenough import {sample_folder('bearings')} --profile canonical" in " ".join(said.split())
    assert not out.exists()


def test_init_shows_what_was_recognised_and_what_was_left_out_on_purpose(tmp_path: Path, run) -> None:
    (tmp_path / "stamm.csv").write_text("Material;Standardpreis;Preiseinheit;ABC-Kz\nA;250;100;C\n", encoding="utf-8")
    said = " ".join(run("init", tmp_path / "stamm.csv", "-o", tmp_path / "p.toml", "-a", "currency=EUR").output.split())
    assert "unit_cost = Standardpreis per Preiseinheit" in said
    assert "'ABC-Kz' of stamm.csv is not taken for criticality" in said
