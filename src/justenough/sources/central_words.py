"""Central words: what Dynamics 365 Business Central calls its columns in English, German and Italian, as `plain_words` spells them."""

from __future__ import annotations

_QTY_IT = r"(quantita|q ?ta)"
_ITEM = r"(nr|n) articolo"
_VENDOR = r"((nr|n) )?fornitore|kreditoren ?nr|vendor no"
CODE = r"nr|no"  # the item's own list calls its code the number, as every other list does its own
BASE_UNITS = rf"{_QTY_IT} per unita di misura|qty per unit of measure|menge pro (mass)?einheit"  # units of stock in one of the order's

CENTRAL_WORDS: dict[str, dict[str, str]] = {
    "items": {
        "item": _ITEM,
        "supplier": _VENDOR,
        "unit_cost": r"costo unitario|einstandspreis",
        "lead_time_days": r"calcolo lead time|lead time calculation|beschaffungszeit",
        "on_hand": r"giacenza|inventory|lagerbestand",
        "current_reorder_point": r"reorder point|minimalbestand",
        "current_max": rf"(giacenza|{_QTY_IT}) massima|maximum inventory|maximalbestand",
        "lot_multiple": r"order multiple|auftragsvielfaches|multiplo( dell)?['’ ]ordine",
        "moq": r"minimale (losgroesse|bestellmenge|auftragsmenge)",
        "source": r"sistema di (rifornimento|approvvigionamento)|replenishment system|beschaffungsmethode",
    },
    "demand": {"item": _ITEM},
    "receipts": {
        "item": _ITEM,
        "order": r"(nr|n) (ordine|documento)|document no|beleg ?nr",
        "order_line": r"(nr|n) riga( ordine)?|line no|zeilen ?nr",
        "supplier": _VENDOR,
        "promised": r"data ricevimento (promess[ao]|richiest[ao])|promised receipt date|zugesagtes wareneingangsdatum",
        "unit_price": r"costo unitario diretto|direct unit cost|ek-?preis",
    },
    "events": {"planned": r"pianificat[oa]|planned"},
}
MOVEMENT = r"tipo (di )?movimento|entry type|posten ?art"
LETTERS = {  # of a formula of time such as 3S or 2W+1D; what another language writes with the same letter is asked
    "G": "days", "D": "days", "T": "days", "S": "weeks", "W": "weeks", "M": "months", "A": "years", "Y": "years",
}  # fmt: skip
