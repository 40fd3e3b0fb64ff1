"""Equipment models: which public function answers which model of the published records."""

from __future__ import annotations

MODELS = {}
