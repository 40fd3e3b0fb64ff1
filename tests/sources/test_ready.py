"""Exports that a profile which comes along already reads are known by their files and headers."""

from __future__ import annotations

import pytest

from justenough.sources.drafting import draft
from justenough.sources.ready import ready_for
from justenough.sources.samples import sample_folder


@pytest.mark.parametrize("folder", ["adventureworks_erp", "carparts", "azure_pdm", "bottling_line_downtime", "oil_refinery_spares"])
def test_real_exports_are_known(folder, shared_data):
    assert ready_for(shared_data / folder, {})[0] == folder


def test_canonical_files_are_known_and_strange_ones_not(tmp_path):
    assert draft(sample_folder("bearings")).ready[0] == "canonical"
    (tmp_path / "spares.csv").write_text("Material,2026-01-01,2026-02-01,2026-03-01\nA,1,2,3\n")  # the refinery's name, not its columns
    assert ready_for(tmp_path, {}) == ()
