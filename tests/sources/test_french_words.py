"""French words: heads of parts lists, machines and orders as a French export writes them, each taken for one column."""

from __future__ import annotations

import re

import pytest

from justenough.sources.looking import Look
from justenough.sources.vocabulary import WORDS, plain_words

EXPORTS = {  # table: heads, by the columns they are
    "events": {"machine": "Poste de charge", "start": "Début", "end": "Fin", "reason": "Motif d'arrêt"},
    "counts": {"machine": "Centre de travail", "total": "Pièces produites", "good": "Pièces bonnes"},
    "items": {"item": "N° article", "unit_cost": "PMP", "lot_multiple": "Colisage", "current_reorder_point": "Seuil d'alerte"},
    "receipts": {"order": "N° commande achat", "order_line": "N° ligne", "ordered": "Date cde", "quantity_rejected": "Qté refusée"},
}


@pytest.mark.parametrize("table", EXPORTS)
def test_a_head_is_the_column_that_a_frenchman_means(table, tmp_path):
    heads = EXPORTS[table]
    (tmp_path / "a.csv").write_text(";".join(heads.values()) + "\n" + ";".join("1" for _ in heads) + "\n", encoding="utf-8")
    taken = Look(tmp_path / "a.csv", "a.csv", 1).columns(table)
    assert {column: taken.get(column) for column in heads} == heads


@pytest.mark.parametrize("table", EXPORTS)
def test_no_head_is_two_columns_of_a_table(table):
    for column, head in EXPORTS[table].items():
        assert [other for other, pattern in WORDS[table].items() if re.fullmatch(pattern, plain_words(head))] == [column]


def test_the_number_of_a_document_is_no_item():
    assert not re.fullmatch(WORDS["items"]["item"], plain_words("N° pièce"))
    assert re.fullmatch(WORDS["items"]["item"], plain_words("N° article"))
