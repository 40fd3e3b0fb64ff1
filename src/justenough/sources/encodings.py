"""Encodings: which a text that is not UTF-8 may be in, and what its head reads as in each."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from justenough.sources.vocabulary import WORDS, plain_words

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "latin-1", "iso8859-2", "cp437", "cp850", "cp852", "shift_jis", "gb18030",
)  # fmt: skip
WINDOWS = "Windows writes cp1252 in Western Europe, cp1250 in Poland, Czechia and Hungary, cp1251 in Cyrillic, cp1254 in Turkey."
LOOKED_AT = 4096  # bytes of the head
KNOWN = re.compile("|".join(f"(?:{pattern})" for columns in WORDS.values() for pattern in columns.values()))


def likeliest(path: Path) -> str:
    """The encoding in which most heads of columns are known words; latin-1, which reads everything, where none knows more."""
    head = _head(path)
    return max(("latin-1", *ENCODINGS), key=lambda one: _known(_read(head, one)))


def how_it_reads(path: Path) -> str:
    """What tells encodings apart: which Windows writes where, and a word of the file as each of two writes it."""
    head = _head(path)
    west, middle = (re.split(r"[\s;,|\"]+", _read(head, one)) for one in ("cp1252", "cp1250"))  # "mo¿e" is one word as "może" is
    apart = [(here, there) for here, there in zip(west, middle, strict=False) if here and there and here != there]
    return WINDOWS + (f" As cp1252 a word in it is {apart[0][0]!r}, as cp1250 {apart[0][1]!r}." if apart else "")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        return file.read(LOOKED_AT)


def _read(head: bytes, encoding: str) -> str:
    """The head in that encoding; empty where it is not in it. A sign cut at the end is passed over."""
    try:
        return head[: head.rfind(b"\n") + 1 or None].decode(encoding)
    except UnicodeDecodeError:
        return ""


def _known(text: str) -> int:
    """Cells of the first lines that are names of columns."""
    cells = {cell.strip(' "') for line in text.splitlines()[:12] for cell in re.split(r"[;,|\t]", line)}
    return sum(KNOWN.fullmatch(re.sub(r"[.\-/ ]+", " ", plain_words(cell)).strip()) is not None for cell in cells)
