"""Returning: how an export names and writes the levels of its items, so that what goes back reads like what came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEVELS = ("current_safety_stock", "current_reorder_point", "current_max")


@dataclass(frozen=True, slots=True)
class Wording:
    """
    Names and signs of an export's items file.

    Parameters
    ----------
    names
        The export's column by canonical column: the item, and each level it has a column for.
    delimiter, decimal, encoding
        As the export's file has them; empty where the profile leaves them to be looked for.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    decimal: str = "."
    encoding: str = ""

    @property
    def complete(self) -> bool:
        """Whether a level can be said in it at all."""
        return "item" in self.names and len(self.names) > 1


def wording_of(profile: Mapping[str, Any]) -> Wording:
    """
    How an export by this profile names its items and their levels.

    Columns that are computed or taken on some rows only are left out: a level written there would not come back as it was.

    Parameters
    ----------
    profile
        As an import keeps it, in plain words (`justenough.archive.entries.ImportEntry.profile`).
    """
    spec = profile.get("tables", {}).get("items")
    if spec is None:
        return Wording()
    file = profile.get("files", {}).get(spec["file"], {})
    same = {name: name for name in ("item", *LEVELS)} if spec["same_names"] else {}
    said = {name: column for name in ("item", *LEVELS) if (column := _plain(spec["columns"].get(name, ())))}
    return Wording({**same, **said}, file.get("delimiter", ""), file.get("decimal", "."), file.get("encoding", ""))


def _plain(sources: Sequence[Mapping[str, Any]]) -> str:
    one = sources[0] if len(sources) == 1 else None
    if one is None or any(one[name] for name in ("per", "times", "when", "value")) or "." in one["column"]:
        return ""
    return str(one["column"])
