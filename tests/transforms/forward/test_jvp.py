"""`jvp`: values and tangents in one evaluation."""

from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Function, Variable, functions, grad, gradients, jvp, stop_gradient, vjp, vmap
from pydezero.core.operators import EscapeError


class Pair(NamedTuple):
    a: Any
    b: Any


@attrs.frozen
class Layer:
    w: Any
    b: Any
    name: str = "layer"


def d(f: Any) -> Any:
    """The derivative of a function of one number."""
    return lambda x: jvp(f, (x,), (1.0,))[1]


def test_value_and_tangent() -> None:
    y, t = jvp(lambda x: x * x, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    assert type(y) is type(t) is np.ndarray
    assert_array_equal(y, [1, 4])
    assert_array_equal(t, [2, 40])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_tangent_for_each_primal(count: int) -> None:
    primals = tuple(np.array(float(i + 2)) for i in range(count))
    for i in range(count):
        tangents = tuple(np.array(float(i == j)) for j in range(count))
        y, t = jvp(lambda *xs: np.prod(np.stack(xs)), primals, tangents)
        assert_allclose(t, y / primals[i])


def test_the_tangent_is_the_jacobian_from_the_right() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    columns = [jvp(lambda x: matrix @ x, (np.ones(3),), (column,))[1] for column in np.eye(3)]
    assert_array_equal(np.transpose(columns), matrix)


def test_containers_in_and_out() -> None:
    def f(layer: Layer, extra: dict[str, Any]) -> Any:
        return {"p": Pair(layer.w * extra["x"], [layer.b**2]), "name": layer.name, "none": None}

    primals = (Layer(np.array([1.0, 3.0]), 2.0), {"x": 5.0})
    tangents = (Layer(np.array([1.0, 0.0]), 1.0, "ignored"), {"x": 10.0})
    y, t = jvp(f, primals, tangents)
    assert type(t["p"]) is Pair
    assert_array_equal(y["p"].a, [5, 15])
    assert_array_equal(t["p"].a, [15, 30])
    assert (y["p"].b, t["p"].b) == ([4], [4])
    assert (t["name"], t["none"]) == ("layer", None)


def test_a_tangent_of_what_is_no_number_is_ignored() -> None:
    for ignored in (None, "anything", np.ones(7)):
        assert jvp(lambda pair: pair[0] * 2, ((1.0, "text"),), ((1.0, ignored),))[1] == 2.0


def test_outputs_that_do_not_depend_on_the_primals_have_tangent_zero() -> None:
    constant = np.ones(2, np.float32)
    f: Any = lambda x: (constant, 3.0, x > 0, np.floor(x), stop_gradient(x), x)
    y, t = jvp(f, (np.ones(2),), (np.ones(2),))
    assert [np.shape(leaf) for leaf in t] == [np.shape(leaf) for leaf in y]
    assert [leaf.dtype for leaf in t] == [np.float32] + [np.float64] * 5
    for leaf in t[:-1]:
        assert_array_equal(leaf, np.zeros_like(leaf))
    assert_array_equal(y[2], [True, True])
    assert not np.shares_memory(y[0], constant)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.complex128])
def test_dtypes_stay(dtype: Any) -> None:
    y, t = jvp(lambda x: np.sin(x) * 2 + 1, (np.ones(2, dtype),), (np.ones(2, np.int64),))
    assert y.dtype == t.dtype == dtype


@pytest.mark.parametrize("x", [3, np.array([1, 2]), True, np.int32(4)], ids=str)
def test_integers_are_taken_as_float64(x: Any) -> None:
    y, t = jvp(lambda x: x * x, (x,), (np.ones(np.shape(x)),))
    assert y.dtype == t.dtype == np.float64
    assert_array_equal(t, 2 * np.asarray(x))


def test_promotion() -> None:
    x, t = np.ones(2, np.float32), np.ones(2, np.float32)
    for f in (lambda x: x * np.ones(2), lambda x: np.where([True, False], x, np.zeros(2)), lambda x: x + 1j):
        y, moved = jvp(f, (x,), (t,))
        assert y.dtype == moved.dtype


