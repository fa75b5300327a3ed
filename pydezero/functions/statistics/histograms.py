"""Histograms, as functions of the weights and of the edges of the bins.

As functions of the values that are counted the counts are constant between steps, so they have no derivative with
respect to these. The edges have one, if they lie between the smallest and the largest value, and so has a density,
which is divided by the widths of the bins. What depends on no Variable in this way is a plain array.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.placing import beside
from pydezero.core.typed import has_variable, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.indexing.indexing import getitem, scatter
from pydezero.functions.joining.nested import array
from pydezero.functions.nondifferentiable.functions import known, nondifferentiable
from pydezero.functions.reductions.extremes import max, min
from pydezero.functions.reductions.sums import sum
from pydezero.functions.sampled.progressions import linspace
from pydezero.functions.shapes.shape import as_operand, in_dtype, ravel, reshape

__all__ = [
    "bincount",
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
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
    a: ArrayOrNumber, bins: _Bins, range: _Range, density: bool | None, weights: Variable
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def histogram(
    a: ArrayOrNumber, bins: _Bins = 10, range: _Range = None, density: bool | None = None, *, weights: Variable
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def histogram(
    a: ArrayOrNumber,
    bins: _Bins = 10,
    range: _Range = None,
    density: bool | None = None,
    weights: ArrayOrNumber | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def histogram(
    a: Operand,
    bins: Operand | Listed | str = 10,
    range: tuple[Operand, Operand] | None = None,
    density: bool | None = None,
    weights: Operand | None = None,
) -> tuple[Array, Array]: ...
@without_variables(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, Array]:
    """The numbers of elements in each bin, or the sums of their weights, and the edges of the bins.

    The edges are those of `histogram_bin_edges`: Variables if they depend on one.

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
    edges = _edges_of("np.histogram", values, bins, range)
    counted = np.ones(values.shape, np.intp) if weights is None else _checked("histogram", weights, values.shape)
    hist = _summed(counted, [_bin(values, undifferentiated(edges))], [len(edges) - 1])
    return (_density(hist, [edges]) if density else hist), edges


@overload
def histogram_bin_edges(
    a: ArrayOrNumber, bins: _Bins = 10, range: _Range = None, weights: ArrayOrNumber | None = None
) -> NDArray[Any]: ...
@overload
def histogram_bin_edges(
    a: Operand,
    bins: Operand | Listed | str = 10,
    range: tuple[Operand, Operand] | None = None,
    weights: Operand | None = None,
) -> Array: ...
@without_variables(np.histogram_bin_edges)
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Array:
    """The edges of the bins of a histogram.

    Given edges are returned as they are. Those of a number of bins are at equal distances between the two ends, so they
    have the derivatives of these: of the smallest and the largest element, or of what `range` has. How many bins a rule
    finds (`bins="auto"`) is constant between steps. The weights are not used, as in NumPy.

    Raises:
        TypeError: a is batched or traced, and neither edges nor a range is given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> histogram_bin_edges(Variable(np.array([1.0, 2.0, 4.0])), 2)
    variable([1.  2.5 4. ])
    """
    return _edges_of("np.histogram_bin_edges", as_operand(a), bins, range)


def _edges_of(name: str, values: Array, bins: Any, range: Any) -> Array:
    """The edges of the bins, and an error of NumPy's where bins or range are none."""
    bins = _listed(bins)
    if type(undifferentiated(bins)) is Variable and shape_of(bins):
        return bins  # batched or traced: whether they increase cannot be told
    sample = np.empty(0, values.dtype)
    if isinstance(bins, str) or (range is None and shape_of(bins) == ()):
        sample = _on_host(known(values, f"{name} of it without bins=edges or range=, whose bins depend on the values"))
    ends = _known_range(name, range)
    edges = np.histogram_bin_edges(sample, _on_host(known(bins, f"the bins of {name}")), ends)
    if shape_of(bins):
        return beside(edges, values) if type(bins) is not Variable else bins
    return _between(values, range, beside(edges, values))


def _known_range(name: str, range: Any) -> Any:
    if range is None:
        return None
    return tuple([_on_host(known(end, f"the range of {name}")) for end in range])


def _on_host(x: Any) -> Any:
    return WORDS[type(x)].on_host(x)


def _between(values: Array, range: Any, edges: Array) -> Array:
    """Edges at equal distances, with the derivatives of the ends that they are between."""
    if not has_variable((values, range)) or (range is None and not math.prod(shape_of(values))):
        return edges
    first, last = (min(values), max(values)) if range is None else range
    if np.equal(undifferentiated(first), undifferentiated(last)):
        first, last = first - 0.5, last + 0.5  # as NumPy does
    return linspace(first, last, len(edges), dtype=edges.dtype)


@without_variables(np.histogramdd)
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, list[Array]]:
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
    coordinates = array(sample) if isinstance(sample, list | tuple) else np.transpose(sample)
    columns = list(np.atleast_2d(coordinates))
    points = [_on_host(known(x, what)) for x in columns]
    bins = [bins] * len(columns) if _is_number(bins) else list(map(_listed, bins))
    ranges = [None] * len(columns) if range is None else list(range)
    plain_bins = [_on_host(known(n, f"the bins of {what}")) for n in bins]
    hist, plain = np.histogramdd(points, plain_bins, [_known_range(what, r) for r in ranges])
    edges = [
        (n if type(n) is Variable else e) if shape_of(n) else _between(x, r, e)
        for x, n, r, e in zip(columns, bins, ranges, plain, strict=True)
    ]
    if weights is not None:
        counted = _as_float("histogramdd", weights, shape_of(points[0]))
        hist = _summed(counted, [_bin(x, e) for x, e in zip(points, plain, strict=True)], hist.shape)
    return (_density(hist, edges) if density else hist), edges


@without_variables(np.histogram2d)
def histogram2d(
    x: Operand, y: Operand, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, Array, Array]:
    """`histogramdd` of points (x, y): the sums, and the edges along either axis.

    One array of edges is for both axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x, y = np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])
    >>> histogram2d(x, y, 2, weights=Variable(np.array([1.0, 2.0, 3.0])))[0]
    variable([[1. 0.]
              [2. 3.]])
    """
    if not _is_number(bins) and len(bins) > 2:
        bins = [_listed(bins)] * 2
    hist, edges = histogramdd([x, y], bins, range, density, weights)
    return hist, edges[0], edges[1]


def _listed(bins: Any) -> Any:
    """Bins, of which edges in a list are an array."""
    return array(bins) if isinstance(bins, list | tuple) else bins


def _is_number(bins: Any) -> bool:
    return isinstance(bins, int | np.integer)


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
