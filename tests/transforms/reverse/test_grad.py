"""`grad` and `value_and_grad`: which arguments, which functions, which results."""

import inspect
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize

from pydezero import Variable, functions, grad, hessian, hvp, jacobian, laplacian, trace, value_and_grad, vmap
from pydezero.core.variable import reverse_node

exhaustive = settings(max_examples=60)


def weighted(x: Any, y: Any, z: Any) -> Any:
    return np.sum(x * y**2 * z**3)


AT = (2.0, 3.0, 5.0)
SLOPES = (9 * 125.0, 2 * 2 * 3 * 125.0, 2 * 9 * 3 * 25.0)


@pytest.mark.parametrize("i", [0, 1, 2, -1, -2, -3])
def test_an_integer_argnums_gives_the_gradient_alone(i: int) -> None:
    found = grad(weighted, i)(*AT)
    assert type(found) is np.float64
    assert found.shape == ()
    assert found == SLOPES[i]


@pytest.mark.parametrize("argnums", [(0,), (0, 1), (2, 0), (-1, 0), (0, 1, 2), [1, 2], range(2)], ids=str)
def test_several_argnums_give_a_tuple_in_their_order(argnums: Any) -> None:
    found = grad(weighted, argnums)(*AT)
    assert type(found) is tuple
    assert found == tuple(SLOPES[i] for i in argnums)


def test_value_and_grad_gives_both() -> None:
    value, gradient = value_and_grad(weighted, (0, 2))(*AT)
    assert type(value) is np.float64
    assert value == 2 * 9 * 125.0
    assert gradient == (SLOPES[0], SLOPES[2])


def test_keywords_are_passed_on() -> None:
    def f(x: Any, *, scale: float = 1.0, power: int = 2) -> Any:
        assert isinstance(scale, float)
        return scale * x**power

    assert grad(f)(3.0) == 6.0
    assert grad(f)(3.0, scale=10.0) == 60.0
    assert grad(f)(3.0, power=3, scale=2.0) == 54.0
    assert grad(weighted)(2.0, z=5.0, y=3.0) == SLOPES[0]


def test_other_arguments_reach_the_function_as_they_are() -> None:
    marker, array = object(), np.ones(2)

    def f(x: Any, a: Any, b: Any, *, c: Any) -> Any:
        assert (b is marker, c) == (True, "text")
        assert_array_equal(a, array)  # lent, so not the same object: it is read-only
        return np.sum(x * a)

    assert grad(f)(2.0, array, marker, c="text") == 2.0


class TestAux:
    """`has_aux`: what the function returns beside its value."""

    def test_grad_gives_gradient_and_aux(self) -> None:
        gradient, aux = grad(lambda x: (x * x, "note"), has_aux=True)(3.0)
        assert gradient == 6.0
        assert aux == "note"

    def test_value_and_grad_gives_value_aux_and_gradient(self) -> None:
        (value, aux), gradient = value_and_grad(lambda x: (x * x, x + 1), has_aux=True)(3.0)
        assert_array_equal([value, aux, gradient], [9.0, 4.0, 6.0])
        assert type(aux) is np.float64

    def test_containers_are_unwrapped(self) -> None:
        def f(x: Any) -> Any:
            return np.sum(x), {"twice": [2 * x, None], "name": "f", "plain": np.ones(1), "count": 3}

        x = np.array([1.0, 2.0])
        _, aux = grad(f, has_aux=True)(x)
        assert type(aux["twice"][0]) is np.ndarray
        assert_array_equal(aux["twice"][0], [2, 4])
        assert (aux["twice"][1], aux["name"], aux["count"]) == (None, "f", 3)
        assert_array_equal(aux["plain"], [1])

    def test_an_argument_returned_as_aux_is_fresh(self) -> None:
        x = np.array([1.0, 2.0])
        _, aux = grad(lambda x: (np.sum(x), x), has_aux=True)(x)
        assert not np.shares_memory(aux, x)
        aux[:] = 9

    def test_aux_is_not_differentiated_but_can_be(self) -> None:
        def inner(x: Any) -> Any:
            return x**3, x**2

        def outer(x: Any) -> Any:
            slope, aux = grad(inner, has_aux=True)(x)
            return slope + aux

        assert grad(outer)(2.0) == 6 * 2.0 + 2 * 2.0

    @pytest.mark.parametrize("result", [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0], None], ids=str)
    def test_anything_but_a_pair_raises(self, result: Any) -> None:
        with pytest.raises(TypeError, match=r"must return a pair \(y, aux\)"):
            grad(lambda x: result, has_aux=True)(1.0)


def collatz(x: Any) -> Any:
    """While loop and if on values: 6 -> 3 -> 10 -> 5 -> 16 -> 8 -> 4 -> 2 -> 1."""
    while x > 1:
        x = x / 2 if x.data % 2 == 0 else 3 * x + 1
    return x


def factorial(x: Any) -> Any:
    return x * factorial(x - 1) if x > 1 else x


