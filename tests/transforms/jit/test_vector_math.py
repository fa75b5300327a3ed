"""The functions of compiled loops, against mpmath and, at the edges of their domains, NumPy and SciPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import pytest
import scipy.special

from pydezero.transforms.jit import vector_math
from pydezero.transforms.jit.machine_code import machine_code
from pydezero.transforms.jit.program import Buffer
from pydezero.transforms.jit.vector_math.polynomials import __file__ as polynomials_file
from tests.transforms.jit import polynomials
from tests.transforms.jit.vector_math_cases import ABSOLUTE, BINARY, BOUNDS, UNARY, Floats, exact, points, ulps

FUNCTIONS: Final[dict[str, Callable[..., float]]] = {**vector_math.UNARY, **vector_math.BINARY}
COUNT: Final = 1500
TINY: Final = 5e-324
EDGES: Final = np.array(
    [0.0, 1.0, 0.5, 2.0, 3.0, 1e-300, TINY, 2.2250738585072014e-308, 1e300, 1.7976931348623157e308, np.inf]
)
EDGES_BOTH: Final = np.concatenate([EDGES, -EDGES, [np.nan]])


def native(name: str, dtype: str) -> tuple[list[str], list[tuple[Buffer, bool]]]:
    """A native function that calls a function for each element, float32 by way of float64: its lines and arguments."""
    operands = ["x"] if name in vector_math.UNARY else ["x", "y"]
    call = f"{name}({', '.join([f'f64({x}[i])' for x in operands])})"
    lines = [
        f"def run(count, {', '.join(operands)}, z):",
        "    for i in range(count):",
        f"        z[i] = {call}",
    ]
    array = Buffer((1,), np.dtype(dtype))  # of any number of elements
    arguments = [(Buffer((), np.dtype(np.int64)), False), *[(array, False) for _ in operands], (array, True)]
    return lines, arguments


@cache
def loop_of(name: str, dtype: str) -> Callable[..., None]:
    """What `native` is compiled to."""
    pytest.importorskip("numba")
    lines, arguments = native(name, dtype)
    return machine_code("run", arguments, lines, for_large=False)


def compiled(name: str, *arguments: Floats) -> Floats:
    out = np.empty_like(arguments[0])
    loop_of(name, f"f{out.itemsize}")(out.size, *arguments, out)
    return out


def of_numpy(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(np, name, None) or getattr(scipy.special, name)
    return found


def test_every_function_has_points() -> None:
    assert FUNCTIONS.keys() == UNARY.keys() | BINARY.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values(name: str) -> None:
    """At most 2 units of the last place off (power 4), and float32 results are rounded once more."""
    arguments = points(name, COUNT)
    values, lost = exact(name, arguments)
    found = compiled(name, *arguments)
    errors = ulps(found, values, lost)
    allowed = np.full_like(errors, BOUNDS.get(name, 2.0))
    if name in ABSOLUTE:
        allowed += ABSOLUTE[name] / np.spacing(np.abs(values))
    worst = np.argmax(errors - allowed)
    assert np.all(errors <= allowed), (errors[worst], [x[worst] for x in arguments], found[worst], values[worst])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_loops_are_simd(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    from pydezero.transforms.jit.machine import native as translated

    texts: list[str] = []
    monkeypatch.setattr(translated, "object_code", lambda module: texts.append(str(module)))
    translated.native_code(*native(name, "f8"), for_large=False)
    assert re.search(r"<\d+ x double>", texts[0])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_edges(name: str) -> None:
    """Zeros, subnormal and largest numbers, infinities and nan, and the signs of all."""
    if name in UNARY:
        edges: tuple[Floats, ...] = (EDGES_BOTH,)
    else:
        edges = tuple(x.ravel() for x in np.meshgrid(EDGES_BOTH, EDGES_BOTH))
    if name in vector_math.LIMITS:
        edges = (EDGES_BOTH[(np.abs(EDGES_BOTH) <= vector_math.LIMITS[name]) | ~np.isfinite(EDGES_BOTH)],)
    found = compiled(name, *edges)
    with np.errstate(all="ignore"):
        expected = of_numpy(name)(*edges)
    if name == "gammaln":
        expected[np.abs(edges[0]) == TINY] = 744.4400719213812  # SciPy says inf
    np.testing.assert_allclose(found, expected, rtol=1e-15, atol=2 * TINY)
    known = ~np.isnan(expected)
    wrong = known & (np.signbit(found) != np.signbit(expected))
    assert not wrong.any(), [(x[wrong], found[wrong]) for x in edges]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_python_gives_the_same(name: str) -> None:
    arguments = points(name, 12)
    found = [FUNCTIONS[name](*xs) for xs in zip(*[x.tolist() for x in arguments], strict=True)]
    np.testing.assert_array_equal(np.array(found), compiled(name, *arguments))


@pytest.mark.parametrize("name", ["exp", "sin", "power", "gammaln"])
def test_float32(name: str) -> None:
    arguments = points(name, 400)
    usual = np.all([(np.abs(x) > 1e-30) & (np.abs(x) < 1e30) for x in arguments], axis=0)
    arguments = tuple(x[usual].astype(np.float32) for x in arguments)
    found = compiled(name, *arguments)
    assert found.dtype == np.float32
    values, _ = exact(name, tuple(x.astype(np.float64) for x in arguments))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        rounded = values.astype(np.float32)
        errors = np.abs(found - values) / np.spacing(np.abs(rounded)).astype(np.float64)
    assert np.all((errors < 0.5001) | ((found == rounded) & np.isinf(rounded)))


@pytest.mark.parametrize("name", vector_math.LIMITS)
def test_limits(name: str) -> None:
    """Up to the limit the function is right, and beyond it gives nan."""
    largest = vector_math.LIMITS[name]
    x = np.array([largest, -largest, np.nextafter(largest, 0), 0.9 * largest])
    values, lost = exact(name, (x,))
    assert np.all(ulps(compiled(name, x), values, lost) <= 2)
    beyond = np.array([np.nextafter(largest, np.inf), -1.1 * largest, -2e15, 1e22, 1e300, -1.7e308, np.inf, -np.inf])
    assert np.all(np.isnan(compiled(name, beyond)))


@pytest.mark.parametrize("name", ["gammaln", "digamma"])
def test_reflected(name: str) -> None:
    """Negative arguments, where the values pass through zeros: 8 units of the last place of 1 or of the value."""
    rng = np.random.default_rng(3)
    near = -rng.integers(1, 40, 300) + rng.choice([-1, 1], 300) * np.exp2(rng.uniform(-40, -1, 300))
    x = np.concatenate([rng.uniform(-6, 0, 300), rng.uniform(-170, 0, 300), near, -np.exp2(rng.uniform(-900, 0, 300))])
    values, lost = exact(name, (x,))
    errors = np.abs((compiled(name, x) - values) - lost) / np.spacing(np.maximum(np.abs(values), 1))
    worst = np.argmax(errors)
    assert errors[worst] <= 8, (errors[worst], x[worst], values[worst])


def test_polynomials_are_as_written() -> None:
    with open(polynomials_file, encoding="utf-8") as file:
        written = file.read()
    with polynomials.precision():
        for polynomial in polynomials.POLYNOMIALS[:4]:
            assert polynomials.text(polynomial) in written
