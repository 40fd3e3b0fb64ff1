"""Stamps tell two imports apart by bytes, profile and terms, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

from justenough.archive.stamps import digest_of, new_id, profile_text, terms_of
from justenough.archive.workspace import Workspace
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder


def test_digest_sees_bytes_profile_and_terms():
    one = import_from(sample_folder("retail"), "canonical")
    text = profile_text(one.profile)
    assert digest_of(one, text) == digest_of(import_from(sample_folder("retail"), "canonical"), text)
    changed = (replace(one.files[0], sha256="0" * 64), *one.files[1:])
    assert digest_of(replace(one, files=changed), text) != digest_of(one, text)
    assert digest_of(replace(one, files=one.files[::-1]), text) == digest_of(one, text)
    assert digest_of(one, profile_text(Profile("other", {}, {}))) != digest_of(one, text)
    assert digest_of(replace(one, terms=replace(one.terms, currency="EUR")), text) != digest_of(one, text)


def test_ids_never_repeat():
    assert len({new_id() for _ in range(500)}) == 500


def test_terms_come_back(tmp_path):
    imported = import_from(sample_folder("retail"), "canonical")
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(imported)
        assert terms_of(workspace.imports()[0]) == imported.terms
