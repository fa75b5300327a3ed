"""Products of matrices and vectors as sums of products of elements."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Final

import attrs

from pydezero.transforms.jit.program import Mark, Operand, Operation, Place, Product, Shape

SMALL: Final = 16
"""The longest side of a matrix whose product loops compute faster than BLAS does."""


def sums_of_products(
    a: Operand, a_shape: Shape, b: Operand, b_shape: Shape, most: int
) -> tuple[Shape, int, tuple[Place, Place]] | None:
    """A product as a sum, along one axis of a shape, of products of elements of two places; None for large matrices.

    So it is with a vector, with all sides short, and with one of them short and no more than so many products.

    The axes are in the order in which memory is read: where the last one is summed over, the terms of a sum lie side
    by side, and otherwise sums that lie side by side are computed at the same time.
    """
    assert isinstance(a, Place)
    assert isinstance(b, Place)
    batch = max(len(a_shape), len(b_shape)) - 2
    shape_a, strides_a = (a_shape, a.strides) if len(a_shape) > 1 else ((1, *a_shape), (0, *a.strides))
    shape_b, strides_b = (b_shape, b.strides) if len(b_shape) > 1 else ((*b_shape, 1), (*b.strides, 0))
    m, k, n = shape_a[-2], shape_a[-1], shape_b[-1]
    front: list[int] = []
    front_a: list[int] = []
    front_b: list[int] = []
    for i in range(-batch - 2, -2):
        of_a = (shape_a[i], strides_a[i]) if -i <= len(shape_a) else (1, 0)
        of_b = (shape_b[i], strides_b[i]) if -i <= len(shape_b) else (1, 0)
        front.append(of_b[0] if of_a[0] == 1 else of_a[0])
        front_a.append(0 if of_a[0] == 1 else of_a[1])
        front_b.append(0 if of_b[0] == 1 else of_b[1])
    if 1 not in (m, k, n) and max(m, k, n) > SMALL and (min(m, k, n) > SMALL or math.prod((*front, m, k, n)) > most):
        return None
    (a_m, a_k), (b_k, b_n) = strides_a[-2:], strides_b[-2:]
    axes = {"m": (m, a_m, 0), "k": (k, a_k, b_k), "n": (n, 0, b_n)}
    order = _order(m, n, (a_m, a_k), (b_k, b_n))
    shape = (*front, *[axes[name][0] for name in order])
    return (
        shape,
        len(front) + order.index("k"),
        (
            attrs.evolve(a, strides=(*front_a, *[axes[name][1] for name in order])),
            attrs.evolve(b, strides=(*front_b, *[axes[name][2] for name in order])),
        ),
    )


def _order(m: int, n: int, of_a: tuple[int, int], of_b: tuple[int, int]) -> str:
    if n == 1:
        return "mkn" if abs(of_a[1]) <= abs(of_a[0]) or m == 1 else "kmn"
    if m == 1:
        return "mkn" if abs(of_b[1]) <= abs(of_b[0]) else "mnk"
    return "mkn"


@cache
def has_blas() -> bool:
    """Whether compiled code may call BLAS: Numba takes that of SciPy."""
    return find_spec("scipy") is not None


def as_matrix(x: Place, shape: Shape) -> tuple[Place, bool] | None:
    """A place whose last two axes are a matrix in C order, or the transpose of one (and so True); None if neither."""
    m, n = shape[-2:]
    if x.strides[-2:] == (n, 1):
        return x, False
    return (x, True) if x.strides[-2:] == (1, m) else None


def products_of_stacks(
    out: Place,
    shape: Shape,
    a: tuple[Place, bool],
    a_shape: Shape,
    b: tuple[Place, bool],
    b_shape: Shape,
    number: Callable[[], int],
) -> list[Operation]:
    """The operations of a product of two stacks of matrices; `number` gives the loops their numbers."""
    (m, k), n = a_shape[-2:], b_shape[-1]
    (x, of_x), (y, of_y) = a, b
    front = len(shape) - 2
    x_steps, y_steps, out_steps = list(x.steps), list(y.steps), list(out.steps)
    operations: list[Operation] = []
    if len(b_shape) == 2 and not of_x and _is_one_matrix(x, a_shape):
        m *= math.prod(shape[:-2])  # a stack of matrices by one is one matrix
        front = 0
    for axis in range(front):
        loop = number()
        operations.append(Mark("for", loop, shape[axis]))
        for place, of, steps in ((x, a_shape, x_steps), (y, b_shape, y_steps), (out, shape, out_steps)):
            i = axis - len(shape) + len(of)
            if i >= 0 and of[i] != 1:
                steps.append((loop, place.strides[i]))
    operations.append(
        Product(
            Place(out.buffer, out.offset, (), tuple(out_steps)),
            Place(x.buffer, x.offset, (), tuple(x_steps)),
            Place(y.buffer, y.offset, (), tuple(y_steps)),
            (m, k, n),
            (of_x, of_y),
        )
    )
    return [*operations, *[Mark("end")] * front]


def _is_one_matrix(x: Place, shape: Shape) -> bool:
    """Whether the matrices of a stack lie one below the other."""
    below = shape[-1]
    for n, stride in zip(reversed(shape[:-1]), reversed(x.strides[:-1]), strict=True):
        if n != 1 and stride != below:
            return False
        below *= n
    return True
