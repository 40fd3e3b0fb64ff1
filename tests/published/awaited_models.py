"""Awaited: the models of the bundled records that a later issue brings, each with its issue."""

LINK = "the link from machines to stock"

AWAITED = {
    "batch_lead_time_safety_stock": LINK,
}
