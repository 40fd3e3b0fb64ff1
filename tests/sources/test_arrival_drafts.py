"""A file of arrivals is joined to the order lines it belongs to, and to no others."""

from __future__ import annotations

import pytest

from justenough.sources.arrival_drafts import arrivals
from justenough.sources.looking import Look

ORDERS = (
    "Nr. documento;Nr. fornitore;Nr. articolo;Quantità;Data ordine\nOA1;F1;A;20;2026-01-05\nOA1;F1;B;10;2026-01-05\nOA2;F1;A;5;2026-02-02\n"
)
CAME = "Nr. documento;Nr. ordine;Nr. fornitore;Nr. articolo;Quantità;Data di registrazione\n"
ROWS = "C1;OA1;F1;A;20;2026-01-20\nC2;OA1;F1;B;10;2026-01-21\n"


def joined(folder, orders, came):
    for name, text in (("orders.csv", orders), ("came.csv", came)):
        (folder / name).write_text(text, encoding="utf-8")
    return arrivals(Look(folder / "orders.csv", "orders.csv", 1), [Look(folder / "came.csv", "came.csv", 1)])


def test_arrivals_are_joined_by_the_number_that_is_the_orders(tmp_path):
    """Both of their columns are called numbers; the documents' own are in no order."""
    found = joined(tmp_path, ORDERS, CAME + ROWS)
    assert found is not None
    assert found.join == '{ file = "came", on = "Nr. documento", to = "Nr. ordine", also = ["Nr. articolo"], every = true }'
    assert found.columns == {"received": '"came.Data di registrazione"', "quantity_received": '"came.Quantità"'}
    assert found.leave_out == ""


def test_what_was_sent_back_is_left_out(tmp_path):
    found = joined(tmp_path, ORDERS, CAME + ROWS + "R1;OA1;F1;A;-2;2026-01-22\n")
    assert found is not None
    assert found.leave_out == 'leave_out = [{ column = "came.Quantità", at_most = 0, why = "sent back to the supplier" }]'


@pytest.mark.parametrize(
    ("orders", "came"),
    [
        (ORDERS + "OA1;F1;A;7;2026-01-05\n", CAME + ROWS),  # two lines of one order and item: which of them came?
        (ORDERS, CAME + ROWS.replace("OA", "PO")),  # arrivals of other orders
        (ORDERS, CAME.replace("Nr. articolo", "Articolo") + ROWS),  # the item has another name there
        (ORDERS, CAME.replace("Nr. fornitore", "Operatore") + ROWS),  # postings that name no supplier
    ],
)
def test_where_a_line_cannot_be_told_nothing_is_joined(tmp_path, orders, came):
    assert joined(tmp_path, orders, came) is None
