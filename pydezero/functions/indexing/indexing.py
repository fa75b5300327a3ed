"""Indexing, and its transpose: adding up cotangents at the places they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import repeat
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.batching import all_batched, batch_size, repeated
from pydezero.core.bind import as_met, bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.foreign import placed
from pydezero.core.placing import as_plain, beside
from pydezero.core.primitive import Contribution, Linear, Nondifferentiable, define
from pydezero.core.snapshot import is_array
from pydezero.core.types import Array, ArrayOrNumber, Index
from pydezero.core.variable import (
    Node,
    NodeDraft,
    Operand,
    Variable,
    VariableDraft,
    next_order,
    shape_of,
    undifferentiated,
)
from pydezero.functions.indexing.index import division, frozen_index, is_basic, names_once
from pydezero.functions.shapes.shape import ravel
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.functions.indexing.batched_index import BatchIndex

__all__ = [
    "take",
]

_OutOfBounds: TypeAlias = Literal["raise", "wrap", "clip"]


def getitem_rule(contributions: list[Contribution], x_shape: tuple[int, ...]) -> Array:
    """Zeros, with the cotangents added at their places."""
    indices = [index for index, _ in contributions]
    cotangents = [g for _, g in contributions]
    if len(indices) > 1 and (parts := division(indices, x_shape)):
        order, axis = parts
        return np.concatenate([cotangents[i] for i in order], axis=axis)
    if Variable in map(type, cotangents):
        return bind(_scatter_p, *cotangents, indices=indices, shape=x_shape)
    return _scatter(*cotangents, indices=indices, shape=x_shape)


def _scatter(*xs: Array, indices: list[Index], shape: tuple[int, ...]) -> Array:
    by_dense = WORDS[type(xs[0])].by_dense
    if by_dense is not None:
        return by_dense(partial(_scatter, indices=indices, shape=shape), *xs)
    dtype = np.result_type(*{x.dtype for x in xs})
    # A cotangent of the whole array, if there is one, takes the place of the zeros.
    whole = next((i for i, index in enumerate(indices) if index is ... and shape), None)
    # CuPy takes the shape () for none.
    out = np.zeros_like(xs[0], shape=shape or (1,), dtype=dtype) if whole is None else xs[whole].astype(dtype)
    if not shape:
        out = np.reshape(out, ())
    words = WORDS[type(out)]
    places: list[int] = []
    elements: list[Array] = []
    for i, (index, x) in enumerate(zip(indices, xs, strict=True)):
        if i == whole:
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


def _getitem(x: Array, index: Index) -> Array:
    return x[index]


def _set(x: Array, y: Array, index: Index) -> Array:
    by_dense = WORDS[type(x)].by_dense or WORDS[type(y)].by_dense
    if by_dense is not None:
        return by_dense(partial(_set, index=index), x, y)
    out = beside(x, y).astype(np.result_type(x, y)) if is_array(x) else np.array(x, dtype=np.result_type(x, y))
    if names_once(index):
        out[index] = y
    else:
        WORDS[type(out)].set_at(out, index, y)
    return out


def _set_rule_y(g: Array, y_shape: tuple[int, ...], index: Index) -> Array:
    g_at = g[index]
    if not names_once(index):
        # Of several values set to one element the last one stays; the others have no influence.
        own = beside(np.arange(g_at.size).reshape(g_at.shape), g)
        ids = put(np.zeros_like(g, np.intp, shape=g.shape), own, index)
        g_at = np.where(np.equal(getitem(ids, index), own), g_at, 0)
    return unbroadcast(g_at, y_shape)


def _batched_index() -> ModuleType:
    """The module that indexes batches; it is imported with the first batch that is indexed."""
    module: ModuleType = load("pydezero.functions.indexing", "batched_index")
    return module


def _scatter_batched(batched: Sequence[bool], *xs: Array, indices: list[Index], shape: tuple[int, ...]) -> Array:
    if all(map(_is_slices, indices)) and all(b and x.ndim > len(shape) for b, x in zip(batched, xs, strict=True)):
        of_slices = [(slice(None), *(index if type(index) is tuple else (index,))) for index in indices]
        return bind(_scatter_p, *xs, indices=of_slices, shape=(len(xs[0]), *shape))
    places = [_batched_index().index_of_examples(index, shape) for index in indices]
    values = [place.as_selected(x) for place, x in zip(places, all_batched(batched, xs), strict=True)]
    of_batch = [... if index is ... else place.index for index, place in zip(indices, places, strict=True)]
    return bind(_scatter_p, *values, indices=of_batch, shape=(batch_size(batched, xs), *shape))


def _is_slices(index: Index) -> bool:
    """Whether an index leaves each axis where it is."""
    return type(index) is slice or (type(index) is tuple and all(type(item) is slice for item in index))


def _getitem_batched(batched: Sequence[bool], x: Array, index: Index) -> Array:
    if is_basic(index):
        return getitem(x, (slice(None), *(index if type(index) is tuple else (index,))))
    place = _batched_index().index_of_examples(index, x.shape[1:])
    return place.examples_first(getitem(x, place.index))


def _set_batched(batched: Sequence[bool], x: Array, y: Array, index: Index) -> Array:
    size = batch_size(batched, (x, y))
    return _put_at(_batched_index().index_of_examples(index, _shape_of_one(x, batched[0])), batched, x, y, size)


def _put_at(place: BatchIndex, batched: Sequence[bool], x: Array, y: Array, size: int) -> Array:
    return put(x if batched[0] else repeated(x, size), place.as_selected(y, batched[1]), place.index)


def _shape_of_one(x: Array, is_batched: bool) -> tuple[int, ...]:
    return shape_of(x)[1:] if is_batched else shape_of(x)


_scatter_p: Final[Linear] = define(
    Linear, "scatter", _scatter, lambda g, position, indices: g[indices[position]], batch=_scatter_batched
)
getitem_p: Final[Linear] = define(
    Linear,
    "getitem",
    _getitem,
    getitem_rule,
    collect="index",
    batch=_getitem_batched,
)
_set_p: Final[Linear] = define(
    Linear, "set", _set, lambda g, index: bind(_set_p, g, 0, index=index), _set_rule_y, batch=_set_batched
)


def _set_at_rule_y(g: Array, y_shape: tuple[int, ...], xs: tuple[Array, ...], template: Index) -> Array:
    return _set_rule_y(g, y_shape, _filled(template, xs[2:]))


def _gather_batched(batched: Sequence[bool], x: Array, *indices: Array, template: Index) -> Array:
    size = batch_size(batched, (x, *indices))
    place = _place(batched[1:], indices, template, _shape_of_one(x, batched[0]), size, batched[0])
    return place.examples_first(getitem(x, place.index))


def _scatter_at_batched(
    batched: Sequence[bool], x: Array, *indices: Array, template: Index, shape: tuple[int, ...]
) -> Array:
    size = batch_size(batched, (x, *indices))
    place = _place(batched[1:], indices, template, shape, size)
    return scatter(place.as_selected(x if batched[0] else repeated(x, size)), place.index, (size, *shape))


def _set_at_batched(batched: Sequence[bool], x: Array, y: Array, *indices: Array, template: Index) -> Array:
    size = batch_size(batched, (x, y, *indices))
    place = _place(batched[2:], indices, template, _shape_of_one(x, batched[0]), size)
    return _put_at(place, batched, x, y, size)


def _place(
    batched: Sequence[bool],
    indices: Sequence[Array],
    template: Index,
    shape: tuple[int, ...],
    size: int,
    of_batch: bool = True,
) -> BatchIndex:
    """The index of a batch of arrays of a shape, or of one such array, of a template filled with index arrays."""
    index = _filled(template, indices)
    if not any(batched):
        place: BatchIndex = _batched_index().index_of_examples(index, shape)
    else:
        of_items = _filled([item is _Hole and item for item in template], batched)
        place = _batched_index().index_of_each(index, of_items, shape, size, of_batch)
    return place


def _in_bounds(x: Array, length: int, mode: Literal["raise", "wrap", "clip"]) -> Array:
    """Indices with those that are out of bounds moved into them, as by `np.take`."""
    return np.take(np.arange(length), x, mode=mode)


_in_bounds_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "in_bounds",
    _in_bounds,
    None,
    batch=lambda _batched, x, **params: bind(_in_bounds_p, x, **params),
)


def _of_mask(args: Sequence[Array]) -> str:
    """The `dynamic_shape` of an index that is an argument: the values of a mask decide how much it selects."""
    return "x[mask]" if any(x.dtype.kind == "b" for x in args[1:]) else ""


def _gather(x: Array, *indices: Array, template: Index) -> Array:
    return x[_filled(template, indices)]


def _scatter_at(x: Array, *indices: Array, template: Index, shape: tuple[int, ...]) -> Array:
    return _scatter(x, indices=[_filled(template, indices)], shape=shape)


def _set_at(x: Array, y: Array, *indices: Array, template: Index) -> Array:
    return _set(x, y, _filled(template, indices))


# An index array that stands for more than one, in a batch or a trace, is an argument; the template says where it goes.
_gather_p: Final[Linear] = define(
    Linear,
    "gather",
    _gather,
    lambda g, xs, template: bind(_scatter_at_p, g, *xs[1:], template=template, shape=xs[0].shape),
    None,
    batch=_gather_batched,
    dynamic_shape=_of_mask,
)
_scatter_at_p: Final[Linear] = define(
    Linear,
    "scatter_at",
    _scatter_at,
    lambda g, xs, template: bind(_gather_p, g, *xs[1:], template=template),
    None,
    batch=_scatter_at_batched,
    dynamic_shape=_of_mask,
)
_set_at_p: Final[Linear] = define(
    Linear,
    "set_at",
    _set_at,
    lambda g, xs, template: bind(_set_at_p, g, 0, *xs[2:], template=template),
    _set_at_rule_y,
    None,
    batch=_set_at_batched,
)


class _Hole:
    """The place of an index array in a template."""


def _has_variables(index: Index) -> bool:
    return Variable in map(type, index if type(index) is tuple else (index,))


def _split(index: Index) -> tuple[list[Variable], Index]:
    """The Variables in an index, and the template that is left without them."""
    items = index if type(index) is tuple else (index,)
    template = tuple([_Hole if type(item) is Variable else item for item in items])
    return [item for item in items if type(item) is Variable], template


def _filled(template: Index, indices: Sequence[Array]) -> Index:
    remaining = iter(indices)
    return tuple([next(remaining) if item is _Hole else item for item in template])


def axes_of_arguments(template: Index, ndim: int) -> list[int]:
    """The axes of an array at which those index arrays stand that are arguments; none of these is a mask."""
    widths = [0 if item is None else item.ndim if getattr(item, "dtype", None) == np.bool else 1 for item in template]
    rest = ndim - sum([n for item, n in zip(template, widths, strict=True) if item is not Ellipsis])
    axes, found = 0, []
    for item, width in zip(template, widths, strict=True):
        if item is _Hole:
            found.append(axes)
        axes += rest if item is Ellipsis else width
    return found


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
            indices, template = _split(index)
            return bind(_gather_p, x, *indices, template=template)
    if type(x) is not Variable:
        x = placed(x)
        if type(x) is not Variable:
            return as_plain(x)[index]
    value = x._value
    parent = x.node
    if type(parent) is not Node:
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
    result._value = value[index]
    result.node = node
    result.__class__ = Variable
    return result


@overload
def take(
    a: Variable, indices: Operand | Sequence[int], axis: int | None = ..., mode: _OutOfBounds = ...
) -> Variable: ...
@overload
def take(a: ArrayOrNumber, indices: Variable, axis: int | None = ..., mode: _OutOfBounds = ...) -> Variable: ...
@overload
def take(
    a: ArrayOrNumber, indices: ArrayOrNumber | Sequence[int], axis: int | None = ..., mode: _OutOfBounds = ...
) -> NDArray[Any]: ...
def take(a: Operand, indices: Operand | Sequence[int], axis: int | None = None, mode: _OutOfBounds = "raise") -> Array:
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
    if axis is None:
        a, axis = ravel(a), 0
    axis = normalize_axis_index(axis, len(shape_of(a)))
    if mode != "raise":
        indices = bind(_in_bounds_p, undifferentiated(indices), length=shape_of(a)[axis], mode=mode)
    return getitem(a, (*(slice(None),) * axis, indices))


def scatter(x: Operand, index: Index, shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with the elements of x added at an index; the transpose of `getitem`."""
    index = frozen_index(index)
    if Variable in map(type, index if type(index) is tuple else (index,)):
        indices, template = _split(index)
        return bind(_scatter_at_p, x, *indices, template=template, shape=shape)
    return bind(_scatter_p, x, indices=[index], shape=shape)


def put(x: Operand, values: Operand, index: Index) -> Array:
    """A copy of x in which the elements at an index, which is frozen, are `values`."""
    x, values = as_met((x, values))
    if _has_variables(index):
        indices, template = _split(index)
        return bind(_set_at_p, x, values, *indices, template=template)
    return bind(_set_p, x, values, index=index)


def iterate(x: Variable) -> Iterator[Variable]:
    """The elements of x along its first axis.

    No generator, so that `iter(x)` raises where there is no axis: by that `np.iterable` tells a number from an array.

    Raises:
        TypeError: x is of shape ().
    """
    if not x.shape:
        raise TypeError("iteration over a Variable of shape (): it has no axes")
    return map(getitem, repeat(x), range(len(x)))
