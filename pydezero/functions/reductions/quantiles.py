"""Quantiles, by every method that NumPy names.

The methods are those of R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician
50 (1996), pp. 361-365, and four more (https://numpy.org/doc/stable/reference/generated/numpy.quantile.html). Each says
at which positions of the ordered elements a quantile is, counted from 0 here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import cache
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.placing import beside
from pydezero.core.typed import binary_array_function, without_variables
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions.order_statistics import Samples, samples
from pydezero.functions.reductions.weights import weights_like
from pydezero.functions.shapes.shape import as_operand, astype, in_dtype, reshape

__all__ = [
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]

# From the number of elements and q to a position.
_Position: TypeAlias = Callable[[Array, Array], Array]


def _between(alpha: float, beta: float) -> _Position:
    """A continuous method by the two parameters of Hyndman and Fan."""
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


# The value moves from element to element along with q.
_CONTINUOUS: Final[dict[str, _Position]] = {
    "linear": lambda n, q: (n - 1) * q,
    "interpolated_inverted_cdf": _between(0, 1),
    "hazen": _between(1 / 2, 1 / 2),
    "weibull": _between(0, 0),
    "median_unbiased": _between(1 / 3, 1 / 3),
    "normal_unbiased": _between(3 / 8, 3 / 8),
}

# The value is that of one element, or the mean of two.
_STEPS: Final[dict[str, tuple[_Position, ...]]] = {
    "inverted_cdf": (lambda n, q: np.ceil(n * q) - 1,),
    "averaged_inverted_cdf": (lambda n, q: np.ceil(n * q) - 1, lambda n, q: np.floor(n * q)),
    # Half way between two elements it is the one whose number is even, counted from 1.
    "closest_observation": (lambda n, q: np.rint(n * q) - 1,),
    "lower": (lambda n, q: np.floor((n - 1) * q),),
    "higher": (lambda n, q: np.ceil((n - 1) * q),),
    "midpoint": (lambda n, q: np.floor((n - 1) * q), lambda n, q: np.ceil((n - 1) * q)),
    "nearest": (lambda n, q: np.rint((n - 1) * q),),
}


class _Kind(Enum):
    """The form in which q was given."""

    PYTHON_NUMBER = auto()
    NUMPY_SCALAR = auto()
    ARRAY = auto()


# Before NumPy 2.1 the 0-quantile is the smallest element, with or without weight; since then the smallest with weight.
_NEEDS_WEIGHT: Final = bool(np.quantile([0.0, 1.0], 0, weights=[0, 1], method="inverted_cdf") == 1)

# Before NumPy 2.4 a percentage in single precision, of elements in double precision, keeps its digits as a part of 1.
_DIVIDES_IN_PRECISION_OF_A: Final = bool(np.percentile([0.0, 1.0], np.float32(1)) == 0.01)


@attrs.frozen(eq=False)
class _Query:
    """The quantiles that are to be computed, and how."""

    name: str
    # Of any shape, between 0 and 1.
    q: Array
    method: str
    weights: Operand | None
    # The dtype of NumPy's result depends on it, before NumPy 2.4 also for a NumPy scalar.
    kind: _Kind


@binary_array_function
@without_variables(np.quantile)
def quantile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The values below which a part q of the elements lies, along some axes, all of them by default.

    Args:
        a: the elements, real.
        q: the parts, from 0 to 1, in an array of any shape, whose axes come first in the result.
        axis: the axis or axes.
        overwrite_input: has no effect: nothing is ever overwritten.
        method: NumPy's name for the way in which a value between two elements is found.
        keepdims: whether the result keeps the axes, with length 1.
        weights: of all elements, or of those along the axes; for `method="inverted_cdf"` only.

    The derivative with respect to a goes to the elements that the value is taken from; of equal elements to those that
    are there if equal elements keep their order. q is differentiated where the method is continuous, and where the
    value has a kink as a function of q, at an element, its derivative is the mean of those on either side; at the ends
    0 and 1 of "linear" it is that of the one side. With the other methods the value does not change between its steps,
    nor does it change with the weights: the derivative with respect to these is 0. The result is nan if any element is.

    Raises:
        ValueError: q is not between 0 and 1, there are no elements, NumPy has no such method, or the weights are
            negative, all zero, or of the wrong shape.
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> quantile(Variable(np.array([4.0, 1.0, 2.0, 8.0])), np.array([0.0, 0.5]))
    variable([1. 3.])
    >>> grad(quantile)(np.array([4.0, 1.0, 2.0, 8.0]), 0.75)
    array([0.75, 0.  , 0.  , 0.25])
    """
    query = _Query("quantile", _parts("quantile", a, q, 1), method, weights, _kind(q, 1))
    return _quantile(query, a, axis, keepdims, skip_nan=False)


