"""Indexing, and its transpose: adding up cotangents at the places they came from.

An index that holds Variables is in `indices_as_arguments`, a copy with other elements at an index in `updates`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import repeat
from types import ModuleType
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.batching import all_batched, batch_size
from pydezero.core.bind import bind
from pydezero.core.foreign import OPERAND_ERRORS, placed, raise_mixed
from pydezero.core.placing import as_plain
from pydezero.core.primitive import Contribution, Linear, Nondifferentiable, define
from pydezero.core.typed import takes_delayed
from pydezero.core.types import Array, ArrayOrNumber, Index
from pydezero.core.variable import (
    Node,
    NodeDraft,
    Operand,
    Variable,
    VariableDraft,
    new_variable,
    next_order,
    shape_of,
    undifferentiated,
)
from pydezero.functions.indexing.index import division, frozen_index, is_basic, names_once
from pydezero.functions.shapes.shape import along
from pydezero.lazy import load

__all__ = [
    "take",
]

# What an index that is out of bounds means, in NumPy's words.
OutOfBounds: TypeAlias = Literal["raise", "wrap", "clip"]


def getitem_rule(contributions: list[Contribution], x_shape: tuple[int, ...]) -> Array:
    """Zeros, with the cotangents added at their places."""
    indices = [index for index, _ in contributions]
    cotangents = [g for _, g in contributions]
    if len(indices) > 1 and (parts := division(indices, x_shape)):
        order, axis = parts
        return np.concatenate([cotangents[i] for i in order], axis=axis)
    if Variable in map(type, cotangents):
        return bind(scatter_p, *cotangents, indices=indices, shape=x_shape)
    return scattered(*cotangents, indices=indices, shape=x_shape)


def scattered(*xs: Array, indices: list[Index], shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with arrays added at their indices."""
    by_dense = WORDS[type(xs[0])].by_dense
    if by_dense is not None:
        return by_dense(partial(scattered, indices=indices, shape=shape), *xs)
    dtypes = {x.dtype for x in xs}
    dtype = dtypes.pop() if len(dtypes) == 1 else np.result_type(*dtypes)
    # A cotangent of the whole array, if there is one, takes the place of the zeros.
    whole = next((i for i, index in enumerate(indices) if index is ... and shape), None)
    out = _zeros(xs[0], shape, dtype) if whole is None else xs[whole].astype(dtype)
    words = WORDS[type(out)]
    places: list[int] = []
    elements: list[Array] = []
    # Two at the same place in one pass.
    is_pair = bool(shape) and whole is None and len(xs) > 1 and _is_same_slices(indices[0], indices[1])
    if is_pair:
        np.add(xs[0], xs[1], out=out[indices[0]])
    for i, (index, x) in enumerate(zip(indices, xs, strict=True)):
        if i == whole or (is_pair and i < 2):
            continue
        if type(index) is int and len(shape) == 1:
            places.append(index)
            elements.append(x)
        elif not names_once(index):
            words.add_at(out, index, x)
        elif i or whole is not None:
            out[index] += x
        else:
            out[index] = x  # to zeros
    if places:  # the elements of a loop, all at once
        words.add_at(out, places, elements)
    return out


