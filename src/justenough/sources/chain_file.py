"""Chain file: a network described in TOML, every unit in the name of its figure, or in Willems' two sheets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network
from justenough.sources.chain_sheet import SPREADSHEETS, read_sheets
from justenough.sources.toml_entries import Entry

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_CHAINS = "bundled/chains"
_NETWORK = {"name", "currency", "holding_rate", "stage", "link"}
_STAGE = {
    "name", "kind", "time_days", "time_sd_days", "times_days", "shares", "cost_added", "inbound_days", "promise_days",
    "demand_per_day", "demand_sd", "service",
}  # fmt: skip
_LINK = {"from", "to", "per"}
USUAL_HOLDING_RATE = 0.25


@dataclass(frozen=True, slots=True)
class DescribedChain:
    """
    A network as its file, or an imported plant, describes it.

    Parameters
    ----------
    currency
        Of its costs; empty where nobody said.
    holding_rate : [1/year]
        NaN where nobody said.
    notes
        What its figures leave out or take for granted, a sentence each.
    """

    network: Network
    currency: str
    holding_rate: float
    notes: tuple[str, ...] = ()


def shipped_chains() -> list[str]:
    """Names of the chains that come with the package."""
    return sorted(entry.name.removesuffix(".toml") for entry in files("justenough.sources").joinpath(_CHAINS).iterdir())


def read_chain(source: str | Path, chain: str = "") -> DescribedChain:
    """
    A network from a file, or one that comes with the package by name.

    Parameters
    ----------
    source
        A TOML file; a workbook or a CSV file of stages as in Willems (2008), with its file of links beside it.
    chain
        Which chain of a workbook that holds several.

    Raises
    ------
    NetworkError
        For whatever a chain cannot have, a figure that is missing, and a word nobody knows, naming the place.
    """
    path, name = Path(source), str(source)
    if name in shipped_chains():
        return _described(_whole(files("justenough.sources").joinpath(_CHAINS, f"{name}.toml"), name))
    if not path.is_file():
        known = ", ".join(shipped_chains())
        raise NetworkError(name, "no such file", f"a file that describes a chain, or one of those that come with the package: {known}")
    if path.suffix.lower() in {*SPREADSHEETS, ".csv", ".gz"}:
        notes = ("Quantities per unit are not in these sheets: one unit goes into one.",)
        return DescribedChain(read_sheets(path, chain), "", np.nan, notes)
    return _described(_whole(path, name))


def _whole(file: Path | Traversable, source: str) -> Entry:
    return Entry.read(file, source, "the chain", NetworkError, "[[stage]] and [[link]]")


def _described(whole: Entry) -> DescribedChain:
    whole.only(_NETWORK)
    stages, links = whole.tables("stage"), whole.tables("link")
    names = [str(one.needed("name")) for one in stages]
    stages = [replace(one, where=f"stage {stage!r}") for stage, one in zip(names, stages, strict=True)]
    for one in stages:
        one.only(_STAGE)

    def column(key: str, fallback: float | None = None) -> list[float]:
        return [one.number(key, fallback) for one in stages]

    drawn = {i: _times(one) for i, one in enumerate(stages) if "times_days" in one.said}
    whole_days = [0.0 if i in drawn else one.number("time_days") for i, one in enumerate(stages)]
    outside = np.array(column("demand_per_day", 0.0)) > 0
    network = Network.of(
        whole.name,
        names,
        links=[_ends(one, names) for one in links],
        per=[one.number("per", 1.0) for one in links],
        time_days=whole_days,
        time_sd_days=column("time_sd_days", 0.0),
        times=drawn,
        cost_added=column("cost_added"),
        inbound_days=column("inbound_days", 0.0),
        promise_days=column("promise_days", np.nan),
        demand_mean=column("demand_per_day", 0.0),
        demand_sd=column("demand_sd", 0.0),
        service=np.where(outside, column("service", 0.95), column("service", np.nan)),
        kinds=[str(one.said.get("kind", "")) for one in stages],
    )
    rate = whole.number("holding_rate", np.nan)
    return DescribedChain(network, str(whole.said.get("currency", "")), rate)


def _times(stage: Entry) -> tuple[list[float], list[float]]:
    """Stage times and their shares."""
    if {"time_days", "time_sd_days"} & set(stage.said):
        raise stage.wrong("with times_days and time_days", "one of the two")
    times, shares = stage.said["times_days"], stage.needed("shares")
    for key, values in (("times_days", times), ("shares", shares)):
        if not isinstance(values, list) or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in values):
            raise stage.wrong(f"with {key} = {values!r}", "a list of numbers")
    if len(times) != len(shares):
        raise stage.wrong(f"with {len(times)} times and {len(shares)} shares", "as many of both")
    return [float(x) for x in times], [float(x) for x in shares]


def _ends(link: Entry, names: list[str]) -> list[int]:
    link.only(_LINK)
    return [link.one_of(end, names, "stages") for end in ("from", "to")]
