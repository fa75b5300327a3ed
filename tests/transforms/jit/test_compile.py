"""Programs of graphs against NumPy. Each test compiles many cases at once: a compilation takes most of a second."""

from __future__ import annotations

import itertools
import linecache
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import cond, fori_loop, grad, scan, trace, while_loop
from pydezero.transforms.jit.compile import Program, compiled
from pydezero.transforms.jit.plan import Segment
from pydezero.transforms.jit.program import Call
from pydezero.transforms.staging.passes import simplify
from pydezero.tree import flatten

pytest.importorskip("numba")

Array = NDArray[Any]

_RNG: Final = np.random.default_rng(0)


def program_of(f: Callable[..., Any], *examples: Any) -> Program:
    with np.errstate(all="ignore"):
        return compiled(simplify(trace(f)(*examples)))


def run(program: Program, *args: Any) -> list[Any]:
    """The results, of which nothing shares memory with another or with an argument, and no argument has changed."""
    leaves = [x if isinstance(x, np.ndarray) and x.ndim else np.asarray(x)[()] for x in flatten(args)]
    before = [np.copy(x) for x in leaves]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = program.run(leaves)
    for x, y in zip(before, leaves, strict=True):
        assert x.tobytes() == np.asarray(y).tobytes()
    arrays = [y for y in results if isinstance(y, np.ndarray)]
    for i, y in enumerate(arrays):
        assert y.flags.writeable
        assert y.ndim
        assert not any(np.shares_memory(y, x) for x in (*leaves, *arrays[:i], *_constants(program)))
    return results


def _constants(program: Program) -> list[Any]:
    return [constant.value for constant in program.graph.constants]


def check(program: Program, *args: Any, ulps: int = 0, relative: float = 0.0) -> None:
    """The program gives what the graph does, in the same shapes and dtypes."""
    leaves = [np.asarray(x)[()] for x in flatten(args)]
    with np.errstate(all="ignore"):
        expected = program.graph.run(leaves)
    for i, (got, y) in enumerate(zip(run(program, *args), expected, strict=True)):
        where = f"result {i}"
        assert got.dtype == y.dtype, where
        assert np.shape(got) == np.shape(y), where
        if relative:
            np.testing.assert_allclose(got, y, rtol=relative, atol=relative, err_msg=where)
        elif ulps and y.dtype.kind == "f":
            finite = np.isfinite(y)
            np.testing.assert_array_max_ulp(np.asarray(got)[finite], np.asarray(y)[finite], ulps, y.dtype)
            np.testing.assert_array_equal(np.asarray(got)[~finite], np.asarray(y)[~finite], err_msg=where)
        else:
            np.testing.assert_array_equal(got, y, err_msg=where)
            if y.dtype.kind == "f":
                signs = np.isnan(y) | (np.signbit(got) == np.signbit(y))
                assert np.all(signs), where


def names_called(program: Program) -> list[str]:
    return [part.equation.name for part in program.plan.parts if isinstance(part, Call)]


def is_one_function(program: Program) -> bool:
    return len(program.plan.parts) == 1 and isinstance(program.plan.parts[0], Segment)


_UNARY: Final[tuple[Callable[[Any], Any], ...]] = (
    np.negative,
    np.positive,
    np.square,
    np.reciprocal,
    np.sqrt,
    np.absolute,
    np.fabs,
    np.floor,
    np.ceil,
    np.trunc,
    np.rint,
    np.sign,
    np.isnan,
    np.isinf,
    np.isfinite,
    np.logical_not,
    np.deg2rad,
    np.rad2deg,
    np.conjugate,
    lambda x: x**2,
    lambda x: x**1,
    lambda x: x**-1,
    lambda x: x**0.5,
    lambda x: np.clip(x, -1, 1.5),
    lambda x: x.astype(np.float32),
    lambda x: x.astype(np.float64),
    lambda x: x.astype(bool),
)
_BINARY: Final[tuple[Callable[[Any, Any], Any], ...]] = (
    np.add,
    np.subtract,
    np.multiply,
    np.divide,
    np.maximum,
    np.minimum,
    np.fmax,
    np.fmin,
    np.copysign,
    np.heaviside,
    np.equal,
    np.not_equal,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.logical_and,
    np.logical_or,
    np.logical_xor,
    lambda x, y: np.where(x > y, x, 2),
    lambda x, y: np.where(x, y, 0),
    lambda x, y: (x > y) * y,
)
_SPECIAL: Final = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-310, -1e-310, 1e300, np.inf, -np.inf, np.nan, 3.5, -0.3)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_elementwise_bit_for_bit(dtype: type[Any]) -> None:
    with np.errstate(all="ignore"):
        grid = np.array(list(itertools.product(_SPECIAL, repeat=2)), dtype)
    x, y = np.ascontiguousarray(grid.T)
    program = program_of(
        lambda x, y: [*[f(x) for f in _UNARY], *[f(x, y) for f in _BINARY], x * 3, 2.5 - y, x + np.float64(0.1)], x, y
    )
    assert is_one_function(program)
    check(program, x, y)
    scalars = program_of(lambda x, y: [*[f(x) for f in _UNARY], *[f(x, y) for f in _BINARY]], x[3], y[5])
    for i in range(0, len(x), 9):
        check(scalars, x[i], y[i])


