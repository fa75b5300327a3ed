"""Arrays as sets: the different elements of an array, and unions, intersections and differences of two.

The values decide which elements are in a result, and so its length. Under `vmap` and in a trace, where there is not one
value, these functions raise. Of several equal elements the first one gets the derivative.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from pydezero.core.placing import as_plain
from pydezero.core.typed import array_function, binary_array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.indexing.indexing import take
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.nondifferentiable.functions import known
from pydezero.functions.shapes.shape import ravel

__all__ = [
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]

# An array, or a tuple of it with others: a parameter of type bool decides, which no type can express.
_Found: TypeAlias = Any


def _value(x: Operand, name: str) -> Array:
    return as_plain(known(x, f"np.{name}(x), which is as long as its values say (np.sort(x) has one length),"))


@without_variables(np.unique)
def unique(
    ar: Operand,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> _Found:
    """The different elements of an array, in ascending order; or its different slices along an axis.

    With `return_index`, `return_inverse` or `return_counts` the result is a tuple of them and of plain arrays: the
    index of the first occurrence of each, the index among them of each element of the array, and the number of
    occurrences of each. With `equal_nan` all nan are the same. The result is sorted, whatever `sorted` says. The
    derivative goes to the first of equal elements.

    Raises:
        EscapeError: the array is batched or traced, so that the number of different elements is not known.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.unique(x) @ np.array([1.0, 2.0]))(np.array([2.0, 1.0, 2.0]))
    array([2., 1., 0.])
    """
    value = _value(ar, "unique")
    others: dict[str, Any] = {"return_inverse": return_inverse, "return_counts": return_counts}  # no overload for bool
    found: tuple[Array, ...] = np.unique(value, return_index=True, axis=axis, equal_nan=equal_nan, **others)
    values = take(ar, found[1], axis)
    rest = found[1 if return_index else 2 :]
    return (values, *rest) if rest else values


def _unique(x: Operand, name: str) -> tuple[Array, Any]:
    """The different elements, where every nan counts as another, and the result of `np.unique_all`."""
    found = np.unique_all(_value(x, name))
    return take(x, found.indices), found


@without_variables(np.unique_all)
def unique_all(x: Operand) -> _Found:
    """The different elements, as a named tuple of `values` and the plain `indices`, `inverse_indices` and `counts`.

    It is `unique` with all of its results, but every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_all(Variable(np.array([2.0, 1.0, 2.0]))).values
    variable([1. 2.])
    """
    values, found = _unique(x, "unique_all")
    return found._replace(values=values)


@without_variables(np.unique_counts)
def unique_counts(x: Operand) -> _Found:
    """The different elements and the number of occurrences of each: a named tuple of `values` and plain `counts`.

    Every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_counts(Variable(np.array([2.0, 1.0, 2.0]))).counts
    array([1, 2])
    """
    values, found = _unique(x, "unique_counts")
    return np.unique_counts(np.empty(0))._replace(values=values, counts=found.counts)


@without_variables(np.unique_inverse)
def unique_inverse(x: Operand) -> _Found:
    """The different elements and the index among them of each element, as `values` and plain `inverse_indices`.

    The result is a named tuple. Every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_inverse(Variable(np.array([2.0, 1.0, 2.0]))).inverse_indices
    array([1, 0, 1])
    """
    values, found = _unique(x, "unique_inverse")
    return np.unique_inverse(np.empty(0))._replace(values=values, inverse_indices=found.inverse_indices)


@without_variables(np.unique_values)
def unique_values(x: Operand) -> Array:
    """The different elements, in ascending order; every nan counts as another.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_values(Variable(np.array([2.0, 1.0, 2.0])))
    variable([1. 2.])
    """
    return _unique(x, "unique_values")[0]


@binary_array_function
@without_variables(np.union1d)
def union1d(ar1: Operand, ar2: Operand) -> Array:
    """The different elements of both arrays, in ascending order.

    An element that is in both gets its derivative in `ar1`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> union1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1. 2. 3.])
    """
    return unique(concatenate([ar1, ar2], axis=None))


@without_variables(np.intersect1d)
def intersect1d(ar1: Operand, ar2: Operand, assume_unique: bool = False, return_indices: bool = False) -> _Found:
    """The different elements that are in both arrays, in ascending order; each is the one of `ar1`.

    With `return_indices` the result is a tuple of them and of the indices of their first occurrences in `ar1` and in
    `ar2`. `assume_unique` says that neither array has an element twice.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> intersect1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([3.])
    """
    x, y = _value(ar1, "intersect1d"), _value(ar2, "intersect1d")
    _, places, y_places = np.intersect1d(x, y, assume_unique, return_indices=True)
    values = take(concatenate([ar1, ar2], axis=None), places)
    return (values, places, y_places) if return_indices else values


@array_function
@without_variables(np.setdiff1d)
def setdiff1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Array:
    """The different elements of `ar1` that are not in `ar2`, in ascending order.

    `assume_unique` says that `ar1` has no element twice; then the elements stay in their order. The derivative with
    respect to `ar2` is 0: if only that is a Variable, the result is a plain array.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> setdiff1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1.])
    """
    x = ravel(ar1) if assume_unique else unique(ar1)
    is_other = np.isin(_value(x, "setdiff1d"), _value(ar2, "setdiff1d"), assume_unique=True, invert=True)
    return take(x, np.flatnonzero(is_other))


@binary_array_function
@without_variables(np.setxor1d)
def setxor1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Array:
    """The different elements that are in one of the arrays and not in the other, in ascending order.

    `assume_unique` says that neither array has an element twice.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> setxor1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1. 2.])
    """
    both = concatenate([ar1, ar2] if assume_unique else [unique(ar1), unique(ar2)], axis=None)
    value = _value(both, "setxor1d")
    order = np.argsort(value)
    ordered = value[order]
    # From the element before, which the first one does not have.
    differs = np.ones_like(value, bool, shape=value.size + 1)
    differs[1:-1] = ordered[1:] != ordered[:-1]
    return take(both, order[differs[1:] & differs[:-1]])
