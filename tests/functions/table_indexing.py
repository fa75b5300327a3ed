"""All kinds of index, and `x.at[index]`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

import numpy as np

from pydezero.core.types import Index
from tests.functions.case import Array, ArrayCallable, Case, any_case, given, real, shaped_by_values

_MASK: Final = np.array([[True, False, True], [False, True, False]])

_MATRIX_INDICES: Final[tuple[tuple[str, Index], ...]] = (
    ("int", 1),
    ("negative int", -1),
    ("NumPy int", np.int64(1)),
    ("two ints", (1, 2)),
    ("negative ints", (-1, -3)),
    ("slice", slice(1, 2)),
    ("slices", (slice(None), slice(0, 2))),
    ("slice with step", (slice(None), slice(None, None, 2))),
    ("slice backwards", (slice(None, None, -1), slice(2, 0, -1))),
    ("empty slice", slice(2, 2)),
    ("int and slice", (0, slice(1, None))),
    ("slice and int", (slice(None), -1)),
    ("ellipsis", ...),
    ("ellipsis first", (..., 0)),
    ("ellipsis last", (1, ...)),
    ("ellipsis to 0-d", (1, 2, ...)),
    ("newaxis", None),
    ("newaxis amid", (slice(None), None, slice(None))),
    ("newaxis with int", (None, 1, ..., None)),
    ("empty tuple", ()),
    ("int array", np.array([1, 0, 1, 1])),
    ("negative int array", np.array([-1, 0, -1])),
    ("2-d int array", np.array([[0, 1], [1, 1]])),
    ("0-d int array", np.array(1)),
    ("list", [1, 1, 0]),
    ("empty list", []),
    ("nested list", [[0, 1], [1, 1]]),
    ("two int arrays", (np.array([0, 1, 0]), np.array([2, 2, 2]))),
    ("int arrays that broadcast", (np.array([[0], [1]]), np.array([2, 0]))),
    ("two lists", ([0, 1, 0], [2, 2, 2])),
    ("int array and int", (np.array([0, 1, 0]), 1)),
    ("slice and int array", (slice(None), np.array([2, 0, 2]))),
    ("int array and slice", ([0, 0], slice(1, None))),
    ("int array and newaxis", (np.array([0, 1, 1]), None, slice(None))),
    ("bool array", _MASK),
    ("bool array of the first axis", np.array([False, True])),
    ("bool array of the last axis", (slice(None), np.array([True, False, True]))),
    ("bool list", [True, False]),
    ("nothing true", np.zeros((2, 3), bool)),
    ("bool and int array", (np.array([True, True]), np.array([1, 1]))),
    ("bool array and int", (np.array([True, True]), 2)),
    ("True", True),
    ("False", False),
    ("ellipsis and int array", (..., [0, 0, 2])),
    ("unsigned int array", np.array([1, 0, 1], np.uint8)),
)

_CUBE_INDICES: Final[tuple[tuple[str, Index], ...]] = (
    ("arrays around a slice", (np.array([0, 1, 0]), slice(None), np.array([1, 1, 1]))),
    ("arrays beside a slice", (slice(None), np.array([0, 2, 2]), np.array([1, 0, 0]))),
    ("int around an array", (0, slice(None), np.array([1, 1, 0]))),
    ("mask of two axes", _MASK),
    ("mask and slice", (_MASK, slice(None, None, -1))),
    ("slice, array, newaxis", (slice(None), np.array([2, 2]), None, 1)),
    ("ellipsis and arrays", (..., np.array([[0, 1], [1, 1]]))),
    ("array and ellipsis", (np.array([1, 1]), ..., 0)),
)

_UPDATE_INDICES: Final[tuple[tuple[str, Index], ...]] = (
    ("int", 1),
    ("ints", (0, -1)),
    ("slice", (slice(None), slice(0, 3, 2))),
    ("ellipsis", ...),
    ("newaxis", (None, 0)),
    ("int array", np.array([1, 0])),
    ("int array with repeats", np.array([1, 0, 1])),
    ("list", [1, 1]),
    ("pair of arrays with repeats", (np.array([0, 0, 1]), np.array([2, 2, 0]))),
    ("bool array", _MASK),
)


def _index_cases() -> Iterator[Case]:
    for name, index in _MATRIX_INDICES:
        yield from any_case(f"x[{name}]", lambda m, x, i=index: x[i], real(2, 3))
    for name, index in _CUBE_INDICES:
        yield from any_case(f"x[{name}] of 3-d", lambda m, x, i=index: x[i], real(2, 3, 2))
    for name, index in (("empty tuple", ()), ("ellipsis", ...), ("newaxis", None), ("newaxes", (None, ..., None))):
        yield from any_case(f"x[{name}] of 0-d", lambda m, x, i=index: x[i], real())


# Indices that are captured arrays, which somebody may write into later.
_CAPTURED: Final = [
    *any_case("x[captured ints]", lambda m, x, i: x[i], real(3), given([0, 2, 2])),
    *any_case("x[captured mask]", lambda m, x, i: x[i], real(3), given([True, False, True])),
    *any_case("x[captured, slice]", lambda m, x, i: x[i, ::2], real(2, 3), given([1, 1, 0])),
    *any_case("x[:, captured mask]", lambda m, x, i: x[:, i], real(2, 3), given([True, False, True])),
    *any_case("x[0-d captured]", lambda m, x, i: x[i], real(3), given(2)),
    *shaped_by_values(any_case("x[x > y]", lambda m, x, y: 2 * x[x.real > y], real(6), given([0.011] * 6))),
    *any_case("every element", lambda m, x: [x[i] * (i + 1) for i in range(3)], real(3)),
    *any_case("iteration", lambda m, x: [row * row for row in x], real(3, 2)),
    *any_case("iteration of a vector", lambda m, x: [element * element for element in x], real(3)),
    *any_case("unpacking", lambda m, x: (lambda a, b: a * b)(*x), real(2, 3)),
    *any_case("index twice", lambda m, x: x[1:][..., 0], real(3, 2)),
    *any_case("index with an integer result", lambda m, x: x[m.argmax(x.real)], real(4)),
]


def _set_in_numpy(index: Index) -> ArrayCallable:
    def replaced(x: Array, values: Array) -> Array:
        result = np.array(x, np.result_type(x, values))
        result[index] = values
        return result

    return replaced


def _add_in_numpy(index: Index) -> ArrayCallable:
    def added(x: Array, values: Array) -> Array:
        result = np.array(x, np.result_type(x, values))
        np.add.at(result, index, np.broadcast_to(values, x[index].shape))
        return result

    return added


def _update_cases() -> Iterator[Case]:
    x = np.zeros((2, 3))
    for name, index in _UPDATE_INDICES:
        for shape in {x[index].shape, x[index].shape[-1:], ()}:
            yield from any_case(
                f"x.at[{name}].set {shape}",
                lambda m, x, v, i=index: x.at[i].set(v),
                real(2, 3),
                real(*shape),
                in_numpy=_set_in_numpy(index),
            )
            yield from any_case(
                f"x.at[{name}].add {shape}",
                lambda m, x, v, i=index: x.at[i].add(v),
                real(2, 3),
                real(*shape),
                in_numpy=_add_in_numpy(index),
            )


def _cases_of_axes_in_front() -> Iterator[Case]:
    """Values with axes of length 1 in front, which the elements at the index do not have."""
    for name, index, shape in (
        ("0", 0, (1, 1, 3)),
        ("[1, 0, 1]", [1, 0, 1], (1, 3, 3)),
        ("..., 0, 0", (..., 0, 0), (1, 1)),
    ):
        yield from any_case(
            f"x.at[{name}].set {shape}",
            lambda m, x, v, i=index: x.at[i].set(v),
            real(2, 3),
            real(*shape),
            in_numpy=_set_in_numpy(index),
        )


def _captured_update_cases() -> Iterator[Case]:
    places = given([0, 2, 2])
    yield from any_case(
        "x.at[captured].set",
        lambda m, x, i, v: x.at[i].set(v),
        real(3),
        places,
        real(3),
        in_numpy=lambda x, i, v: _set_in_numpy(i)(x, v),
    )
    yield from any_case(
        "x.at[captured].add",
        lambda m, x, i, v: x.at[i].add(v),
        real(3),
        places,
        real(3),
        in_numpy=lambda x, i, v: _add_in_numpy(i)(x, v),
    )
    yield from any_case(
        "x.at[0].set(1.5)",
        lambda m, x: x.at[0].set(1.5),
        real(3),
        in_numpy=lambda x: _set_in_numpy(0)(x, x.dtype.type(1.5)),
    )
    yield from any_case(
        "x.at[[0, 0]].add(1.5)",
        lambda m, x: x.at[[0, 0]].add(1.5),
        real(3),
        in_numpy=lambda x: _add_in_numpy([0, 0])(x, x.dtype.type(1.5)),
    )


INDEXING: Final = list(
    chain(_index_cases(), _CAPTURED, _update_cases(), _cases_of_axes_in_front(), _captured_update_cases())
)
