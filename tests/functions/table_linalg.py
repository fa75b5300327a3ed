"""Products of vectors, matrices and tensors, and diagonals."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import Argument, ArrayCallable, Case, any_case, real

# Shapes of the factors of matmul: vectors, matrices, stacks of matrices that broadcast.
_FACTORS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((2, 3), (3, 2)),
    ((1, 1), (1, 1)),
    ((3,), (2, 3, 2)),
    ((2, 2, 3), (3,)),
    ((2, 3), (2, 3, 2)),
    ((2, 2, 3), (3, 2)),
    ((2, 2, 3), (2, 3, 1)),
    ((2, 1, 1, 3), (3, 3, 2)),
    ((1, 2, 3), (2, 3, 2)),
    ((2, 0), (0, 3)),
    ((0, 2), (2, 3)),
)

_DOTS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((), ()),
    ((), (2, 3)),
    ((2, 3), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 2)),
    ((2, 2, 3), (3,)),
    ((3,), (2, 3, 2)),
    ((2, 3), (2, 3, 2)),
    ((2, 2, 3), (3, 2)),
    ((1, 2, 3), (2, 3, 1)),
)

_INNERS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((), (3,)),
    ((2, 2), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((2, 3), (4, 3)),
    ((2, 1, 3), (2, 3)),
)

_OUTERS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((2,), (3,)),
    ((2, 2), (3,)),
    ((), (3,)),
    ((), ()),
    ((1,), (2, 2)),
)

_VDOTS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((3,), (3,)),
    ((2, 3), (2, 3)),
    ((2, 3), (3, 2)),
    ((), ()),
)

_TENSORDOTS: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...], tuple[int, ...]], ...]] = (
    ("default", lambda m, a, b: m.tensordot(a, b), (2, 3), (2, 3)),
    ("axes=0", lambda m, a, b: m.tensordot(a, b, axes=0), (2,), (3,)),
    ("axes=1", lambda m, a, b: m.tensordot(a, b, 1), (2, 3), (3, 2)),
    ("axes=2", lambda m, a, b: m.tensordot(a, b, axes=2), (2, 2, 3), (2, 3, 1)),
    ("NumPy integer", lambda m, a, b: m.tensordot(a, b, np.int64(1)), (2, 3), (3, 2)),
    ("pair of NumPy integers", lambda m, a, b: m.tensordot(a, b, axes=(np.int64(0), np.int64(1))), (3, 2), (2, 3)),
    ("pair of ints", lambda m, a, b: m.tensordot(a, b, axes=(0, 1)), (3, 2), (2, 3)),
    ("pair of lists", lambda m, a, b: m.tensordot(a, b, axes=([0, 1], [1, 0])), (3, 2, 2), (2, 3)),
    ("negative axes", lambda m, a, b: m.tensordot(a, b, axes=((-1, 0), (0, -1))), (2, 2, 3), (3, 1, 2)),
    ("nothing", lambda m, a, b: m.tensordot(a, b, axes=([], [])), (2,), (2,)),
)

_EINSUMS_OF_ONE: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...]], ...]] = (
    ("transpose", lambda m, x: m.einsum("ij->ji", x), (2, 3)),
    ("implicit transpose", lambda m, x: m.einsum("ba", x), (2, 3)),
    ("sum", lambda m, x: m.einsum("ij->", x), (2, 3)),
    ("sum of an axis", lambda m, x: m.einsum("ij->i", x), (2, 3)),
    ("trace", lambda m, x: m.einsum("ii", x), (3, 3)),
    ("diagonal", lambda m, x: m.einsum("ii->i", x), (3, 3)),
    ("diagonal of a stack", lambda m, x: m.einsum("...ii->...i", x), (2, 2, 2)),
    ("threefold diagonal", lambda m, x: m.einsum("iii->i", x), (2, 2, 2)),
    ("diagonal and sum", lambda m, x: m.einsum("iji->j", x), (2, 3, 2)),
    ("ellipsis", lambda m, x: m.einsum("i...->...", x), (2, 3, 2)),
    ("implicit ellipsis", lambda m, x: m.einsum("...i", x), (2, 3)),
    ("spaces", lambda m, x: m.einsum(" i j -> j i ", x), (2, 3)),
    ("scalar", lambda m, x: m.einsum("->", x), ()),
    ("the same twice", lambda m, x: m.einsum("i,i->", x, x), (3,)),
    ("lists", lambda m, x: m.einsum(x, [0, 1], [1, 0]), (2, 3)),
    ("lists implicit", lambda m, x: m.einsum(x, [1, 0]), (2, 3)),
    ("with a given", lambda m, x: m.einsum("ij,j->i", x, [1.0, 2.0, 3.0]), (2, 3)),
    ("optimize", lambda m, x: m.einsum("ij,jk,kl->il", x, x, x, optimize=True), (2, 2)),
    ("greedy", lambda m, x: m.einsum("ij,jk,kl->il", x, x, x, optimize="greedy"), (2, 2)),
)

_EINSUMS_OF_TWO: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...], tuple[int, ...]], ...]] = (
    ("matmul", lambda m, x, y: m.einsum("ij,jk->ik", x, y), (2, 3), (3, 2)),
    ("implicit matmul", lambda m, x, y: m.einsum("ij,jk", x, y), (2, 3), (3, 2)),
    ("implicit order", lambda m, x, y: m.einsum("kj,ji", x, y), (2, 3), (3, 2)),
    ("outer", lambda m, x, y: m.einsum("i,j->ij", x, y), (2,), (3,)),
    ("inner", lambda m, x, y: m.einsum("i,i", x, y), (3,), (3,)),
    ("elementwise", lambda m, x, y: m.einsum("ij,ij->ij", x, y), (2, 3), (2, 3)),
    ("summed in one", lambda m, x, y: m.einsum("ij,k->k", x, y), (2, 3), (2,)),
    ("summed in both", lambda m, x, y: m.einsum("ij,kl->", x, y), (2, 1), (2, 2)),
    ("batched", lambda m, x, y: m.einsum("bij,bjk->bik", x, y), (2, 2, 3), (2, 3, 1)),
    ("ellipsis", lambda m, x, y: m.einsum("...ij,...jk->...ik", x, y), (2, 2, 3), (3, 2)),
    ("ellipsis broadcasts", lambda m, x, y: m.einsum("...i,...i->...", x, y), (2, 1, 3), (3, 3)),
    ("implicit ellipses", lambda m, x, y: m.einsum("...i,i...", x, y), (2, 3), (3, 2)),
    ("ellipsis summed", lambda m, x, y: m.einsum("...i,j->j", x, y), (2,), (3,)),
    ("diagonal", lambda m, x, y: m.einsum("ii,ij->j", x, y), (2, 2), (2, 3)),
    ("lengths of one", lambda m, x, y: m.einsum("ij,ij->ij", x, y), (2, 1), (2, 3)),
    ("lists", lambda m, x, y: m.einsum(x, [0, 1], y, [1, 2], [0, 2]), (2, 3), (3, 2)),
    ("lists implicit", lambda m, x, y: m.einsum(x, [0, 1], y, [1, 2]), (2, 3), (3, 2)),
    ("lists ellipsis", lambda m, x, y: m.einsum(x, [..., 0], y, [0, ...], [...]), (2, 3), (3, 2)),
    ("scalar factor", lambda m, x, y: m.einsum(",ij->ij", x, y), (), (2, 3)),
    ("capitals", lambda m, x, y: m.einsum("aB,Bc", x, y), (2, 3), (3, 2)),
)

_DIAGONALS: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...]], ...]] = (
    ("trace", lambda m, x: m.trace(x), (3, 3)),
    ("trace wide", lambda m, x: m.trace(x), (2, 3)),
    ("trace offset=1", lambda m, x: m.trace(x, offset=1), (3, 3)),
    ("trace offset=-1", lambda m, x: m.trace(x, -1), (3, 2)),
    ("trace axes", lambda m, x: m.trace(x, axis1=0, axis2=2), (2, 3, 2)),
    ("trace offset beyond", lambda m, x: m.trace(x, 5), (2, 2)),
    ("diagonal", lambda m, x: m.diagonal(x), (3, 3)),
    ("diagonal offset=1", lambda m, x: m.diagonal(x, 1), (2, 3)),
    ("diagonal offset=-1", lambda m, x: m.diagonal(x, offset=-1), (3, 2)),
    ("diagonal offset beyond", lambda m, x: m.diagonal(x, offset=-4), (3, 2)),
    ("diagonal axes", lambda m, x: m.diagonal(x, 0, 2, 1), (2, 3, 2)),
    ("diagonal negative axes", lambda m, x: m.diagonal(x, offset=1, axis1=-1, axis2=-2), (2, 3, 2)),
    ("diag of a matrix", lambda m, x: m.diag(x), (2, 3)),
    ("diag of a matrix k=1", lambda m, x: m.diag(x, 1), (3, 3)),
    ("diag of a matrix k=-1", lambda m, x: m.diag(x, k=-1), (3, 3)),
    ("diag of a vector", lambda m, x: m.diag(x), (3,)),
    ("diag of a vector k=2", lambda m, x: m.diag(x, 2), (2,)),
    ("diag of a vector k=-1", lambda m, x: m.diag(x, k=-1), (3,)),
    ("diag of nothing", lambda m, x: m.diag(x), (0,)),
)


def _products(
    name: str, function: ArrayCallable, shapes: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
) -> list[Case]:
    return list(chain.from_iterable(any_case(f"{name} {a} {b}", function, Argument(a), Argument(b)) for a, b in shapes))


LINALG: Final = [
    *_products("matmul", lambda m, a, b: m.matmul(a, b), _FACTORS),
    *_products("dot", lambda m, a, b: m.dot(a, b), _DOTS),
    *_products("inner", lambda m, a, b: m.inner(a, b), _INNERS),
    *_products("outer", lambda m, a, b: m.outer(a, b), _OUTERS),
    *_products("vdot", lambda m, a, b: m.vdot(a, b), _VDOTS),
    *any_case("matmul by itself", lambda m, a: m.matmul(a, a), real(2, 2)),
    *any_case("matmul with a list", lambda m, a: m.matmul([[1.0, 2.0]], a), real(2, 2)),
    *any_case("vdot with itself", lambda m, a: m.vdot(a, a), real(2, 2)),
    *any_case("dot with a number", lambda m, a: m.dot(a.dtype.type(2), a), real(2, 2)),
    *chain.from_iterable(any_case(f"tensordot {name}", f, Argument(a), Argument(b)) for name, f, a, b in _TENSORDOTS),
    *chain.from_iterable(any_case(f"einsum of one: {name}", f, Argument(x)) for name, f, x in _EINSUMS_OF_ONE),
    *chain.from_iterable(
        any_case(f"einsum of two: {name}", f, Argument(x), Argument(y)) for name, f, x, y in _EINSUMS_OF_TWO
    ),
    *any_case("einsum of three", lambda m, x, y, z: m.einsum("ij,jk,k->i", x, y, z), real(2, 3), real(3, 2), real(2)),
    *any_case(
        "einsum of three, one summed", lambda m, x, y, z: m.einsum("i,j,k->j", x, y, z), real(2), real(3), real(2)
    ),
    *chain.from_iterable(any_case(name, f, Argument(x)) for name, f, x in _DIAGONALS),
]
