"""Read: an export taken in as a plant, every row accepted or quarantined, or every complaint at once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint, ImportFailed, ProfileError
from justenough.domain.figures import count
from justenough.domain.plant import Plant, Terms
from justenough.sources.between_stops import running_in_shifts
from justenough.sources.codes import without_items
from justenough.sources.folder import files_of, named_files, root_of
from justenough.sources.joining import joined
from justenough.sources.judging import judged, places_of, repeated_rows
from justenough.sources.mapping import Mapped, mapped
from justenough.sources.notices import alarms, dotted_thousands, notices_of
from justenough.sources.opening import LIMITS, Limits, Opened, open_file
from justenough.sources.problems import PLACE, PROBLEM, failed, raw_json
from justenough.sources.profiles import Profile, constants_from, terms_from

if TYPE_CHECKING:
    from collections.abc import Mapping

QUARANTINE = {**PROBLEM, "raw": pl.String}

APART = "To go on without these rows: justenough.import_from(path, profile) gives .plant() of the others and these as .quarantine."


@dataclass(frozen=True, slots=True)
class FileCount:
    """
    What became of the rows of one file.

    ``rows_in`` = ``accepted`` + ``quarantined``; ``left_out`` more rows are there that the profile says are not meant.
    A row is accepted in all the tables made of it or in none.
    """

    file: str
    sha256: str
    rows_in: int
    accepted: int
    quarantined: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Apart:
    """
    Accepted demand of one import that is too long to hold.

    Parameters
    ----------
    rows
        How many there are.
    parts
        Parquet files of them as `justenough.archive.facts` keeps them: canonical columns and places, each sorted by item and date.
    quarantined
        Parquet files of what is in quarantine of it.
    """

    rows: int
    parts: tuple[Path, ...]
    quarantined: tuple[Path, ...]


@dataclass(frozen=True)
class Imported:
    """
    Everything one import found.

    ``tables`` hold the accepted canonical rows, with ``__file__`` and ``__row__``; ``quarantine`` one row for each problem
    (a raw row may have several), with the raw row as JSON. ``notices`` are accepted, but a planner should know them.
    ``whole`` is False of corrected rows: how many of them count is known only where they join the others. ``apart`` is demand
    too long to hold (`justenough.sources.by_parts`): its table, and its share of the quarantine, then lie in files.
    """

    terms: Terms
    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    quarantine: pl.DataFrame = field(repr=False)
    files: tuple[FileCount, ...]
    profile: Profile = field(repr=False)
    notices: tuple[Complaint, ...] = ()
    whole: bool = True
    apart: Apart | None = None

    def plant(self) -> Plant:
        """The accepted rows as a plant; those that lie in files are read."""
        apart = {} if self.apart is None else {"demand": pl.read_parquet(list(self.apart.parts))}
        return Plant.of(self.terms, {name: frame.drop(FILE, ROW) for name, frame in {**self.tables, **apart}.items()})

    @property
    def heights(self) -> dict[str, int]:
        """Accepted rows of every table, empty ones too."""
        rows = {name: frame.height for name, frame in self.tables.items()}
        return rows if self.apart is None else {**rows, "demand": self.apart.rows}

    def __str__(self) -> str:
        if not self.whole:
            n = sum(one.rows_in for one in self.files)
            return f"Read {count(n, 'corrected row')} of {', '.join(sorted({one.file for one in self.files}))}."
        rows = ", ".join(f"{n:,} {_one(name) if n == 1 else name}" for name, n in self.heights.items())
        lines = [f"Imported {rows}."]
        for one in self.files:
            left = f"; {one.left_out:,} more left out as the profile says" if one.left_out else ""
            rows_in = f"{count(one.rows_in, 'row')} in"
            lines.append(f"{one.file}: {rows_in} = {one.accepted:,} accepted + {one.quarantined:,} quarantined{left}.")
        return "\n".join([*lines, *map(str, self.notices), *self.cannot_know])

    @property
    def cannot_know(self) -> list[str]:
        """Lines on what such an export does not tell; none where its profile says nothing of it."""
        told = self.profile.cannot_know
        return ["What cannot be known from it:", *(f"  - {one}" for one in told)] if told else []


def read(path: str | Path, profile: str | Path | Profile = "canonical") -> Plant:
    """
    The plant an export describes.

    Parameters
    ----------
    path
        The export's folder, or its one file.
    profile
        Name of a shipped profile, path of a TOML file, or a `Profile`.

    Raises
    ------
    ImportFailed
        With every complaint at once, where any row would have to be quarantined; `import_from` takes the rest.
    """
    imported = import_from(path, profile)
    if imported.quarantine.height:
        causes_first = imported.quarantine.sort(pl.col("table") != "items", maintain_order=True)
        raise failed(causes_first, APART)
    return imported.plant()


def import_from(path: str | Path, profile: str | Path | Profile = "canonical", *, limits: Limits = LIMITS) -> Imported:
    """
    Take in an export; rows that cannot be believed go into quarantine.

    Parameters
    ----------
    path, profile
        See `read`.
    limits
        What a file may grow to.

    Raises
    ------
    ImportFailed
        Where a file cannot be read as the profile says, or has not one row that can be accepted; nothing is imported then.
    ProfileError
        Where the profile leaves out what must not be guessed.
    """
    path, profile = Path(path), Profile.load(profile)
    profile = with_terms(profile, root_of(path))
    opened: dict[str, list[Opened]] = {}
    complaints: list[Complaint] = []
    for key, files in named_files(files_of(path, profile), root_of(path), profile).items():
        for one, name in files:
            try:
                opened.setdefault(key, []).append(open_file(one, name, profile.files[key], limits))
            except ImportFailed as error:
                complaints += error.complaints
    if complaints:
        raise ImportFailed(complaints)
    return assembled(profile, opened, limits=limits)


def with_terms(profile: Profile, root: Path) -> Profile:
    """The profile with the terms its folder declares, where it leaves them to the folder."""
    if not profile.terms_file:
        return profile
    place = root / profile.terms_file
    if not place.is_file() or not place.resolve().is_relative_to(root.resolve()):
        period = ' and demand_period = "day", "week" or "month"' if "demand" in profile.tables else ""
        raise ProfileError(f'{profile.terms_file}: no such file beside the tables; write one with currency = "EUR" (or the like){period}.')
    try:
        given = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{profile.terms_file}: not a TOML file: {error}.") from error
    known = ("currency", "demand_period", "returns", "label", "constants")
    for word in given:
        if word not in known:
            raise ProfileError(f"{profile.terms_file}: {word!r} is not known; expected {', '.join(known)}.")
    if "demand" not in profile.tables:  # of machines alone no period is asked
        given.setdefault("demand_period", "day")
    constants = {**profile.constants, **constants_from(profile.terms_file, given.get("constants", {}))}
    return replace(profile, terms=terms_from(given, profile.terms_file), constants=constants)


def assembled(profile: Profile, opened: Mapping[str, list[Opened]], *, limits: Limits = LIMITS, whole: bool = True) -> Imported:
    """
    The canonical tables of files already open.

    ``whole=False``: the files hold only some of an export's rows (a corrected quarantine), so that their items
    may be elsewhere and too little in them means nothing.
    """
    if profile.terms is None:
        raise ProfileError(f"{profile.name}: currency and demand_period are missing.")
    raws = {key: pl.concat([one.frame for one in files], how="diagonal_relaxed") for key, files in opened.items()}
    parts: dict[str, Mapped] = {}
    complaints: list[Complaint] = []
    for name, spec in profile.tables.items():
        if spec.file in raws and (not whole or all(join.file in raws for join in spec.joins)):
            try:
                raw = joined(spec, raws[spec.file], raws, profile) if spec.joins else raws[spec.file]
                parts[name] = mapped(spec, raw, profile, limits)
            except ImportFailed as error:
                complaints += error.complaints
    if complaints:
        raise ImportFailed(list(dict.fromkeys(complaints)))
    parts = running_in_shifts(profile, parts)
    noticed = without_items(profile.tables["items"], raws, profile) if whole and "items" in parts else []
    noticed += dotted_thousands(profile, raws) if whole else []
    tables, problems = judged(profile, parts, whole=whole)
    if whole and (wrong := alarms(tables)):
        raise ImportFailed(wrong)
    for name, frame in sorted(tables.items(), key=lambda one: one[0] != "items"):  # without items no other row can stand
        if whole and parts[name].frame.height and not frame.height:  # corrected rows that are still wrong go back, with what is wrong now
            mine = problems.filter(pl.col("table") == name)
            raise failed(mine if mine.height else problems)
    return Imported(
        terms=profile.terms,
        tables=tables,
        quarantine=quarantine_of(profile, problems, raws, limits),
        files=counts_in(profile, opened, parts, problems),
        profile=profile,
        notices=(*noticed, *notices_of(tables, repeated_rows(parts, profile), profile.terms)) if whole else (),
        whole=whole,
    )


def _one(table: str) -> str:
    return table.removesuffix("s") if table not in ("demand", "stock") else table


def quarantine_of(profile: Profile, problems: pl.DataFrame, raws: Mapping[str, pl.DataFrame], limits: Limits) -> pl.DataFrame:
    """The problems, each with its raw row as JSON."""
    if not problems.height:
        return pl.DataFrame(schema=QUARANTINE)
    texts = []
    for key in dict.fromkeys(profile.tables[name].file for name in problems["table"].unique(maintain_order=True)):
        specs = [spec for spec in profile.tables.values() if spec.file == key]
        raw = raws[key]
        places = places_of([problems])
        raw = raw.join(places, on=PLACE, how="semi", maintain_order="left")  # type: ignore[arg-type]
        for spec in specs:
            raw = joined(spec, raw, raws, profile) if spec.joins and all(join.file in raws for join in spec.joins) else raw
        texts.append(raw_json(raw, places, limits.cell_chars))  # type: ignore[arg-type]
    said = pl.concat(texts).unique(["file", "row"])
    return (
        problems.join(said, on=["file", "row"], how="left", maintain_order="left")
        .sort("file", "row", maintain_order=True)
        .select(list(QUARANTINE))
    )


def counts_in(
    profile: Profile, opened: Mapping[str, list[Opened]], parts: Mapping[str, Mapped], problems: pl.DataFrame
) -> tuple[FileCount, ...]:
    """What became of the rows of each file."""
    fallen = dict(problems.select("file", "row").unique().group_by("file").len().iter_rows()) if problems.height else {}
    counts = []
    for key, files in opened.items():
        taken = [part.taken for name, part in parts.items() if profile.tables[name].file == key]
        for one in files:
            rows = one.frame.height
            if taken and all(place.height < sum(other.frame.height for other in files) for place in taken):
                rows = pl.concat([place.filter(pl.col(FILE) == one.name) for place in taken]).unique().height
            bad = int(fallen.get(one.name, 0))
            counts.append(FileCount(one.name, one.sha256, rows, rows - bad, bad, one.frame.height - rows))
    return tuple(counts)
