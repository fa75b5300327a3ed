"""The order of the elements of a row, as `systems` has its routines: what a program computes itself in a loop."""

from __future__ import annotations

from pydezero.core.types import Array
from pydezero.transforms.jit.systems import i64
from pydezero.transforms.jit.vector_math.bits import select

__all__ = ["argsort"]


def argsort(a: Array, order: Array, merged: Array, state: Array, n: int, of_a: int, along_a: int) -> None:  # noqa: ARG001  # of a row there is one, and nothing fails
    """The places of the n elements of a row in ascending order, nan last; equal ones stay in their order.

    Runs of ordered elements are merged to runs of twice the length (Knuth, The Art of Computer Programming 3, 5.2.4).
    """
    for i in range(n):
        order[i] = i
    width = 1
    while True:
        if width >= n:
            break
        start = 0
        while True:
            if start >= n:
                break
            middle = min(start + width, n)
            end = min(start + 2 * width, n)
            left = start
            right = middle
            for k in range(start, end):
                first = i64(order[min(left, n - 1)])
                second = i64(order[min(right, n - 1)])
                x = a[first * along_a]
                y = a[second * along_a]
                is_less = (y < x) | ((x != x) & (y == y))
                takes_right = (left >= middle) | ((right < end) & is_less)
                merged[k] = select(takes_right, second, first)
                right = select(takes_right, right + 1, right)
                left = select(takes_right, left, left + 1)
            start = end
        for k in range(n):
            order[k] = merged[k]
        width = 2 * width
