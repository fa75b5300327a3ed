"""Functions of matrices of 3 x 3, where all that counts is what surrounds NumPy's own calls."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import scipy.linalg

from benchmarks.tools import Loss
from benchmarks.workload import Workload, derivative_workload, one_call
from benchmarks.workloads.function_rule import Array, Arrays, FunctionRule, Rule, matrices, vectors
from benchmarks.workloads.functions import inv_reverse, norm_reverse, sort_reverse

_ELEMENTS: Final = 9
_NUMPY: Final = SimpleNamespace(**vars(np), solve_triangular=scipy.linalg.solve_triangular)
_PLACES: Final = np.array([2, 0, 1])
_PLACES.flags.writeable = False


def _of(name: str, function: Loss, reverse: Rule, arguments: Callable[[int], Arrays] | None = None) -> FunctionRule:
    """A function with its rule of reverse mode; without arguments, of one matrix."""
    return FunctionRule(name, function, arguments or matrices(), reverse, reverse)


def _symmetric(size: int) -> Arrays:
    (a,) = matrices()(size)
    return (a + a.T,)


def _triangular(size: int) -> Arrays:
    a, b = matrices(2)(size)
    return np.tril(a), b


def _solve_triangular_reverse(a: Array, b: Array, g: Array) -> tuple[Array, Arrays]:
    x = scipy.linalg.solve_triangular(a, b, lower=True)
    g_b = scipy.linalg.solve_triangular(a, g, lower=True, trans=1)
    return x, (-np.tril(g_b @ x.T), g_b)


def _clip_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    return x.clip(-0.5, 0.5), (g * ((x > -0.5) & (x < 0.5)),)


def _kron_reverse(a: Array, b: Array, g: Array) -> tuple[Array, Arrays]:
    blocks = g.reshape(3, 3, 3, 3).swapaxes(1, 2)
    return np.kron(a, b), (np.tensordot(blocks, b, 2), np.tensordot(a, blocks, 2))


def _det_reverse(a: Array, g: Array) -> tuple[Array, Arrays]:
    y: Any = np.linalg.det(a)
    return y, (g * y * np.linalg.inv(a).T,)


def _eigvalsh_reverse(a: Array, g: Array) -> tuple[Array, Arrays]:
    w, v = np.linalg.eigh(a)
    return w, ((v * g) @ v.T,)


def _cumsum_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    return np.cumsum(x, axis=0), (np.cumsum(g[::-1], axis=0)[::-1],)


def _max_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y = x.max(axis=0)
    return y, (g * (x == y),)


def _take_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    g_x = np.zeros_like(x)
    g_x[_PLACES] = g
    return x[_PLACES], (g_x,)


def _split_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    g_x = np.zeros_like(x)
    g_x[1:2] = g
    return x[1:2], (g_x,)


def _var_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y: Any = x.var()
    return y, ((x - x.mean()) * (2 * g / x.size),)


def _std_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y: Any = x.std()
    return y, ((x - x.mean()) * (g / (x.size * y)),)


def _prod_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y = x.prod(axis=0)
    return y, (g * y / x,)


def _where_reverse(x: Array, y: Array, g: Array) -> tuple[Array, Arrays]:
    larger = x > y
    return np.where(larger, x, y), (np.where(larger, g, 0), np.where(larger, 0, g))


_FUNCTIONS: Final = (
    _of("add", lambda _, a, b: a + b, lambda a, b, g: (a + b, (g.copy(), g.copy())), matrices(2)),
    _of("matmul", lambda _, a, b: a @ b, lambda a, b, g: (a @ b, (g @ b.T, a.T @ g)), matrices(2)),
    _of(
        "tensordot",
        lambda xp, a, b: xp.tensordot(a, b, axes=1),
        lambda a, b, g: (a @ b, (g @ b.T, a.T @ g)),
        matrices(2),
    ),
    _of("inner", lambda xp, a, b: xp.inner(a, b), lambda a, b, g: (a @ b.T, (g @ b, g.T @ a)), matrices(2)),
    _of("outer", lambda xp, x, y: xp.outer(x, y), lambda x, y, g: (np.outer(x, y), (g @ y, x @ g)), vectors(2)),
    _of("kron", lambda xp, a, b: xp.kron(a, b), _kron_reverse, matrices(2)),
    _of(
        "einsum ij,jk->ik",
        lambda xp, a, b: xp.einsum("ij,jk->ik", a, b),
        lambda a, b, g: (a @ b, (g @ b.T, a.T @ g)),
        matrices(2),
    ),
    _of(
        "cross",
        lambda xp, a, b: xp.cross(a, b),
        lambda a, b, g: (np.cross(a, b), (np.cross(b, g), np.cross(g, a))),
        matrices(2),
    ),
    _of(
        "solve_triangular",
        lambda xp, a, b: xp.solve_triangular(a, b, lower=True),
        _solve_triangular_reverse,
        _triangular,
    ),
    _of("linalg.inv", lambda xp, a: xp.linalg.inv(a), inv_reverse),
    _of("linalg.det", lambda xp, a: xp.linalg.det(a), _det_reverse),
    _of("linalg.norm", lambda xp, a: xp.linalg.norm(a), norm_reverse),
    _of("linalg.eigh", lambda xp, a: xp.linalg.eigh(a)[0], _eigvalsh_reverse, _symmetric),
    _of("trace", lambda xp, a: xp.trace(a), lambda a, g: (a.trace(), (np.diag(np.full(len(a), g)),))),
    _of("diag", lambda xp, a: xp.diag(a), lambda a, g: (np.diag(a), (np.diag(g),))),
    _of("clip", lambda xp, a: xp.clip(a, -0.5, 0.5), _clip_reverse),
    _of("where", lambda xp, a, b: xp.where(a > b, a, b), _where_reverse, matrices(2)),
    _of("var", lambda xp, a: xp.var(a), _var_reverse),
    _of("std", lambda xp, a: xp.std(a), _std_reverse),
    _of("mean", lambda xp, a: xp.mean(a, axis=0), lambda a, g: (a.mean(axis=0), (np.tile(g / len(a), (len(a), 1)),))),
    _of("prod", lambda xp, a: xp.prod(a, axis=0), _prod_reverse),
    _of("cumsum", lambda xp, a: xp.cumsum(a, axis=0), _cumsum_reverse),
    _of("max", lambda xp, a: xp.max(a, axis=0), _max_reverse),
    _of("sort", lambda xp, x: xp.sort(x), sort_reverse, vectors()),
    _of("x[i]", lambda _, a: a[_PLACES], _take_reverse),
    _of(
        "concatenate",
        lambda xp, a, b: xp.concatenate([a, b]),
        lambda a, b, g: (np.concatenate([a, b]), (g[:3].copy(), g[3:].copy())),
        matrices(2),
    ),
    _of(
        "stack",
        lambda xp, a, b: xp.stack([a, b]),
        lambda a, b, g: (np.stack([a, b]), (g[0].copy(), g[1].copy())),
        matrices(2),
    ),
    _of("split", lambda xp, a: xp.split(a, 3)[1], _split_reverse),
    _of(
        "repeat",
        lambda xp, a: xp.repeat(a, 2, axis=0),
        lambda a, g: (np.repeat(a, 2, axis=0), (g.reshape(3, 2, 3).sum(axis=1),)),
    ),
    _of("roll", lambda xp, a: xp.roll(a, 1, axis=0), lambda a, g: (np.roll(a, 1, axis=0), (np.roll(g, -1, axis=0),))),
    _of("pad", lambda xp, a: xp.pad(a, 1, "constant"), lambda a, g: (np.pad(a, 1), (g[1:-1, 1:-1].copy(),))),
    _of("rot90", lambda xp, a: xp.rot90(a), lambda a, g: (np.rot90(a), (np.rot90(g, -1).copy(),))),
)


def _workload(rule: FunctionRule) -> Workload:
    """The gradient of the sum of what a function returns."""
    cotangent = np.ones_like(rule.function(_NUMPY, *rule.arguments(_ELEMENTS)))

    def by_hand(*arguments: Array) -> tuple[float, Arrays]:
        y, gradients = rule.reverse(*arguments, cotangent)
        return float(y.sum()), gradients

    return derivative_workload(
        f"small:{rule.name}",
        f"`{rule.name}` of 3 x 3",
        (_ELEMENTS,),
        "",
        problem=rule.arguments,
        by_hand=by_hand,
        run=one_call("gradient-scipy", lambda xp, *xs: xp.sum(rule.function(xp, *xs)), rule.inputs),
    )


SMALL: Final[tuple[Workload, ...]] = tuple(map(_workload, _FUNCTIONS))
