"""`linearize` and `linear_transpose`."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Pullback, Variable, grad, gradients, stop_gradient, vjp
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.forward.linearize import Pushforward, linear_transpose, linearize


class Pair(NamedTuple):
    a: Any
    b: Any


def test_value_and_linear_map() -> None:
    y, f_jvp = linearize(lambda x: x * x, np.array([1.0, 2.0]))
    assert type(y) is np.ndarray
    assert isinstance(f_jvp, Pushforward)
    assert_array_equal(y, [1, 4])
    for t in ([1.0, 10.0], [0.0, 1.0], [0.0, 0.0]):
        assert_array_equal(f_jvp(np.array(t)), 2 * np.array([1, 2]) * t)


def test_the_function_runs_once() -> None:
    calls: list[Any] = []

    def f(x: Any) -> Any:
        calls.append(x)
        return np.sin(x)

    _, f_jvp = linearize(f, 0.3)
    for t in (1.0, 2.0, 3.0):
        assert_allclose(f_jvp(t), t * np.cos(0.3))
    assert len(calls) == 1


def test_several_primals_and_containers() -> None:
    def f(pair: Pair, x: Any) -> Any:
        return {"p": Pair(pair.a * x, [x**2]), "name": pair.b, "none": None, "flag": x > 0}

    primals = (Pair(np.array([1.0, 3.0]), "text"), 5.0)
    y, f_jvp = linearize(f, *primals)
    tangents = (Pair(np.array([1.0, 0.0]), None), 10.0)
    t = f_jvp(*tangents)
    expected: Any = jvp(f, primals, tangents)[1]
    assert_array_equal(t["p"].a, expected["p"].a)
    assert (t["p"].b, t["name"], t["none"], t["flag"]) == ([100], "text", None, 0)
    assert y["name"] == "text"


def test_one_value_twice_constants_and_what_is_cut() -> None:
    def f(x: Any) -> Any:
        y = x * 3
        return y, y, x, np.ones(2), 7.0, stop_gradient(x), np.floor(x)

    _, f_jvp = linearize(f, 1.5)
    t = f_jvp(10.0)
    assert t[:3] == (30, 30, 10)
    assert_array_equal(t[3], [0, 0])
    assert t[4:] == (0, 0, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_dtypes(dtype: Any) -> None:
    y, f_jvp = linearize(lambda x: (x * 2, np.abs(x)), np.ones(2, dtype))
    assert [t.dtype for t in f_jvp(np.ones(2, np.int64))] == [of_y.dtype for of_y in y]


def test_complex_arguments_with_real_results() -> None:
    z, t = np.array([3 + 4j, 1 - 1j]), np.array([1 + 2j, -1j])
    assert_allclose(linearize(np.abs, z)[1](t), np.real(np.conj(z) * t) / np.abs(z))
    assert_allclose(linearize(np.conj, z)[1](t), np.conj(t))
    assert_allclose(linearize(lambda x: x * (1 + 2j), 2.0)[1](1.0), 1 + 2j)


def test_results_share_no_memory_and_inputs_may_be_overwritten() -> None:
    x, t = np.ones(2), np.ones(2)
    y, f_jvp = linearize(lambda x: (x, x, x * x), x)
    x[:] = np.nan
    first, second = f_jvp(t), f_jvp(t)
    assert_array_equal(first, [[1, 1], [1, 1], [2, 2]])
    assert_array_equal(first, second)
    arrays = [x, t, *y, *first, *second]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])
    assert all(a.flags.writeable for a in arrays)


def test_infinite_derivatives_stay_where_they_are() -> None:
    with np.errstate(all="raise"):
        _, f_jvp = linearize(lambda x: x * np.array([np.inf, 1.0]), np.ones(2))
        assert_array_equal(f_jvp(np.ones(2)), [np.inf, 1])


def test_called_with_variables_it_gives_variables() -> None:
    x = Variable(np.array(3.0))
    y, f_jvp = linearize(lambda x: x * x, x)
    assert type(y) is Variable
    t: Any = f_jvp(2.0)
    assert gradients(t, x) == 4.0
    one: Any = np.ones(())
    constant: Any = linearize(lambda x: one, x)
    outside: Any = linearize(lambda x: x * x, 3.0)
    assert type(constant[0]) is type(constant[1](1.0)) is Variable
    assert type(outside[1](x)) is Variable


def test_nested() -> None:
    def slope(f: Any) -> Any:
        return lambda x: linearize(f, x)[1](1.0)

    f: Any = lambda x: np.sin(x) * x**2
    x = 0.7
    third = (6 - x**2) * np.cos(x) - 6 * x * np.sin(x)
    for nested in (
        slope(slope(slope(f))),
        grad(slope(grad(f))),
        slope(grad(slope(f))),
        lambda x: jvp(slope(grad(f)), (x,), (1.0,))[1],
    ):
        assert_allclose(nested(x), third)
    # Siskind & Pearlmutter, Perturbation Confusion and Referential Transparency (2005)
    assert slope(lambda x: x * slope(lambda y: x + y)(1.0))(1.0) == 1.0


def test_a_linear_map_is_differentiated_in_its_tangent() -> None:
    _, f_jvp = linearize(lambda x: np.sin(x) * x[::-1], np.array([0.1, 0.2]))
    jacobian = np.transpose([f_jvp(row) for row in np.eye(2)])
    (found,) = vjp(f_jvp, np.ones(2))[1](np.array([1.0, 10.0]))
    assert_allclose(found, np.array([1.0, 10.0]) @ jacobian)


def test_a_function_object() -> None:
    cube = Function(lambda x: x**3, lambda g, x: g * 3 * x**2)
    assert linearize(cube, 2.0)[1](1.0) == 12.0


def test_wrong_tangents_raise() -> None:
    def model(x: Any, y: Any) -> Any:
        return x

    _, f_jvp = linearize(model, np.ones(2), 1.0)
    with pytest.raises(ValueError, match="the linearized model: got 2 primals and 1 tangents"):
        f_jvp(np.ones(2))
    with pytest.raises(ValueError, match=r"primal 0 has shape \(2,\), tangent 0 \(3,\)"):
        f_jvp(np.ones(3), 1.0)
    with pytest.raises(TypeError, match="tangent 1 must be built like primal 1"):
        f_jvp(np.ones(2), (1.0,))


@pytest.mark.parametrize("transform", [linearize, linear_transpose])
def test_wrong_functions_raise(transform: Any) -> None:
    name = transform.__name__
    with pytest.raises(TypeError, match=rf"{name}\(f.*must be a function"):
        transform(3.0, 1.0)
    with pytest.raises(TypeError, match="at least one primal"):
        transform(lambda: 1.0)
    with pytest.raises(TypeError, match=rf"{name}\(<lambda>\).*must return an array"):
        transform(lambda x: None, 1.0)
    with pytest.raises(TypeError, match=rf"{name}\(<lambda>\): argument 1 is 'text'"):
        transform(lambda x, y: x, 1.0, "text")


def test_reprs_are_short() -> None:
    assert len(repr(linearize(lambda x: x, np.ones((100, 100)))[1])) < 200


# linear_transpose

MATRIX = np.arange(6.0).reshape(2, 3) + 1
LINEAR: dict[str, Any] = {
    "matrix": lambda x: MATRIX @ x,
    "einsum": lambda x: np.einsum("ij,j->i", MATRIX, x),
    "scaled": lambda x: 2 * x / 3 - x,
    "indexed": lambda x: x[[2, 0, 0]] + x[1],
    "sums": lambda x: np.cumsum(x) + np.mean(x),
    "joined": lambda x: np.concatenate([x, -x[:2]]),
    "chosen": lambda x: np.where(MATRIX > 2, x, 0.0),
    "container": lambda x: {"a": x[0], "b": [x[1:], "text"]},
    "nothing": lambda x: np.zeros(2),
}


def dense(f: Any, n: int) -> Any:
    """The matrix of a linear function of n numbers."""
    columns = [f(row) for row in np.eye(n)]
    return np.stack([np.concatenate([np.ravel(part) for part in numbers(column)]) for column in columns], axis=1)


def numbers(y: Any) -> list[Any]:
    return [y["a"], y["b"][0]] if isinstance(y, dict) else [y]


@pytest.mark.parametrize("f", LINEAR.values(), ids=list(LINEAR))
def test_the_transpose_of_a_linear_function(f: Any) -> None:
    transpose = linear_transpose(f, np.full(3, np.nan))
    assert isinstance(transpose, Pullback)
    rng = np.random.default_rng(0)
    cotangent = f(rng.normal(size=3))
    flat = np.concatenate([np.ravel(part) for part in numbers(cotangent)])
    (found,) = transpose(cotangent)
    assert_allclose(found, flat @ dense(f, 3), atol=1e-12)


def test_the_transpose_of_several_arguments() -> None:
    transpose = linear_transpose(lambda x, y: MATRIX @ x - y["k"], np.zeros(3), {"k": np.zeros(2, np.float32)})
    g = np.array([1.0, 10.0])
    of_x, of_y = transpose(g)
    assert_array_equal(of_x, g @ MATRIX)
    assert_array_equal(of_y["k"], -g)
    assert of_y["k"].dtype == np.float32


def test_the_transpose_of_the_transpose() -> None:
    transpose = linear_transpose(lambda x: MATRIX @ x, np.zeros(3))
    again = linear_transpose(lambda g: transpose(g)[0], np.zeros(2))
    x = np.array([1.0, -1.0, 2.0])
    assert_array_equal(again(x)[0], MATRIX @ x)


def test_nothing_is_conjugated() -> None:
    transpose = linear_transpose(lambda z: z * (1 + 2j), np.zeros(2, complex))
    assert_array_equal(transpose(np.array([1.0, 1j]))[0], np.array([1, 1j]) * (1 + 2j))
    assert_array_equal(linear_transpose(lambda x: x * 1j, 0.0)(1.0 + 2j)[0], -2.0)


def test_a_transpose_nests() -> None:
    def f(a: Any) -> Any:
        return linear_transpose(lambda x: a * x, 1.0)(3.0)[0]

    assert grad(f)(2.0) == 3.0
    x = Variable(np.array(1.0))
    functions: tuple[Any, ...] = (lambda x: x * 2.0, lambda x: np.zeros(()))
    for linear in functions:
        assert type(linear_transpose(linear, x)(1.0)[0]) is Variable


NOT_LINEAR: dict[str, tuple[Any, str]] = {
    "sine": (np.sin, "applies sin"),
    "square": (lambda x: x * x, "applies square"),
    "power": (lambda x: x**3, "applies power"),
    "product": (lambda x: x * x[::-1], "applies multiply"),
    "inner product": (lambda x: x @ x[::-1], "applies matmul"),
    "reciprocal": (lambda x: 1 + x - x / (2 + x), "applies divide"),
    "kink": (np.abs, "applies absolute"),
    "maximum": (lambda x: np.maximum(x, 0), "applies maximum"),
    "largest": (np.max, "applies max"),
    "rounded": (np.floor, "applies floor"),
    "affine": (lambda x: x + 1, "its value at zeros is not zero"),
    "partly constant": (lambda x: (x, np.ones(1)), "its value at zeros is not zero"),
}


@pytest.mark.parametrize(("f", "message"), NOT_LINEAR.values(), ids=list(NOT_LINEAR))
def test_what_is_evidently_not_linear_raises(f: Any, message: str) -> None:
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=f"linear_transpose.*not linear.*{message}"):
        linear_transpose(f, np.ones(3))
