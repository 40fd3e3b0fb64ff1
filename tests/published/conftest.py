"""``--reference FILE``: which published records are put to the functions."""

from __future__ import annotations

from pathlib import Path


def pytest_addoption(parser):
    parser.addoption(
        "--reference",
        action="append",
        type=Path,
        metavar="FILE",
        help="records to check instead of the bundled ones; may be given several times",
    )
