"""Arrivals: receipts that do not tell what came, and what was rejected of it."""

from justenough.sources.read import import_from


def test_rejects_without_one_good_lot_are_told_of(tmp_path):
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days\nA,12,5\n")
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026-01-05,3\nA,2026-01-06,4\n")
    head, rows = "order,item,ordered,received,quantity_received,quantity_rejected\n", ["5", "", "", ""]
    for good in ("", "0"):  # in the second round the last lot was inspected and found good
        rows[-1] = good
        lines = [f"{at},A,2026-01-0{at},2026-01-09,100,{rejected}\n" for at, rejected in enumerate(rows, 1)]
        (tmp_path / "receipts.csv").write_text(head + "".join(lines))
        (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
        told = [one.found for one in import_from(tmp_path, "canonical").notices if one.column == "quantity_rejected"]
        assert told == ([] if good else ["nothing in 3 receipts, and more than 0 in all others"])


def test_orders_of_which_none_came_are_told_of(tmp_path):
    """A list of purchase orders without the day of receipt: 2 open orders and no lead time."""
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days\nA,12,5\n")
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026-01-05,3\nA,2026-01-06,4\n")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    for last in ("", "2026-01-09"):
        (tmp_path / "receipts.csv").write_text(f"order,item,ordered,received\n1,A,2026-01-02,\n2,A,2026-01-03,{last}\n")
        told = [one.found for one in import_from(tmp_path, "canonical").notices if one.column == "received"]
        assert told == ([] if last else ["nothing in any of 2 rows"])