@binary_array_function
@without_variables(np.percentile)
def percentile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The quantiles, with q from 0 to 100. The parameters are those of `quantile`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> percentile(Variable(np.array([4.0, 1.0, 2.0])), 75)
    variable(3.0)
    """
    query = _Query("percentile", _parts("percentile", a, q, 100), method, weights, _kind(q, 100))
    return _quantile(query, a, axis, keepdims, skip_nan=False)


@binary_array_function
@without_variables(np.nanquantile)
def nanquantile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The quantiles of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `quantile`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanquantile(Variable(np.array([4.0, np.nan, 1.0, 2.0])), 0.5)
    variable(2.0)
    """
    query = _Query("nanquantile", _parts("nanquantile", a, q, 1), method, weights, _kind(q, 1))
    return _quantile(query, a, axis, keepdims, skip_nan=True)


@binary_array_function
@without_variables(np.nanpercentile)
def nanpercentile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The percentiles of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `quantile`, with q from 0 to 100.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanpercentile(Variable(np.array([4.0, np.nan, 1.0, 2.0])), 50)
    variable(2.0)
    """
    query = _Query("nanpercentile", _parts("nanpercentile", a, q, 100), method, weights, _kind(q, 100))
    return _quantile(query, a, axis, keepdims, skip_nan=True)


def _kind(q: Operand, whole: int) -> _Kind:
    if type(q) in (int, float) or (isinstance(q, Variable) and q.node.is_number):
        return _Kind.PYTHON_NUMBER
    is_scalar = whole == 1 and isinstance(q, np.generic)  # of percentages NumPy makes arrays
    return _Kind.NUMPY_SCALAR if is_scalar else _Kind.ARRAY


def _parts(name: str, a: Operand, q: Operand, whole: int) -> Array:
    """q as parts of 1, checked unless it is a batch or a trace."""
    of_a = as_operand(a).dtype
    parts = as_operand(q)
    if whole != 1:
        in_precision_of_a = _DIVIDES_IN_PRECISION_OF_A and of_a.kind == "f" and type(q) is not float
        parts = np.true_divide(parts, of_a.type(whole) if in_precision_of_a else whole)
    values = undifferentiated(parts)
    if type(values) is not Variable and not np.all((values >= 0) & (values <= 1)):
        raise ValueError(f"{name}: q must be between 0 and {whole}, got {values * whole}")
    return parts


@cache
def _dtype(a: np.dtype[Any], q: np.dtype[Any], kind: _Kind, method: Any, is_weighted: bool) -> Any:
    """The dtype of NumPy's result; NumPy also raises where it cannot be computed."""
    array = np.ones((), q)
    one = {_Kind.PYTHON_NUMBER: array.item(), _Kind.NUMPY_SCALAR: array[()], _Kind.ARRAY: array}[kind]
    weights = np.ones(2) if is_weighted else None
    return np.quantile(np.ones(2, a), one, method=method, weights=weights).dtype


def _quantile(query: _Query, a: Array, axis: Axis, keepdims: bool, skip_nan: bool) -> Array:
    a = as_operand(a)
    dtype = _dtype(a.dtype, query.q.dtype, query.kind, query.method, query.weights is not None)
    group = samples(a, axis, keepdims, skip_nan)
    if not group.rows.shape[1]:
        raise ValueError(f"{query.name}: there are no elements along axis {axis} of a of shape {a.shape}")
    if query.weights is not None:
        weights = samples(weights_like(query.name, query.weights, a.shape, axis), axis, keepdims, False).rows
        found = group.at(_weighted_place(query, group, undifferentiated(weights)))[0]
    elif query.method in _STEPS or (query.method == "linear" and query.q.dtype.kind in "iu"):
        found = _at_steps(query, group, dtype)
    else:
        found = _interpolated(query, group, dtype)
    return reshape(found, (*shape_of(query.q), *group.shape))


