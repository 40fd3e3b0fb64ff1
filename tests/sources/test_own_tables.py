"""Own tables: files in our own names beside an export are taken; those that only look like it are not."""

from __future__ import annotations

import shutil

from justenough.domain.plant import Terms
from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

FLOOR = ("machines", "calendar", "events", "counts", "reasons", "stations", "buffers", "routing")
TERMS = Terms("EUR", "week", "ignore")


def floor(folder):
    for name in FLOOR:
        (path,) = sample_folder("bearings").glob(f"{name}.csv*")
        shutil.copy(path, folder / path.name)


def test_a_floor_in_our_names_is_read_as_its_own_profile_reads_it(tmp_path):
    """Against the profile that names every table, and with what the plant's other sources declare."""
    floor(tmp_path)
    drafted = draft(tmp_path, TERMS)
    assert (drafted.unused_files, {one.key for one in drafted.questions} - {"ideal_cycle_seconds_unit"}) == ((), {"currency"})
    profile = Profile.from_toml(answered(drafted, {}))
    assert profile.terms == TERMS
    found = import_from(tmp_path, profile)
    shutil.copy(sample_folder("bearings") / "plant.toml", tmp_path)
    whole = import_from(sample_folder("bearings"), "canonical")
    for name in FLOOR:
        theirs = whole.tables[name].select(found.tables[name].columns)
        assert found.tables[name].drop("__file__").equals(theirs.drop("__file__")), name
    assert not found.quarantine.height


def test_another_name_or_another_column_is_not_ours(tmp_path):
    (tmp_path / "stations.csv").write_text("line,position,machine,colour\nA,1,PRS,red\n")
    (tmp_path / "spares_of_june.csv").write_text("item,machine,installed\nA,PRS,2\nA,MIL,1\n")
    (tmp_path / "items.csv").write_text("item,unit_cost\nA,2\n")
    drafted = draft(tmp_path)
    assert "spares_of_june.csv" in drafted.unused_files
    assert "[tables.stations]" not in drafted.toml
