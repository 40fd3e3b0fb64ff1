"""An S3-compatible object store in a process of its own (moto's server), on loopback, for as long as a test needs it."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from free_port import free_port

BUCKET = "plants"


@contextmanager
def an_object_store():
    """The environment in which the store's clients find it."""
    port = free_port()
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(running, endpoint)
        yield {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "not-to-be-printed",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        running.kill()
        running.wait()


def _make_bucket(running, endpoint):
    end = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT"), timeout=60):
                return
        except (urllib.error.URLError, ConnectionError):
            assert running.poll() is None, "the object store ended"
            assert time.monotonic() < end, "the object store does not answer"
            time.sleep(0.1)
