"""Compiled code is thrown away when a kernel that it calls was edited, and only then."""

import subprocess
import sys

from numba.core import config

from justenough.kernels import freshness, marginal
from justenough.kernels.freshness import FOLDER, called, stamp

RUN = "from justenough.kernels import upper; print(upper.doubled(4.0), sum(upper.doubled.stats.cache_hits.values()))"
LOWER = "from numba import njit\n\n\n@njit(cache=True)\ndef times(x):\n    return x * {factor}\n"
UPPER = (
    "from numba import njit\n\nfrom justenough.kernels.lower import times\n\n\n@njit(cache=True)\ndef doubled(x):\n    return times(x)\n"
)


def test_what_a_kernel_calls_is_found_through_others():
    assert {"marginal", "along", "march", "position", "loss", "incomplete"} <= called("marginal")
    assert called("incomplete") == {"incomplete"}
    assert stamp("marginal") != stamp("along")


def test_kernels_are_kept_by_their_stamp():
    assert "justenough.kernels.freshness" in config.CACHE_LOCATOR_CLASSES
    assert marginal.traced._cache._impl.locator.get_source_stamp() == stamp("marginal")


def test_an_edit_of_a_called_kernel_reaches_its_caller(tmp_path):
    """Two small kernels in a package of their own: run, run again, edit the lower one, run."""
    package = tmp_path / "justenough" / "kernels"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    for name in ("__init__.py", "freshness.py"):
        (package / name).write_bytes((FOLDER / name).read_bytes())
    (package / "upper.py").write_text(UPPER)

    def run():
        said = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True)
        return said.stdout.split()

    (package / "lower.py").write_text(LOWER.format(factor=2))
    assert run() == ["8.0", "0"]
    assert run() == ["8.0", "1"]
    (package / "lower.py").write_text(LOWER.format(factor=3))
    assert run() == ["12.0", "0"]


def test_other_packages_are_left_alone():
    assert freshness.BesidePlace.from_function(freshness.stamp, __file__) is None
