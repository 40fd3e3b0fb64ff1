"""Making: a new plan of what is on record, made and saved by another process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justenough.archive.aside import aside
from justenough.archive.workspace import Workspace
from justenough.domain.errors import SettingsError
from justenough.strategy.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

ADVANCE = "making.txt"  # in the workspace's folder: how far the process is that makes a plan
INSTEAD = "no plan was saved. Make it by a command, which may take all of the memory: justenough recommend."


@dataclass(frozen=True, slots=True)
class Advance:
    """Items sized of those there are; both 0 before the first is."""

    done: int = 0
    of: int = 0


def made(workspace: Workspace, settings: Mapping[str, Any], author: str) -> str:
    """
    Make a plan and save it; gives its id.

    Parameters
    ----------
    settings
        As in a TOML file of settings; what is left out is as in the latest plan, or as by default where there is none.

    Raises
    ------
    SettingsError
        A setting that is not known or cannot be meant.
    TakesTooMuch
        It needs more memory than one errand is given.
    """
    chosen = settings_of(workspace, settings)
    (workspace.path / ADVANCE).unlink(missing_ok=True)
    return aside(_made, str(workspace.path), workspace.records.database, chosen, author, instead=INSTEAD)


def settings_of(workspace: Workspace, settings: Mapping[str, Any]) -> Settings:
    """What a plan would be made by, so that a wrong setting is refused before anything is begun; see `made`."""
    if "engine" in settings:  # it names an address, and whoever may ask for a plan may not send this computer to any
        raise SettingsError("engine: a server makes its plans on its own computer. Leave it out, or use a command: justenough recommend.")
    before = workspace.plan_entry().sized_by.to_dict() if workspace.latest() else {}
    before.pop("engine", None)
    return Settings.from_dict({**before, **settings})


def advance_of(workspace: Workspace) -> Advance:
    """How far the plan is that is being made, or was made last."""
    try:
        done, of = (workspace.path / ADVANCE).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return Advance()
    return Advance(int(done), int(of))


def _made(folder: str, database: str, settings: Settings, author: str) -> str:
    from justenough.archive.long_plant import plant_to_size
    from justenough.strategy.decide import recommend
    from justenough.strategy.kept import Kept

    with Workspace.open(folder, create=False, database=database) as kept:
        found = Kept(kept.found, told=lambda progress: _say(Path(folder), progress.done, progress.of))
        saved = kept.save(recommend(plant_to_size(kept), settings, found, author=author))
        found.tidy()
    return saved


def _say(folder: Path, done: int, of: int) -> None:
    making = folder / f"{ADVANCE}.making"
    making.write_text(f"{done} {of}", encoding="utf-8")
    making.rename(folder / ADVANCE)
