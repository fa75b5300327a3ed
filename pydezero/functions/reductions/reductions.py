"""Reductions along axes.

Where an option (a dtype, an initial value, a mask) is given, the function of `options` of the same name computes it.
"""

from __future__ import annotations

from types import ModuleType

from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand
from pydezero.functions.reductions.rules import max_p, mean_p, min_p, prod_p, std_p, sum_p, var_p
from pydezero.lazy import load

__all__ = [
    "amax",
    "amin",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


def _options() -> ModuleType:
    """The module of the functions that compute a reduction with an option; imported when one is first given."""
    module: ModuleType = load("pydezero.functions.reductions", "options")
    return module


@array_function
def sum(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The sum of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, `initial` a value that is added, which is differentiated, too, and `where` a
    condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sum(Variable(np.ones((2, 3))), axis=0)
    variable([2. 2. 2.])
    """
    if dtype is not None or initial is not None or where is not True:
        return _options().sum(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)
    return bind(sum_p, a, axis=axis, keepdims=keepdims)


@array_function
def mean(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """The arithmetic mean of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, and `where` a condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> mean(Variable(np.array([1.0, 3.0])))
    variable(2.0)
    """
    if dtype is not None or where is not True:
        return _options().mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    return bind(mean_p, a, axis=axis, keepdims=keepdims)


@array_function
def prod(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The product of the elements along some axes, all of them by default.

    Zeros among the elements are no obstacle to any derivative. The other parameters are those of `sum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> prod(Variable(np.array([2.0, 3.0])))
    variable(6.0)
    """
    if dtype is not None or initial is not None or where is not True:
        return _options().prod(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)
    return bind(prod_p, a, axis=axis, keepdims=keepdims)


@array_function
def max(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is larger; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> max(Variable(np.array([2.0, 3.0])))
    variable(3.0)
    """
    if initial is not None or where is not True:
        return _options().max(a, axis=axis, keepdims=keepdims, initial=initial, where=where)
    return bind(max_p, a, axis=axis, keepdims=keepdims)


@array_function
def min(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is smaller; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> min(Variable(np.array([2.0, 3.0])))
    variable(2.0)
    """
    if initial is not None or where is not True:
        return _options().min(a, axis=axis, keepdims=keepdims, initial=initial, where=where)
    return bind(min_p, a, axis=axis, keepdims=keepdims)


@array_function
def var(
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
    """The variance along some axes: the mean of the squared magnitudes of the deviations from the mean.

    The sum of squares is divided by the number of elements less `ddof` (or `correction`, its other name).

    Args:
        a: the elements.
        axis: the axis or axes; all of them by default.
        dtype: the dtype to compute in.
        ddof: the number that is subtracted from the number of elements.
        keepdims: whether the result keeps the axes, with length 1.
        where: a condition; only the elements where it holds count.
        mean: the mean, as `mean(a, axis, keepdims=True)` gives it, where it is known already. It is differentiated, so
            that the derivative is the usual one if it was computed from a.
        correction: the same as `ddof`.

    Raises:
        ValueError: `ddof` and `correction` are both given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> var(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    if dtype is not None or where is not True or mean is not None or correction is not None:
        return _options().var(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction
        )
    return bind(var_p, a, axis=axis, ddof=ddof, keepdims=keepdims)


@array_function
def std(
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
    """The standard deviation along some axes, the root of `var`; where it is 0 its derivative is taken to be 0.

    The parameters are those of `var`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> std(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    if dtype is not None or where is not True or mean is not None or correction is not None:
        return _options().std(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction
        )
    return bind(std_p, a, axis=axis, ddof=ddof, keepdims=keepdims)


# NumPy's other names.
amax = max
amin = min
