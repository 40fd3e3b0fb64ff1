"""Rows joined to other files by their code."""

from __future__ import annotations

import pytest

from justenough.domain.errors import ImportFailed
from justenough.sources.profiles import Profile
from justenough.sources.read import read

PROFILE = """
currency = "EUR"
demand_period = "day"
[files]
master = "master.csv"
stock = "stock.csv"
[tables.items]
file = "master"
joins = [{ file = "stock", on = "code", to = "material"RULE }]
[tables.items.columns]
item = "code"
on_hand = "stock.held"
"""


@pytest.mark.parametrize(("rule", "held"), [(', sum = ["held"]', 7.0), (', least = "held"', 3.0)])
def test_of_several_rows_with_one_code_the_declared_rule_counts(tmp_path, rule, held):
    (tmp_path / "master.csv").write_text("code\nA\nB\n")
    (tmp_path / "stock.csv").write_text("material,place,held\nA,1,3\nA,2,4\n")
    items = read(tmp_path, Profile.from_toml(PROFILE.replace("RULE", rule))).items
    assert items.select("item", "on_hand").rows() == [("A", held), ("B", None)]


def test_several_rows_without_a_rule_are_refused(tmp_path):
    (tmp_path / "master.csv").write_text("code\nA\n")
    (tmp_path / "stock.csv").write_text("material,held\nA,3\nA,4\n")
    with pytest.raises(ImportFailed, match=r"stock\.csv.*'A' in several rows"):
        read(tmp_path, Profile.from_toml(PROFILE.replace("RULE", "")))
