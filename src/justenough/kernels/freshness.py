"""Freshness: compiled code is kept as long as neither a kernel nor any kernel it calls has been edited.

Numba looks at the file of the function alone; a kernel that calls an edited one would go on with the old.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numba.core import caching, config

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
_IMPORT = re.compile(r"^from justenough\.kernels(?:\.(\w+) import|\s+import ([\w, ]+))", re.MULTILINE)


@cache
def called(name: str) -> frozenset[str]:
    """Names of the kernel modules that module ``name`` imports, directly or not, and its own."""
    seen, waiting = {name}, [name]
    while waiting:
        source = FOLDER / f"{waiting.pop()}.py"
        if not source.is_file():
            continue
        for one, several in _IMPORT.findall(source.read_text(encoding="utf-8")):
            found = {one} if one else {each.strip() for each in several.split(",")}
            waiting += found - seen
            seen |= found
    return frozenset(seen)


@cache
def stamp(name: str) -> str:
    """Hash of the source of module ``name`` and of all it calls."""
    sources = (FOLDER / f"{each}.py" for each in sorted(called(name)))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources if source.is_file())).hexdigest()


class _Stamped:
    """A place for compiled code that is stale when any called kernel has changed."""

    _py_file: str

    def get_source_stamp(self) -> str:
        return stamp(Path(self._py_file).stem)

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        return super().from_function(py_func, py_file) if Path(py_file).parent == FOLDER else None  # type: ignore[misc]


class ProvidedPlace(_Stamped, caching.UserProvidedCacheLocator):
    """The folder of ``NUMBA_CACHE_DIR``."""


class BesidePlace(_Stamped, caching.InTreeCacheLocator):
    """Beside the source, where that may be written."""


class UsersPlace(_Stamped, caching.UserWideCacheLocator):
    """The user's own cache."""


def keep_fresh() -> None:
    """Let numba keep the kernels' code by `stamp`; other packages' code, and a user's own choice of places, stay as they are."""
    if getattr(config, "CACHE_LOCATOR_CLASSES", ""):
        return
    ours = [f"{__name__}.{place.__name__}" for place in (ProvidedPlace, BesidePlace, UsersPlace)]
    theirs = [f"{place.__module__}.{place.__name__}" for place in caching.CompileResultCacheImpl._locator_classes]  # noqa: SLF001 - numba names them nowhere else
    setattr(config, "CACHE_LOCATOR_CLASSES", ",".join(ours + theirs))  # noqa: B010 - numba makes its settings as it loads
