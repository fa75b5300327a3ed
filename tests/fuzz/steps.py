"""What the lines of a random program say: templates of Python expressions, for values that are there already.

`{a}` and `{b}` are values of any shape. A template has a condition where it is not for all of them. Functions have
arguments in the middle of their domains, so that programs are smooth and their derivatives of moderate size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs
import numpy as np

from tests.functions.case import Array

Condition: TypeAlias = Callable[[Array], bool]


def _anything(a: Array) -> bool:
    return True


def _is_real(a: Array) -> bool:
    return a.dtype.kind != "c"


def _has_elements(a: Array) -> bool:
    return a.size > 0


def _is_real_vector(a: Array) -> bool:
    return a.dtype.kind != "c" and a.ndim > 0 and len(a) > 0 and a.size > 0


def _is_ordered(a: Array) -> bool:
    """Elements of which no two are equal: where two are, what chooses by size has a kink."""
    return _is_real_vector(a) and np.unique(a).size == a.size


def _is_vector(a: Array) -> bool:
    return a.ndim > 0 and a.size > 0


def _is_small(a: Array) -> bool:
    return a.dtype.kind != "c" and 0 < a.size <= 6


@attrs.frozen
class Template:
    """An expression of `{a}`, and of which arrays it is one."""

    text: str
    fits: Condition = _anything
    # Whether the shape of the result depends on the values; whether Python asks for a value.
    shaped_by_values: bool = False
    asks: bool = False


def _templates(condition: Condition, *texts: str) -> list[Template]:
    return [Template(text, condition) for text in texts]


ELEMENTWISE: Final = [
    *_templates(
        _anything,
        "np.sin({a})",
        "np.cos({a}) * {a}",
        "np.tanh(0.5 * {a})",
        "-{a}",
        "{a} * {a}",
        "{a} ** 3",
        "1 / (3 + {a} * np.conj({a}))",
        "np.exp(0.3 * {a})",
        "np.conj({a})",
        "np.real({a})",
        "np.imag({a}) + {a}",
        "np.square({a}) - 2",
        "{a} * np.uint8(3) - True",
        "np.int8(2) * {a} + np.float32(0.5)",
        "{a} / 7 + np.True_",
        "{a}.astype(np.result_type({a}.dtype, np.float32))",
        "abs({a} + 9)",
    ),
    *_templates(
        _is_real,
        "np.log(3 + np.sin({a}))",
        "np.sqrt(2 + np.cos({a}))",
        "np.arctan({a})",
        "np.arcsin(0.5 * np.sin({a}))",
        "np.arctan2({a}, 3 + np.cos({a}))",
        "np.hypot({a}, 2)",
        "np.logaddexp({a}, 0.5)",
        "np.power(2 + np.sin({a}), np.uint8(2))",
        "np.uint8(2) ** np.sin({a})",
        "(2 + np.cos({a})) ** {a}",
        "np.maximum({a}, 0.31)",
        "np.fmin(-0.17, {a})",
        "np.clip({a}, -0.55, 0.45)",
        "np.abs({a})",
        "np.where({a} > 0.13, {a} ** 2, np.sin({a}))",
        "np.where({a} > 0, np.log(np.where({a} > 0, {a} + 1, 1)), 0)",
        "np.select([{a} > 1, {a} > 0.1], [{a}, np.sin({a})], -{a})",
        "np.interp({a}, [-2, -1, 0, 1, 2], np.array([3, 1, 0, 2, 5], np.uint8))",
        "special.expit({a})",
        "special.gammaln(3 + np.sin({a}))",
        "np.nan_to_num({a})",
        "np.heaviside({a}, 0.5) * {a}",
        "{a} % 5 + {a} // 5",
    ),
]

SHAPES: Final = [
    *_templates(
        _anything,
        "np.ravel({a})",
        "{a}.T",
        "{a}[...]",
        "{a}[()]",
        "{a}[None]",
        "{a}[..., None]",
        "np.flip({a})",
        "np.reshape({a}, (1, -1, 1), order='F') if {a}.size else {a}",
        "np.concatenate([np.ravel({a}), np.array([1, 2], np.int8)])",
        "np.stack([{a}, {a} * 2], axis=-1)",
        "np.atleast_2d({a})",
        "np.squeeze({a})",
        "np.array_split(np.ravel({a}), 2)[1]",
        "np.resize({a}, (2, 2)) if {a}.size else {a}",
        "np.cumsum({a})",
        "np.roll({a}, 1)",
        "np.sum({a})",
        "np.sum({a}, axis=None, keepdims=True)",
        "np.mean({a}) if {a}.size else np.sum({a})",
        "np.pad({a}, 1, mode='wrap') if {a}.size else {a}",
        "np.outer(np.ravel({a})[:3], np.ravel({a})[1:])",
        "np.einsum('i,i->i', np.ravel({a}), np.ravel({a}))",
        "np.einsum('i,ij->j', np.ravel({a}), np.reshape({a}, (-1, 1)))",
        "np.vdot({a}, {a})",
        "np.tile({a}, 2)",
        "np.repeat({a}, 2)",
    ),
    *_templates(
        _is_vector,
        "{a}[0]",
        "{a}[-1:]",
        "{a}[::-1]",
        "{a}[[0, -1, 0]]",
        "{a}[..., np.array([0], np.uint8)]",
        "np.take({a}, [-1, 0, 0], axis=0)",
        "np.prod({a}, axis=0)",
        "np.sum({a}, axis=-1)",
        "np.mean({a}, axis=0, keepdims=True)",
        "np.var({a}, axis=0, ddof=0.5)",
        "np.std(np.concatenate([{a}, {a} + 1]), axis=0)",
        "np.cumprod({a}, axis=0)",
        "np.moveaxis({a}, 0, -1)",
        "np.delete({a}, 0, axis=0)",
        "np.insert({a}, 0, 2, axis=-1)",
        "np.split({a}, [1], axis=0)[1]",
        "np.add.reduce({a}, axis=-1)",
        "np.fft.fft({a})",
        "np.diff({a}, axis=0, prepend=0)",
        "np.linalg.norm(np.ravel({a}) + 3)",
        "np.linalg.solve(5 * np.eye(len({a})) + np.diag(np.sin(np.ravel({a})[:len({a})])), {a}[..., None]"
        " if {a}.ndim == 1 else np.reshape({a}, (len({a}), -1)))",
    ),
    *_templates(
        _is_ordered,
        "np.sort({a}, axis=-1)",
        "np.max({a}, axis=0)",
        "np.min({a})",
        "np.ptp({a}, axis=-1)",
        "np.median({a}, axis=0)",
        "np.quantile({a}, 0.37, axis=0)",
        "np.maximum.accumulate({a})",
        "np.take_along_axis({a}, np.argsort({a}, axis=0), axis=0)",
    ),
    *_templates(
        _is_real_vector,
        "np.logaddexp.reduce({a}, axis=0)",
        "special.logsumexp({a}, axis=0)",
        "special.softmax({a}, axis=-1)",
        "np.fft.irfft(np.fft.rfft({a}, 8), 8)",
    ),
]

BY_VALUES: Final = [
    Template("{a}[{a} > 0.05]", _is_real, shaped_by_values=True),
    Template("np.extract({a} > -0.05, {a})", _is_real, shaped_by_values=True),
    Template("np.sin({a}) if np.sum({a}) > 0.03 else {a} * 2", _is_real, asks=True),
    Template("sum([y * i for i, y in enumerate(np.ravel({a}))], 0.5 * np.sum({a}))"),
]

BINARY: Final = (
    "{a} + {b}",
    "{a} - 0.5 * {b}",
    "{a} * {b}",
    "{a} / (4 + {b} * np.conj({b}))",
    "np.add({b}, {a})",
    "np.where({b} == {b}, {a}, {b})",
    "np.multiply({b}, {a})",
)

# The functions of inner transforms: of t, and of a number that they capture.
INNER: Final = (
    "np.sin(t) * {s}",
    "t * t * {s}",
    "np.tanh(t + {s})",
    "np.cos({s} * t) * t",
    "np.where(t > 0.1, t, np.sin(t * {s}))",
)

# Transforms of such a function, at an array.
NESTED: Final = [
    *_templates(
        _is_real,
        "grad(lambda t: total({inner}))({a})",
        "grad(lambda t: total(grad(lambda t: total({inner}))(t) * t))({a})",
        "value_and_grad(lambda t: total({inner}))({a})[0]",
        "jvp(lambda t: {inner}, ({a},), (np.cos({a}),))[1]",
        "jvp(grad(lambda t: total({inner})), ({a},), ({a},))[1]",
        "vjp(lambda t: {inner}, {a})[1](np.cos({a}))[0]",
        "linearize(lambda t: {inner}, {a})[1](np.cos({a}))",
        "nth_derivative(lambda t: {inner}, 2)({a})",
        "taylor(lambda t: {inner}, {a}, 2)[2]",
        "grad(lambda t: (total({inner}), {{'t': t}}), has_aux=True)({a})[0]",
        "checkpoint(lambda t: {inner})({a})",
        "grad(checkpoint(lambda t: total({inner})))({a})",
        "check_finite(lambda t: {inner})({a})",
        "hvp(lambda t: total({inner}), ({a},), (np.sin({a}),))",
        "derivative(lambda u: total((lambda t: {inner})(u * {a})))(0.5)",
        "cond(total({a}) > 0.03, lambda t: {inner}, lambda t: ({inner}) * 2, {a})",
        "while_loop(lambda c: c[1] < 3, lambda c: (c[0] + total((lambda t: {inner})({a})), c[1] + 1), (0.0, 0))[0]",
        "fori_loop(1, 3, lambda i, c: 0.5 * c + i * total((lambda t: {inner})(np.cos(c) * {a})), 0)",
    ),
    *_templates(
        _is_real_vector,
        "vmap(lambda t: {inner})({a})",
        "vmap(grad(lambda t: total({inner})))({a})",
        "grad(lambda t: total(vmap(lambda t: {inner})(t)))({a})",
        "map(lambda t: {inner}, {a})",
        "map(lambda t: {inner}, {a}, batch_size=2)",
        "scan(lambda c, t: (np.sin(c) + total({inner}), c), 0.0, {a}, reverse=True)[1]",
        "scan(lambda c, t: (np.sin(c) + total({inner}), c), 0.0, {a}, checkpoint=2)[0]",
        "associative_scan(lambda t, u: t + u, {a})",
        "vmap(lambda t: jvp(lambda t: {inner}, (t,), (np.sin(t),))[1])({a})",
    ),
    *_templates(
        _is_small,
        "np.sum(jacobian(lambda t: {inner})({a}))",
        "np.sum(jacfwd(lambda t: {inner})({a}))",
        "np.sum(hessian(lambda t: total({inner}))({a}))",
        "laplacian(lambda t: total({inner}))({a})",
    ),
]
