"""ERP words: an American export with heads in one word, commas between thousands and a clock of twelve hours."""

import datetime as dt

import pytest

from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from
from justenough.sources.vocabulary import split_words

FILES = {
    "Part.csv": "PartNum,PartDescription,StdCost,VendorID,LeadTime,OrderMultiple\nA-1,Bracket,1.50,ACME,6,10\nK-2,Kit,12,,3,1\n",
    "PartWhse.csv": 'PartNum,Warehouse,OnHandQty\nA-1,MAIN,"1,142.25"\nA-1,DOCK,7.00\nK-2,MAIN,3.00\n',
    "PartTran.csv": "PartNum,TranDate,TranType,TranQty\n"
    + "".join(f"A-1,1/{day}/2026,STK-MTL,{day}\nA-1,1/{day}/2026,PUR-STK,50\n" for day in range(5, 31)),
    "PORel.csv": "PONum,POLine,PartNum,VendorNum,OrderDate,DueDate,OurQty,ReceiptDate,ReceivedQty,FailedQty\n"
    "77,1,A-1,ACME,01/02/2026,01/13/2026,50,01/15/2026,50,2\n",
    "PartMtl.csv": "ParentPart,MtlPartNum,QtyPer\nK-2,A-1,4\n",
    "Events.csv": "ResourceID,StartTime,EndTime,Status\nM1,01/13/2026 11:30:00 AM,01/13/2026 02:15:00 PM,Running\n"
    "M1,01/13/2026 02:15:00 PM,01/13/2026 02:45:30 PM,Breakdown\n",
}
SAID = {"currency": "USD", "demand_period": "day", "lead_time_days_unit": "days", "movements": "STK-MTL", "date_order": "%m/%d/%Y"}


@pytest.fixture
def export(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_an_american_export_is_known(export):
    drafted = draft(export)
    assert not drafted.unused_files
    said = {**SAID, **{one.key: one.said for one in drafted.questions if one.said}}
    assert {one.key for one in drafted.questions} <= set(said)
    movements = next(one.text for one in drafted.questions if one.key == "movements")
    assert "issues alone: without a sign a return would be added" in movements
    found = import_from(export, Profile.from_toml(answered(drafted, said)))
    assert not found.quarantine.height
    tables = found.tables
    assert tables["items"].sort("item").select("supplier", "unit_cost", "lot_multiple", "on_hand").rows() == [
        ("ACME", 1.5, 10.0, 1149.25), (None, 12.0, 1.0, 3.0)
    ]  # fmt: skip
    assert tables["demand"]["quantity"].sum() == sum(range(5, 31))
    order = tables["receipts"].select("order", "order_line", "ordered", "received", "quantity_ordered", "quantity_rejected").row(0)
    assert order == ("77", "1", dt.date(2026, 1, 2), dt.date(2026, 1, 15), 50.0, 2.0)
    assert tables["bom"].select("parent", "component", "quantity").rows() == [("K-2", "A-1", 4.0)]
    assert tables["events"].sort("start").select("start", "end", "state").rows() == [
        (dt.datetime(2026, 1, 13, 11, 30), dt.datetime(2026, 1, 13, 14, 15), "running"),
        (dt.datetime(2026, 1, 13, 14, 15), dt.datetime(2026, 1, 13, 14, 45, 30), "down"),
    ]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("PartNum", "Part Num"), ("PONum", "PO Num"), ("OnHandQty", "On Hand Qty"), ("Part", "Part"), ("MOQ", "MOQ"),
        ("Lead Time", "Lead Time"), ("J.m.", "J.m."), ("MRPController", "MRP Controller"),
    ],
)  # fmt: skip
def test_heads_in_one_word_are_taken_apart(head, words):
    assert split_words(head) == words
