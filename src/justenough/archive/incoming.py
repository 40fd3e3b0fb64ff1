"""Incoming: exports that were sent, before they are kept: staged, drafted, checked as a whole."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justenough.archive.aside import TakesTooMuch, aside
from justenough.archive.errands import Errands, Found
from justenough.archive.place import WorkspaceError
from justenough.archive.source_names import source_of
from justenough.archive.stamps import terms_of
from justenough.sources.drafting import Draft, Question, answered, draft
from justenough.sources.folder import ENDINGS
from justenough.sources.profiles import Profile, shipped, shipped_text
from justenough.sources.read import Imported, import_from
from justenough.sources.remapping import mapping_of, remapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from justenough.archive.entries import ImportReceipt
    from justenough.archive.workspace import Workspace

NAME = re.compile(r"\w[\w .,()+-]{0,149}")
TOKEN = re.compile(r"[0-9a-f]{16}")
MOST_FILES = 100
MOST_WAITING = 200  # exports; what they take on the disk is never more than what is left free
KEPT_SECONDS = 7 * 86_400.0  # a staged export that nobody kept is thrown away after so long
DRAFTED = ""  # read by the profile that was drafted, not by one that comes along
TERMS = "plant.toml"
OF_THE_PLANT = ("currency", "demand_period", "returns")  # questions that its other sources may have answered


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How a staged export is to be read.

    By a ``profile`` that comes along, or by the drafted ``toml`` with these answers; ``source`` is what it is an export of: kept under
    a name that is known it replaces what was kept under it, else it stands beside that.
    """

    source: str = ""
    profile: str = DRAFTED
    toml: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staged:
    """An export that was sent: its files, the draft made of it (None where it looks like nothing known), and how it is to be read."""

    token: str
    folder: Path
    files: tuple[str, ...]
    draft: Draft | None
    fault: str
    plan: Plan

    @property
    def profile_text(self) -> str:
        """The drafted profile with every answer given; raises `ProfileError` for those that are open."""
        assert self.draft is not None
        return answered(Draft(self.plan.toml, self.draft.questions), self.plan.answers)


