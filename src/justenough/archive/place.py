"""Place: the folder a workspace lives in, and the locks that keep processes out of each other's way."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from justenough.domain.address import Address


class WorkspaceError(JustenoughError):
    """The folder cannot be used as a workspace, or what was asked does not fit what it holds."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where each part of a workspace lies.

    The lock file is the first thing made and so also the mark that the folder is (or is becoming) ours.
    Locks are the operating system's (``flock``): a killed process gives them back.

    Parameters
    ----------
    folder
        Here: locks, records, and what need not be kept.
    tables
        Folder of facts and plans where it is another one: in an object store.
    """

    folder: Path
    tables: Address | None = None

    @property
    def mark(self) -> Path:
        """Lock held while the workspace is created or brought up to date."""
        return self.folder / "workspace.lock"

    @property
    def writers(self) -> Path:
        """Lock shared by whoever is between writing facts and recording them."""
        return self.folder / "writers.lock"

    @property
    def records(self) -> Path:
        """The SQLite file."""
        return self.folder / "records.db"

    @property
    def elsewhere(self) -> Path:
        """Says that the records lie in a database, and in which one by its identity."""
        return self.folder / "records.elsewhere"

    @property
    def tables_elsewhere(self) -> Path:
        """Says that facts and plans lie in an object store, and where."""
        return self.folder / "tables.elsewhere"

    @property
    def facts(self) -> Path | Address:
        """Folder of the Delta tables of facts."""
        return (self.tables or self.folder) / "facts"

    @property
    def plans(self) -> Path | Address:
        """Folder of the Delta tables of plans."""
        return (self.tables or self.folder) / "plans"

    @property
    def found(self) -> Path:
        """Folder of what was found of each item and need not be looked for again; it may be deleted at any time."""
        return self.folder / "found"

    @property
    def is_workspace(self) -> bool:
        """Whether a workspace was finished here."""
        return self.mark.is_file() and (self.records.is_file() or self.elsewhere.is_file())

    def claim(self) -> None:
        """Make the folder ours; an existing folder with other things in it is refused."""
        if self.mark.is_file():
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            foreign = sorted(entry.name for entry in self.folder.iterdir() if entry.name not in (self.mark.name, self.writers.name))
        except OSError as error:
            raise WorkspaceError(
                f"{self.folder}: cannot hold a workspace: {error.strerror}. Name a folder that can be written to."
            ) from error
        if foreign and not self.mark.is_file():  # another process may just have claimed it
            raise WorkspaceError(
                f"{self.folder}: is not a workspace and not empty (holds {', '.join(foreign[:3])}"
                f"{', ...' if len(foreign) > 3 else ''}). Name a new or an empty folder; nothing was changed."
            )
        with self.alone():
            pass

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the workspace's creation lock."""
        with _held(self.mark, fcntl.LOCK_EX):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say that rows may lie here that no record speaks of yet; many may hold this at once."""
        with _held(self.writers, fcntl.LOCK_SH):
            yield

    @contextmanager
    def nobody_writing(self) -> Iterator[bool]:
        """Whether no process is writing; if so none starts while this is held."""
        with _free(self.writers) as free:
            yield free

    @property
    def arriving(self) -> Path:
        """Folder of imports that are checked part by part and are not recorded yet."""
        return self.folder / "arriving"

    @contextmanager
    def receiving(self) -> Iterator[bool]:
        """Whether nobody takes in a long export; if so nobody begins while this is held."""
        with _free(self.folder / "arriving.lock") as free:
            yield free

    @contextmanager
    def reviewing(self) -> Iterator[bool]:
        """Whether nobody reviews by itself; if so nobody begins while this is held."""
        with _free(self.folder / "review.lock") as free:
            yield free


@contextmanager
def _free(path: Path) -> Iterator[bool]:
    """Whether a lock was free; if so it is ours."""
    descriptor = _opened(path)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise WorkspaceError(f"{path.parent}: cannot be written to: {error.strerror}. Check who owns the folder.") from error
