"""Functions that put elements in order, and those that see arrays as sets."""

from __future__ import annotations

from itertools import chain
from typing import Final

from tests.functions.case import Argument, ArrayCallable, any_case, real, shaped_by_values

_ORDERS: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("sort", lambda m, x: m.sort(2 * x), real(2, 3)),
    ("sort axis=0", lambda m, x: m.sort(2 * x, axis=0), real(3, 2, 2)),
    ("sort axis=None", lambda m, x: m.sort(x, axis=None), real(2, 3)),
    ("sort kind", lambda m, x: m.sort(2 * x, -1, "stable"), real(5)),
    ("sort stable", lambda m, x: m.sort(x.T, stable=True), real(2, 3)),
    ("sort empty", lambda m, x: m.sort(2 * x, axis=0), real(2, 0)),
    ("sort elements twice", lambda m, x: m.sort(x[[1, 0, 1, 2]]), real(3)),
    ("partition", lambda m, x: m.partition(x, 1)[..., 1], real(2, 4)),
    ("partition axis=0", lambda m, x: m.partition(x, -2, axis=0)[-2], real(4, 2)),
    ("partition axis=None", lambda m, x: m.partition(x, [4, 1], None)[[1, 4]], real(2, 3)),
    ("partition, what is smaller", lambda m, x: m.sort(m.partition(x, 2)[:2]), real(5)),
    ("sort_complex", lambda m, x: m.sort_complex(x), real(2, 3)),
)
_SETS: Final[tuple[tuple[str, ArrayCallable, tuple[Argument, ...]], ...]] = (
    ("unique", lambda m, x: m.unique(x), (real(2, 3),)),
    ("unique elements twice", lambda m, x: m.unique(x[[0, 2, 0, 1, 2]]), (real(3),)),
    ("unique with all", lambda m, x: m.unique(x[[0, 2, 0]], True, True, True)[0], (real(3),)),
    ("unique with counts", lambda m, x: m.unique(x, return_counts=True, equal_nan=False)[0], (real(3),)),
    ("unique axis", lambda m, x: m.unique(x[[0, 2, 0]], axis=0), (real(3, 2),)),
    ("unique empty", lambda m, x: m.unique(x), (real(0),)),
    ("unique_all", lambda m, x: m.unique_all(x[[0, 1, 0]]).values, (real(2, 2),)),
    ("unique_counts", lambda m, x: m.unique_counts(x[[0, 1, 0]]).values, (real(2),)),
    ("unique_inverse", lambda m, x: m.unique_inverse(x[[0, 1, 0]]).values, (real(2),)),
    ("unique_values", lambda m, x: m.sort(m.unique_values(x[[0, 1, 0]])), (real(2),)),
    ("union1d", lambda m, x, y: m.union1d(x, y), (real(2, 2), real(3))),
    ("union1d of the same", lambda m, x: m.union1d(x[1:], x[:2]), (real(3),)),
    ("intersect1d", lambda m, x: m.intersect1d(x[[2, 0, 0, 1]], x[1:]), (real(4),)),
    ("intersect1d assume_unique", lambda m, x: m.intersect1d(x[1:], x[::-1], assume_unique=True), (real(4),)),
    ("intersect1d return_indices", lambda m, x: m.intersect1d(x[[0, 0, 1]], x, return_indices=True)[0], (real(3),)),
    ("setdiff1d", lambda m, x: m.setdiff1d(x[[2, 0, 2, 1]], x[:1]), (real(3),)),
    ("setdiff1d assume_unique", lambda m, x: m.setdiff1d(x, x[1], assume_unique=True), (real(3),)),
    ("setxor1d", lambda m, x, y: m.setxor1d(x[[0, 1, 1]], m.concatenate([x[1:], y])), (real(3), real(2))),
    ("setxor1d assume_unique", lambda m, x: m.setxor1d(x[1:], x[:2], True), (real(3),)),
    ("setxor1d empty", lambda m, x: m.setxor1d(x, x), (real(0),)),
)

SORTING: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _ORDERS),
    *chain.from_iterable(shaped_by_values(any_case(name, f, *xs)) for name, f, xs in _SETS),
]
