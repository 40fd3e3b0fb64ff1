"""Encodings: the head of an export read as the country that wrote it reads it."""

import gzip

import pytest

from justenough.sources.drafting import answered, draft
from justenough.sources.encodings import ENCODINGS, how_it_reads, likeliest
from justenough.sources.profiles import Profile
from justenough.sources.read import read

POLISH = "Obroty magazynowe\n\nKod towaru;Data;Ilość;J.m.\nŚR-1;05.01.2026;1\u00a0250,5;kg\nŚR-1;12.01.2026;20;kg\n"


def test_every_encoding_offered_is_one_that_python_knows():
    for one in ENCODINGS:
        assert "a;b".encode(one).decode(one) == "a;b"


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "cp852"])
def test_a_head_is_read_where_its_words_are_known(encoding, tmp_path):
    path = tmp_path / "ruchy.csv"
    path.write_bytes(POLISH.encode(encoding))
    assert POLISH.encode(encoding).decode(likeliest(path)) == POLISH
    packed = tmp_path / "ruchy.csv.gz"
    packed.write_bytes(gzip.compress(POLISH.encode(encoding)))
    assert likeliest(packed) == likeliest(path)


def test_what_no_word_tells_apart_is_read_as_latin(tmp_path):
    path = tmp_path / "items.csv"
    path.write_bytes("Artikel;Bezeichnung\nA;Stößel\n".encode("cp1252"))
    assert likeliest(path) == "latin-1"
    assert "As cp1252" not in how_it_reads(path)  # ö and ß stand at the same place in both
    path.write_bytes(POLISH.encode("cp1250"))
    assert how_it_reads(path).endswith("As cp1252 a word in it is 'Iloœæ', as cp1250 'Ilość'.")
    path.write_bytes("Kod;Może być;Ilość\n".encode("cp1250"))  # ¿ is no letter, and still no end of a word
    assert how_it_reads(path).endswith("As cp1252 a word in it is 'Mo¿e', as cp1250 'Może'.")
    path.write_bytes("Kod;Źródło\n".encode("cp1250"))  # Ź is no sign of cp1252
    assert "As cp1252" not in how_it_reads(path)


def test_a_polish_ledger_is_drafted_and_read(tmp_path):
    """Titles above the head, cp1250, thousands with a no-break space; without the head's letters it would be no demand."""
    (tmp_path / "ruchy.csv").write_bytes(POLISH.encode("cp1250"))
    drafted = draft(tmp_path / "ruchy.csv")
    assert {"encoding", "decimal", "demand_period"} <= {one.key for one in drafted.questions}
    said = {"currency": "PLN", "demand_period": "week", "encoding": "cp1250", "decimal": ","}
    plant = read(tmp_path, Profile.from_toml(answered(draft(tmp_path / "ruchy.csv", said=said), said)))
    assert plant.demand.sort("date").select("item", "quantity").rows() == [("ŚR-1", 1250.5), ("ŚR-1", 20.0)]
