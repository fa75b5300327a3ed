"""Programs of kernels, which the C++ compiler makes for the host."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pydezero import trace
from pydezero.transforms.jit.gpu.compile import compiled_for
from pydezero.transforms.jit.gpu.devices import Placement
from pydezero.transforms.jit.gpu.expressions import expression, number
from pydezero.transforms.staging.passes import simplify
from tests.functions.case import Array
from tests.transforms.jit.every_function import CALLS, failures
from tests.transforms.jit.gpu.every_kernel import by_kernels
from tests.transforms.jit.gpu.host_device import COMPILER, HostDevice

pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C++ compiler")


def lowered(f: Any, *examples: Any) -> Any:
    """The program of a function."""
    graph = simplify(trace(f)(*examples))
    return compiled_for(graph, Placement(HostDevice(), 0, tuple([bool(np.ndim(x)) for x in examples])))


def check(f: Any, *values: Any, rtol: float = 1e-12) -> None:
    """Compare what the kernels of a function compute with what NumPy does."""
    expected = f(*values)
    for y, e in zip(lowered(f, *values).unchecked(values), expected, strict=True):
        assert y.dtype == e.dtype
        assert y.shape == np.shape(e)
        np.testing.assert_allclose(y, e, rtol=rtol, atol=rtol)


@pytest.mark.parametrize(("calls", "single"), [(CALLS[7::90], False), (CALLS[40::400], True)])
@pytest.mark.filterwarnings("ignore")
def test_rows(calls: Any, single: bool) -> None:
    assert not failures(calls, single=single, compute=by_kernels)


# Of each way to share a reduction among threads: few and many terms and results, in rows and in columns.
SHAPES = [
    ((5,), (0,)),
    ((40,), (0,)),
    ((5000,), (0,)),
    ((7, 3), (1,)),
    ((7, 100), (1,)),
    ((600, 70), (1,)),
    ((2, 3000), (1,)),
    ((100, 3), (0,)),
    ((3000, 5), (0,)),
    ((60, 700), (0,)),
    ((4, 6, 5), (1,)),
    ((4, 6, 5), (0, 2)),
    ((0, 3), (0,)),
]


def test_reductions() -> None:
    rng = np.random.default_rng(0)
    xs = [rng.normal(size=shape) for shape, _ in SHAPES]

    def f(*xs: Array) -> list[Array]:
        results: list[Array] = []
        for x, (_, axes) in zip(xs, SHAPES, strict=True):
            results += [np.sum(x * x, axis=axes), np.sum(np.floor(9 * x).astype(np.float32) != 2, axis=axes)]
            results += [np.any(x > 2.5, axis=axes), np.prod(1 + 1e-3 * x, axis=axes)]
            if x.size:
                results += [np.max(x, axis=axes), np.min(np.rint(100 * x), axis=axes)]
        return results

    check(f, *xs)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u4", "i8", "f4"])
def test_dtypes(dtype: str) -> None:
    x = np.arange(-3 if dtype[0] != "u" else 1, 40).astype(dtype)

    def f(x: Array) -> list[Array]:
        return [np.sum(x), np.prod(x[:6]), np.max(x), np.min(x), x * x, x + x[::-1], np.all(x), x.astype(bool), -x]

    check(f, x, rtol=1e-6)


def test_views_and_writes() -> None:
    rng = np.random.default_rng(1)

    def f(x: Array, y: Array, a: Array) -> list[Array]:
        joined = np.concatenate([x, y.T[:, ::-1] * a], axis=1)
        return [joined, np.stack([x, x + 1]), x.T + y, np.broadcast_to(x[:, :1], (3, 4)) * y.T, x[::-1, 1:].reshape(-1)]

    check(f, rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), np.float64(2.5))


def test_products() -> None:
    rng = np.random.default_rng(2)

    def f(a: Array, b: Array, v: Array) -> list[Array]:
        product = a @ b
        transposed = np.swapaxes(b, 1, 2) @ np.swapaxes(a, 1, 2)
        return [product, a[0] @ b, transposed, a @ v, np.tanh(product) @ b[0].T, a[0].T @ a[1]]

    check(f, rng.normal(size=(2, 20, 30)), rng.normal(size=(2, 30, 25)), rng.normal(size=30))


def test_nan_in_extremes() -> None:
    x = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, np.inf]])
    check(lambda x: [np.max(x, axis=1), np.min(x, axis=0), np.max(x)], x)


ONE_KERNEL = """\
extern "C" __global__ void __launch_bounds__(256) kernel0(const double* __restrict__ p0, const double v1, double* p3) {
    const int i = (int)blockIdx.x * 256 + threadIdx.x;
    if (i >= 6) return;
    const int i0 = i;
    const double x0_0 = p0[i0];
    const double v2 = (double)(tanh(x0_0));
    const double v3 = (double)((v2 * v1));
    p3[i0] = v3;
}


def run(values):
    v0, v1 = values
    if not v0.flags.c_contiguous: v0 = on_device(v0)
    if type(v1) is not float64: v1 = float64(v1)
    v3 = empty((2, 3), dfloat64)
    kernel0((1,), (256,), (v0, v1, v3))
    return [v3]
"""


def test_one_loop_is_one_kernel() -> None:
    program = lowered(lambda x, a: np.tanh(x) * a, np.ones((2, 3)), np.float64(2))
    assert program.source == ONE_KERNEL
    assert program.text().splitlines()[:2] == ["GPU step 0:", "    loop over [2, 3]: tanh, multiply"]


def test_what_follows_a_reduction_is_part_of_its_kernel() -> None:
    program = lowered(lambda x: np.sqrt(np.mean(np.exp(x), axis=1)) + 1, np.ones((100, 8)))
    assert program.source.count("__global__") == 1
    assert program.source.count("empty(") == 1


def test_memory_between_kernels_is_used_again() -> None:
    def f(x: Array) -> Array:
        for _ in range(4):
            x = x - np.mean(x, axis=0)
            x = x / np.sum(x * x, axis=1, keepdims=True)
        return x

    x = np.random.default_rng(3).normal(size=(64, 32))
    check(lambda x: [f(x)], x)
    source = lowered(f, x).source
    assert source.count("empty(") == 2  # the result and scratch memory
    assert int(source.partition("scratch = empty((")[2].partition(",")[0]) < 3 * x.nbytes


@pytest.mark.parametrize(
    ("text", "dtype", "expected"),
    [
        ("{0} + {1}", "d", "(a + b)"),
        ("f32(sin(f64({0})))", "f", "sinf(a)"),
        ("f32(power(f64({0}), f64({1})))", "f", "powf(a, b)"),
        ("select({0} > 0, f32(1), {0})", "f", "((a > 0) ? 1.0f : a)"),
        ("abs({0}) == inf", "d", "(fabs(a) == inf_())"),
        ("{0} ^ True", "?", "(a ^ true)"),
    ],
)
def test_expressions(text: str, dtype: str, expected: str) -> None:
    assert expression(text, ["a", "b"], np.dtype(dtype)) == expected


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (np.float32(-0.5), "(-0.5f)"),
        (np.float64(-0.0), "(-0.0)"),
        (np.float64(np.nan), "nan_()"),
        (np.float32(-np.inf), "(-inff_())"),
        (np.int64(-(2**63)), "(-9223372036854775807LL - 1)"),
        (np.uint8(7), "((unsigned char)7ULL)"),
        (np.bool(True), "true"),
    ],
)
def test_numbers(x: Any, expected: str) -> None:
    assert number(x) == expected