def test_integers_and_booleans_bit_for_bit() -> None:
    functions: list[Callable[[Any, Any], Any]] = [
        np.add,
        np.subtract,
        np.multiply,
        np.maximum,
        np.minimum,
        np.bitwise_and,
        np.bitwise_or,
        np.bitwise_xor,
        np.equal,
        np.less,
        np.greater_equal,
        np.logical_or,
        lambda x, _: np.invert(x),
        lambda x, _: np.square(x),
        lambda x, _: np.negative(x),
        lambda x, y: np.where(x > y, x, y),
        lambda x, _: x.astype(np.float64) * 0.5,
        lambda x, _: x.astype(bool),
        lambda x, y: np.divide(x, y),
        lambda x, _: x + 1,
        lambda x, _: x * 0.5,
        lambda x, _: np.sum(x),
        lambda x, _: np.max(x),
        lambda x, _: np.min(x),
    ]
    arguments: list[tuple[Array, Array]] = []
    for dtype in (np.int8, np.int32, np.int64, np.uint8, np.uint64):
        limits = np.iinfo(dtype)
        ends = [limits.min, limits.max, 0, 1, 2, limits.max - 1, limits.min + 1, 7]
        pairs = np.array(list(itertools.product(ends, repeat=2)), dtype)
        arguments.append((pairs[:, 0].copy(), pairs[:, 1].copy()))
    booleans = np.array([True, False, True, False]), np.array([True, True, False, False])

    def f(arguments: Any, p: Any, q: Any) -> Any:
        of_integers = [g(x, y) for x, y in arguments for g in functions]
        logical = [np.logical_and(p, q), p | q, p & q, p ^ q, ~p, p + q, p * q, np.equal(p, q), np.where(p, 1.5, q)]
        return of_integers, logical, p * 2.5, p + 1, np.sum(p), arguments[0][0][:4] * p

    program = program_of(f, arguments, *booleans)
    check(program, arguments, *booleans)


def test_functions() -> None:
    x = _RNG.uniform(-3, 3, 200)
    unary = [np.sin, np.cos, np.tan, np.exp, np.expm1, np.tanh, np.sinh, np.cosh, np.arctan, np.arcsinh]
    positive = [np.log, np.log1p, np.log2, np.log10, np.arcsin, np.arccos, np.arctanh]

    def f(x: Any) -> Any:
        y = np.absolute(x) / 3.1
        return [*[g(x) for g in unary], *[g(y) for g in positive], np.arctan2(x, y), np.hypot(x, y), y**1.7]

    program = program_of(f, x)
    assert is_one_function(program)
    check(program, x, ulps=4)
    program = program_of(lambda x: [g(x) for g in unary], x.astype(np.float32))
    check(program, x.astype(np.float32), ulps=4)


def test_slopes_of_tanh() -> None:
    x = np.array([0.0, 0.3, -1.0, 4.0, 18.0, -30.0, 300.0, np.inf, np.nan])
    check(program_of(grad(lambda x: np.sum(np.tanh(x))), x), x, relative=1e-10)


_AXES: Final = [None, 0, 1, 2, (0, 1), (0, 2), (1, 2), (0, 1, 2), ()]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_reductions_over_all_axes(dtype: type[Any]) -> None:
    x = _RNG.normal(size=(3, 4, 5)).astype(dtype)

    def f(x: Any, row: Any) -> Any:
        sums = [np.sum(x * row, axis=axis, keepdims=keep) for axis in _AXES for keep in (False, True)]
        others = [g(x, axis=axis) for axis in _AXES[:6] for g in (np.max, np.min, np.prod, np.mean)]
        deviations = [np.var(x, axis=1), np.std(x, axis=(0, 2), ddof=1, keepdims=True), np.std(x)]
        of_views = [np.sum(np.transpose(x), axis=axis) for axis in (0, 1, 2)]
        truths = [g(x > 0.5, axis=axis) for axis in _AXES[:6] for g in (np.any, np.all)]
        return truths, sums, others, deviations, of_views, np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)), axis=1)

    program = program_of(f, x, x[0, 0])
    assert is_one_function(program)
    check(program, x, x[0, 0], relative=1e-12 if dtype is np.float64 else 1e-4)
    x[1, 2, 3] = np.nan
    x[0, 0, 0] = np.inf
    check(program, x, x[0, 1], relative=1e-12 if dtype is np.float64 else 1e-4)


