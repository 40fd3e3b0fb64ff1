"""Kernels: numba, numbers in and numbers out; nothing here knows what an item is called.

Floor one of the house, beside `justenough.domain`.
"""

from justenough.kernels.freshness import keep_fresh

keep_fresh()