def test_weak_constants_leave_single_precision() -> None:
    x = np.ones(2, np.float32)
    for f in (
        lambda x: np.where([True, False], x, 2.0),
        lambda x: np.stack([x[0], 2.0]) if x.dtype == np.float64 else functions.where(True, 1, x),
        lambda x: x.at[0].set(2.0),
        lambda x: x**2.0 / 3,
    ):
        y, moved = jvp(f, (x,), (x,))
        assert y.dtype == moved.dtype == np.float32


def test_real_results_of_complex_arguments() -> None:
    z, t = np.array([3 + 4j, 1 - 1j]), np.array([1 + 2j, -1j])
    for f, expected in (
        (np.abs, np.real(np.conj(z) * t) / np.abs(z)),
        (np.real, t.real),
        (np.imag, t.imag),
        (np.conj, np.conj(t)),
        (lambda z: z * np.conj(z), 2 * np.real(np.conj(z) * t) + 0j),
    ):
        y, moved = jvp(f, (z,), (t,))
        assert y.dtype == moved.dtype
        assert_allclose(moved, expected)


def test_has_aux() -> None:
    y, t, aux = jvp(lambda x: (x * x, {"x": x, "n": 1}), (3.0,), (1.0,), has_aux=True)
    assert (y, t, aux) == (9.0, 6.0, {"x": 3.0, "n": 1})
    assert type(aux["x"]) is np.float64
    with pytest.raises(TypeError, match=r"jvp\(<lambda>\) with has_aux.*pair"):
        jvp(lambda x: x, (3.0,), (1.0,), has_aux=True)  # type: ignore[call-overload]  # the point


def test_one_evaluation() -> None:
    calls: list[Any] = []

    def f(x: Any) -> Any:
        calls.append(x)
        return x

    jvp(f, (1.0,), (1.0,))
    assert len(calls) == 1


# Nesting. Perturbation confusion: Siskind & Pearlmutter, Perturbation Confusion and Referential Transparency (2005),
# and Nesting Forward-Mode AD in a Functional Framework (2008).


