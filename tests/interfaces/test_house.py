"""House: nothing is shared between two houses."""

from __future__ import annotations

from justenough.archive.workspace import Workspace
from justenough.interfaces.web.house import House, Serving


def test_each_start_has_a_secret_of_its_own(tmp_path):
    with Workspace.open(tmp_path / "w", database="") as kept:
        first, second = House(kept, Serving(local=True)), House(kept, Serving(local=True))
        assert first.secret != second.secret
        assert len(first.secret) == 32
        assert first.secret.hex() not in repr(first)
