"""Awaited: the models of the bundled records that a later issue brings, each with its issue."""

CHAINS, MEASURED, LINK = "chains of stages", "measured equipment", "the link from machines to stock"

AWAITED = {
    "guaranteed_service_tree": CHAINS,
    "serial_stochastic_service_echelon_base_stock": CHAINS,
    "oee": MEASURED,
    "oee_waterfall": MEASURED,
    "oee_roll_up": MEASURED,
    "iso22400_indicators": MEASURED,
    "semi_e79": MEASURED,
    "weibull_censored_mle": MEASURED,
    "power_law_process": MEASURED,
    "mtbf_bounds": MEASURED,
    "availability_lower_bound": MEASURED,
    "batch_lead_time_safety_stock": LINK,
}
