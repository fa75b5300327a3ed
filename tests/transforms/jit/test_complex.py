"""Complex numbers in programs, which compute with their parts, against NumPy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import at, cond, fori_loop, jit, jvp, scan, trace, value_and_grad, vmap, while_loop
from pydezero.transforms.jit.compile import Program, compiled
from pydezero.transforms.jit.program import Call
from pydezero.transforms.staging.passes import simplify

pytest.importorskip("numba")

_RNG: Final = np.random.default_rng(0)
_Z: Final = _RNG.normal(size=(3, 3)) + 1j * _RNG.normal(size=(3, 3))
_X: Final = _RNG.normal(size=(3, 3))
_PLACES: Final = np.array([2, 0, 2])


def _gates(z: Any, x: Any) -> Any:
    """A state to which rotations are applied one after the other."""
    state = np.concatenate([z[:2, 0], z[:2, 1]]).reshape(2, 2)
    for q, angle in ((0, x[0, 0]), (1, x[1, 0])):
        gate = np.stack([np.stack([np.cos(angle) + 0j, -1j * np.sin(angle)]), np.stack([-1j * np.sin(angle), 1 + 0j])])
        state = np.moveaxis(np.einsum("ab,b...->a...", gate, np.moveaxis(state, q, 0)), 0, q)
    return state * np.conj(state)


# Functions of a complex and a real matrix.
_FUNCTIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "arithmetic": lambda z, x: (2j * z + x) * z - z.conj() / (x + 2j) + -z / 3 + x / z + 1 / (z + 5) - np.positive(z),
    "parts": lambda z, x: np.real(z) + 1j * np.imag(z) ** 2 + np.abs(z) * z + np.angle(z) * 1j + np.exp(1j * x) * z,
    "powers": lambda z, x: z**2 + z**3 - z**-1 + z**-2 + np.square(z) + (z + x) ** 5,
    "products": lambda z, x: (
        z @ z + x @ z + np.einsum("ij,jk->ik", z, x) + np.outer(z[0], x[1]) + np.vdot(z[0], z[1]) + np.dot(z, z[0])
    ),
    "sums": lambda z, x: (
        np.sum(z, axis=0) + np.mean(z) + np.trace(z) * np.cumsum(z, axis=1) + np.einsum("ii->i", z) * np.diag(z)
    ),
    "shapes": lambda z, x: (
        np.concatenate([z.T, np.stack([z[0], x[0], z[1]])])[::2] * np.roll(z, 1)
        + np.pad(z[:2, :1], ((0, 1), (2, 0)))
        + np.where(x > 0, z, x)
        + np.broadcast_to(z[0, ::-1], (3, 3))
        + np.diag(z[0])
    ),
    "elements": lambda z, x: (
        z[_PLACES] * at(z)[1].set(x[0]) + at(z)[0].add(z[2] * 1j) + at(z)[_PLACES, 1].set(z[:, 0]) + np.take(z, 4)
    ),
    "choices": lambda z, x: np.where(z == z.conj(), z, z * 1j) + np.where(np.isfinite(z), z, 0) * (z != 0),
    "gates": _gates,
    "scan": lambda z, x: scan(lambda c, e: (c * np.exp(1j * e[0]) + e[1], c * np.conj(c)), z[0], (x, z)),
    "scan of reals": lambda z, x: scan(lambda c, e: (c + np.abs(e) ** 2, np.real(e)), x[0], z),
    "fori_loop": lambda z, x: fori_loop(0, 4, lambda i, c: (c @ z) / (1 + np.abs(c)) + 1j * x, z),
    "a loop in a loop": lambda z, x: scan(
        lambda c, _: (fori_loop(0, 2, lambda i, d: d * z / (2 + np.abs(d)), c), None), z, None, 3, reverse=True
    )[0],
    "cond": lambda z, x: cond(np.sum(x) > 0, lambda z: 2j * z + np.exp(1j * x), lambda z: z / (x + 1j), z),
    "Mandelbrot": lambda z, x: scan(
        lambda c, _: (np.where(np.abs(c) < 2, c * c + 0.1 * z, c), np.abs(c)), 0 * z, None, 6
    ),
    "a loop in Python": lambda z, x: functools.reduce(lambda c, _: 0.3 * z @ c + 1j * x, range(60), z),
}


def _until(z: Any, x: Any) -> Any:
    return while_loop(lambda s: np.sum(np.abs(s)) < 100, lambda s: s * (1.1 + 0.3j) + x, z)


def _loss(y: Any) -> Any:
    parts = y if isinstance(y, tuple) else (y,)
    return sum([np.sum(np.abs(part) ** 2) + np.sum(np.real(part)) for part in parts if part is not None])


def _values(z: Any, x: Any) -> list[Any]:
    return [*[f(z, x) for f in _FUNCTIONS.values()], _until(z, x)]


def _gradients(z: Any, x: Any) -> list[Any]:
    return [value_and_grad(lambda z, x, f=f: _loss(f(z, x)), (0, 1))(z, x) for f in _FUNCTIONS.values()]


def _tangents(z: Any, x: Any) -> list[Any]:
    return [jvp(f, (z, x), (z * 1j, x)) for f in (*[*_FUNCTIONS.values()][::2], _until)]


def _batches(z: Any, x: Any) -> list[Any]:
    return [vmap(f)(np.stack([z, z * 0.5]), np.stack([x, -x])) for f in (*[*_FUNCTIONS.values()][1::2], _until)]


def _program(f: Callable[..., Any], *examples: Any) -> Program:
    return compiled(simplify(trace(f)(*examples)))


def _calls(program: Program) -> set[str]:
    return {part.equation.name for part in program.plan.parts if isinstance(part, Call) and part.equation is not None}


def _check(program: Program, *args: Any) -> None:
    with np.errstate(all="ignore"):
        expected, found = program.graph.run(args), program.run(args)
    for i, (got, y) in enumerate(zip(found, expected, strict=True)):
        assert (np.shape(got), got.dtype) == (np.shape(y), y.dtype)
        size = np.max(np.abs(y), initial=0, where=np.isfinite(y))
        tolerance = 2000 * float(np.finfo(y.dtype).eps) if y.dtype.kind in "fc" else 0
        np.testing.assert_allclose(got, y, tolerance, tolerance * float(size), err_msg=f"result {i}")


@pytest.mark.parametrize("f", [_values, _gradients, _tangents, _batches])
def test_functions_of_complex_numbers(f: Callable[[Any, Any], list[Any]]) -> None:
    program = _program(f, _Z, _X)
    assert _calls(program) <= {"real", "imag", "complex_of_parts", "stack", "transpose"}  # of what it takes and gives
    _check(program, _Z, _X)
    _check(program, np.asfortranarray(_Z[::-1]), -_X.T)
    _check(program, np.array(_Z.real + 0j), np.array(_X * 0 + 1))


def test_single_precision() -> None:
    names = [name for name in _FUNCTIONS if name != "gates"]  # whose constants are of double precision
    z, x = _Z.astype(np.complex64), _X.astype(np.float32)
    program = _program(lambda z, x: [_FUNCTIONS[name](z, x) for name in names], z, x)
    assert {y.dtype.itemsize for y in program.run([z, x])} == {4, 8}
    assert _calls(program) <= {"real", "imag", "complex_of_parts"}
    _check(program, z, x)


_SPECIAL: Final = (0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 2.0**100, 2.0**-100)


def test_special_numbers_bit_for_bit() -> None:
    numbers = np.array([complex(a, b) for a in _SPECIAL for b in _SPECIAL])
    z, w = [part.ravel() for part in np.meshgrid(numbers, numbers)]

    def arithmetic(z: Any, w: Any) -> Any:
        equal = [z == w, z != w, np.isnan(z), np.isfinite(w)]
        return z + w, z - w, z * w, z / w, -z, z.conj(), z * z, np.where(z == w, z, w), equal, 2.0 * z, z / 3, 1j - w

    with np.errstate(all="ignore"):
        program = _program(lambda t, z, w: cond(t, arithmetic, arithmetic, z, w), np.True_, z, w)
    assert _calls(program) <= {"real", "imag", "complex_of_parts"}
    with np.errstate(all="ignore"):
        for i, (got, y) in enumerate(zip(program.run([True, z, w]), program.graph.run([True, z, w]), strict=True)):
            for a, b in ((np.real(got), np.real(y)), (np.imag(got), np.imag(y))):
                np.testing.assert_array_equal(a, b, err_msg=f"result {i}")
                assert np.all((np.signbit(a) == np.signbit(b)) | np.isnan(b)), i


def test_what_has_no_rule_is_called_as_it_is() -> None:
    step: Callable[[Any], Any] = lambda c: np.fft.ifft(np.fft.fft(c) * np.exp(1j * _X)) * 2 + 1
    looped = jit(lambda z: scan(lambda c, _: (step(c), None), z, None, 3)[0])
    assert "scan" in looped.lower(_Z).plan.text()
    np.testing.assert_allclose(looped(_Z), step(step(step(_Z))))
    few = jit(lambda z: z * 2j)
    assert "call of multiply" in few.lower(_Z).text()
    np.testing.assert_array_equal(few(_Z), _Z * 2j)


def test_results_are_fresh_and_captured_arrays_are_read_at_each_call() -> None:
    captured = _Z.copy()
    f = jit(lambda z: scan(lambda c, _: (c * captured + 1j, c), z, None, 3))
    z = _Z.copy()
    for _ in range(2):
        last, ys = f(z)
        expected = [z, z * captured + 1j, (z * captured + 1j) * captured + 1j]
        np.testing.assert_allclose(ys, expected)
        assert not any(np.shares_memory(a, b) for a in (last, ys) for b in (z, captured))
        last[...] = ys[...] = 0
        captured *= 0.5
