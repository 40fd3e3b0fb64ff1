"""Words: which rows of a long table hold words that begin as typed, found without reading the table."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PARTS = r"[\p{L}\p{N}]+"  # a word is a run of letters and digits
_LAST = "\U0010ffff"  # sorts after every sign a word can hold


@dataclass(frozen=True, slots=True)
class Words:
    """
    The words of a table's texts, sorted, each with the rows that hold it.

    Parameters
    ----------
    words
        Lower-cased, sorted as text.
    offsets
        Rows of word ``i`` are ``rows[offsets[i]:offsets[i + 1]]``. (n_words + 1,)
    rows
        Row numbers. (n_pairs,)
    n_rows
        Rows of the table.
    """

    words: pl.Series
    offsets: NDArray[np.int64]
    rows: NDArray[np.uint32]
    n_rows: int

    @classmethod
    def of(cls, texts: pl.DataFrame) -> Words:
        """
        Index every text column of a table.

        Examples
        --------
        >>> words = Words.of(pl.DataFrame({"item": ["BRG-6204", "SHAFT-9"], "name": ["ball bearing", None]}))
        >>> words.holding("62").tolist(), words.holding("bearing ball").tolist(), words.holding("").tolist()
        ([True, False], [True, False], [True, True])
        """
        whole = pl.concat_str([pl.col(name).fill_null("") for name in texts.columns], separator=" ").str.to_lowercase()
        pairs = (
            texts.lazy()
            .select(word=whole.str.extract_all(PARTS).list.unique())
            .with_row_index("row")
            .explode("word")
            .drop_nulls("word")
            .sort("word", "row")
            .collect()
        )
        counted = pairs.group_by("word", maintain_order=True).len()
        offsets = np.concatenate([[0], np.cumsum(counted["len"].to_numpy(), dtype=np.int64)])
        return cls(counted["word"], offsets, pairs["row"].to_numpy().astype(np.uint32), texts.height)

    def holding(self, typed: str) -> NDArray[np.bool_]:
        """Whether each row holds, for every word that was typed, a word that begins so. (n_rows,)"""
        found = np.ones(self.n_rows, np.bool_)
        for word in pl.Series([typed.lower()]).str.extract_all(PARTS)[0]:
            held = np.zeros(self.n_rows, np.bool_)
            first, last = (place_of(self.words, end) for end in (word, word + _LAST))
            held[self.rows[self.offsets[first] : self.offsets[last]]] = True
            found &= held
        return found

    def save(self, folder: Path) -> None:
        """Write the index to a folder that `load` reads."""
        self.words.to_frame("word").write_ipc(folder / "words.arrow")
        np.save(folder / "word_offsets.npy", self.offsets)
        np.save(folder / "word_rows.npy", self.rows)

    @classmethod
    def load(cls, folder: Path, n_rows: int) -> Words:
        """The index of a folder; what is not looked at stays on the disk."""
        words = mapped(folder / "words.arrow")["word"]
        offsets, rows = (np.load(folder / f"word_{name}.npy", mmap_mode="r") for name in ("offsets", "rows"))
        return cls(words, offsets, rows, n_rows)


def mapped(path: Path) -> pl.DataFrame:
    """A table of an Arrow file; what is not looked at stays on the disk."""
    found = pl.from_arrow(pa.ipc.open_file(pa.memory_map(str(path))).read_all())
    assert isinstance(found, pl.DataFrame)
    return found


def place_of(words: pl.Series, word: str) -> int:
    """Where a word stands, or would stand, among sorted ones."""
    return bisect_left(_Sorted(words), word)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Sorted text that `bisect` can look into."""

    words: pl.Series

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, at: int) -> str:
        return str(self.words[at])
