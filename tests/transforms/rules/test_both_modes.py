"""Rules for both modes at once, and rules that get copies into which they may write."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, custom_jvp, custom_vjp, grad, hessian, jacfwd, jacobian, jacrev, jvp, trace, vjp, vmap
from pydezero.testing import check_grads

# Any: NumPy's stubs know no Variable.
Rule = Callable[..., Any]

of_grad: Any = grad
of_jvp: Any = jvp
of_trace: Any = trace
X = np.array([0.5, -1.5, 2.0])
Y = np.array([1.0, 0.25, -2.0])


class Counted:
    """x * sin(y) with rules that tell which of them ran, and whose errors can be told apart."""

    def __init__(self, backward_factor: float = 1.0, forward_factor: float = 1.0) -> None:
        self.ran: list[str] = []

        def forward(x: Any, y: Any) -> Any:
            self.ran.append("forward")
            return f(x, y), (x, y)

        def backward(residuals: Any, g: Any) -> Any:
            self.ran.append("backward")
            x, y = residuals
            return g * np.sin(y) * backward_factor, g * x * np.cos(y)

        def rule(primals: Any, tangents: Any) -> Any:
            self.ran.append("jvp")
            (x, y), (t, s) = primals, tangents
            return f(x, y), (t * np.sin(y) + s * x * np.cos(y)) * forward_factor

        @custom_vjp(forward, backward, jvp=rule)
        def f(x: Any, y: Any) -> Any:
            return x * np.sin(y)

        self.f: Rule = f


def test_each_mode_takes_its_own_rule() -> None:
    both = Counted()
    grad(lambda x: np.sum(both.f(x, Y)))(X)
    assert both.ran == ["forward", "backward"]
    both.ran.clear()
    _, tangent = jvp(both.f, (X, Y), (np.ones(3), np.ones(3)))
    assert both.ran == ["jvp"]
    assert_allclose(tangent, np.sin(Y) + X * np.cos(Y))


def test_the_two_rules_may_differ_where_they_are_meant_to() -> None:
    clipped = Counted(backward_factor=0.0)
    assert_array_equal(grad(lambda x: np.sum(clipped.f(x, Y)))(X), np.zeros(3))
    assert_allclose(jvp(clipped.f, (X, Y), (np.ones(3), np.zeros(3)))[1], np.sin(Y))


COMPOSED: dict[str, Callable[[Rule], Any]] = {
    "grad of grad": lambda f: grad(lambda x: np.sum(of_grad(lambda x: np.sum(f(x, x) ** 2))(x)))(X),
    "jvp of grad": lambda f: of_jvp(grad(lambda x: np.sum(f(x, Y) ** 2)), (X,), (Y,))[1],
    "grad of jvp": lambda f: grad(lambda x: np.sum(of_jvp(lambda x: f(x, x), (x,), (Y,))[1]))(X),
    "jvp of jvp": lambda f: of_jvp(lambda x: of_jvp(lambda x: f(x, x), (x,), (Y,))[1], (X,), (Y,))[1],
    "hessian": lambda f: hessian(lambda x: np.sum(f(x, x)))(X),
    "jacfwd": lambda f: jacfwd(f, argnums=(0, 1))(X, Y),
    "jacrev": lambda f: jacrev(f, argnums=(0, 1))(X, Y),
    "jacobian": lambda f: jacobian(f)(X, Y),
    "vmap": lambda f: vmap(f)(X, Y),
    "vmap of grad": lambda f: vmap(grad(f))(X, Y),
    "vmap of jvp": lambda f: vmap(lambda x, t: of_jvp(f, (x, x), (t, t))[1])(X, Y),
    "jvp of vmap": lambda f: of_jvp(vmap(f), (X, Y), (Y, X))[1],
    "vmap over one": lambda f: vmap(f, in_axes=(0, None))(X, 0.5),
    "trace of grad": lambda f: of_trace(grad(lambda x: np.sum(f(x, Y))))(X)(X),
    "grad of trace": lambda f: grad(of_trace(lambda x: np.sum(f(x, Y)))(X))(X),
    "jvp of trace": lambda f: of_jvp(of_trace(lambda x: f(x, Y))(X), (X,), (Y,))[1],
    "vjp": lambda f: vjp(f, X, Y)[1](Y),
}


@pytest.mark.parametrize("composed", COMPOSED.values(), ids=list(COMPOSED))
def test_transforms_of_it(composed: Callable[[Rule], Any]) -> None:
    def plain(x: Any, y: Any) -> Any:
        return x * np.sin(y)

    found, expected = composed(Counted().f), composed(plain)
    for a, b in zip(np.atleast_1d(found), np.atleast_1d(expected), strict=True):
        assert_allclose(a, b, atol=1e-12)


def test_check_grads_compares_both_rules() -> None:
    check_grads(Counted().f, (X, Y))
    with pytest.raises(AssertionError, match="reverse"):
        check_grads(Counted(backward_factor=1.01).f, (X, Y))
    with pytest.raises(AssertionError, match="forward"):
        check_grads(Counted(forward_factor=1.01).f, (X, Y))


def test_static_arguments_come_first_in_each_rule() -> None:
    @custom_vjp(
        lambda x, n: (x**n, x),
        lambda n, x, g: (g * n * x ** (n - 1),),
        nondiff_argnums=1,
        jvp=lambda n, primals, tangents: (primals[0] ** n, tangents[0] * n * primals[0] ** (n - 1)),
    )
    def power(x: Any, n: int) -> Any:
        return x**n

    check_grads(lambda x: power(x, 3), (X,))


def test_it_must_be_a_function() -> None:
    wrong: Any = 2.0
    with pytest.raises(TypeError, match="jvp must be a function"):
        custom_vjp(lambda x: (x, None), lambda _, g: (g,), jvp=wrong)


def doubled_in_place(x: Any) -> Any:
    """What a typed memoryview of Cython or a pointer of ctypes asks for: memory that can be written into."""
    x = np.asarray(x)
    pointer = (ctypes.c_double * x.size).from_buffer(x)
    for i in range(x.size):
        pointer[i] *= 2.0
    return x


def _doubled_back(_: Any, g: Any) -> Any:
    return (doubled_in_place(g),)


def _doubled_push(primals: Any, tangents: Any) -> Any:
    return doubled_in_place(primals[0]), doubled_in_place(tangents[0])


def _of_vjp(writable: bool) -> Rule:
    f: Rule = custom_vjp(lambda x: (doubled_in_place(x), None), _doubled_back, writable=writable)(doubled_in_place)
    return f


def _of_both(writable: bool) -> Rule:
    rules = custom_vjp(lambda x: (doubled_in_place(x), x), _doubled_back, jvp=_doubled_push, writable=writable)
    f: Rule = rules(doubled_in_place)
    return f


def _of_function(writable: bool) -> Rule:
    return Function(doubled_in_place, lambda g, x: doubled_in_place(g), writable=writable)


IN_PLACE: dict[str, Callable[[bool], Rule]] = {"vjp": _of_vjp, "both": _of_both, "Function": _of_function}


@pytest.mark.parametrize("made", IN_PLACE.values(), ids=list(IN_PLACE))
def test_a_rule_that_asks_for_it_may_write(made: Callable[[bool], Rule]) -> None:
    x = X.copy()
    value, pullback = vjp(made(True), x)
    assert_array_equal(value, 2 * X)
    g = Y.copy()
    assert_array_equal(pullback(g)[0], 2 * Y)
    assert_array_equal(pullback(g)[0], 2 * Y)
    assert_array_equal(x, X)
    assert_array_equal(g, Y)
    kept = np.sin(X)
    assert_allclose(grad(lambda x: np.sum(made(True)(np.sin(x)) * np.sin(x)))(X), 4 * kept * np.cos(X))


@pytest.mark.parametrize("made", IN_PLACE.values(), ids=list(IN_PLACE))
def test_any_other_cannot(made: Callable[[bool], Rule]) -> None:
    with pytest.raises(TypeError, match=re.escape("not writable")):
        vjp(made(False), X)


def test_a_rule_of_forward_mode_may_write() -> None:
    def rule(primals: Any, tangents: Any) -> Any:
        return doubled_in_place(primals[0]), tangents[0] * 2.0

    f: Rule = custom_jvp(rule, writable=True)(doubled_in_place)
    x, t = X.copy(), Y.copy()
    value, tangent = jvp(f, (x,), (t,))
    assert_array_equal(value, 2 * X)
    assert_array_equal(tangent, 2 * Y)
    assert_array_equal(x, X)
    assert_array_equal(grad(lambda x: np.sum(f(x)))(X), np.full(3, 2.0))
    assert_array_equal(jvp(_of_both(True), (x,), (t,))[1], 2 * Y)
    assert_array_equal(t, Y)


def test_an_argument_that_was_written_into_is_kept_as_it_is_then() -> None:
    def forward(x: Any) -> Any:
        x *= 3.0
        return x * 1.0, x

    f: Rule = custom_vjp(forward, lambda kept, g: (g * kept,), writable=True)(lambda x: x * 3.0)
    assert_array_equal(grad(lambda x: np.sum(f(x)))(X), 3 * X)
