"""The most used NumPy functions, one at a time: what differentiating them takes, beside rules written by hand."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

from benchmarks.workload import Workload
from benchmarks.workloads.function_rule import Array, Arrays, FunctionRule, matrices, unary, vectors, workloads

_ELEMENTWISE: Final = (
    FunctionRule(
        "add",
        lambda xp, x, y: xp.add(x, y),
        vectors(2),
        lambda x, y, g: (x + y, (g.copy(), g.copy())),
        lambda x, y, t, s: (x + y, t + s),
    ),
    FunctionRule(
        "subtract",
        lambda xp, x, y: xp.subtract(x, y),
        vectors(2),
        lambda x, y, g: (x - y, (g.copy(), -g)),
        lambda x, y, t, s: (x - y, t - s),
    ),
    FunctionRule(
        "multiply",
        lambda xp, x, y: xp.multiply(x, y),
        vectors(2),
        lambda x, y, g: (x * y, (g * y, g * x)),
        lambda x, y, t, s: (x * y, t * y + s * x),
    ),
    FunctionRule(
        "divide",
        lambda xp, x, y: xp.divide(x, y),
        vectors(2),
        lambda x, y, g: _divide_reverse(x, y, g),
        lambda x, y, t, s: _divide_forward(x, y, t, s),
    ),
    FunctionRule(
        "power",
        lambda xp, x, y: xp.power(x, y),
        vectors(2),
        lambda x, y, g: _power_reverse(x, y, g),
        lambda x, y, t, s: _power_forward(x, y, t, s),
    ),
    FunctionRule(
        "maximum",
        lambda xp, x, y: xp.maximum(x, y),
        vectors(2),
        lambda x, y, g: _maximum_reverse(x, y, g),
        lambda x, y, t, s: _maximum_forward(x, y, t, s),
    ),
    FunctionRule(
        "where",
        lambda xp, x, y: xp.where(x > 1, x, y),
        vectors(2),
        lambda x, y, g: _where_reverse(x > 1, x, y, g),
        lambda x, y, t, s: _where_forward(x > 1, x, y, t, s),
    ),
    unary("negative", lambda t, _x, _y: -t),
    unary("square", lambda t, x, _y: 2 * t * x),
    unary("cube", lambda t, x, _y: 3 * t * x**2, lambda _, x: x**3),
    unary("exp", lambda t, _x, y: t * y),
    unary("log", lambda t, x, _y: t / x),
    unary("sqrt", lambda t, _x, y: 0.5 * t / y),
    unary("sin", lambda t, x, _y: t * np.cos(x)),
    unary("cos", lambda t, x, _y: -t * np.sin(x)),
    unary("tanh", lambda t, _x, y: t * (1 - y * y)),
    unary("abs", lambda t, x, _y: t * np.sign(x), low=-1.0),
    unary("clip", lambda t, x, _y: t * _inside(x), lambda xp, x: xp.clip(x, 0.7, 1.3)),
)


def _divide_reverse(x: Array, y: Array, g: Array) -> tuple[Array, Arrays]:
    z = x / y
    g_x = g / y
    return z, (g_x, -g_x * z)


def _divide_forward(x: Array, y: Array, t: Array, s: Array) -> tuple[Array, Array]:
    z = x / y
    return z, (t - s * z) / y


def _power_reverse(x: Array, y: Array, g: Array) -> tuple[Array, Arrays]:
    z = x**y
    return z, (g * y * x ** (y - 1), g * z * np.log(x))


def _power_forward(x: Array, y: Array, t: Array, s: Array) -> tuple[Array, Array]:
    z = x**y
    return z, t * y * x ** (y - 1) + s * z * np.log(x)


def _share_of_larger(x: Array, y: Array) -> Array:
    """The part of the derivative of the maximum that is that of x: half of it where they are equal."""
    share: Array = (x > y) + 0.5 * (x == y)
    return share


def _maximum_reverse(x: Array, y: Array, g: Array) -> tuple[Array, Arrays]:
    share = _share_of_larger(x, y)
    return np.maximum(x, y), (g * share, g * (1 - share))


def _maximum_forward(x: Array, y: Array, t: Array, s: Array) -> tuple[Array, Array]:
    share = _share_of_larger(x, y)
    return np.maximum(x, y), share * t + (1 - share) * s


def _inside(x: Array) -> Array:
    """The part of the derivative that gets through a clip: half of it where x is a bound."""
    return 0.5 * ((x > 0.7) & (x < 1.3)) + 0.5 * ((x >= 0.7) & (x <= 1.3))


def _where_reverse(condition: Array, x: Array, y: Array, g: Array) -> tuple[Array, Arrays]:
    return np.where(condition, x, y), (np.where(condition, g, 0), np.where(condition, 0, g))


def _where_forward(condition: Array, x: Array, y: Array, t: Array, s: Array) -> tuple[Array, Array]:
    return np.where(condition, x, y), np.where(condition, t, s)


def _of_extreme(name: str) -> FunctionRule:
    """The maximum or minimum; elements that tie for it share the derivative evenly."""

    def reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
        y: Any = getattr(x, name)()
        i = np.flatnonzero(x == y)
        g_x = np.zeros_like(x)
        g_x[i] = g / len(i)
        return y, (g_x,)

    def forward(x: Array, t: Array) -> tuple[Array, Array]:
        y: Any = getattr(x, name)()
        return y, t[x == y].mean()

    return FunctionRule(name, lambda xp, x: getattr(xp, name)(x), vectors(), reverse, forward)


def _near_one(size: int) -> Arrays:
    """Elements whose product is neither 0 nor infinite."""
    return (np.exp(np.random.default_rng(0).normal(0, 0.01, size)),)


def _prod_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y = x.prod()
    return y, (g * y / x,)


def _prod_forward(x: Array, t: Array) -> tuple[Array, Array]:
    y = x.prod()
    return y, y * (t / x).sum()


def _std_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y: Any = x.std()
    return y, ((x - x.mean()) * (g / (len(x) * y)),)


def _std_forward(x: Array, t: Array) -> tuple[Array, Array]:
    y: Any = x.std()
    return y, (x - x.mean()) @ t / (len(x) * y)


_REDUCTIONS: Final = (
    FunctionRule(
        "sum",
        lambda xp, x: xp.sum(x),
        vectors(),
        lambda x, g: (x.sum(), (np.full(x.shape, g),)),
        lambda x, t: (x.sum(), t.sum()),
    ),
    FunctionRule(
        "sum axis=0",
        lambda xp, x: xp.sum(x, axis=0),
        matrices(),
        lambda x, g: (x.sum(axis=0), (np.broadcast_to(g, x.shape).copy(),)),
        lambda x, t: (x.sum(axis=0), t.sum(axis=0)),
    ),
    FunctionRule(
        "mean",
        lambda xp, x: xp.mean(x),
        vectors(),
        lambda x, g: (x.mean(), (np.full(x.shape, g / len(x)),)),
        lambda x, t: (x.mean(), t.mean()),
    ),
    FunctionRule(
        "var",
        lambda xp, x: xp.var(x),
        vectors(),
        lambda x, g: (x.var(), ((x - x.mean()) * (2 * g / len(x)),)),
        lambda x, t: (x.var(), (x - x.mean()) @ t * 2 / len(x)),
    ),
    FunctionRule("std", lambda xp, x: xp.std(x), vectors(), _std_reverse, _std_forward),
    _of_extreme("max"),
    _of_extreme("min"),
    FunctionRule("prod", lambda xp, x: xp.prod(x), _near_one, _prod_reverse, _prod_forward),
    FunctionRule(
        "cumsum",
        lambda xp, x: xp.cumsum(x),
        vectors(),
        lambda x, g: (np.cumsum(x), (np.cumsum(g[::-1])[::-1],)),
        lambda x, t: (np.cumsum(x), np.cumsum(t)),
    ),
)


@cache
def _places(size: int) -> Array:
    """As many places in a vector of this size, in any order, some of them more than once."""
    places = np.random.default_rng(0).integers(0, size, size)
    places.flags.writeable = False
    return places


def _getitem_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    g_x = np.zeros_like(x)
    g_x[1:-1] = g
    return x[1:-1], (g_x,)


def _take_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    i = _places(len(x))
    g_x = np.zeros_like(x)
    np.add.at(g_x, i, g)
    return x[i], (g_x,)


def _diff_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    g_x = np.zeros_like(x)
    g_x[1:] = g
    g_x[:-1] -= g
    return np.diff(x), (g_x,)


def sort_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    i = np.argsort(x)
    g_x = np.empty_like(x)
    g_x[i] = g
    return x[i], (g_x,)


def _sort_forward(x: Array, t: Array) -> tuple[Array, Array]:
    i = np.argsort(x)
    return x[i], t[i]


_ARRANGEMENTS: Final = (
    FunctionRule(
        "transpose",
        lambda xp, x: xp.transpose(x),
        matrices(),
        lambda x, g: (x.T, (np.array(g.T),)),
        lambda x, t: (np.array(x.T), np.array(t.T)),
    ),
    FunctionRule(
        "reshape",
        lambda xp, x: xp.reshape(x, (2, -1)),
        vectors(),
        lambda x, g: (x.reshape(2, -1), (g.reshape(-1).copy(),)),
        lambda x, t: (x.reshape(2, -1).copy(), t.reshape(2, -1).copy()),
    ),
    FunctionRule(
        "concatenate",
        lambda xp, x, y: xp.concatenate([x, y]),
        vectors(2),
        lambda x, y, g: (np.concatenate([x, y]), (g[: len(x)].copy(), g[len(x) :].copy())),
        lambda x, y, t, s: (np.concatenate([x, y]), np.concatenate([t, s])),
    ),
    FunctionRule(
        "stack",
        lambda xp, x, y: xp.stack([x, y]),
        vectors(2),
        lambda x, y, g: (np.stack([x, y]), (g[0].copy(), g[1].copy())),
        lambda x, y, t, s: (np.stack([x, y]), np.stack([t, s])),
    ),
    FunctionRule(
        "x[1:-1]",
        lambda _, x: x[1:-1],
        vectors(),
        _getitem_reverse,
        lambda x, t: (x[1:-1].copy(), t[1:-1].copy()),
    ),
    FunctionRule(
        "take",
        lambda xp, x: xp.take(x, _places(len(x))),
        vectors(),
        _take_reverse,
        lambda x, t: (x[_places(len(x))], t[_places(len(x))]),
    ),
    FunctionRule(
        "pad",
        lambda xp, x: xp.pad(x, 2),
        vectors(),
        lambda x, g: (np.pad(x, 2), (g[2:-2].copy(),)),
        lambda x, t: (np.pad(x, 2), np.pad(t, 2)),
    ),
    FunctionRule(
        "roll",
        lambda xp, x: xp.roll(x, 3),
        vectors(),
        lambda x, g: (np.roll(x, 3), (np.roll(g, -3),)),
        lambda x, t: (np.roll(x, 3), np.roll(t, 3)),
    ),
    FunctionRule("diff", lambda xp, x: xp.diff(x), vectors(), _diff_reverse, lambda x, t: (np.diff(x), np.diff(t))),
    FunctionRule("sort", lambda xp, x: xp.sort(x), vectors(), sort_reverse, _sort_forward),
)


def _matrix_and_vector(size: int) -> Arrays:
    (a,) = matrices()(size)
    return a, np.random.default_rng(1).normal(0, 1, len(a))


def norm_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    y: Any = np.linalg.norm(x)
    return y, (x * (g / y),)


def _norm_forward(x: Array, t: Array) -> tuple[Array, Array]:
    y: Any = np.linalg.norm(x)
    return y, x @ t / y


def _solve_reverse(a: Array, b: Array, g: Array) -> tuple[Array, Arrays]:
    x = np.linalg.solve(a, b)
    g_b = np.linalg.solve(a.T, g)
    return x, (np.multiply.outer(-g_b, x), g_b)


def _solve_forward(a: Array, b: Array, t: Array, s: Array) -> tuple[Array, Array]:
    x = np.linalg.solve(a, b)
    return x, np.linalg.solve(a, s - t @ x)


def inv_reverse(a: Array, g: Array) -> tuple[Array, Arrays]:
    y = np.linalg.inv(a)
    return y, (-y.T @ g @ y.T,)


def _inv_forward(a: Array, t: Array) -> tuple[Array, Array]:
    y = np.linalg.inv(a)
    return y, -y @ t @ y


def _rfft_reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
    halves = np.conj(g)
    halves[1 : len(x) - len(x) // 2] *= 0.5
    return np.fft.rfft(x), (np.fft.irfft(halves, len(x), norm="forward"),)


def _complex_vector(size: int) -> Arrays:
    rng = np.random.default_rng(0)
    return (rng.normal(0, 1, size) + 1j * rng.normal(0, 1, size),)


_ALGEBRA: Final = (
    FunctionRule(
        "dot",
        lambda xp, x, y: xp.dot(x, y),
        vectors(2),
        lambda x, y, g: (x @ y, (g * y, g * x)),
        lambda x, y, t, s: (x @ y, t @ y + x @ s),
    ),
    FunctionRule(
        "matmul",
        lambda xp, a, b: xp.matmul(a, b),
        matrices(2),
        lambda a, b, g: (a @ b, (g @ b.T, a.T @ g)),
        lambda a, b, t, s: (a @ b, t @ b + a @ s),
    ),
    FunctionRule(
        "einsum ij,ij->i",
        lambda xp, a, b: xp.einsum("ij,ij->i", a, b),
        matrices(2),
        lambda a, b, g: (np.einsum("ij,ij->i", a, b), (g[:, None] * b, g[:, None] * a)),
        lambda a, b, t, s: (
            np.einsum("ij,ij->i", a, b),
            np.einsum("ij,ij->i", t, b) + np.einsum("ij,ij->i", a, s),
        ),
    ),
    FunctionRule("linalg.norm", lambda xp, x: xp.linalg.norm(x), vectors(), norm_reverse, _norm_forward),
    FunctionRule(
        "linalg.solve", lambda xp, a, b: xp.linalg.solve(a, b), _matrix_and_vector, _solve_reverse, _solve_forward
    ),
    FunctionRule("linalg.inv", lambda xp, a: xp.linalg.inv(a), matrices(), inv_reverse, _inv_forward),
    FunctionRule(
        "fft.fft",
        lambda xp, x: xp.fft.fft(x),
        _complex_vector,
        lambda x, g: (np.fft.fft(x), (np.fft.fft(g),)),
        lambda x, t: (np.fft.fft(x), np.fft.fft(t)),
    ),
    FunctionRule(
        "fft.rfft",
        lambda xp, x: xp.fft.rfft(x),
        vectors(),
        _rfft_reverse,
        lambda x, t: (np.fft.rfft(x), np.fft.rfft(t)),
    ),
)

FUNCTIONS: Final[tuple[Workload, ...]] = workloads(*_ELEMENTWISE, *_REDUCTIONS, *_ARRANGEMENTS, *_ALGEBRA)
