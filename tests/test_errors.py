"""Mistakes, and what they are answered with: what happened, and what to write instead."""

import argparse
import decimal
import json
import math
import statistics
import types
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest
import scipy.linalg

import pydezero
from pydezero import (
    Function,
    Variable,
    array,
    at,
    checkpoint,
    custom_jvp,
    derivative,
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    laplacian,
    optim,
    stop_gradient,
    trace,
    tree,
    value,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.testing import check_grads
from tests.versions import needs

b = np.zeros(2)
TWO = np.array([1.0, 2.0])
MASKED: Any = np.ma.masked_array([0.0, 1.0])
NONE: Any = None  # unknown to the type checker


def assign(target: Any, index: Any, value: Any) -> None:
    target[index] = value


def add_in_place(target: Any, value: Any) -> Any:
    target += value
    return target


def iterator(x: Any) -> Any:  # no sequence, to a type checker, too
    return iter([x, x])


# Each is tried with a 0-d argument x and a vector v.
LEAVES: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "math.sin(x)": (lambda x, v: math.sin(x), r"np\.sin\(x\) rather than math\.sin\(x\)"),
    "float(x)": (lambda x, v: float(x), r"rather than float\(x\)"),
    "int(x)": (lambda x, v: int(x), r"np\.floor\(x\)"),
    "complex(x)": (lambda x, v: complex(x), r"x \+ 0j"),
    "round(x)": (lambda x, v: round(x), r"np\.rint\(x\), or round\(x, 0\), rather than round\(x\)"),
    "round(v, 2)": (lambda x, v: round(v, 2), r"Variable of shape \(2,\); write np\.round\(x, n\)"),
    "math.floor(x)": (lambda x, v: math.floor(x), r"np\.floor\(x\) rather than math\.floor\(x\)"),
    "math.ceil(x)": (lambda x, v: math.ceil(x), r"np\.ceil\(x\)"),
    "math.trunc(x)": (lambda x, v: math.trunc(x), r"np\.trunc\(x\)"),
    "np.float32(x)": (lambda x, v: np.float32(x), r"x\.astype\(dtype\) rather than np\.float64\(x\)"),
    "np.int64(x)": (lambda x, v: np.int64(x), r"x\.astype\(dtype\) rather than np\.float64\(x\)"),
    "np.r_": (lambda x, v: np.r_[x, v], r"np\.hstack\(\[x, y\]\).*rather than np\.r_"),
    "np.c_": (lambda x, v: np.c_[v, v], r"np\.column_stack\(\[x, y\]\) rather than np\.c_"),
    "np.vectorize of numbers": (lambda x, v: np.vectorize(math.sin)(v), r"np\.stack\(\[f\(t\) for t in x\]\)"),
    "as_strided": (
        lambda x, v: np.lib.stride_tricks.as_strided(v, (1,), (8,)),
        r"sliding_window_view\(x, n\) or x\[index\]",
    ),
    "writeable windows": (
        lambda x, v: np.lib.stride_tricks.sliding_window_view(v, 2, writeable=True),
        r"x\.at\[i\]\.set\(v\)",
    ),
    "np.ndenumerate": (lambda x, v: list(np.ndenumerate(v)), r"zip\(np\.ndindex\(x\.shape\), x\.flat\)"),
    "np.fromiter": (lambda x, v: np.fromiter([x, x], float), r"pydezero\.array\(list\(xs\)\) rather than np\.fromiter"),
    "np.concatenate of an iterator": (lambda x, v: np.concatenate(iterator(v)), r"write list\(arrays\)"),
    "np.stack of an iterator": (lambda x, v: np.stack(iterator(v)), "sequence.*list or tuple"),
    "a.dot(v)": (lambda x, v: TWO.dot(v), r"a @ x rather than a\.dot\(x\)"),
    "a[0] = x, by at": (lambda x, v: assign(np.zeros(2), 0, x), r"a = pydezero\.at\(a\)\[i\]\.set\(x\)"),
    "a[0] = x of integers": (lambda x, v: assign(np.zeros(2, int), 0, x), r"a = pydezero\.at\(a\)\[i\]\.set\(x\)"),
    "a[0] = x of complex numbers": (
        lambda x, v: assign(np.zeros(2, complex), 0, x),
        r"a = pydezero\.at\(a\)\[i\]\.set",
    ),
    "rng.normal(x)": (lambda x, v: np.random.default_rng().normal(x, 1.0), r"loc \+ scale \* rng\.normal\(size=n\)"),
    "np.poly1d": (lambda x, v: np.poly1d([x, 1.0]), r"np\.polyval\(pydezero\.array\(c\), x\) rather than np\.poly1d"),
    "a[0] = v, by at": (lambda x, v: assign(np.zeros((2, 2)), 0, v), r"a = pydezero\.at\(a\)\[i\]\.set\(x\)"),
    "a.flat[0] = x, by at": (lambda x, v: assign(np.zeros(2).flat, 0, x), r"a = pydezero\.at\(a\)\[i\]\.set\(x\)"),
    "np.put(a, i, x)": (lambda x, v: np.put(np.zeros(2), 0, x), r"pydezero\.at\(a\)\[i\]\.set\(v\)"),
    "np.add.at(a, i, x)": (lambda x, v: np.add.at(np.zeros(2), 0, x), r"pydezero\.at\(x\)\[i\]\.add\(v\)"),
    "np.fill_diagonal": (
        lambda x, v: np.fill_diagonal(np.zeros((2, 2)), v),
        r"pydezero\.at\(a\)\[np\.diag_indices\(n\)\]\.set\(",
    ),
    "np.copyto": (lambda x, v: np.copyto(np.zeros(2), v), r"pydezero\.at\(a\)\[\.\.\.\]\.set\(v\)|np\.where"),
    "np.asarray(x)": (lambda x, v: np.asarray(x), r"rather than np\.asarray\(x\).*\.data"),
    "np.array(v)": (lambda x, v: np.array(v, dtype=float), r"np\.stack\(xs\) rather than np\.array\(xs\)"),
    "np.array([x, x])": (
        lambda x, v: np.array([x, x]),
        r"pydezero\.array\(xs\) or np\.stack\(xs\) rather than np\.array\(xs\)",
    ),
    "np.array([[x], [x]])": (lambda x, v: np.array([[x], [x]]), r"pydezero\.array\(xs\)"),
    "np.stack of lists": (
        lambda x, v: np.stack([[x], [x]]),
        r"np\.stack\(pydezero\.array\(xs\)\).*rather than np\.stack",
    ),
    "np.vstack of lists": (lambda x, v: np.vstack([[x], [x]]), r"np\.vstack\(pydezero\.array\(xs\)\)"),
    "np.mean of a list": (lambda x, v: np.mean([x, x]), r"np\.mean\(pydezero\.array\(xs\)\)"),
    "np.linalg.det of lists": (
        lambda x, v: np.linalg.det([[x, 1], [1, x]]),
        r"np\.linalg\.det\(pydezero\.array\(xs\)\)",
    ),
    "np.append to a list": (lambda x, v: np.append([x], x), r"np\.append\(pydezero\.array\(xs\)\)"),
    "np.sin of a list": (lambda x, v: np.sin([x, x]), r"np\.sin\(pydezero\.array\(xs\)\)"),
    "np.array([v, v])": (lambda x, v: np.array([v, v]), r"np\.stack\(xs\) rather than np\.array\(xs\)"),
    "np.float64(x)": (lambda x, v: np.float64(x), r"\.data"),
    "np.full": (lambda x, v: np.full(3, x), r"np\.broadcast_to\(x, shape\) rather than np\.full.*\.data"),
    "np.arange(x, like=x)": (lambda x, v: np.arange(x, like=x), r"np\.arange of a Variable.*np\.linspace"),
    "a[0] = x": (lambda x, v: assign(np.zeros(2), 0, x), r"\.at\[i\]\.set"),
    "a[0, 1] = x": (lambda x, v: assign(np.zeros((2, 2)), (0, 1), x), r"\.at\[i\]\.set"),
    "a[:] = v": (lambda x, v: assign(np.zeros(2), slice(None), v), r"\.at\[i\]\.set"),
    "a[0] = v": (lambda x, v: assign(np.zeros((2, 2)), 0, v), r"\.at\[i\]\.set"),
    "x[0] = 1": (lambda x, v: assign(v, 0, 1.0), r"x = x\.at\[i\]\.set\(v\)"),
    "x[0] += 1": (lambda x, v: assign(v, 0, v[0] + 1.0), r"x = x\.at\[i\]\.set\(v\)"),
    "np.add(v, v, out=b)": (lambda x, v: np.add(v, v, out=b), r"y = np\.add\(\.\.\.\) without out="),
    "np.add(b, b, out=v)": (lambda x, v: np.add(b, b, out=v), r"y = np\.add\(\.\.\.\) without out="),
    "np.sum(v, out=b)": (lambda x, v: np.sum(v, out=np.zeros(())), r"y = np\.sum\(\.\.\.\)"),
    "np.stack out": (lambda x, v: np.stack([v], out=np.zeros((1, 2))), r"y = np\.stack\(\.\.\.\)"),
    "b += v": (lambda x, v: add_in_place(b, v), r"b = b \+ x rather than b \+= x"),
    "np.add.at": (lambda x, v: np.add.at(b, [0, 1], v), r"x\.at\[i\]"),
    "x.item()": (lambda x, v: x.item(), "x itself, or"),
    "v.tolist()": (lambda x, v: v.tolist(), r"list\(x\), whose elements are Variables"),
    "range(x)": (lambda x, v: range(x), "index.*plain integer"),
    "list[x]": (lambda x, v: [1, 2, 3][x], "index.*plain integer"),
    "'ab' * x": (lambda x, v: "ab" * x, "str"),
    "np.arange(x)": (lambda x, v: np.arange(x), r"\.data"),
    "np.frompyfunc": (lambda x, v: np.frompyfunc(abs, 1, 1)(v), r"cannot be differentiated.*Function"),
    "np.vectorize": (lambda x, v: np.vectorize(abs)(v), r"\.data"),
    "v.sort()": (lambda x, v: v.sort(), r"x = np\.sort\(x\)"),
    "x + 'a'": (lambda x, v: x + "a", "add.*str"),
    "'a' + x": (lambda x, v: "a" + x, "add.*str"),
    "x + None": (lambda x, v: x + None, "add.*NoneType"),
    "x * {}": (lambda x, v: x * {}, "multiply.*dict"),
    "x * objects": (lambda x, v: x * np.array([None, 1]), r"multiply.*dtype object.*astype\(float\)"),
    "objects * x": (lambda x, v: np.array([None, 1]) * x, r"multiply.*dtype object.*astype\(float\)"),
    "x - strings": (lambda x, v: x - np.array(["a"]), "subtract.*dtype <U1"),
    "x * seconds": (lambda x, v: x * np.timedelta64(3, "s"), "multiply.*timedelta64"),
    "x * [v, v]": (lambda x, v: x * [v, v], r"np\.stack"),
    "x * masked": (lambda x, v: x * np.ma.MaskedArray([1.0, 2.0], mask=[False, True]), "multiply.*MaskedArray.*mask"),
    "masked * x": (lambda x, v: np.ma.MaskedArray([1.0, 2.0], mask=[False, True]) * x, r"\.data|MaskedArray"),
    "x @ text": (lambda x, v: v @ "ab", "matmul.*str"),
    "np.maximum(v, None)": (lambda x, v: np.maximum(v, NONE), "maximum.*NoneType"),
    "np.where(None)": (lambda x, v: np.where("a", v, v), "where.*(str|<U1)"),
    "len(x)": (lambda x, v: len(x), "no axes"),
    "iteration over x": (lambda x, v: list(x), "no axes"),
    "iter(x)": (lambda x, v: iter(x), "no axes"),
    "first, second = x": (lambda x, v: (lambda first, second: first)(*x), "no axes|Variable"),
    "zip(x, v)": (lambda x, v: zip(x, v, strict=False), "no axes"),
    "~x": (lambda x, v: ~x, "Variable"),
    "a.flat[0] = x": (lambda x, v: assign(np.zeros(2).flat, 0, x), r"\.at\[i\]\.set"),
    "a.flat[0] = v": (lambda x, v: assign(np.zeros(2).flat, 0, v), r"\.at\[i\]\.set"),
    "np.nditer(v)": (lambda x, v: np.nditer(v), r"np\.nditer.*x\.flat"),
    "np.nditer([v, b])": (lambda x, v: np.nditer([v, b]), r"np\.nditer.*x\.flat"),
    "np.trapezoid(v, masked)": (lambda x, v: np.trapezoid(v, MASKED), "MaskedArray.*mask"),
    "np.trapezoid(masked, v)": (lambda x, v: np.trapezoid(MASKED, v), "MaskedArray.*mask"),
    "np.trapezoid(v, dx=masked)": (lambda x, v: np.trapezoid(v, dx=MASKED), "MaskedArray.*mask"),
    "x()": (lambda x, v: x(), "not callable"),
}


