"""Scenarios: what was supposed and what came of it, kept by name; each a file that is whole or not there."""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from justenough.archive.place import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = re.compile(r"[\w][\w .,%+-]{0,79}")


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The scenarios of one workspace, in a folder of their own."""

    folder: Path

    def save(self, name: str, content: Mapping[str, Any]) -> None:
        """
        Keep a scenario under its name; one of that name is replaced.

        The file is written beside its place, put on the disk and then moved there in one step, so that a process killed
        at any moment leaves the old one or the new one.

        Raises
        ------
        WorkspaceError
            For a name that no file can have.
        """
        path = self._path(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        entry = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)

    def names(self) -> list[str]:
        """Names of all that are kept, sorted."""
        return sorted(path.stem for path in self.folder.glob("[!.]*.json")) if self.folder.is_dir() else []

    def read(self, name: str) -> dict[str, Any]:
        """
        One of them.

        Raises
        ------
        WorkspaceError
            If there is none of that name; says which there are.
        """
        path = self._path(name)
        if not path.is_file():
            known = ", ".join(self.names()) or "none yet"
            raise WorkspaceError(f"there is no scenario {name!r} in this workspace; there are: {known}.")
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name) or name.endswith((" ", ".")):
            raise WorkspaceError(f"a scenario cannot be called {name!r}: use up to 80 letters, digits, spaces and . , % + -")
        return self.folder / f"{name}.json"
