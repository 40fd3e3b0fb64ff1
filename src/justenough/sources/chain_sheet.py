"""Chain sheet: a network in the two sheets of Willems (2008), stages with their data and links between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network

if TYPE_CHECKING:
    import polars as pl

STAGES, LINKS = "_SD", "_LL"
SPREADSHEETS = {".xlsx", ".xls", ".xlsm", ".ods"}
_NEEDED = ("Stage Name", "stageCost", "avgDemand", "stdDevDemand", "maxServiceTime", "serviceLevel", "stageTime")
_TIMES = 6  # pairs of a stage time and its share
USUAL_SERVICE = 0.95  # where the sheet leaves a demand stage's service empty


def read_sheets(path: Path, chain: str = "") -> Network:
    """
    A network from a workbook with sheets ``03_SD`` and ``03_LL``, or from files ``03_SD.csv`` and ``03_LL.csv``, ``.gz`` or not.

    Parameters
    ----------
    path
        The workbook, or the file of the stages.
    chain
        Which chain of the workbook, as ``03``; may be empty where it holds one.

    Raises
    ------
    NetworkError
        For a sheet, a column or a figure that is missing or cannot be read, naming the place.
    """
    if path.suffix.lower() in SPREADSHEETS:
        name, stages, links = _workbook(path, chain)
    else:
        name = path.name.split(STAGES)[0]
        other = path.with_name(path.name.replace(STAGES, LINKS, 1))
        if STAGES not in path.name or not other.is_file():
            raise NetworkError(str(path), f"no {other.name} beside it", "two files of one chain, as 03_SD.csv and 03_LL.csv")
        stages, links = _table(path), _table(other)
    return network_of(name, stages, links)


def network_of(name: str, stages: pl.DataFrame, links: pl.DataFrame) -> Network:
    """The network of two such tables, all values as text."""
    for needed, frame, label in ((_NEEDED, stages, "stages"), (("sourceStage", "destinationStage"), links, "links")):
        lacking = [column for column in needed if column not in frame.columns]
        if lacking:
            raise NetworkError(name, f"{label} without {', '.join(lacking)}", f"the columns {', '.join(needed)}")
    names = stages["Stage Name"].to_list()
    rows = stages.to_dicts()

    def column(key: str, fallback: float) -> list[float]:
        return [_number(name, names[i], key, row.get(key), fallback) for i, row in enumerate(rows)]

    mean, sd = np.array(column("avgDemand", 0.0)), np.array(column("stdDevDemand", 0.0))
    outside = (mean > 0) | (sd > 0)
    service = np.where(outside, np.array(column("serviceLevel", USUAL_SERVICE)), np.nan)
    ends = []
    for giver, taker in links.select("sourceStage", "destinationStage").iter_rows():
        for stage in (giver, taker):
            if stage not in names:
                raise NetworkError(name, f"a link with stage {stage!r}", "a stage that the stages' sheet lists")
        ends.append((names.index(giver), names.index(taker)))
    return Network.of(
        name,
        names,
        links=ends,
        time_days=column("stageTime", 0.0),
        time_sd_days=column("stdDev stageTime", 0.0),
        cost_added=column("stageCost", 0.0),
        demand_mean=mean,
        demand_sd=sd,
        promise_days=np.where(outside, np.array(column("maxServiceTime", 0.0)), np.inf),
        service=service,
        kinds=[str(row.get("stageClassification") or "") for row in rows],
        times={i: drawn for i, row in enumerate(rows) if (drawn := _drawn(name, names[i], row))},
    )


def _drawn(name: str, stage: str, row: dict[str, Any]) -> tuple[list[float], list[float]] | None:
    """Times and shares where the sheet lists them; shares that add up to nearly 1 are brought to it."""
    pairs = [
        (
            _number(name, stage, f"stageTime_{n}", row.get(f"stageTime_{n}"), np.nan),
            _number(name, stage, f"stageTime_%_{n}", row.get(f"stageTime_%_{n}"), 0.0),
        )
        for n in range(1, _TIMES + 1)
    ]
    there = [(time, share) for time, share in pairs if share > 0 and not np.isnan(time)]
    if not there:
        return None
    total = sum(share for _, share in there)
    if abs(total - 1.0) > 0.02:
        raise NetworkError(name, f"stage {stage!r} with shares of stage time that add up to {total:g}", "1")
    return [time for time, _ in there], [share / total for _, share in there]


def _number(name: str, stage: str, key: str, value: object, fallback: float) -> float:
    if value is None or str(value).strip() == "":
        return fallback
    try:
        return float(str(value))
    except ValueError:
        raise NetworkError(name, f"stage {stage!r} with {key} {value!r}", "a number") from None


def _table(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NetworkError(str(path), f"text that is not a table: {error}", "a CSV file, which may be compressed by gzip") from error


def _workbook(path: Path, chain: str) -> tuple[str, pl.DataFrame, pl.DataFrame]:
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise NetworkError(str(path), f"no workbook that can be read: {error}", "a spreadsheet file") from error
    known = [sheet.removesuffix(STAGES) for sheet in book.sheet_names if sheet.endswith(STAGES)]
    wanted = chain or (known[0] if len(known) == 1 else "")
    if wanted not in known:
        raise NetworkError(
            str(path), f"chain {chain!r}" if chain else f"{len(known)} chains", f"one of {', '.join(known)} named with --chain"
        )
    stages, links = (book.load_sheet(wanted + sheet, dtypes="string").to_polars() for sheet in (STAGES, LINKS))
    return wanted, stages, links
