"""The command `reliability`: words, tables, JSON and a picture of one calculation, and refusals that are sentences."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from typer.testing import CliRunner

from justenough.archive.workspace import Workspace
from justenough.estimation.floor import floor_of
from justenough.estimation.reliability import reliability_of
from justenough.estimation.uptimes import uptimes_of
from justenough.interfaces import cli
from justenough.interfaces.lasting import sentences


def run(*words):
    said = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert said.exit_code == 0, said.output
    return said.stdout


def test_words_tables_and_bounds_of_every_machine(demo):
    said = run("reliability", "-w", demo)
    assert "failures in" in said
    for title in ("Operating time between failures, 95 % bounds", "Time to repair, 95 % bounds", "Failures by reason"):
        assert title in said
    assert "PRS-4" in said
    assert max(map(len, said.splitlines())) <= 100


def test_json_is_what_python_finds(demo):
    told = json.loads(run("reliability", "-w", demo, "--json"))
    with Workspace.open(demo) as kept:
        found = reliability_of(uptimes_of(floor_of(kept.plant())))
    assert [row["machine"] for row in told["machines"]] == list(found.machines)
    assert [row["failures"] for row in told["machines"]] == found.failures.tolist()
    assert [row["mtbf_lower_days"] for row in told["machines"]] == pytest.approx(found.mtbf[1].tolist())
    assert sum(row["failures"] for row in told["reasons"]) == sum(row["failures"] for row in told["machine_reasons"])
    assert told["failures_are_moments"] is False


def test_a_plot_of_a_machine_of_its_repairs_and_of_a_reason(demo, tmp_path):
    for name, words in (("a", ["--of", "PRS-4"]), ("b", ["--of", "PRS-4", "--repairs"]), ("c", ["--of", "short jam"]), ("d", [])):
        run("reliability", "-w", demo, "--plot", tmp_path / f"{name}.svg", *words)
        picture = ET.fromstring((tmp_path / f"{name}.svg").read_text())
        assert len(picture.findall(".//{*}circle")) > 10
    assert "time to repair" in (tmp_path / "b.svg").read_text()


@pytest.mark.parametrize(
    ("words", "expected"), [(["--of", "PRS-9"], "no such machine or reason"), (["--of", "short jam", "--repairs"], "no such machine;")]
)
def test_refusals_are_sentences_and_nothing_is_written(demo, tmp_path, capsys, words, expected):
    with pytest.raises(SystemExit):
        cli.main(["reliability", "-w", str(demo), "--plot", str(tmp_path / "x.svg"), *words])
    assert expected in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_not_written_over(demo, tmp_path, capsys):
    (tmp_path / "x.svg").write_text("mine")
    with pytest.raises(SystemExit):
        cli.main(["reliability", "-w", str(demo), "--plot", str(tmp_path / "x.svg")])
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "x.svg").read_text() == "mine"


class Told:
    """What `sentences` asks of a finding."""

    class uptimes:
        import numpy as np

        operated_days = np.array([10.0])
        moments = True


def test_what_cannot_be_known_is_said():
    row = {"machine": "M", "failures": 2, "repairs": 0, "trend": "worsening", "fits": "does not fit"}
    said = " ".join(sentences(Told, [row]))
    assert "repair times, availability and MTTR cannot be known" in said
    assert "1 machine fails more or less often" in said
    assert "read their bounds" in said
    assert "does not fit 1 of 1" in said
