"""By parts: an export whose demand is too long to hold, checked a part after the other into a folder, from which it goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from justenough.domain.checks import FILE, ROW, typed
from justenough.domain.errors import ImportFailed
from justenough.domain.schema import TABLES
from justenough.kernels.abreast import cores
from justenough.sources.folder import files_of, named_files, root_of
from justenough.sources.judging import judged
from justenough.sources.mapping import mapped
from justenough.sources.notices import Seen, alarms_of, demand_notices, repeats_notice, seen_in
from justenough.sources.opening import LIMITS, Limits, Opened, open_file
from justenough.sources.problems import failed, row_hashes
from justenough.sources.profiles import Profile
from justenough.sources.raw_parts import LongFile, fingerprint, long_file
from justenough.sources.read import Apart, FileCount, Imported, assembled, counts_in, quarantine_of, with_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    Told = Callable[[int, int, int], object]

LONG_ROWS = 5_000_000  # of demand, from which on it is not held
PART_ROWS = 2_000_000  # that are checked at once; each takes some 200 bytes meanwhile
AT_ONCE = 4  # parts: some wait for the disk while others have the cores, of whose number memory must not depend
GROUP_ROWS = 50_000  # of a part; a page about one item reads one such group of each
_RANGES = 16  # of hashes, looked through for repeats one after the other


@dataclass(frozen=True, slots=True)
class LongExport:
    """
    An export whose demand can be checked row by row, and is too long to hold.

    Parameters
    ----------
    root, profile
        Its folder, and how it is read, with its terms.
    demand
        The files of its demand.
    others
        The other files, by the profile's name for them.
    files
        Name and fingerprint of every file, nothing counted yet; those of the demand last.
    """

    root: Path
    profile: Profile
    demand: tuple[LongFile, ...]
    others: Mapping[str, list[Path]]
    files: tuple[FileCount, ...]

    @property
    def rows(self) -> int:
        """Rows of demand, of text about."""
        return sum(one.rows for one in self.demand)


def long_export(path: Path, profile: str | Path | Profile, *, least: int = LONG_ROWS) -> LongExport | None:
    """
    The export, if its demand has ``least`` rows and each can be judged by itself; None where all have to be read.

    All are read where the demand's file makes or joins other tables, joins others, has its periods side by side, has its repeats
    quarantined, or is a workbook, packed, or text of another encoding than UTF-8.
    """
    profile = with_terms(Profile.load(profile), root_of(path))
    spec = profile.tables.get("demand")
    if spec is None or spec.joins or spec.wide or spec.one_row_for or spec.derived_from or spec.repeats == "quarantine":
        return None
    others = [one for name, one in profile.tables.items() if name != "demand"]
    if any(one.file == spec.file or one.derived_from or spec.file in (join.file for join in one.joins) for one in others):
        return None
    files, root = dict(files_of(path, profile)), root_of(path)
    found = [long_file(one, one.relative_to(root).as_posix(), profile.files[spec.file]) for one in files.pop(spec.file, [])]
    whole = tuple(one for one in found if one is not None)
    if len(whole) < len(found) or sum(one.rows for one in whole) < least:
        return None
    named = [one for several in named_files(files, root, profile).values() for one in several]
    counts = tuple(FileCount(name, fingerprint(one), 0, 0, 0) for one, name in [*named, *((one.path, one.name) for one in whole)])
    return LongExport(root, profile, whole, files, counts)


def import_by_parts(
    export: LongExport, folder: Path, *, part_rows: int = PART_ROWS, told: Told | None = None, limits: Limits = LIMITS
) -> Imported:
    """
    Take in an export as `justenough.sources.read.import_from` does, its demand a part after the other.

    The other tables are judged first and whole, then each row of demand by itself. A part that was checked lies in ``folder`` as
    soon as it is done; the same call goes on from there. Rows alike in every column are found by their hashes, 8 bytes a row.

    Parameters
    ----------
    folder
        Of this export, as it is now, and this size of parts alone.
    told
        Called with the rows of demand checked so far, those there are, and those that were checked before.

    Raises
    ------
    ImportFailed
        As for `justenough.sources.read.import_from`.
    NotInParts
        The demand cannot be read part by part after all.
    """
    files = {one.file: one for one in export.files}
    key = export.profile.tables["demand"].file
    rest = replace(
        export.profile,
        tables={name: table for name, table in export.profile.tables.items() if name != "demand"},
        files={name: file for name, file in export.profile.files.items() if name != key},
    )
    opened = {
        key: [open_file(one, name, export.profile.files[key], limits) for one, name in several]
        for key, several in named_files(export.others, export.root, export.profile).items()
    }
    small = assembled(rest, opened, limits=limits)
    checks = _Checks(export, folder, small.tables, files, limits)
    parts = checks.all(part_rows, told)
    rows = sum(one.count.accepted for one in parts)
    if not rows:
        wrong = next((one.folder / "quarantine.parquet" for one in parts if one.count.quarantined), None)
        raise failed(pl.read_parquet(wrong)) if wrong else ImportFailed([])
    seen = reduce(add, [one.seen for one in parts if one.seen is not None])
    if wrong_as_a_whole := alarms_of(seen):
        raise ImportFailed(wrong_as_a_whole)
    notices = [*small.notices, *demand_notices(seen, small.terms)]
    if again := _repeats([one.folder / "hashes.npy" for one in parts]):
        notices.append(repeats_notice("demand", export.demand[0].name, again))
    return replace(
        small,
        files=(*small.files, *(_added([one.count for one in parts if one.count.file == long.name]) for long in export.demand)),
        profile=export.profile,
        notices=tuple(notices),
        apart=Apart(
            rows,
            tuple(one.folder / "rows.parquet" for one in parts if one.count.accepted),
            tuple(one.folder / "quarantine.parquet" for one in parts if one.count.quarantined),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that was checked: where it lies, and what is known of it without looking."""

    folder: Path
    count: FileCount
    seen: Seen | None

    def say(self, place: Path) -> None:
        seen: dict[str, Any] | None = None
        if self.seen is not None:
            days = {"date": self.seen.days["date"].to_physical().to_list(), "wanted": self.seen.days["wanted"].to_list()}
            seen = {name: getattr(self.seen, name) for name in Seen.__slots__} | {"days": days}
        place.write_text(json.dumps({"count": asdict(self.count), "seen": seen}), encoding="utf-8")

    @classmethod
    def of(cls, folder: Path) -> _Part:
        told: dict[str, Any] = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        seen = told["seen"]
        if seen is not None:
            days = pl.DataFrame(seen["days"], schema={"date": pl.Int32, "wanted": pl.Int64}).with_columns(pl.col("date").cast(pl.Date))
            seen = Seen(**{**seen, "days": days})
        return cls(folder, FileCount(**told["count"]), seen)


