"""Address: a folder in an object store, named so that no credential can hide in its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from justenough.domain.errors import JustenoughError

SCHEMES = ("s3", "az", "abfss", "gs")
_SHAPE = re.compile(r"(?P<scheme>[a-z0-9]+)://(?P<store>[^/?#@:]+(?:@[^/?#@:]+)?)(?P<folder>(?:/[^?#]*)?)")


class AddressError(JustenoughError):
    """Not the address of a folder in an object store, or nothing that can be reached there."""


@dataclass(frozen=True, slots=True)
class Address:
    """
    A folder in an object store.

    Parameters
    ----------
    text
        Such as ``s3://bucket/plant``, ``az://container/plant``, ``abfss://container@account.dfs.core.windows.net/plant`` or
        ``gs://bucket/plant``. Who may read there is said by the environment alone (`docs/cluster.md`); an address with a
        password or a signature in it is refused, since addresses are kept and printed.

    Examples
    --------
    >>> str(Address("s3://bucket/plant/") / "demand")
    's3://bucket/plant/demand'
    """

    text: str

    def __post_init__(self) -> None:
        found = _SHAPE.fullmatch(self.text)
        accounts = 1 if self.text.startswith("abfss://") else 0  # of Azure's container@account; any other may hide a key
        if found is None or found["scheme"] not in SCHEMES or self.text.count("@") > accounts:
            plain = re.sub(r"//.*@", "//...@", re.split(r"[?#]", self.text)[0])  # what must not be printed may stand there
            raise AddressError(
                f"{plain}: not the address of a folder in an object store, such as s3://bucket/plant; known are "
                f"{', '.join(f'{scheme}://' for scheme in SCHEMES)}. Keys and signatures belong into the environment, not into it."
            )
        object.__setattr__(self, "text", self.text.rstrip("/"))

    def __truediv__(self, name: str) -> Address:
        return Address(f"{self.text}/{name}")

    def __str__(self) -> str:
        return self.text


def is_address(text: str) -> bool:
    """Whether this names an object store rather than a folder here."""
    return "://" in text


def folder_at(text: str | Path | Address) -> Path | Address:
    """
    A folder here or in an object store.

    Raises
    ------
    AddressError
        For an address of another kind, or with a password in it.
    """
    if isinstance(text, Address):
        return text
    return Address(text) if isinstance(text, str) and is_address(text) else Path(text)


def said(error: Exception) -> str:
    """What a store's library said, in one line without its colours."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).replace("↳", "").split())[:300]
