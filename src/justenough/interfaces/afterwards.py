"""Afterwards: which command comes next after an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justenough.archive.entries import ImportReceipt
    from justenough.sources.read import Imported

MOSTLY = 0.5  # of the rows: where more are in quarantine a plan would speak of the rest alone


def after(receipt: ImportReceipt, imported: Imported, where: str) -> str:
    """
    The command that comes next, without the program's name.

    Parameters
    ----------
    where
        The flag that names the workspace; empty where it goes without saying.
    """
    if receipt.outcome != "unchanged" and receipt.rows_quarantined > MOSTLY * receipt.rows_in:
        return f"quarantine list{where}, since most rows were not taken"
    return f"{'oee' if _machines_alone(imported) else 'recommend'}{where}"


def _machines_alone(imported: Imported) -> bool:
    """Whether what came tells what machines did, and nothing of items."""
    filled = {name for name, frame in imported.tables.items() if frame.height}
    return bool(filled & {"events", "counts"}) and not filled & {"items", "demand", "receipts", "stock"}