CONTROL_FLOW: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "if": (lambda x: x * x if x > 0 else -x, 3.0, 6.0),
    "else": (lambda x: x * x if x > 0 else -x, -3.0, -1.0),
    "while": (collatz, 6.0, 9 / 2**6),
    "recursion": (factorial, 4.0, 50.0),  # 24 (1/4 + 1/3 + 1/2 + 1)
    "for over elements": (lambda x: sum(v * i for i, v in enumerate(x)), np.ones(3), [0, 1, 2]),
    "for over a range": (lambda x: sum(x[i] ** i for i in range(len(x))), np.full(3, 2.0), [0, 1, 4]),
    "builtin max": (lambda x: max(x, x * x), 3.0, 6.0),
    "builtin abs": (abs, -2.0, -1.0),
    "sorted": (lambda x: sorted(x)[0] * 5, np.array([3.0, 1.0, 2.0]), [0, 5, 0]),
    "unpacking": (lambda x: (lambda a, b: a * b)(*x), np.array([2.0, 3.0]), [3, 2]),
    "sort by argsort": (lambda x: np.sum(x[np.argsort(x)] * np.arange(3)), np.array([3.0, 1.0, 2.0]), [2, 0, 1]),
}


@pytest.mark.parametrize(("f", "x", "expected"), CONTROL_FLOW.values(), ids=list(CONTROL_FLOW))
def test_control_flow_is_pythons(f: Callable[[Any], Any], x: Any, expected: Any) -> None:
    assert_allclose(grad(f)(x), expected)


ZERO: dict[str, Callable[[Any], Any]] = {
    "a float": lambda x: 3.0,
    "an array": lambda x: np.array(3.0),
    "a NumPy number": lambda x: np.float32(3.0),
    "floor": lambda x: np.sum(np.floor(x)),
    "through .data": lambda x: np.sum(x.data),
    "another Variable": lambda x: Variable(np.array(3.0)) * 2,
}


@pytest.mark.parametrize("f", ZERO.values(), ids=list(ZERO))
def test_a_constant_function_has_gradient_zero(f: Callable[[Any], Any]) -> None:
    found = grad(f)(np.ones((2, 3)))
    assert type(found) is np.ndarray
    assert_array_equal(found, np.zeros((2, 3)))


def test_an_unused_argument_gets_zeros() -> None:
    found = grad(lambda x, y: np.sum(x), (0, 1))(np.ones(2), np.ones(3, np.float32))
    assert_array_equal(found[1], np.zeros(3))
    assert found[1].dtype == np.float32


def test_the_identity() -> None:
    x = np.array(3.0)
    value, gradient = value_and_grad(lambda x: x)(x)
    assert (value, gradient) == (3.0, 1.0)
    assert not np.shares_memory(value, x)


class Model:
    """A callable object with a differentiable method."""

    scale = 3.0

    def __call__(self, x: Any) -> Any:
        return self.scale * x**2

    def loss(self, x: Any) -> Any:
        return self(x) + x

    @classmethod
    def of_class(cls, x: Any) -> Any:
        return cls.scale * x

    @staticmethod
    def static(x: Any) -> Any:
        return x**3


@attrs.frozen
class SlottedModel:
    """A callable object without a `__dict__`."""

    scale: float

    def __call__(self, x: Any) -> Any:
        return self.scale * x


CALLABLES: dict[str, tuple[Callable[..., Any], float]] = {
    "object": (Model(), 12.0),
    "object with slots": (SlottedModel(4.0), 4.0),
    "bound method": (Model().loss, 13.0),
    "class method": (Model.of_class, 3.0),
    "static method": (Model.static, 12.0),
    "partial": (partial(weighted, y=3.0, z=1.0), 9.0),
    "partial, first argument bound": (partial(weighted, 3.0, z=1.0), 12.0),
    "ufunc": (np.square, 4.0),
    "library function": (functions.square, 4.0),
    "cached": (lru_cache(lambda x: x * x), 4.0),
    "builtin": (abs, 1.0),
}


@pytest.mark.parametrize(("f", "expected"), CALLABLES.values(), ids=list(CALLABLES))
def test_anything_callable_is_differentiated(f: Callable[..., Any], expected: float) -> None:
    assert grad(f)(2.0) == expected
    assert value_and_grad(f)(2.0)[1] == expected
    assert repr(grad(f))


@pytest.mark.parametrize("transform", [grad, value_and_grad])
def test_name_and_parameters_are_kept_and_the_documentation_is_handed_on(transform: Callable[..., Any]) -> None:
    def energy(x: Variable, scale: float = 2.0, *, offset: float) -> Variable:
        """The energy."""
        return x * scale + offset

    found = transform(energy)
    assert (found.__name__, found.__module__) == ("energy", __name__)
    assert "gradient" in found.__doc__.splitlines()[0]
    assert found.__doc__.endswith("The energy.\n")
    assert inspect.signature(found).parameters == inspect.signature(energy).parameters


def test_an_error_passes_through_and_the_next_call_is_right() -> None:
    def f(x: Any) -> Any:
        if x < 0:
            raise ZeroDivisionError("inside")
        return x * x

    for transformed in (grad(f), grad(lambda x: grad(f)(x) * x / 2)):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError, match="inside"):
                transformed(-1.0)
            assert transformed(3.0) == 6.0


