"""Places that arrays of integers move: the elements that an index with arrays names, as NumPy lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.types import Array, Index
from pydezero.functions.indexing.index import is_integer
from pydezero.transforms.jit.program import Compute, Place, Shape
from pydezero.transforms.jit.state import State, broadcast, fail_if
from pydezero.transforms.jit.views import view_of
from pydezero.transforms.staging.equation import Reference

_INDEX: Final = np.dtype(np.intp)

_Picking: TypeAlias = tuple[int, "Array | Reference"]
"""An axis of a view, and the indices along it: an array that is known, or a value of the program."""


def place_at(to: State, place: Place, x: Reference, index: Index, shape: Shape) -> Place | None:
    """The place of `x[index]`, which has a shape, for an index that has arrays; None where it is not found.

    The array lies at a place. Indices that are values are checked when the program runs, and NumPy computes it where
    one is out of bounds.
    """
    items = _items(index)
    if items is None or 0 in (*x.shape, *shape):
        return None
    viewed = tuple([slice(None) if _is_picking(item) else item for item in items])
    of_view = np.broadcast_to(np.zeros((), bool), x.shape)[viewed].shape
    view = view_of(place, x, of_view, lambda a: a[viewed])
    if view is None:
        return None
    pickings, first = _pickings(items, len(of_view))
    if not pickings or (not to.blas.has_routines and any(isinstance(item, Reference) for _, item in pickings)):
        return None
    of_picked = np.broadcast_shapes(*[item.shape for _, item in pickings])
    axes = {axis for axis, _ in pickings}
    kept = [i for i in range(len(of_view)) if i not in axes]
    front = len([i for i in kept if i < first])
    lengths = [of_view[i] for i in kept]
    if (*lengths[:front], *of_picked, *lengths[front:]) != shape:
        return None

    def along_all(strides: Sequence[int]) -> tuple[int, ...]:
        """Strides along the picked axes, with zeros along the others."""
        return (*[0] * front, *strides, *[0] * (len(kept) - front))

    offset, known = view.offset, np.zeros(of_picked, _INDEX)
    lookups: list[tuple[Place, int]] = []
    for axis, item in pickings:
        n, by = of_view[axis], view.strides[axis]
        if isinstance(item, Reference):
            found = broadcast(_checked(to, item, n), item.shape, of_picked)
            assert isinstance(found, Place)
            lookups.append((attrs.evolve(found, strides=along_all(found.strides)), by))
        else:
            known = known + np.where(item < 0, item + n, item) * by
    even = _even(known)
    offset += int(known.flat[0])
    if even is None and not to.blas.has_routines:
        return None
    if even is None:
        table = Reference(to.number(), of_picked, _INDEX)
        to.is_constant(table, known - known.flat[0])
        found = to.places[table.number]
        assert isinstance(found, Place)
        lookups.append((attrs.evolve(found, strides=along_all(found.strides)), 1))
        even = (0,) * len(of_picked)
    strides = [view.strides[i] for i in kept]
    return Place(view.buffer, offset, (*strides[:front], *even, *strides[front:]), view.steps, tuple(lookups))


def _items(index: Index) -> list[Any] | None:
    """The items of an index, integers and masks as arrays of integers; None if it has something else, or no arrays."""
    items: list[Any] = []
    for item in index if type(index) is tuple else (index,):
        if item is None or item is Ellipsis or isinstance(item, slice):
            items.append(item)
        elif isinstance(item, Reference):
            if item.dtype.kind not in "iu":
                return None
            items.append(item)
        elif is_integer(item):
            items.append(np.asarray(item, _INDEX))
        elif isinstance(item, np.ndarray) and item.dtype.kind in "iu":
            items.append(item.astype(_INDEX))
        elif isinstance(item, np.ndarray) and item.dtype.kind == "b" and item.ndim:
            items += np.nonzero(item)
        else:
            return None
    return items


def _is_picking(item: Any) -> bool:
    return isinstance(item, np.ndarray | Reference)


def _pickings(items: Sequence[Any], axes: int) -> tuple[list[_Picking], int]:
    """The arrays of an index with the axes of the view that they pick from, and the axis before which theirs come.

    That is the first one where something else stands between them.
    """
    places = [i for i, item in enumerate(items) if _is_picking(item)]
    if not places:
        return [], 0
    wide = next((i for i, item in enumerate(items) if item is Ellipsis), len(items))
    more = axes - len(items)  # axes that the index does not name one by one
    pickings = [(i if i < wide else i + more, items[i]) for i in places]
    is_together = places == list(range(places[0], places[-1] + 1))
    return pickings, pickings[0][0] if is_together else 0


def _even(places: Array) -> tuple[int, ...] | None:
    """The strides of places that lie at even distances along each axis; None if they do not."""
    first = places[(0,) * places.ndim]
    strides = [
        int(np.moveaxis(places, i, 0)[(1,) + (0,) * (places.ndim - 1)] - first) if n > 1 else 0
        for i, n in enumerate(places.shape)
    ]
    even = first + sum(
        [
            s * np.reshape(np.arange(n), (n,) + (1,) * (places.ndim - 1 - i))
            for i, (s, n) in enumerate(zip(strides, places.shape, strict=True))
        ]
    )
    return tuple(strides) if np.array_equal(np.broadcast_to(even, places.shape), places) else None


def _checked(to: State, x: Reference, n: int) -> Place:
    """Indices along an axis of length n, counted from the front; NumPy computes the program if one is out of bounds."""
    operand = to.places[x.number]
    outside = Reference(to.number(), x.shape, np.dtype(bool))
    inside = Reference(to.number(), x.shape, _INDEX)
    for y, name, expression in (
        (outside, "out_of_bounds", f"({{0}} < {-n}) | ({{0}} >= {n})"),
        (inside, "in_bounds", f"clipped(select({{0}} < 0, {{0}} + {n}, {{0}}), 0, {n - 1})"),
    ):
        to.is_buffer(y)
        to.operations.append(Compute(y.number, name, x.shape, expression, (operand,), (_INDEX,)))
    fail_if(to, outside)
    found = to.places[inside.number]
    assert isinstance(found, Place)
    return found
