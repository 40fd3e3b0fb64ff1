"""Chain file: a network described in TOML, every unit in the name of its figure, or in Willems' two sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.network import Network
from justenough.sources.chain_sheet import SPREADSHEETS, read_sheets

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
        return _described(_toml(files("justenough.sources").joinpath(_CHAINS, f"{name}.toml").read_text(encoding="utf-8"), name), name)
    if not path.is_file():
        known = ", ".join(shipped_chains())
        raise NetworkError(name, "no such file", f"a file that describes a chain, or one of those that come along: {known}")
    if path.suffix.lower() in {*SPREADSHEETS, ".csv", ".gz"}:
        notes = ("Quantities per unit are not in these sheets: one unit goes into one.",)
        return DescribedChain(read_sheets(path, chain), "", np.nan, notes)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NetworkError(name, f"a byte that is not UTF-8 at {error.start}", "a TOML file, which is UTF-8 text") from error
    return _described(_toml(text, name), name)


def _toml(text: str, name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(name, f"text that is not TOML: {error}", "a TOML file with [[stage]] and [[link]] tables") from error


def _described(said: Mapping[str, Any], source: str) -> DescribedChain:
    name = str(said.get("name", Path(source).stem))
    _known(name, "the chain", said, _NETWORK)
    stages, links = (_tables(name, said, key) for key in ("stage", "link"))
    names = [str(_needed(name, f"stage {place}", one, "name")) for place, one in enumerate(stages, start=1)]
    for stage, one in zip(names, stages, strict=True):
        _known(name, f"stage {stage!r}", one, _STAGE)

    def column(key: str, fallback: float | None) -> list[float]:
        return [_number(name, f"stage {stage!r}", one, key, fallback) for stage, one in zip(names, stages, strict=True)]

    drawn = {i: _times(name, names[i], one) for i, one in enumerate(stages) if "times_days" in one}
    whole = [0.0 if i in drawn else _number(name, f"stage {names[i]!r}", one, "time_days", None) for i, one in enumerate(stages)]
    outside = np.array(column("demand_per_day", 0.0)) > 0
    network = Network.of(
        name,
        names,
        links=[_ends(name, names, one, place) for place, one in enumerate(links, start=1)],
        per=[_number(name, f"link {place}", one, "per", 1.0) for place, one in enumerate(links, start=1)],
        time_days=whole,
        time_sd_days=column("time_sd_days", 0.0),
        times=drawn,
        cost_added=column("cost_added", None),
        inbound_days=column("inbound_days", 0.0),
        promise_days=column("promise_days", np.nan),
        demand_mean=column("demand_per_day", 0.0),
        demand_sd=column("demand_sd", 0.0),
        service=np.where(outside, column("service", 0.95), column("service", np.nan)),
        kinds=[str(one.get("kind", "")) for one in stages],
    )
    rate = _number(name, "the chain", said, "holding_rate", np.nan)
    return DescribedChain(network, str(said.get("currency", "")), rate)


def _times(name: str, stage: str, one: Mapping[str, Any]) -> tuple[list[float], list[float]]:
    """Stage times and their shares."""
    if {"time_days", "time_sd_days"} & set(one):
        raise NetworkError(name, f"stage {stage!r} with times_days and time_days", "one of the two")
    times, shares = one["times_days"], _needed(name, f"stage {stage!r}", one, "shares")
    for key, values in (("times_days", times), ("shares", shares)):
        if not isinstance(values, list) or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in values):
            raise NetworkError(name, f"stage {stage!r} with {key} = {values!r}", "a list of numbers")
    if len(times) != len(shares):
        raise NetworkError(name, f"stage {stage!r} with {len(times)} times and {len(shares)} shares", "as many of both")
    return [float(x) for x in times], [float(x) for x in shares]


def _tables(name: str, said: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    tables = said.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(one, Mapping) for one in tables):
        raise NetworkError(name, f"{key} that is {type(tables).__name__}", f"[[{key}]] tables, with two brackets: there may be several")
    return tables


def _known(name: str, where: str, one: Mapping[str, Any], known: set[str]) -> None:
    for key in sorted(set(one) - known):
        raise NetworkError(name, f"{where} with {key!r}, which nobody knows", f"one of {', '.join(sorted(known))}")


def _needed(name: str, where: str, one: Mapping[str, Any], key: str) -> Any:
    if key not in one:
        raise NetworkError(name, f"{where} without {key}", f"{key} = ...")
    return one[key]


def _number(name: str, where: str, one: Mapping[str, Any], key: str, fallback: float | None) -> float:
    value = _needed(name, where, one, key) if fallback is None else one.get(key, fallback)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NetworkError(name, f"{where} with {key} = {value!r}", "a number")
    return float(value)


def _ends(name: str, names: list[str], link: Mapping[str, Any], place: int) -> list[int]:
    _known(name, f"link {place}", link, _LINK)
    ends = []
    for end in ("from", "to"):
        stage = _needed(name, f"link {place}", link, end)
        if stage not in names:
            raise NetworkError(name, f"link {place} {end} {stage!r}", f"one of the stages: {', '.join(names)}")
        ends.append(names.index(stage))
    return ends