def test_sums_are_as_exact_as_those_of_numpy() -> None:
    x = _RNG.normal(1, 1, 3_000_000).astype(np.float32)
    program = program_of(np.sum, x)
    (total,) = run(program, x)
    exact = float(np.sum(x.astype(np.float64)))
    assert abs(float(total) - exact) <= max(abs(float(np.sum(x)) - exact), 2**-24 * exact)
    for value, expected in ((np.inf, np.inf), (np.float32(3e38), np.inf), (np.nan, np.nan)):
        x[:5000] = value
        np.testing.assert_equal(run(program, x)[0], np.float32(expected))


def test_views() -> None:
    x, y = _RNG.normal(size=(4, 6)), _RNG.normal(size=(2, 3, 4))

    def f(x: Any, y: Any) -> Any:
        flipped = x[::-1, 1::2]
        return [
            flipped,
            flipped.T * 2,
            flipped.reshape(-1) + 1,
            x.T.reshape(3, 8) * x.reshape(3, 8),
            np.transpose(y, (2, 0, 1))[1:, ::-1, None],
            np.broadcast_to(x[1], (3, 6)) + 1,
            x[2, 3] * x[:, -1],
            x[..., 2],
            np.diagonal(y, 1, 1, 2) * 2,
            np.flip(y, 1),
            np.concatenate([x, x[::-1] * 2], axis=1),
            np.stack([x[0], x[1] + 1, x[2]], axis=1),
            x[:, None] * x,
            np.roll(x, 1, axis=0),
            np.squeeze(x[1:2]),
            y[1, 2, 3],
        ]

    check(program_of(f, x, y), x, y)


def test_gradients_of_views() -> None:
    def f(x: Any) -> Any:
        inner = x[1:-1] * x[2:] + x[:-2] * x[0, 0]
        return np.sum(inner[:, ::2] ** 2) + x[3, 1] * x[-1, -1] + np.sum(np.reshape(x, (2, -1))[1])

    x = _RNG.normal(size=(6, 4))
    program = program_of(grad(f), x)
    assert is_one_function(program)
    check(program, x, relative=1e-12)


def test_products() -> None:
    a, b = _RNG.normal(size=(20, 30)), _RNG.normal(size=(30, 25))
    c, d = _RNG.normal(size=(3, 4)), _RNG.normal(size=(4, 2))
    stack, small = _RNG.normal(size=(5, 20, 30)), _RNG.normal(size=(2, 1, 3, 4))
    v, w = _RNG.normal(size=30), _RNG.normal(size=20)

    def f(a: Any, b: Any, c: Any, d: Any, stack: Any, small: Any, v: Any, w: Any) -> Any:
        return [
            a @ b,
            b.T @ a.T,
            (a * 2) @ b[:, ::2],
            a @ v,
            w @ a,
            a.T @ w,
            v @ v,
            c @ d,
            d.T @ c.T,
            stack @ b,
            a.T @ np.transpose(stack, (1, 0, 2))[:, 0].reshape(20, 30) @ a.T,
            np.transpose(stack, (0, 2, 1)) @ stack,
            small @ d,
            small @ np.broadcast_to(d, (3, 4, 2)),
            a @ np.transpose(stack, (0, 2, 1)),
            v[:, None] @ w[None],
            np.sum(np.maximum(a @ b, 0), axis=1),
        ]

    arguments = (a, b, c, d, stack, small, v, w)
    program = program_of(f, *arguments)
    check(program, *arguments, relative=1e-12)
    assert is_one_function(program)
    single = tuple([x.astype(np.float32) for x in (a, b)])
    check(program_of(lambda a, b: (a @ b, b.T @ a.T), *single), *single, relative=1e-4)


def test_marks_behind_a_choice_take_no_products() -> None:
    """Which elements of a factor are left out is found by sums."""
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(20, 30)), rng.normal(size=(20, 30))

    def f(x: Any) -> Any:
        for _ in range(3):
            x = x @ a.T
            x = np.where(x > 0, np.log(x), 0.1) @ a
        return np.sum(x)

    program = program_of(grad(f), x)
    check(program, x, relative=1e-9)
    assert program.source.count("product_") == 10  # five forward, and five backward


