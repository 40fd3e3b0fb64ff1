"""Borrowed: a view of an array that does not count among its owners.

Compiled code counts the owners of every view that it makes or passes on, by locked instructions that wait for all writing before
them: of a curve of 32 points that was an eighth of its time, more where threads count the owners of the same array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llvmlite import ir
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numba.core import types


def _borrow(_typing: Any, array: types.Array) -> tuple[Any, Any]:
    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, value=given[0])
        view.meminfo = ir.Constant(view.meminfo.type, None)
        view.parent = ir.Constant(view.parent.type, None)
        return view._getvalue()  # noqa: SLF001 - as numba documents it

    return array(array), build


# The same array, for compiled code. It keeps nothing alive: whoever owns the array must outlive it, as a caller outlives what it calls.
borrowed = cast("Callable[[Any], Any]", intrinsic(_borrow))