@pytest.mark.parametrize(("mistake", "advice"), LEAVES.values(), ids=list(LEAVES))
def test_a_type_error_says_what_to_write_instead(mistake: Callable[[Any, Any], Any], advice: str) -> None:
    before = b.copy()
    with pytest.raises(TypeError, match=f"(?s){advice}"):
        grad(lambda x, v: mistake(x, v), (0, 1))(1.0, TWO)
    assert b.tolist() == before.tolist()


SHAPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "add": (lambda v: v + np.ones(3), r"\(2,\).*\(3,\)"),
    "reflected": (lambda v: np.ones(3) - v, r"\(3,\).*\(2,\)"),
    "two Variables": (lambda v: v * np.concatenate([v, v]), r"\(2,\).*\(4,\)"),
    "matmul": (lambda v: np.ones((2, 3)) @ v, "2.*3"),
    "reshape": (lambda v: v.reshape(3), "size 2.*shape|2.*3"),
    "broadcast_to": (lambda v: np.broadcast_to(v, (3,)), r"\(2,\).*\(3,\)"),
    "concatenate": (lambda v: np.concatenate([v, np.ones((1, 1))]), r"\(2,\).*\(1, 1\)"),
    "stack": (lambda v: np.stack([v, np.ones(3)]), r"\(2,\).*\(3,\)"),
    "where": (lambda v: np.where(np.ones(3), v, v), r"\(3,\).*\(2,\)"),
    "at.set": (lambda v: v.at[:].set(np.ones(3)), "3.*2"),
}