def test_arguments_of_any_layout() -> None:
    x = np.random.default_rng(0).normal(size=(4, 5))
    program = program_of(lambda x, y: (x * 2 + y, x @ y.T), x, x)
    swapped = x.astype(x.dtype.newbyteorder())
    raw = np.zeros(x.nbytes + 1, np.uint8)[1:].view(np.float64).reshape(x.shape)
    raw[...] = x
    padded = np.zeros((8, 10))[::2, ::2]
    padded[...] = x
    read_only = x.copy()
    read_only.flags.writeable = False
    for y in (np.asfortranarray(x), x[::-1, ::-1], padded, swapped, raw, read_only, np.broadcast_to(x[0], x.shape)):
        expected = [x * 2 + y, x @ y.T]
        for got, of_numpy in zip(run(program, x, y), expected, strict=True):
            np.testing.assert_allclose(got, of_numpy, rtol=1e-14)


def test_outputs_are_fresh() -> None:
    constant = np.arange(3.0)
    x = np.array([1.0, 2.0, 3.0])

    def f(x: Any, z: Any, n: Any) -> Any:
        y = x + z
        return x, y, y, constant, np.ones((2, 2)), x[1:], z, n, n + 1, np.sort(x), np.broadcast_to(z, (2,))

    program = program_of(f, x, 2.5, 3)
    check(program, x, 2.5, 3)
    assert type(run(program, x, 2.5, 3)[6]) is np.float64
    complex_program = program_of(lambda x: (x, x, np.conj(x), x.T), x * 1j)
    check(complex_program, x * 1j)


def test_nothing_and_empty_arrays() -> None:
    check(program_of(lambda: (np.ones(2), np.arange(3))))
    empty, rows = np.zeros((0, 3)), np.zeros((2, 0))

    def f(x: Any, y: Any) -> Any:
        sums = [np.sum(x), np.sum(x, axis=0), np.sum(x, axis=1), np.prod(y, axis=1), np.max(x, axis=1)]
        return x * 2, y.T + 1, sums, y @ x, x[:, 0] + 1, np.concatenate([y, np.ones((2, 1))], axis=1)

    check(program_of(f, empty, rows), empty, rows)


