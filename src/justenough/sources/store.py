"""Store: an export in an object store, its small tables fetched and its demand left where it lies."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from justenough.domain.address import Address, AddressError, said
from justenough.sources.folder import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justenough.sources.profiles import Profile

LOG = "_delta_log"
KEYS = (
    "Who may read there is said in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (and AWS_ENDPOINT_URL "
    "for a store of your own); AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY; GOOGLE_SERVICE_ACCOUNT."
)


@contextmanager
def fetched(address: Address, profile: Profile, *, demand: bool = False) -> Iterator[Path]:
    """
    A folder here with what the profile asks of an export in an object store, while it is needed; its demand only if asked.

    A Delta table is taken for the file that has its name: ``items/_delta_log`` for ``items.*``.

    Raises
    ------
    AddressError
        Nobody answers, nothing is there, or it may not be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            store = _files(address)
            names = _names(store)
            for key, spec in profile.files.items():
                if key == profile.tables["demand"].file and not demand:
                    continue
                if f"{key}/{LOG}" in names:
                    pl.read_delta(str(address / key)).write_parquet(root / f"{key}.parquet")
                for name in matching(names, spec.path):
                    _fetch(store, name, root)
            if profile.terms_file in names:
                _fetch(store, profile.terms_file, root)
        except (DeltaError, pl.exceptions.PolarsError, OSError) as error:
            raise AddressError(f"{address}: cannot be read ({said(error)}). {KEYS}") from error
        yield root


def demand_at(place: Address | Path, profile: Profile) -> tuple[tuple[str, ...], int | None]:
    """Where the demand of an export lies: files, or a Delta table and its version; nothing where there is none."""
    spec = profile.files[profile.tables["demand"].file]
    table = str(place / profile.tables["demand"].file)
    if DeltaTable.is_deltatable(table):
        return (table,), DeltaTable(table).version()
    if isinstance(place, Path):
        return (), None
    return tuple(str(place / name) for name in matching(_names(_files(place)), spec.path)), None


def matching(names: set[str], pattern: str) -> list[str]:
    """Names of tables that match a profile's pattern, as `Path.glob` would find them; sorted."""
    depth = len(PurePosixPath(pattern).parts)
    return sorted(
        name
        for name in names
        if name.lower().endswith(ENDINGS) and len(PurePosixPath(name).parts) == depth and PurePosixPath(name).match(pattern)
    )


def _files(address: Address) -> Any:
    from deltalake.fs import DeltaStorageHandler
    from pyarrow.fs import PyFileSystem

    return PyFileSystem(DeltaStorageHandler(str(address)))


def _names(store: Any) -> set[str]:
    """Every file below the address, and every folder that holds a Delta log."""
    from pyarrow.fs import FileSelector, FileType

    found = {one.path for one in store.get_file_info(FileSelector("", recursive=True)) if one.type == FileType.File}
    if not found:
        raise FileNotFoundError("nothing is there")
    return found | {name[: name.index(LOG) + len(LOG)] for name in found if LOG in name.split("/")}


def _fetch(store: Any, name: str, root: Path) -> None:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with store.open_input_stream(name) as source, place.open("wb") as here:
        while part := source.read(1 << 22):
            here.write(part)
