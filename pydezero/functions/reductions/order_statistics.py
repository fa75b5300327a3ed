"""Elements by their place in the order: medians, and the class that medians and quantiles share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from pydezero.core.placing import beside
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions.sums import mean
from pydezero.functions.shapes.shape import as_operand, astype, normalize_axes, reshape, transpose

__all__ = [
    "median",
    "nanmedian",
]

# From this length on it pays to find a few places of the order alone.
_LONG: Final = 1 << 10
_FEW: Final = 8


@attrs.frozen(eq=False)
class Samples:
    """The elements that a function reduces, as the rows of a matrix.

    `count` is the number of elements of a row that count: all, or those that are not nan, which are the first ones in
    the order. `is_nan` is a mask of the rows with a nan that counts, which makes the result nan.
    """

    rows: Array
    count: Array
    is_nan: Array
    shape: tuple[int, ...]

    def at(self, *ranks: Array) -> list[Array]:
        """The elements at places of the order: integers of shape (places, 1) or (places, rows), and so the results.

        Of equal elements the one that comes first in a row is the first in the order. A nan is the last.
        """
        m, n = self.rows.shape
        row = beside(np.arange(m), self.rows)
        places = [np.where(self.is_nan, n - 1, beside(rank, self.rows)) for rank in ranks]
        order = _order(undifferentiated(self.rows), places)
        return [getitem(self.rows, (row, getitem(order, (row, place)))) for place in places]


def samples(a: Array, axis: Axis, keepdims: bool, skip_nan: bool) -> Samples:
    """The elements along some axes, as the rows of a matrix."""
    a = as_operand(a)
    axes = sorted(normalize_axes(axis, a.ndim))
    rest = [i for i in range(a.ndim) if i not in axes]
    shape = tuple([1 if i in axes else n for i, n in enumerate(a.shape) if keepdims or i not in axes])
    n = math.prod([a.shape[i] for i in axes])
    rows = reshape(transpose(a, (*rest, *axes)), (math.prod([a.shape[i] for i in rest]), n))
    if rows.dtype.kind not in "fc":
        return Samples(rows, n, False, shape)
    nan = np.isnan(undifferentiated(rows))
    if not skip_nan:
        return Samples(rows, n, np.any(nan, axis=1), shape)
    # A nan that is left out has no derivative, also where all elements of a row are nan.
    return Samples(where(nan, np.nan, rows), n - np.count_nonzero(nan, axis=1), False, shape)


def _order(values: Array, places: Sequence[Array]) -> Array:
    """The indices of the elements of each row in ascending order, which is right at these places at least."""
    if Variable not in map(type, (values, *places)):
        order = _partial_order(values, np.unique(np.concatenate([place.ravel() for place in places]) % values.shape[1]))
        if order is not None:
            return order
    return nondifferentiable(np.argsort, values, axis=1, kind="stable")


def _partial_order(values: Array, places: Array) -> Array | None:
    """An order that is right at a few places; None where it is not quicker, or where elements there have equals."""
    if type(values) is not np.ndarray or values.shape[1] < _LONG or places.size > _FEW:
        return None
    order = np.argpartition(values, places, axis=1)
    found = np.take_along_axis(values, order[:, places], axis=1)
    is_unique = [np.all(np.count_nonzero(values == x[:, np.newaxis], axis=1) == 1) for x in found.T]
    return order if all(is_unique) else None


@array_function
@without_variables(np.median)
def median(a: Operand, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Array:
    """The element in the middle of the order along some axes, all of them by default, or the mean of the two there.

    The derivative goes to that element, or by halves to those two; of equal elements to those that are there if equal
    elements keep their order. The result is nan if any element is. `overwrite_input` has no effect: nothing is ever
    overwritten.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> median(Variable(np.array([4.0, 1.0, 2.0, 3.0])))
    variable(2.5)
    >>> grad(median)(np.array([4.0, 1.0, 2.0, 3.0]))
    array([0. , 0. , 0.5, 0.5])
    """
    return _median(a, axis, keepdims, skip_nan=False)


@array_function
@without_variables(np.nanmedian)
def nanmedian(a: Operand, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Array:
    """The median of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `median`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmedian(Variable(np.array([4.0, np.nan, 2.0])))
    variable(3.0)
    """
    return _median(a, axis, keepdims, skip_nan=True)


def _median(a: Array, axis: Axis, keepdims: bool, skip_nan: bool) -> Array:
    group = samples(a, axis, keepdims, skip_nan)
    if not group.rows.shape[1]:
        return mean(a, axis, keepdims=keepdims)  # nan, as NumPy's is
    middle = [(group.count - 1) // 2]
    if type(group.count) is not int or group.count % 2 == 0:
        middle.append(np.minimum(group.count // 2, group.count - 1))
    found = group.at(*[np.reshape(rank, (1, -1)) for rank in middle])
    out = found[0] if len(found) == 1 else 0.5 * found[0] + 0.5 * found[1]
    out = out if out.dtype.kind in "fc" else astype(out, np.float64)
    return reshape(out, group.shape)
