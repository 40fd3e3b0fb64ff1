"""Errors: what went wrong, where it was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from justenough.domain.figures import count


@dataclass(frozen=True, slots=True)
class Complaint:
    """
    One row (or file) that could not be accepted, and how to mend it.

    ``row`` is the row's number in the file as a spreadsheet shows it (the first line is 1);
    0 speaks of the file as a whole.
    """

    file: str
    row: int
    column: str
    found: str
    expected: str
    remedy: str
    item: str = ""

    def __str__(self) -> str:
        where = f"{self.file} row {self.row}" if self.row else self.file
        if self.item:
            where += f", item {self.item}"
        what = f"{self.column}: found {self.found}" if self.column else f"found {self.found}"
        return f"{where}: {what}; expected {self.expected}.\n  {self.remedy}"


class JustenoughError(Exception):
    """Anything this package refuses, with a message meant for the person who asked."""

    def __reduce__(self) -> tuple[Callable[..., JustenoughError], tuple[type[JustenoughError], str, dict[str, object]]]:
        """How it is sent from one process to another: as what it says, whatever it was made from."""
        return _sent, (type(self), str(self), self.__dict__)


ALIKE = 3  # complaints of a kind that are told one by one


class ImportFailed(JustenoughError):
    """The export could not be taken in; nothing of it was imported. There may be more problems ``beyond`` those complained of."""

    def __init__(self, complaints: Sequence[Complaint], *, beyond: int = 0, shown: int = 20, advice: str = "") -> None:
        self.complaints = tuple(complaints)
        files, least = len({complaint.file for complaint in self.complaints}), "at least " if beyond else ""
        head = f"{count(len(self.complaints) + beyond, 'problem')} in {least}{count(files, 'file')}; nothing was imported."
        kinds: dict[tuple[str, ...], list[Complaint]] = {}
        for complaint in self.complaints:
            kinds.setdefault((complaint.file, complaint.column, complaint.expected, complaint.remedy), []).append(complaint)
        lines: list[str] = []
        left = len(self.complaints) + beyond
        for alike in kinds.values():
            some = alike[: min(ALIKE if len(alike) > ALIKE + 1 else len(alike), shown - len(lines))]
            lines += [str(complaint) for complaint in some]
            left -= len(some)
            if len(alike) > len(some) == ALIKE:
                lines[-1] += f"\n  The same is wrong in {least}{count(len(alike) - ALIKE, 'more row')} of {alike[0].file}."
                left -= len(alike) - ALIKE
        if left:
            lines.append(f"... and {left:,} more.")
        super().__init__("\n".join([head, *lines, *([advice] if advice else [])]))


class ProfileError(JustenoughError):
    """A profile does not say what an import needs, or says it wrongly."""


class SettingsError(JustenoughError):
    """A setting has a value that cannot be meant."""


class UnknownItem(JustenoughError):
    """The item asked for is not in this plan or plant."""


class UnknownPlan(JustenoughError):
    """The plan asked for is not in this workspace."""


class UnknownSample(JustenoughError):
    """The sample asked for does not come with this package."""


class LineError(JustenoughError):
    """A line that cannot stand as described."""

    def __init__(self, line: str, found: str, expected: str) -> None:
        super().__init__(f"line {line!r}: found {found}; expected {expected}.")


class ClusterError(JustenoughError):
    """The cluster that was asked for cannot do the work; nothing was saved."""


class BudgetError(JustenoughError):
    """Limits on all items together that no choice of levels keeps, with the least each would have to be by itself."""

    def __init__(self, names: Sequence[str], most: Sequence[float], least: Sequence[float]) -> None:
        self.least = dict(zip(names, least, strict=True))
        lines = [f"{name}: at most {limit:,.6g} is allowed" for name, limit in zip(names, most, strict=True)]
        told = [
            f"{line}; {need:,.6g} is the least that keeps every floor." if need > limit else f"{line}; by itself it could be kept."
            for line, limit, need in zip(lines, most, least, strict=True)
        ]
        super().__init__("\n".join(["No choice of levels keeps the limits.", *told, "Raise the limit, or lower the floors."]))


class NetworkError(JustenoughError):
    """A chain of stages that cannot stand as described."""

    def __init__(self, network: str, found: str, expected: str) -> None:
        super().__init__(f"network {network!r}: found {found}; expected {expected}.")


def _sent(kind: type[JustenoughError], said: str, held: dict[str, object]) -> JustenoughError:
    error = kind.__new__(kind, said)
    error.__dict__.update(held)
    return error


class UnknownPlace(JustenoughError):
    """A supplier, machine, class or item that a change speaks of is not there."""

    def __init__(self, kind: str, found: str, known: Sequence[str]) -> None:
        named = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "") or "none"
        super().__init__(f"there is no {kind} {found!r}; there are: {named}.")
