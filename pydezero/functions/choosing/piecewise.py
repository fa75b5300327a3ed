"""Choices between arrays and between functions, element by element, by conditions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.placing import as_plain, beside
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.elementwise.masking import choose, masked, masked_out
from pydezero.functions.indexing.index import frozen_index
from pydezero.functions.indexing.indexing import getitem, take
from pydezero.functions.indexing.updates import put
from pydezero.functions.nondifferentiable.functions import nondifferentiable, stop_gradient_p
from pydezero.functions.shapes.shape import as_operand, astype

__all__ = [
    "piecewise",
    "where",
]


_where_p: Final = define(
    Linear,
    "where",
    choose,
    None,
    lambda g, x, y_shape: unbroadcast(masked(x, g), y_shape),
    lambda g, x, z_shape: unbroadcast(masked_out(x, g), z_shape),
    batch=lambda batched, *args: where(*aligned(batched, args)),
    chooses=True,
    masks=True,
)


@overload
def where(condition: Operand | Listed, x: Variable, y: Operand, /) -> Variable: ...


@overload
def where(condition: Operand | Listed, x: ArrayOrNumber, y: Variable, /) -> Variable: ...


@overload
def where(condition: Operand | Listed, x: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...


def where(condition: Operand | Listed, x: Operand, y: Operand, /) -> Array:
    """Elements of x where `condition` holds, elements of y elsewhere; the three broadcast against each other.

    The condition itself is not differentiated. As in NumPy both branches are evaluated; but a branch that was not taken
    has no derivative, even where that of its functions is infinite: `np.where(x > 0, np.log(x), 0)` has derivative 0
    at 0.

    >>> from pydezero import as_variable
    >>> where(True, as_variable(1.0), 2.0)
    variable(1.0)
    """
    chosen: Array = undifferentiated(condition)
    if type(chosen) is bool:  # not every library takes one
        chosen = beside(np.bool_(chosen), x, y)
    return bind(_where_p, chosen, x, y)


def _conditions(x: Array, condlist: Any) -> list[Array]:
    """The conditions of `np.piecewise` in a list; a single one may come without a list."""
    items = list(condlist) if isinstance(condlist, list | tuple) or shape_of(condlist) else [condlist]
    if len(x.shape) and items and not shape_of(items[0]):
        items = [condlist]
    items = [undifferentiated(item) for item in items]
    return [item if type(item) is Variable else as_plain(item).astype(bool) for item in items]


def _with_piece(y: Array, x: Array, condition: Array, piece: Any) -> Array:
    """y with a function of x, or with a constant, where the condition holds."""
    if not math.prod(shape_of(x)):
        return y
    if type(condition) is Variable:
        if callable(piece):
            # Some element for which the condition holds takes the place of the others. If it holds for none, no result
            # of the function is used.
            some = bind(stop_gradient_p, take(undifferentiated(x), nondifferentiable(np.argmax, condition)))
            piece = piece(where(condition, x, some))
        return where(condition, astype(piece, x.dtype), y)
    if callable(piece):
        if not condition.any():
            return y
        piece = piece(getitem(x, condition))
    return put(y, astype(piece, x.dtype), frozen_index(condition))


@array_function
@without_variables(np.piecewise)
def piecewise(x: Operand, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    """An array of the values of a function (or a constant) where the condition that belongs to it holds.

    Where several conditions hold, the last one counts. A function is called with the elements for which its condition
    holds, in one axis, and with `args` and `kw`; so its values elsewhere, infinite or nan, have no part in the
    derivative. One function more than there are conditions is for the elements for which none holds; without it these
    are 0 in the result. The result has the shape and the dtype of x.

    In a batch or a trace the number of elements for which a condition holds is not known. There the functions must be
    elementwise: they are called with an array of the shape of x, in which an element for which the condition holds
    takes the place of all for which it does not.

    Raises:
        ValueError: the numbers of conditions and functions do not match.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.sum(np.piecewise(x, [x > 0], [np.sqrt, 5.0])))(np.array([4.0, 0.0]))
    array([0.25, 0.  ])
    """
    x = as_operand(x)
    conditions = _conditions(x, condlist)
    if len(funclist) == len(conditions) + 1:
        conditions.append(
            nondifferentiable(np.logical_not, reduce(partial(nondifferentiable, np.logical_or), conditions))
        )
    elif len(funclist) != len(conditions):
        n = len(conditions)
        raise ValueError(f"piecewise: for {n} conditions needs {n} or {n + 1} functions, got {len(funclist)}")
    y = np.zeros_like(x)
    for condition, piece in zip(conditions, funclist, strict=True):
        y = _with_piece(y, x, condition, partial(_call_with, piece, args, kw) if callable(piece) else piece)
    return y


def _call_with(function: Callable[..., Array], args: tuple[Any, ...], kw: dict[str, Any], x: Array) -> Array:
    return function(x, *args, **kw)
