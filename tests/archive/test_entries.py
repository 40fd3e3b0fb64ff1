"""What is said of an import."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from justenough.archive.entries import ImportReceipt, stored, utc


def test_receipt_adds_up_in_words():
    receipt = ImportReceipt("imported", "i2", "erp", 1200, 1190, 10, ("i1",))
    assert str(receipt) == "erp: imported as i2: 1,200 rows in = 1,190 accepted + 10 quarantined; replaces i1."


def test_moments_keep_their_instant():
    moment = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    assert utc(stored(moment)) == moment
    assert utc(stored(moment)).tzinfo is UTC