def test_the_inner_derivative_does_not_see_the_outer_perturbation() -> None:
    """d/dx [x * d/dy (x + y) at 1] at 1 is 1, not 2."""
    assert d(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0


@pytest.mark.parametrize("outer", [grad, d], ids=["grad", "jvp"])
@pytest.mark.parametrize("inner", [grad, d], ids=["grad", "jvp"])
def test_confusion_across_modes(outer: Any, inner: Any) -> None:
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(3.0) == 6.0
    assert outer(lambda x: inner(lambda y: x * y**3)(x))(2.0) == 36.0
    assert outer(lambda x: x * inner(lambda y: x)(1.0))(1.0) == 0.0
    assert outer(lambda x: inner(lambda y: x * x)(x) + x)(3.0) == 1.0
    assert_allclose(outer(inner(np.sin))(0.3), -np.sin(0.3))


def test_a_function_that_returns_a_closure_over_its_argument() -> None:
    """The derivative of a curried function, applied twice; Manzyuk et al., Perturbation Confusion in Forward (2019).

    With s(u)(f)(x) = f(x + u), the derivative of s at 0, itself a map from functions to functions, applied twice to
    exp at 1 is exp'' (1) = e; confusion of the two perturbations gives 0.
    """

    def shift_slope(f: Any) -> Any:
        return lambda x: d(lambda u: f(x + u))(0.0)

    assert_allclose(shift_slope(shift_slope(np.exp))(1.0), np.e)


def test_a_tangent_that_is_a_variable_of_the_outer_level_is_differentiated() -> None:
    assert d(lambda x: jvp(lambda y: y * y, (3.0,), (x,))[1])(5.0) == 6.0
    assert grad(lambda x: jvp(lambda y: y * y * x, (x,), (x,))[1])(2.0) == 24.0  # of 2 x^3


def test_orders() -> None:
    f: Any = lambda x: x**4 / np.exp(x)
    for expected in (
        (4 - 1) / np.e,
        (12 - 8 + 1) / np.e,
        (24 - 36 + 12 - 1) / np.e,
    ):
        f = d(f)
        assert_allclose(f(1.0), expected)


def test_the_hessian_from_either_side() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 * x[1] + x[1] ** 3

    at, hessian = np.array([2.0, 3.0]), [[6, 4], [4, 18]]
    assert_array_equal([jvp(grad(f), (at,), (row,))[1] for row in np.eye(2)], hessian)
    assert_array_equal([grad(lambda x, row=row: jvp(f, (x,), (row,))[1])(at) for row in np.eye(2)], hessian)
    # x . grad f is 3 f for a homogeneous polynomial of degree 3 (Euler).
    assert_array_equal(vjp(lambda x: jvp(f, (x,), (x,))[1], at)[1](1.0)[0], 3 * grad(f)(at))


def test_called_with_variables_it_gives_variables() -> None:
    x = Variable(np.array(3.0))
    for f in (lambda x: x * x, lambda x: np.ones(()), np.floor):
        y, t = jvp(f, (x,), (1.0,))
        assert type(y) is type(t) is Variable
    y, t = jvp(lambda z: z * z, (2.0,), (x,))
    assert type(t) is Variable
    assert gradients(t, x) == 4.0


def test_closures_over_hand_made_variables() -> None:
    x = Variable(np.array(3.0))
    f: Any = lambda z: x * x * z
    y, t = jvp(f, (2.0,), (1.0,))
    assert_array_equal([gradients(y, x), gradients(t, x)], [12, 6])


def test_a_value_that_escapes_is_refused_outside() -> None:
    escaped: list[Any] = []

    def f(y: Any) -> Any:
        escaped.append(y)
        return y * y

    d(f)(2.0)
    with pytest.raises(EscapeError, match=r"jvp\(f\).*x\.data"):
        d(lambda x: x * escaped[0])(3.0)
    assert d(lambda x: x * escaped[0].data)(3.0) == 2.0


def test_control_flow_looks_at_values() -> None:
    def f(x: Any) -> Any:
        while x < 100:
            x = x * x
        return x

    assert_allclose(d(f)(2.0), 8 * 2.0**7)


def test_in_place_is_answered_as_in_grad() -> None:
    def f(x: Any) -> Any:
        out = np.zeros(2)
        out[0] = x
        return out

    with pytest.raises(TypeError, match=r"\.at\[i\]\.set"):
        jvp(f, (1.0,), (1.0,))


# Operations of the user's own


CUBE = Function(lambda x: x**3, lambda g, x: g * 3 * x**2)
POLAR = Function(
    lambda r, a: (r * np.cos(a), r * np.sin(a)),
    lambda g, h, r, a: (g * np.cos(a) + h * np.sin(a), r * (h * np.cos(a) - g * np.sin(a))),
)


def test_a_function_object_is_pushed_through_its_backward() -> None:
    assert d(CUBE)(2.0) == 12.0
    assert d(d(CUBE))(2.0) == 12.0
    assert d(grad(CUBE))(2.0) == grad(d(CUBE))(2.0) == 12.0


def test_a_function_object_of_several_arguments_and_results() -> None:
    r, a = np.array([1.0, 2.0]), np.array([0.3, 0.6])
    t, s = np.array([1.0, -1.0]), np.array([0.5, 2.0])
    _, moved = jvp(POLAR, (r, a), (t, s))
    assert_allclose(moved[0], t * np.cos(a) - r * s * np.sin(a))
    assert_allclose(moved[1], t * np.sin(a) + r * s * np.cos(a))
    of_one: Any = jvp(lambda a: POLAR(r, a), (a,), (s,))[1]
    assert_allclose(of_one[1], r * s * np.cos(a))
    assert d(lambda x: POLAR(stop_gradient(x), np.floor(x))[0])(2.5) == 0.0


def test_a_function_object_that_computes_with_an_outer_variable_raises() -> None:
    def f(x: Any) -> Any:
        return Function(lambda y: x * y, lambda g, y: g * x)(x)

    def with_closure_in_the_rule(x: Any) -> Any:
        return Function(lambda y: y, lambda g, y: g * x)(x)

    for function in (f, with_closure_in_the_rule):
        with pytest.raises(ValueError, match="pass it as an argument"):
            d(function)(2.0)


# Purity


def test_results_share_no_memory() -> None:
    x, t, constant = np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2))
    y, moved = jvp(lambda x: (x, x, x.T, x[0], x + constant, constant), (x,), (t,))
    arrays = [x, t, constant, *y, *moved]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])
    assert all(a.flags.writeable for a in arrays)


