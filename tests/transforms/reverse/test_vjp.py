"""`vjp` and its pullback."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Pullback, Variable, functions, grad, vjp


class Pair(NamedTuple):
    a: Any
    b: Any


def test_value_and_pullback() -> None:
    y, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    assert type(y) is np.ndarray
    assert isinstance(pullback, Pullback)
    assert_array_equal(y, [1, 4])
    (found,) = pullback(np.array([1.0, 10.0]))
    assert type(found) is np.ndarray
    assert_array_equal(found, [2, 40])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_cotangent_for_each_primal(count: int) -> None:
    primals = [np.array(float(i + 2)) for i in range(count)]
    y, pullback = vjp(lambda *xs: np.prod(np.stack(xs)), *primals)
    assert_allclose(pullback(1.0), [y / x for x in primals])


def test_the_pullback_is_the_jacobian_from_the_left() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    y, pullback = vjp(lambda x: matrix @ x, np.ones(3))
    assert_array_equal(y, matrix.sum(axis=1))
    rows = [pullback(row)[0] for row in np.eye(2)]
    assert_array_equal(rows, matrix)


def test_container_outputs_take_container_cotangents() -> None:
    def f(x: Any) -> Any:
        return {"p": Pair(x * 2, [x**2]), "name": "f", "none": None}

    y, pullback = vjp(f, np.array([1.0, 3.0]))
    assert_array_equal(y["p"].a, [2, 6])
    assert_array_equal(y["p"].b[0], [1, 9])
    assert (y["name"], y["none"]) == ("f", None)
    ones, zeros = np.ones(2), np.zeros(2)
    for a, b, expected in [(ones, zeros, [2, 2]), (zeros, ones, [2, 6]), (ones, ones, [4, 8])]:
        (found,) = pullback({"p": Pair(a, [b]), "name": "f", "none": None})
        assert_array_equal(found, expected)


def test_one_variable_returned_twice_gets_the_sum_of_both_cotangents() -> None:
    def f(x: Any) -> Any:
        y = x * 3
        return y, y, x

    _, pullback = vjp(f, 1.0)
    assert pullback((1.0, 10.0, 100.0)) == (133.0,)


def test_what_is_no_number_in_the_output_is_ignored_in_the_cotangent() -> None:
    _, pullback = vjp(lambda x: (x * 2, x > 0, "text"), 1.0)
    for ignored in (None, "anything", np.ones(7)):
        assert pullback((1.0, ignored, ignored)) == (2.0,)


Y = np.ones(2)
BAD: dict[str, tuple[Any, type[Exception], str]] = {
    "another type": ([Y, {"k": Y}], TypeError, "tuple"),
    "too few": ((Y,), TypeError, "tuple of 1"),
    "too many": ((Y, {"k": Y}, Y), TypeError, "tuple of 3"),
    "no container": (Y, TypeError, r"an array of shape \(2,\)"),
    "another key": ((Y, {"j": Y}), TypeError, "built like its output"),
    "deeper": ((Y, {"k": (Y,)}), TypeError, "built like its output"),
    "None": ((Y, {"k": None}), TypeError, "NoneType"),
    "text": ((Y, {"k": "a"}), TypeError, "str"),
    "another shape": ((Y, {"k": np.ones(3)}), ValueError, r"\(2,\), the cotangent \(3,\)"),
    "complex": ((Y, {"k": Y * 1j}), TypeError, "complex"),
}


@pytest.mark.parametrize(("cotangent", "error", "message"), BAD.values(), ids=list(BAD))
def test_a_wrong_cotangent_raises(cotangent: Any, error: type[Exception], message: str) -> None:
    def model(x: Any) -> Any:
        return x, {"k": x * 2}

    _, pullback = vjp(model, np.ones(2))
    with pytest.raises(error, match=f"(?s)pullback of model.*{message}"):
        pullback(cotangent)
    assert_array_equal(pullback((Y, {"k": Y}))[0], [3, 3])


def test_cotangents_take_the_dtype_of_the_output() -> None:
    _, pullback = vjp(lambda x: x * 2, np.ones(2, np.float32))
    for dtype in (np.int64, np.float16, np.float64, np.bool):
        (found,) = pullback(np.ones(2, dtype))
        assert_array_equal(found, [2, 2])
        assert found.dtype == np.float32


def test_called_twice_it_gives_equal_results_in_separate_memory() -> None:
    _, pullback = vjp(lambda x, y: np.sin(x) * y, np.ones(3), np.ones(3))
    cotangent = np.array([1.0, 2.0, 3.0])
    first, second = pullback(cotangent), pullback(cotangent)
    assert_array_equal(first, second)
    arrays = [*first, *second, cotangent]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


def test_called_with_variables_it_gives_variables() -> None:
    y, pullback = vjp(lambda x: x * x, Variable(np.array(3.0)))
    assert type(y) is Variable
    assert type(pullback(1.0)[0]) is Variable
    assert type(vjp(lambda x: x * 1.0, 3.0)[1](Variable(np.array(1.0)))[0]) is Variable


def test_grad_of_a_pullback_with_respect_to_its_cotangent() -> None:
    _, pullback = vjp(lambda x: functions.sin(x), np.array([0.1, 0.2]))
    found = grad(lambda g: functions.sum(pullback(g)[0]))(np.ones(2))
    assert_allclose(found, np.cos([0.1, 0.2]))


def test_grad_through_vjp() -> None:
    def f(x: Any) -> Any:
        y, pullback = vjp(np.sin, x)
        return y * pullback(1.0)[0]

    assert_allclose(grad(f)(0.3), np.cos(0.6))


def test_vjp_of_grad_is_the_hessian_from_the_left() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 * x[1] + x[1] ** 3

    at = np.array([2.0, 3.0])
    slope, pullback = vjp(grad(f), at)
    assert_array_equal(slope, [12, 4 + 27])
    assert_array_equal([pullback(row)[0] for row in np.eye(2)], [[6, 4], [4, 18]])


def test_vjp_of_vjp() -> None:
    def f(x: Any, g: Any) -> Any:
        return vjp(lambda x: x**3, x)[1](g)[0]

    _, pullback = vjp(f, 2.0, 5.0)
    assert pullback(1.0) == (6 * 2.0 * 5.0, 12.0)


def test_a_pullback_that_outlives_its_transform_is_right() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        y, pullback = vjp(lambda z: z * z * x, x)
        kept.append(pullback)
        return y

    grad(f)(3.0)
    assert kept[0](1.0)[0].data == 18.0


@pytest.mark.parametrize("result", [None, "text", [], {"name": "x"}, object()], ids=lambda value: type(value).__name__)
def test_a_function_without_numbers_raises(result: Any) -> None:
    with pytest.raises(TypeError, match=r"vjp.*must return an array, or a container of arrays"):
        vjp(lambda x: result, 1.0)


def test_something_to_differentiate_is_needed() -> None:
    with pytest.raises(TypeError, match="at least one primal"):
        vjp(lambda: 1.0)
    with pytest.raises(TypeError, match=r"vjp\(<lambda>\): argument 1 is 'text'"):
        vjp(lambda x, y: x, 1.0, "text")


def test_what_is_not_callable_is_told_how_to_write_it() -> None:
    with pytest.raises(TypeError, match=r"vjp\(f.*must be a function"):
        vjp(np.array(3.0), 1.0)  # type: ignore[call-overload]  # the point


def test_the_repr_is_short() -> None:
    assert len(repr(vjp(lambda x: x, np.ones((100, 100)))[1])) < 200


@settings(max_examples=50)
@given(x=st.lists(st.floats(-2, 2), min_size=1, max_size=4), a=st.floats(-5, 5), b=st.floats(-5, 5))
def test_a_pullback_is_linear(x: list[float], a: float, b: float) -> None:
    at = np.array(x)
    _, pullback = vjp(lambda x: np.sin(x) * np.sum(x * x), at)
    g, h = np.cos(at), at + 1
    assert_allclose(pullback(a * g + b * h)[0], a * pullback(g)[0] + b * pullback(h)[0], atol=1e-9)


def test_what_is_beside_the_result() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x * y), {"largest": np.max(x), "count": 3, "doubled": 2 * y}

    x, y = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 4.0])
    value, pullback, aux = vjp(f, x, y, has_aux=True)
    assert value == 13.0
    np.testing.assert_array_equal(pullback(1.0), (y, x))
    assert (aux["largest"], aux["count"]) == (3.0, 3)
    assert type(aux["doubled"]) is np.ndarray
    with pytest.raises(TypeError, match=r"vjp\(<lambda>\) with has_aux: the function must return a pair \(y, aux\)"):
        vjp(lambda x: x, x, has_aux=True)  # type: ignore[call-overload]  # what the checker knows, too
