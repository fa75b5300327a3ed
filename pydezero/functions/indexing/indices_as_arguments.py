"""Indexing by Variables: an index array that stands for more than one, in a batch or a trace, is an argument.

A template is the index with `_Hole` in the place of each of these arrays. The module is imported with the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.batching import batch_size, repeated
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.types import Array, Index
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.batched_index import index_of_each, index_of_examples
from pydezero.functions.indexing.indexing import getitem, scatter, scattered
from pydezero.functions.indexing.updates import put_at, rule_of_values, shape_of_one, updated

if TYPE_CHECKING:
    from pydezero.functions.indexing.batched_index import BatchIndex


class _Hole:
    """The place of an index array in a template."""


def _split(index: Index) -> tuple[list[Variable], Index]:
    """The Variables in an index, and the template that is left without them."""
    items = index if type(index) is tuple else (index,)
    template = tuple([_Hole if type(item) is Variable else item for item in items])
    return [item for item in items if type(item) is Variable], template


def filled_index(template: Index, indices: Sequence[Array]) -> Index:
    """The index that a template stands for, with its arrays in the places that it leaves for them."""
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


def _place(
    batched: Sequence[bool],
    indices: Sequence[Array],
    template: Index,
    shape: tuple[int, ...],
    size: int,
    of_batch: bool = True,
) -> BatchIndex:
    """The index of a batch of arrays of a shape, or of one such array: a template filled with index arrays."""
    index = filled_index(template, indices)
    if not any(batched):
        place: BatchIndex = index_of_examples(index, shape)
    else:
        of_items = filled_index([item is _Hole and item for item in template], batched)
        place = index_of_each(index, of_items, shape, size, of_batch)
    return place


def _of_mask(args: Sequence[Array]) -> str:
    """The `dynamic_shape` of an index that is an argument: the values of a mask decide how much it selects."""
    return "x[mask]" if any(x.dtype.kind == "b" for x in args[1:]) else ""


def _gather(x: Array, *indices: Array, template: Index) -> Array:
    return x[filled_index(template, indices)]


def _scatter_at(x: Array, *indices: Array, template: Index, shape: tuple[int, ...]) -> Array:
    return scattered(x, indices=[filled_index(template, indices)], shape=shape)


def _set_at(x: Array, y: Array, *indices: Array, template: Index) -> Array:
    return updated(x, y, filled_index(template, indices))


def _set_at_rule_y(g: Array, y_shape: tuple[int, ...], xs: tuple[Array, ...], template: Index) -> Array:
    return rule_of_values(g, y_shape, filled_index(template, xs[2:]))


def _gather_batched(batched: Sequence[bool], x: Array, *indices: Array, template: Index) -> Array:
    size = batch_size(batched, (x, *indices))
    place = _place(batched[1:], indices, template, shape_of_one(x, batched[0]), size, batched[0])
    return place.examples_first(getitem(x, place.index))


def _scatter_at_batched(
    batched: Sequence[bool], x: Array, *indices: Array, template: Index, shape: tuple[int, ...]
) -> Array:
    size = batch_size(batched, (x, *indices))
    place = _place(batched[1:], indices, template, shape, size)
    return scatter(place.as_selected(x if batched[0] else repeated(x, size)), place.index, (size, *shape))


def _set_at_batched(batched: Sequence[bool], x: Array, y: Array, *indices: Array, template: Index) -> Array:
    size = batch_size(batched, (x, y, *indices))
    place = _place(batched[2:], indices, template, shape_of_one(x, batched[0]), size)
    return put_at(place, batched, x, y, size)


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


def gather(x: Operand, index: Index) -> Array:
    """x[index], for an index that holds Variables."""
    indices, template = _split(index)
    return bind(_gather_p, x, *indices, template=template)


def scatter_at(x: Operand, index: Index, shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with the elements of x added at an index that holds Variables."""
    indices, template = _split(index)
    return bind(_scatter_at_p, x, *indices, template=template, shape=shape)


def set_at(x: Operand, values: Operand, index: Index) -> Array:
    """A copy of x in which the elements at an index that holds Variables are `values`."""
    indices, template = _split(index)
    return bind(_set_at_p, x, values, *indices, template=template)
