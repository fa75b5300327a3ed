"""Averages, spreads and correlations."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pydezero.core.placing import beside, operand_beside
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Axis, Listed
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.elementwise.arithmetic import divide, multiply, subtract
from pydezero.functions.elementwise.complex import conjugate, real
from pydezero.functions.elementwise.exponential import sqrt
from pydezero.functions.elementwise.extremes import maximum
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.products.diagonals import diagonal
from pydezero.functions.products.matmul import matmul
from pydezero.functions.reductions.extremes import max, min
from pydezero.functions.reductions.sums import count_of, mean, sum
from pydezero.functions.reductions.weights import weights_like
from pydezero.functions.shapes.shape import as_operand, broadcast_to, expand_dims, in_dtype, reshape, squeeze, transpose

__all__ = [
    "average",
    "corrcoef",
    "cov",
    "ptp",
]


@overload
def average(
    a: Variable,
    axis: Axis = None,
    weights: Operand | Listed | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> Variable: ...
@overload
def average(
    a: ArrayOrNumber, axis: Axis, weights: Variable, returned: Literal[False] = False, *, keepdims: bool = False
) -> Variable: ...
@overload
def average(
    a: ArrayOrNumber, axis: Axis = None, *, weights: Variable, returned: Literal[False] = False, keepdims: bool = False
) -> Variable: ...
@overload
def average(
    a: ArrayOrNumber,
    axis: Axis = None,
    weights: ArrayOrNumber | Listed | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> NDArray[Any]: ...
@overload
def average(
    a: Operand,
    axis: Axis = None,
    weights: Operand | Listed | None = None,
    *,
    returned: Literal[True],
    keepdims: bool = False,
) -> tuple[Any, Any]: ...
@without_variables(np.average)
def average(
    a: Any, axis: Axis = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Array | tuple[Array, Array]:
    """The mean of the elements along some axes, all of them by default, with weights, which are differentiated, too.

    The weights are those of all elements, in the shape of a, or of those along the axes. With `returned` the result is
    a pair, of the averages and the sums of the weights.

    Raises:
        ZeroDivisionError: the weights add up to zero.
        TypeError: the weights are not of the shape of a, and `axis` is not given.
        ValueError: the weights do not fit the axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> average(Variable(np.array([1.0, 4.0])), weights=np.array([2, 1]))
    variable(2.0)
    """
    a = as_operand(a)
    if weights is None:
        averages = mean(a, axis, keepdims=keepdims)
        total: Array = beside(np.asarray(count_of(a.shape, axis), averages.dtype), a)
    else:
        w = weights_like("average", operand_beside(weights, a), a.shape, axis)
        dtype = np.result_type(a.dtype, w.dtype, *([] if a.dtype.kind in "fc" else [np.float64]))
        # A sum of weights in half precision may overflow where the average does not.
        wide = np.dtype(np.float32) if dtype == np.float16 else dtype
        total = sum(w, axis, wide, keepdims=keepdims)
        values = undifferentiated(total)
        if type(values) is not Variable and np.any(values == 0):
            raise ZeroDivisionError(f"average: the weights along axis {axis} add up to zero")
        products = multiply(in_dtype(a, wide), w) if wide != dtype else multiply(a, w)
        averages = in_dtype(divide(sum(products, axis, wide, keepdims=keepdims), total), dtype)
        total = in_dtype(total, dtype)
    return (averages, broadcast_to(total, averages.shape)) if returned else averages


@array_function
@without_variables(np.ptp)
def ptp(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest element less the smallest along some axes; elements that tie for either share its derivative evenly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ptp(Variable(np.array([2.0, 5.0, 3.0])))
    variable(3.0)
    """
    return subtract(max(a, axis, keepdims=keepdims), min(a, axis, keepdims=keepdims))


