"""Endpoints: what is listened to, and secrets from the environment."""

from __future__ import annotations

import pytest

from justenough.sources.live.endpoints import Metrics, OpcServer, secret
from justenough.sources.live.readings import ListenError


def test_metrics_say_what_each_tells():
    metrics = Metrics(state="Status/State", total="Parts/Total", rework="Parts/Rework")
    assert metrics.told() == {"Status/State": "state", "Parts/Total": "total", "Parts/Rework": "rework"}
    assert metrics.counters == {"total", "rework"}


def test_a_server_without_security_needs_no_files():
    assert OpcServer("opc.tcp://127.0.0.1:4840").security == ""


def test_secrets_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "s")
    assert secret("SOME_KEY") == "s"
    monkeypatch.delenv("SOME_KEY")
    with pytest.raises(ListenError, match="SOME_KEY is not set"):
        secret("SOME_KEY")
