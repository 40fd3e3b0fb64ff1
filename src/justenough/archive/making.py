"""Making: a new plan of what is on record, made and saved by another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from justenough.archive.aside import aside
from justenough.archive.workspace import Workspace
from justenough.strategy.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTEAD = "no plan was saved. Make it by a command, which may take all of the memory: justenough recommend."


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
    before = workspace.plan_entry().settings if workspace.latest() else {}
    chosen = Settings.from_dict({**before, **settings})
    return aside(_made, str(workspace.path), workspace.records.database, chosen, author, instead=INSTEAD)


def _made(folder: str, database: str, settings: Settings, author: str) -> str:
    from justenough.strategy.decide import recommend
    from justenough.strategy.kept import Kept

    with Workspace.open(folder, create=False, database=database) as kept:
        found = Kept(kept.found)
        saved = kept.save(recommend(kept.plant(), settings, found, author=author))
        found.tidy()
    return saved
