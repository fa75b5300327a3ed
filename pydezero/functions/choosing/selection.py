"""Choosing elements: at given places, by conditions, or from several arrays by an index.

The index or condition is not differentiated; the arrays that elements are taken from are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.placing import as_plain, beside, operand_beside
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.indexing.indexing import OutOfBounds, getitem, take
from pydezero.functions.nondifferentiable.functions import known
from pydezero.functions.shapes.shape import along, as_operand, broadcast_to, ravel

__all__ = [
    "choose",
    "compress",
    "extract",
    "select",
    "take_along_axis",
    "trim_zeros",
]

_Trim: TypeAlias = Literal["f", "b", "fb", "bf"]


@array_function
@without_variables(np.take_along_axis)
def take_along_axis(arr: Operand, indices: Operand, axis: int | None = -1) -> Array:
    """The elements of each row of `arr` at the indices in the same row of `indices`, where rows lie along an axis.

    `np.take_along_axis(x, np.argsort(x, axis), axis)` is x sorted. Apart from the axis the two shapes broadcast against
    each other. Where `axis` is None, `indices` has one axis and counts all elements of `arr`. An element that is taken
    twice gets the derivatives of both places.

    Raises:
        ValueError: the numbers of axes differ.
        IndexError: the indices are no integers, or one is out of bounds.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> take_along_axis(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([[1], [0]]), axis=1)
    variable([[2.]
              [3.]])
    """
    chosen: Array = undifferentiated(indices)
    if type(chosen) is not Variable:
        chosen = as_plain(chosen)
    if axis is None:
        arr, axis = ravel(arr), 0
    shape, ndim = shape_of(arr), len(shape_of(chosen))
    axis = normalize_axis_index(axis, len(shape))
    if ndim != len(shape):
        raise ValueError(
            f"take_along_axis: indices of shape {shape_of(chosen)} must have as many axes as arr, of shape {shape}; "
            "np.take(arr, indices, axis) takes the same elements of every row"
        )
    if chosen.dtype.kind not in "iu":
        raise IndexError(f"take_along_axis: indices must be integers, got an array of {chosen.dtype}")
    places = [np.reshape(np.arange(n), (n, *(1,) * (ndim - 1 - i))) for i, n in enumerate(shape)]
    return getitem(arr, (*places[:axis], chosen, *places[axis + 1 :]))


@overload
def compress(condition: Operand | Listed, a: Variable, axis: int | None = None) -> Variable: ...
@overload
def compress(condition: Operand | Listed, a: ArrayOrNumber, axis: int | None = None) -> NDArray[Any]: ...
@without_variables(np.compress)
def compress(condition: Operand | Listed, a: Operand, axis: int | None = None) -> Array:
    """The slices of a along an axis for which the condition, of one axis, holds; elements of a raveled by default.

    Raises:
        ValueError: the condition has not one axis.
        EscapeError: the condition is batched or traced, so that the shape of the result is not known; `np.where` gives
            a result of one shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> compress([False, True], Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), axis=1)
    variable([[2.]
              [4.]])
    """
    a, axis = along(a, axis)
    chosen: Array = known(condition, "the condition of np.compress")
    places = np.compress(chosen, beside(np.arange(shape_of(a)[axis]), chosen))
    return take(a, places, axis)


@overload
def extract(condition: Operand, arr: Variable) -> Variable: ...
@overload
def extract(condition: Operand, arr: ArrayOrNumber) -> NDArray[Any]: ...
@without_variables(np.extract)
def extract(condition: Operand, arr: Operand) -> Array:
    """The elements of `arr`, in one axis, where a condition of as many elements holds.

    Raises:
        EscapeError: the condition is batched or traced, so that the shape of the result is not known; `np.where` gives
            a result of one shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([1.0, -2.0, 3.0]))
    >>> extract(x > 0, x)
    variable([1. 3.])
    """
    return compress(np.ravel(known(condition, "the condition of np.extract")), arr)


def _checked(a: Array, n: int, mode: OutOfBounds) -> Array:
    """Indices from 0 to n - 1, where `mode` says what an index that is out of bounds means."""
    choices: Any = range(n) if isinstance(a, np.ndarray | np.generic | int) else beside(np.arange(n), a)
    return np.choose(a, choices, mode=mode)


_index_p: Final[Nondifferentiable] = define(
    Nondifferentiable, "choose", _checked, None, batch=lambda _batched, a, **params: bind(_index_p, a, **params)
)


@overload
def choose(a: Operand | Listed, choices: Variable | Sequence[Variable], mode: OutOfBounds = ...) -> Variable: ...
@overload
def choose(  # type: ignore[overload-overlap]  # arguments without Variables come first
    a: Operand | Listed, choices: ArrayOrNumber | Sequence[ArrayOrNumber], mode: OutOfBounds = ...
) -> NDArray[Any]: ...
@overload
def choose(a: Operand | Listed, choices: Sequence[Operand], mode: OutOfBounds = ...) -> Variable: ...
@without_variables(np.choose)
def choose(a: Operand | Listed, choices: Operand | Sequence[Operand], mode: OutOfBounds = "raise") -> Array:
    """Elements of the choices whose numbers are the elements of a; a and the choices broadcast against each other.

    The derivative goes to the choices. `mode` says what an index that is out of bounds means: an error ("raise"), the
    index modulo the number of choices ("wrap"), or the nearest choice ("clip").

    Raises:
        ValueError: an index is out of bounds.
        TypeError: a holds no integers.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> choose(np.array([0, 1, 0]), [Variable(np.array([1.0, 2.0, 3.0])), 0.0])
    variable([1. 0. 3.])
    """
    options = list(choices)  # type: ignore[arg-type]  # an array is the sequence of its rows
    number = bind(_index_p, undifferentiated(a), n=len(options), mode=mode)
    arrays = _of_one_dtype(options)
    chosen = broadcast_to(arrays[0], np.broadcast_shapes(shape_of(number), *map(shape_of, arrays)))
    for i, array in enumerate(arrays[1:], 1):
        chosen = where(number == i, array, chosen)
    return chosen


@overload
def select(
    condlist: Sequence[Operand], choicelist: Sequence[Variable] | Variable, default: Operand = ...
) -> Variable: ...
@overload
def select(condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Variable) -> Variable: ...
@overload
def select(  # type: ignore[overload-overlap]  # arguments without Variables come first
    condlist: Sequence[Operand], choicelist: Sequence[ArrayOrNumber], default: ArrayOrNumber = ...
) -> NDArray[Any]: ...
@overload
def select(condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Operand = ...) -> Variable: ...
@without_variables(np.select)
def select(condlist: Sequence[Operand], choicelist: Sequence[Operand] | Variable, default: Operand = 0) -> Array:
    """Elements of the choice that belongs to the first condition that holds, of the default where none does.

    Conditions, choices and default broadcast against each other; the derivative goes to the choices and the default. A
    choice that was not selected has none, as in `where`. (`np.piecewise` does not even compute it.)

    Raises:
        ValueError: there are not as many conditions as choices, or none.
        TypeError: a condition holds something else than booleans.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([-1.0, 2.0, 5.0]))
    >>> select([x < 0, x < 3], [-x, x**2], 10.0)
    variable([ 1.  4. 10.])
    """
    conditions = [undifferentiated(condition) for condition in condlist]
    if len(conditions) != len(choicelist) or not conditions:
        raise ValueError(f"select: needs as many conditions as choices, got {len(conditions)} and {len(choicelist)}")
    for i, condition in enumerate(conditions):
        dtype = condition.dtype if type(condition) is Variable else as_plain(condition).dtype
        if dtype.kind != "b":
            raise TypeError(f"select: condition {i} must hold booleans, got {dtype}")
    *choices, selected = _of_one_dtype([*choicelist, default])
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        selected = where(condition, choice, selected)
    return selected


def _of_one_dtype(options: Sequence[Operand]) -> list[Array]:
    """The options, of which arrays and numbers are converted to the common dtype; Python numbers are weak in it."""
    kept = (Variable, int, float, complex)
    options = [x if type(x) in kept else operand_beside(x, *options) for x in options]
    operands: list[Array] = [x if type(x) in kept else as_operand(x) for x in options]
    dtype = np.result_type(*[getattr(x, "dtype", x) for x in operands])
    return [x if type(x) is Variable else operand_beside(as_plain(x), *operands).astype(dtype) for x in operands]


def _is_for_polynomial() -> bool:
    """Whether the call comes from `np.poly1d`, which trims its coefficients."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pydezero."):
        frame = frame.f_back
    return frame is not None and frame.f_code is np.poly1d.__init__.__code__