@pytest.mark.parametrize(("mistake", "shapes"), SHAPES.values(), ids=list(SHAPES))
def test_shapes_that_do_not_fit_are_named(mistake: Callable[[Any], Any], shapes: str) -> None:
    with pytest.raises(ValueError, match=f"(?s){shapes}"):
        grad(lambda v: np.sum(mistake(v)))(TWO)


def test_indices_and_axes_that_do_not_exist() -> None:
    with pytest.raises(IndexError, match="5"):
        grad(lambda v: v[5])(TWO)
    with pytest.raises(np.exceptions.AxisError, match="axis 3"):
        grad(lambda v: v.sum(axis=3))(TWO)


OUTPUTS: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "vector": (lambda v: v * 2, ValueError, r"scalar, got shape \(2,\).*vjp"),
    "vector of none": (lambda v: v[:0], ValueError, r"scalar, got shape \(0,\).*vjp"),
    "matrix": (lambda v: v[:, None], ValueError, r"scalar, got shape \(2, 1\).*vjp"),
    "complex vector of one": (lambda v: v[:1] * 1j, TypeError, r"complex128.*\.real.*vjp"),
    "integer vector of one": (lambda v: np.ones(1, int), TypeError, "int64.*no derivative"),
    "constant vector": (lambda v: np.ones(2), ValueError, r"scalar, got shape \(2,\).*vjp"),
    "complex": (lambda v: v[0] * 1j, TypeError, r"complex128.*\.real.*vjp"),
    "constant complex": (lambda v: 1j, TypeError, r"complex128.*\.real.*vjp"),
    "None": (lambda v: None, TypeError, "None.*return missing"),
    "text": (lambda v: "loss", TypeError, "real scalar, got a str"),
    "tuple": (lambda v: (v[0], v[1]), TypeError, r"real scalar, got a tuple of 2 .*; has_aux=True is for a pair"),
    "list": (lambda v: [v[0]], TypeError, "real scalar, got a list of 1"),
    "integer": (lambda v: np.argmax(v), TypeError, "int64.*no derivative"),
    "boolean": (lambda v: v[0] > 0, TypeError, "bool.*no derivative"),
    "Python boolean": (lambda v: bool(v[0] > 0), TypeError, "bool.*no derivative"),
    "integer Variable": (lambda v: Variable(np.array(3)), TypeError, "int64.*no derivative"),
    "function": (lambda v: abs, TypeError, "real scalar, got a builtin"),
}


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize(("f", "error", "message"), OUTPUTS.values(), ids=list(OUTPUTS))
def test_an_output_that_is_no_real_scalar(
    transform: Callable[..., Any], f: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    def model(v: Any) -> Any:
        return f(v)

    with pytest.raises(error, match=rf"(?s){transform.__name__}\(model\).*{message}"):
        transform(model)(TWO)


def product(x: Any, y: Any) -> Any:
    return x * y


ARGNUMS: dict[str, tuple[Any, type[Exception], str]] = {
    "too large": (2, TypeError, "argnums is 2, but.*positional"),
    "too small": (-3, TypeError, "argnums is -3, but.*positional"),
    "one of them too large": ((0, 2), TypeError, r"argnums is \(0, 2\), but.*positional"),
    "twice": ((0, 0), ValueError, r"argnums \(0, 0\) names an argument twice"),
    "twice, once negative": ((0, -2), ValueError, r"argnums \(0, -2\) names an argument twice"),
    "a boolean": (True, TypeError, "argnums must be an int or a tuple of ints, got True"),
    "a float": (1.0, TypeError, "argnums must be an int or a tuple of ints, got 1.0"),
    "None": (None, TypeError, "argnums must be an int or a tuple of ints, got None"),
    "a name": ("x", TypeError, "argnums must be an int or a tuple of ints, got 'x'"),
    "a tuple of names": (("x",), TypeError, "argnums must be an int or a tuple of ints"),
    "empty": ((), Exception, "argnums"),
}


@pytest.mark.parametrize(("argnums", "error", "message"), ARGNUMS.values(), ids=list(ARGNUMS))
def test_wrong_argnums(argnums: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        grad(product, argnums)(1.0, 2.0)


def test_a_numpy_integer_is_an_integer() -> None:
    argnums: Any = np.int64(1)
    assert grad(product, argnums)(3.0, 2.0) == 3.0


def test_a_missing_argument_is_pythons_own_error() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        grad(product)(1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        grad(product)(1.0, 2.0, z=3.0)


def test_an_argument_to_differentiate_is_passed_by_position() -> None:
    slope: Callable[..., Any] = grad(product)  # to a type checker, too
    with pytest.raises(TypeError, match="passed by position"):
        slope(x=1.0, y=2.0)
    with pytest.raises(TypeError, match="passed by position"):
        slope()


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize("value", [np.array(4.0), Variable(np.array(4.0)), 4.0, None], ids=repr)
def test_grad_of_a_value_is_told_how_to_write_it(transform: Callable[..., Any], value: Any) -> None:
    t = transform.__name__
    advice = rf"{t}\(f\): f must be a function.*write {t}\(f\)\(x\).*not {t}\(f\(x\)\)"
    with pytest.raises(TypeError, match=advice):
        transform(value)


def yields(x: Any) -> Any:
    yield np.sum(x)


async def waits(x: Any) -> Any:
    return np.sum(x)


async def yields_and_waits(x: Any) -> Any:
    yield np.sum(x)


@pytest.mark.parametrize("transform", [grad, hessian, jacobian, jit, vmap, trace, checkpoint], ids=lambda t: t.__name__)
@pytest.mark.parametrize("f", [yields, waits, yields_and_waits], ids=lambda f: f.__name__)
def test_a_function_that_computes_nothing_yet_is_refused(transform: Callable[..., Any], f: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=rf"{transform.__name__}\({f.__name__}\): a generator or async function"):
        transform(f)


@pytest.mark.parametrize(
    "bad", ["x", None, object(), np.array([None]), np.array(["a"]), {1, 2}], ids=lambda value: type(value).__name__
)
def test_an_argument_without_numbers_is_named_with_its_place(bad: Any) -> None:
    with pytest.raises(TypeError, match=r"grad\(product\): argument 1"):
        grad(product, 1)(1.0, bad)


def a_class_of_function() -> Any:
    base: Any = Function
    return types.new_class("Square", (base,))


def a_class_of_variable() -> Any:
    base: Any = Variable
    return types.new_class("Weight", (base,))


def of_package(name: str, x: Any) -> Any:
    # What Python calls where there is no such attribute; another test may have imported a package of this name.
    get: Any = vars(pydezero)["__getattr__"]
    return get(name)


def with_argnum(transform: Any, x: Any) -> Any:
    return transform(product, argnum=1)


WORDS: Any = ["a", "b"]

# What readers of the book, of PyTorch and of HIPS autograd write; x is a Variable.
NEWCOMERS: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "array of words": (lambda _: array(WORDS), TypeError, "array: an array of dtype <U1 holds no numbers"),
    "y.backward()": (lambda x: (x * x).backward(), AttributeError, r"gradients\(y, x\) rather than y\.backward\(\)"),
    "x.grad": (lambda x: x.grad, AttributeError, r"gradients\(y, x\) rather than x\.grad"),
    "x.cleargrad()": (lambda x: x.cleargrad(), AttributeError, "gradients.*nothing to clear"),
    "x.zero_grad()": (lambda x: x.zero_grad(), AttributeError, "gradients.*nothing to clear"),
    "x.requires_grad": (lambda x: x.requires_grad, AttributeError, r"gradients.*grad\(f\).*stop_gradient"),
    "Variable(a, requires_grad=True)": (
        lambda x: wrongly.Variable(TWO, requires_grad=True),
        TypeError,
        r"no requires_grad.*gradients\(y, x\).*grad\(f, argnums\)",
    ),
    "x.creator": (lambda x: x.creator, AttributeError, r"x\.node"),
    "x.grad = 0.0": (lambda x: setattr(x, "grad", 0.0), AttributeError, r"gradients\(y, x\) rather than x\.grad"),
    "x.unchain()": (lambda x: x.unchain(), AttributeError, "stop_gradient"),
    "y.grad_fn": (lambda x: x.grad_fn, AttributeError, r"x\.node"),
    "x.exp()": (lambda x: x.exp(), AttributeError, r"write np\.exp\(x\)"),
    "class Weight(Variable)": (
        lambda x: a_class_of_variable(),
        TypeError,
        r"class Weight\(Variable\): Variable is no base class",
    ),
    "x.detach()": (lambda x: x.detach(), AttributeError, "stop_gradient"),
    "x.numpy()": (lambda x: x.numpy(), AttributeError, r"x\.data"),
    "x.no_such_thing": (
        lambda x: x.no_such_thing,
        AttributeError,
        "'Variable' object has no attribute 'no_such_thing'$",
    ),
    **{
        f"pydezero.{name}": (partial(of_package, name), AttributeError, message)
        for name, message in {
            "tensor": r"'tensor': grad\(f\) takes arrays of NumPy's",
            "no_grad": r"stop_gradient\(x\)",
            "lax": "scan, while_loop, .* are names of pydezero itself",
            "numpy": "import numpy as np",
            "elementwise_grad": "from pydezero.compat.autograd import elementwise_grad",
            "tanh": r"write pydezero\.functions\.tanh\(x\), or np\.tanh\(x\)",
            "cli": "write import pydezero.cli",
            "no_such_thing": "has no attribute 'no_such_thing'$",
        }.items()
    },
    "f.defjvp(rule)": (
        lambda _: wrongly.custom_jvp(np.sin).defjvp,
        AttributeError,
        r"write @custom_jvp\(rule\) above the definition of f",
    ),
    "@custom_jvp without a rule": (
        lambda _: wrongly.custom_jvp(np.sin)(2.0),
        TypeError,
        r"custom_jvp\(rule\): f must be a function, got a float; write @custom_jvp\(rule\)",
    ),
    "class Square(Function)": (
        lambda x: a_class_of_function(),
        TypeError,
        r"square = Function\(forward=lambda x: \.\.\., backward=lambda gy, x",
    ),
    **{
        f"{transform.__name__}(f, argnum=1)": (
            partial(with_argnum, transform),
            TypeError,
            rf"{transform.__name__}\(f\).*argnums=1",
        )
        for transform in (grad, value_and_grad, jacobian, jacfwd, jacrev, hessian, laplacian, derivative)
    },
}


@pytest.mark.parametrize(("mistake", "error", "message"), NEWCOMERS.values(), ids=list(NEWCOMERS))
def test_words_of_other_frameworks(mistake: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        mistake(Variable(np.array(2.0)))


# What the messages say to write, and what it is the same as.
ADVICE: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "np.r_": (lambda x, v: np.hstack([x, v, 2.0, [3.0, 4.0]]), lambda x, v: np.r_[x, v, 2.0, [3.0, 4.0]]),
    "np.c_": (lambda x, v: np.column_stack([v, v * x]), lambda x, v: np.c_[v, v * x]),
    "round": (lambda x, v: np.rint(x), lambda x, v: round(x)),
    "round of an array": (lambda x, v: np.round(v, 1), lambda x, v: np.array([round(t, 1) for t in v])),
    "np.int64": (lambda x, v: x.astype(np.int64), lambda x, v: np.int64(x)),
    "np.float32": (lambda x, v: x.astype(np.float32), lambda x, v: np.float32(x)),
    "np.mean of a list": (lambda x, v: np.mean(array([x, 2 * x])), lambda x, v: np.mean([x, 2 * x])),
    "np.stack of lists": (lambda x, v: np.stack(array([[x], [x * x]])), lambda x, v: np.stack([[x], [x * x]])),
    "np.stack of an iterator": (lambda x, v: np.stack(list(iter(v))), lambda x, v: np.stack(list(v))),
    "np.fromiter": (lambda x, v: array(list(iter(v))), lambda x, v: np.fromiter(v, float)),
    "np.vectorize by stack": (lambda x, v: np.stack([t * t for t in v]), lambda x, v: np.vectorize(lambda t: t * t)(v)),
    "np.vectorize by vmap": (lambda x, v: vmap(lambda t: t * t)(v), lambda x, v: np.vectorize(lambda t: t * t)(v)),
    "np.ndenumerate": (
        lambda x, v: sum(i[0] * t for i, t in zip(np.ndindex(v.shape), v.flat, strict=True)),
        lambda x, v: sum(i[0] * t for i, t in np.ndenumerate(v)),
    ),
    "np.full": (lambda x, v: np.broadcast_to(x, (3,)), lambda x, v: np.full(3, x)),
    "np.arange": (lambda x, v: x + 0.5 * np.arange(4), lambda x, v: np.arange(x, x + 2, 0.5)),
    "a.dot(v)": (lambda x, v: TWO @ v, lambda x, v: TWO.dot(v)),
    "np.array": (lambda x, v: array([v, v * x]), lambda x, v: np.array([v, v * x])),
    "np.poly1d": (lambda x, v: np.polyval(array([x, v[0]]), v), lambda x, v: np.poly1d([x, v[0]])(v)),
    "a[i] = x": (lambda x, v: at(np.zeros(2))[1].set(x), lambda x, v: np.array([0.0, x])),
    "np.fill_diagonal": (
        lambda x, v: at(np.ones((2, 2)))[np.diag_indices(2)].set(v),
        lambda x, v: np.array([[v[0], 1.0], [1.0, v[1]]]),
    ),
    "math.sin": (lambda x, v: np.sin(x), lambda x, v: math.sin(x)),
    "int(x)": (lambda x, v: np.floor(x), lambda x, v: int(x)),
    "complex(x)": (lambda x, v: x + 0j, lambda x, v: complex(x)),
    "v.tolist()": (lambda x, v: array(list(v)), lambda x, v: np.array(v.tolist())),
    "x.item()": (lambda x, v: x, lambda x, v: x.item()),
}


@pytest.mark.parametrize(("written", "meant"), ADVICE.values(), ids=list(ADVICE))
def test_the_advice_works(written: Callable[[Any, Any], Any], meant: Callable[[Any, Any], Any]) -> None:
    found: Any = written(Variable(np.array(1.25)), Variable(TWO))
    np.testing.assert_allclose(found.data if isinstance(found, Variable) else found, meant(np.float64(1.25), TWO))


# What works as it stands.
PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "max": lambda x, v: max(x, v[0]),
    "min": lambda x, v: min(v),
    "sum": lambda x, v: sum([x, *v]),
    "sorted": lambda x, v: sorted([x, *v])[1],
    "math.prod": lambda x, v: math.prod([x, *v]),
    "np.block": lambda x, v: np.block([[x, v], [v, x]]),
    "np.apply_along_axis": lambda x, v: np.apply_along_axis(lambda r: r * x, 0, v),
    "np.ix_": lambda x, v: np.outer(v, v)[np.ix_([0, 1], [1])] * x,
    "np.ndindex": lambda x, v: sum(v[i] * x for i in np.ndindex(v.shape)),
    "np.fromfunction": lambda x, v: np.fromfunction(lambda i: x * i, (3,)),
    "sliding_window_view": lambda x, v: np.lib.stride_tricks.sliding_window_view(v * x, 2) ** 2,
    "astype": lambda x, v: v.astype(np.float64) * x,
}


@pytest.mark.parametrize("f", PLAIN.values(), ids=list(PLAIN))
def test_what_works_as_it_stands(f: Callable[[Any, Any], Any]) -> None:
    gradients = grad(lambda x, v: np.sum(f(x, v)), (0, 1))(1.25, TWO)
    for i, point in enumerate(((1.25, TWO), (1.25, TWO))):
        assert np.shape(gradients[i]) == np.shape(point[i])
    check_grads(lambda x, v: np.sum(f(x, v)), (1.25, TWO))


def test_round_of_a_number_is_numpys() -> None:
    x = np.array([1.26, -2.5])
    assert grad(lambda x: round(x, 1) * x)(1.26) == grad(grad(lambda x: round(x, 1) * x**2))(1.26) / 2 == 1.3
    assert jvp(lambda x: round(x, -1) * x, (17.0,), (1.0,)) == (340.0, 20.0)
    for n in (0, 1, np.int64(1)):
        np.testing.assert_array_equal(vmap(lambda x, n=n: round(x, n))(x), [np.round(t, n) for t in x])


def test_a_variable_in_an_f_string() -> None:
    x = Variable(np.array(1.25))
    assert f"{x} {x:.1e} {Variable(TWO)}" == "variable(1.25) 1.2e+00 variable([1. 2.])"


def test_a_word_of_another_framework_is_no_attribute() -> None:
    x = Variable(np.array(2.0))
    assert not hasattr(x, "grad")
    assert getattr(x, "grad", None) is None
    assert not {"grad", "backward", "requires_grad"} & set(dir(x))


def test_the_advice_inside_nested_transforms_works() -> None:
    seen: list[float] = []

    def f(x: Any) -> Any:
        with pytest.raises(TypeError, match=r"pydezero\.value\(x\).*stop_gradient\(x\)"):
            float(x.data)
        seen.extend([float(value(x)), float(stop_gradient(x))])
        return x**3

    assert grad(grad(f))(2.0) == 12.0
    assert seen == [2.0, 2.0]


class wrongly:  # noqa: N801  # reads as an adverb
    """The transforms, as a type checker does not know them: most of these mistakes it would find."""

    grad: Any = staticmethod(grad)
    jvp: Any = staticmethod(jvp)
    Variable: Any = Variable
    Function: Any = Function
    einsum: Any = np.einsum
    custom_jvp: Any = staticmethod(custom_jvp)
    trace: Any = staticmethod(trace)
    vmap: Any = staticmethod(vmap)
    optim: Any = optim
    tree: Any = tree


def escaped() -> Any:
    """A Variable that outlives the trace it belongs to."""
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x)
        return x

    wrongly.trace(f)(1.0)
    return kept[0]


