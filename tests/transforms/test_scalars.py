"""A number in, a NumPy scalar out; an array in, an array out: the types of values and gradients of shape ()."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose

from pydezero import (
    Function,
    as_variable,
    check_finite,
    checkpoint,
    cond,
    custom_jvp,
    custom_root,
    custom_vjp,
    derivative,
    fori_loop,
    grad,
    gradients,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jet,
    jit,
    jvp,
    laplacian,
    linear_transpose,
    linearize,
    nth_derivative,
    scan,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.tree import flatten

# Any in what follows: each transform has a type of its own.
Table = dict[str, Callable[[Any], Any]]


def real(x: Any) -> Any:
    """A real scalar, of a real or complex one."""
    return np.real(x * np.conj(x)) + 1


def square(x: Any) -> Any:
    return x * x


def cubed(x: Any) -> Any:
    return x**3


def double(x: Any) -> Any:
    return x + x


cube: Any = Function(lambda x: x**3, lambda g, x: g * 3 * x**2)
with_vjp: Any = custom_vjp(lambda x: (x * x, x), lambda x, g: (2 * x * g,))(square)
with_jvp: Any = custom_jvp(lambda primals, tangents: (primals[0] ** 2, 2 * primals[0] * tangents[0]))(square)

# Each gives what is like the argument: an array of shape () for one.
LIKE_THE_ARGUMENT: Final[Table] = {
    "grad": grad(real),
    "value_and_grad": lambda x: value_and_grad(real)(x)[1],
    "vjp": lambda x: vjp(real, x)[1](1.0)[0],
    "vjp, pickled": lambda x: pickle.loads(pickle.dumps(vjp(real, x)[1]))(1.0)[0],
    "linear_transpose": lambda x: linear_transpose(double, x)(np.ones_like(x))[0],
    "grad of grad": grad(grad(square)),
    "jacrev": jacrev(real),
    "jacobian": jacobian(square, mode="reverse"),
    "jacfwd": jacfwd(square),
    "jacobian in either mode": jacobian(square),
    "derivative": derivative(square),
    "derivative of derivative": derivative(derivative(square)),
    "hessian": hessian(square),
    "hvp": lambda x: hvp(square, (x,), (np.ones_like(x),)),
    "grad of a Function": grad(cube),
    "grad of custom_vjp": grad(with_vjp),
    "grad of custom_jvp": grad(with_jvp),
    "grad of checkpoint": grad(checkpoint(square)),
    "grad of an unused argument": grad(lambda x: 1.0),
    "grad of a graph": lambda x: grad(trace(square)(x * 1.0))(x),
    "value_and_grad of grad": lambda x: value_and_grad(grad(square))(x)[0],
    "value of vjp of grad": lambda x: vjp(grad(square), x)[0],
    "value of jvp of grad": lambda x: jvp(grad(square), (x,), (np.ones_like(x),))[0],
    "tangent of jvp of grad": lambda x: jvp(grad(square), (x,), (np.ones_like(x),))[1],
    "value of linearize of grad": lambda x: linearize(grad(square), x)[0],
    "tangent of linearize of grad": lambda x: linearize(grad(square), x)[1](np.ones_like(x)),
    "grad as aux": lambda x: grad(lambda x: (square(x), grad(square)(x)), has_aux=True)(x)[1],
    "jacobian of grad": jacobian(grad(square)),
    "checkpoint of grad": checkpoint(grad(square)),
    "check_finite of grad": check_finite(grad(square)),
    "jet of grad": lambda x: jet(grad(square), (x,), ((np.ones_like(x),),))[0],
    "nth_derivative": nth_derivative(cubed, 2),
    "grad of fori_loop": grad(lambda x: fori_loop(0, 3, lambda i, c: c * 2.0, x * 1.0)),
    "grad of scan": grad(lambda x: scan(lambda c, s: (c * s, c), x * 1.0, np.ones(3, np.float16))[0]),
    "grad of cond": grad(lambda x: cond(x > 0, double, square, x)),
    "grad of a root": lambda x: grad(custom_root(lambda y, x: y - x * x, lambda f, y, x: x * x), argnums=1)(x, x),
    "jit of grad": jit(grad(square)),
    "jit of what calls grad": lambda x: jit(lambda x: {"a": grad(square)(x)})(x)["a"],
    "jit of hessian": jit(hessian(square)),
    "grad of jit": grad(jit(square)),
    "grad of jit of grad": grad(jit(grad(square))),
}
COMPLEX_TOO: Final = ("grad", "value_and_grad", "vjp", "vjp, pickled", "linear_transpose", "jacrev")

# Each gives what was computed: a scalar, whatever the argument.
COMPUTED: Final[Table] = {
    "value": lambda x: value_and_grad(real)(x)[0],
    "value of vjp": lambda x: vjp(real, x)[0],
    "value of jvp": lambda x: jvp(real, (x,), (np.ones_like(x),))[0],
    "tangent of jvp": lambda x: jvp(real, (x,), (np.ones_like(x),))[1],
    "value of linearize": lambda x: linearize(real, x)[0],
    "tangent of linearize": lambda x: linearize(real, x)[1](np.ones_like(x)),
    "aux": lambda x: grad(lambda x: (real(x), real(x)), has_aux=True)(x)[1],
    "aux of value_and_grad": lambda x: value_and_grad(lambda x: (real(x), {"a": real(x)}), has_aux=True)(x)[0][1]["a"],
    "aux of vjp": lambda x: vjp(lambda x: (real(x), real(x)), x, has_aux=True)[2],
    "aux of jvp": lambda x: jvp(lambda x: (real(x), real(x)), (x,), (np.ones_like(x),), has_aux=True)[2],
    "aux of jacrev": lambda x: jacrev(lambda x: (real(x), real(x)), has_aux=True)(x)[1],
    "check_finite": check_finite(real),
    "graph": lambda x: trace(real)(x)(x),
    "checkpoint": checkpoint(real),
    "jit": jit(real),
    "aux of jit": lambda x: grad(jit(lambda x: (real(x), {"a": real(x)})), has_aux=True)(x)[1]["a"],
    "a view of shape ()": lambda x: vjp(lambda x: np.reshape(np.stack([real(x)]), ()), x)[0],
}

# The argument, the type and dtype of what is like it.
ARGUMENTS: Final[dict[str, tuple[Any, type, Any]]] = {
    "float": (2.0, np.float64, np.float64),
    "int": (2, np.float64, np.float64),
    "bool": (True, np.float64, np.float64),
    "float64": (np.float64(2.0), np.float64, np.float64),
    "float32": (np.float32(2.0), np.float32, np.float32),
    "float16": (np.float16(2.0), np.float16, np.float16),
    "int64": (np.int64(2), np.float64, np.float64),
    "array": (np.array(2.0), np.ndarray, np.float64),
    "array of float32": (np.array(2.0, np.float32), np.ndarray, np.float32),
    "array of ints": (np.array(2), np.ndarray, np.float64),
    "complex": (2.0 + 1j, np.complex128, np.complex128),
    "complex64": (np.complex64(2.0 + 1j), np.complex64, np.complex64),
    "array of complex": (np.array(2.0 + 1j), np.ndarray, np.complex128),
}


@pytest.mark.parametrize(("x", "kind", "dtype"), ARGUMENTS.values(), ids=list(ARGUMENTS))
@pytest.mark.parametrize("name", LIKE_THE_ARGUMENT)
def test_a_gradient_is_like_the_argument(name: str, x: Any, kind: type, dtype: Any) -> None:
    if np.iscomplexobj(x) and name not in COMPLEX_TOO:
        pytest.skip("no complex arguments")
    if name == "grad of a root" and np.asarray(x).dtype == np.float16:
        pytest.skip("NumPy solves no systems of float16")
    found = LIKE_THE_ARGUMENT[name](x)
    assert (type(found), found.dtype, found.shape) == (kind, dtype, ())


@pytest.mark.parametrize(("x", "dtype"), [(x, dtype) for x, _, dtype in ARGUMENTS.values()], ids=list(ARGUMENTS))
@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_computed_is_a_scalar(name: str, x: Any, dtype: Any) -> None:
    found = COMPUTED[name](x)
    assert isinstance(found, np.generic)
    if name not in ("check_finite", "graph", "checkpoint", "jit"):  # which leave integers what they are
        assert found.dtype == np.zeros((), dtype).real.dtype


def test_leaf_by_leaf_in_a_container() -> None:
    params = {"a": 1.0, "b": np.array(2.0), "c": np.float32(3.0), "d": np.ones(2), "e": "name", "f": 2}
    expected = [np.float64, np.ndarray, np.float32, np.ndarray, str, np.float64]

    def loss(p: Any) -> Any:
        return p["a"] * p["b"] * p["f"] + p["c"] * np.sum(p["d"])

    for g in (
        grad(loss)(params),
        vjp(loss, params)[1](1.0)[0],
        jacobian(loss)(params),
        hvp(loss, (params,), (params,)),
    ):
        assert list(map(type, flatten(g))) == expected
    expected[2] = np.float64  # its dtype is that of the result
    assert list(map(type, flatten(jacfwd(loss)(params)))) == expected
    second = hessian(lambda p: p["a"] * p["b"])({"a": 1.0, "b": np.array(2.0)})
    assert [type(second[i][j]) for i in "ab" for j in "ab"] == [np.float64, np.ndarray] * 2  # by the last derivative


def test_several_arguments() -> None:
    for transform in (grad, jacobian, jacfwd, derivative):
        at_number, at_array = transform(lambda x, y: x * y, argnums=(0, 1))(2.0, np.array(3.0))
        assert (type(at_number), type(at_array)) == (np.float64, np.ndarray)


def test_what_is_handed_through_stays_what_it_is() -> None:
    array, number = np.array(3.0), 4.0

    def f(x: Any) -> Any:
        return x, array, number, np.float32(1.0)

    types = [np.float64, np.ndarray, float, np.float32]
    assert list(map(type, vjp(f, 2.0)[0])) == types
    assert list(map(type, jvp(f, (2.0,), (1.0,))[0])) == types
    assert list(map(type, linearize(f, 2.0)[0])) == types
    assert list(map(type, check_finite(f)(2.0))) == types
    assert list(map(type, grad(lambda x: (x, f(x)), has_aux=True)(2.0)[1])) == types
    tangents = [np.float64, np.ndarray, np.float64, np.float32]  # a tangent is like the result that it belongs to
    assert list(map(type, jvp(f, (2.0,), (1.0,))[1])) == tangents
    assert list(map(type, linearize(f, 2.0)[1](1.0))) == tangents
    value: Any = value_and_grad(lambda x: array)(2.0)[0]
    assert type(value) is np.ndarray
    assert not np.shares_memory(value, array)
    handed_on: Any = value_and_grad(lambda x: 3.0)(2.0)[0]
    assert type(handed_on) is float


def test_sums_over_all_arguments_and_batches() -> None:
    found: list[Any] = [laplacian(square)(2.0), laplacian(lambda x: np.sum(x**3))(np.ones(2))]
    assert list(map(type, found)) == [np.float64, np.float64]
    batches: list[Any] = [vmap(grad(square))(np.ones(2)), vmap(lambda x: 1.0)(np.ones(2))]
    assert list(map(type, batches)) == [np.ndarray, np.ndarray]


# The derivative of t ** 2 sin(x) by t at a number or array of shape (), inside of a batch of x.
OF_ONE_INSIDE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "grad": lambda f, t: grad(f)(t),
    "value_and_grad": lambda f, t: value_and_grad(f)(t)[1],
    "vjp": lambda f, t: vjp(f, t)[1](1.0)[0],
    "jvp": lambda f, t: jvp(f, (t,), (np.ones_like(t),))[1],
    "linearize": lambda f, t: linearize(f, t)[1](np.ones_like(t)),
    "derivative": lambda f, t: derivative(f)(t),
    "jacfwd": lambda f, t: jacfwd(f)(t),
    "jacrev": lambda f, t: jacrev(f)(t),
    "hessian": lambda f, t: hessian(f)(t) * t,
    "hvp": lambda f, t: hvp(f, (t,), (t,)),
}


@pytest.mark.parametrize("t", [4.0, np.array(4.0), np.array(4), np.float64(4.0)], ids=repr)
@pytest.mark.parametrize("name", OF_ONE_INSIDE)
def test_a_derivative_inside_of_a_batch_is_differentiated_for_each_example(name: str, t: Any) -> None:
    x = np.array([1.0, 2.0, 3.0])
    expected = 2 * 4.0 * np.cos(x)

    def of_batch(x: Any) -> Any:
        return vmap(lambda x: OF_ONE_INSIDE[name](lambda t: t * t * np.sin(x), t))(x)

    assert_allclose(grad(lambda x: np.sum(of_batch(x)))(x), expected)
    assert_allclose(jvp(of_batch, (x,), (np.ones(3),))[1], expected)
    assert_allclose(jacobian(of_batch)(x), np.diag(expected), atol=1e-15)
    assert_allclose(linearize(of_batch, x)[1](np.ones(3)), expected)
    assert_allclose(trace(grad(lambda x: np.sum(of_batch(x))))(x)(x), expected)


def test_a_graph_knows_results_not_arguments() -> None:
    found: list[Any] = [trace(grad(square))(x)(x) for x in (2.0, np.array(2.0))]
    assert list(map(type, found)) == [np.float64, np.float64]


def test_a_variable_made_by_hand_is_of_an_array() -> None:
    x = as_variable(2.0)
    assert type(gradients(x * x, x)) is np.ndarray
    assert type(x.data) is np.ndarray


GRADIENT: Final[Any] = grad(square)(2.0)
EVERYDAY: Final[dict[str, tuple[Callable[[Any], Any], Any]]] = {
    "round": (lambda g: round(g, 1), 4.0),
    "round to an int": (lambda g: type(round(g)), int),
    "json": (json.dumps, "4.0"),
    "json of a container": (lambda g: json.dumps({"g": [g]}), '{"g": [4.0]}'),
    "hash": (hash, hash(4.0)),
    "in a set": (lambda g: g in {4.0}, True),
    "a key": (lambda g: {g: 1}[4.0], 1),
    "isinstance": (lambda g: isinstance(g, float), True),
    "Decimal": (Decimal, Decimal(4)),
    "format": (lambda g: f"{g:.2f} {g:>8.1e}", "4.00  4.0e+00"),
    "str": (str, "4.0"),
    "is_integer": (lambda g: g.is_integer(), True),
    "as_integer_ratio": (lambda g: g.as_integer_ratio(), (4, 1)),
    "range": (lambda g: list(range(round(g))), [0, 1, 2, 3]),
}


@pytest.mark.parametrize(("use", "expected"), EVERYDAY.values(), ids=list(EVERYDAY))
def test_everyday_uses_of_a_float(use: Callable[[Any], Any], expected: Any) -> None:
    assert use(GRADIENT) == expected


def test_match() -> None:
    match GRADIENT:
        case float(x):
            assert x == 4.0
        case _:
            pytest.fail("a gradient of a float is no float")


def test_in_place_arithmetic_does_not_write_into_a_history() -> None:
    history: list[Any] = []
    value, gradient = value_and_grad(square)(3.0)
    for _ in range(3):
        history.append((value, gradient))
        value *= 2
        gradient -= 1
    assert history == [(9.0, 6.0), (18.0, 5.0), (36.0, 4.0)]


def test_scipys_solvers() -> None:
    def f(x: Any) -> Any:
        return x**3 - 2.0

    root = 2.0 ** (1 / 3)
    assert_allclose(scipy.optimize.newton(f, 1.0, fprime=grad(f), fprime2=grad(grad(f))), root)
    slope = grad(lambda x: x**4 / 4 - 2.0 * x)
    assert_allclose(scipy.optimize.brentq(slope, 0.0, 3.0), root)
    assert_allclose(scipy.optimize.root_scalar(value_and_grad(f), x0=1.0, fprime=True, method="newton").root, root)
    loss: Callable[[Any], Any] = lambda x: np.sum((x - 3.0) ** 2)
    assert_allclose(scipy.optimize.minimize(value_and_grad(loss), np.zeros(1), jac=True).x, [3.0])
