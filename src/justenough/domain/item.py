"""Item: the words for what an item is, how it is wanted, and what is decided for it.

Codes are small integers so that a million items travel as columns; ``.label`` is the word a
person reads, in the plan, on a page and in a file.
"""

from __future__ import annotations

from enum import IntEnum


class Coded(IntEnum):
    """A code with a word for people."""

    @property
    def label(self) -> str:
        """The word shown to people and written to files."""
        return self.name.lower()

    @classmethod
    def labels(cls) -> list[str]:
        """All words, in the order of their codes."""
        return [member.label for member in cls]


class DemandKind(Coded):
    """How an item is wanted (Syntetos, Boylan & Croston 2005, and what is not steady)."""

    SMOOTH = 0
    ERRATIC = 1
    INTERMITTENT = 2
    LUMPY = 3
    NEW = 4
    ENDED = 5
    TRENDING = 6
    SEASONAL = 7


class Form(Coded):
    """Family of the distribution of exposed demand."""

    NORMAL = 0
    GAMMA = 1
    NEGATIVE_BINOMIAL = 2
    ZERO_GAMMA = 3  # nothing with some probability, else gamma: lumps far apart
    WINDOWS = 4  # the item's own past windows
    ZERO_LOGNORMAL = 5  # nothing with some probability, else lognormal: a tight body and a rare far tail

    @property
    def label(self) -> str:
        """The name shown to people."""
        return self.name.lower().replace("_", " ")


class LeadTimeBasis(Coded):
    """Where a lead time comes from."""

    RECEIPTS = 0  # the item's own receipts, steadied by its supplier's
    SUPPLIER = 1  # no receipts of its own: its supplier's others
    PLANNED = 2  # nothing received: the planned figure with the plant's usual spread
    MISSING = 3
    MACHINES = 4  # made here: how long its own machines take, stops included


class StockoutBasis(Coded):
    """What a stockout is charged by."""

    NONE = 0
    PER_UNIT = 1  # money per unit short
    PER_UNIT_DAY = 2  # money per unit short and day waited
    PER_OCCASION = 3  # money per time the shelf runs empty
    PER_LINE_HOUR = 4  # money per hour the line stands while the shelf is empty


class Decision(Coded):
    """Where on the curve from just-in-time to just-in-case an item is put."""

    JIT = 0
    LEAN = 1
    BUFFERED = 2
    JIC = 3
    CANNOT_DECIDE = 4
    ENDED = 5  # nobody wants it any more: reorder nothing

    @property
    def label(self) -> str:
        """The word in the plan's ``decision`` column."""
        return self.name if self in (Decision.JIT, Decision.JIC) else self.name.lower()


class Gate(Coded):
    """Whether the evidence allows just-in-time."""

    PASSED = 0
    NOT_YET = 1
    NO_EVIDENCE = 2

    @property
    def label(self) -> str:
        """The words in the plan's ``gate`` column."""
        return self.name.lower().replace("_", " ")
