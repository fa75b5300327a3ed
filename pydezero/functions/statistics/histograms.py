"""Histograms, as functions of the weights.

As functions of the values that are counted they are constant between steps, so their derivative with respect to these
is 0. Where the weights are not Variables the result is a plain array.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.placing import beside
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.indexing import getitem, scatter
from pydezero.functions.nondifferentiable.functions import known, nondifferentiable
from pydezero.functions.reductions.sums import sum
from pydezero.functions.shapes.shape import as_operand, in_dtype, ravel, reshape

__all__ = [
    "bincount",
    "histogram",
    "histogram2d",
    "histogramdd",
]

# A number of bins, their edges, or the name of a rule for them.
_Bins: TypeAlias = int | ArrayOrNumber
_Range: TypeAlias = tuple[float, float] | None


@overload
def bincount(x: Operand | Listed, /, weights: Variable, minlength: int = 0) -> Variable: ...
@overload
def bincount(x: Operand | Listed, /, weights: ArrayOrNumber | None = None, minlength: int = 0) -> NDArray[Any]: ...
@without_variables(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Array:
    """The counts of the numbers 0, 1, 2, ... among the integers x, or the sums of the weights where they are.

    Raises:
        ValueError: x has not one axis, an element is negative, or the weights are not as many.
        TypeError: an element is no integer, or a weight is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> bincount(np.array([0, 2, 2]), Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 0. 5.])
    """
    places = known(x, "np.bincount of it, whose length depends on the values")
    counts = np.bincount(places, minlength=minlength)
    if weights is None:
        return counts
    return scatter(_as_float("bincount", weights, np.shape(places)), (np.asarray(places),), counts.shape)


def _as_float(name: str, weights: Array, shape: tuple[int, ...]) -> Array:
    """Weights in float64, which the result of some histograms always has."""
    weights = _checked(name, weights, shape)
    if weights.dtype.kind == "c":
        raise TypeError(f"{name}: weights must be real, got {weights.dtype}")
    return in_dtype(weights, np.dtype(np.float64))


def _checked(name: str, weights: Array, shape: tuple[int, ...]) -> Array:
    weights = as_operand(weights)
    if weights.shape != shape:
        raise ValueError(f"{name}: weights must have the shape {shape} of what is counted, got {weights.shape}")
    return weights


@overload
def histogram(
    a: Operand, bins: _Bins, range: _Range, density: bool | None, weights: Variable
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def histogram(
    a: Operand, bins: _Bins = 10, range: _Range = None, density: bool | None = None, *, weights: Variable
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def histogram(
    a: Operand,
    bins: _Bins = 10,
    range: _Range = None,
    density: bool | None = None,
    weights: ArrayOrNumber | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@without_variables(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: _Range = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, Array]:
    """The numbers of elements in each bin, or the sums of their weights, and the edges of the bins, a plain array.

    Args:
        a: the elements.
        bins: the number of bins, all of equal width, or their edges.
        range: the first and the last edge; the smallest and the largest element by default.
        density: whether the sums are divided by the widths of the bins and by their total.
        weights: of the elements, in the shape of a.

    Raises:
        ValueError: the weights have another shape than a.
        TypeError: a is batched or traced, and neither edges nor a range is given; or the rule for the bins is one that
            takes no weights.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> histogram(np.array([1.0, 2.0, 4.0]), 2, weights=Variable(np.array([1.0, 2.0, 3.0])))
    (variable([3. 3.]), array([1. , 2.5, 4. ]))
    """
    values = as_operand(a)
    if isinstance(bins, str) and weights is not None:
        raise TypeError(f"histogram: bins={bins!r} takes no weights; give a number of bins, or their edges")
    if range is None and np.ndim(bins) == 0:
        sample = known(values, "np.histogram of it without bins=edges or range=, whose bins depend on the values")
        if type(sample) is not np.ndarray:
            sample = WORDS[type(sample)].on_host(sample)
    else:
        sample = np.empty(0, values.dtype)
    edges = np.histogram_bin_edges(sample, WORDS[type(bins)].on_host(bins), range)
    counted = np.ones(values.shape, np.intp) if weights is None else _checked("histogram", weights, values.shape)
    edges = beside(edges, values)
    hist = _summed(counted, [_bin(values, edges)], [len(edges) - 1])
    return (_density(hist, [edges]) if density else hist), edges


@overload
def histogramdd(
    sample: Any, bins: Any, range: Any, density: bool | None, weights: Variable
) -> tuple[Variable, list[NDArray[Any]]]: ...
@overload
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, *, weights: Variable
) -> tuple[Variable, list[NDArray[Any]]]: ...
@overload
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: ArrayOrNumber | None = None
) -> tuple[NDArray[Any], list[NDArray[Any]]]: ...
@without_variables(np.histogramdd)
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, list[NDArray[Any]]]:
    """The numbers of points in each box of a grid, or the sums of their weights, and the edges along each axis.

    `sample` has the points in its rows, or is a list of their coordinates. The other parameters are those of
    `histogram`, with bins and ranges for each axis.

    Raises:
        ValueError: the weights are not one for each point.
        TypeError: the sample is batched or traced, or a weight is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    >>> histogramdd(points, 2, weights=Variable(np.array([1.0, 2.0, 3.0])))[0]
    variable([[1. 0.]
              [2. 3.]])
    """
    what = "a histogram of points"
    points = [known(x, what) for x in sample] if isinstance(sample, list | tuple) else known(sample, what)
    hist, edges = np.histogramdd(points, bins, range, density)
    if weights is None:
        return hist, list(edges)
    coordinates = points.T if isinstance(points, np.ndarray) and points.ndim == 2 else np.atleast_2d(points)
    counted = _as_float("histogramdd", weights, coordinates.shape[1:])
    places = [_bin(x, e) for x, e in zip(coordinates, edges, strict=True)]
    sums = _summed(counted, places, hist.shape)
    return (_density(sums, edges) if density else sums), list(edges)


@overload
def histogram2d(
    x: Operand, y: Operand, bins: Any, range: Any, density: bool | None, weights: Variable
) -> tuple[Variable, NDArray[Any], NDArray[Any]]: ...
@overload
def histogram2d(
    x: Operand, y: Operand, bins: Any = 10, range: Any = None, density: bool | None = None, *, weights: Variable
) -> tuple[Variable, NDArray[Any], NDArray[Any]]: ...
@overload
def histogram2d(
    x: Operand,
    y: Operand,
    bins: Any = 10,
    range: Any = None,
    density: bool | None = None,
    weights: ArrayOrNumber | None = None,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@without_variables(np.histogram2d)
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, NDArray[Any], NDArray[Any]]:
    """`histogramdd` of points (x, y): the sums, and the edges along either axis.

    One array of edges is for both axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x, y = np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])
    >>> histogram2d(x, y, 2, weights=Variable(np.array([1.0, 2.0, 3.0])))[0]
    variable([[1. 0.]
              [2. 3.]])
    """
    if np.ndim(bins) == 1 and len(bins) > 2:
        bins = [bins, bins]
    hist, edges = histogramdd([x, y], bins, range, density, weights)
    return hist, edges[0], edges[1]


def _bin(values: Array, edges: Array) -> Array:
    """The number of the bin that each value is in; the number of bins for a value that is in none."""
    n = len(edges) - 1
    places = nondifferentiable(np.searchsorted, beside(edges, values), values, side="right")
    place = np.where(values == edges[-1], n, places) - 1
    return np.where(np.logical_or(place < 0, place >= n), n, place)


def _summed(weights: Array, bins: Sequence[Array], lengths: Sequence[int]) -> Array:
    """The sums of the weights in each bin, along one axis or more."""
    total = math.prod(lengths)
    flat: Array = 0
    is_outside: Array = False
    for place, n in zip(bins, lengths, strict=True):
        flat = flat * n + place
        is_outside = np.logical_or(is_outside, place == n)
    flat = np.where(is_outside, total, flat)
    sums = scatter(ravel(beside(weights, flat)), (ravel(flat),), (total + 1,))
    return reshape(getitem(sums, slice(0, -1)), tuple(lengths))


def _density(hist: Array, edges: Sequence[Array]) -> Array:
    """A histogram, divided so that its integral is 1."""
    hist = hist / sum(hist)
    for i, e in enumerate(edges):
        hist = hist / np.reshape(np.diff(e).astype(np.float64), (-1, *(1,) * (len(edges) - i - 1)))
    return hist
