"""Records: the published figures, their names without units, and how closely an answer must agree."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from spellings import spelled

BUNDLED = tuple(Path(__file__).with_name(f"{theme}_reference.json") for theme in ("inventory", "equipment"))
REMARKS = {"note", "convention", "units"}  # inputs meant for people, where they are text
TIMES = {time: time for time in ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "period", "cycle")}
TIMES |= {"h": "hour", "hr": "hour", "min": "minute", "sec": "second", "s": "second", "slot": "cycle"}
SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}  # a day may be one of work, so no other unit is turned into one of these
_ONE = "|".join(TIMES)
_MANY = "|".join([*(f"{time}s" for time in TIMES if len(time) > 1), "h", "hr", "min", "sec", "s"])
RATE = re.compile(rf"(?:_per_unit)?_per(?:_unit)?(?P<root>_sqrt)?_(?P<unit>{_ONE}|time)$")  # a cost per unit alone stays one
SPAN = re.compile(rf"_(?P<unit>{_MANY})(?P<square>2)?$")
EACH = re.compile(rf"_(?P<unit>{_MANY})_per_(?:unit|part)$")  # the time that one part takes

LIVED, LIVED_FIGURE, LIVED_ERROR = "sim", "sim_throughput", "sim_standard_error"
ROUGHLY = "decomposition_rel"

Adapter = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Record:
    """One published figure."""

    id: str
    model: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that is not unique: ``holds`` says of a published value whether it is as good as ``ours``."""

    ours: Any
    holds: Callable[[Any], bool]


