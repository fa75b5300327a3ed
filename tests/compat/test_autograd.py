"""`pydezero.compat.autograd`: operators, rules and the NumPy namespace of HIPS autograd."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy  # noqa: ICN001  # np is autograd's here
import pytest
from numpy.testing import assert_allclose

import pydezero.compat.autograd as ag
import pydezero.compat.autograd.numpy as typed_numpy
from pydezero import grad as library_grad
from pydezero import jvp, vmap
from pydezero.compat.autograd import builtins, core, extend, misc, test_util, tracer, util
from pydezero.compat.autograd.misc import optimizers
from pydezero.compat.autograd.misc.fixed_points import fixed_point
from pydezero.compat.autograd.misc.flatten import flatten_func
from pydezero.compat.autograd.numpy.numpy_boxes import ArrayBox
from pydezero.compat.autograd.numpy.numpy_vjps import (
    balanced_eq,
    match_complex,
    repeat_to_match_shape,
    replace_zero,
    unbroadcast_f,
)
from pydezero.compat.autograd.numpy.numpy_wrapper import wrap_namespace
from pydezero.compat.autograd.test_util import check_grads

np: Any = typed_numpy  # whose stubs know no Variable

X = numpy.array([0.5, -1.0, 2.0])
V = numpy.array([1.0, 2.0, 3.0])


def cubes(x: Any, y: Any = 1.0) -> Any:
    return np.sum(x**3) * y


def squares(x: Any, y: Any = 1.0) -> Any:
    return x**2 * y


HESSIAN = numpy.diag(6 * X)
JACOBIAN = numpy.diag(2 * X)

CONTAINER: Any = {"a": X, "b": [2.0]}


def descended(optimizer: Any) -> Any:
    """An element of what an optimizer finds, which calls back after each gradient."""
    steps: list[Any] = []
    found = optimizer(
        lambda p, step: {"a": 2 * (p["a"] - 3.0)}, {"a": V}, lambda p, step, g: steps.append(step), 300, step_size=0.05
    )
    assert steps == list(range(300))
    return numpy.round(found["a"][0], 2)


@extend.primitive
def spread(x: Any, y: Any) -> Any:
    return x * y


extend.defvjp(spread, None, lambda ans, x, y: unbroadcast_f(y, lambda g: g * x))


def mean_of_rows(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return numpy.mean(x, axis=axis, keepdims=keepdims)


WRAPPED: dict[str, Any] = {}
wrap_namespace({"mean": mean_of_rows, "pi": 3.0, "_hidden": 1, "floating": float}, WRAPPED)


def mean_rule(ans: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    def pulled(g: Any) -> Any:
        repeated, count = repeat_to_match_shape(g, x.shape, x.dtype, axis, keepdims)
        return repeated / count

    return pulled


extend.defvjp(WRAPPED["mean"], mean_rule)


def means(x: Any, **keywords: Any) -> Any:
    """The sum of means of rows and columns, weighed, of a matrix with x as its rows."""
    matrix = np.stack([x, 2 * x])
    return np.sum(np.reshape(WRAPPED["mean"](matrix, **keywords), -1) ** 2)


def root(a: Any) -> Any:
    return fixed_point(lambda a: lambda y: (y + a / y) / 2, a, 1.0, lambda y, z: abs(y - z), 1e-14)


unflattened: Callable[[Any], Any] = misc.flatten(CONTAINER)[1]

# Each operator, with what it gives at X.
OPERATORS: dict[str, tuple[Callable[[], Any], Any]] = {
    "grad": (lambda: ag.grad(cubes)(X), 3 * X**2),
    "grad argnum": (lambda: ag.grad(cubes, 1)(X, 2.0), numpy.sum(X**3)),
    "grad argnum=": (lambda: ag.grad(cubes, argnum=1)(X, 2.0), numpy.sum(X**3)),
    "grad argnum of NumPy": (lambda: ag.grad(cubes, numpy.int64(1))(X, 2.0), numpy.sum(X**3)),
    "grad of several": (lambda: ag.grad(cubes, argnum=[1, 0])(X, 2.0)[1], 6 * X**2),
    "grad, keywords": (lambda: ag.grad(cubes)(X, y=2.0), 6 * X**2),
    "grad of one element": (lambda: ag.grad(lambda x: np.sum(x**3, keepdims=True))(X), 3 * X**2),
    "value_and_grad": (lambda: ag.value_and_grad(cubes)(X)[1], 3 * X**2),
    "value of value_and_grad": (lambda: ag.value_and_grad(cubes)(X)[0], numpy.sum(X**3)),
    "grad_and_aux": (lambda: ag.grad_and_aux(lambda x: (cubes(x), 2 * x))(X)[0], 3 * X**2),
    "aux": (lambda: ag.grad_and_aux(lambda x: (cubes(x), 2 * x))(X)[1], 2 * X),
    "elementwise_grad": (lambda: ag.elementwise_grad(squares)(X), 2 * X),
    "elementwise_grad argnum": (lambda: ag.elementwise_grad(squares, 1)(X, V), X**2),
    "deriv": (lambda: ag.deriv(squares)(3.0), 6.0),
    "jacobian": (lambda: ag.jacobian(squares)(X), JACOBIAN),
    "jacobian argnum": (lambda: ag.jacobian(squares, 1)(X, V), numpy.diag(X**2)),
    "hessian": (lambda: ag.hessian(cubes)(X), HESSIAN),
    "hessian of a vector": (lambda: ag.hessian(squares)(X)[1, 1, 1], 2.0),
    "hessian_vector_product": (lambda: ag.hessian_vector_product(cubes)(X, V), HESSIAN @ V),
    "hessian_vector_product argnum": (lambda: ag.hessian_vector_product(cubes, 0)(X, 2.0, V), 2 * HESSIAN @ V),
    "hessian_tensor_product": (lambda: ag.hessian_tensor_product(cubes)(X, V), HESSIAN @ V),
    "vector_jacobian_product": (lambda: ag.vector_jacobian_product(squares)(X, V), V @ JACOBIAN),
    "tensor_jacobian_product": (lambda: ag.tensor_jacobian_product(squares)(X, V), V @ JACOBIAN),
    "make_vjp": (lambda: ag.make_vjp(squares)(X)[0](V), V @ JACOBIAN),
    "value of make_vjp": (lambda: ag.make_vjp(squares)(X)[1], X**2),
    "make_jvp": (lambda: ag.make_jvp(squares)(X)(V)[1], JACOBIAN @ V),
    "value of make_jvp": (lambda: ag.make_jvp(squares)(X)(V)[0], X**2),
    "make_jvp_reversemode": (lambda: ag.make_jvp_reversemode(squares)(X)(V), JACOBIAN @ V),
    "make_hvp": (lambda: ag.make_hvp(cubes)(X)[0](V), HESSIAN @ V),
    "make_ggnvp": (lambda: ag.make_ggnvp(squares)(X)(V), JACOBIAN.T @ JACOBIAN @ V),
    "make_ggnvp g": (lambda: ag.make_ggnvp(squares, cubes)(X)(V), JACOBIAN.T @ (6 * X**2 * (JACOBIAN @ V))),
    "grad_named": (lambda: ag.grad_named(cubes, "y")(X, 2.0), numpy.sum(X**3)),
    "multigrad_dict": (lambda: ag.multigrad_dict(cubes)(X)["y"], numpy.sum(X**3)),
    "multigrad_dict *args": (lambda: ag.multigrad_dict(lambda *xs, **ys: xs[0] * ys["y"])(3.0, y=2.0)["ys"]["y"], 3.0),
    "holomorphic_grad": (lambda: ag.holomorphic_grad(lambda z: z**2 * 1j)(1.0 + 1.0j), 2j * (1 + 1j)),
    "checkpoint": (lambda: ag.grad(ag.checkpoint(cubes))(X), 3 * X**2),
    "core.make_vjp": (lambda: core.make_vjp(squares, X)[0](V), V @ JACOBIAN),
    "core.make_jvp": (lambda: core.make_jvp(squares, X)(V)[1], JACOBIAN @ V),
    "flatten": (lambda: ag.flatten({"a": X, "b": [2.0]})[0], [*X, 2.0]),
    "misc.flatten back": (lambda: unflattened(numpy.arange(4.0))["b"][0], 3.0),
    "flatten by sorted keys": (lambda: ag.flatten({"b": X, "a": {"d": 5.0, "c": (6.0, [7.0])}})[0], [6, 7, 5, *X]),
    "unflatten in the order of the keys": (
        lambda: list(ag.flatten({"b": X, "a": {"d": 5.0, "c": 6.0}})[1](numpy.arange(5.0))["a"].values()),
        [1.0, 0.0],
    ),
    "flatten_func": (lambda: flatten_func(lambda p: [2 * p[0]], [X])[0](X), 2 * X),
    "misc.optimizers.sgd": (lambda: descended(optimizers.sgd), 3.0),
    "misc.optimizers.rmsprop": (lambda: descended(optimizers.rmsprop), 3.0),
    "misc.optimizers.adam": (lambda: descended(optimizers.adam), 3.0),
    "misc.optimizers by a step": (  # of which the first one is step_size * sign(g)
        lambda: ag.grad(lambda s: optimizers.adam(lambda x, i: 2 * x, V, None, 1, s, eps=0.0)[0])(0.5),
        -1.0,
    ),
    "numpy_vjps.unbroadcast_f": (lambda: ag.grad(lambda y: np.sum(spread(X, y)))(2.0), numpy.sum(X)),
    "numpy_vjps of a complex operand": (lambda: ag.grad(lambda y: np.real(spread(1j, y * 1j)))(2.0), -1.0),
    "numpy_vjps, real of complex": (lambda: ag.grad(lambda y: np.imag(np.sum(spread(1j * X, y))))(2.0), numpy.sum(X)),
    "numpy_vjps, a mean": (lambda: ag.grad(means)(X), ag.grad(lambda x: np.mean(np.stack([x, 2 * x])) ** 2)(X)),
    "numpy_vjps, along an axis": (lambda: ag.grad(lambda x: means(x, axis=-1, keepdims=True))(X), [5.0 / 3] * 3),
    "numpy_vjps.replace_zero": (lambda: ag.grad(lambda x: replace_zero(x, 7.0))(0.0), 0.0),
    "numpy_vjps.match_complex": (lambda: numpy.imag(match_complex(1j, 2.0)) + match_complex(1.0, 2.0 + 1j), 2.0),
    "numpy_vjps.balanced_eq": (lambda: balanced_eq(X, numpy.maximum(X, V * [1, 1, 0.5]), V * [1, 1, 0.5]), [0, 0, 1.0]),
    "numpy_vjps.balanced_eq at a tie": (lambda: balanced_eq(X, X, X), [0.5, 0.5, 0.5]),
    "builtins.DictBox": (lambda: ag.grad(lambda p: p["x"] * isinstance(p, builtins.DictBox))({"x": 3.0})["x"], 1.0),
    "builtins.SequenceBox": (lambda: ag.grad(lambda p: p[0] * isinstance(p, builtins.SequenceBox))([3.0])[0], 1.0),
    "numpy_wrapper.wrap_namespace": (lambda: (sorted(WRAPPED) == ["floating", "mean", "pi"]) * WRAPPED["pi"], 3.0),
    "modules of the package": (
        lambda: ag.numpy.sum(ag.core.getval(ag.tracer.getval(X))) * ag.util.__name__.count("util"),
        1.5,
    ),
    "numpy_boxes of the namespace": (lambda: ag.grad(lambda x: x * isinstance(x, np.numpy_boxes.ArrayBox))(3.0), 1.0),
    "numpy_boxes.ArrayBox": (lambda: ag.grad(lambda x: x * isinstance(x, ArrayBox))(3.0), 1.0),
    "fixed_point": (lambda: ag.grad(root)(4.0), 0.25),
    "fixed_point again": (lambda: ag.grad(ag.grad(root))(4.0), -1 / 32),
    "const_graph": (lambda: misc.const_graph(squares, y=2.0)(X), 2 * X**2),
}


@pytest.mark.parametrize(("operator", "expected"), OPERATORS.values(), ids=list(OPERATORS))
def test_an_operator(operator: Callable[[], Any], expected: Any) -> None:
    assert_allclose(operator(), expected, rtol=1e-12)


PICKLED: dict[str, Callable[[Any], Any]] = {
    "grad": ag.grad,
    "deriv": ag.deriv,
    "elementwise_grad": ag.elementwise_grad,
    "holomorphic_grad": ag.holomorphic_grad,
    "jacobian": ag.jacobian,
    "multigrad_dict": ag.multigrad_dict,
    "checkpoint": ag.checkpoint,
    "grad argnum": lambda f: ag.grad(f, [1, 0]),
    "grad_named": lambda f: ag.grad_named(f, "y"),
    "hessian_vector_product": ag.hessian_vector_product,
    "vector_jacobian_product": lambda f: ag.vector_jacobian_product(f, 0),
    "make_vjp": ag.make_vjp,
    "make_jvp": ag.make_jvp,
    "make_hvp": ag.make_hvp,
    "make_jvp_reversemode": ag.make_jvp_reversemode,
    "make_ggnvp": ag.make_ggnvp,
    "make_ggnvp g": lambda f: ag.make_ggnvp(f, cubes),
}


@pytest.mark.parametrize("make", PICKLED.values(), ids=list(PICKLED))
def test_made_functions_pickle(make: Callable[[Any], Any]) -> None:
    def found(made: Any, *args: Any) -> Any:
        y = made(*args)
        y = y[0] if isinstance(y, tuple) and callable(y[0]) else y
        return y(1.0) if callable(y) else y

    made = make(cubes)
    args = (2.0, 3.0)
    assert numpy.all(found(pickle.loads(pickle.dumps(made)), *args) == found(made, *args))


def test_made_functions_have_autograds_names() -> None:
    made = ag.grad(cubes, 1)
    assert made.__name__ == "grad_of_cubes_wrt_argnum_1"
    assert "with respect to argument number 1" in (made.__doc__ or "")
    assert ag.grad.__name__ == "grad"


def test_an_elementwise_gradient_of_complex_results() -> None:
    with pytest.raises(TypeError, match="complex"):
        ag.elementwise_grad(lambda x: x * 1j)(X)


def test_containers() -> None:
    def loss(p: Any) -> Any:
        assert ag.isinstance(p, ag.dict)
        assert ag.isinstance(p["w"], ag.list)
        assert ag.isinstance(p["w"][0], numpy.ndarray)
        assert ag.type(p["w"][0]) is numpy.ndarray
        return np.sum(p["w"][0] ** 2) * p["b"][0]

    found = ag.grad(loss)({"w": [X], "b": (2.0,)})
    assert_allclose(found["w"][0], 4 * X)
    assert type(found["b"]) is tuple
    check_grads(loss)({"w": [X], "b": (2.0,)})


# Primitives and their rules, each way of defining them.
@extend.primitive
def softplus(x: Any) -> Any:
    assert type(x) is numpy.ndarray or isinstance(x, float)
    return numpy.logaddexp(0.0, x)


extend.defvjp(softplus, lambda ans, x: lambda g: g * np.exp(x - ans))
extend.defjvp(softplus, lambda g, ans, x: g * np.exp(x - ans))


@extend.primitive
def product(x: Any, n: Any, y: Any, power: int = 1) -> Any:
    assert isinstance(n, int)
    return x * n * y**power


extend.defvjp(
    product,
    lambda ans, x, n, y, power=1: lambda g: g * n * y**power,
    None,
    lambda ans, x, n, y, power=1: lambda g: g * x * n * power * y ** (power - 1),
)


@extend.primitive
def weighted(weights: Any, x: Any) -> Any:
    return {"sum": weights["a"] * x + weights["b"], "name": "weighted"}


extend.defvjp_argnum(
    weighted,
    lambda argnum, ans, args, kwargs: (
        lambda g: {"a": np.sum(g["sum"] * args[1]), "b": np.sum(g["sum"])} if argnum == 0 else g["sum"] * args[0]["a"]
    ),
)


@extend.primitive
def both(x: Any, y: Any) -> Any:
    return x * y


extend.defvjp_argnums(both, lambda argnums, ans, args, kwargs: lambda g: [g * args[1 - argnum] for argnum in argnums])
extend.def_linear(both)


@extend.primitive
def scaled(x: Any, factor: Any) -> Any:
    return x * factor


extend.defvjp(scaled, lambda ans, x, factor: lambda g: g * factor, argnums=(0,))
extend.defjvp(scaled, "same", argnums=(0,))

PRIMITIVES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "both modes": (softplus, (X,)),
    "of a number": (softplus, (0.5,)),
    "in a function": (lambda x: np.sum(softplus(x) ** 2), (X,)),
    "arguments and keywords": (lambda x, y: product(x, 3, y, power=2), (X, V)),
    "second argument": (lambda y: product(2.0, 3, y), (V,)),
    "a container": (lambda w, x: weighted(w, x)["sum"], ({"a": 2.0, "b": 0.5}, X)),
    "all arguments together": (both, (X, V)),
    "an argument with itself": (lambda x: both(x, x), (X,)),
    "linear in an argument": (lambda x: scaled(x, 3.0), (X,)),
}


@pytest.mark.parametrize(("f", "args"), PRIMITIVES.values(), ids=list(PRIMITIVES))
def test_a_primitive(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, tuple(range(len(args))))(*args)
    check_grads(f, tuple(range(len(args))), ["rev"], order=3)(*args)


def test_a_primitive_under_other_transforms() -> None:
    batch = numpy.stack([X, 2 * X])
    assert_allclose(vmap(softplus)(batch), numpy.logaddexp(0.0, batch))
    total: Callable[[Any], Any] = lambda x: np.sum(softplus(x))
    assert_allclose(vmap(library_grad(total))(batch), 1 / (1 + numpy.exp(-batch)))
    assert_allclose(jvp(library_grad(softplus), (0.0,), (1.0,))[1], 0.25)
    assert_allclose(ag.hessian(lambda x: np.sum(softplus(x)))(numpy.zeros(2)), 0.25 * numpy.eye(2))


def test_a_primitive_keeps_copies_of_what_may_change() -> None:
    constant = V.copy()
    pullback, _ = ag.make_vjp(lambda x: both(x, constant))(X)
    constant[:] = 100.0
    assert_allclose(pullback(numpy.ones(3)), V)


def test_a_primitive_without_rules() -> None:
    plain = extend.primitive(lambda x: 2.0 * x)
    assert plain(3.0) == 6.0
    with pytest.raises(NotImplementedError, match="VJP of <lambda>"):
        ag.grad(plain)(1.0)
    with pytest.raises(NotImplementedError, match="JVP of <lambda>"):
        ag.deriv(plain)(1.0)
    with pytest.raises(NotImplementedError, match="VJP of scaled wrt argnum 1 not defined"):
        ag.grad(scaled, 1)(2.0, 3.0)
    with pytest.raises(NotImplementedError, match="JVP of scaled wrt argnum 1 not defined"):
        ag.make_jvp(scaled, 1)(2.0, 3.0)(1.0)
    assert softplus in core.primitive_vjps
    assert softplus in core.primitive_jvps


def test_a_rule_that_returns_another_shape() -> None:
    wrong = extend.primitive(lambda x: 2.0 * x)
    extend.defvjp(wrong, lambda ans, x: lambda g: np.sum(g))
    with pytest.raises(ValueError, match=r"VJP of <lambda>.*\(\).*\(3,\)"):
        ag.elementwise_grad(wrong)(X)


def test_bare_values() -> None:
    seen: list[Any] = []

    @extend.notrace_primitive
    def note(x: Any) -> Any:
        seen.append(x)
        return x

    def f(x: Any) -> Any:
        assert tracer.isbox(x)
        assert isinstance(x, tracer.Box)
        note(x)
        return x**3 * float(ag.getval(x))

    assert_allclose(ag.grad(ag.grad(f))(2.0), 24.0)
    assert seen == [2.0]
    assert not tracer.isbox(seen[0])


def test_old_methods_of_primitives() -> None:
    times: Any = ag.primitive(lambda x, y, z: x * y + 0 * z)
    times.defgrad(lambda ans, x, y, z: lambda g: g * y)
    times.defvjp(lambda g, ans, vs, gvs, x, y, z: g * x, argnum=1)
    times.defvjp_is_zero([2])
    found = ag.grad(times, (0, 1, 2))(2.0, 3.0, 4.0)
    assert [float(g) for g in found] == [3.0, 2.0, 0.0]
    util.quick_grad_check(lambda x, y: x**2 + y, 1.0, (2.0,))


ARRAYS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "array": (lambda x: np.array([x[0], x[1] * x[2]]), lambda x: [x[0], x[1] * x[2]]),
    "array nested": (lambda x: np.array([[x[0], 1.0], (2.0, x[1])]), lambda x: [[x[0], 1.0], [2.0, x[1]]]),
    "array dtype": (lambda x: np.array([x[0], 2], dtype=float), lambda x: [x[0], 2]),
    "asarray": (lambda x: np.asarray([x[0], 2]), lambda x: [x[0], 2]),
    "full": (lambda x: np.full((2, 2), x[0]), lambda x: np.full((2, 2), x[0])),
    "mean": (lambda x: np.mean([x[0], x[1]]), lambda x: np.mean([x[0], x[1]])),
    "var": (lambda x: np.var([x[0], x[1]]), lambda x: np.var([x[0], x[1]])),
    "sum": (lambda x: np.sum([x, x], axis=0), lambda x: 2 * x),
    "dot": (lambda x: np.dot([x[0], x[1]], [1, 2]), lambda x: x[0] + 2 * x[1]),
    "norm": (lambda x: np.linalg.norm([x[0], x[1]]), lambda x: np.sqrt(x[0] ** 2 + x[1] ** 2)),
    "concatenate": (lambda x: np.concatenate([[x[0]], x, [1.0]]), lambda x: [x[0], *x, 1.0]),
    "stack": (lambda x: np.stack([[x[0]], [x[1]]]), lambda x: [[x[0]], [x[1]]]),
    "vstack": (lambda x: np.vstack([[x[0], x[1]], [x[1], 2]]), lambda x: [[x[0], x[1]], [x[1], 2]]),
    "column_stack": (lambda x: np.column_stack([x, [x[0], 1, 2]]), lambda x: [[x[0], x[0]], [x[1], 1], [x[2], 2]]),
    "append": (lambda x: np.append([x[0]], x[1]), lambda x: [x[0], x[1]]),
    "r_": (lambda x: np.r_[x[0], x, 1.0], lambda x: [x[0], *x, 1.0]),
    "c_": (lambda x: np.c_[x, x], lambda x: [[a, a] for a in x]),
    "where": (lambda x: np.where([True, False], [x[0], x[1]], 0.0), lambda x: [x[0], 0.0]),
    "where x= y=": (lambda x: np.where(np.array([True, False, True]), x=x, y=2 * x), lambda x: [x[0], 2 * x[1], x[2]]),
    "make_diagonal": (lambda x: np.make_diagonal(x, axis1=-1, axis2=-2), lambda x: np.diag(x)),
    "int64": (lambda x: x[np.int64(x[2] + 0.5)] * x, lambda x: x[2] * x),
    "fft": (lambda x: np.abs(np.fft.fft(x)), lambda x: np.abs(np.fft.fft(x))),
}


@pytest.mark.parametrize(("f", "expected"), ARRAYS.values(), ids=list(ARRAYS))
def test_numpys_functions_find_variables_in_lists(f: Callable[[Any], Any], expected: Callable[[Any], Any]) -> None:
    assert_allclose(f(X), expected(X))
    check_grads(lambda x: np.sin(f(x)))(X)
    assert_allclose(ag.make_vjp(f)(X)[1], expected(X))


def test_numpys_namespace_is_numpys() -> None:
    assert np.__version__ == numpy.__version__
    assert np.sin is numpy.sin
    assert np.random.RandomState is numpy.random.RandomState
    assert np.fft.fft is numpy.fft.fft
    assert isinstance(numpy.int64(3), np.int64)
    assert np.zeros(2, np.int64).dtype == numpy.int64
    assert type(np.where(True, 1, 2)) is int
    assert np.where([True], [1.5], [2]) == [1.5]
    assert np.where(numpy.array([True, False]))[0].tolist() == [0]


def test_vector_spaces() -> None:
    space = extend.vspace({"a": X, "b": [1.0, 2.0j]})
    assert space.size == 6
    assert space.iscomplex
    assert space.shape["a"].shape == (3,)
    assert space == extend.vspace(space.randn())
    assert space != extend.vspace({"a": X})
    basis = list(space.standard_basis())
    assert len(basis) == 6
    total = basis[0]
    for unit in basis[1:]:
        total = space.add(total, unit)
    test_util.check_equivalent(total, space.ones())
    of_complex = [unit.tolist() for unit in extend.vspace(1j * V[:2]).standard_basis()]
    assert of_complex == [[1, 0], [1j, 0], [0, 1], [0, 1j]]  # autograd's order, which programs count on
    of_narrow = extend.vspace(X.astype("float32"))
    assert of_narrow.ndim == 1
    assert of_narrow.dtype == of_narrow.randn().dtype == numpy.float32
    test_util.check_equivalent(space.scalar_mul(space.ones(), 0.0), space.zeros())
    with pytest.raises(AssertionError, match="not built alike"):
        test_util.check_equivalent(1.0, X)
    with pytest.raises(AssertionError, match="not equal"):
        test_util.check_equivalent(X, 2 * X)


def test_a_wrong_rule_is_found() -> None:
    @extend.primitive
    def doubled(x: Any) -> Any:
        return 2.0 * x

    extend.defvjp(doubled, lambda ans, x: lambda g: 2.001 * g)
    with pytest.raises(AssertionError, match=r"\(VJP\) check of doubled failed"):
        check_grads(doubled, modes=["rev"])(1.0)
    extend.defvjp(doubled, lambda ans, x: lambda g: 2.0 * halved(g))

    @extend.primitive
    def halved(x: Any) -> Any:
        return x

    extend.defvjp(halved, lambda ans, x: lambda g: 1.001 * g)
    with pytest.raises(AssertionError, match=r"\(VJP\) check of vjp_doubled failed"):
        check_grads(doubled, modes=["rev"])(1.0)


def test_a_program_of_autograd() -> None:
    """Logistic regression, as its examples have it: nothing but the imports is changed."""
    inputs = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
    targets = np.array([True, True, False, True])

    def loss(weights: Any) -> Any:
        predictions = 0.5 * (np.tanh(np.dot(inputs, weights) / 2.0) + 1)
        return -np.sum(np.log(predictions * targets + (1 - predictions) * (1 - targets)))

    weights = np.array([0.0, 0.0, 0.0])
    gradient = ag.grad(loss)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_grads(loss, modes=["rev"])(weights)
        for _ in range(100):
            weights = weights - gradient(weights) * 0.01
    assert loss(weights) < 2.0
    assert builtins.isinstance(weights, numpy.ndarray)


def test_functions_and_rules_of_primitives_get_arrays_that_compiled_code_takes() -> None:
    """A typed memoryview of Cython takes no array that is read-only. What they write has no effect on the graph."""
    seen: list[bool] = []

    def doubled(*arrays: Any) -> Any:
        seen.extend(array.flags.writeable for array in arrays)
        for array in arrays:
            array *= 2
        return arrays[0] + 0

    double = extend.primitive(lambda x, c: doubled(x, c.copy()))
    extend.defvjp(double, lambda ans, x, c: lambda g: doubled(g, ans, x, c))
    extend.defjvp(double, lambda g, ans, x, c: doubled(g, ans, x, c))
    value, gradient = ag.value_and_grad(lambda x: np.sum(double(x, V) * x) + np.sum(double(x, V)))(X)
    assert_allclose(value, numpy.sum(2 * X**2 + 2 * X))
    assert_allclose(gradient, 4 * X + 2)
    assert_allclose(ag.make_jvp(lambda x: double(x, V))(X)(V)[1], 2 * V)
    assert all(seen)
    assert_allclose(V, [1.0, 2.0, 3.0])
