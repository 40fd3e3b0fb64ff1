"""Postings: receipts, issues and transfers in one ledger, told apart by a column's name or by the signs beside its words."""

import polars as pl
import pytest

from justenough.sources.drafting import answered, draft
from justenough.sources.postings import signs_of
from justenough.sources.profiles import Profile
from justenough.sources.read import read

# Kinds as an ERP books them: in, out, out, in, back in.
KINDS = {"PZ": 1, "RW": -1, "WZ": -1, "MM+": 1, "MM-": -1}


def ledger(path, head, *, quiet=False):
    """Five weeks of bookings, each kind with its sign; ``quiet``: quantities without one."""
    lines = [
        f"{kind};A;{day:02}.01.2026;{(1 if quiet else sign) * (10 + day)};{'MAG1' if day % 2 else 'MAG2'}"
        for day in range(5, 25)
        for kind, sign in KINDS.items()
    ]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("head", ["Typ dok.;Kod towaru;Data;Ilość;Magazyn", "Qqq;Item;Date;Qty;Store", "TranType;Item;Date;Qty;Whse"])
def test_kinds_of_one_ledger_are_asked_for(head, tmp_path):
    path = ledger(tmp_path / "ruchy.csv", head)
    drafted = draft(path)
    text = next(one.text for one in drafted.questions if one.key == "movements")
    assert text.startswith(f"Which kinds of {head.partition(';')[0]!r} in ruchy.csv are demand")
    assert all(f"{kind} (20)" in text for kind in KINDS)
    said = {"currency": "PLN", "demand_period": "day", "movements": "RW, WZ", "returns": "ignore", "demand_sign": "negative"}
    plant = read(tmp_path, Profile.from_toml(answered(drafted, said)))
    assert plant.demand["quantity"].sum() == 2 * sum(10 + day for day in range(5, 25))  # no receipt takes any of it back


def test_a_name_tells_where_signs_do_not(tmp_path):
    assert "movements" in {one.key for one in draft(ledger(tmp_path / "a.csv", "Typ ruchu;Item;Date;Qty;Whse", quiet=True)).questions}
    assert "movements" not in {one.key for one in draft(ledger(tmp_path / "b.csv", "Qqq;Item;Date;Qty;Whse", quiet=True)).questions}


def test_a_few_returns_are_no_kinds(tmp_path):
    """A day in three months on which one shop took back what it had sold: its name is no kind of movement."""
    lines = [f"A;2026-{1 + day // 28:02}-{1 + day % 28:02};5;south" for day in range(80)]
    (tmp_path / "sales.csv").write_text("\n".join(["Item;Date;Qty;Shop", *lines, "A;2026-03-28;-5;north"]) + "\n")
    keys = {one.key for one in draft(tmp_path / "sales.csv").questions}
    assert "returns" in keys
    assert "movements" not in keys


def test_signs_as_ledgers_write_them():
    written = ["10", "10-", "-1,5", "1 250", "- 1\u00a0250,00", "0", "-0,00", "b/d", None, "+3"]
    assert signs_of(pl.Series(written)).to_list() == [1, -1, -1, 1, -1, 0, 0, 0, 0, 1]
