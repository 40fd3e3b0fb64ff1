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


def test_an_outage_without_an_end_is_told_of_where_its_supplier_delivers(tmp_path):
    """Ordered before it began, or never come, proves nothing; a supplier is the receipt's own, else the item's."""
    (tmp_path / "items.csv").write_text("item,supplier,unit_cost,lead_time_days\nA,S1,12,5\nB,S2,3,5\n")
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026-01-05,3\nB,2026-01-06,4\n")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    head = "order,item,supplier,ordered,received,quantity_received\n"
    proof = "4,A,,2026-02-10,2026-02-14,9\n5,A,,2026-03-10,2026-03-14,9\n"
    rows = "1,A,S1,2026-01-30,2026-02-09,9\n2,A,S1,2026-02-11,,\n3,A,S2,2026-02-12,2026-02-16,9\n"
    for end, more, told in (("", proof, ["2 orders answered"]), ("", "", []), ("2026-02-09", proof, [])):
        (tmp_path / "disruptions.csv").write_text(f"supplier,start,end\nS1,2026-02-01,{end}\nS2,2026-01-02,2026-01-03\n")
        (tmp_path / "receipts.csv").write_text(head + rows + more)
        said = [one for one in import_from(tmp_path, "canonical").notices if one.column == "end"]
        assert [one.found.split(", ")[-1] for one in said] == told
        assert all("no end of 1 outage since" in one.found and "S1 out since 2026-02-01" in one.found for one in said)
