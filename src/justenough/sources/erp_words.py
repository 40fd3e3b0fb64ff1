"""ERP words: what American systems call their columns, spelled as `plain_words` spells a header (PartNum is "part num")."""

from __future__ import annotations

_NUM = r"(num|number|no|id|code)"
_QTY = r"(qty|quantity)"
_ITEM = rf"(part|item|stock|product|prod|inventory) ?{_NUM}"
_VENDOR = rf"((preferred|primary|buy ?from) )?(vendor|supplier)( ?({_NUM}|name))?"
_MACHINE = rf"(resource|machine|equip(ment)?|work ?cent(er|re))( ?{_NUM})?"

ERP_WORDS: dict[str, dict[str, str]] = {
    "items": {
        "item": _ITEM,
        "description": r"((part|product|prod|long|short|search) )?desc(r|ription)?",
        "supplier": _VENDOR,
        "unit_cost": r"(std|standard|avg|average|last|material)( unit)? cost",
        "on_hand": rf"{_QTY} on ?hand|on ?hand ?{_QTY}|qoh",
        "current_safety_stock": rf"safety ?{_QTY}",
        "current_reorder_point": r"re ?order level|minimum on ?hand",
        "current_max": r"maximum on ?hand",
        "moq": rf"min(imum)? (order|lot)( ({_QTY}|size))?",
        "lot_multiple": r"(order|lot|qty|quantity) ?(multiple|increment)|order modifier|std pack",
    },
    "demand": {
        "item": _ITEM,
        "date": r"(tran|trans|transaction|trx|ship|shipped|usage) ?date",
        "quantity": (
            rf"(tran|trans|transaction|trx|issue|issued|ship|shipped|usage|used|sold) ?{_QTY}"
            rf"|{_QTY} (issued|shipped|sold|used|consumed)"
        ),
    },
    "receipts": {
        "item": _ITEM,
        "order": rf"(po|purchase order|order) ?{_NUM}",
        "order_line": rf"(po|order) ?line( ?{_NUM})?|line ?{_NUM}",
        "supplier": _VENDOR,
        "promised": r"promised? (date|dt)|need ?by( date)?",
        "received": r"(rcv|rcvd|arriv(al|ed)) ?date",
        "quantity_ordered": rf"(our|ord|ordered|rel) ?{_QTY}",
        "quantity_received": rf"(rcv|rcvd|receipt|arrived) ?{_QTY}|{_QTY} received",
        "quantity_rejected": rf"(failed|reject|rejected|returned) ?{_QTY}|{_QTY} (rejected|failed|returned)",
    },
    "events": {
        "machine": _MACHINE,
        "reason": r"(indirect|reason|down ?time|fault|alarm) ?code",
    },
    "counts": {"machine": _MACHINE, "item": _ITEM},
    "machines": {"machine": _MACHINE},
}
PARENT = rf"parent ?(part|item)( ?{_NUM})?"
COMPONENT = rf"(mtl|material|component|child) ?(part|item)?( ?{_NUM})?"