def _count(query: _Query, group: Samples) -> Array:
    """The number of elements as a factor of q, which keeps the dtype of q."""
    is_known = type(group.count) is int or query.q.dtype.kind != "f"
    return group.count if is_known else astype(group.count, query.q.dtype)


def _place(position: Array, group: Samples) -> Array:
    """The closest place of the order, as an integer."""
    return astype(np.minimum(np.maximum(position, 0), group.count - 1), np.intp)


def _at_steps(query: _Query, group: Samples, dtype: np.dtype[Any]) -> Array:
    q = np.reshape(undifferentiated(query.q), (-1, 1))
    positions = _STEPS["lower" if query.method == "linear" else query.method]
    found = group.at(*[_place(position(_count(query, group), q), group) for position in positions])
    if len(found) == 1:
        return found[0]
    lower, upper = [in_dtype(x, dtype) for x in found]
    return 0.5 * lower + 0.5 * upper


def _interpolated(query: _Query, group: Samples, dtype: np.dtype[Any]) -> Array:
    """The value at a position between two elements, counted from the nearer of them, as NumPy does."""
    position = _CONTINUOUS[query.method](_count(query, group), reshape(query.q, (-1, 1)))
    at = undifferentiated(position)
    below = np.floor(at)
    places = [_place(below, group), _place(below + 1, group)]
    fraction = position - below
    is_nearer_above = undifferentiated(fraction) >= 0.5
    if type(position) is not Variable:
        lower, upper = [in_dtype(x, dtype) for x in group.at(*places)]
        slope = upper - lower
    else:
        # At an element the slope is the mean of those on either side.
        is_at_element = at == below
        before = np.where(is_at_element, _place(below - 1, group), places[0])
        lower, upper, start = [in_dtype(x, dtype) for x in group.at(*places, before)]
        # Only "linear" has positions that end at the first and the last element.
        steps = np.maximum(places[1] - before, 1) if query.method == "linear" else 2
        slope = (upper - start) / in_dtype(np.where(is_at_element, steps, 1), dtype)
    beyond = beside(in_dtype(fraction - is_nearer_above, dtype), slope)
    return where(beside(is_nearer_above, slope), upper, lower) + beyond * slope


def _weighted_place(query: _Query, group: Samples, weights: Array) -> Array:
    """The first place of the order up to which the weights, as parts of their sum, add up to q; not differentiated."""
    values = undifferentiated(group.rows)
    m, n = values.shape
    if group.is_nan is False:  # an element that is left out has no weight
        weights = np.where(np.isnan(values), 0, weights)
    order = nondifferentiable(np.argsort, values, axis=1, kind="stable")
    running = np.cumsum(getitem(weights, (beside(np.arange(m)[:, np.newaxis], order), order)), axis=1, dtype=np.float64)
    total = running[:, -1:]
    _check_weights(query, group, weights, total)
    q = np.reshape(undifferentiated(query.q), (-1, 1, 1))
    parts = running / np.where(total == 0, 1, total)
    if q.dtype.kind == "f":
        parts = in_dtype(parts, q.dtype)
    is_before = np.logical_or(parts < q, parts == 0) if _NEEDS_WEIGHT else parts < q
    return np.minimum(np.count_nonzero(is_before, axis=2), n - 1)


def _check_weights(query: _Query, group: Samples, weights: Array, total: Array) -> None:
    """Raise a ValueError unless the weights make sense; those of a batch or a trace cannot be checked."""
    if Variable in map(type, (weights, total, group.count)):
        return
    if np.any(weights < 0):
        raise ValueError(f"{query.name}: weights must not be negative")
    if np.any(np.logical_not(np.isfinite(total) & (total > 0))[:, 0] & (group.count > 0)):
        raise ValueError(f"{query.name}: weights must be finite, and not all of them zero")
