"""Copies of arrays in which the elements at an index are others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.batching import batch_size, repeated
from pydezero.core.bind import bind, weakly_promoted
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.placing import beside
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import is_array
from pydezero.core.types import Array, Index
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.indexing.batched_index import index_of_examples
from pydezero.functions.indexing.index import names_once
from pydezero.functions.indexing.indexing import getitem, has_variables
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.functions.indexing.batched_index import BatchIndex


def updated(x: Array, y: Array, index: Index) -> Array:
    """A copy of an array in which the elements at an index are y."""
    by_dense = WORDS[type(x)].by_dense or WORDS[type(y)].by_dense
    if by_dense is not None:
        return by_dense(partial(updated, index=index), x, y)
    out = beside(x, y).astype(np.result_type(x, y)) if is_array(x) else np.array(x, dtype=np.result_type(x, y))
    if names_once(index):
        out[index] = y
    else:
        WORDS[type(out)].set_at(out, index, y)
    return out


def rule_of_values(g: Array, y_shape: tuple[int, ...], index: Index) -> Array:
    """The cotangent of the values that were set, from that of the copy."""
    g_at = g[index]
    if not names_once(index):
        # Of several values set to one element the last one stays; the others have no influence.
        own = beside(np.arange(g_at.size).reshape(g_at.shape), g)
        ids = put(np.zeros_like(g, np.intp, shape=g.shape), own, index)
        g_at = np.where(np.equal(getitem(ids, index), own), g_at, 0)
    return unbroadcast(g_at, y_shape)


def _set_batched(batched: Sequence[bool], x: Array, y: Array, index: Index) -> Array:
    size = batch_size(batched, (x, y))
    return put_at(index_of_examples(index, shape_of_one(x, batched[0])), batched, x, y, size)


def put_at(place: BatchIndex, batched: Sequence[bool], x: Array, y: Array, size: int) -> Array:
    """The updated copies of a batch of this size, of which either array may be the same for all examples."""
    return put(x if batched[0] else repeated(x, size), place.as_selected(y, batched[1]), place.index)


def shape_of_one(x: Array, is_batched: bool) -> tuple[int, ...]:
    """The shape of the array of one example."""
    return shape_of(x)[1:] if is_batched else shape_of(x)


_set_p: Final[Linear] = define(
    Linear, "set", updated, lambda g, index: bind(_set_p, g, 0, index=index), rule_of_values, batch=_set_batched
)


def _fitting(values: Array, index: Index) -> Array:
    """Values without axes of length 1 that come before all others: NumPy takes them where x[index] has fewer axes.

    The last axis stays, but for `x[..., 0]`: NumPy refuses [5.0] for an element that integers alone name.
    """
    shape = shape_of(values)
    last = len(shape) - (0 if _has_ellipsis(index) else 1)
    first = next((i for i, n in enumerate(shape[:last]) if n != 1), last)
    return np.reshape(values, shape[first:]) if first else values


def _has_ellipsis(index: Index) -> bool:
    return any(item is Ellipsis for item in (index if type(index) is tuple else (index,)))


def put(x: Operand, values: Operand, index: Index) -> Array:
    """A copy of x in which the elements at an index, which is frozen, are `values`."""
    x, values = weakly_promoted((x, values))
    if len(shape_of(values)) > 0:
        values = _fitting(values, index)
    if has_variables(index):
        changed: Array = load("pydezero.functions.indexing", "set_at")(x, values, index)
        return changed
    return bind(_set_p, x, values, index=index)
