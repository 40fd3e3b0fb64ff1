"""Making: refused before another process is asked; see `test_plans_api` for a plan made."""

from __future__ import annotations

import pytest

from justenough.archive.making import made
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.errors import SettingsError


def test_what_cannot_be_made_says_why(tmp_path):
    with Workspace.open(tmp_path / "w", database="") as kept:
        with pytest.raises(SettingsError, match="no_such"):
            made(kept, {"no_such": 1}, "Ana")
        with pytest.raises(SettingsError, match="on its own computer"):
            made(kept, {"engine": {"name": "dask", "address": "tcp://elsewhere.example:8786"}}, "Ana")
        with pytest.raises(WorkspaceError, match="nothing was imported yet"):
            made(kept, {"holding_rate": 0.2}, "Ana")
        assert kept.plans() == []


def test_how_far_it_is_can_be_asked(tmp_path):
    from justenough.archive.making import ADVANCE, Advance, advance_of

    with Workspace.open(tmp_path / "w", database="") as kept:
        assert advance_of(kept) == Advance()
        (kept.path / ADVANCE).write_text("nonsense", encoding="utf-8")
        assert advance_of(kept) == Advance()
        (kept.path / ADVANCE).write_text("3 8", encoding="utf-8")
        assert advance_of(kept) == Advance(3, 8)