def test_a_transformed_function_can_be_called_again_and_again() -> None:
    slope = grad(lambda x: functions.sum(x * x))
    for shape in ((), (2,), (2, 3), (0,)):
        assert_array_equal(slope(np.full(shape, 2.0)), np.full(shape, 4.0))


def test_nothing_is_kept_on_arguments_or_functions() -> None:
    def f(x: Any) -> Any:
        return np.sum(x * x)

    before = dict(vars(f))
    x = Variable(np.ones(2))
    grad(f)(x)
    assert vars(f) == before
    assert reverse_node(x).edges == ()


@exhaustive
@given(
    coefficients=st.lists(st.integers(-5, 5), min_size=1, max_size=6),
    x=st.floats(-3, 3),
    order=st.integers(1, 3),
)
def test_derivatives_of_polynomials(coefficients: list[int], x: float, order: int) -> None:
    def by_powers(x: Any) -> Any:
        return sum(c * x**n for n, c in enumerate(coefficients)) + 0.0 * x

    def by_horner(x: Any) -> Any:
        result = 0.0 * x
        for c in reversed(coefficients):
            result = result * x + c
        return result

    expected = np.polynomial.Polynomial(coefficients).deriv(order)(x)
    for f in (by_powers, by_horner):
        transformed: Callable[..., Any] = f
        for _ in range(order):
            transformed = grad(transformed)
        assert_allclose(transformed(x), expected, rtol=1e-9, atol=1e-9)


@exhaustive
@given(a=st.floats(-3, 3), b=st.floats(-3, 3), x=st.lists(st.floats(-3, 3), min_size=1, max_size=4))
def test_the_gradient_is_linear_in_the_function(a: float, b: float, x: list[float]) -> None:
    at = np.array(x)

    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x)

    def g(x: Any) -> Any:
        return np.sum(np.exp(-x))

    both = grad(lambda x: a * f(x) + b * g(x))(at)
    assert_allclose(both, a * grad(f)(at) + b * grad(g)(at), atol=1e-12)


# Functions of a vector of two, each with a result of one element.
ONE_ELEMENT: dict[str, Callable[[Any], Any]] = {
    "(1,)": lambda v: v[:1] * v[1:],
    "(1, 1)": lambda v: v[:1, None] * v[1],
    "(1, 1, 1)": lambda v: np.reshape(v[0] * v[1], (1, 1, 1)),
    "matmul": lambda v: np.array([[1.0, 0.0]]) @ v * v[1],
    "keepdims": lambda v: np.prod(v, keepdims=True),
    "single precision": lambda v: np.astype(v[:1] * v[1:], np.float32),
}


@pytest.mark.parametrize("f", ONE_ELEMENT.values(), ids=list(ONE_ELEMENT))
def test_a_result_of_one_element_is_a_scalar(f: Callable[[Any], Any]) -> None:
    v = np.array([2.0, 3.0])
    assert_array_equal(grad(f)(v), [3.0, 2.0])
    value, gradient = value_and_grad(f)(v)
    assert value.shape == np.shape(f(v))
    assert value.dtype == f(v).dtype
    assert_array_equal(value.ravel(), [6.0])
    assert_array_equal(gradient, [3.0, 2.0])
    assert_array_equal(hvp(f, (v,), (np.array([1.0, 10.0]),)), [10.0, 1.0])
    assert laplacian(f)(v) == 0.0
    assert_array_equal(hessian(f)(v).reshape(2, 2), [[0.0, 1.0], [1.0, 0.0]])
    assert_array_equal(jacobian(grad(f))(v), [[0.0, 1.0], [1.0, 0.0]])
    assert_array_equal(vmap(grad(f))(np.stack([v, 2 * v])), [[3.0, 2.0], [6.0, 4.0]])
    assert_array_equal(trace(grad(f))(v)(2 * v), [6.0, 4.0])
    (value, aux), gradient = value_and_grad(lambda v: (f(v), 2 * v), has_aux=True)(v)
    assert_array_equal(aux, 2 * v)
    assert_array_equal(gradient, [3.0, 2.0])


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_the_gradient_has_the_shape_of_an_argument_of_one_element(shape: tuple[int, ...]) -> None:
    x = np.full(shape, 2.0)
    cube: Callable[[Any], Any] = lambda x: x**3
    for nested in (grad(cube), grad(grad(cube))):
        found = nested(x)
        assert found.shape == shape
        assert found == 12.0
    constant: Callable[[Any], Any] = lambda x: np.ones(shape)
    assert_array_equal(grad(constant)(x), np.zeros(shape))


def test_scipys_optimiser_takes_a_value_of_one_element() -> None:
    a = np.array([[1.0, 2.0]])
    minimize: Any = optimize.minimize  # whose stubs want a value without axes
    found = minimize(value_and_grad(lambda v: (a @ v - 3.0) ** 2), np.zeros(2), jac=True)
    assert found.success
    assert_allclose(a @ found.x, 3.0, rtol=1e-6)