class Incoming:
    """Staged exports of one workspace; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.path / "incoming"
        self._errands = Errands()
        self._turn = threading.Lock()

    def stage(self, files: Iterable[tuple[str, BinaryIO]]) -> str:
        """
        Put sent files aside and draft a profile; gives the export's token.

        Raises
        ------
        WorkspaceError
            For no file, a name that is none, one of a kind that cannot be read, or one that takes too much to read; where too much
            waits already. Nothing is put aside then.
        """
        self._throw_away_old()
        sent = list(files)
        if not 1 <= len(sent) <= MOST_FILES:
            raise WorkspaceError(
                f"{f'{len(sent)} files were' if sent else 'No file was'} sent; choose the export's files, {MOST_FILES} at most."
            )
        token = secrets.token_hex(8)
        folder = self._folder / token / "files"
        try:
            with self._turn:
                self._room_for(sum(_size(content) for _, content in sent))
                folder.mkdir(parents=True)
                for name, content in sent:
                    _place(folder, name, content)
            self._draft(token, folder)
        except BaseException:
            shutil.rmtree(folder.parent, ignore_errors=True)
            raise
        return token

    def staged(self, token: str) -> Staged:
        """
        A staged export.

        Raises
        ------
        WorkspaceError
            There is none of that token (any more).
        """
        said = self._said(token)
        files = tuple(sorted(one.name for one in (self._folder / token / "files").iterdir()))
        told = said["draft"]
        found = None
        if told:
            questions = tuple(_put(one) for one in told["questions"])
            passed, columns = tuple(told["unused_files"]), tuple(told["unused_columns"])
            notes, ready = tuple(told.get("notes", ())), tuple(told.get("ready", ()))
            found = Draft(told["toml"], questions, passed, columns, notes, ready, told.get("samples", {}))
        return Staged(token, self._folder / token / "files", files, found, said["fault"], Plan(**said["plan"]))

    def answer(
        self,
        token: str,
        profile: str,
        answers: Mapping[str, str],
        columns: Mapping[str, Mapping[str, str]],
        toml: str = "",
        source: str = "",
    ) -> None:
        """Say how a staged export is to be read: a profile that comes along, or answers, columns and, where given, text and source."""
        staged = self.staged(token)
        kept_profile(self._workspace, source or staged.plan.source)  # refuses a name that is none
        if profile != DRAFTED and profile not in shipped():
            raise WorkspaceError(f"There is no profile {profile!r}; there are {', '.join(shipped())}.")
        text = toml or staged.plan.toml
        if text != staged.plan.toml:  # what was written by hand goes before what was chosen
            mapping_of(text)
            columns = {}
        for table, chosen in columns.items():
            text = remapped(text, table, chosen)
        said = self._said(token)
        said["plan"] = asdict(Plan(source or staged.plan.source, profile, text, dict(answers)))
        self._say(token, said)

    def check(self, token: str, *, wait: bool = False) -> None:
        """Begin to read and check a staged export; `checked` gives what was found."""
        staged = self.staged(token)
        self._errands.begin(token, lambda: aside(_read, staged), wait=wait)

    def checked(self, token: str) -> Found:
        """An `Imported`, or why there is none."""
        found = self._errands.last(token)
        return replace(found, why=_placeless(found.why, self._folder / token / "files"))

    def keep(self, token: str, author: str) -> ImportReceipt:
        """
        Keep a checked export in the workspace, and its profile beside it.

        Raises
        ------
        WorkspaceError
            It was not checked as it is to be read now.
        """
        imported: Imported | None = self.checked(token).value
        if imported is None:
            raise WorkspaceError("This export was not checked yet. Check it first, then keep it.")
        staged = self.staged(token)
        receipt = self._workspace.import_(imported, author=author, source=staged.plan.source)
        drafted = staged.plan.profile == DRAFTED
        keep_profile(self._workspace, receipt.source, staged.profile_text if drafted else shipped_text(staged.plan.profile))
        self.forget(token)
        return receipt

    def forget(self, token: str) -> None:
        """Throw a staged export away."""
        self._said(token)
        shutil.rmtree(self._folder / token, ignore_errors=True)

    def _draft(self, token: str, folder: Path) -> None:
        from justenough.domain.errors import JustenoughError

        live = [one for one in self._workspace.imports() if one.status == "live"]
        said: dict[str, Any] = {"draft": None, "fault": "", "plan": asdict(Plan(source_of([one.name for one in folder.iterdir()], live)))}
        if (folder / TERMS).is_file():
            said["plan"]["profile"] = "canonical"
        try:
            found = aside(draft, folder, terms_of(live[-1]) if live else None)
            said["draft"] = asdict(found)
            said["plan"]["toml"] = found.toml
            said["plan"]["profile"] = found.ready[0] if found.ready else said["plan"]["profile"]
        except TakesTooMuch:
            raise
        except JustenoughError as error:
            said["fault"] = _placeless(str(error), folder)
        self._say(token, said)

    def _said(self, token: str) -> dict[str, Any]:
        path = self._folder / token / "said.json"
        if not TOKEN.fullmatch(token) or not path.is_file():
            raise WorkspaceError("There is no such export waiting here; it was kept, thrown away or forgotten. Send its files again.")
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return said

    def _say(self, token: str, said: Mapping[str, Any]) -> None:
        path = self._folder / token / "said.json"
        making = path.with_suffix(".making")
        making.write_text(json.dumps(said), encoding="utf-8")
        making.rename(path)

    def _room_for(self, n_bytes: int) -> None:
        """Refuse more than there is room for: whoever may send must not be able to fill the disk that decisions are written to."""
        self._folder.mkdir(exist_ok=True)
        waiting = [sum(_length(file) for file in one.rglob("*")) for one in self._folder.iterdir()]
        if len(waiting) < MOST_WAITING and sum(waiting) + n_bytes <= shutil.disk_usage(self._folder).free - n_bytes:
            return
        raise WorkspaceError(
            f"{len(waiting)} exports of {sum(waiting) / 1e6:,.0f} MB wait here to be kept, and there is no room for more; nothing was "
            f"taken in. Keep them or throw them away; what nobody keeps goes by itself after {KEPT_SECONDS / 86_400:.0f} days."
        )

    def _throw_away_old(self) -> None:
        for one in self._folder.iterdir() if self._folder.is_dir() else ():
            if one.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(one, ignore_errors=True)


def _put(one: Mapping[str, Any]) -> Question:
    """A question as the page puts it; what a header says of a column no longer holds where another column is chosen."""
    return Question(one["key"], one["text"], tuple(one["choices"]), one.get("said", "") if one["key"] in OF_THE_PLANT else "")


def kept_profile(workspace: Workspace, source: str) -> Path:
    """Where the profile lies by which an export of that source was read here."""
    if not NAME.fullmatch(source):
        raise WorkspaceError(f"A source cannot be called {source!r}: use letters, digits, spaces and . , ( ) + -")
    return workspace.path / "profiles" / f"{source}.toml"


def keep_profile(workspace: Workspace, source: str, text: str) -> None:
    """Keep the profile by which an export of that source was read, so that its quarantine can be read again."""
    (place := kept_profile(workspace, source)).parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")


def _size(content: BinaryIO) -> int:
    n_bytes = content.seek(0, os.SEEK_END)
    content.seek(0)
    return n_bytes


def _length(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # it was kept or thrown away meanwhile
        return 0


def _placeless(said: str, folder: Path) -> str:
    """What is told to whoever sent an export, without where it lies on this computer."""
    return said.replace(str(folder), "This export")


def _place(folder: Path, name: str, content: BinaryIO) -> None:
    """Put one file into the folder, under its own last name only."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    if not NAME.fullmatch(plain) or not (plain.lower().endswith(ENDINGS) or plain == TERMS):
        raise WorkspaceError(f"{plain[:80]!r} cannot be read: expected a file that ends in {', '.join(ENDINGS)}, or {TERMS}.")
    if (folder / plain).exists():
        raise WorkspaceError(f"{plain!r} was sent twice; files of one export have different names.")
    with (folder / plain).open("wb") as place:
        shutil.copyfileobj(content, place, 1 << 20)


def _read(staged: Staged) -> Imported:
    if staged.plan.profile != DRAFTED:
        return import_from(staged.folder, staged.plan.profile)
    if staged.draft is None:
        raise WorkspaceError(staged.fault)
    return import_from(staged.folder, Profile.from_toml(staged.profile_text, "the profile"))
