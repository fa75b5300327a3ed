"""The sets of operations whose parameters tell them: along which axis they work, what their labels are.

This is the only module of the package that goes by the names of primitives. An operation that is not here is probed if
it is linear, and has the sets of its derivative rule if it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.functions.indexing.indices_as_arguments import axes_of_arguments
from pydezero.functions.products.einstein import Subscripts
from pydezero.transforms.sparse.pattern.application import Application, plain
from pydezero.transforms.sparse.pattern.coupling import (
    along,
    along_pairs,
    by_leading,
    reduced,
    spread,
    windowed,
    within,
)
from pydezero.transforms.sparse.pattern.linear import all_of, of_linear
from pydezero.transforms.sparse.pattern.products import Factor, of_matmul, of_product
from pydezero.transforms.sparse.pattern.sets import Sets, Share, dense, gathered, moved, united

_LARGEST: Final = 32
"""How large a matrix may be whose elements are told apart; of a larger one all are taken."""

NamedRule: TypeAlias = Callable[[Application], Sets]

_LONGEST: Final = 2048
"""How long an axis may be for the triangle of a running sum; of a longer one all elements are taken."""


def _kept(of: Application) -> Sets:
    """The sets of an operation that changes no more than the dtype."""
    return of.sets[0]


def _indexed(of: Application) -> Sets:
    """The sets of `x[index]`, which moves elements for any index: loops that compute with single elements use it."""
    return tuple([part.reshaped(part.rows[of.params["index"]]) for part in of.sets[0]])


def _gathered(of: Application) -> Sets:
    """The sets of `x[index]` with arrays in the index; those that may be others take any element along their axes."""
    if not of.has_varying_choice:
        return of_linear(of)
    template, shape = of.params["template"], of.shape_of(0)
    axes = axes_of_arguments(template, len(shape))
    sets = reduced(of.sets[0], shape, [axis for axis, varies in zip(axes, of.varies[1:], strict=True) if varies])
    indices = [
        np.zeros(of.shape_of(i), np.intp) if of.varies[i] else np.asarray(plain(of.values[i]))
        for i in range(1, len(of.values))
    ]
    raw: Any = of.primitive.raw
    return tuple([part.reshaped(raw(part.rows, *indices, template=template)) for part in sets])


def _multiplied(of: Application) -> Sets:
    """The sets of an elementwise product: what a constant zero multiplies is zero."""
    return united([_times(of.sets[i], of.fixed(1 - i), of.shape) for i in of.places], of.shape)


def _times(sets: Sets, constant: Array | None, shape: tuple[int, ...]) -> Sets:
    """The sets of elements that are multiplied by those of a constant, or by others, for which there is None."""
    if constant is None or np.all(constant):
        return sets
    nonzero = np.broadcast_to(np.asarray(constant) != 0, shape)
    return tuple([part.reshaped(np.where(nonzero, np.broadcast_to(part.rows, shape), 0)) for part in sets])


# Along an axis.


def _running(of: Application) -> Sets:
    axis = of.params["axis"]
    sets, shape = of.sets[0], of.shape_of(0)
    if axis is None:
        sets, shape, axis = tuple([part.reshaped(part.rows.ravel()) for part in sets]), of.shape, 0
    n = shape[axis]
    mask = np.tri(n, dtype=np.bool) if n <= _LONGEST else None
    return along(sets, shape, axis, of.shape, mask)


def _along_axis(of: Application) -> Sets:
    return along(of.sets[0], of.shape_of(0), of.params["axis"], of.shape)


def _filtered(of: Application) -> Sets:
    """The sets of a recursive filter along the last axis, whose results and final state need what is before them."""
    b, a, x, state = [of.shape_of(i) for i in range(4)]
    n = x[-1]
    found = [spread(reduced(of.sets[i], of.shape_of(i), [0]), of.shape) for i in (0, 1) if of.sets[i]]
    if of.sets[2] and a[0]:
        mask = np.tri(of.shape[-1], n, dtype=np.bool) if n <= _LONGEST else None
        found.append(along(of.sets[2], x, len(x) - 1, of.shape, mask))
    elif of.sets[2]:  # as many elements as the numerator has; behind the results are those that would follow
        results, elements = [y.ravel() for y in np.indices((b[0], n))]
        results = results + elements
        inside = results < of.shape[-1]
        found.append(along_pairs(of.sets[2], x, len(x) - 1, of.shape, results[inside], elements[inside]))
    if of.sets[3]:
        found.append(along(of.sets[3], state, len(x) - 1, of.shape))
    return united(found, of.shape)


def _fourier(of: Application) -> Sets:
    """The sets of a Fourier transform of so many elements along an axis, or of half of a spectrum."""
    axis, n = of.params["axis"], of.params["n"]
    count = n // 2 + 1 if of.primitive.name in ("irfft", "hfft") else n
    used = (slice(None),) * axis + (slice(count),)
    sets = tuple([part.reshaped(part.rows[used]) for part in of.sets[0]])
    return along(sets, sets[0].rows.shape, axis, of.shape)


def _differences(of: Application) -> Sets:
    axis = of.params["axis"]
    before = (slice(None),) * axis
    shifted = [
        tuple([part.reshaped(part.rows[(*before, place)]) for part in of.sets[0]])
        for place in (slice(None, -1), slice(1, None))
    ]
    return united(shifted, of.shape)


def _permuted(of: Application) -> Sets:
    """The sets of elements in another order along an axis, which depends on values for all of which it is to hold."""
    if not of.has_varying_choice:
        order = np.asarray(plain(of.values[1]))
        numbers = np.arange(1, order.size + 1).reshape(of.shape_of(0))
        raw: Any = of.primitive.raw
        return moved([of.sets[0]], [order.size], raw(numbers, order, **of.params))
    return _along_axis(of)


def _extreme(of: Application) -> Sets:
    """The sets of the largest or smallest element along some axes: at these values that element, or several like it."""
    axis, shape = of.params["axis"], of.shape_of(0)
    axes = [i % len(shape) for i in (range(len(shape)) if axis is None else np.atleast_1d(axis).tolist())]
    sets = of.sets[0]
    kept = tuple([1 if i in axes else n for i, n in enumerate(shape)])
    if of.run.scope == "local" and not of.run.residuals and "n" not in of.params:  # no power of it
        x, out = np.asarray(plain(of.values[0])), np.asarray(plain(of.out)).reshape(kept)
        chosen = (x == out) | np.isnan(out)
        sets = tuple([part.reshaped(np.where(chosen, part.rows, 0)) for part in sets])
    found = reduced(sets, shape, axes)
    return tuple([part.reshaped(part.rows.reshape(of.shape)) for part in found])


# Products.


def _product(of: Application, subscripts: Subscripts) -> Sets:
    factors = []
    for i, labels in enumerate(subscripts.operands):
        constant = of.fixed(i)
        nonzero = None if constant is None else np.asarray(constant) != 0
        factors.append(Factor(of.shape_of(i), labels, of.sets[i], nonzero))
    return of_product(factors, subscripts.out, of.shape)


def _matmul(of: Application) -> Sets:
    return _product(of, of_matmul([of.shape_of(0), of.shape_of(1)]))


def _einsum(of: Application) -> Sets:
    return _product(of, of.params["subscripts"])


_NEXT, _LAST = [1, 2, 0], [2, 0, 1]


def _crossed(of: Application) -> Sets:
    """The sets of a cross product, whose elements are products of the next element and the last."""
    found = []
    for i in of.places:
        constant = of.fixed(1 - i)
        for own, others in ((_NEXT, _LAST), (_LAST, _NEXT)):
            sets = tuple([part.reshaped(part.rows[..., own]) for part in of.sets[i]])
            found.append(_times(sets, None if constant is None else np.asarray(constant)[..., others], of.shape))
    return united(found, of.shape)


def _convolved(of: Application) -> Sets:
    """The sets of a convolution over the last axes, of which there is one if `count` does not say so."""
    count, mode = of.params.get("count", 1), of.params["mode"]
    shapes = [of.shape_of(0), of.shape_of(1)]
    found = []
    for i in of.places:
        shape, other = shapes[i], shapes[1 - i]
        if any(n != 1 for n in other[: len(other) - count]) or len(other) > len(shape):
            return dense([of.sets[i] for i in of.places], of.shape)
        constant = of.fixed(1 - i)
        kernel = other[len(other) - count :]
        mask = np.ones(kernel, np.bool) if constant is None else (np.asarray(constant) != 0).reshape(kernel)
        axes = tuple(range(len(shape) - count, len(shape)))
        if mode == "full":
            margins = [n - 1 for n in kernel]
            window = np.flip(mask)
        elif i == 0:  # "valid", of which the first operand is the longer one
            margins, window = [0] * count, np.flip(mask)
        else:
            found.append(spread(reduced(of.sets[i], shape, axes), of.shape))
            continue
        found.append(windowed(of.sets[i], shape, window, margins))
    return united(found, of.shape)


def _correlated(of: Application) -> Sets:
    """The sets of the sums of the windows of an array, each times a kernel."""
    found = []
    for i in of.places:
        if i == 1:
            found.append(dense([of.sets[1]], of.shape))
            continue
        constant = of.fixed(1)
        shape = of.shape_of(1)
        mask = np.ones(shape, np.bool) if constant is None else np.asarray(constant) != 0
        found.append(windowed(of.sets[0], of.shape_of(0), mask, [0] * len(shape)))
    return united(found, of.shape)


# Matrices.


def _of_matrices(of: Application) -> Sets:
    """The sets of matrices in the last two axes, or of vectors in a single axis; the axes before are batches."""
    cores = [min(len(of.shape_of(i)), 2) for i in range(len(of.values))]
    leading = max(len(of.shape_of(i)) - core for i, core in enumerate(cores))
    core = len(of.shape) - leading
    return united([by_leading(of.sets[i], of.shape_of(i), cores[i], of.shape, core) for i in of.places], of.shape)


def _triangle(of: Application) -> Sets:
    """The sets of L in a = L L^H, of which a triangle is read: L[i, j] needs what is before it, and its own row."""
    shape, is_upper = of.shape, of.params["upper"]
    n = shape[-1]
    i, j = np.indices((n, n))
    if n > _LARGEST:
        kept = i <= j if is_upper else i >= j
        found = _of_matrices(of)
        return tuple([part.reshaped(np.where(kept, part.rows, 0)) for part in found])
    p, q = (x.ravel() for x in (i, j))
    mask = (q <= p)[:, None] & (q <= p) & ((p <= q[:, None]) | (p == p[:, None])) & (q <= q[:, None])
    if is_upper:
        turned = (q * n + p).astype(np.intp)
        mask = mask[np.ix_(turned, turned)]
    return within(of.sets[0], shape, 2, mask, (n, n))


def _solved_by_triangle(of: Application) -> Sets:
    """The sets of the solution of equations with a triangular matrix, of which one triangle is read."""
    lower = of.params["lower"]
    shape = of.shape_of(0)
    n = shape[-1]
    before = np.tri(n, dtype=np.bool) if lower else np.tri(n, dtype=np.bool).T
    found = []
    if of.sets[0]:
        if n > _LARGEST:
            return _solved(of)
        p, q = (x.ravel() for x in np.indices((n, n)))
        read = (q <= p if lower else q >= p) & (not of.params["unit_diagonal"] or p != q)
        found.append(within(of.sets[0], shape, 2, before[:, p] & read, (n, 1)))
    if of.sets[1]:
        columns = of.shape_of(1)
        mask = before if n <= _LONGEST else None
        found.append(along(of.sets[1], columns, len(columns) - 2, columns, mask))
    return united([spread(sets, of.shape) for sets in found], of.shape)


def _solved(of: Application) -> Sets:
    """The sets of the solution of linear equations, column by column of the right-hand sides."""
    columns = of.shape_of(1)
    if not of.sets[1] or len(columns) < 2:  # of axes
        return _of_matrices(of)
    of_right = spread(reduced(of.sets[1], columns, [len(columns) - 2]), of.shape)
    return united([by_leading(of.sets[0], of.shape_of(0), 2, of.shape, 2) if of.sets[0] else (), of_right], of.shape)


# Sparse matrices of SciPy.


def _times_sparse(of: Application) -> Sets:
    """The sets of the product of a constant sparse matrix."""
    constant = of.params["matrix"]
    matrix = (constant.matrix.T if constant.is_transposed else constant.matrix).tocoo()
    stored = matrix.data != 0
    return _by_entries(of.sets[0], of.shape_of(0), matrix.row[stored], matrix.col[stored], of.shape)


def _times_entries(of: Application) -> Sets:
    """The sets of the product of a sparse matrix, whose entries are the first argument."""
    structure = of.params["structure"]
    rows, columns = np.asarray(structure.rows, np.intp), np.asarray(structure.columns, np.intp)
    found = []
    if of.sets[0]:
        width = 1 if len(of.shape) == 1 else of.shape[1]
        entries = np.repeat(np.arange(len(rows)), width)
        groups = (rows[:, np.newaxis] * width + np.arange(width)).ravel()
        found.append(gathered([Share(of.sets[0], entries, groups)], of.shape))
    if of.sets[1]:
        found.append(_by_entries(of.sets[1], of.shape_of(1), rows, columns, of.shape))
    return united(found, of.shape)


def _sampled(of: Application) -> Sets:
    """The sets of the elements of an outer product, or of a product of matrices, where a sparse matrix has elements."""
    structure = of.params["structure"]
    found = []
    for i, taken in enumerate((structure.rows, structure.columns)):
        sets = reduced(of.sets[i], of.shape_of(i), range(1, len(of.shape_of(i))))
        found.append(tuple([part.reshaped(part.rows.reshape(-1)[np.asarray(taken)]) for part in sets]))
    return united(found, of.shape)


def _by_entries(sets: Sets, shape: tuple[int, ...], rows: Any, columns: Any, out_shape: tuple[int, ...]) -> Sets:
    width = 1 if len(shape) == 1 else shape[1]
    elements = (np.asarray(columns, np.intp)[:, np.newaxis] * width + np.arange(width)).ravel()
    groups = (np.asarray(rows, np.intp)[:, np.newaxis] * width + np.arange(width)).ravel()
    return gathered([Share(sets, elements, groups)], out_shape)


# Splines on a grid.


def _gathered_by_spline(of: Application) -> Sets:
    """The sets of the values of a spline at some places: each needs its place, and the coefficients beside it."""
    found = []
    if of.sets[0]:
        taps = _taps(of, of.shape_of(0))
        share = None if taps is None else [Share(of.sets[0], taps[1], taps[0])]
        found.append(dense([of.sets[0]], of.shape) if share is None else gathered(share, of.shape))
    found.append(_of_places(of))
    return united(found, of.shape)


def _spread_by_spline(of: Application) -> Sets:
    """The sets of the transpose, which adds what belongs to a place to the coefficients beside it."""
    taps = _taps(of, of.shape)
    if taps is None:
        return dense([of.sets[i] for i in of.places], of.shape)
    return gathered([Share(sets, *taps) for sets in (of.sets[0], _of_places(of)) if sets], of.shape)


def _taps(of: Application, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Pairs of a place and a coefficient beside it; None if the places may be anywhere."""
    if of.varies[1] and of.run.scope == "global":
        return None
    u = np.asarray(plain(of.values[1]), float)
    places = np.arange(math.prod(u.shape[1:])).reshape(u.shape[1:])
    is_fixed = of.fixed(1) is not None
    pairs = [(places, index, weight) for index, weight in of.params["spline"].taps(u, shape, of.params["nu"])]
    kept = [np.broadcast_to(weight != 0, places.shape) if is_fixed else places >= 0 for _, _, weight in pairs]
    columns = [[part[i][mask] for part, mask in zip(pairs, kept, strict=True)] for i in (0, 1)]
    return np.concatenate([places[:0], *columns[0]], axis=None), np.concatenate([places[:0], *columns[1]], axis=None)