@dataclass(frozen=True, slots=True)
class _Checks:
    """The parts of an export's demand, checked against its other tables."""

    export: LongExport
    folder: Path
    beside: Mapping[str, pl.DataFrame]
    files: Mapping[str, FileCount]
    limits: Limits

    def all(self, part_rows: int, told: Told | None) -> list[_Part]:
        """Every part in the order of the files; those that lie here already are left as they are."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shape = pl.concat([one.columns for one in self.export.demand], how="diagonal_relaxed")
        found = self._there()
        kept = before = sum(one.count.rows_in + one.count.left_out for one in map(_Part.of, found))
        under_way: deque[tuple[int, Future[None]]] = deque()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                for at, long in enumerate(self.export.demand):
                    end, first = self.folder / f"{at:03}.end", 0
                    if end.is_file():
                        continue
                    while self._place(at, first) in found:
                        first += 1
                    number = first - 1
                    for number, raw in long.parts(part_rows, first):  # the last one is the end
                        if self._place(at, number) not in found:
                            whole = raw if len(self.export.demand) == 1 else pl.concat([shape, raw], how="diagonal_relaxed")
                            under_way.append((raw.height, pool.submit(self._kept, whole, self._place(at, number))))
                            del raw, whole
                        while len(under_way) > AT_ONCE:
                            before += self._awaited(under_way, before, kept, told)
                    while under_way:
                        before += self._awaited(under_way, before, kept, told)
                    end.write_text(str(number + 1), encoding="utf-8")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [_Part.of(one) for one in self._there()]

    def _there(self) -> list[Path]:
        """Parts that are there as a whole, in their order."""
        return sorted(one for one in self.folder.iterdir() if one.is_dir() and not one.suffix)

    def _place(self, at: int, number: int) -> Path:
        return self.folder / f"{at:03}-{number:06}"

    def _awaited(self, under_way: deque[tuple[int, Future[None]]], before: int, kept: int, told: Told | None) -> int:
        rows, part = under_way.popleft()
        part.result()
        if told is not None:
            told(before + rows, max(self.export.rows, before + rows), kept)
        return rows

    def _kept(self, raw: pl.DataFrame, place: Path) -> None:
        """Check a part and put it on the disk; it is there as a whole or not at all."""
        if not raw.height:
            return
        making = place.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        profile, key = self.export.profile, self.export.profile.tables["demand"].file
        np.save(making / "hashes.npy", np.sort(row_hashes(raw).to_numpy()))
        one = mapped(profile.tables["demand"], raw, profile, self.limits, alone=False)
        tables, problems = judged(profile, {"demand": one}, whole=True, beside=self.beside)
        name = raw.item(0, FILE)
        count = counts_in(profile, {key: [Opened(name, self.files[name].sha256, raw)]}, {"demand": one}, problems)[0]
        if problems.height:
            quarantine_of(profile, problems, {key: raw}, self.limits).write_parquet(making / "quarantine.parquet")
        rows = tables["demand"]
        if rows.height:
            _in_order(rows).write_parquet(making / "rows.parquet", compression="zstd", compression_level=1, row_group_size=GROUP_ROWS)
        _Part(place, count, seen_in(rows) if rows.height else None).say(making / "said.json")
        for file in (*making.iterdir(), making):
            _settled(file)
        making.rename(place)
        _settled(self.folder)


def _in_order(demand: pl.DataFrame) -> pl.DataFrame:
    """Canonical rows sorted by item and date; rows of one day stay as they stood."""
    rows = typed(TABLES["demand"], demand).select(*TABLES["demand"].names, pl.col(FILE).cast(pl.String), pl.col(ROW).cast(pl.Int64))
    back = (pl.col("date") < pl.col("date").shift(1)) & (pl.col("item") == pl.col("item").shift(1))
    if rows["item"].is_sorted() and not rows.select(back.any()).item():
        return rows
    return rows.sort("item", "date", maintain_order=True)


def _added(counts: list[FileCount]) -> FileCount:
    names = ("rows_in", "accepted", "quarantined", "left_out")
    return replace(counts[0], **{name: sum(getattr(one, name) for one in counts) for name in names})


def _repeats(places: list[Path]) -> int:
    """How many rows of all parts are like an earlier one; each file holds the sorted hashes of a part's rows."""
    ends = np.array([at * (2**64 // _RANGES) for at in range(1, _RANGES)], np.uint64)
    cuts = [[0, *np.searchsorted(np.load(one, mmap_mode="r"), ends).tolist(), None] for one in places]

    def in_range(at: int) -> int:  # opened anew each time, so that what was looked at need not stay
        mine = np.sort(np.concatenate([np.load(one, mmap_mode="r")[cut[at] : cut[at + 1]] for one, cut in zip(places, cuts, strict=True)]))
        return int((mine[1:] == mine[:-1]).sum())

    with ThreadPoolExecutor(cores()) as pool:
        return sum(pool.map(in_range, range(_RANGES)))


def _settled(place: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk that is not asked this way
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
