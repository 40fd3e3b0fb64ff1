"""Naming against a Python dictionary."""

from __future__ import annotations

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
