"""Equipment models: which public function answers which model of the published records."""

from __future__ import annotations

from published_records import Adapter

MODELS: dict[str, Adapter] = {}