def test_inputs_may_be_overwritten_while_it_runs() -> None:
    x, t = np.array([1.0, 2.0]), np.array([1.0, 1.0])

    def f(z: Any) -> Any:
        x[:] = t[:] = np.nan
        return z * z

    y, moved = jvp(f, (x,), (t,))
    assert_array_equal(y, [1, 4])
    assert_array_equal(moved, [2, 4])


def test_after_an_exception_the_next_call_is_right() -> None:
    def f(x: Any) -> Any:
        return d(lambda y: 1 / 0)(x)

    with pytest.raises(ZeroDivisionError):
        d(f)(1.0)
    assert d(lambda x: x * x)(3.0) == 6.0


# Mistakes

Y = np.ones(2)
BAD: dict[str, tuple[Any, Any, type[Exception], str]] = {
    "primals no tuple": (Y, (Y,), TypeError, r"primals must be a tuple.*an array of shape \(2,\).*\(x,\), \(t,\)"),
    "tangents no tuple": ((Y,), [Y], TypeError, "tangents must be a tuple.*a list of 1"),
    "no primals": ((), (), TypeError, "primals is an empty tuple"),
    "too few tangents": ((Y, Y), (Y,), ValueError, "2 primals and 1 tangents"),
    "another structure": ((Y, {"k": Y}), (Y, [Y]), TypeError, "tangent 1 must be built like primal 1, a dict"),
    "None": ((Y,), (None,), TypeError, "tangent 0 must be an array or a number, got NoneType"),
    "text": ((Y,), ("a",), TypeError, "tangent 0 must be an array or a number, got str"),
    "another shape": ((1.0, Y), (1.0, np.ones(3)), ValueError, r"primal 1 has shape \(2,\), tangent 1 \(3,\)"),
    "a number for an array": ((Y,), (1.0,), ValueError, r"primal 0 has shape \(2,\), tangent 0 \(\)"),
    "complex": ((Y,), (Y * 1j,), TypeError, "primal 0 is real.*tangent 0 complex"),
    "objects": ((Y,), (np.array([None, 1]),), TypeError, "holds no numbers"),
    "no number in a primal": (("text",), ("text",), TypeError, "argument 0 is 'text'"),
}


@pytest.mark.parametrize(("primals", "tangents", "error", "message"), BAD.values(), ids=list(BAD))
def test_wrong_arguments_raise(primals: Any, tangents: Any, error: type[Exception], message: str) -> None:
    def model(*xs: Any) -> Any:
        return xs[0]

    with pytest.raises(error, match=rf"(?s)jvp\(model\).*{message}"):
        jvp(model, primals, tangents)


@pytest.mark.parametrize("result", [None, "text", [], {"name": "x"}, object()], ids=lambda value: type(value).__name__)
def test_a_function_without_numbers_raises(result: Any) -> None:
    with pytest.raises(TypeError, match=r"jvp.*must return an array, or a container of arrays"):
        jvp(lambda x: result, (1.0,), (1.0,))


def test_what_is_not_callable_is_told_so() -> None:
    with pytest.raises(TypeError, match=r"jvp\(f.*must be a function"):
        jvp(np.array(3.0), (1.0,), (1.0,))  # type: ignore[call-overload]  # the point


def test_the_repr_of_a_node_is_short() -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(x.node)
        return x

    jvp(f, (np.ones((100, 100)),), (np.ones((100, 100)),))
    assert len(repr(seen[0])) < 100


@settings(max_examples=50)
@given(x=st.lists(st.floats(-2, 2), min_size=1, max_size=4), a=st.floats(-5, 5), b=st.floats(-5, 5))
def test_it_is_linear_in_the_tangents(x: list[float], a: float, b: float) -> None:
    at = np.array(x)
    s, t = np.cos(at), at + 1

    def push(t: Any) -> Any:
        return jvp(lambda x: np.sin(x) * np.sum(x * x) + np.max(x), (at,), (t,))[1]

    assert_allclose(push(a * s + b * t), a * push(s) + b * push(t), atol=1e-9)


def test_the_value_does_not_depend_on_tangents() -> None:
    # One value and a batch of tangents: control flow on the value is the user's.
    def f(x: Any) -> Any:
        return 2 * x if x > 0 else -x

    def rule(t: Any) -> Any:
        y, moved = jvp(f, (3.0,), (t,))
        return moved if y > 5 else t

    assert_array_equal(vmap(rule)(np.array([1.0, 2.0])), [2.0, 4.0])
