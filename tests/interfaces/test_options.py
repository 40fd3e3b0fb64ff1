"""Options: a settings file, and the flags that beat it."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_settings_from_a_file_yield_to_flags(tmp_path: Path) -> None:
    from justenough.interfaces.options import settings_from

    file = tmp_path / "settings.toml"
    file.write_text("holding_rate = 0.2\nreview_days = 14\n[criticality_targets]\nA = 0.9\nB = 0.8\n")
    settings = settings_from(file, holding_rate=0.3, classes=["A=0.99"])
    assert (settings.holding_rate, settings.review_days) == (0.3, 14)
    assert dict(settings.criticality_targets) == {"A": 0.99, "B": 0.8}


def test_a_class_is_given_once() -> None:
    from justenough.domain.errors import SettingsError
    from justenough.interfaces.options import settings_from

    with pytest.raises(SettingsError, match="--class A: given 0.95 and 0.97; give each class once"):
        settings_from(None, classes=["A=0.95", "A=0.97"])
