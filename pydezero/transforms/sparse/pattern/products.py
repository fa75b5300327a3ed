"""Sets of products: of a sum over labelled axes, as `np.einsum` has them, and of what is written as one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from string import ascii_letters
from typing import Any, Final

import attrs
import numpy as np

from pydezero.functions.products.einstein import Subscripts
from pydezero.transforms.sparse.pattern.coupling import Shape, reduced, spread
from pydezero.transforms.sparse.pattern.sets import Indices, Part, Sets, Share, gathered, united

_MOST_PAIRS: Final = 200_000_000
"""How many pairs of a result and an element are listed, for a constant factor with zeros in it."""


@attrs.frozen(eq=False)
class Factor:
    """An operand of a product: its shape, the labels of its axes, its sets, and where it is other than zero.

    `nonzero` is an array of booleans for a constant whose zeros are zeros for good, and None for any other operand.
    """

    shape: Shape
    labels: str
    sets: Sets
    nonzero: Any = None  # Any: an array of booleans, or None


def of_matmul(shapes: Sequence[Shape]) -> Subscripts:
    """The labels of a matrix product of operands of these shapes."""
    left, right = [len(shape) for shape in shapes]
    leading = ascii_letters[: max(left, right)]
    x = leading[len(leading) - max(left - 2, 0) :] + ("Y" if left > 1 else "") + "Z"
    y = leading[len(leading) - max(right - 2, 0) :] + "Z" + ("X" if right > 1 else "")
    out = leading[len(leading) - max(left - 2, right - 2, 0) :] + ("Y" if left > 1 else "")
    return Subscripts((x, y), out + ("X" if right > 1 else ""))


def of_product(factors: Sequence[Factor], out: str, out_shape: Shape) -> Sets:
    """The sets of a product of factors, summed over the labels that are not in the result."""
    lengths: dict[str, int] = dict(zip(out, out_shape, strict=True))
    for factor in factors:
        for label, n in zip(factor.labels, factor.shape, strict=True):
            lengths[label] = max(n, lengths.get(label, 1))
    found = []
    for factor in factors:
        if not factor.sets:
            continue
        others = [other for other in factors if other is not factor]
        (other,) = others if len(others) == 1 else (None,)
        masked = None
        if other is not None and other.nonzero is not None and not other.nonzero.all():
            masked = _masked(factor, other, out, lengths)
        found.append(_summed(factor, out, out_shape) if masked is None else masked)
    return united(found, out_shape)


def _summed(factor: Factor, out: str, out_shape: Shape) -> Sets:
    """The sets of a result that depends on all elements of a factor with its labels."""
    labels = "".join(dict.fromkeys(factor.labels))
    numbers = [labels.index(label) for label in factor.labels]
    taken = factor.sets
    if len(labels) < len(numbers):  # a label that is repeated takes a diagonal
        taken = tuple([part.reshaped(np.einsum(part.rows, numbers, list(range(len(labels))))) for part in factor.sets])
    shape = taken[0].rows.shape
    taken = reduced(taken, shape, [i for i, label in enumerate(labels) if label not in out])
    kept = [label for label in labels if label in out]
    order = [labels.index(label) for label in labels if label not in out]
    order += [labels.index(label) for label in out if label in kept]
    placed: list[Part] = []
    for part in taken:
        rows = np.transpose(part.rows, order)
        shape_of_kept: tuple[int, ...] = rows.shape[len(order) - len(kept) :]
        missing = [i for i, label in enumerate(out) if label not in kept]
        placed.append(part.reshaped(np.expand_dims(rows.reshape(shape_of_kept), tuple(missing))))
    return spread(tuple(placed), out_shape)


def _masked(factor: Factor, other: Factor, out: str, lengths: Mapping[str, int]) -> Sets | None:
    """The sets of a product with a constant factor, which is zero at some places; None if the others are too many."""
    labels = [label for label in lengths if label in factor.labels or label in other.labels]
    if not set(out) <= set(labels):
        return None
    places = np.nonzero(other.nonzero)
    # A label of a length 1 in the constant is repeated along that of the factor.
    fixed = {label: i for i, label in enumerate(other.labels) if other.shape[i] == lengths[label]}
    if len(set(other.labels)) < len(other.labels):
        return None
    free = [label for label in labels if label not in fixed]
    count = len(places[0]) if other.labels else 1
    if count * math.prod([lengths[label] for label in free]) > _MOST_PAIRS:
        return None
    shape = (count, *[lengths[label] for label in free])
    coordinates: dict[str, Indices] = {label: places[i].reshape(-1, *(1,) * len(free)) for label, i in fixed.items()}
    for i, label in enumerate(free):
        coordinates[label] = np.arange(lengths[label]).reshape(-1, *(1,) * (len(free) - 1 - i))
    elements = _flat([(coordinates[x], n) for x, n in zip(factor.labels, factor.shape, strict=True)], shape)
    out_shape = tuple([lengths[x] for x in out])
    groups = _flat([(coordinates[x], lengths[x]) for x in out], shape)
    return gathered([Share(factor.sets, elements, groups)], out_shape)


def _flat(coordinates: Sequence[tuple[Indices, int]], shape: Shape) -> Indices:
    """The places of elements in an array, from their coordinates; along an axis of length 1 all are at 0."""
    flat = np.zeros((1,) * len(shape), np.intp)
    for x, n in coordinates:
        flat = flat * n + (x if n > 1 else 0)
    return np.broadcast_to(flat, shape).ravel()
