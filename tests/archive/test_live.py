"""Who listens for a workspace is alone."""

from __future__ import annotations

import pytest

from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace

pytestmark = pytest.mark.usefixtures("on_both")


def test_one_listener_a_workspace(tmp_path):
    with Workspace.open(tmp_path / "w") as one, Workspace.open(tmp_path / "w") as other:
        with one.live().listening(), pytest.raises(WorkspaceError, match="another process is listening"), other.live().listening():
            pass
        with other.live().listening():
            pass
