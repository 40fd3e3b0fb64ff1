"""Live: the part of a workspace that keeps what machines say, and the lock of the one who listens."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.archive.journal import Journal
from justenough.archive.place import WorkspaceError
from justenough.archive.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justenough.archive.facts import Facts
    from justenough.archive.place import Place
    from justenough.archive.records import Records
    from justenough.domain.plant import Plant


@dataclass(frozen=True, slots=True)
class Live:
    """What machines say while they run, in one workspace."""

    place: Place
    records: Records
    facts: Facts

    @property
    def journal(self) -> Journal:
        """Where readings are kept row by row."""
        return Journal(self.records)

    def settling(self, plant: Plant) -> Settling:
        """Settles the journal into the tables, under the plant's terms."""
        return Settling(self.place, self.records, self.facts, plant.terms)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """
        Be the only one who listens for this workspace; a killed process gives the lock back.

        Raises
        ------
        WorkspaceError
            Another process listens.
        """
        descriptor = os.open(self.place.folder / "listener.lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkspaceError(
                    f"{self.place.folder}: another process is listening for this workspace. Stop that one, or name another workspace."
                ) from None
            yield
        finally:
            os.close(descriptor)
