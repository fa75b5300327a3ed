"""Functions whose results are not differentiated: comparisons, tests, places, counts, operations on bits.

They give plain arrays; of a Variable that stands for many values (under `vmap`, in a trace) they give a Variable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from pydezero import functions as F
from pydezero.core.types import Axis
from pydezero.core.variable import Operand, shape_of

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "count_nonzero",
    "equal",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "nonzero",
    "not_equal",
    "searchsorted",
    "signbit",
]

_Bools: TypeAlias = NDArray[np.bool]
_Places: TypeAlias = NDArray[np.intp]


class Test(Protocol):
    """A test of each element of an array."""

    def __call__(self, x: Operand, /) -> _Bools: ...


class Comparison(Protocol):
    """A comparison of the elements of two arrays."""

    def __call__(self, x1: Operand, x2: Operand, /) -> _Bools: ...


class Bitwise(Protocol):
    """An operation on the bits of the elements of two arrays of integers or booleans."""

    def __call__(self, x1: Operand, x2: Operand, /) -> NDArray[Any]: ...


class Inversion(Protocol):
    """An operation on the bits of the elements of an array of integers or booleans."""

    def __call__(self, x: Operand, /) -> NDArray[Any]: ...


# cast: to NumPy's stubs a ufunc of a Variable is Any.
equal: Comparison = cast(Comparison, np.equal)
greater: Comparison = cast(Comparison, np.greater)
greater_equal: Comparison = cast(Comparison, np.greater_equal)
less: Comparison = cast(Comparison, np.less)
less_equal: Comparison = cast(Comparison, np.less_equal)
not_equal: Comparison = cast(Comparison, np.not_equal)
logical_and: Comparison = cast(Comparison, np.logical_and)
logical_or: Comparison = cast(Comparison, np.logical_or)
logical_xor: Comparison = cast(Comparison, np.logical_xor)
logical_not: Test = cast(Test, np.logical_not)
isfinite: Test = cast(Test, np.isfinite)
isinf: Test = cast(Test, np.isinf)
isnan: Test = cast(Test, np.isnan)
signbit: Test = cast(Test, np.signbit)
bitwise_and: Bitwise = cast(Bitwise, np.bitwise_and)
bitwise_or: Bitwise = cast(Bitwise, np.bitwise_or)
bitwise_xor: Bitwise = cast(Bitwise, np.bitwise_xor)
bitwise_left_shift: Bitwise = cast(Bitwise, np.left_shift)
bitwise_right_shift: Bitwise = cast(Bitwise, np.right_shift)
bitwise_invert: Inversion = cast(Inversion, np.invert)

# cast: to NumPy's stubs a Variable is no array.
_all: Final = cast(Callable[..., _Bools], np.all)
_any: Final = cast(Callable[..., _Bools], np.any)
_argmax: Final = cast(Callable[..., _Places], np.argmax)
_argmin: Final = cast(Callable[..., _Places], np.argmin)
_argsort: Final = cast(Callable[..., _Places], np.argsort)
_count_nonzero: Final = cast(Callable[..., _Places], np.count_nonzero)
_nonzero: Final = cast(Callable[..., tuple[_Places, ...]], np.nonzero)
_searchsorted: Final = cast(Callable[..., _Places], np.searchsorted)


def all(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> _Bools:
    """Whether all elements along some axes are true, or all of the array.

    >>> import numpy as np
    >>> all(np.array([[1, 0], [1, 1]]), axis=1)
    array([False,  True])
    """
    return _all(x, axis=axis, keepdims=keepdims)


def any(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> _Bools:
    """Whether an element along some axes is true, or one of the array.

    >>> import numpy as np
    >>> any(np.array([[0, 0], [1, 0]]), axis=1)
    array([False,  True])
    """
    return _any(x, axis=axis, keepdims=keepdims)


def argmax(x: Operand, /, *, axis: int | None = None, keepdims: bool = False) -> _Places:
    """The place of the first of the largest elements along an axis, or of the array.

    >>> import numpy as np
    >>> argmax(np.array([[1.0, 3.0], [5.0, 4.0]]), axis=1)
    array([1, 0])
    """
    return _argmax(x, axis=axis, keepdims=keepdims)


def argmin(x: Operand, /, *, axis: int | None = None, keepdims: bool = False) -> _Places:
    """The place of the first of the smallest elements along an axis, or of the array.

    >>> import numpy as np
    >>> argmin(np.array([[1.0, 3.0], [5.0, 4.0]]), axis=1)
    array([0, 1])
    """
    return _argmin(x, axis=axis, keepdims=keepdims)


def argsort(x: Operand, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> _Places:
    """The places of the elements along an axis in the order of their values, which may be descending.

    With `stable` equal elements have the order of their places.

    >>> import numpy as np
    >>> argsort(np.array([1.0, 3.0, 1.0]), descending=True)
    array([1, 0, 2])
    """
    if not descending:
        return _argsort(x, axis=axis, kind="stable" if stable else None)
    # From the end, so that equal elements come in their order when the order is turned around.
    from_end = F.flip(_argsort(F.flip(x, axis), axis=axis, kind="stable"), axis)
    return shape_of(x)[axis] - 1 - from_end


def count_nonzero(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> _Places:
    """The number of elements along some axes that are not 0, or of all.

    >>> import numpy as np
    >>> count_nonzero(np.array([[1, 0], [1, 1]]), axis=1)
    array([1, 2])
    """
    return _count_nonzero(x, axis=axis, keepdims=keepdims)


def nonzero(x: Operand, /) -> tuple[_Places, ...]:
    """The places of the elements that are not 0, along each axis.

    >>> import numpy as np
    >>> nonzero(np.array([0, 2, 3]))
    (array([1, 2]),)
    """
    return _nonzero(x)


def searchsorted(
    x1: Operand, x2: Operand, /, *, side: Literal["left", "right"] = "left", sorter: Operand | None = None
) -> _Places:
    """The place of each element of x2 in the array x1, which is in ascending order, or in that of `sorter`.

    >>> import numpy as np
    >>> searchsorted(np.array([1.0, 2.0, 4.0]), np.array([0.0, 2.0]), side="right")
    array([0, 2])
    """
    return _searchsorted(x1, x2, side=side, sorter=sorter)