@array_function
@without_variables(np.cov)
def cov(
    m: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: ArrayOrNumber | Listed | None = None,
    aweights: Operand | Listed | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Array:
    """The covariances of variables, which are the rows of m, and of y, each with all observations of it.

    Args:
        m: one or two axes; of one axis it is a single variable.
        y: more variables.
        rowvar: whether rows are variables; or columns, if not.
        bias: whether the sum of products is divided by the number of observations rather than by one less.
        ddof: the number that is subtracted from the number of observations, in the place of that of `bias`.
        fweights: the number of times that each observation counts: integers, not differentiated.
        aweights: the weight of each observation. They are differentiated.
        dtype: of the result; by default at least float64.

    Raises:
        ValueError: m or y has more than two axes, `ddof` is no integer, or weights are not one for each observation,
            negative, or (`fweights`) no integers.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cov(Variable(np.array([[1.0, 2.0, 3.0], [1.0, 0.0, 5.0]])))
    variable([[1. 2.]
              [2. 7.]])
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof must be an integer, got {ddof}")
    x = _in_rows("m", m, rowvar)
    if y is not None:
        x = concatenate([x, _in_rows("y", y, rowvar)])
    x = in_dtype(x, np.result_type(x.dtype, np.float64) if dtype is None else np.dtype(dtype))
    n = x.shape[1]
    weights, products_of_weights = _weights(fweights, aweights, x)
    total = beside(np.asarray(n), x) if weights is None else sum(weights)
    average = mean(x, 1) if weights is None else divide(matmul(x, weights), total)
    x = subtract(x, expand_dims(average, 1))
    weighted = x if weights is None else multiply(x, weights)
    products = matmul(x, transpose(conjugate(weighted) if weighted.dtype.kind == "c" else weighted))
    less: Array = (0 if bias else 1) if ddof is None else ddof
    if products_of_weights is not None and less:
        less = divide(less * sum(products_of_weights), total)
    return squeeze(divide(products, in_dtype(maximum(total - less, 0), products.dtype)))


def _in_rows(name: str, x: Array, rowvar: bool) -> Array:
    """Variables in the rows of a matrix."""
    x = as_operand(x)
    if x.ndim > 2:
        raise ValueError(f"cov: {name} must have one or two axes, got the shape {x.shape}")
    if x.ndim < 2:
        return reshape(x, (1, -1))
    return x if rowvar else transpose(x)


def _weights(
    fweights: ArrayOrNumber | Listed | None, aweights: Operand | Listed | None, x: Array
) -> tuple[Array, Array]:
    """The weights of the columns of x, if any, and if there are `aweights` the products of both."""
    frequency = None if fweights is None else _checked("fweights", fweights, x)
    if aweights is None:
        return frequency, None
    reliability = _checked("aweights", aweights, x)
    weights = reliability if frequency is None else multiply(frequency, reliability)
    return weights, multiply(weights, reliability)


def _checked(name: str, weights: Array, x: Array) -> Array:
    weights = in_dtype(as_operand(operand_beside(weights, x)), np.dtype(np.float64))
    n = x.shape[1]
    if weights.shape != (n,):
        raise ValueError(f"cov: {name} must be one for each of the {n} observations, got the shape {weights.shape}")
    values = undifferentiated(weights)
    if type(values) is not Variable:
        if np.any(values < 0):
            raise ValueError(f"cov: {name} must not be negative")
        if name == "fweights" and np.any(values != np.rint(values)):
            raise ValueError("cov: fweights must be integers; aweights= takes other weights")
    return weights


@array_function
@without_variables(np.corrcoef)
def corrcoef(x: Operand, y: Operand | None = None, rowvar: bool = True, *, dtype: DTypeLike | None = None) -> Array:
    """The coefficients of correlation of variables: their covariances, divided by their standard deviations.

    The parameters are those of `cov`. A coefficient that rounding takes out of the interval from -1 to 1 is clipped to
    it, which does not change the derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> corrcoef(Variable(np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])))
    variable([[1.  0.5]
              [0.5 1. ]])
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return divide(c, c)
    deviation = sqrt(real(diagonal(c)))
    c = divide(divide(c, expand_dims(deviation, 1)), expand_dims(deviation, 0))
    return c + _correction(undifferentiated(c))


def _correction(c: Array) -> Array:
    """The difference from numbers to the nearest in the interval from -1 to 1, in both parts of complex ones."""
    if c.dtype.kind == "c":
        return _correction(np.real(c)) + 1j * _correction(np.imag(c))
    return np.clip(c, -1, 1) - c
