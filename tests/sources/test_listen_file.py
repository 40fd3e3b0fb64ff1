"""Listen files, and what is said of wrong ones."""

from __future__ import annotations

import tomllib

import pytest

from justenough.domain.machine import State
from justenough.sources.live.listen_file import ListenError, listen_file, read_listen_file

MQTT = {"mqtt": {"message": [{"topic": "p/{machine}"}]}}


def test_defaults_and_words():
    file = listen_file({**MQTT, "states": {"RUN": "running"}, "machines": {"p1": "M1"}, "time": {"late_seconds": 3}})
    assert (file.broker.host, file.broker.port, file.broker.in_flight, file.patience.late_seconds) == ("127.0.0.1", 1883, 2000, 3)
    assert (file.states["RUN"], file.names["p1"], file.rest, file.servers) == (State.RUNNING, "M1", None, ())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "listens to nothing"),
        ({"mqtt": {}}, "listens to nothing"),
        ({"mqqt": {}}, "'mqqt' is not known"),
        ({"mqtt": {"message": [{}]}}, "topic is missing"),
        ({"mqtt": {"message": [{"topic": "a"}]}}, "names the machine"),
        ({"mqtt": {"message": [{"topic": "{machine}", "kind": "x"}]}}, "kind is 'x'"),
        ({"mqtt": {"message": [{"topic": "{machine}", "time": ""}]}}, "duplicates cannot be told apart"),
        ({"mqtt": {"client": "", **MQTT["mqtt"]}}, "client must name our session"),
        ({"mqtt": {"sparkplug": {"state": "S"}}}, "needs groups"),
        ({"opcua": [{"url": "x"}]}, "has no"),
        ({"opcua": [{"machine": [{"total": "x"}]}]}, "url"),
        ({"mqtt": {"tls_authority": "ca.crt", **MQTT["mqtt"]}}, "nothing would be encrypted"),
        ({"mqtt": {"tls": True, "tls_key": "no.key", **MQTT["mqtt"]}}, "tls_key = 'no.key' is not a file"),
        ({"opcua": [{"url": "x", "security": "None", "machine": [{"total": "x"}]}]}, "expected one of Basic256Sha256"),
        ({"opcua": [{"url": "x", "security": "Basic256Sha256", "machine": [{"total": "x"}]}]}, "needs certificate and key"),
        ({"opcua": [{"url": "x", "key": __file__, "machine": [{"total": "x"}]}]}, "nothing would be encrypted"),
        ({**MQTT, "states": {"x": "dancing"}}, "expected one of running, down"),
        ({**MQTT, "time": {"late_seconds": -1}}, "must not be negative"),
    ],
)
def test_what_is_wrong_is_named(told, said):
    with pytest.raises(ListenError, match=said):
        listen_file(told)


def test_a_file_names_itself(tmp_path):
    (tmp_path / "l.toml").write_text("[mqtt")
    with pytest.raises(ListenError, match=r"l\.toml: cannot be read as TOML"):
        read_listen_file(tmp_path / "l.toml")
    (tmp_path / "l.toml").write_text("[mqtt]\nprot = 1\n")
    with pytest.raises(ListenError, match=r"l\.toml: .*"):
        read_listen_file(tmp_path / "l.toml")
    with pytest.raises(ListenError, match="cannot be read"):
        read_listen_file(tmp_path / "none.toml")
    assert tomllib.loads('[mqtt.message]\ntopic = "a"')["mqtt"]