def records_of(path: Path) -> list[Record]:
    """All records of a file; a file that is not in the format says what is wrong with it."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(listed, list) or not listed:
        raise ValueError(f"{path}: expected a list of at least one record, found {type(listed).__name__}")
    for place, record in enumerate(listed, start=1):
        lacking = {"id", "model", "inputs", "expected", "tolerance"} - set(record)
        if lacking:
            raise ValueError(f"{path}: record {place} ({record.get('id', 'without id')}) lacks {', '.join(sorted(lacking))}")
    return [Record(*(record[name] for name in ("id", "model", "inputs", "expected", "tolerance"))) for record in listed]


def calls(function: Callable[..., Any], answer: str = "", **renamed: str) -> Adapter:
    """
    The adapter that hands inputs on and takes the columns of the answer back.

    ``renamed`` says of an input which argument it is, and of a column which expected figure it is, where the names
    differ; ``answer`` names the figure of a function that gives an array instead of a value with columns.
    """

    def adapter(**inputs: Any) -> Mapping[str, Any]:
        given = function(**spelled(function, {renamed.get(name, name): value for name, value in inputs.items()}))
        columns = {field.name: getattr(given, field.name) for field in fields(given)} if is_dataclass(given) else {answer: given}
        return {renamed.get(name, name): value for name, value in columns.items()}

    return adapter


def answer_of(record: Record, adapter: Adapter) -> dict[str, Any]:
    """What the model answers, by name without units; inputs stand where the answer does not name them."""
    inputs = without_units(record.inputs)
    return {**inputs, **adapter(**inputs)}


def without_units(inputs: Mapping[str, Any], base: str = "") -> dict[str, Any]:
    """Inputs by name without their unit of time, all in one; those within lists of mappings too."""
    base = base or unit_of_inputs(inputs)
    plain = {}
    for name, value in inputs.items():
        if name in REMARKS and isinstance(value, str):
            continue
        if plain_name(name) in plain:
            raise ValueError(f"two inputs have one name without their units: {', '.join(sorted(inputs))}")
        plain[plain_name(name)] = [without_units(one, base) for one in value] if _listed(value) else scaled(value, factor(name, base))
    return plain


def unit_of_inputs(inputs: Mapping[str, Any]) -> str:
    """
    The unit of time of a record's inputs, empty where none is named.

    Seconds, minutes and hours in one record are turned into the one that most inputs have; other mixtures cannot be meant.
    """
    named = [*inputs, *(name for value in inputs.values() if _listed(value) for one in value for name in one)]
    units = [unit for unit, _ in (unit_and_power(name) for name in named) if unit not in ("", "time")]
    if len(set(units)) > 1 and not set(units) <= SECONDS.keys():
        raise ValueError(f"inputs mix units of time: {', '.join(sorted(set(units)))}; expected one, or only seconds, minutes and hours")
    return max(units, key=units.count, default="")


def unit_and_power(name: str) -> tuple[str, float]:
    """The unit of time that a name ends with, and its power: 1 for a time, 2 for its variance, -1 for a rate, -1/2 for one of noise."""
    if counts(name):
        return "", 0.0
    if found := RATE.search(name):
        return TIMES.get(found["unit"], found["unit"]), -0.5 if found["root"] else -1.0
    if found := EACH.search(name) or SPAN.search(name):
        unit = found["unit"]
        return TIMES.get(unit) or TIMES[unit.removesuffix("s")], 2.0 if found.groupdict().get("square") else 1.0
    return "", 0.0


def factor(name: str, base: str) -> float:
    """What turns a figure of this name into one in the unit of the inputs."""
    unit, power = unit_and_power(name)
    if unit in ("", base) or not {unit, base} <= SECONDS.keys():
        return 1.0
    return (SECONDS[unit] / SECONDS[base]) ** power


def scaled(value: Any, by: float) -> Any:
    """A figure or a list of them times a factor; what needs none is handed on as it is."""
    if by == 1.0 or value is None:
        return value
    return [scaled(one, by) for one in value] if isinstance(value, list) else value * by


def _listed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def plain_name(name: str) -> str:
    """A name without its unit of time: ``cost_per_year`` -> ``cost``, ``lead_time_weeks`` -> ``lead_time``."""
    return name if counts(name) else SPAN.sub("", EACH.sub("", RATE.sub("", name)))


def counts(name: str) -> bool:
    """Whether a name is a number of things, as ``n_cycles``, and its last word no unit."""
    return name.startswith("n_")


def disagreements(record: Record, answer: Mapping[str, Any]) -> list[str]:
    """One line for each expected figure that is not answered, or not within its tolerance."""
    found, base = [], unit_of_inputs(record.inputs)
    for name, expected in record.expected.items():
        plain = plain_name(name)
        if plain not in answer and name not in answer:
            found.append(f"{name}: expected {expected}, not answered (answered: {', '.join(sorted(answer))})")
        else:
            ours, by = answer.get(plain, answer.get(name)), factor(name, base)
            if by != 1.0:  # the record wants its figure in another unit than its inputs have
                given = ours.ours if isinstance(ours, Accepted) else ours
                ours = scaled(given, 1.0 / by)
            if name == LIVED_ERROR and LIVED in record.tolerance:
                continue  # how well the record knows its figure, not a figure of the model
            if not agrees(ours, expected, *tolerance_of(record, name, answer)):
                shown = ours.ours if isinstance(ours, Accepted) else ours
                found.append(f"{name}: expected {expected}, got {shown}")
    if ROUGHLY in record.tolerance:  # a second, approximate way that the record wants near the exact figure
        exact, ours = record.expected["throughput_parts_per_cycle"], answer["decomposition_throughput"]
        if not agrees(ours, exact, float(record.tolerance[ROUGHLY]), 0.0):
            found.append(f"decomposition_throughput: expected about {exact}, got {ours}")
    return found


def tolerance_of(record: Record, name: str, answer: Mapping[str, Any] = MappingProxyType({})) -> tuple[float, float]:
    """
    Relative and absolute tolerance of one expected figure.

    A figure that was lived is held to four standard errors, the record's and ours combined; a prefix in the
    tolerance, as ``ddx_abs``, speaks for the figures that begin with it.
    """
    if name == LIVED_FIGURE and LIVED in record.tolerance:
        return 0.0, 4.0 * math.hypot(record.expected[LIVED_ERROR], answer[LIVED_ERROR])
    prefix = f"{name.split('_', maxsplit=1)[0]}_abs"
    if prefix in record.tolerance:
        return 0.0, float(record.tolerance[prefix])
    own = record.tolerance.get(name)
    if own is None and name.startswith("min_N"):
        own = record.tolerance.get("min_N")
    if own == "exact":
        return 0.0, 0.0
    if isinstance(own, int | float):
        return 0.0, float(own)
    if not {"rel", "abs"} & set(record.tolerance):
        raise ValueError(f"tolerance {dict(record.tolerance)} says nothing of {name}; expected rel, abs or {name}")
    return float(record.tolerance.get("rel", 0.0)), float(record.tolerance.get("abs", 0.0))


def agrees(ours: Any, expected: Any, relative: float, absolute: float) -> bool:
    """Whether an answer is the expected one: numbers within tolerance, lists and mappings part by part, null as not known."""
    if isinstance(ours, Accepted):
        return ours.holds(expected) or agrees(ours.ours, expected, relative, absolute)
    if isinstance(expected, Mapping):
        return (
            isinstance(ours, Mapping)
            and ours.keys() == expected.keys()
            and all(agrees(ours[key], value, relative, absolute) for key, value in expected.items())
        )
    if isinstance(expected, list):
        ours = list(ours) if isinstance(ours, list | tuple | np.ndarray) and np.ndim(ours) > 0 else None
        return (
            ours is not None
            and len(ours) == len(expected)
            and all(agrees(one, other, relative, absolute) for one, other in zip(ours, expected, strict=True))
        )
    if expected is None:
        return ours is None or not math.isfinite(ours)
    if isinstance(expected, bool | str):
        return bool(ours == expected)
    if ours is None or np.ndim(ours) > 0 or math.isnan(ours):
        return False
    return abs(float(ours) - expected) <= max(relative * abs(expected), absolute)
