"""Detection: whether streams of observations have changed, at a declared rate of false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from justenough.kernels import detector, ranks
from justenough.kernels.variates import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]
    Words = NDArray[np.uint64]

# Bets on what may have happened to the scores, each with the same weight: their mean moved, or their spread did.
BETS = (
    (detector.SHIFT, 0.7),
    (detector.SHIFT, 1.5),
    (detector.SHIFT, -0.7),
    (detector.SHIFT, -1.5),
    (detector.SCALE, 2.0),
    (detector.SCALE, 0.5),
)
DIRECTIONS = ("higher", "lower", "wider", "narrower")
_MOMENTS = (1, 2, 4, 8, 13, 26, 52, 104, 208, 365)
_PATHS = 40_000
_EDGE = 1e-12  # a place nearer to 0 or 1 has no finite score
_BLOCK = 20_000  # streams in one go, to bound the memory


@dataclass(frozen=True, slots=True)
class Streams:
    """
    Observations in the order of time, stream after stream, ready to be tested.

    Parameters
    ----------
    values : (n_values,)
        NaN is unknown and passed over.
    unfinished : (n_values,) or None
        Whether an observation is only known to be at least its value so far (an order still open).
    offsets : (n + 1,)
        Stream i is ``values[offsets[i]:offsets[i + 1]]``.
    begins : (n,)
        Place in ``values`` of each stream's first tested observation; those before are what it was sized on.
    yearly : (n,)
        Observations the stream brings in a year.
    words : (n,)
        From the streams' names; ties are broken by them.
    """

    values: Floats
    unfinished: Bools | None
    offsets: Ints
    begins: Ints
    yearly: Floats
    words: Words

    def __len__(self) -> int:
        return len(self.begins)


@dataclass(frozen=True, slots=True)
class Alarms:
    """
    What was detected in each stream; places count its tested observations from 0.

    Parameters
    ----------
    at : (n,)
        The observation that gave the alarm; -1 without one.
    since : (n,)
        The first observation after the likeliest change; -1 without an alarm.
    direction : (n,)
        Index into `DIRECTIONS`; -1 without an alarm.
    evidence : (n,)
        Natural logarithm of the largest evidence seen.
    limit : (n,)
        Natural logarithm of the evidence that gives an alarm.
    tested : (n,)
        Observations tested.
    """

    at: Ints
    since: Ints
    direction: Ints
    evidence: Floats
    limit: Floats
    tested: Ints

    @property
    def changed(self) -> Bools:
        """Whether each stream gave an alarm. (n,)"""
        return np.asarray(self.at >= 0)


def detect(streams: Streams, false_alarms_a_year: float) -> Alarms:
    """
    Test each stream against what came before its first tested observation.

    Each observation is ranked among all before it. While the stream goes on as it was, the ranks are independent and
    uniform, whatever the observations' law and however few they are (`justenough.kernels.ranks`), so no estimate enters
    and the rate of false alarms is that of uniform numbers, known beforehand (`limits_for`).

    Parameters
    ----------
    false_alarms_a_year : [fraction]
        Chance that a stream in which nothing changes gives an alarm within a year.

    Returns
    -------
    Alarms
    """
    offsets = np.concatenate([[0], np.cumsum(streams.offsets[1:] - streams.begins)]).astype(np.int64)
    return alarms_in(scores_of(streams), offsets, streams.yearly, false_alarms_a_year)


def scores_of(streams: Streams) -> Floats:
    """Least and largest normal score of each tested observation, stream after stream; NaN where it is unknown. (n_tested, 2)"""
    parts = [_scores(streams, i, min(i + _BLOCK, len(streams))) for i in range(0, len(streams), _BLOCK)]
    return np.concatenate(parts) if parts else np.empty((0, 2))


def alarms_in(scores: Floats, offsets: Ints, yearly: Floats, false_alarms_a_year: float) -> Alarms:
    """
    Look for a change in streams of scores that are independent and standard normal without one.

    Parameters
    ----------
    scores : (n_scores, 2)
        Least and largest each can be; stream i is ``scores[offsets[i]:offsets[i + 1]]``.
    yearly : (n,)
        Scores a stream brings in a year.
    false_alarms_a_year : [fraction]
    """
    limit = limits_for(np.maximum(yearly, 1.0), false_alarms_a_year)
    found = detector.alarms(scores, offsets, *_bets(), limit)
    at, since, bet = (found[:, c].astype(np.int64) for c in (detector.AT, detector.SINCE, detector.BET))
    known = np.concatenate([[0], np.cumsum(~np.isnan(scores[:, 0]))])
    tested = known[offsets[1:]] - known[offsets[:-1]]
    return Alarms(at, since, np.append(_DIRECTION_OF_BET, -1)[bet], found[:, detector.EVIDENCE], np.log(limit), tested)


def limits_for(yearly: Floats, false_alarms_a_year: float) -> Floats:
    """
    Evidence that a stream without a change reaches within a year's scores with this chance. (n,)

    From streams of normal scores drawn once, the same in every run; between the numbers of scores drawn for, and
    beyond them, the limit grows in proportion. Never above ``n / chance``, which holds for certain.

    Parameters
    ----------
    yearly : (n,)
        Scores in a year, 1 or more.
    """
    if not 0.0 < false_alarms_a_year < 1.0:
        raise ValueError(f"false_alarms_a_year must be in (0, 1), got {false_alarms_a_year}: 0.01 is one unchanged stream in a hundred.")
    drawn = np.quantile(_largest(), 1.0 - false_alarms_a_year, axis=0)
    moments = np.array(_MOMENTS, dtype=np.float64)
    share = np.interp(np.log(yearly), np.log(moments), drawn / moments)
    return np.asarray(np.minimum(share, 1.0 / false_alarms_a_year) * yearly)


@lru_cache(maxsize=1)
def _largest() -> Floats:
    words = np.array([mixed(np.uint64(word)) for word in range(_PATHS)], dtype=np.uint64)
    return detector.largest(words, np.array(_MOMENTS), *_bets())


def _bets() -> tuple[Ints, Floats, Floats]:
    kinds, sizes = zip(*BETS, strict=True)
    return np.array(kinds, np.int64), np.array(sizes), np.full(len(BETS), 1.0 / len(BETS))


_DIRECTION_OF_BET = np.array(
    [(0 if size > 0 else 1) if kind == detector.SHIFT else (2 if size > 1 else 3) for kind, size in BETS], dtype=np.int64
)


def _scores(streams: Streams, first: int, last: int) -> Floats:
    """`scores_of` for some of the streams."""
    begins, offsets, words = streams.begins[first:last], streams.offsets[first : last + 1], streams.words[first:last]
    out = np.concatenate([[0], np.cumsum(offsets[1:] - begins)]).astype(np.int64)
    if streams.unfinished is None:
        place = ranks.places(streams.values, offsets, begins, words, out)
        both = np.stack([place, place], axis=1)
    else:
        both = ranks.bounded_places(streams.values, streams.unfinished, offsets, begins, words, out)
    return np.asarray(ndtri(np.clip(both, _EDGE, 1.0 - _EDGE)))
