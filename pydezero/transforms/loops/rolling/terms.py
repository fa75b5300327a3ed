"""Operands as a rolled graph sees them: a value, and the static indices by which a part of it is taken.

A `getitem` is no step of a loop: it may stand anywhere after its array. So the equations that are compared are the
others, and an operand is a root with a path of indices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.broadcasting import loop_dtypes
from pydezero.core.types import Index
from pydezero.functions.indexing.indexing import getitem_p
from pydezero.transforms.staging.equation import Equation, Reference

Span: TypeAlias = tuple[int, int, int]
"""A slice: its first place, its step, and how many places it has."""

Item: TypeAlias = int | Span | None
"""What an index does with an axis: it takes one place, makes a new axis, or takes places at even distances."""

Path: TypeAlias = tuple[tuple[Item, ...], ...]
"""Indices that are applied one after the other."""


@attrs.frozen
class Term:
    """A part of a value: the root is no result of a `getitem`, and `reference` has the shape and dtype of the part."""

    root: int
    path: Path
    reference: Reference = attrs.field(eq=False)

    def within(self, index: tuple[Item, ...], reference: Reference) -> Term:
        """A part of this part."""
        return Term(self.root, (*self.path, index), reference)


def item_index(equation: Equation) -> tuple[Item, ...] | None:
    """The index of a `getitem` with integers and slices alone, for each axis; None for any other equation."""
    if equation.primitive is not getitem_p:
        return None
    array = equation.inputs[0]
    return normalized(equation.parameters["index"], array.shape) if type(array) is Reference else None


def normalized(index: Index, shape: Sequence[int]) -> tuple[Item, ...] | None:
    """An index with an item for each axis, and places counted from the first; None if it is of another kind."""
    if type(index) is int and len(shape) == 1:
        return (index + shape[0] if index < 0 else index,)
    items = index if type(index) is tuple else (index,)
    if not all(item is None or item is Ellipsis or type(item) in (int, slice) for item in items):
        return None
    axes = sum(item is not None and item is not Ellipsis for item in items)
    missing = (slice(None),) * (len(shape) - axes)
    if Ellipsis in items:
        place = items.index(Ellipsis)
        if not missing and all(type(item) is int for item in (*items[:place], *items[place + 1 :])):
            return None  # an array of shape (), and not a number
        items = (*items[:place], *missing, *items[place + 1 :])
    else:
        items = (*items, *missing)
    lengths = iter(shape)
    return tuple([None if item is None else _item(item, next(lengths)) for item in items])


def _item(item: Any, length: int) -> Item:
    if type(item) is int:
        return item + length if item < 0 else item
    places = range(*item.indices(length))
    return places.start, places.step, len(places)


def index_of(items: Sequence[Item]) -> Index:
    """The index that NumPy takes."""
    index = tuple([_slice(item) if type(item) is tuple else item for item in items])
    return index[0] if len(index) == 1 else index


def index_in(items: Sequence[Item], shape: Sequence[int]) -> Index:
    """The index that NumPy takes for an array of a shape, without slices of the whole at its end."""
    last = len(items)
    lengths = list(shape)
    while last and lengths and items[last - 1] == (0, 1, lengths[-1]):
        last -= 1
        lengths.pop()
    return index_of(items[:last]) if last else Ellipsis if items else ()


def _slice(span: Span) -> slice:
    start, step, count = span
    if not count:
        return slice(0, 0)
    stop = start + step * count
    return slice(start, stop if stop >= 0 else None, None if step == 1 else step)


@attrs.frozen
class Advance:
    """The change of an operand's path from one repetition to the next: an item of one of its indices moves."""

    index: int
    item: int
    by: int


SAME: Final = "same"


def advance(first: Path, second: Path) -> Advance | str | None:
    """The difference of two paths: "same", an advance, or None if it is something else."""
    if first == second:
        return SAME
    if len(first) != len(second):
        return None
    found: Advance | None = None
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        if a == b:
            continue
        if found is not None or len(a) != len(b):
            return None
        moved = [k for k in range(len(a)) if a[k] != b[k]]
        if len(moved) != 1:
            return None
        by = _distance(a[moved[0]], b[moved[0]])
        if by is None:
            return None
        found = Advance(i, moved[0], by)
    return found


def _distance(a: Item, b: Item) -> int | None:
    if type(a) is int and type(b) is int:
        return b - a
    if isinstance(a, tuple) and isinstance(b, tuple) and a[1:] == b[1:]:
        return b[0] - a[0]
    return None


def shape_after(items: Sequence[Item]) -> tuple[int, ...]:
    """The shape of what an index takes."""
    return tuple([item[2] if isinstance(item, tuple) else 1 for item in items if type(item) is not int])


_NUMBERS: Final = (int, float, complex)


def dtype_of_number(equation: Equation, position: int) -> np.dtype[Any] | None:
    """The dtype that a Python number at a position takes, None where that is not known for sure."""
    ufunc = equation.primitive.raw
    number = equation.inputs[position]
    if not isinstance(ufunc, np.ufunc) or equation.parameters or type(number) not in _NUMBERS:
        return None
    if len(equation.inputs) != ufunc.nin or not all(type(x) in (Reference, *_NUMBERS) for x in equation.inputs):
        return None
    kinds = [x.dtype if type(x) is Reference else type(x) for x in equation.inputs]
    try:
        loop = loop_dtypes(ufunc, kinds)
        given = [*kinds]
        given[position] = loop[position]
        same = loop_dtypes(ufunc, given)
    except TypeError:
        return None
    return loop[position] if same == loop else None
