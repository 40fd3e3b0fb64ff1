"""Chains in the two sheets of Willems: invented ones, and the real ones where they are at hand."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import xlsxwriter

from justenough.domain.errors import NetworkError
from justenough.sources.chain_sheet import read_sheets

HEAD = "Stage Name,stageCost,relDepth,stageClassification,avgDemand,stdDevDemand,maxServiceTime,serviceLevel,stageTime,stdDev stageTime"
PAIRS = "stageTime_1,stageTime_%_1,stageTime_2,stageTime_%_2"
STAGES = [
    f"{HEAD},{PAIRS}",
    "Shop,4,0,Retail,20,6,2,0.9,1,,,,,",
    "Mill,7.5,1,Manuf,,,,,3,0.5,,,,",
    "Ore,2,2,Part,,,,,20,,10,0.5,30,0.5",
]
LINKS = ["sourceStage,destinationStage", "Ore,Mill", "Mill,Shop"]


@pytest.fixture
def written(tmp_path):
    def write(stages=STAGES, links=LINKS, suffix=".csv"):
        for sheet, lines in (("_SD", stages), ("_LL", links)):
            text = ("\n".join(lines) + "\n").encode()
            (tmp_path / f"07{sheet}{suffix}").write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
        return tmp_path / f"07_SD{suffix}"

    return write


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_two_files_are_one_chain(written, suffix):
    network = read_sheets(written(suffix=suffix))
    assert network.name == "07"
    assert network.stages == ("Shop", "Mill", "Ore")
    assert network.links.tolist() == [[2, 1], [1, 0]]
    assert network.kinds == ("Retail", "Manuf", "Part")
    assert network.demand_mean.tolist() == [20, 0, 0]
    assert network.promise_days.tolist() == [2, np.inf, np.inf]
    assert network.service[0] == 0.9
    assert network.time_days.tolist() == pytest.approx([1, 3, 20])
    assert network.time_sd_days.tolist() == pytest.approx([0, 0.5, 10])
    assert network.times[2].tolist() == [10, 30]
    assert network.total_cost.tolist() == [13.5, 9.5, 2.0]


def test_a_workbook_of_several_chains_asks_which(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "chains.xlsx")
    for chain in ("07", "08"):
        for sheet, lines in (("_SD", STAGES), ("_LL", LINKS)):
            page = book.add_worksheet(chain + sheet)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line.split(",")):
                    page.write(row, column, cell)
    book.close()
    with pytest.raises(NetworkError, match=r"2 chains; expected one of 07, 08 named with --chain"):
        read_sheets(tmp_path / "chains.xlsx")
    assert read_sheets(tmp_path / "chains.xlsx", "08").stages == ("Shop", "Mill", "Ore")


@pytest.mark.parametrize(
    ("stages", "links", "told"),
    [
        (["Stage Name,stageCost", "Shop,4"], LINKS, "stages without avgDemand"),
        (STAGES, ["from,to", "Ore,Mill"], "links without sourceStage"),
        (STAGES, [*LINKS, "Gold,Mill"], "a link with stage 'Gold'"),
        ([*STAGES[:3], "Ore,two,2,Part,,,,,20,,,,,"], LINKS, "stage 'Ore' with stageCost 'two'"),
        ([*STAGES[:3], "Ore,2,2,Part,,,,,20,,10,0.5,30,0.2"], LINKS, "add up to 0.7"),
    ],
)
def test_what_cannot_be_read_is_told_by_place(written, stages, links, told):
    with pytest.raises(NetworkError, match=told):
        read_sheets(written(stages, links))


def test_links_must_lie_beside_the_stages(written, tmp_path):
    path = written()
    (tmp_path / "07_LL.csv").unlink()
    with pytest.raises(NetworkError, match=r"no 07_LL\.csv beside it"):
        read_sheets(path)


def test_a_workbook_that_is_none_is_refused(tmp_path):
    (tmp_path / "chains.xlsx").write_bytes(b"no workbook")
    with pytest.raises(NetworkError, match="no workbook that can be read"):
        read_sheets(tmp_path / "chains.xlsx")


def test_every_real_chain_is_read_whole(shared_data):
    read = [read_sheets(path) for path in sorted((shared_data / "willems_networks").glob("*_SD.csv.gz"))]
    assert sum(len(network.stages) for network in read if network.name != "00") == 7_023
    assert sum(len(network.links) for network in read if network.name != "00") == 13_459
    first = read[0]
    assert first.total_cost[first.outer].tolist() == [65.0]  # 39 + 12 + 5 + 9
