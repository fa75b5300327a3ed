"""`checkpoint`: the same derivatives, with less kept."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, grad, gradients, numerical_diff, value_and_grad, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.checkpoint import checkpoint
from pydezero.transforms.rules.custom_jvp import custom_jvp
from pydezero.transforms.rules.custom_vjp import custom_vjp
from pydezero.transforms.staging.trace import trace
from tests.rows import over_rows
from tests.transforms.rules import derivatives as rules
from tests.transforms.rules.derivatives import along, total

# Any: NumPy's stubs know no Variable.
Scalar = Callable[[Any], Any]

array = np.array([0.5, -1.5, 2.0])


class Pair(NamedTuple):
    a: Any
    b: Any


def block(x: Any) -> Any:
    return np.sin(x) * x + np.exp(0.1 * x)


def of_pair(pair: Pair, scale: Any, *, note: str) -> dict[str, Any]:
    return {"sum": pair.a + scale * pair.b, "products": [pair.a * pair.b, 3.0], "note": note}


def with_containers(x: Any) -> Any:
    found = checkpoint(of_pair)(Pair(x, np.cos(x)), 2.0, note="text")
    assert found["note"] == "text"
    return found["sum"] * found["products"][0] * found["products"][1]


def with_closure(x: Any) -> Any:
    y = np.cos(x)
    return checkpoint(lambda z: np.sin(z * x) * y)(2 * x) + checkpoint(lambda: x * y)()


def with_indexing(x: Any) -> Any:
    inner: Scalar = checkpoint(lambda x: x[..., :1] * x[..., 1:] + x[..., 0:1] ** 2)
    return np.sum(inner(np.stack([x, x * x, np.sin(x)], axis=-1)), axis=-1)


def with_unused_output(x: Any) -> Any:
    a, _, c = checkpoint(lambda x: (x * x, np.exp(x), x))(np.sin(x))
    return a * a + c


triple: Scalar = custom_vjp(lambda x: (x**3, x), lambda x, g: (3 * g * x**2,))(lambda x: x**3)
wave: Scalar = custom_jvp(lambda p, t: (np.sin(p[0]), np.cos(p[0]) * t[0]))(np.sin)

# Elementwise functions with checkpoints in them.
FUNCTIONS: dict[str, Scalar] = {
    "one": checkpoint(block),
    "a chain": lambda x: checkpoint(block)(checkpoint(block)(x)),
    "used twice": lambda x: (lambda y: y * y + y)(checkpoint(block)(x)),
    "nested": checkpoint(lambda x: checkpoint(block)(checkpoint(lambda y: checkpoint(block)(y) * y)(x))),
    "containers": with_containers,
    "closures": with_closure,
    "indexing": with_indexing,
    "an output that is not used": with_unused_output,
    "the input itself": lambda x: checkpoint(lambda x: x)(x * x) * x,
    "the input twice": lambda x: checkpoint(lambda a, b: a * b)(x, x),
    "a sum of inputs": lambda x: checkpoint(lambda a, b: a + b)(x, np.sin(x)),
    "a constant argument": lambda x: checkpoint(lambda a, b: a * b)(x, np.array(2.0)),
    "broadcasting": lambda x: checkpoint(lambda a, b: a * b)(np.sum(np.stack([x, x]), axis=0), np.float32(3.0)),
    "a derivative inside": checkpoint(lambda x: x * grad(lambda x: np.sum(np.sin(x) * x))(x)),
    "a closure over an outer derivative": lambda x: grad(
        lambda y: np.sum(checkpoint(lambda z: np.sin(z * x))(y) + checkpoint(lambda z: x * y)(y))
    )(x * x),
    "rules of one's own": checkpoint(lambda x: triple(wave(x)) * wave(x)),
}
ALL_FUNCTIONS = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))


@ALL_FUNCTIONS
@pytest.mark.parametrize("x", [np.array(0.7), array, array.reshape(3, 1)], ids=["()", "(3,)", "(3, 1)"])
def test_gradients_agree_with_numerical_ones(f: Scalar, x: Any) -> None:
    found = grad(total(f))(x)
    assert found.shape == x.shape
    assert_allclose(found, numerical_diff(f, x), rtol=1e-5, atol=1e-6)
    by_hand = Variable(x)
    assert_allclose(gradients(f(by_hand), by_hand), found)


@ALL_FUNCTIONS
def test_three_orders(f: Scalar) -> None:
    slope = grad(f)
    for _ in range(2):
        assert_allclose(grad(slope)(0.4), numerical_diff(slope, 0.4), rtol=1e-5, atol=1e-6)
        slope = grad(slope)


TRANSFORMS: dict[str, Callable[[Scalar], Scalar]] = {
    **{name: transform for name, (transform, expected) in rules.TRANSFORMS.items() if expected is along},
    "grad of a checkpoint": lambda f: grad(checkpoint(total(f))),
    "checkpoint of grad": lambda f: checkpoint(grad(total(f))),
}


@ALL_FUNCTIONS
@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=list(TRANSFORMS))
def test_every_transform(transform: Callable[[Scalar], Scalar], f: Scalar) -> None:
    assert_allclose(transform(f)(array), along(f, array), rtol=1e-6, atol=1e-8)


@ALL_FUNCTIONS
@over_rows(
    product(
        ["grad", "vjp", "jvp", "trace of grad"], ["grad", "vjp", "jvp", "grad of a checkpoint", "checkpoint of grad"]
    ),
    by=lambda names: names[0],
)
def test_every_transform_of_every_transform(names: tuple[str, str], f: Scalar) -> None:
    outer, inner = names
    slope = TRANSFORMS[inner](f)
    assert_allclose(TRANSFORMS[outer](slope)(array), along(slope, array), rtol=1e-6, atol=1e-8)


@ALL_FUNCTIONS
@pytest.mark.parametrize("name", ["grad", "vjp", "jvp", "grad of a checkpoint"])
def test_batches_of_every_transform(name: str, f: Scalar) -> None:
    batch = np.stack([array, 0.5 * array + 0.1])
    inner = TRANSFORMS[name](f)
    assert_allclose(vmap(inner)(batch), [inner(x) for x in batch], rtol=1e-10)


def test_a_trace_of_it_holds_its_operations() -> None:
    assert_array_equal(trace(checkpoint(block))(1.1 * array)(array), block(array))


def test_the_value_and_plain_calls_are_those_of_the_function() -> None:
    f = checkpoint(block)
    assert_array_equal(f(array), block(array))
    value, _ = value_and_grad(total(f))(array)
    assert value == np.sum(block(array))
    assert checkpoint(lambda x: [x, "text", None])("anything") == ["anything", "text", None]


def test_it_looks_like_the_function() -> None:
    def documented(x: Any) -> Any:
        """What it says."""
        return x

    assert checkpoint(documented).__name__ == "documented"
    assert checkpoint(documented).__doc__ == "What it says."


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_dtypes(dtype: Any) -> None:
    x = array.astype(dtype) * (1 + 0.5j if dtype is np.complex128 else 1)
    plain = grad(lambda x: np.sum(np.real(block(x))))(x)
    found = grad(lambda x: np.sum(np.real(checkpoint(block)(x))))(x)
    assert found.dtype == dtype
    assert_allclose(found, plain, rtol=1e-6)


# What is kept.


def counted(calls: list[int]) -> Scalar:
    def f(x: Any) -> Any:
        calls.append(1)
        return block(x)

    return checkpoint(f)


def test_the_function_runs_once_more_for_each_pullback() -> None:
    calls: list[int] = []
    _, pullback = vjp(counted(calls), array)
    assert len(calls) == 1
    first = pullback(np.ones(3))
    assert len(calls) == 2
    assert_array_equal(pullback(np.ones(3)), first)
    assert len(calls) == 3
    counted(calls)(array)
    assert len(calls) == 4


def test_it_does_not_run_again_where_no_cotangent_arrives() -> None:
    calls: list[int] = []
    f = counted(calls)
    assert_array_equal(grad(lambda x: (f(x), np.sum(x))[1])(array), np.ones(3))
    assert len(calls) == 1


STEPS, SIZE = 1000, 1000


def step(y: Any, x: Any) -> Any:
    return np.sin(y) * x


def chain(x: Any) -> Any:
    y = x
    for _ in range(STEPS):
        y = step(y, x)
    return np.sum(y)


def chain_in_blocks(x: Any) -> Any:
    def steps(y: Any) -> Any:
        for _ in range(25):
            y = step(y, x)  # x is not among the arguments
        return y

    y = x
    for _ in range(STEPS // 25):
        y = checkpoint(steps)(y)
    return np.sum(y)


def chain_in_nested_blocks(x: Any) -> Any:
    def steps(y: Any, depth: int) -> Any:
        if not depth:
            return step(y, x)
        for _ in range(10):
            y = checkpoint(steps)(y, depth - 1)
        return y

    return np.sum(steps(x, 3))


def peak(f: Callable[[], Any]) -> float:
    """The most memory that is allocated at once, in arrays of SIZE elements."""
    tracemalloc.start()
    try:
        f()
        return tracemalloc.get_traced_memory()[1] / (8 * SIZE)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("f", "factor"),
    [(chain_in_blocks, 10), (chain_in_nested_blocks, 20)],
    ids=["blocks", "nested blocks"],
)
def test_the_peak_memory_of_a_long_chain(f: Scalar, factor: float) -> None:
    x = np.linspace(0.5, 1.5, SIZE)
    assert_allclose(grad(f)(x), grad(chain)(x), rtol=1e-10)
    whole = peak(lambda: grad(chain)(x))
    assert whole > 2 * STEPS  # a sine and an argument of each step
    assert peak(lambda: grad(f)(x)) < whole / factor


@pytest.mark.parametrize(
    "derivative",
    [
        lambda f, x: grad(total(grad(f)))(x),
        lambda f, x: jvp(grad(f), (x,), (np.ones(SIZE),))[1],
        lambda f, x: grad(lambda x: np.sum(vmap(lambda s: f(x * s))(np.ones(1))))(x),
        lambda f, x: vmap(grad(f))(x[None]),
    ],
    ids=["grad of grad", "jvp of grad", "grad of vmap", "vmap of grad"],
)
def test_the_peak_memory_under_other_transforms(derivative: Any) -> None:
    x = np.linspace(0.5, 1.5, SIZE)
    assert_allclose(derivative(chain_in_blocks, x), derivative(chain, x), rtol=1e-8)
    assert peak(lambda: derivative(chain_in_blocks, x)) < peak(lambda: derivative(chain, x)) / 5


# Purity.


def test_an_argument_that_is_overwritten_later() -> None:
    factor, x = np.array([2.0, 3.0, 4.0]), array.copy()
    _, pullback = vjp(lambda x: checkpoint(lambda x, c: np.sin(x) * c["c"])(x, {"c": factor}), x)
    factor[:] = 50.0
    x[:] = 50.0
    assert_array_equal(pullback(np.ones(3))[0], np.cos(array) * [2.0, 3.0, 4.0])


def test_a_captured_array_that_is_overwritten_raises() -> None:
    factor = np.array([2.0, 3.0, 4.0])
    _, pullback = vjp(checkpoint(lambda x: np.sin(x) * factor), array)
    factor[0] = 50.0
    with pytest.raises(ValueError, match=r"checkpoint\(<lambda>\).*another result.*as arguments"):
        pullback(np.ones(3))


def test_random_numbers_raise() -> None:
    rng = np.random.default_rng(0)

    def dropout(x: Any) -> Any:
        return x * (rng.uniform(size=3) > 0.5) * rng.uniform(size=3)

    with pytest.raises(ValueError, match=r"checkpoint\(dropout\).*another result.*random numbers"):
        grad(total(checkpoint(dropout)))(array)
    with pytest.raises(ValueError, match=r"checkpoint\(dropout\)"):
        grad(total(grad(total(checkpoint(dropout)))))(array)


@pytest.mark.parametrize(
    "results",
    [
        [lambda x: x * x, lambda x: 1.0],
        [lambda x: x * x, lambda x: np.concatenate([x * x, x])],
        [lambda x: (x * x, x), lambda x: x * x],
    ],
    ids=["a constant", "another shape", "another container"],
)
def test_another_result_raises(results: list[Scalar]) -> None:
    remaining = iter(results)

    def changing(x: Any) -> Any:
        return next(remaining)(x * 1.0)

    def f(x: Any) -> Any:
        y = checkpoint(changing)(x)
        return np.sum(y[0] if isinstance(y, tuple) else y)

    with pytest.raises(ValueError, match=r"checkpoint\(changing\).*another result"):
        grad(f)(array)


def test_results_that_are_not_finite() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = grad(lambda x: np.sum(checkpoint(lambda x: 1 / x)(x)[1:]))(np.array([0.0, 2.0]))
    assert found[1] == -0.25
    plain = grad(lambda x: np.sum(x * np.array([np.nan, 1.0])))(np.ones(2))
    assert_array_equal(grad(lambda x: np.sum(checkpoint(lambda x: x * np.array([np.nan, 1.0]))(x)))(np.ones(2)), plain)


def test_gradients_share_no_memory() -> None:
    seed = np.ones(3)
    first, second = vjp(checkpoint(lambda x, y: x + y), array, array)[1](seed)
    assert not np.shares_memory(first, second)
    assert not np.shares_memory(first, seed)


def test_an_error_passes_through_and_nothing_stays_behind() -> None:
    calls: list[int] = []

    def fails_second(x: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError("second")
        return x * x

    f = checkpoint(fails_second)
    with pytest.raises(ZeroDivisionError, match="second"):
        grad(f)(3.0)
    assert grad(f)(3.0) == 6.0


def test_what_is_no_function_raises() -> None:
    wrong: Any = array
    with pytest.raises(TypeError, match=r"checkpoint\(f\): f must be a function, got an array"):
        checkpoint(wrong)
