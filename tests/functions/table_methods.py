"""The methods and properties that a Variable shares with an ndarray, and NumPy's other names for functions of ours."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import ArrayCallable, above_one, any_case, case, fractions, given, nonzero, real, unit

_ANY: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...]], ...]] = (
    ("T", lambda m, x: x.T, (2, 3)),
    ("T of 3-d", lambda m, x: x.T, (2, 3, 1)),
    ("T of 0-d", lambda m, x: x.T, ()),
    ("mT", lambda m, x: x.mT, (2, 2, 3)),
    ("real", lambda m, x: x.real, (2, 3)),
    ("imag", lambda m, x: x.imag, (2, 3)),
    ("conj", lambda m, x: x.conj(), (2, 3)),
    ("conjugate", lambda m, x: x.conjugate(), (2, 3)),
    ("copy", lambda m, x: x.copy(), (2, 3)),
    ("astype", lambda m, x: x.astype(np.complex128), (2, 3)),
    ("sum", lambda m, x: x.sum(), (2, 3)),
    ("sum axis", lambda m, x: x.sum(0), (2, 3)),
    ("sum keepdims", lambda m, x: x.sum(axis=(0, 1), keepdims=True), (2, 3)),
    ("mean", lambda m, x: x.mean(axis=-1), (2, 3)),
    ("prod", lambda m, x: x.prod(axis=1, keepdims=True), (2, 3)),
    ("var", lambda m, x: x.var(), (2, 3)),
    ("var ddof", lambda m, x: x.var(axis=1, ddof=1), (2, 3)),
    ("std", lambda m, x: x.std(axis=0), (3, 2)),
    ("cumsum", lambda m, x: x.cumsum(), (2, 3)),
    ("cumsum axis", lambda m, x: x.cumsum(axis=1), (2, 3)),
    ("reshape", lambda m, x: x.reshape(3, 2), (2, 3)),
    ("reshape tuple", lambda m, x: x.reshape((3, -1)), (2, 3)),
    ("reshape int", lambda m, x: x.reshape(-1), (2, 3)),
    ("reshape order", lambda m, x: x.reshape(3, 2, order="F"), (2, 3)),
    ("reshape to 0-d", lambda m, x: x.reshape(()), (1,)),
    ("ravel", lambda m, x: x.ravel(), (2, 3)),
    ("ravel order", lambda m, x: x.ravel("F"), (2, 3)),
    ("flatten", lambda m, x: x.flatten(), (2, 3)),
    ("flatten order", lambda m, x: x.flatten(order="F"), (2, 3)),
    ("transpose", lambda m, x: x.transpose(), (2, 3)),
    ("transpose None", lambda m, x: x.transpose(None), (2, 3)),
    ("transpose ints", lambda m, x: x.transpose(2, 0, 1), (2, 3, 1)),
    ("transpose tuple", lambda m, x: x.transpose((1, 0)), (2, 3)),
    ("transpose list", lambda m, x: x.transpose([-1, 0]), (2, 3)),
    ("transpose one int", lambda m, x: x.transpose(0), (3,)),
    ("swapaxes", lambda m, x: x.swapaxes(0, 1), (2, 3)),
    ("squeeze", lambda m, x: x.squeeze(), (1, 3)),
    ("squeeze axis", lambda m, x: x.squeeze(axis=0), (1, 3)),
    ("dot", lambda m, x: x.dot([1.0, 2.0, 3.0]), (2, 3)),
    ("trace", lambda m, x: x.trace(1), (3, 3)),
    ("diagonal", lambda m, x: x.diagonal(offset=-1), (3, 3)),
)

METHODS: Final = [
    *chain.from_iterable(any_case(f"x.{name}", f, real(*shape)) for name, f, shape in _ANY),
    *case("x.max", lambda m, x: x.max(), real(2, 3)),
    *case("x.max axis", lambda m, x: x.max(axis=1, keepdims=True), real(2, 3)),
    *case("x.min", lambda m, x: x.min(), real(2, 3)),
    *case("x.min axis", lambda m, x: x.min(0), real(2, 3)),
    *case("x.clip", lambda m, x: x.clip(-1.0, 1.05), real(2, 3)),
    *case("x.clip min", lambda m, x: x.clip(min=-1.0), real(2, 3)),
    *case("x.clip max", lambda m, x: x.clip(max=1.05), real(2, 3)),
    *case(
        "x.clip arrays",
        lambda m, x, low, high: x.clip(low, high),
        real(2, 3),
        unit(3),
        above_one(),
        in_numpy=lambda x, low, high: x.clip(low, high),
    ),
    *any_case(
        "x.dot y",
        lambda m, x, y: x.dot(y),
        real(2, 3),
        real(3),
        in_numpy=lambda x, y: x.dot(y),
    ),
]

# Where NumPy knows a function of ours by another name, or takes its arguments in another form.
NUMPY_ONLY: Final = [
    *case("np.degrees", lambda m, x: np.degrees(x), real(3)),
    *case("np.radians", lambda m, x: np.radians(x), real(3)),
    *any_case("np.copy", lambda m, x: np.copy(x), real(2, 3)),
    *any_case("np.full_like", lambda m, x: np.full_like(x, x[0, 1]), real(2, 3)),
    *any_case("np.full_like shape", lambda m, x: np.full_like(x, x, shape=(2, 3)), real(3)),
    *any_case("np.abs", lambda m, x: np.abs(x), nonzero(3)),
    *any_case("np.conj", lambda m, x: np.conj(x), real(3)),
    *any_case("np.pow", lambda m, x: np.pow(x, 3), nonzero(3)),
    *case("np.mod", lambda m, x: np.mod(x, 1.3), fractions(3)),
    *any_case("np.true_divide", lambda m, x: np.true_divide(x, 2), real(3)),
    *any_case("np.permute_dims", lambda m, x: np.permute_dims(x, (1, 0)), real(2, 3)),
    *any_case("np.concat", lambda m, x: np.concat([x, x]), real(2, 3)),
    *any_case("np.add.reduce", lambda m, x: np.add.reduce(x), real(2, 3)),
    *any_case("np.add.reduce axis", lambda m, x: np.add.reduce(x, axis=(0, 1), keepdims=True), real(2, 3)),
    *any_case("np.multiply.reduce", lambda m, x: np.multiply.reduce(x, axis=1), real(2, 3)),
    *case("np.maximum.reduce", lambda m, x: np.maximum.reduce(x, axis=None), real(2, 3)),
    *case("np.minimum.reduce", lambda m, x: np.minimum.reduce(x, axis=-1), real(2, 3)),
    *case("np.clip min= max=", lambda m, x: np.clip(x, min=-1.0, max=1.05), real(2, 3)),
    *case("np.clip a_min=", lambda m, x: np.clip(x, a_min=-1.0, a_max=None), real(2, 3)),
    *case("np.clip by variables", lambda m, x, y: np.clip(np.array(0.1, x.dtype), x - 2, y), unit(3), unit(3)),
    *case("np.amax keepdims=False", lambda m, x: np.amax(x, 0, None, False), real(2, 3)),
    *any_case("np.sum keywords", lambda m, x: np.sum(a=x, axis=1, keepdims=False), real(2, 3)),
    *any_case("np.sum out=None", lambda m, x: np.sum(x, axis=1, out=None, dtype=None), real(2, 3)),
    *any_case("np.stack keywords", lambda m, x: np.stack(arrays=[x, x], axis=1), real(2, 3)),
    *any_case("np.reshape shape=", lambda m, x: np.reshape(x, shape=(3, 2)), real(2, 3)),
    *any_case("np.astype", lambda m, x: np.astype(x, np.complex128), real(2, 3)),
    *any_case("np.add where=True", lambda m, x: np.add(x, 1.0, where=True), real(2, 3)),
    *any_case("np.einsum optimize", lambda m, x: np.einsum("ij,kj->ik", x, x, optimize=True), real(2, 3)),
    *any_case("np.where keywordless", lambda m, c, x: np.where(c, x, x * x), given([True, False, True]), real(2, 3)),
]
