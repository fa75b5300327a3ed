"""Operations that are compiled in the body of a loop, which keeps the whole loop compiled, against NumPy.

Each is a step of a `scan` of its own, and all of them are one program, since a compilation takes most of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pytest
import scipy.special
from numpy.typing import NDArray

from pydezero import at, grad, jit, scan, value_and_grad, vmap
from pydezero.transforms.jit.compile import Program, compiled
from pydezero.transforms.jit.program import Call
from pydezero.transforms.staging.passes import simplify
from pydezero.transforms.staging.trace import trace

pytest.importorskip("numba")

_RNG: Final = np.random.default_rng(0)
_X: Final = _RNG.normal(size=(4, 3))
_LARGE: Final = _RNG.normal(size=(33, 33)) + 12 * np.eye(33)
_MISSING: Final = np.where(_RNG.random((4, 3)) < 0.3, np.nan, 1.0)
_PLACES: Final = np.array([2, 0, -1, 2])

# Functions of an array of the shape of x.
_STEPS: Final[dict[str, Callable[[Any], Any]]] = {
    "argmax": lambda x: x + np.argmax(x, axis=1, keepdims=True),
    "argmin": lambda x: x * np.argmin(x) - np.argmax(x > 0.1, axis=0),
    "argsort": lambda x: (
        x * np.argsort(x, axis=0) + np.argsort(-x[:, ::-1]) - np.argsort(np.argmax(x, axis=1), stable=True)[:, None]
    ),
    "a branch and a column": lambda x: np.where(x > 0, x, 1.0)[:, 0, None] * np.where(x > 0, np.log(np.abs(x)), 0.0),
    "count_nonzero": lambda x: x * np.count_nonzero(x > 0.2, axis=0),
    "cumprod": lambda x: np.cumprod(x, axis=0),
    "cumsum": lambda x: np.cumsum(x, axis=1) + np.reshape(np.cumsum(x), (4, 3)),
    "diag": lambda x: np.diag(x[:, 0], -1)[1:] @ np.ones((5, 3)) + np.trace(x[:3]),
    "diff": lambda x: np.diff(x, axis=0, append=x[:1]),
    "elements": lambda x: x[_PLACES] * np.sin(x[[0, 1, 2, 3], [2, 1, 1, 0]])[:, None],
    "elements at what is computed": lambda x: np.take(x, np.argmax(x, axis=0)[[0, 1, 2, 2]], axis=0),
    "elements of a mask": lambda x: x - np.sum(x[_MISSING == 1.0]),
    "fmod": lambda x: np.fmod(x, 0.3),
    "floor_divide": lambda x: x + x // 0.3,
    "integers": lambda x: np.take(np.ravel(x), np.clip(np.floor(x * 6).astype(int), 0, 11)) * x,
    "logsumexp": lambda x: x - scipy_logsumexp(x, 1),
    "median": lambda x: x - np.median(x, axis=0) * np.median(x) + np.quantile(x, [0.2, 0.7], axis=1)[0][:, None],
    "nan left out": lambda x: x * np.nanmean(x * _MISSING) + np.nanmax(x * _MISSING, axis=0),
    "pad": lambda x: np.pad(x, 1, constant_values=0.5)[2:, :-2] + np.pad(x, ((0, 2), (3, 0)))[2:, 3:],
    "pad with what is there": lambda x: np.pad(x, 1, "edge")[2:, 2:] * np.pad(x, ((2, 0), (0, 1)), "reflect")[:4, 1:],
    "pad around": lambda x: np.pad(x, ((1, 1), (0, 0)), "wrap")[2:] - np.pad(x, 2, "symmetric")[:4, :3],
    "remainder": lambda x: x % 0.3 + (np.argmax(x, axis=0) - 5) % 3,
    "repeat": lambda x: np.repeat(x, 2, axis=0)[1::2] * np.repeat(x[0, 0], 3),
    "roll": lambda x: np.roll(x, 1, 0) + 2 * np.roll(x, -1, 1) - np.roll(x, (1, 1), (0, 1)),
    "round": lambda x: x - np.round(x, 1) + np.round(x),
    "set": lambda x: at(x)[_PLACES, 1].set(x[:, 0]) + at(np.zeros((4, 3)))[_PLACES].add(x),
    "set at what is computed": lambda x: at(x)[np.argmax(x, axis=0)].set(2.0) + at(x)[:, np.argmin(x) % 3].add(1.0),
    "solve": lambda x: np.linalg.solve(_LARGE, np.repeat(x, 11, axis=1).T)[:4, :3],
    "sort": lambda x: np.sort(x, axis=0) * np.sort(x[:, ::-1]) + np.reshape(np.sort(x, axis=None, stable=True), (4, 3)),
    "tril": lambda x: np.tril(x, 1) @ np.triu(x[:3]),
    "xlogy": lambda x: scipy.special.xlogy(np.maximum(x, 0.0), np.abs(x)),
}


def scipy_logsumexp(x: Any, axis: int) -> Any:
    special = pytest.importorskip("pydezero.scipy.special")
    return special.logsumexp(x, axis=axis, keepdims=True)


def _program(f: Callable[..., Any], *examples: Any) -> Program:
    with np.errstate(all="ignore"):
        return compiled(simplify(trace(f)(*examples)))


def _calls(program: Program) -> list[str]:
    return [part.equation.name for part in program.plan.parts if isinstance(part, Call)]


def _repeated(step: Callable[[Any], Any], x: Any) -> Any:
    return scan(lambda c, _: (0.9 * np.sin(step(c)), np.sum(c)), x, None, 3)


def _all(x: Any) -> list[Any]:
    return [_repeated(step, x) for step in _STEPS.values()]


def _gradients(x: Any) -> list[Any]:
    return [grad(lambda x, step: np.sum(_repeated(step, x)[0] ** 2))(x, step) for step in _STEPS.values()]


@pytest.mark.parametrize("f", [_all, _gradients])
def test_loops_are_compiled_whole(f: Callable[[Any], list[Any]]) -> None:
    program = _program(f, _X)
    assert not _calls(program)
    with np.errstate(all="ignore"):
        for x in (_X, np.asfortranarray(_X[::-1])):
            expected = program.graph.run([x])
            for i, (got, y) in enumerate(zip(program.run([x]), expected, strict=True)):
                assert (np.shape(got), got.dtype) == (np.shape(y), y.dtype)
                np.testing.assert_allclose(got, y, 1e-8, 1e-10, err_msg=f"result {i}")


_INDICES: Final[Sequence[Any]] = (
    np.s_[_PLACES],
    np.s_[:, [0, 2, 2]],
    np.s_[1, :, [3, 0]],
    np.s_[[0, 1], ..., [1, 1]],
    np.s_[_PLACES, None, 1:, ::-1],
    np.s_[::-2, [0, 1]],
    np.s_[..., _PLACES[:, None]],
    np.s_[_RNG.random((4, 3)) < 0.5],
    np.s_[:, _RNG.random((3, 5)) < 0.5],
    np.s_[np.arange(3), np.arange(3)[::-1]],
    np.ix_([0, 3], [1, 1], [4, 0]),
    np.s_[_PLACES.astype(np.int8), 2, 0],
    np.s_[[1, 1, 1]],
)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.bool])
def test_arrays_of_integers_as_indices(dtype: type[Any]) -> None:
    x = (10 * _RNG.normal(size=(4, 3, 5))).astype(dtype)
    values = [(10 * _RNG.normal(size=x[index].shape)).astype(dtype) for index in _INDICES]

    def f(x: Any, values: Any) -> Any:
        read = [x[index] for index in _INDICES]
        updated = [at(x)[index].set(y) for index, y in zip(_INDICES, values, strict=True)]
        added = [at(x)[index].add(y) for index, y in zip(_INDICES, values, strict=True) if dtype is not np.bool]
        return read, updated, added

    program = _program(f, x, values)
    assert not _calls(program)
    for got, y in zip(program.run([x, *values]), program.graph.run([x, *values]), strict=True):
        assert got.dtype == y.dtype
        np.testing.assert_allclose(got, y, rtol=1e-5 if dtype is np.float32 else 1e-14)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int32])
def test_indices_that_are_arguments(dtype: type[Any]) -> None:
    def f(x: Any, i: Any, j: Any) -> Any:
        return (
            x[i],
            x[i, j] * 2,
            x[:, j],
            x[1, i, 0],
            x[i[:, None], [0, 1, 0]],
            at(x)[i].add(x[j]),
            at(x)[i, 0].set(x[0]),
        )

    def loss(x: Any, i: Any, j: Any) -> Any:
        return sum([np.sum(y**2) for y in f(x, i, j)])

    x = _RNG.normal(size=(3, 3, 2))
    i, j = np.array([0, 2, 2]).astype(dtype), np.array([1, 0, 1]).astype(dtype)
    program = _program(lambda x, i, j: (f(x, i, j), grad(loss)(x, i, j)), x, i, j)
    assert not _calls(program)
    others = () if dtype is np.uint8 else (np.array([-1, 0, -3]).astype(dtype),)
    for k in (i, *others):
        for got, y in zip(program.run([x, k, j]), program.graph.run([x, k, j]), strict=True):
            np.testing.assert_allclose(got, y, rtol=1e-13)
    for beyond in (3, -4, 100):
        with pytest.raises(IndexError, match="out of bounds"):
            program.run([x, np.array([0, beyond % 256 if dtype is np.uint8 else beyond, 1]).astype(dtype), j])
    batched = jit(vmap(lambda i: x[i] if isinstance(i, np.ndarray) else at(x)[i].get()))
    np.testing.assert_array_equal(batched(np.stack([i, j])), x[np.stack([i, j])])


def test_floats_that_are_no_integers_are_numpys() -> None:
    f = jit(lambda x: x.astype(np.int32))
    x = np.array([1.5, -2.5, 2.0**31 - 1, -(2.0**31)])
    np.testing.assert_array_equal(f(x), x.astype(np.int32))
    with np.errstate(all="ignore"):
        for value in (np.nan, np.inf, 1e30, 2.0**31):
            np.testing.assert_array_equal(f(np.full(4, value)), np.full(4, value).astype(np.int32))


def test_data_that_is_missing() -> None:
    """A filter that leaves out what is nan is one program, with its gradient."""
    y = np.where(_RNG.random(30) < 0.3, np.nan, _RNG.normal(size=30))

    def loss(p: Any, y: Any) -> Any:
        def step(c: Any, y: Any) -> Any:
            m, v = c
            v, is_missing = v + np.exp(p[0]), np.isnan(y)
            rest = np.where(is_missing, 0.0, y - m[0])
            gain = np.where(is_missing, 0.0, v[:, 0] / (v[0, 0] + np.exp(p[1])))
            return (m + gain * rest, v - gain[:, None] * v[0]), np.where(is_missing, 0.0, rest**2 / v[0, 0])

        return np.sum(scan(step, (np.zeros(2), np.eye(2)), y)[1])

    program = jit(value_and_grad(loss, (0, 1))).lower(np.zeros(2), y)
    assert not _calls(program)
    found = jit(value_and_grad(loss, (0, 1)))(np.zeros(2), y)
    value, gradients = value_and_grad(loss, (0, 1))(np.zeros(2), y)
    np.testing.assert_allclose(found[0], value)
    for got, expected in zip(found[1], gradients, strict=True):
        np.testing.assert_allclose(got, expected)
    assert not np.any(found[1][1][np.isnan(y)])


_SPECIAL: Final = (0.0, -0.0, 1.5, -1.5, 3.0, -3.0, np.inf, -np.inf, np.nan, 1e300, 2.5, -0.7)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.int8, np.uint8])
def test_remainders_bit_for_bit(dtype: type[Any]) -> None:
    with np.errstate(over="ignore"):
        given = _SPECIAL if np.dtype(dtype).kind == "f" else (0, 1, 2, 7, 100, 127)
        numbers: NDArray[Any] = np.array(given).astype(dtype)
    if np.dtype(dtype).kind == "i":
        numbers = np.concatenate([numbers, -numbers - 1])
    x, y = [part.ravel() for part in np.meshgrid(numbers, numbers)]
    program = _program(lambda x, y: (np.remainder(x, y), x // y), x, y)
    assert not _calls(program)
    with np.errstate(all="ignore"):
        for got, expected in zip(program.run([x, y]), program.graph.run([x, y]), strict=True):
            np.testing.assert_array_equal(got, expected)
            same = np.signbit(got) == np.signbit(expected) if np.dtype(dtype).kind == "f" else True
            assert np.all(same | np.isnan(expected))


def test_what_is_equal_or_missing_is_sorted_as_in_numpy() -> None:
    """Equal elements stay in their order, and nan comes last."""

    def f(c: Any, x: Any) -> Any:
        order = np.argsort(x, axis=0, stable=True)
        return c, (np.sort(x, axis=1), order, np.take_along_axis(x, order, 0), np.median(x, axis=1))

    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 5, 16, 17, 31, 64, 100):
        xs = rng.choice([0.0, -0.0, 1.0, 2.5, -3.0, np.inf, -np.inf, np.nan], (2, 3, n))
        xs[1] = rng.integers(-4, 4, (3, n))
        program = _program(lambda xs: scan(f, 0.0, xs)[1], xs)
        assert not _calls(program)
        with np.errstate(all="ignore"):
            for got, y in zip(program.run([xs]), program.graph.run([xs]), strict=True):
                np.testing.assert_array_equal(got, y)


def test_long_rows_are_sorted_by_numpy() -> None:
    program = _program(lambda x: _repeated(np.sort, x), np.zeros(1000))
    assert _calls(program) == ["scan"]
