"""A use of each differentiable function of the array API standard, in the parameters that the standard has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np

# Of the namespace, and of a matrix or a list.
Use: TypeAlias = Callable[[Any, Any], Any]

X: Final = np.array([[0.3, -0.7, 0.5], [0.9, 0.2, -0.4]])
SQUARE: Final = np.array([[2.0, 0.3, -0.5], [0.4, 1.5, 0.7], [0.1, -0.2, 1.0]])

_ABOVE_ONE: Final = frozenset({"acosh"})
_POSITIVE: Final = frozenset({"log", "log1p", "log2", "log10", "sqrt", "reciprocal"})
_UNARY: Final = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "conj",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "floor",
    "imag",
    "log",
    "log1p",
    "log2",
    "log10",
    "negative",
    "positive",
    "real",
    "reciprocal",
    "round",
    "sign",
    "sin",
    "sinh",
    "square",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
]
_BINARY: Final = [
    "add",
    "atan2",
    "copysign",
    "divide",
    "floor_divide",
    "hypot",
    "logaddexp",
    "maximum",
    "minimum",
    "multiply",
    "nextafter",
    "pow",
    "remainder",
    "subtract",
]


def _of_one(name: str) -> Use:
    shift = 2.5 if name in _ABOVE_ONE else 1.2 if name in _POSITIVE else 0.1 if name == "round" else 0.0
    return lambda xp, x: getattr(xp, name)(x + shift)


def _of_two(name: str) -> Use:
    return lambda xp, x: getattr(xp, name)(x + 1.6, xp.flip(x, axis=1) * 1.5 + 2.3)


def _symmetric(xp: Any, a: Any) -> Any:
    return a + xp.matrix_transpose(a)


USES: Final[dict[str, Use]] = {
    **{name: _of_one(name) for name in _UNARY},
    **{name: _of_two(name) for name in _BINARY},
    "asarray": lambda xp, x: xp.asarray([x[0, 0], 2.0, x[1, 1] * 3]) * xp.asarray(x, dtype=xp.float64, copy=True)[0],
    "full": lambda xp, x: xp.full((2, 2), x[0, 0], dtype=xp.float64),
    "full_like": lambda xp, x: xp.full_like(x, x[1, 0]),
    "linspace": lambda xp, x: xp.linspace(x[0, 0], x[0, 1], num=4, endpoint=False) ** 2,
    "meshgrid": lambda xp, x: [a * a for a in xp.meshgrid(x[0], x[1], indexing="ij")],
    "tril": lambda xp, x: xp.tril(x, k=-1) ** 2,
    "triu": lambda xp, x: xp.triu(x, k=1) ** 2,
    "astype": lambda xp, x: xp.astype(x * x, xp.complex128, copy=False) * 2j,
    "clip": lambda xp, x: xp.clip(x * x, min=0.1, max=x[0, 2]),
    "take": lambda xp, x: xp.take(x, np.array([2, 0, 2]), axis=1) ** 2,
    "take_along_axis": lambda xp, x: xp.take_along_axis(x, xp.argsort(x, axis=1), axis=1) ** 2,
    "tensordot": lambda xp, x: xp.tensordot(x, x * 2, axes=((0, 1), (0, 1))),
    "vecdot": lambda xp, x: xp.vecdot(x, x + 1, axis=0),
    "matmul": lambda xp, x: xp.matmul(x, xp.matrix_transpose(x)),
    "matrix_transpose": lambda xp, x: xp.matrix_transpose(x) ** 2,
    "broadcast_arrays": lambda xp, x: [a * a for a in xp.broadcast_arrays(x, x[:, :1])],
    "broadcast_to": lambda xp, x: xp.broadcast_to(x, shape=(2, 2, 3)) ** 2,
    "concat": lambda xp, x: xp.concat((x, x * x), axis=None),
    "stack": lambda xp, x: xp.stack([x, x * x], axis=-1),
    "expand_dims": lambda xp, x: xp.expand_dims(x, axis=1) ** 2,
    "squeeze": lambda xp, x: xp.squeeze(x[:, :1], axis=1) ** 2,
    "flip": lambda xp, x: xp.flip(x, axis=0) ** 2,
    "unstack": lambda xp, x: [a * a for a in xp.unstack(x, axis=1)],
    "moveaxis": lambda xp, x: xp.moveaxis(x, 0, 1) ** 2,
    "permute_dims": lambda xp, x: xp.permute_dims(x, axes=(1, 0)) ** 2,
    "repeat": lambda xp, x: xp.repeat(x, 2, axis=1) ** 2,
    "reshape": lambda xp, x: xp.reshape(x, shape=(3, -1), copy=True) ** 2,
    "roll": lambda xp, x: xp.roll(x, shift=1, axis=1) ** 2,
    "tile": lambda xp, x: xp.tile(x, (2, 1)) ** 2,
    "where": lambda xp, x: xp.where(x > 0, x * x, xp.sin(x)),
    "unique_all": lambda xp, x: xp.unique_all(x).values ** 2,
    "unique_counts": lambda xp, x: xp.unique_counts(x).values ** 2,
    "unique_inverse": lambda xp, x: xp.unique_inverse(x).values ** 2,
    "unique_values": lambda xp, x: xp.unique_values(x) ** 2,
    "sort": lambda xp, x: xp.sort(x, axis=1, descending=True, stable=False) ** 2,
    "cumulative_sum": lambda xp, x: xp.cumulative_sum(x, axis=1, dtype=xp.float64, include_initial=True) ** 2,
    "cumulative_prod": lambda xp, x: xp.cumulative_prod(x, axis=1, include_initial=True),
    "max": lambda xp, x: xp.max(x, axis=1, keepdims=True) ** 2,
    "min": lambda xp, x: xp.min(x) ** 2,
    "mean": lambda xp, x: xp.mean(x, axis=(0, 1), keepdims=True) ** 2,
    "sum": lambda xp, x: xp.sum(x, axis=0, dtype=xp.float64, keepdims=True) ** 2,
    "prod": lambda xp, x: xp.prod(x, axis=1, dtype=xp.float64, keepdims=True),
    "std": lambda xp, x: xp.std(x, axis=1, correction=1.0, keepdims=True),
    "var": lambda xp, x: xp.var(x, axis=0, correction=1.0),
    "diff": lambda xp, x: xp.diff(x, axis=1, n=1, prepend=x[:, :1] * 2, append=x[:, :1]) ** 2,
    "fft.fft": lambda xp, x: xp.fft.fft(x, n=4, axis=1, norm="ortho"),
    "fft.ifft": lambda xp, x: xp.fft.ifft(x, axis=0),
    "fft.fftn": lambda xp, x: xp.fft.fftn(x, s=(2, 2), axes=(0, 1)),
    "fft.ifftn": lambda xp, x: xp.fft.ifftn(x, norm="forward"),
    "fft.rfft": lambda xp, x: xp.fft.rfft(x, axis=1),
    "fft.irfft": lambda xp, x: xp.fft.irfft(xp.astype(x, xp.complex128), n=4),
    "fft.rfftn": lambda xp, x: xp.fft.rfftn(x),
    "fft.irfftn": lambda xp, x: xp.fft.irfftn(xp.astype(x, xp.complex128)),
    "fft.hfft": lambda xp, x: xp.fft.hfft(x + 2j * x, n=4),
    "fft.ihfft": lambda xp, x: xp.fft.ihfft(x),
    "fft.fftshift": lambda xp, x: xp.fft.fftshift(x, axes=1) ** 2,
    "fft.ifftshift": lambda xp, x: xp.fft.ifftshift(x) ** 2,
    "linalg.cholesky": lambda xp, a: xp.linalg.cholesky(a @ xp.matrix_transpose(a), upper=True),
    "linalg.cross": lambda xp, a: xp.linalg.cross(a, a[0] * a, axis=-1),
    "linalg.det": lambda xp, a: xp.linalg.det(a),
    "linalg.diagonal": lambda xp, a: xp.linalg.diagonal(a, offset=1) ** 2,
    "linalg.eigh": lambda xp, a: xp.linalg.eigh(_symmetric(xp, a)).eigenvalues,
    "linalg.eigvalsh": lambda xp, a: xp.linalg.eigvalsh(_symmetric(xp, a)),
    "linalg.inv": lambda xp, a: xp.linalg.inv(a),
    "linalg.matmul": lambda xp, a: xp.linalg.matmul(a, a),
    "linalg.matrix_norm": lambda xp, a: xp.linalg.matrix_norm(a, keepdims=True, ord="nuc"),
    "linalg.matrix_power": lambda xp, a: xp.linalg.matrix_power(a, 3),
    "linalg.matrix_transpose": lambda xp, a: xp.linalg.matrix_transpose(a) ** 2,
    "linalg.outer": lambda xp, a: xp.linalg.outer(a[0], a[1]),
    "linalg.pinv": lambda xp, a: xp.linalg.pinv(a[:, :2], rtol=1e-9),
    "linalg.qr": lambda xp, a: xp.linalg.qr(a, mode="complete").R,
    "linalg.slogdet": lambda xp, a: xp.linalg.slogdet(a).logabsdet,
    "linalg.solve": lambda xp, a: xp.linalg.solve(a, a[0]),
    "linalg.svd": lambda xp, a: xp.linalg.svd(a, full_matrices=False).S,
    "linalg.svdvals": lambda xp, a: xp.linalg.svdvals(a),
    "linalg.tensordot": lambda xp, a: xp.linalg.tensordot(a, a, axes=1),
    "linalg.trace": lambda xp, a: xp.linalg.trace(a @ a, offset=1, dtype=xp.float64),
    "linalg.vecdot": lambda xp, a: xp.linalg.vecdot(a, a[0], axis=-1),
    "linalg.vector_norm": lambda xp, a: xp.linalg.vector_norm(a, axis=(0, 1), keepdims=True, ord=3),
}
"""The functions are smooth at the arguments: SQUARE for those of `linalg`, X for all others."""


def argument_of(name: str) -> Any:
    """The matrix that a function is applied to."""
    return SQUARE if name.startswith("linalg.") else X
