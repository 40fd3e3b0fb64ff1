"""What is accepted but said, and what stops an import as a whole, word for word."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

from justenough.sources.profiles import Profile
from justenough.sources.read import import_from

WORKDAYS = [dt.date(2026, 1, 5) + dt.timedelta(days=7 * week + day) for week in range(5) for day in range(5)]
ONE = "1 problem in 1 file; nothing was imported.\n"
DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_one_item(export):
    assert str(import_from(export(items="item\nA\n", demand="item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,1\n"))) == (
        "Imported 1 item, 2 demand.\nitems.csv: 1 row in = 1 accepted + 0 quarantined.\ndemand.csv: 2 rows in = 2 accepted + 0 quarantined."
    )


def test_one_period(export, notices):
    assert notices(export(demand="item,date,quantity\nA,2026-01-01,3\nB,2026-01-01,1\n")) == (
        "demand.csv: date: found one date only, 2026-01-01; expected several periods.\n"
        "  Export a longer time; one period does not show how demand varies."
    )


def test_all_zero_demand(export, notices):
    assert notices(export(demand="item,date,quantity\nA,2026-01-01,0\nA,2026-01-02,0\n")) == (
        "demand.csv: quantity: found 0 in all 2 rows; expected demand in at least one.\n  Is this the right column, and the right time?"
    )


def test_all_negative_demand(export, refusal):
    assert refusal(export(demand="item,date,quantity\nA,2026-01-01,-3\nA,2026-01-02,-1\n")) == ONE + (
        "demand.csv: quantity: found no positive value in 2 rows; expected demand positive and returns negative.\n"
        '  If the export writes issues as negative, set demand_sign = "negative" in [tables.demand] of the profile.'
    )


def test_duplicate_rows(export, notices):
    assert notices(export(demand=DEMAND + "A,2026-01-01,3\n")) == (
        "demand.csv: found 1 row like an earlier one in every column; expected each row once.\n"
        '  They are counted. If the export doubles rows, set repeats = "quarantine" in [tables.demand] of the profile.'
    )


def test_price_zero(export, notices):
    assert notices(export(items="item,unit_cost\nA,0\nB,1\n")) == (
        "items.csv: unit_cost: found 0 in 1 of 2 items (A); expected a price > 0.\n"
        "  Fill in the price; without one no cost can be reckoned and the item cannot be decided."
    )


def test_lead_time_zero(export, notices):
    assert notices(export(items="item,lead_time_days\nA,0\nB,1\n")) == (
        "items.csv: lead_time_days: found 0 in 1 of 2 items (A); expected a lead time > 0 days.\n"
        "  Is it really on the shelf the moment it is ordered? If it is not known, leave the cell empty."
    )


def test_returns_name_the_rule_used(export, notices):
    assert notices(export(demand=DEMAND + "A,2026-01-03,-3\n")) == (
        "demand.csv: quantity: found 1 negative of 4; expected a rule for returns.\n"
        '  The rule used is returns = "undo_demand": they take back the latest earlier demand. '
        "If that is not meant, set `returns` in the profile."
    )


def test_workdays_suggest_weeks(export, notices):
    demand = "item,date,quantity\n" + "".join(f"A,{day},2\n" for day in WORKDAYS)
    assert notices(export(demand=demand)) == (
        "demand.csv: date: found hardly any demand on Saturdays and Sundays; expected demand on all days.\n"
        '  As days, weekends make every item look intermittent; set demand_period = "week" in the profile.'
    )
    assert notices(export(demand=demand, plant='currency = "EUR"\ndemand_period = "week"\n')) == ""
    assert notices(export(demand=demand + "A,2026-01-10,1\n")) == ""


def test_a_clock_that_jumps_back_is_mentioned(export, notices):
    events = "machine,start,end,state\nM,2026-01-01 06:00,2026-01-01 07:00,running\nM,2026-01-01 05:00,2026-01-01 05:30,down\n"
    demand = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-03,4\n"
    assert notices(export(demand=demand, machines="machine\nM\n", events=events)) == (
        "events.csv: start: found 1 of 2 before the record above of the same machine; expected records in order of time.\n"
        "  They are put in order of their start. If the export is sorted otherwise, check the machine's clock: was it set back?"
    )


STOCK = """
currency = "EUR"
demand_period = "day"
[files]
master = { path = "master.csv", decimal = ",", thousands = "." }
stock = "stock.csv"
[tables.items]
file = "master"
joins = [{ file = "stock", on = "code" }]
[tables.items.columns]
item = "code"
unit_cost = "price"
on_hand = "stock.held"
"""


def test_thousands_that_a_file_does_not_declare_are_told_of(tmp_path):
    """The master list declares its thousands and the list of stock was forgotten: 1.286 pieces are not 1.29."""
    (tmp_path / "master.csv").write_text("code;price\nA;1.250,50\nB;2\nC;3\n")
    (tmp_path / "stock.csv").write_text("code;held\nA;1.286\nB;15\nC;12.000\n")
    (said,) = import_from(tmp_path, Profile.from_toml(STOCK)).notices
    assert str(said) == (
        "stock.csv: held: found 2 of 3 with a dot, all before three digits, such as '1.286'; expected a declared separator of thousands.\n"
        "  It was read as a decimal. If thousands are meant, set decimal = ',' and thousands = '.' for the file under [files]."
    )
    (tmp_path / "stock.csv").write_text("code;held\nA;1.286\nB;n.d.\nC;12\n")  # a word with dots is no decimal
    assert "found 1 of 3 with a dot, all before three digits" in str(import_from(tmp_path, Profile.from_toml(STOCK)).notices[0])
    for held in ("A;1.286\nB;15\nC;0.5\n", "A;1.286\nB;15.000\nC;12.000\n"):  # decimals, and three of them always
        (tmp_path / "stock.csv").write_text(f"code;held\n{held}")
        assert import_from(tmp_path, Profile.from_toml(STOCK)).notices == ()


def test_spellings_of_one_supplier_are_told_of(export, notices):
    items = "item,supplier\nA,Hydraulik GmbH\nB,HYDRAULIK  GMBH \nC,Peña\nD,Pena\nE,Osaka\n"
    assert notices(export(items=items)) == (
        "items.csv: supplier: found 2 suppliers in several spellings ('HYDRAULIK  GMBH' and 'Hydraulik GmbH'; 'Pena' and 'Peña'); "
        "expected one spelling of each.\n"
        "  Each spelling counts as a supplier of its own. Write them alike in the export; where capitals differ, case = 'upper' does it."
    )


def test_stock_below_nothing_and_closures_to_come_are_told(tmp_path):
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days,on_hand\nA,2,5,-14\nB,3,7,4\n")
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026-01-05,3\nB,2026-01-06,4\n")
    (tmp_path / "disruptions.csv").write_text("supplier,start,end\nS1,2026-01-06,2026-01-07\nS1,2026-12-21,2027-01-06\nS2,2026-01-09,\n")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    told = {one.column: one.found for one in import_from(tmp_path, "canonical").notices}
    assert told["on_hand"] == "less than 0 in 1 of 2 items (A)"
    assert told["start"] == "1 of 3 begin after 2026-01-06, the last day on record (S1)"


def test_prices_far_off_the_items_own_orders_are_named(tmp_path):
    """A in cents, B the price of a hundred, C dearer than it was, D never ordered, E without a price."""
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days\nA,1250,5\nB,0.04,7\nC,19,7\nD,5000,7\nE,,7\n")
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026-01-05,3\nB,2026-01-06,4\n")
    orders = [f"{at},{item},2026-01-0{at},{price}" for item, prices in {"A": (12, 13, 14), "B": (4, 4.2), "C": (1, 2), "E": (9,)}.items()
              for at, price in enumerate(prices, 1)]  # fmt: skip
    (tmp_path / "receipts.csv").write_text("\n".join(["order,item,ordered,unit_price", *orders]) + "\n")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "week"\n')
    told = [one for one in import_from(tmp_path, "canonical").notices if one.column == "unit_cost"]
    assert [one.found for one in told] == [
        "more than 20 times off the item's own orders in 2 of 3 items (A, B; A costs 1250 and is ordered at 13)"
    ]


def test_real_prices_lie_near_their_orders(shared_data):
    """AdventureWorks: 58 products have a standard cost and orders, which paid 0.3 to 4.4 times of it."""
    shipped = (files("justenough.sources") / "shipped" / "adventureworks_erp.toml").read_text(encoding="utf-8")
    priced = shipped.replace('quantity_rejected = "RejectedQty"', 'quantity_rejected = "RejectedQty"\nunit_price = "UnitPrice"')
    found = import_from(shared_data / "adventureworks_erp", Profile.from_toml(priced))
    paid = found.tables["receipts"].drop_nulls("unit_price")
    assert paid["item"].n_unique() > 150
    assert not [one for one in found.notices if one.column == "unit_cost" and "own orders" in one.found]
