"""`vmap`: operations of the user's own under it, mistakes, purity, types."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple, assert_type

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import Function, Variable, functions, grad
from pydezero.transforms.batching.vmap import vmap
from tests.functions.checks import leaves

Floats = NDArray[np.float64]
# Any: NumPy's stubs know no Variable.
Map = Callable[..., Any]


class Layer(NamedTuple):
    w: Any
    b: Any


X: Final = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]])


def _equal(found: Any, expected: Any, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=atol)
    assert np.shape(found) == np.shape(expected)


# --- operations of the user's own ---


def _cube() -> Function[Any]:
    def backward(g: Any, x: Any) -> Any:
        assert g.shape == x.shape
        return g * 3 * x**2

    return Function(lambda x: x**3, backward)


def test_a_function_of_each_example() -> None:
    cube = _cube()
    f: Map = lambda x: functions.sum(cube(x) * x[0])
    _equal(vmap(f)(X), [f(x) for x in X])
    _equal(vmap(grad(f))(X), np.stack([grad(f)(x) for x in X]))
    _equal(grad(lambda x: functions.sum(vmap(f)(x)))(X), np.stack([grad(f)(x) for x in X]))
    squares: Map = lambda x: functions.sum(grad(f)(x) ** 2)
    second = grad(squares)
    _equal(vmap(second)(X), np.stack([second(x) for x in X]))
    nested = np.stack([X, 2 * X])
    _equal(vmap(vmap(grad(f)))(nested), np.stack([vmap(grad(f))(x) for x in nested]))


def test_a_function_of_several_arguments_and_results() -> None:
    def forward(x: Any, y: Any) -> tuple[Any, Any]:
        assert x.shape == (3,)
        assert y.shape == ()
        return x * y, np.sum(x)

    def backward(g: Any, h: Any, x: Any, y: Any) -> tuple[Any, Any]:
        return g * y + h, np.sum(g * x)

    pair: Map = Function(forward, backward)
    ys = np.array([2.0, -3.0])
    f: Map = lambda x, y: (lambda a, b: np.sum(a**2) * b)(*pair(x, y))
    for in_axes, args in (((0, 0), (X, ys)), ((0, None), (X, ys[0])), ((None, 0), (X[1], ys))):
        rows = [[a if axis is None else a[i] for a, axis in zip(args, in_axes, strict=True)] for i in range(2)]
        each = [grad(f, (0, 1))(*row) for row in rows]
        found = vmap(grad(f, (0, 1)), in_axes)(*args)
        together = grad(lambda x, y, in_axes=in_axes: functions.sum(vmap(f, in_axes)(x, y)), (0, 1))(*args)
        for i, axis in enumerate(in_axes):
            expected = np.stack([row[i] for row in each])
            _equal(found[i], expected, 1e-11)
            _equal(together[i], expected if axis == 0 else expected.sum(axis=0), 1e-11)


def test_a_function_that_returns_the_same_for_all_examples() -> None:
    kept = np.array([1.0, 2.0])
    constant = Function(lambda x: kept, lambda g, x: np.zeros_like(x))
    found = vmap(constant)(X)
    kept[0] = 5.0
    _equal(found, [[1.0, 2.0], [1.0, 2.0]])
    _equal(grad(lambda x: functions.sum(vmap(constant)(x)))(X), np.zeros_like(X))


def test_a_function_must_be_given_what_it_computes_with() -> None:
    def f(x: Any, y: Any) -> Any:
        return Function(lambda x: x * y, lambda g, x: g * y)(x)

    with pytest.raises(ValueError, match="pass it as an argument"):
        grad(lambda y: functions.sum(vmap(f)(y, y)))(X)


# --- errors ---


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: vmap(3.0),  # type: ignore[call-overload]  # the mistake
            TypeError,
            r"vmap\(f\): f must be a function",
        ),
        (lambda: vmap(np.sin, in_axes=[0]), TypeError, "in_axes must be an int, None, or a tuple"),  # type: ignore[call-overload]  # wrong
        (lambda: vmap(np.sin, in_axes={"x": 0}), TypeError, "a tuple of one entry"),  # type: ignore[call-overload]  # wrong
        (lambda: vmap(lambda x, y: x)(X), TypeError, "missing 1 required positional argument"),
        (lambda: vmap(lambda x: x, (0, None))(X), TypeError, r"in_axes \(0, None\) has 2 entries for 1 positional"),  # type: ignore[arg-type]  # wrong
        (lambda: vmap(lambda x: x, (None,))(X), ValueError, "no argument is mapped"),
        (lambda: vmap(lambda: 1.0)(), ValueError, "no argument is mapped"),  # type: ignore[arg-type, call-overload, misc]  # wrong
        (lambda: vmap(lambda x: x)("text"), ValueError, "no argument is mapped"),
        (lambda: vmap(lambda x: x)(2.0), ValueError, r"argument 0 \(x\) is a number.*write None for it in in_axes"),
        (lambda: vmap(lambda x, n: x)(X, 2), ValueError, r"argument 1 \(n\) is a number"),
        (lambda: vmap(lambda x, n: x)(X, n=2), ValueError, "argument n is a number.*functools.partial"),
        (lambda: vmap(lambda x: x, 2)(X), ValueError, r"argument 0 \(x\) has the shape \(2, 3\), without an axis 2"),
        (lambda: vmap(lambda x: x, -3)(X), ValueError, "without an axis -3"),
        (
            lambda: vmap(lambda x, y: x)(X, np.ones(3)),
            ValueError,
            r"argument 0 \(x\): 2 along axis 0, argument 1 \(y\): 3 along axis 0.*write None in in_axes",
        ),
        (
            lambda: vmap(lambda p, y: y)({"a": X, "b": np.ones(4)}, np.ones(4)),
            ValueError,
            r"argument 0 \(p\), leaf 0: 2 along axis 0, argument 0 \(p\), leaf 1: 4 along axis 0",
        ),
        (lambda: vmap(lambda x, *, y: x)(X, y=np.ones(3)), ValueError, "argument y: 3 along axis 0"),
        (lambda: vmap(lambda p: p[0], ((0, 0),))([X, X]), TypeError, r"in_axes has for argument 0 \(0, 0\)"),
        (lambda: vmap(lambda p: p["a"], ({"b": 0},))({"a": X}), TypeError, r"the keys \['b'\]"),
        (lambda: vmap(lambda x: x, (0.5,))(X), TypeError, "in_axes must hold ints and None, got 0.5"),  # type: ignore[arg-type]  # wrong
        (lambda: vmap(lambda x: x, out_axes=2)(X), ValueError, r"out_axes is 2, but a result of shape \(3,\)"),
        (lambda: vmap(lambda x: x, out_axes=None)(X), TypeError, "out_axes must hold ints"),
        (lambda: vmap(lambda x: x, out_axes=(0, 0))(X), TypeError, "out_axes is"),
        (lambda: vmap(lambda x: x)(np.array(["a"])), TypeError, "holds no numbers"),
        (lambda: vmap(lambda x: x if x[0] > 0 else -x)(X), TypeError, r"stands for 2 examples.*np\.where"),
        (lambda: vmap(lambda x: x.data)(X), TypeError, "stands for 2 examples"),
        (lambda: vmap(lambda x: float(x[0]))(X), TypeError, "stands for 2 examples"),
        (lambda: vmap(lambda x: np.arange(int(x[0])))(X), TypeError, "stands for 2 examples"),
        (lambda: vmap(lambda x: np.asarray(x))(X), TypeError, "stands for 2 examples"),
        (lambda: vmap(lambda x: max(x[0], x[1]))(X), TypeError, "stands for 2 examples"),
        (lambda: vmap(lambda x: np.ones(2) @ x)(X), ValueError, "matmul"),
        (lambda: vmap(lambda x: x @ x)(X[0]), ValueError, "scalar for each example"),
        (lambda: vmap(lambda x: x.sum(axis=1))(X), np.exceptions.AxisError, "axis 1 is out of bounds"),
    ],
)
def test_mistakes(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_an_error_in_an_operation_says_what_the_examples_are() -> None:
    with pytest.raises(ValueError, match="broadcast") as raised:
        vmap(lambda x, y: x + y)(X, np.ones((2, 4)))
    assert raised.value.__notes__ == ["(in add of examples of shape [(3,), (4,)], 2 at once, under vmap)"]


def test_an_exception_leaves_nothing_behind() -> None:
    def f(x: Any) -> Any:
        raise RuntimeError("inside")

    for transformed in (vmap(f), vmap(grad(f)), grad(lambda x: vmap(f)(x).sum())):
        with pytest.raises(RuntimeError, match="inside"):
            transformed(X)
    _equal(vmap(lambda x: x * 2)(X), X * 2)


def test_threads_agree() -> None:
    total: Map = lambda x: np.sum(np.sin(x) * x)
    f = vmap(grad(total))
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(f, [X] * 32):
            np.testing.assert_array_equal(found, f(X))


# --- purity ---


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x,
        lambda x: (x, x, x * 1),
        lambda x: (lambda y: (y, y, y.T))(2 * x),
        lambda x: np.reshape(x, (3, 1)),
        lambda x: x[:2],
        lambda x: (np.ones(3), 2.0),
        lambda x: functions.broadcast_to(x, (2, 3)),
    ],
)
def test_results_are_arrays_of_their_own(f: Map) -> None:
    x = X.copy()
    for argument in (x, x[:, ::-1], np.broadcast_to(x[0], (2, 3))):
        before = argument.copy()
        results = leaves(vmap(f)(argument))
        for i, result in enumerate(results):
            assert type(result) is np.ndarray
            assert not np.shares_memory(result, argument)
            assert not any(np.shares_memory(result, other) for other in results[i + 1 :])
            expected = result.copy()
            result[...] = 0
            result[...] = expected
        np.testing.assert_array_equal(argument, before)


def test_a_read_only_argument_is_not_handed_out() -> None:
    x = np.arange(6.0)
    x.flags.writeable = False
    result = vmap(lambda x: x)(x)
    result[0] = 7.0
    assert x[0] == 0.0


def test_a_result_that_somebody_else_holds_is_copied() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(2 * x)
        return kept[0]

    result = vmap(f)(X)
    result[...] = 0.0
    _equal(kept[0]._value, 2 * X)


def test_an_argument_that_is_overwritten_in_between() -> None:
    x = X.copy()

    def f(row: Any) -> Any:
        y = row * row
        x[...] = 100.0
        return np.sum(y * row)

    _equal(vmap(grad(f))(x), 3 * X**2)
    x = X.copy()
    _equal(vmap(f)(x), np.sum(X**3, axis=1))


def test_twice_the_same() -> None:
    total: Map = lambda layer, x: np.sum(np.tanh(x @ layer.w + layer.b))
    layer = Layer(np.arange(6.0).reshape(3, 2), np.ones(2))
    f: Map = vmap(grad(total), (None, 0))
    np.testing.assert_array_equal(f(layer, X).w, f(layer, X).w)


# --- types ---


def test_types() -> None:
    def of_arrays(w: Floats, x: Floats) -> Floats:
        return w * x

    def of_variables(x: Variable, y: Variable) -> Variable:
        return functions.matmul(x, y)

    def of_variable(x: Variable, power: int) -> Variable:
        return functions.sum(x**power)

    def of_layer(layer: Layer, x: Floats) -> Floats:
        total: np.float64 = np.sum(np.sum(x) * layer.w)
        return x * total

    assert_type(vmap(of_arrays, (None, 0))(np.ones(3), X), Floats)
    assert_type(vmap(grad(of_arrays), (0, 0))(np.ones(2), X[:, 0]), Floats)
    assert_type(vmap(of_variables)(Variable(X), X), Variable)
    assert_type(vmap(of_variables)(X, X), NDArray[Any])
    assert_type(vmap(of_variable, (0, None))(X, 2), NDArray[Any])
    assert_type(vmap(of_variable, (0, None))(Variable(X), 2), Variable)
    assert_type(vmap(vmap(of_variables))(X[None], X[None]), NDArray[Any])
    assert_type(vmap(grad(of_layer), (None, 0))(Layer(X, 0.0), np.ones(2)), Layer)
    assert_type(vmap(of_layer, (None, 0))(Layer(X, 0.0), np.ones((2, 5))), Floats)
