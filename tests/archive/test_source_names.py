"""Source names: a newer export of the same files goes by the same name, any other by one of its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from justenough.archive.source_names import source_of


def entry(source, *files, corrects=""):
    return SimpleNamespace(source=source, corrects=corrects, files=[SimpleNamespace(file=one) for one in files])


ERP = entry("erp", "material.csv", "usage.csv")


@pytest.mark.parametrize(
    ("names", "live", "source"),
    [
        (["usage.csv", "material.csv"], [], "material"),
        (["usage.csv"], [ERP], "erp"),
        (["machines.csv", "plant.toml"], [ERP], "machines"),
        (["erp.xlsx"], [ERP], "erp 2"),
        (["usage.csv"], [entry("other", "usage.csv", corrects="1"), ERP], "erp"),
        (["§§.csv"], [], "export"),
        (["plant.toml"], [entry("erp", "material.csv", "plant.toml")], "export"),
    ],
)
def test_what_files_are_an_export_of(names, live, source):
    assert source_of(names, live) == source