def _zeros(x: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Zeros of the library that x is of."""
    if type(x) is np.ndarray:
        return np.zeros(shape, dtype)
    out = np.zeros_like(x, shape=shape or (1,), dtype=dtype)  # CuPy takes the shape () for none.
    return out if shape else np.reshape(out, ())


def _getitem(x: Array, index: Index) -> Array:
    return x[index]


def _batched_index() -> ModuleType:
    """The module that indexes batches; it is imported with the first batch that is indexed."""
    module: ModuleType = load("pydezero.functions.indexing", "batched_index")
    return module


def _scatter_batched(batched: Sequence[bool], *xs: Array, indices: list[Index], shape: tuple[int, ...]) -> Array:
    if all(map(_is_slices, indices)) and all(b and x.ndim > len(shape) for b, x in zip(batched, xs, strict=True)):
        of_slices = [(slice(None), *(index if type(index) is tuple else (index,))) for index in indices]
        return bind(scatter_p, *xs, indices=of_slices, shape=(len(xs[0]), *shape))
    places = [_batched_index().index_of_examples(index, shape) for index in indices]
    values = [place.as_selected(x) for place, x in zip(places, all_batched(batched, xs), strict=True)]
    of_batch = [... if index is ... else place.index for index, place in zip(indices, places, strict=True)]
    return bind(scatter_p, *values, indices=of_batch, shape=(batch_size(batched, xs), *shape))


def _is_same_slices(index: Index, other: Index) -> bool:
    return _is_slices(index) and _is_slices(other) and index == other


def _is_slices(index: Index) -> bool:
    """Whether an index leaves each axis where it is."""
    return type(index) is slice or (type(index) is tuple and all(type(item) is slice for item in index))


def _getitem_batched(batched: Sequence[bool], x: Array, index: Index) -> Array:
    if is_basic(index):
        return getitem(x, (slice(None), *(index if type(index) is tuple else (index,))))
    place = _batched_index().index_of_examples(index, x.shape[1:])
    return place.examples_first(getitem(x, place.index))


scatter_p: Final[Linear] = define(
    Linear, "scatter", scattered, lambda g, position, indices: g[indices[position]], batch=_scatter_batched
)
getitem_p: Final[Linear] = define(
    Linear,
    "getitem",
    _getitem,
    getitem_rule,
    collect="index",
    batch=_getitem_batched,
)


def _in_bounds(x: Array, length: int, mode: OutOfBounds) -> Array:
    """Indices with those that are out of bounds moved into them, as by `np.take`."""
    return np.take(np.arange(length), x, mode=mode)


_in_bounds_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "in_bounds",
    _in_bounds,
    None,
    batch=lambda _batched, x, **params: bind(_in_bounds_p, x, **params),
)


def has_variables(index: Index) -> bool:
    """Whether an index that is frozen holds Variables."""
    return Variable in map(type, index if type(index) is tuple else (index,))


def getitem(x: Operand, index: Index) -> Array:
    """x[index], with every index that NumPy knows.

    Integers, slices, `...`, None, arrays and lists of integers or booleans, and mixtures of them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> Variable(np.array([1.0, 2.0, 3.0]))[[0, 2]]
    variable([1. 3.])
    """
    if type(index) is not int:
        index = frozen_index(index)
        if Variable in map(type, index if type(index) is tuple else (index,)):
            found: Array = load("pydezero.functions.indexing", "gather")(x, index)
            return found
    if type(x) is not Variable:
        x = placed(x)
        if type(x) is not Variable:
            return as_plain(x)[index]
    value = x._value
    parent = x.node
    if type(parent) is not Node:
        if parent.is_batch and type(value) is np.ndarray and not parent.is_number and is_basic(index):
            of_batch = (slice(None), *(index if type(index) is tuple else (index,)))
            try:
                return new_variable(value[of_batch], parent)
            except IndexError:
                pass  # the error is raised below, with a note
        return bind(getitem_p, x, index=index)
    # bind, new_node and new_variable, written out: programs that loop over elements do little else.
    node = NodeDraft()
    node.primitive = getitem_p
    node.x_parent = parent
    node.x_residual = index, value.shape
    node.y_parent = None
    node.y_residual = None
    node.others = ()
    node.level = parent.level
    node.order = next_order()
    node.__class__ = Node
    result = VariableDraft()
    try:
        result._value = value[index]
    except OPERAND_ERRORS as error:
        raise_mixed(error, "x[i]", (value, *(index if type(index) is tuple else (index,))))
        raise
    result.node = node
    result.__class__ = Variable
    return result


@overload
def take(
    a: Variable, indices: Operand | Sequence[int], axis: int | None = ..., mode: OutOfBounds = ...
) -> Variable: ...
@overload
def take(a: ArrayOrNumber, indices: Variable, axis: int | None = ..., mode: OutOfBounds = ...) -> Variable: ...
@overload
def take(
    a: ArrayOrNumber, indices: ArrayOrNumber | Sequence[int], axis: int | None = ..., mode: OutOfBounds = ...
) -> NDArray[Any]: ...
@takes_delayed
def take(a: Operand, indices: Operand | Sequence[int], axis: int | None = None, mode: OutOfBounds = "raise") -> Array:
    """The elements of a at integer indices along an axis, or of all its elements in one axis by default.

    `mode` says what an index that is out of bounds means: an error ("raise"), the index modulo the length ("wrap"), or
    the nearest valid one ("clip", for which negative ones are out of bounds, too).

    Write it in the place of `a[indices]` where a is an array and the indices are a Variable, which neither an array nor
    `np.take` accepts: under vmap and in a trace functions like `np.argmax` give such indices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> take(Variable(np.array([1.0, 2.0, 3.0])), [0, 2])
    variable([1. 3.])
    """
    a, axis = along(a, axis)
    if mode != "raise":
        indices = bind(_in_bounds_p, undifferentiated(indices), length=shape_of(a)[axis], mode=mode)
    return getitem(a, (*(slice(None),) * axis, indices))


def scatter(x: Operand, index: Index, shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with the elements of x added at an index; the transpose of `getitem`."""
    index = frozen_index(index)
    if has_variables(index):
        zeros: Array = load("pydezero.functions.indexing", "scatter_at")(x, index, shape)
        return zeros
    return bind(scatter_p, x, indices=[index], shape=shape)


def iterate(x: Variable) -> Iterator[Variable]:
    """The elements of x along its first axis.

    It is no generator, so that `iter(x)` raises at once where x has no axis. `np.iterable` tells numbers by that error.

    Raises:
        TypeError: x is of shape ().
    """
    if not x.shape:
        raise TypeError("iteration over a Variable of shape (): it has no axes")
    return map(getitem, repeat(x), range(len(x)))
