"""Awaited: the models of the bundled records that a later issue brings, each with its issue."""

CHAINS, MEASURED, LINK = "chains of stages", "measured equipment", "the link from machines to stock"

AWAITED = {
    "guaranteed_service_tree": CHAINS,
    "serial_stochastic_service_echelon_base_stock": CHAINS,
    "batch_lead_time_safety_stock": LINK,
}