def _of_places(of: Application) -> Sets:
    """The sets of the places, for those coordinates in which the spline has a derivative; of the shape of places."""
    shape = of.shape_of(1)
    moving = [n < of.params["spline"].order for n in of.params["nu"]]
    sets = tuple([part.reshaped(part.rows[moving]) for part in of.sets[1]])
    found = reduced(sets, (sum(moving), *shape[1:]), [0]) if any(moving) else ()
    return tuple([part.reshaped(part.rows.reshape(shape[1:])) for part in found])


NAMED: Final[Mapping[str, NamedRule]] = {
    "astype": _kept,
    "getitem": _indexed,
    "gather": _gathered,
    "multiply": _multiplied,
    **dict.fromkeys(("cumsum", "cumprod"), _running),
    "spline_filter": _along_axis,
    "lfilter": _filtered,
    **dict.fromkeys(("fft", "hfft", "ifft", "ihfft", "irfft", "rfft"), _fourier),
    "diff": _differences,
    **dict.fromkeys(("permute", "unpermute"), _permuted),
    **dict.fromkeys(("max", "max.power", "min", "min.power", "nanmax", "nanmin"), _extreme),
    "matmul": _matmul,
    "einsum": _einsum,
    "cross": _crossed,
    **dict.fromkeys(("convolve", "signal.convolve"), _convolved),
    "windows": _correlated,
    **dict.fromkeys(
        ("cofactors", "cofactors_of_singular", "det", "expm", "inv", "logm", "logm.by_roots", "pinv"),
        _of_matrices,
    ),
    "sqrtm": _of_matrices,
    "cholesky": _triangle,
    **dict.fromkeys(("solve", "solve_both"), _solved),
    "solve_triangular": _solved_by_triangle,
    "sparse_matmul": _times_sparse,
    "sparse_entries_matmul": _times_entries,
    "sparse_sampled_product": _sampled,
    "spline_gather": _gathered_by_spline,
    "spline_spread": _spread_by_spline,
    "solved_by_iteration": all_of,
}
"""The rules, by the names of the primitives."""
