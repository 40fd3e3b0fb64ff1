"""Written plans: one file, however many ask at once; none where writing it failed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from harmful import append_line, refuse_file

from justenough.archive.shelves import FOLDER
from justenough.archive.workspace import Workspace
from justenough.archive.written_plans import WrittenPlans
from justenough.domain.errors import ImportFailed


def test_it_is_written_once_and_whole(tmp_path):
    with Workspace.open(tmp_path / "w", database="") as kept:
        (kept.path / FOLDER / "p").mkdir(parents=True)
        written, found = WrittenPlans(kept), list[Path]()
        askers = [threading.Thread(target=lambda: found.append(written.file("p", "csv", append_line))) for _ in range(3)]
        for one in askers:
            one.start()
        for one in askers:
            one.join()
        assert {path.read_text() for path in found} == {"p\n"}
        with written._turns[found[0]]:  # as if it were being written: who asks for what is there does not wait
            assert written.file("p", "csv", append_line) == found[0]
            assert written.file("p", "parquet", append_line).read_text() == "p\n", "nor for another file"
        with pytest.raises(ImportFailed):
            written.file("p", "xlsx", refuse_file)
        assert sorted(os.listdir(kept.path / FOLDER / "p")) == ["plan.csv", "plan.parquet"]  # noqa: PTH208
