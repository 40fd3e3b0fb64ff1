"""Vocabulary: what exports usually call their columns and how they write dates; only a draft is made of it."""

from __future__ import annotations

DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y%m%d",
    "%Y-%m",
)
PERIODS = {"month": ("%Y-%m", "%Y-%m-%d", "%Y/%m", "%m/%Y", "%b %Y", "%b-%y"), "week": ("%G week %V", "%G-W%V", "%G W%V")}
WORDS = {
    "items": {
        "item": r"item|sku|sku nr|material|part|part (no|number|nr)|article|product ?id|stock ?code|item (code|no|id)",
        "description": r"description|name|text|item description|material description",
        "supplier": r"supplier|vendor|supplier (id|no|code)|vendor (id|no|code)",
        "unit_cost": r"unit ?cost|price|standard ?(cost|price)|unit ?price|cost ?price.*",
        "lead_time_days": r"lead ?time.*|del(ivery|\.)? ?time.*|replenishment lead time",
        "on_hand": r"on ?hand|stock|stock on hand|quantity on hand",
        "current_safety_stock": r"safety ?stock( level)?",
        "current_reorder_point": r"min|re-?order ?point|rop",
        "current_max": r"max|maximum stock( level)?|order-up-to.*",
        "moq": r"moq|min\.? ?order ?q(uanti)?ty.*|minimum order quantity.*",
        "lot_multiple": r"lot ?(size|multiple)|rounding value",
        "shelf_life_days": r"shelf ?life.*",
        "criticality": r"criticality|abc( class)?|ved( class)?",
    },
    "demand": {
        "item": "",
        "date": r"date|day|period|posting date|invoice ?date|issue date|month|week",
        "quantity": r"quantity|qty|demand|usage|consumption|sales|units",
    },
    "receipts": {
        "order": r"order|po|po (no|number)|purchase order( id)?|purchase ?order ?id",
        "order_line": r"line|order ?line|po line|position",
        "item": "",
        "supplier": r"supplier|vendor|vendor ?id",
        "ordered": r"ordered|order ?date|po date|created( on)?",
        "promised": r"promised|due ?date|promise ?date|scheduled.*|confirmed.*",
        "received": r"received|receipt ?date|delivered.*|delivery date",
        "quantity_ordered": r"order ?q(uanti)?ty|quantity ordered|ordered quantity",
        "quantity_received": r"received ?q(uanti)?ty|quantity received",
        "quantity_rejected": r"rejected ?q(uanti)?ty|quantity rejected",
    },
}
WORDS["demand"]["item"] = WORDS["receipts"]["item"] = WORDS["items"]["item"]
