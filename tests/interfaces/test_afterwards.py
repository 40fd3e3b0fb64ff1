"""After an import comes a plan, but where most rows were not taken what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

PROFILE = """
currency = "EUR"
demand_period = "week"
[files]
items = "items.csv"
[tables.items]
file = "items"
[tables.items.columns]
item = "item"
lead_time_days = { column = "lead time", unit = "days" }
"""


@pytest.mark.parametrize(
    ("wrong", "next_step"), [(11, "quarantine list -w {}, since most rows were not taken"), (10, "recommend -w {}"), (0, "recommend -w {}")]
)
def test_what_comes_after_an_import(tmp_path: Path, run, wrong, next_step) -> None:
    """Times as 3S in 220 of 221 item cards: the plan of the one left was what the import asked for next."""
    kept = tmp_path / "kept"
    rows = [f"P{at},{'3S' if at < wrong else 21}" for at in range(20)]
    (tmp_path / "items.csv").write_text("item,lead time\n" + "\n".join(rows) + "\n")
    (tmp_path / "mine.toml").write_text(PROFILE)
    done = run("import", tmp_path / "items.csv", "-p", tmp_path / "mine.toml", "-w", kept)
    assert done.exit_code == 0, done.exception
    said = " ".join(done.stdout.split())
    assert said.endswith(f"Next: justenough {next_step.format(kept)}")