OTHERS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "an integer that no float can hold": (lambda: wrongly.grad(lambda x: x + 10**400)(1.0), OverflowError, "too large"),
    "a string in a container": (
        lambda: wrongly.grad(lambda p: p["a"] + p["b"])({"a": 1.0, "b": "x"}),
        TypeError,
        "add: an operand.*str",
    ),
    "a list that NumPy would make an array of": (
        lambda: wrongly.grad(lambda x: np.sum(x))([1.0, 2.0]),
        TypeError,
        r"np\.sum\(pydezero\.array\(xs\)\).*rather than np\.sum\(xs\)",
    ),
    "a list for an array": (
        lambda: wrongly.grad(lambda w: np.sum(w**2))([1.0, 2.0]),
        TypeError,
        r"argument 0 is a list, .* np\.array\(x\)",
    ),
    "a tuple without methods": (
        lambda: wrongly.grad(lambda w: w.sum())((1.0,)),
        AttributeError,
        "argument 0 is a tuple",
    ),
    "a number written by %": (
        lambda: "%.3f" % wrongly.Variable(TWO),  # noqa: UP031  # what the row is about
        TypeError,
        r"f'\{x:\.3f\}'",
    ),
    "numbers along an axis": (lambda: np.concatenate(wrongly.Variable(TWO)), ValueError, r"shape \(\) have no axis"),
    "a list without methods": (lambda: wrongly.grad(lambda w: w.sum())([1.0]), AttributeError, "argument 0 is a list"),
    "arrays that are in no list": (
        lambda: np.concatenate(wrongly.Variable(TWO), wrongly.Variable(TWO)),
        TypeError,
        r"np\.concatenate\(\[x, y\]\), with the arrays in a list",
    ),
    "a function of another library": (
        lambda: statistics.fmean(wrongly.Variable(TWO)),
        TypeError,
        "rather than fmean of statistics, which takes no Variables",
    ),
    "einsum without subscripts": (
        lambda: wrongly.einsum(Variable(TWO), TWO),
        TypeError,
        r"einsum\(\"ij,jk->ik\", x, y",
    ),
    "a Function of no functions": (
        lambda: wrongly.Function(np.sin, "cos"),
        TypeError,
        r"Function\(forward, backward\): backward must be a function, got a str",
    ),
    "a set": (lambda: wrongly.grad(lambda s: sum(s))({1.0}), TypeError, "argument 0 is a set.*no number"),
    "a mapping that is no dict": (
        lambda: wrongly.grad(lambda p: p["a"])(types.MappingProxyType({"a": 1.0})),
        TypeError,
        r"argument 0 is a mappingproxy.*dict\(x\)",
    ),
    "a tangent in another container": (
        lambda: wrongly.jvp(lambda p: p["a"], ({"a": 1.0},), ([1.0],)),
        TypeError,
        r"jvp\(<lambda>\).*tangent",
    ),
    "primals that are no tuple": (lambda: wrongly.jvp(np.sin, 1.0, 1.0), TypeError, r"write jvp\(f, \(x,\), \(t,\)\)"),
    "no axis of examples": (
        lambda: wrongly.vmap(np.sin)(1.0),
        ValueError,
        r"argument 0 \(x\) is a number",
    ),
    "different numbers of examples": (
        lambda: wrongly.vmap(np.add)(TWO, np.ones(3)),
        ValueError,
        r"different numbers of examples.*argument 0.*2.*argument 1.*3",
    ),
    "if of a batch": (
        lambda: wrongly.vmap(lambda x: x if x > 0 else -x)(TWO),
        TypeError,
        r"np\.where\(condition, x, y\)",
    ),
    "if of a trace": (
        lambda: wrongly.trace(lambda x: x if x > 0 else -x)(1.0),
        TypeError,
        r"np\.where\(condition, x, y\)",
    ),
    "a Variable that escaped from a trace": (lambda: escaped() + 1, TypeError, "Return from f what is needed"),
    "a singular matrix": (
        lambda: wrongly.grad(lambda a: np.sum(np.linalg.inv(a)))(np.zeros((2, 2))),
        np.linalg.LinAlgError,
        "Singular",
    ),
    "a ufunc's at": (lambda: wrongly.grad(lambda x: np.add.at(x, 0, 1.0))(TWO), TypeError, r"x = x\.at\[i\]\.add\(v\)"),
    "a function that writes": (
        lambda: wrongly.grad(lambda x: np.put(x, 0, 1.0))(TWO),
        TypeError,
        r"x\.at\[i\]\.set\(v\)",
    ),
    "an object that is no container": (
        lambda: wrongly.grad(lambda p: p.x**2)(argparse.Namespace(x=2.0)),
        TypeError,
        r"argument 0 is a Namespace, whose attributes are not looked at; .*@dataclass",
    ),
    "the point as argnums": (
        lambda: wrongly.grad(np.sin, 2.0),
        TypeError,
        r"got 2\.0; .*grad\(f\)\(x\), not grad\(f, x\)",
    ),
    "an optimiser of another library": (
        lambda: wrongly.optim.adam(0.1).step(),
        AttributeError,
        r"no attribute 'step': .*params, state = optimizer\.update\(",
    ),
    "the state in another place": (
        lambda: wrongly.optim.adam(0.1).update(TWO, TWO, wrongly.optim.adam(0.1).init(TWO)),
        TypeError,
        r"adam\.update: state must be AdamState, got ndarray; .*update\(gradients, state, params\)",
    ),
    "leaves before the function": (
        lambda: wrongly.tree.map_leaves([1.0], lambda x: x),
        TypeError,
        "function must be a function, got a list",
    ),
    "containers of other lengths": (
        lambda: wrongly.tree.map_leaves(lambda x, y: x + y, [1.0, 2.0], [1.0]),
        ValueError,
        r"the containers must be built alike; tree has the length 2, and trees\[0\] has 1",
    ),
    "a SciPy function that converts": (
        lambda: wrongly.grad(lambda x: scipy.linalg.expm(x))(np.eye(2)),
        TypeError,
        r"pydezero\.scipy\.linalg\.expm",
    ),
}


