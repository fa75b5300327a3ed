"""The functions of `numpy.linalg`.

Eigenvectors and singular vectors are determined up to their phases, so what is compared is the projectors on them and
other products in which the phases cancel.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

import numpy as np

from tests.functions.case import (
    Argument,
    Array,
    ArrayCallable,
    Case,
    Results,
    any_case,
    case,
    complex_case,
    needing,
    real,
)

INF: Final = np.inf


def _definite(x: Results) -> Results:
    """A Hermitian matrix with eigenvalues from 1 on."""
    return np.matmul(x, np.conj(np.swapaxes(x, -1, -2))) + np.eye(x.shape[-1])


def _dominant(x: Results) -> Results:
    """A matrix whose triangles differ, either of which is that of a positive definite one."""
    return x + 12 * np.eye(x.shape[-1])


def _regular(x: Results) -> Results:
    """A matrix that is far from singular."""
    return x + 4 * np.eye(x.shape[-1])


def _spread(x: Results) -> Results:
    """A matrix whose eigenvalues are far apart."""
    return x + np.diag(6.0 * np.arange(x.shape[-1]))


def _outers(u: Results, vh: Results) -> Results:
    """The products of each column with the row of the same number."""
    return np.expand_dims(u, -2) * np.expand_dims(np.swapaxes(vh, -1, -2), -3)


def _with_projectors(values: Results, vectors: Results) -> list[Results]:
    return [values, _outers(vectors, np.conj(np.swapaxes(vectors, -1, -2)))]


def _singular(u: Results, s: Results, vh: Results) -> list[Results]:
    k = s.shape[-1]
    u, more, vh, more_h = u[..., :k], u[..., k:], vh[..., :k, :], vh[..., k:, :]
    products = [s, _outers(u, vh)]
    if more.shape[-1]:
        products.append(more @ np.conj(np.swapaxes(more, -1, -2)))
    if more_h.shape[-2]:
        products.append(np.conj(np.swapaxes(more_h, -1, -2)) @ more_h)
    return products


def _complete(q: Results, r: Results) -> list[Results]:
    """A complete decomposition, of which the columns behind those of the matrix are any basis."""
    n = r.shape[-1]
    more = q[..., n:]
    return [q[..., :n], more @ np.conj(np.swapaxes(more, -1, -2)), r]


def _low_rank(x: Results, y: Results) -> Results:
    return np.matmul(x, y)


_SQUARE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("inv", lambda m, x: m.linalg.inv(x), real(3, 3)),
    ("inv of a stack", lambda m, x: m.linalg.inv(x), real(2, 1, 2, 2)),
    ("inv of a number", lambda m, x: m.linalg.inv(x), real(1, 1)),
    ("inv of nothing", lambda m, x: m.linalg.inv(x), real(0, 0)),
    ("inv of a transpose", lambda m, x: m.linalg.inv(np.transpose(x)), real(2, 2)),
    ("det", lambda m, x: m.linalg.det(x), real(3, 3)),
    ("det of a stack", lambda m, x: m.linalg.det(x), real(2, 2, 2)),
    ("det of nothing", lambda m, x: m.linalg.det(x), real(0, 0)),
    ("slogdet", lambda m, x: list(m.linalg.slogdet(x)), real(3, 3)),
    ("slogdet of a stack", lambda m, x: list(m.linalg.slogdet(x)), real(2, 2, 2)),
    ("slogdet logabsdet", lambda m, x: m.linalg.slogdet(x).logabsdet, real(2, 2)),
    ("cholesky", lambda m, x: m.linalg.cholesky(_definite(x)), real(3, 3)),
    ("cholesky of a triangle", lambda m, x: m.linalg.cholesky(_dominant(x)), real(3, 3)),
    ("cholesky upper", lambda m, x: m.linalg.cholesky(_dominant(x), upper=True), real(2, 3, 3)),
    ("matrix_power 3", lambda m, x: m.linalg.matrix_power(x, 3), real(2, 2)),
    ("matrix_power 0", lambda m, x: m.linalg.matrix_power(x, 0), real(2, 2, 2)),
    ("matrix_power 1", lambda m, x: m.linalg.matrix_power(x, 1), real(2, 2)),
    ("matrix_power 10", lambda m, x: m.linalg.matrix_power(0.5 * x, 10), real(2, 2)),
    ("matrix_power -2", lambda m, x: m.linalg.matrix_power(_dominant(x), -2), real(2, 2, 2)),
    ("tensorinv", lambda m, x: m.linalg.tensorinv(x), real(2, 3, 3, 2)),
    ("tensorinv ind=1", lambda m, x: m.linalg.tensorinv(x, ind=1), real(4, 2, 2)),
    ("eigh", lambda m, x: _with_projectors(*m.linalg.eigh(x)), real(3, 3)),
    ("eigh of a stack UPLO=U", lambda m, x: _with_projectors(*m.linalg.eigh(x, "U")), real(2, 2, 2)),
    ("eigh of the vectors", lambda m, x: _with_projectors(*m.linalg.eigh(x, UPLO="l"))[1], real(3, 3)),
    ("eigh of the values", lambda m, x: m.linalg.eigh(x).eigenvalues, real(2, 2)),
    ("eigvalsh", lambda m, x: m.linalg.eigvalsh(x), real(3, 3)),
    ("eigvalsh of a stack UPLO=U", lambda m, x: m.linalg.eigvalsh(x, "U"), real(2, 2, 2)),
    ("eigvalsh of nothing", lambda m, x: m.linalg.eigvalsh(x), real(0, 0)),
    ("eig", lambda m, x: _with_projectors(*m.linalg.eig(_spread(x))), real(3, 3)),
    ("eig of a stack", lambda m, x: _with_projectors(*m.linalg.eig(_spread(x))), real(2, 2, 2)),
    ("eigvals", lambda m, x: m.linalg.eigvals(_spread(x)), real(3, 3)),
    ("eigvals of a stack", lambda m, x: m.linalg.eigvals(_spread(x)), real(2, 2, 2)),
)

_OF_ONE: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("pinv", lambda m, x: m.linalg.pinv(x), real(3, 2)),
    ("pinv of a wide stack", lambda m, x: m.linalg.pinv(x, rtol=None), real(2, 2, 3)),
    ("pinv square", lambda m, x: m.linalg.pinv(_regular(x), 1e-10), real(2, 2)),
    ("pinv hermitian", lambda m, x: m.linalg.pinv(_regular(x), hermitian=True), real(2, 2)),
    ("pinv of nothing", lambda m, x: m.linalg.pinv(x), real(0, 2)),
    ("svd", lambda m, x: _singular(*m.linalg.svd(x)), real(3, 3)),
    ("svd of a wide stack", lambda m, x: _singular(*m.linalg.svd(x, full_matrices=False)), real(2, 2, 3)),
    ("svd of a tall one", lambda m, x: _singular(*m.linalg.svd(x, False)), real(3, 2)),
    ("svd full of a tall one", lambda m, x: _singular(*m.linalg.svd(x)), real(4, 2)),
    ("svd full of a wide one", lambda m, x: _singular(*m.linalg.svd(x, True)), real(2, 3)),
    ("svd full of a row", lambda m, x: _singular(*m.linalg.svd(x)), real(1, 3)),
    ("svd of the vectors", lambda m, x: _outers(m.linalg.svd(x).U, m.linalg.svd(x).Vh), real(2, 2)),
    ("svd hermitian", lambda m, x: _singular(*m.linalg.svd(_spread(x), hermitian=True)), real(3, 3)),
    ("svd hermitian values", lambda m, x: m.linalg.svd(_spread(x), True, False, True), real(2, 3, 3)),
    ("svd compute_uv=False", lambda m, x: m.linalg.svd(x, compute_uv=False), real(2, 3)),
    ("svdvals", lambda m, x: m.linalg.svdvals(x), real(3, 2)),
    ("svdvals of a stack", lambda m, x: m.linalg.svdvals(x), real(2, 2, 2)),
    ("svdvals of nothing", lambda m, x: m.linalg.svdvals(x), real(0, 2)),
    ("qr", lambda m, x: list(m.linalg.qr(x)), real(3, 3)),
    ("qr of a tall stack", lambda m, x: list(m.linalg.qr(x, mode="reduced")), real(2, 3, 2)),
    ("qr of a wide one", lambda m, x: list(m.linalg.qr(x)), real(2, 3)),
    ("qr complete", lambda m, x: _complete(*m.linalg.qr(x, "complete")), real(4, 2)),
    ("qr complete of a wide one", lambda m, x: list(m.linalg.qr(x, "complete")), real(2, 3)),
    ("qr r", lambda m, x: m.linalg.qr(x, mode="r"), real(3, 2)),
    ("qr r of a wide one", lambda m, x: m.linalg.qr(x, "r"), real(2, 3)),
    ("qr of nothing", lambda m, x: list(m.linalg.qr(x)), real(2, 0)),
    ("diagonal", lambda m, x: m.linalg.diagonal(x), real(2, 3, 2)),
    ("diagonal offset=1", lambda m, x: m.linalg.diagonal(x, offset=1), real(2, 3)),
    ("trace", lambda m, x: m.linalg.trace(x), real(2, 3, 2)),
    ("trace offset=-1", lambda m, x: m.linalg.trace(x, offset=-1), real(2, 2)),
    ("matrix_transpose", lambda m, x: m.linalg.matrix_transpose(x), real(2, 3, 2)),
    ("multi_dot of a power", lambda m, x: m.linalg.multi_dot([x, x, x]), real(2, 2)),
    ("cond", lambda m, x: m.linalg.cond(x), real(2, 2)),
    ("cond of a tall stack", lambda m, x: m.linalg.cond(x, 2), real(2, 3, 2)),
    ("cond p=-2", lambda m, x: m.linalg.cond(_regular(x), -2), real(2, 2)),
)

# Those of complex matrices are complex before NumPy 2.3.
_CONDITIONS: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("cond p=1", lambda m, x: m.linalg.cond(_regular(x), 1), real(2, 2)),
    ("cond p=-1", lambda m, x: m.linalg.cond(_regular(x), -1), real(2, 2, 2)),
    ("cond p=inf", lambda m, x: m.linalg.cond(_regular(x), INF), real(2, 2)),
    ("cond p=-inf", lambda m, x: m.linalg.cond(_regular(x), p=-INF), real(2, 2)),
    ("cond p=fro", lambda m, x: m.linalg.cond(_regular(x), "fro"), real(2, 2)),
    ("cond p=nuc", lambda m, x: m.linalg.cond(_regular(x), "nuc"), real(2, 2)),
)

_NORMS: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("norm", lambda m, x: m.linalg.norm(x), real(3)),
    ("norm of many axes", lambda m, x: m.linalg.norm(x), real(2, 1, 2)),
    ("norm keepdims", lambda m, x: m.linalg.norm(x, keepdims=True), real(2, 2)),
    ("norm axis", lambda m, x: m.linalg.norm(x, axis=1), real(2, 3)),
    ("norm axis keepdims", lambda m, x: m.linalg.norm(x, 2, 0, True), real(2, 3)),
    *[
        (f"norm of a vector {order}", lambda m, x, order=order: m.linalg.norm(x, order), real(3))
        for order in (2, 1, 0, INF, -INF, 3, 1.5, -1, 0.5)
    ],
    ("norm order 3 axis", lambda m, x: m.linalg.norm(x, 3, axis=-1), real(2, 3)),
    ("norm order inf axis", lambda m, x: m.linalg.norm(x, INF, axis=(0,), keepdims=True), real(2, 3)),
    *[
        (f"norm of a matrix {order}", lambda m, x, order=order: m.linalg.norm(x, order), real(2, 3))
        for order in ("fro", "nuc", 2, -2, 1, -1, INF, -INF)
    ],
    *[
        (
            f"norm of matrices {order}",
            lambda m, x, order=order: m.linalg.norm(x, order, axis=(2, 0), keepdims=order != 1),
            real(2, 2, 3),
        )
        for order in (None, "nuc", 2, 1, -INF)
    ],
    ("matrix_norm", lambda m, x: m.linalg.matrix_norm(x), real(2, 2, 3)),
    ("matrix_norm nuc", lambda m, x: m.linalg.matrix_norm(x, ord="nuc", keepdims=True), real(2, 2)),
    ("vector_norm", lambda m, x: m.linalg.vector_norm(x), real(2, 3)),
    ("vector_norm axes", lambda m, x: m.linalg.vector_norm(x, axis=(0, -1), ord=1), real(2, 2, 3)),
    ("vector_norm of a scalar", lambda m, x: m.linalg.vector_norm(x, ord=3), real()),
    (
        "vector_norm axis keepdims",
        lambda m, x: m.linalg.vector_norm(x, axis=0, ord=INF, keepdims=True),
        real(2, 3),
    ),
    ("vector_norm all keepdims", lambda m, x: m.linalg.vector_norm(x, keepdims=True), real(2, 2)),
    ("norm of nothing", lambda m, x: m.linalg.norm(x, axis=0), real(0, 2)),
)

_OF_TWO: Final[tuple[tuple[str, ArrayCallable, Argument, Argument], ...]] = (
    ("solve", lambda m, a, b: m.linalg.solve(a, b), real(3, 3), real(3)),
    ("solve of a matrix", lambda m, a, b: m.linalg.solve(a, b), real(2, 2), real(2, 3)),
    ("solve of stacks", lambda m, a, b: m.linalg.solve(a, b), real(2, 1, 2, 2), real(3, 2, 1)),
    ("solve of a stack and a vector", lambda m, a, b: m.linalg.solve(a, b), real(3, 2, 2), real(2)),
    ("solve of nothing", lambda m, a, b: m.linalg.solve(a, b), real(0, 0), real(0, 2)),
    ("solve twice", lambda m, a, b: m.linalg.solve(a, m.linalg.solve(a, b)), real(2, 2), real(2)),
    ("tensorsolve", lambda m, a, b: m.linalg.tensorsolve(a, b), real(2, 3, 6), real(2, 3)),
    ("tensorsolve axes", lambda m, a, b: m.linalg.tensorsolve(a, b, axes=(1,)), real(3, 6, 2), real(3, 2)),
    ("lstsq", lambda m, a, b: list(m.linalg.lstsq(a, b)[:2]), real(4, 2), real(4)),
    ("lstsq of a matrix", lambda m, a, b: m.linalg.lstsq(a, b, rcond=None)[0], real(3, 2), real(3, 2)),
    ("lstsq of a wide one", lambda m, a, b: m.linalg.lstsq(a, b)[0], real(2, 3), real(2)),
    ("lstsq residuals", lambda m, a, b: m.linalg.lstsq(a, b)[1], real(3, 1), real(3, 2)),
    ("pinv of low rank", lambda m, x, y: m.linalg.pinv(_low_rank(x, y), 1e-4), real(3, 1), real(1, 2)),
    ("matmul", lambda m, a, b: m.linalg.matmul(a, b), real(2, 2, 3), real(3, 2)),
    ("outer", lambda m, a, b: m.linalg.outer(a, b), real(2), real(3)),
    ("tensordot", lambda m, a, b: m.linalg.tensordot(a, b, axes=1), real(2, 3), real(3, 2)),
    ("vecdot", lambda m, a, b: m.linalg.vecdot(a, b), real(2, 3), real(3)),
    ("vecdot axis", lambda m, a, b: m.linalg.vecdot(a, b, axis=0), real(3, 2), real(3, 1)),
    ("cross", lambda m, a, b: m.linalg.cross(a, b), real(2, 3), real(3)),
    ("cross axis", lambda m, a, b: m.linalg.cross(a, b, axis=0), real(3, 2), real(3, 1)),
    ("cross NumPy integer", lambda m, a, b: m.linalg.cross(a, b, axis=np.int64(0)), real(3, 2), real(3, 1)),
    ("multi_dot", lambda m, a, b: m.linalg.multi_dot([a, b]), real(2, 3), real(3, 2)),
    ("multi_dot of vectors", lambda m, a, b: m.linalg.multi_dot([a, b, a]), real(3), real(3, 3)),
)


def _low_rank_solution(m: Any, x: Array, y: Array, b: Array) -> Results:
    return m.linalg.lstsq(_low_rank(x, y), b, rcond=1e-4)[0]


NUMPY_LINALG: Final[list[Case]] = [
    *chain.from_iterable(
        any_case(f"linalg.{name}", f, argument) for name, f, argument in (*_SQUARE, *_OF_ONE, *_NORMS)
    ),
    *chain.from_iterable(any_case(f"linalg.{name}", f, a, b) for name, f, a, b in _OF_TWO),
    *chain.from_iterable(case(f"linalg.{name}", f, argument) for name, f, argument in _CONDITIONS),
    *needing(
        "numpy>=2.3",
        [row for name, f, argument in _CONDITIONS for row in complex_case(f"linalg.{name}", f, argument)],
    ),
    *needing("numpy>=2.3", any_case("linalg.norm inf of nothing", lambda m, x: m.linalg.norm(x, INF), real(0))),
    *any_case("linalg.lstsq of low rank", _low_rank_solution, real(3, 1), real(1, 2), real(3)),
    *any_case("linalg.lstsq of low rank and wide", _low_rank_solution, real(2, 1), real(1, 3), real(2, 2)),
    *any_case("linalg.lstsq singular values", lambda m, a: m.linalg.lstsq(a, np.ones(3))[3], real(3, 2)),
    *any_case(
        "linalg.multi_dot of four",
        lambda m, a, b, c: m.linalg.multi_dot((a, b, c, a)),
        real(1, 3),
        real(3, 2),
        real(2, 1),
    ),
    # The eigenvalues of a real matrix may be complex, and its eigenvectors.
    *case(
        "linalg.eig of a rotation",
        lambda m, x: _with_projectors(*m.linalg.eig(0.2 * x + np.array([[0.0, 1.0], [-1.0, 0.0]]))),
        real(2, 2),
    ),
    *case(
        "linalg.eigvals of a rotation",
        lambda m, x: m.linalg.eigvals(0.2 * x + np.array([[0.0, 1.0], [-1.0, 0.0]])),
        real(2, 2),
    ),
    # The signs of real vectors are not free to turn.
    *case("linalg.eigh of real vectors", lambda m, x: m.linalg.eigh(x).eigenvectors, real(3, 3)),
    *case("linalg.eig of real vectors", lambda m, x: m.linalg.eig(_spread(x)).eigenvectors, real(2, 2)),
    *case("linalg.svd of real vectors", lambda m, x: list(m.linalg.svd(x)), real(3, 2)),
    *case("linalg.qr complete with one more column", lambda m, x: list(m.linalg.qr(x, "complete")), real(3, 2)),
    *complex_case("linalg.svd of complex vectors", lambda m, x: np.abs(m.linalg.svd(x).U), real(2, 2)),
]
