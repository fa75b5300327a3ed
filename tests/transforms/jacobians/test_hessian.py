"""`hessian`, `hvp` and `laplacian`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, functions, grad, numerical_diff
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.jacobians.hessian import hessian, hvp, laplacian
from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian, jacrev
from pydezero.tree import flatten
from tests.transforms.jacobians.jacobians import Array, X, rosenbrock, softmax

MATRIX = np.array([[2.0, -1.0, 0.5], [0.25, 1.5, -0.5], [1.0, 0.75, 3.0]])
V = np.array([1.0, -0.5, 2.0])


def rosenbrock_hessian(x: Array) -> Array:
    diagonal = np.zeros_like(x)
    diagonal[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    diagonal[1:] += 200
    return np.diag(diagonal) + np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)


class Case(NamedTuple):
    f: Callable[[Any], Any]
    x: Any
    expected: Callable[[Any], Any] | None = None


CASES: dict[str, Case] = {
    "quadratic form": Case(lambda x: x @ MATRIX @ x, X, lambda x: MATRIX + MATRIX.T),
    "linear": Case(lambda x: np.sum(x * V), X, lambda x: np.zeros((3, 3))),
    "constant": Case(lambda x: 3.0, X, lambda x: np.zeros((3, 3))),
    "elementwise": Case(lambda x: np.sum(np.sin(x)), X, lambda x: np.diag(-np.sin(x))),
    "Rosenbrock": Case(rosenbrock, X, rosenbrock_hessian),
    "log sum exp": Case(
        lambda x: np.log(np.sum(np.exp(x))), X, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))
    ),
    "product": Case(np.prod, X),
    "a matrix": Case(lambda x: np.sum(np.tanh(x @ MATRIX)), np.stack([X, V])),
    "three factors": Case(lambda x: np.einsum("ij,jk,ki->", x, x, np.exp(x)), MATRIX / 2),
    "indexing": Case(lambda x: x[0] * x[1] ** 2 + np.sum(x[[0, 0, 2]] ** 3), X),
    "where": Case(lambda x: np.sum(np.where(x > 0, x**3, np.sin(x))), X),
    "a number": Case(lambda x: x**4, np.array(2.0), lambda x: 12 * x**2),
    "one element": Case(lambda x: np.sum(x**3), np.array([2.0]), lambda x: [[12.0]]),
    "control flow": Case(lambda x: x[0] ** 2 if x[0] > 0 else x[1], X, lambda x: np.diag([2, 0, 0])),
}
cases = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


def numerical_hessian(f: Callable[[Any], Any], x: Array) -> Array:
    def row(i: tuple[int, ...]) -> Array:
        return numerical_diff(lambda x: grad(f)(x)[i], x)

    return np.reshape(np.stack([row(i) for i in np.ndindex(x.shape)]), 2 * x.shape)


@cases
def test_hessian_against_closed_forms_and_differences(case: Case) -> None:
    found = hessian(case.f)(case.x)
    assert type(found) is np.ndarray
    assert found.dtype == np.float64
    assert found.shape == 2 * case.x.shape
    if case.expected is not None:
        assert_allclose(found, case.expected(case.x), rtol=1e-12, atol=1e-12)
    assert_allclose(found, numerical_hessian(case.f, case.x), rtol=1e-5, atol=1e-5)


@cases
def test_hvp_is_the_hessian_times_a_vector(case: Case) -> None:
    v = np.reshape(np.cos(np.arange(case.x.size)), case.x.shape)
    found = hvp(case.f, (case.x,), (v,))
    assert type(found) is np.ndarray
    assert (found.shape, found.dtype) == (case.x.shape, np.float64)
    assert_allclose(found, np.tensordot(hessian(case.f)(case.x), v, case.x.ndim), rtol=1e-12, atol=1e-12)
    assert_array_equal(found, jvp(grad(case.f), (case.x,), (v,))[1])


@cases
def test_laplacian_is_the_trace_of_the_hessian(case: Case) -> None:
    found = laplacian(case.f)(case.x)
    assert type(found) is np.float64
    assert (found.shape, found.dtype) == ((), np.float64)  # type: ignore[comparison-overlap]  # to the types it is an array
    matrix = np.reshape(hessian(case.f)(case.x), (case.x.size, case.x.size))
    assert_allclose(found, np.trace(matrix), rtol=1e-12, atol=1e-12)


def test_the_hessian_of_an_array() -> None:
    found = hessian(lambda x: MATRIX @ x**3)(X)
    expected = np.zeros((3, 3, 3))
    for k in range(3):
        expected[:, k, k] = 6 * MATRIX[:, k] * X[k]
    assert_allclose(found, expected)
    tall = hessian(lambda x: np.concatenate([x**2, x**3]))(X)
    assert tall.shape == (6, 3, 3)
    assert_allclose(tall[3:], hessian(lambda x: x**3)(X))


def test_a_complex_result_of_real_arguments() -> None:
    found = hessian(lambda x: np.exp(1j * x))(X)
    assert_allclose(found[1, 1, 1], -np.exp(1j * X[1]))


def test_nested_containers() -> None:
    def f(p: Any) -> Any:
        return np.sum(p["w"] ** 2) * p["b"][0] + p["b"][0] ** 3

    p = {"w": X, "name": "p", "b": [2.0]}
    found = hessian(f)(p)
    assert_array_equal(found["w"]["w"], 4 * np.eye(3))
    assert_array_equal(found["w"]["b"][0], 2 * X)
    assert_array_equal(found["b"][0]["w"], 2 * X)
    assert_array_equal(found["b"][0]["b"][0], 12)
    assert found["w"]["name"] == found["name"] == "p"
    direction = {"w": V, "name": None, "b": [0.5]}
    product: Any = hvp(f, (p,), (direction,))
    assert list(product) == ["w", "name", "b"]
    assert_allclose(product["w"], 4 * V + 2 * X * 0.5)
    assert_allclose(product["b"][0], 2 * X @ V + 6)
    assert product["name"] == "p"
    assert_allclose(laplacian(f)(p), 12 + 12)


def test_several_arguments() -> None:
    def f(x: Any, name: str, y: Any, *, scale: float = 1.0) -> Any:
        return np.sum(x**2) * y**3 * scale

    arguments = (X, "name", 2.0)
    assert_allclose(hessian(f)(*arguments), 16 * np.eye(3))
    assert_allclose(hessian(f, 2)(*arguments, scale=3.0), 36 * X @ X)
    (xx, xy), (yx, yy) = hessian(f, (0, -1))(*arguments)
    assert_allclose(xx, 16 * np.eye(3))
    assert_allclose(xy, 24 * X)
    assert_allclose(yx, 24 * X)
    assert_allclose(yy, 12 * X @ X)
    assert_allclose(laplacian(f)(*arguments), 48)
    assert_allclose(laplacian(f, (0, 2))(*arguments), 48 + 12 * X @ X)
    by_x, by_y = hvp(lambda x, y: f(x, "name", y), (X, 2.0), (V, 0.5))
    assert_allclose(by_x, 16 * V + 24 * X * 0.5)
    assert_allclose(by_y, 24 * X @ V + 12 * X @ X * 0.5)


def test_dtypes() -> None:
    x, v = X.astype(np.float32), V.astype(np.float32)
    assert hessian(rosenbrock)(x).dtype == np.float32
    assert hvp(rosenbrock, (x,), (v,)).dtype == np.float32
    assert hvp(rosenbrock, (x,), (V,)).dtype == np.float32
    assert laplacian(rosenbrock)(x).dtype == np.float32
    assert_array_equal(hessian(lambda x: np.sum(x**3))(np.array([1, 2])), np.diag([6.0, 12.0]))
    assert_array_equal(hvp(lambda x: np.sum(x**3), (np.array([1, 2]),), (np.array([1, 1]),)), [6.0, 12.0])
    assert laplacian(lambda x: x**3)(2) == 12.0


@pytest.mark.parametrize("transform", [hessian, laplacian])
def test_one_evaluation(transform: Callable[..., Any]) -> None:
    calls: list[Any] = []

    def f(x: Any) -> Any:
        calls.append(x)
        return np.sum(x**3)

    transform(f)(X)
    hvp(f, (X,), (V,))
    assert len(calls) == 2


def model(x: Any) -> Any:
    return np.sum(x**2)


Z = X * (1 + 1j)
MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "hessian of no function": (
        lambda: hessian(np.ones(3)),  # type: ignore[call-overload]  # the point
        TypeError,
        r"hessian\(f\): f must be a function, got an array of shape \(3,\)",
    ),
    "laplacian of no function": (
        lambda: laplacian(np.ones(3)),  # type: ignore[call-overload]  # the point
        TypeError,
        r"laplacian\(f\): f must be a function",
    ),
    "hvp of no function": (
        lambda: hvp(np.ones(3), (X,), (V,)),  # type: ignore[call-overload]  # the point
        TypeError,
        r"hvp\(f, primals, tangents\): f must be a function",
    ),
    "hessian by a complex argument": (
        lambda: hessian(model)(Z),
        TypeError,
        r"hessian\(model\): an argument is complex",
    ),
    "laplacian by a complex argument": (
        lambda: laplacian(model)(Z),
        TypeError,
        r"laplacian\(model\): an argument is complex",
    ),
    "hessian without a result": (lambda: hessian(lambda x: None)(X), TypeError, r"hessian\(<lambda>\).*is a return"),
    "hessian of integers": (lambda: hessian(lambda x: np.argsort(x))(X), TypeError, "returns int64"),
    "laplacian of an array": (lambda: laplacian(np.sin)(X), ValueError, r"laplacian\(sin\): .*got shape \(3,\)"),
    "hvp of an array": (
        lambda: hvp(np.sin, (X,), (V,)),
        ValueError,
        r"hvp\(sin\): the function must return a scalar, got shape \(3,\)",
    ),
    "hvp of a complex number": (lambda: hvp(lambda x: np.sum(x) * 1j, (X,), (V,)), TypeError, "complex"),
    "argnums out of range": (lambda: hessian(model, 2)(X), TypeError, r"hessian\(model\): argnums is 2, but"),  # type: ignore[arg-type, call-overload]  # the types refuse it, too
    "an argument named twice": (lambda: laplacian(model, (0, 0))(X), ValueError, r"laplacian\(model\).*twice"),  # type: ignore[arg-type, call-overload]  # the types refuse it, too
    "primals that are no tuple": (
        lambda: hvp(model, X, (V,)),  # type: ignore[call-overload]  # the point
        TypeError,
        r"hvp\(model\): primals must be a tuple.*write hvp\(f, \(x,\), \(v,\)\)",
    ),
    "tangents that are no tuple": (
        lambda: hvp(model, (X,), V),  # type: ignore[call-overload]  # the point
        TypeError,
        r"hvp\(model\): tangents must be a tuple",
    ),
    "no primals": (
        lambda: hvp(model, (), ()),  # type: ignore[arg-type]  # the point
        TypeError,
        r"hvp\(model\): primals must be a tuple with one entry",
    ),
    "too many tangents": (
        lambda: hvp(model, (X,), (V, V)),  # type: ignore[arg-type]  # the point
        ValueError,
        r"hvp\(model\): got 1 primals and 2 tangents",
    ),
    "a tangent of another shape": (
        lambda: hvp(model, (X,), (V[:2],)),
        ValueError,
        r"hvp\(model\): primal 0 has shape \(3,\), tangent 0 \(2,\)",
    ),
    "a tangent built in another way": (lambda: hvp(model, (X,), ([V],)), TypeError, r"hvp\(model\): tangent 0"),
    "nothing to differentiate": (lambda: hvp(model, ("x",), ("v",)), TypeError, r"hvp\(model\): argument 0 is 'x'"),
}


@pytest.mark.parametrize(("wrong", "error", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_say_what_to_write(wrong: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        wrong()


# Nesting


def test_called_with_variables_it_gives_variables() -> None:
    for f in (rosenbrock, lambda x: np.sum(x), lambda x: 3.0):
        found = hessian(f)(Variable(X))
        assert type(found) is Variable
        assert_array_equal(found.data, hessian(f)(X))
        product = hvp(f, (Variable(X),), (V,))
        assert type(product) is Variable
        assert type(hvp(f, (X,), (Variable(V),))) is Variable
        assert type(laplacian(f)(Variable(X))) is Variable


@cases
def test_grad_of_second_derivatives(case: Case) -> None:
    v = np.ones_like(case.x)
    for g in (
        lambda x: functions.sum(hessian(case.f)(x) ** 2),
        lambda x: functions.sum(hvp(case.f, (x,), (v,)) ** 2),
        lambda x: laplacian(case.f)(x),
    ):
        expected = numerical_diff(g, case.x)
        assert_allclose(grad(g)(case.x), expected, rtol=1e-4, atol=1e-5 * max(1.0, float(np.max(np.abs(expected)))))


def test_grad_of_hvp_by_the_vector() -> None:
    found = grad(lambda v: functions.sum(hvp(rosenbrock, (X,), (v,)) * V))(X)
    assert_allclose(found, rosenbrock_hessian(X) @ V)


def quartic(x: Any) -> Any:
    return np.sum(x**4)


def test_third_derivatives() -> None:
    for transform in (jacfwd, jacrev, jacobian):
        third = transform(hessian(quartic))(X)
        assert_allclose([third[i, i, i] for i in range(3)], 24 * X)
    assert_allclose(hessian(laplacian(quartic))(X), 24 * np.eye(3))
    assert_allclose(laplacian(laplacian(quartic))(X), 72)


def test_the_hessian_is_the_jacobian_of_the_gradient() -> None:
    for transform in (jacfwd, jacrev, jacobian):
        assert_allclose(transform(grad(rosenbrock))(X), rosenbrock_hessian(X))


def test_inside_vmap() -> None:
    batch = np.stack([X, 2 * X, X**2])
    assert_allclose(vmap(hessian(rosenbrock))(batch), [rosenbrock_hessian(x) for x in batch])
    assert_allclose(vmap(laplacian(rosenbrock))(batch), [np.trace(rosenbrock_hessian(x)) for x in batch])
    products = vmap(lambda x, v: hvp(rosenbrock, (x,), (v,)))(batch, batch[::-1].copy())
    assert_allclose(products, [rosenbrock_hessian(x) @ v for x, v in zip(batch, batch[::-1], strict=True)])
    products = vmap(lambda v: hvp(rosenbrock, (X,), (v,)))(np.eye(3))
    assert_allclose(products, rosenbrock_hessian(X))


CLOSURES: list[tuple[Callable[[Any], Any], float]] = [
    (lambda a: functions.sum(hessian(lambda x: np.sum(a * x**3))(X)), 6 * X.sum()),
    (lambda a: functions.sum(hvp(lambda x: np.sum(a * x**3), (X,), (V,))), 6 * X @ V),
    (lambda a: laplacian(lambda x: np.sum(a * x**3))(X), 6 * X.sum()),
]


@pytest.mark.parametrize(("g", "expected"), CLOSURES)
def test_closures_over_outer_variables(g: Callable[[Any], Any], expected: float) -> None:
    assert_allclose(grad(g)(2.0), expected)


def test_an_operation_of_the_users_own() -> None:
    cube: Any = Function(forward=lambda x: x**3, backward=lambda g, x: g * 3 * x**2)
    assert_allclose(hessian(lambda x: np.sum(cube(x)))(X), np.diag(6 * X))
    assert_allclose(hvp(lambda x: np.sum(cube(x)), (X,), (V,)), 6 * X * V)
    assert_allclose(laplacian(lambda x: np.sum(cube(x)))(X), 6 * X.sum())


# Purity


def test_results_share_no_memory() -> None:
    x, v, constant = X.copy(), V.copy(), np.ones(3)

    def f(x: Any) -> Any:
        return np.sum(x * x) / 2 + np.sum(constant * x)

    def second() -> list[Any]:
        p = {"a": x, "b": x}
        found = [hessian(f)(x), hvp(f, (x,), (v,)), laplacian(f)(x)]
        found += flatten(hessian(lambda p: f(p["a"]) + f(p["b"]))(p))
        return found + flatten(hvp(lambda p: f(p["a"]) + f(p["b"]), (p,), ({"a": v, "b": v},)))

    first, again = second(), second()
    everything = [*first, *again, x, v, constant]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(everything) for b in everything[:i])
    for a in first:
        if a.ndim:  # a scalar cannot change
            a[...] = 7
    for a, b in zip(second(), again, strict=True):
        assert_array_equal(a, b)
    assert_array_equal(x, X)
    assert_array_equal(v, V)


# Laws

vectors = arrays(np.float64, 3, elements=st.floats(-2, 2))
laws = settings(max_examples=25)


def smooth(x: Any) -> Any:
    return np.sin(x[0] * x[1]) + np.exp(0.3 * x[2]) * x[0] ** 2


@laws
@given(x=vectors)
def test_symmetry(x: Array) -> None:
    found = hessian(smooth)(x)
    assert_allclose(found, found.T, atol=1e-12)


@laws
@given(x=vectors, v=vectors, w=vectors, a=st.floats(-5, 5))
def test_a_product_is_linear_and_symmetric(x: Array, v: Array, w: Array, a: float) -> None:
    def times(v: Any) -> Any:
        return hvp(smooth, (x,), (v,))

    assert_allclose(times(v + a * w), times(v) + a * times(w), atol=1e-9)
    assert_allclose(w @ times(v), v @ times(w), atol=1e-9)


@laws
@given(x=vectors)
def test_the_laplacian_does_not_depend_on_the_axes(x: Array) -> None:
    rotation, _ = np.linalg.qr(MATRIX)
    assert_allclose(laplacian(lambda y: smooth(rotation @ y))(rotation.T @ x), laplacian(smooth)(x), atol=1e-9)


@laws
@given(x=vectors, a=st.floats(-5, 5))
def test_linearity(x: Array, a: float) -> None:
    for d in (hessian, laplacian):
        expected = d(smooth)(x) + a * d(rosenbrock)(x)
        assert_allclose(d(lambda x: smooth(x) + a * rosenbrock(x))(x), expected, rtol=1e-9, atol=1e-9)
