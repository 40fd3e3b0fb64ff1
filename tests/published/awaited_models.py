"""Awaited: the models of the bundled records that a later issue brings, each with its issue. None are left."""

AWAITED: dict[str, str] = {}