def test_calls_between_loops() -> None:
    x = _RNG.normal(size=(40, 40)) + 40 * np.eye(40)

    def f(x: Any) -> Any:
        y = np.linalg.inv(x.T * 2)
        z = np.sort(y + x, axis=0)[1:]
        return np.sum(z * np.fft.fft(z[0]).real), np.cumsum(z.T, axis=1) * 2, y

    program = program_of(f, x)
    assert {"fft", "permute"} <= {*names_called(program)}
    check(program, x, relative=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        program.run([np.zeros((40, 40))])


def test_loops_and_choices() -> None:
    x = _RNG.normal(size=(4, 3))

    def in_all(x: Any) -> Any:
        def outer(c: Any, a: Any) -> Any:
            d = fori_loop(0, 3, lambda i, v: np.cos(v) + a * i, c)
            e = cond(np.sum(d) > 0, lambda v: v * 0.5, lambda v: v - a, d)
            return e, (d, np.sum(e))

        swapped = fori_loop(0, 3, lambda _, c: (c[1], c[0] + 1.0, c[0][::-1]), (x[0], x[1], x[2]))
        doubled = while_loop(lambda c: np.sum(c[0]) < 100.0, lambda c: (c[0] * 1.5 + 1, c[1] + 1), (np.abs(x), 0))
        forward, backward = scan(outer, x[0], x), scan(lambda c, a: (c + a, c * a), 0.0, x[:, 0], reverse=True)
        chosen = [cond(x[0, 0] > b, lambda v: (v, np.sum(v)), lambda v: (v * 2, np.max(v)), x[2]) for b in (-9, 9)]
        return forward, backward, swapped, doubled, chosen, scan(lambda c, a: (c + a, c), x[0], np.zeros((0, 3)))

    program = program_of(in_all, x)
    assert is_one_function(program)
    check(program, x, relative=1e-12)


def test_derivatives_of_loops() -> None:
    w, xs = _RNG.normal(size=(20, 20)) / 5, _RNG.normal(size=(3, 20))

    def network(w: Any, xs: Any) -> Any:
        def step(h: Any, x: Any) -> Any:
            h = np.tanh(w @ h + x)
            return h, np.sum(h)

        h, ys = scan(step, np.zeros(20), xs)
        return np.sum(h * h) + np.sum(ys)

    program = program_of(grad(network), w, xs)
    assert is_one_function(program)
    check(program, w, xs, relative=1e-12)


def test_a_loop_with_a_call_is_called() -> None:
    x = _RNG.normal(size=(4, 3))
    program = program_of(lambda x: scan(lambda c, a: (np.fft.fft(c).real + a, c), x[0], x * 2), x)
    assert "scan" in names_called(program)
    check(program, x, relative=1e-12)


@pytest.mark.parametrize("most", [1, 8000])
def test_a_carry_is_begun_in_the_function_of_its_loop(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It once joined what stood before a call, or was cut off from its loop: "Variable 'v43' is not defined"."""
    monkeypatch.setattr("pydezero.transforms.jit.buffers._MOST_IN_FUNCTION", most)
    x = _RNG.normal(size=3)

    def f(x: Any) -> Any:
        total = np.cos(np.sum(x))
        median = np.sort(x)[1]  # by NumPy
        looped = fori_loop(1, 3, lambda i, c: 0.5 * c + i * total * median, 0.0)
        doubled, _ = while_loop(lambda c: c[1] < 3, lambda c: (c[0] * 2.0, c[1] + 1), (np.sin(looped), 0))
        return doubled

    program = program_of(f, x)
    assert "argsort" in names_called(program)
    check(program, x, relative=1e-12)


def test_one_loop_and_little_memory() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(50):
            y = y * x
        return np.sum(y)

    x = np.full(1000, 0.999)
    for function in (f, grad(f)):
        program = program_of(function, x)
        (part,) = program.plan.parts
        assert isinstance(part, Segment)
        assert part.nbytes == 0
        assert program.source.count("for i0") == 1
        check(program, x, relative=1e-12)


def test_text_of_a_plan() -> None:
    program = program_of(
        lambda x: np.sum(np.sin(np.sort(x) * 2)) + scan(lambda c, a: (c + a, None), 0.0, x)[0], np.ones(30)
    )
    text = program.plan.text()
    assert "call of argsort: v" in text
    assert "loop over [30]: multiply, sin, sum" in text
    assert "for of 30 steps" in text
    assert program.plan.peak == 2 * 30 * 8  # the order, and what is in order
    assert program.plan.arithmetic == 30 * 3 + 30 * 2 + 2


def test_large_values_are_computed_again() -> None:
    def f(x: Any) -> Any:
        e = np.exp(x - np.max(x))
        return e / np.sum(e)

    x = _RNG.normal(size=50_000)
    program = program_of(f, x)
    (part,) = program.plan.parts
    assert isinstance(part, Segment)
    assert part.nbytes == 0
    check(program, x, relative=1e-13)


def test_arguments_too_large_for_vector_math() -> None:
    x = np.array([1e300, -1e200, 1e13, 1.0, np.inf, np.nan])
    program = program_of(lambda x: (np.sin(x), np.cos(x) * x, np.tan(x)), x)
    check(program, x, ulps=4)
    check(program, x / 1e300, ulps=4)


@pytest.mark.parametrize("n", [7, 8, 9, 10, 15, 16, 17, 63])
def test_short_loops(n: int) -> None:
    x = _RNG.normal(size=n)
    check(program_of(lambda x: (np.sin(x) * x, np.cos(x)), x), x, ulps=4)


def test_source_is_shown_by_tracebacks() -> None:
    program = program_of(lambda x: np.sin(x) * 2, np.ones(3))
    file = program.unchecked.__code__.co_filename
    assert "".join(linecache.getlines(file)) == program.source
    assert "def native0(" in program.source


@pytest.mark.parametrize("values", [[], [np.ones(3), np.ones(3)], [np.ones((3, 1))], [np.ones(3, complex)]])
def test_wrong_arguments(values: Sequence[Any]) -> None:
    program = program_of(lambda x: x[::-1] * 2, np.ones(3))
    with pytest.raises((ValueError, TypeError)):
        program.run(values)


def test_a_notebook_shows_the_plan() -> None:
    program = compiled(trace(lambda x: np.sum(np.sin(x)))(np.ones(3)))
    assert program._repr_html_() == f"<pre>{program.text()}</pre>"


@pytest.mark.parametrize(("shift", "axis"), [(1, None), (-5, 2), ((1, -2), (0, 1)), ((1, 1), (2, 2)), (0, 1), (7, -1)])
def test_roll_is_two_copies_and_no_call(shift: Any, axis: Any) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    graph = trace(lambda x: np.roll(x, shift, axis) + 1.0)(x)
    program = compiled(graph)
    assert "call" not in program.text()
    np.testing.assert_array_equal(program.run([x])[0], np.roll(x, shift, axis) + 1.0)
