"""`jacobian`, `jacfwd` and `jacrev`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import check_finite, grad
from pydezero.transforms.jacobians.jacobian import jacfwd, jacrev
from pydezero.tree import flatten
from tests.transforms.jacobians.jacobians import (
    SQUARE,
    TALL,
    WIDE,
    Transform,
    X,
    each_transform,
    numerical,
    rosenbrock,
    rosenbrock_gradient,
    softmax,
)


class Case(NamedTuple):
    f: Callable[[Any], Any]
    x: Any
    expected: Callable[[Any], Any] | None = None


CASES: dict[str, Case] = {
    "linear, tall": Case(lambda x: TALL @ x, X[:2], lambda x: TALL),
    "linear, wide": Case(lambda x: WIDE @ x, X, lambda x: WIDE),
    "elementwise": Case(np.tanh, X, lambda x: np.diag(1 - np.tanh(x) ** 2)),
    "identity": Case(lambda x: x, X, lambda x: np.eye(3)),
    "quadratic form": Case(lambda x: x @ SQUARE @ x, X, lambda x: (SQUARE + SQUARE.T) @ x),
    "Rosenbrock": Case(rosenbrock, X, rosenbrock_gradient),
    "log sum exp": Case(lambda x: np.log(np.sum(np.exp(x))), X, softmax),
    "softmax": Case(softmax, X, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))),
    "a layer": Case(lambda x: np.tanh(SQUARE @ x), X, lambda x: (1 - np.tanh(SQUARE @ x) ** 2)[:, None] * SQUARE),
    "matrix to matrix": Case(lambda x: x @ SQUARE, WIDE, lambda x: np.einsum("ik,lj->ijkl", np.eye(2), SQUARE)),
    "transpose": Case(lambda x: x.T, WIDE, lambda x: np.einsum("il,jk->ijkl", np.eye(3), np.eye(2))),
    "outer product": Case(lambda x: x[:, None] * x[None, :], X),
    "number to number": Case(lambda x: x**3, np.array(2.0), lambda x: 3 * x**2),
    "a curve": Case(lambda t: np.stack([np.cos(t), np.sin(t)]), np.array(0.3), lambda t: [-np.sin(t), np.cos(t)]),
    "one element": Case(lambda x: x * x, np.array([3.0]), lambda x: [[6.0]]),
    "one element of shape (1, 1) to a number": Case(lambda x: np.sum(x * x), np.array([[3.0]]), lambda x: [[6.0]]),
    "a number to shape (1, 1)": Case(lambda x: np.reshape(x, (1, 1)) * 2, np.array(3.0), lambda x: [[2.0]]),
    "indexing": Case(lambda x: x[[2, 0, 2]] * x[1], X),
    "where": Case(lambda x: np.where(x > 0, x**2, -x), X, lambda x: np.diag(np.where(x > 0, 2 * x, -1))),
    "joining": Case(lambda x: np.concatenate([x**2, [1.0], x[:1]]), X),
    "reductions": Case(lambda x: np.stack([np.max(x), np.prod(x), np.var(x), np.mean(x)]), X),
    "cumulative sum": Case(np.cumsum, X, lambda x: np.tri(3)),
    "three factors": Case(lambda x: np.einsum("i,ij,j->i", x, SQUARE, x), X),
    "an unused argument": Case(lambda x: np.ones(2), X, lambda x: np.zeros((2, 3))),
    "a number that is not used": Case(lambda x: 3.0, X, lambda x: np.zeros(3)),
    "in part a constant": Case(lambda x: np.stack([x[0] * 2, np.sum(np.ones(3))]), X, lambda x: [[2, 0, 0], [0, 0, 0]]),
    "control flow": Case(lambda x: x * 2 if x[0] > 0 else x * 3, X, lambda x: 2 * np.eye(3)),
    "no numbers in": Case(lambda x: np.sum(x) + np.ones(2), np.ones(0), lambda x: np.zeros((2, 0))),
    "no numbers out": Case(lambda x: x[:0], X, lambda x: np.zeros((0, 3))),
}


@each_transform
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_against_closed_forms_and_differences(case: Case, transform: Transform) -> None:
    found = transform(case.f)(case.x)
    assert type(found) is np.ndarray
    assert found.dtype == np.float64
    assert found.shape == np.shape(case.f(case.x)) + case.x.shape
    assert found.flags.writeable
    if case.expected is not None:
        assert_allclose(found, case.expected(case.x), rtol=1e-12, atol=1e-12)
    if found.size:
        assert_allclose(found, numerical(case.f, case.x), rtol=1e-5, atol=1e-5)


@each_transform
@pytest.mark.parametrize("shape", [(2,), (3,), (5,)])
def test_one_evaluation_whatever_the_shape(transform: Transform, shape: tuple[int, ...]) -> None:
    calls: list[Any] = []

    def f(x: Any) -> Any:
        calls.append(x)
        return np.sin(x[0] * np.arange(3.0)) * x[1]

    transform(f)(np.ones(shape))
    assert len(calls) == 1


@each_transform
def test_the_derivative_by_several_arguments(transform: Transform) -> None:
    def f(x: Any, name: str, y: Any, *, power: int = 1) -> Any:
        return WIDE @ x**power * y

    arguments = (X, "name", 2.0)
    assert_allclose(transform(f, 0)(*arguments), 2 * WIDE)
    assert_allclose(transform(f, 2)(*arguments), WIDE @ X)
    assert_allclose(transform(f, -1)(*arguments, power=2), WIDE @ X**2)
    by_y, by_x = transform(f, (2, 0))(*arguments, power=2)
    assert_allclose(by_x, 4 * WIDE * X)
    assert_allclose(by_y, WIDE @ X**2)
    assert type(transform(f, (0,))(*arguments)) is tuple


@attrs.frozen
class Layer:
    w: Any
    b: Any
    name: str = "layer"


@each_transform
def test_containers_within_containers(transform: Transform) -> None:
    def f(layer: Layer, x: Any) -> Any:
        y = layer.w @ x + layer.b
        return {"y": y, "parts": (np.sum(y), layer.name, layer.w), "constant": 3.0}

    layer = Layer(WIDE, np.array([1.0, 2.0]))
    found = transform(f)(layer, X)
    assert list(found) == ["y", "parts", "constant"]
    assert type(found["parts"]) is tuple
    assert found["parts"][1] == "layer"
    for part in (found["y"], found["parts"][0], found["parts"][2], found["constant"]):
        assert type(part) is Layer
        assert part.name == "layer"
    assert_array_equal(found["y"].w, np.einsum("ik,l->ikl", np.eye(2), X))
    assert_array_equal(found["y"].b, np.eye(2))
    assert_array_equal(found["parts"][0].w, [X, X])
    assert_array_equal(found["parts"][0].b, [1, 1])
    assert_array_equal(found["parts"][2].w, np.eye(6).reshape(2, 3, 2, 3))
    assert_array_equal(found["parts"][2].b, np.zeros((2, 3, 2)))
    assert_array_equal(found["constant"].w, np.zeros((2, 3)))

    both = transform(f, (0, 1))(layer, X)
    by_layer, by_x = both["y"]
    assert type(by_layer) is Layer
    assert_array_equal(by_x, WIDE)
    assert_array_equal(both["parts"][0][1], WIDE.sum(axis=0))


@each_transform
def test_a_result_that_is_returned_twice(transform: Transform) -> None:
    def f(x: Any) -> Any:
        y = x * 3
        return [y, y, x]

    first, second, third = transform(f)(X)
    assert_array_equal(first, 3 * np.eye(3))
    assert_array_equal(second, 3 * np.eye(3))
    assert_array_equal(third, np.eye(3))


@pytest.mark.parametrize("transform", [jacfwd, jacrev])
@pytest.mark.parametrize("outside", [1, 3])
@pytest.mark.parametrize("inside", [1, 3])
def test_what_is_beside_the_result(transform: Transform, inside: int, outside: int) -> None:
    def f(x: Any) -> Any:
        y = np.sin(x) * np.ones(3)
        return y[:outside], {"largest": np.max(x), "doubled": x * 2, "name": "f", "count": 3}

    x = X[:inside]
    found, aux = transform(f, has_aux=True)(x)
    assert found.shape == (outside, inside)
    assert type(aux["doubled"]) is np.ndarray
    assert_array_equal(aux["doubled"], 2 * x)
    assert (aux["largest"], aux["name"], aux["count"]) == (x.max(), "f", 3)
    with pytest.raises(TypeError, match=r"jac...\(<lambda>\) with has_aux: the function must return a pair \(y, aux\)"):
        transform(lambda x: x, has_aux=True)(x)


def test_what_is_beside_the_jacobian_of_one_number_keeps_its_shape_under_an_observer() -> None:
    def f(a: Any) -> Any:
        jacobian, aux = jacfwd(lambda x: (x * a, x * a), has_aux=True)(np.ones(1))
        assert aux.shape == (1,)
        return np.sum(jacobian) * np.sum(aux)

    of_grad: Any = grad
    assert check_finite(of_grad(f))(3.0) == 6.0


@each_transform
@pytest.mark.parametrize("x", [3, True, np.int8(3), 3.0], ids=repr)
def test_numbers_are_arguments(x: Any, transform: Transform) -> None:
    found = transform(lambda x: x * x)(x)
    assert (found.shape, found.dtype) == ((), np.float64)
    assert found == 2 * float(x)


@each_transform
def test_integers_become_float64(transform: Transform) -> None:
    found = transform(lambda x: x**2)(np.array([1, 2, 3]))
    assert found.dtype == np.float64
    assert_array_equal(found, np.diag([2, 4, 6]))


@each_transform
@pytest.mark.parametrize("shape", [(), (1,), (2,), (4,)])
def test_float32_stays(transform: Transform, shape: tuple[int, ...]) -> None:
    x = np.ones(shape, np.float32)
    found = transform(lambda x: np.sin(x) * np.ones(2, np.float32)[:1] * 2 + 1)(x)
    assert found.dtype == np.float32
    assert transform(lambda x: np.sum(x * x))(x).dtype == np.float32
    found = transform(lambda x: (x * 2, {"a": np.sum(x)}))(x)
    assert {leaf.dtype for leaf in flatten(found)} == {np.dtype(np.float32)}


def test_each_array_has_its_own_dtype() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x) * y

    arguments = np.ones(2, np.float32), np.ones(2)
    by_x, by_y = jacrev(f, (0, 1))(*arguments)
    assert (by_x.dtype, by_y.dtype) == (np.float32, np.float64)
    by_x, by_y = jacfwd(f, (0, 1))(*arguments)
    assert (by_x.dtype, by_y.dtype) == (np.float64, np.float64)


@each_transform
def test_what_is_not_callable_is_told_how_to_write_it(transform: Transform) -> None:
    with pytest.raises(TypeError, match=r"(jacobian|jacfwd|jacrev)\(f\): f must be a function, got an array of shape"):
        transform(np.ones(3))


@each_transform
def test_it_looks_like_the_function(transform: Transform) -> None:
    def documented(x: Any) -> Any:
        """What it is."""
        return x

    assert transform(documented).__name__ == "documented"
    said = "The Jacobian of documented with respect to x.\n\nThe documentation of documented:\n\nWhat it is.\n"
    assert transform(documented).__doc__ == said


@each_transform
def test_after_an_exception_the_next_call_is_right(transform: Transform) -> None:
    def f(x: Any, fail: bool) -> Any:
        y = np.sin(x)
        if fail:
            raise ValueError("inside")
        return y

    before = transform(f)(X, False)
    with pytest.raises(ValueError, match="inside"):
        transform(f)(X, True)
    assert_array_equal(transform(f)(X, False), before)
