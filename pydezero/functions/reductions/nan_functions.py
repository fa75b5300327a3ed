"""Reductions that leave nan out. The derivative of a nan that is left out is 0, also of second order.

The signatures repeat those of `reductions`, because the type checker, `help` and a reader look for the parameters of a
function where it is defined, beside its docstring, and a definition cannot say "the parameters of `sum`" by ParamSpec.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.primitive import General, Nondifferentiable, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.reductions import deviations, extremes, products, sums
from pydezero.functions.reductions.options import has_few
from pydezero.functions.reductions.sums import kept, of_batch
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, in_dtype

__all__ = [
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


def _split(a: Array, chosen: Operand | bool = True) -> tuple[Array, Array]:
    """The elements with zeros in the place of nan, and a mask of the chosen elements that are not nan."""
    a = as_operand(a)
    present = np.logical_not(np.isnan(undifferentiated(a)))
    numbers = where(present, a, 0)
    if chosen is not True:
        mask: Array = broadcast_to(undifferentiated(chosen), a.shape)
        present = np.logical_and(present, mask)
    return numbers, present


@array_function
@without_variables(np.nansum)
def nansum(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The sum of the elements that are not nan. The parameters are those of `sum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nansum(Variable(np.array([1.0, np.nan, 3.0])))
    variable(4.0)
    """
    numbers, present = _split(a, where)
    return sums.sum(numbers, axis, dtype, keepdims=keepdims, initial=initial, where=present)


@array_function
@without_variables(np.nanprod)
def nanprod(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The product of the elements that are not nan. The parameters are those of `prod`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanprod(Variable(np.array([2.0, np.nan, 3.0])))
    variable(6.0)
    """
    numbers, present = _split(a, where)
    return products.prod(numbers, axis, dtype, keepdims=keepdims, initial=initial, where=present)


@array_function
@without_variables(np.nanmean)
def nanmean(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """The mean of the elements that are not nan; nan where there are none. The parameters are those of `mean`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmean(Variable(np.array([1.0, np.nan, 3.0])))
    variable(2.0)
    """
    _check_inexact("nanmean", a, dtype)
    numbers, present = _split(a, where)
    return sums.mean(numbers, axis, dtype, keepdims=keepdims, where=present)


@array_function
@without_variables(np.nanvar)
def nanvar(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The variance of the elements that are not nan; nan where there are too few. The parameters are those of `var`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanvar(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    _check_inexact("nanvar", a, dtype)
    numbers, present = _split(a, where)
    mean = _in_dtype_of(numbers, mean)
    out = deviations.var(
        numbers, axis, dtype, ddof=ddof, keepdims=keepdims, where=present, mean=mean, correction=correction
    )
    return _nan_of_few(out, has_few(numbers, axis, keepdims, present, ddof, correction))


@array_function
@without_variables(np.nanstd)
def nanstd(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The standard deviation of the elements that are not nan, the root of `nanvar`.

    Where it is 0 its derivative is taken to be 0. The parameters are those of `std`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanstd(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    _check_inexact("nanstd", a, dtype)
    numbers, present = _split(a, where)
    mean = _in_dtype_of(numbers, mean)
    out = deviations.std(
        numbers, axis, dtype, ddof=ddof, keepdims=keepdims, where=present, mean=mean, correction=correction
    )
    return _nan_of_few(out, has_few(numbers, axis, keepdims, present, ddof, correction))


def _check_inexact(name: str, a: Operand, dtype: DTypeLike | None) -> None:
    if dtype is not None and np.dtype(dtype).kind not in "fc" and as_operand(a).dtype.kind in "fc":
        raise TypeError(f"{name}: a is inexact, so dtype must be inexact, got {np.dtype(dtype)}")


def _in_dtype_of(numbers: Array, mean: Operand | None) -> Operand | None:
    """A known mean in the dtype of inexact elements, in which NumPy computes their deviations from it."""
    return mean if mean is None or numbers.dtype.kind not in "fc" else astype(mean, np.result_type(numbers.dtype))


def _nan_of_few(out: Array, few: Array) -> Array:
    """A variance or its root, with nan where there are too few elements; the derivative is nan, too."""
    if out.dtype.kind not in "fc":
        return out
    return out * where(few, np.nan, np.ones_like(undifferentiated(out)))


def _nan_shares(x: Array, extreme: Array, axis: Axis, dtype: np.dtype[np.generic]) -> Array:
    """The part of the cotangent that each element gets; nan equals nothing, so that it gets none."""
    chosen = np.equal(x, kept(extreme, x.shape, axis))
    ties = np.add.reduce(chosen, axis=axis, keepdims=True, dtype=dtype.type)
    return chosen / np.where(ties == 0, np.ones_like(ties), ties)


_nan_shares_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "nan_shares",
    _nan_shares,
    None,
    batch=lambda _, x, extreme, axis, dtype: bind(_nan_shares_p, x, extreme, axis=of_batch(axis, x), dtype=dtype),
)


def _extreme_rule(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    if g.dtype == np.float16:  # in which no large number of ties can be counted
        return in_dtype(_extreme_rule(in_dtype(g, np.dtype(np.float32)), x, out, axis), g.dtype)
    shares = bind(_nan_shares_p, undifferentiated(x), undifferentiated(out), axis=axis, dtype=g.dtype)
    return kept(g, x.shape, axis) * shares


_nanmax_p: Final[General] = define(
    General,
    "nanmax",
    np.fmax.reduce,
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(_nanmax_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    chooses=True,
)
_nanmin_p: Final[General] = define(
    General,
    "nanmin",
    np.fmin.reduce,
    _extreme_rule,
    batch=lambda _, x, axis, keepdims: bind(_nanmin_p, x, axis=of_batch(axis, x), keepdims=keepdims),
    chooses=True,
)


@array_function
@without_variables(np.nanmax)
def nanmax(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest of the elements that are not nan; nan, with derivative 0, where there are none.

    Elements that tie for it share the derivative evenly. The parameters are those of `max`. There is no warning where
    all elements are nan.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmax(Variable(np.array([1.0, np.nan, 3.0])))
    variable(3.0)
    """
    if initial is None and where is True:
        return bind(_nanmax_p, a, axis=axis, keepdims=keepdims)
    numbers, present = _split(a, where)
    return extremes.max(numbers, axis, keepdims=keepdims, initial=initial, where=present)


@array_function
@without_variables(np.nanmin)
def nanmin(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest of the elements that are not nan; nan, with derivative 0, where there are none.

    Elements that tie for it share the derivative evenly. The parameters are those of `min`. There is no warning where
    all elements are nan.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmin(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    if initial is None and where is True:
        return bind(_nanmin_p, a, axis=axis, keepdims=keepdims)
    numbers, present = _split(a, where)
    return extremes.min(numbers, axis, keepdims=keepdims, initial=initial, where=present)