_NEWER: Final = {"no axis of examples": [needs("numpy>=2.4", "ufuncs have signatures")]}


# Mistakes that other code finds, and the note that its error gets.
NOTED: dict[str, Callable[[Any], Any]] = {
    "statistics": statistics.mean,
    "Decimal": decimal.Decimal,
    "json": json.dumps,
    "a size": np.zeros,
}


@pytest.mark.parametrize("use", NOTED.values(), ids=list(NOTED))
def test_an_error_of_other_code_gets_a_note(use: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError) as raised:
        wrongly.grad(lambda x: use([x] if use is statistics.mean else x))(2.0)
    assert any("pydezero.value(x)" in note for note in raised.value.__notes__)


@pytest.mark.parametrize(
    ("mistake", "error", "message"),
    [pytest.param(*row, marks=_NEWER.get(name, []), id=name) for name, row in OTHERS.items()],
)
def test_other_mistakes(mistake: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        mistake()


ATTRIBUTES: dict[str, tuple[object, str]] = {
    "shape": ((2, 1), r"x = np\.reshape\(x, shape\)"),
    "dtype": (np.float32, r"x = x\.astype\(dtype\)"),
    "real": (1.0, r"1j \* np\.imag"),
    "imag": (1.0, r"np\.real\(x\)"),
    "flat": (1.0, r"np\.full_like"),
    "T": (TWO, r"v\.T"),
    "_value": (TWO, "a new Variable"),
    "name": ("loss", "a new Variable"),
}


@pytest.mark.parametrize(("name", "value", "advice"), [(name, *rest) for name, rest in ATTRIBUTES.items()])
def test_attributes_of_a_variable_are_not_set(name: str, value: object, advice: str) -> None:
    def f(v: Any) -> Any:
        setattr(v, name, value)
        return np.sum(v)

    with pytest.raises(AttributeError, match=rf"x\.{name} = v would alter.*{advice}"):
        grad(f)(TWO)
    with pytest.raises(AttributeError, match=rf"x\.{name} = v would alter.*{advice}"):
        setattr(Variable(TWO), name, value)


def _deep() -> Any:
    tree: Any = 1.0
    for _ in range(1100):
        tree = [tree]
    return tree


def _cyclic_list() -> Any:
    tree: list[Any] = [1.0]
    tree.append(tree)
    return tree


def _cyclic_dict() -> Any:
    tree: dict[str, Any] = {"a": 1.0}
    tree["b"] = tree
    return tree


TREES: dict[str, Callable[[Any], object]] = {
    "grad": lambda tree: grad(lambda p: p[0])(tree),
    "the result of grad": lambda tree: grad(lambda x: tree)(1.0),
    "jvp": lambda tree: jvp(lambda p: p, (tree,), (tree,)),
    "a tangent": lambda tree: jvp(lambda x: x, (1.0,), (tree,)),
    "vjp": lambda tree: vjp(lambda p: p, tree),
    "the result of vjp": lambda tree: vjp(lambda x: tree, 1.0),
    "a cotangent": lambda tree: vjp(lambda x: x, 1.0)[1](tree),
    "vmap": lambda tree: vmap(lambda p: 1.0)(tree),
    "in_axes": lambda tree: vmap(lambda x: x, in_axes=(tree,))(TWO),
    "trace": lambda tree: trace(lambda p: 1.0)(tree),
}


@pytest.mark.parametrize("use", TREES.values(), ids=list(TREES))
@pytest.mark.parametrize("make", [_deep, _cyclic_list, _cyclic_dict])
def test_containers_without_end(make: Callable[[], Any], use: Callable[[Any], object]) -> None:
    with pytest.raises((ValueError, TypeError), match=r"too deep, or contains itself|got a (list|dict)"):
        use(make())
