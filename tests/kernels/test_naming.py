"""Naming against a Python dictionary."""

from __future__ import annotations

import zlib

import numpy as np

from justenough.kernels import naming


def packed(names):
    raw = [name.encode() for name in names]
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in raw])]).astype(np.int64)
    return np.frombuffer(b"".join(raw), np.uint8), offsets


def test_names_of_any_length_are_found_and_strange_ones_are_not():
    random = np.random.default_rng(5)
    letters = np.array(list("ABÄ-01 "))
    names = sorted({"".join(random.choice(letters, random.integers(0, 40))) for _ in range(3000)})
    known = {name: row for row, name in enumerate(names[::2])}
    slots = np.zeros((1 << (2 * len(known)).bit_length(), 2), np.uint64)
    assert naming.enter(*packed(known), slots)
    asked = [names[i] for i in random.integers(0, len(names), 10_000)]
    found, marks = np.empty(len(asked), np.uint32), np.empty(len(asked), np.uint64)
    naming.rows_of(*packed(asked), slots, marks, found)
    assert found.tolist() == [known.get(name, 2**32 - 1) for name in asked]


def test_trailing_zero_bytes_and_leading_ones_are_told_apart():
    names = ["A", "A\0", "\0A", "AAAAAAAA", "AAAAAAAA\0", "\0AAAAAAAA", ""]
    slots = np.zeros((16, 2), np.uint64)
    assert naming.enter(*packed(names), slots)
    found, marks = np.empty(len(names), np.uint32), np.empty(len(names), np.uint64)
    naming.rows_of(*packed(names), slots, marks, found)
    assert found.tolist() == list(range(len(names)))


def test_a_name_given_twice_is_noticed():
    assert not naming.enter(*packed(["A", "B", "A"]), np.zeros((8, 2), np.uint64))


def test_rows_differ_in_their_hash_if_in_anything():
    """Every single bit, every exchange of two words, and nothing else: 20,000 rows, as many hashes as different rows."""
    random = np.random.default_rng(8)
    base = random.integers(0, 2**63, 40, dtype=np.uint64)
    bits = np.tile(base, (40 * 64, 1))
    bits[np.arange(40 * 64), np.arange(40 * 64) // 64] ^= np.uint64(1) << (np.arange(40 * 64, dtype=np.uint64) % np.uint64(64))
    exchanged = np.array(
        [np.where(np.arange(40) == i, base[j], np.where(np.arange(40) == j, base[i], base)) for i in range(40) for j in range(i)]
    )
    small = random.integers(0, 3, (17_000, 40)).astype(np.float64).view(np.uint64)
    rows = np.concatenate([base[None, :], bits, exchanged, small, small[::-1]])
    marks = np.empty((len(rows), 2), np.uint64)
    naming.marks_of(np.ascontiguousarray(rows), marks)
    assert len(np.unique(marks, axis=0)) == len(np.unique(rows, axis=0))
    assert len(np.unique(marks[:, 0])) == len(np.unique(rows, axis=0))  # each half alone tells them apart
    assert len(np.unique(marks[:, 1])) == len(np.unique(rows, axis=0))


def test_check_sums_are_those_of_zlib():
    names = ["", "A", "ITEM-00000017", "Schraube M8 × 40", "\0"]
    sums = np.empty(len(names), np.uint32)
    naming.check_sums(*packed(names), sums)
    assert sums.tolist() == [zlib.crc32(name.encode()) for name in names]
