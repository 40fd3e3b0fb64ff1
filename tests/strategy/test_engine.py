"""Engines: what cannot be meant is refused before anybody is called."""

import pytest

from justenough.domain.errors import SettingsError
from justenough.strategy.engine import Engine


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "spark"}, "here or dask"),
        ({"name": "dask"}, "must be like tcp://127.0.0.1:8786"),
        ({"name": "dask", "address": "tls://h:1"}, "ca.pem, cert.pem and key.pem"),
        ({"patience_seconds": 0.0}, "must be above 0"),
    ],
)
def test_engines_that_cannot_be_meant(wrong, said):
    with pytest.raises(SettingsError, match=said):
        Engine(**wrong)
