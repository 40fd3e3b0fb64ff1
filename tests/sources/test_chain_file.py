"""Chains in TOML: what the one that comes along says, and how words and figures that cannot be meant are told."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.errors import NetworkError
from justenough.sources.chain_file import read_chain, shipped_chains

CHAIN = """
name = "two"
currency = "CHF"
holding_rate = 0.2
[[stage]]
name = "make"
time_days = 9
cost_added = 10
[[stage]]
name = "sell"
time_days = 1
cost_added = 5
demand_per_day = 20
demand_sd = 5
[[link]]
from = "make"
to = "sell"
per = 1.5
"""


@pytest.fixture
def described(tmp_path):
    def write(text=CHAIN):
        path = tmp_path / "chain.toml"
        path.write_text(text, encoding="utf-8")
        return read_chain(path)

    return write


def test_a_file_says_all_of_a_chain(described):
    found = described()
    network = found.network
    assert (network.name, found.currency, found.holding_rate) == ("two", "CHF", 0.2)
    assert network.stages == ("make", "sell")
    assert network.per.tolist() == [1.5]
    assert network.total_cost.tolist() == [10.0, 20.0]
    assert network.service.tolist() == pytest.approx([np.nan, 0.95], nan_ok=True)
    assert network.promise_days.tolist() == [np.inf, 0.0]


def test_the_chain_that_comes_along_has_loops_and_times_that_vary():
    found = read_chain("pumps")
    assert "pumps" in shipped_chains()
    assert not found.network.is_tree
    assert found.network.time_days[2] == pytest.approx(0.5 * 18 + 0.4 * 21 + 0.1 * 35)
    assert found.network.time_sd_days[[0, 1]].tolist() == pytest.approx([6, 9])
    assert found.network.demand_mean.sum() == 24.0


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("time_days = 9", "time_day = 9", "stage 'make' with 'time_day', which nobody knows"),
        ("time_days = 9", "", "stage 'make' without time_days"),
        ("time_days = 9", "time_days = true", "time_days = True; expected a number"),
        ("time_days = 9", "times_days = [3, 4]", "stage 'make' without shares"),
        ("time_days = 9", "times_days = [3, 4]\nshares = [1]", "2 times and 1 shares"),
        ("time_days = 9", "times_days = 3\nshares = [1]", "a list of numbers"),
        ("time_days = 9", "time_days = 9\ntimes_days = [3]\nshares = [1]", "one of the two"),
        ('to = "sell"', 'to = "shop"', "link 1 to 'shop'; expected one of the stages: make, sell"),
        ("per = 1.5", "quantity = 1.5", "link 1 with 'quantity'"),
        ("per = 1.5", '[[link]]\nfrom = "sell"\nto = "make"', "make -> sell -> make|sell -> make -> sell"),
        ("[[stage]]", "[stage]", r"\[\[stage\]\] tables|not TOML"),
        ("name = ", "name ", "text that is not TOML"),
        ("cost_added = 10", "cost_added = -1", "stage 'make' with added cost -1"),
    ],
)
def test_what_cannot_be_meant_is_told_by_place(described, was, now, told):
    with pytest.raises(NetworkError, match=told):
        described(CHAIN.replace(was, now, 1))


def test_a_file_that_is_not_there_names_those_that_come_along():
    with pytest.raises(
        NetworkError, match="no such file; expected a file that describes a chain, or one of those .* with the package: pumps"
    ):
        read_chain("nowhere.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "chain.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(NetworkError, match="a byte that is not UTF-8 at 8"):
        read_chain(tmp_path / "chain.toml")


def test_sheets_are_read_by_the_same_door(tmp_path):
    (tmp_path / "1_SD.csv").write_text(
        "Stage Name,stageCost,avgDemand,stdDevDemand,maxServiceTime,serviceLevel,stageTime\nShop,4,20,6,0,,5\n", encoding="utf-8"
    )
    (tmp_path / "1_LL.csv").write_text("sourceStage,destinationStage\n", encoding="utf-8")
    found = read_chain(tmp_path / "1_SD.csv")
    assert found.network.service.tolist() == [0.95]
    assert np.isnan(found.holding_rate)
    assert found.notes