@array_function
@without_variables(np.trim_zeros)
def trim_zeros(filt: Operand, trim: _Trim = "fb", axis: int | Sequence[int] | None = None) -> Array:
    """An array without the zeros at its ends: in front ("f" in `trim`), at the back ("b"), or both.

    Of an array of several axes the slices that hold nothing but zeros are trimmed, along the axes that `axis` names, or
    along all (NumPy 2.2 and later). The derivative of an element that is trimmed is 0.

    `np.poly1d` keeps the leading coefficients of a Variable that are 0, because a polynomial depends on them.

    Raises:
        EscapeError: the array is batched or traced, so that the shape of the result is not known.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trim_zeros(Variable(np.array([0.0, 1.0, 0.0, 2.0, 0.0])))
    variable([1. 0. 2.])
    """
    if _is_for_polynomial():
        return filt
    value = as_plain(known(filt, "np.trim_zeros"))
    along: dict[str, Any] = {} if axis is None else {"axis": axis}
    front = np.trim_zeros(value, "f", **along).shape if "f" in trim.lower() else value.shape
    lengths = np.trim_zeros(value, trim, **along).shape
    starts = [n - left for n, left in zip(value.shape, front, strict=True)]
    return getitem(filt, tuple([slice(i, i + n) for i, n in zip(starts, lengths, strict=True)]))
